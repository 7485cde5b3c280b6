//! Reader of botocore's `service-2.json`.

use std::collections::BTreeMap;

use crate::json::Json;
use crate::model::ModelError;
use crate::model::ir::{
    Auth, ErrorTraits, Kind, Location, Member, Operation, Protocol, Service, Shape, Structure,
    TimestampFormat, XmlNamespace,
};

/// Reads a model; `name` is the name of the service's folder.
///
/// # Errors
///
/// When the model uses a protocol, type or location that the generator does not know.
pub fn read(name: &str, model: &Json) -> Result<Service, ModelError> {
    Reader { service: name }.service(model)
}

struct Reader<'a> {
    service: &'a str,
}

fn owned(value: Option<&str>) -> Option<String> {
    value.map(str::to_owned)
}

impl Reader<'_> {
    fn error(&self, problem: impl Into<String>) -> ModelError {
        ModelError::new(self.service, problem)
    }

    fn service(&self, model: &Json) -> Result<Service, ModelError> {
        let metadata =
            model.get("metadata").ok_or_else(|| self.error("the model has no metadata"))?;
        let text = |key: &str| metadata.text(key).unwrap_or_default().to_owned();
        let endpoint_prefix = text("endpointPrefix");
        let mut shapes = model
            .object("shapes")
            .iter()
            .map(|(name, shape)| Ok((name.clone(), self.shape(name, shape)?)))
            .collect::<Result<BTreeMap<_, _>, ModelError>>()?;
        let operations = model
            .object("operations")
            .iter()
            .map(|(name, operation)| Ok((name.clone(), self.operation(operation, &shapes)?)))
            .collect::<Result<BTreeMap<_, _>, ModelError>>()?;
        forget_labels(&mut shapes);
        Ok(Service {
            name: self.service.to_owned(),
            service_id: text("serviceId"),
            full_name: text("serviceFullName"),
            api_version: text("apiVersion"),
            signing_name: metadata.text("signingName").unwrap_or(&endpoint_prefix).to_owned(),
            endpoint_prefix,
            target_prefix: owned(metadata.text("targetPrefix")),
            protocols: self.protocols(metadata)?,
            json_version: owned(metadata.text("jsonVersion")),
            xml_namespace: owned(metadata.text("xmlNamespace")),
            query_compatible: metadata.get("awsQueryCompatible").is_some(),
            global: metadata.text("globalEndpoint").is_some(),
            operations,
            shapes,
        })
    }

    fn protocols(&self, metadata: &Json) -> Result<Vec<Protocol>, ModelError> {
        let listed = metadata.array("protocols").iter().filter_map(Json::as_str);
        let mut names: Vec<&str> = listed.collect();
        if names.is_empty() {
            names.extend(metadata.text("protocol"));
        }
        let version = metadata.text("jsonVersion").unwrap_or("1.0");
        names
            .into_iter()
            .map(|name| match name {
                "json" if version == "1.1" => Ok(Protocol::AwsJson1_1),
                "json" => Ok(Protocol::AwsJson1_0),
                "query" => Ok(Protocol::AwsQuery),
                "ec2" => Ok(Protocol::Ec2Query),
                "rest-json" => Ok(Protocol::RestJson1),
                "rest-xml" => Ok(Protocol::RestXml),
                "smithy-rpc-v2-cbor" => Ok(Protocol::RpcV2Cbor),
                other => Err(self.error(format!("unknown protocol {other}"))),
            })
            .collect()
    }

    fn operation(
        &self,
        operation: &Json,
        shapes: &BTreeMap<String, Shape>,
    ) -> Result<Operation, ModelError> {
        let http = operation.get("http");
        let http_text = |key: &str| http.and_then(|http| http.text(key));
        let input = operation.get("input");
        let output = operation.get("output");
        let target = |of: Option<&Json>| owned(of.and_then(|it| it.text("shape")));
        let input_name = target(input);
        let members = input_name
            .as_deref()
            .and_then(|name| shapes.get(name))
            .and_then(Shape::structure)
            .map_or(&[][..], |structure| &structure.members);
        let checksum = operation.get("httpChecksum");
        Ok(Operation {
            method: http_text("method").unwrap_or("POST").to_owned(),
            uri: labels_by_member(http_text("requestUri").unwrap_or("/"), members),
            status: http.and_then(|http| http.number("responseCode")).map_or(200, |it| it as u16),
            input: input_name,
            output: target(output),
            errors: operation
                .array("errors")
                .iter()
                .filter_map(|error| owned(error.text("shape")))
                .collect(),
            result_wrapper: owned(output.and_then(|it| it.text("resultWrapper"))),
            input_xml_name: owned(input.and_then(|it| it.text("locationName"))),
            input_xml_namespace: input
                .and_then(|it| it.get("xmlNamespace"))
                .and_then(|it| owned(it.as_str().or_else(|| it.text("uri")))),
            auth: auth(operation),
            host_prefix: operation.get("endpoint").and_then(|it| owned(it.text("hostPrefix"))),
            checksum_algorithm_member: checksum
                .and_then(|it| owned(it.text("requestAlgorithmMember"))),
            checksum_required: operation.flag("httpChecksumRequired")
                || checksum.is_some_and(|it| it.flag("requestChecksumRequired")),
            read_only: operation.flag("readonly"),
        })
    }

    fn shape(&self, name: &str, shape: &Json) -> Result<Shape, ModelError> {
        let kind = match shape.text("type").unwrap_or_default() {
            "structure" if shape.flag("document") && shape.object("members").is_empty() => {
                Kind::Document
            }
            "structure" => {
                let structure = self.structure(name, shape)?;
                if shape.flag("union") || shape.flag("eventstream") {
                    Kind::Union(structure)
                } else {
                    Kind::Structure(structure)
                }
            }
            "list" => Kind::List {
                member: self.element("member", shape)?,
                flattened: shape.flag("flattened"),
                sparse: shape.flag("sparse"),
            },
            "map" => Kind::Map {
                key: self.element("key", shape)?,
                value: self.element("value", shape)?,
                flattened: shape.flag("flattened"),
                sparse: shape.flag("sparse"),
            },
            "string" | "character" => match shape.array("enum") {
                [] => Kind::String,
                values => {
                    Kind::Enum(values.iter().filter_map(|value| owned(value.as_str())).collect())
                }
            },
            "boolean" => Kind::Boolean,
            "integer" => Kind::Integer,
            "long" => Kind::Long,
            "float" => Kind::Float,
            "double" => Kind::Double,
            "blob" => Kind::Blob,
            "timestamp" => Kind::Timestamp,
            other => return Err(self.error(format!("shape {name} has the unknown type {other}"))),
        };
        Ok(Shape {
            kind,
            sensitive: shape.flag("sensitive"),
            streaming: shape.flag("streaming"),
            event_stream: shape.flag("eventstream"),
            xml_name: owned(shape.text("locationName")),
            xml_namespace: xml_namespace(shape),
            timestamp_format: timestamp_format(shape),
            min: shape.number("min"),
            max: shape.number("max"),
            pattern: owned(shape.text("pattern")),
        })
    }

    fn structure(&self, name: &str, shape: &Json) -> Result<Structure, ModelError> {
        let required: Vec<&str> = shape.array("required").iter().filter_map(Json::as_str).collect();
        let mut members = shape
            .object("members")
            .iter()
            .map(|(name, member)| {
                let mut member = self.member(name, member)?;
                member.required = required.contains(&name.as_str());
                Ok(member)
            })
            .collect::<Result<Vec<Member>, ModelError>>()?;
        let order: Vec<&str> = shape.array("xmlOrder").iter().filter_map(Json::as_str).collect();
        if !order.is_empty() {
            members.sort_by_key(|member| {
                order.iter().position(|name| *name == member.name).unwrap_or(usize::MAX)
            });
        }
        Ok(Structure {
            members,
            error: error_traits(name, shape),
            payload: owned(shape.text("payload")),
            exception_event: shape.flag("exception") && shape.flag("event"),
            wrapper: shape.flag("wrapper"),
        })
    }

    fn element(&self, name: &str, shape: &Json) -> Result<Member, ModelError> {
        let member =
            shape.get(name).ok_or_else(|| self.error(format!("a shape without {name}")))?;
        self.member(name, member)
    }

    fn member(&self, name: &str, member: &Json) -> Result<Member, ModelError> {
        let location = match member.text("location") {
            None => None,
            Some("uri") => Some(Location::Uri),
            Some("querystring") => Some(Location::Query),
            Some("header") => Some(Location::Header),
            Some("headers") => Some(Location::Headers),
            Some("statusCode") => Some(Location::StatusCode),
            Some(other) => return Err(self.error(format!("{name} has the location {other}"))),
        };
        Ok(Member {
            name: name.to_owned(),
            target: member.text("shape").unwrap_or_default().to_owned(),
            required: false,
            location,
            wire_name: owned(member.text("locationName").filter(|wire| *wire != name)),
            xml_name: None,
            query_name: owned(member.text("queryName")),
            xml_attribute: member.flag("xmlAttribute"),
            flattened: member.flag("flattened"),
            xml_namespace: xml_namespace(member),
            timestamp_format: timestamp_format(member),
            json_value: member.flag("jsonvalue"),
            streaming: member.flag("streaming"),
            host_label: member.flag("hostLabel"),
            idempotency_token: member.flag("idempotencyToken"),
            event_header: member.flag("eventheader"),
            event_payload: member.flag("eventpayload"),
        })
    }
}

