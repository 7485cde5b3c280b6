//! Reader of Smithy's JSON AST.
//!
//! What botocore's format says in other words is said here in the words of the intermediate
//! representation: names without namespace, preludes as shapes of their own, traits of the
//! protocols that the service has and of no other.

mod shapes;

use std::collections::{BTreeMap, BTreeSet};

use crate::json::Json;
use crate::model::ModelError;
use crate::model::ir::{Auth, Operation, Protocol, Service};

/// A file holds a Smithy model.
pub fn is_model(model: &Json) -> bool {
    model.get("smithy").is_some()
}

/// The `sdkId` of the model's service, by which the caller finds botocore's name for it.
pub fn service_id(model: &Json) -> Option<&str> {
    let (_, service) = model.object("shapes").iter().find(|(_, shape)| is_service(shape))?;
    service.get("traits")?.get("aws.api#service")?.text("sdkId")
}

fn is_service(shape: &Json) -> bool {
    shape.text("type") == Some("service")
}

/// Reads a model; `name` is the service's name in botocore.
///
/// # Errors
///
/// When the model has no service, an unknown type, or a reference to a shape that is not there.
pub fn read(name: &str, model: &Json) -> Result<Service, ModelError> {
    let shapes: BTreeMap<&str, &Json> =
        model.object("shapes").iter().map(|(id, shape)| (id.as_str(), shape)).collect();
    let service = shapes.iter().find(|(_, shape)| is_service(shape));
    let (id, service) = service.ok_or_else(|| ModelError::new(name, "the model has no service"))?;
    let protocols = protocols(service);
    Reader { name, service, local_id: local(id), shapes: &shapes, protocols }.read()
}

/// A shape id without its namespace.
fn local(id: &str) -> &str {
    id.rsplit_once('#').map_or(id, |(_, name)| name)
}

/// The value of a trait.
fn r#trait<'a>(of: &'a Json, id: &str) -> Option<&'a Json> {
    of.get("traits")?.get(id)
}

fn trait_text(of: &Json, id: &str) -> Option<String> {
    r#trait(of, id)?.as_str().map(str::to_owned)
}

/// In the order in which AWS's services prefer them.
const PROTOCOLS: &[(&str, Protocol)] = &[
    ("smithy.protocols#rpcv2Cbor", Protocol::RpcV2Cbor),
    ("aws.protocols#awsJson1_0", Protocol::AwsJson1_0),
    ("aws.protocols#awsJson1_1", Protocol::AwsJson1_1),
    ("aws.protocols#restJson1", Protocol::RestJson1),
    ("aws.protocols#restXml", Protocol::RestXml),
    ("aws.protocols#awsQuery", Protocol::AwsQuery),
    ("aws.protocols#ec2Query", Protocol::Ec2Query),
];

fn protocols(service: &Json) -> Vec<Protocol> {
    let has = |(id, _): &&(&str, Protocol)| r#trait(service, id).is_some();
    PROTOCOLS.iter().filter(has).map(|(_, protocol)| *protocol).collect()
}

struct Reader<'a> {
    name: &'a str,
    service: &'a Json,
    local_id: &'a str,
    shapes: &'a BTreeMap<&'a str, &'a Json>,
    protocols: Vec<Protocol>,
}

impl Reader<'_> {
    fn error(&self, problem: impl Into<String>) -> ModelError {
        ModelError::new(self.name, problem)
    }

    fn shape(&self, id: &str) -> Result<&Json, ModelError> {
        let shape = self.shapes.get(id).copied();
        shape.ok_or_else(|| self.error(format!("{id} is not there")))
    }

    fn speaks(&self, protocols: &[Protocol]) -> bool {
        self.protocols.iter().any(|protocol| protocols.contains(protocol))
    }

    fn rest(&self) -> bool {
        self.speaks(&[Protocol::RestJson1, Protocol::RestXml])
    }

    fn json(&self) -> bool {
        self.speaks(&[Protocol::AwsJson1_0, Protocol::AwsJson1_1, Protocol::RestJson1])
    }

    fn read(&self) -> Result<Service, ModelError> {
        let api = r#trait(self.service, "aws.api#service");
        let text = |key: &str| api.and_then(|api| api.text(key)).unwrap_or_default().to_owned();
        let endpoint_prefix = text("endpointPrefix");
        let sigv4 = r#trait(self.service, "aws.auth#sigv4").and_then(|auth| auth.text("name"));
        let json_version = self.protocols.iter().find_map(|protocol| match protocol {
            Protocol::AwsJson1_0 => Some("1.0".to_owned()),
            Protocol::AwsJson1_1 => Some("1.1".to_owned()),
            _ => None,
        });
        let xml = self.speaks(&[Protocol::AwsQuery, Protocol::Ec2Query, Protocol::RestXml]);
        let namespace = r#trait(self.service, "smithy.api#xmlNamespace").filter(|_| xml);
        let targets = json_version.is_some() || self.speaks(&[Protocol::RpcV2Cbor]);
        let mut service = Service {
            name: self.name.to_owned(),
            service_id: text("sdkId"),
            full_name: trait_text(self.service, "smithy.api#title").unwrap_or_default(),
            api_version: self.service.text("version").unwrap_or_default().to_owned(),
            signing_name: sigv4.unwrap_or(&endpoint_prefix).to_owned(),
            endpoint_prefix,
            target_prefix: targets.then(|| self.local_id.to_owned()),
            protocols: self.protocols.clone(),
            json_version,
            xml_namespace: namespace.and_then(|it| it.text("uri")).map(str::to_owned),
            query_compatible: r#trait(self.service, "aws.protocols#awsQueryCompatible").is_some(),
            global: r#trait(self.service, "aws.endpoints#standardPartitionalEndpoints").is_some(),
            operations: self.operations()?,
            shapes: BTreeMap::new(),
        };
        service.shapes = self.shapes(&service.operations)?;
        Ok(service)
    }

    fn operations(&self) -> Result<BTreeMap<String, Operation>, ModelError> {
        let mut operations = BTreeMap::new();
        let mut open = vec![self.service];
        let mut seen = BTreeSet::new();
        while let Some(owner) = open.pop() {
            for id in operation_ids(owner) {
                operations.insert(local(id).to_owned(), self.operation(self.shape(id)?)?);
            }
            for id in owner.array("resources").iter().filter_map(|it| it.text("target")) {
                if seen.insert(id) {
                    open.push(self.shape(id)?);
                }
            }
        }
        Ok(operations)
    }

    fn operation(&self, operation: &Json) -> Result<Operation, ModelError> {
        let http = r#trait(operation, "smithy.api#http").filter(|_| self.rest());
        let target = |key: &str| {
            let id = operation.get(key)?.text("target")?;
            (id != "smithy.api#Unit").then(|| local(id).to_owned())
        };
        let errors = operation.array("errors").iter().chain(self.service.array("errors"));
        let errors = errors.filter_map(|error| error.text("target")).map(local);
        let checksum = r#trait(operation, "aws.protocols#httpChecksum");
        let output = target("output");
        let query = self.speaks(&[Protocol::AwsQuery]) && output.is_some();
        let name = self.shapes.iter().find(|(_, shape)| std::ptr::eq(**shape, operation));
        let name = name.map_or("", |(id, _)| local(id));
        Ok(Operation {
            method: http.and_then(|it| it.text("method")).unwrap_or("POST").to_owned(),
            uri: http.and_then(|it| it.text("uri")).unwrap_or("/").to_owned(),
            status: http.and_then(|it| it.number("code")).map_or(200, |code| code as u16),
            input: target("input"),
            output,
            errors: errors.map(str::to_owned).collect(),
            result_wrapper: query.then(|| format!("{name}Result")),
            input_xml_name: None,
            input_xml_namespace: None,
            auth: auth(operation),
            host_prefix: r#trait(operation, "smithy.api#endpoint")
                .and_then(|it| it.text("hostPrefix"))
                .map(str::to_owned),
            checksum_algorithm_member: checksum
                .and_then(|it| it.text("requestAlgorithmMember"))
                .map(str::to_owned),
            checksum_required: r#trait(operation, "smithy.api#httpChecksumRequired").is_some()
                || checksum.is_some_and(|it| it.flag("requestChecksumRequired")),
            read_only: r#trait(operation, "smithy.api#readonly").is_some(),
        })
    }
}

fn operation_ids(owner: &Json) -> impl Iterator<Item = &str> {
    let lists = ["operations", "collectionOperations"];
    let single = ["create", "put", "read", "update", "delete", "list"];
    let listed = lists.into_iter().flat_map(|key| owner.array(key));
    listed
        .chain(single.into_iter().filter_map(|key| owner.get(key)))
        .filter_map(|it| it.text("target"))
}

fn auth(operation: &Json) -> Auth {
    let schemes = r#trait(operation, "smithy.api#auth");
    let first = schemes.map(|schemes| schemes.items().first().and_then(Json::as_str));
    if r#trait(operation, "smithy.api#optionalAuth").is_some() {
        return Auth::None;
    }
    match first {
        Some(None | Some("smithy.api#noAuth")) => Auth::None,
        Some(Some("smithy.api#httpBearerAuth")) => Auth::Bearer,
        _ if r#trait(operation, "aws.auth#unsignedPayload").is_some() => Auth::SigV4UnsignedBody,
        _ => Auth::SigV4,
    }
}