/// botocore labels a URI with the members' wire names; the schema wants the members' own.
fn labels_by_member(uri: &str, members: &[Member]) -> String {
    let mut pattern = uri.to_owned();
    for member in members.iter().filter(|member| member.location == Some(Location::Uri)) {
        if let Some(label) = &member.wire_name {
            for (open, close) in [("{", "}"), ("{", "+}")] {
                let old = format!("{open}{label}{close}");
                pattern = pattern.replace(&old, &format!("{open}{}{close}", member.name));
            }
        }
    }
    pattern
}

/// Once the URIs have them, the wire names of labels have no meaning.
fn forget_labels(shapes: &mut BTreeMap<String, Shape>) {
    for structure in shapes.values_mut().filter_map(Shape::structure_mut) {
        for member in &mut structure.members {
            if member.location == Some(Location::Uri) {
                member.wire_name = None;
            }
        }
    }
}

fn auth(operation: &Json) -> Auth {
    let unsigned_body = operation.flag("unsignedPayload");
    let schemes = operation.array("auth");
    match (operation.text("authtype"), schemes.first().and_then(Json::as_str)) {
        (Some("none"), _) | (None, Some("smithy.api#noAuth")) => Auth::None,
        (Some("bearer"), _) | (None, Some("smithy.api#httpBearerAuth")) => Auth::Bearer,
        (Some("v4-unsigned-body"), _) => Auth::SigV4UnsignedBody,
        _ if unsigned_body => Auth::SigV4UnsignedBody,
        _ => Auth::SigV4,
    }
}

fn error_traits(name: &str, shape: &Json) -> Option<ErrorTraits> {
    let error = shape.get("error");
    if error.is_none() && !shape.flag("exception") {
        return None;
    }
    let status = error.and_then(|error| error.number("httpStatusCode")).map(|it| it as u16);
    let server_fault = shape.flag("fault") || status.is_some_and(|status| status >= 500);
    Some(ErrorTraits {
        code: error.and_then(|error| error.text("code")).unwrap_or(name).to_owned(),
        status: status.unwrap_or(if server_fault { 500 } else { 400 }),
        server_fault,
    })
}

fn xml_namespace(of: &Json) -> Option<XmlNamespace> {
    let namespace = of.get("xmlNamespace")?;
    let uri = namespace.as_str().or_else(|| namespace.text("uri"))?;
    Some(XmlNamespace { uri: uri.to_owned(), prefix: owned(namespace.text("prefix")) })
}

fn timestamp_format(of: &Json) -> Option<TimestampFormat> {
    match of.text("timestampFormat")? {
        "iso8601" => Some(TimestampFormat::DateTime),
        "unixTimestamp" => Some(TimestampFormat::EpochSeconds),
        "rfc822" => Some(TimestampFormat::HttpDate),
        _ => None,
    }
}
