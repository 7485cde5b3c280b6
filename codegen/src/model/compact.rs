//! From the intermediate representation to the compact model that the binary carries.

use std::collections::BTreeMap;

use fogbank_schema as compact;

use crate::model::ModelError;
use crate::model::ir::{self, Kind, Location, Service};

/// Where the shapes of a service end up in its compact model.
pub type Positions<'a> = BTreeMap<&'a str, compact::ShapeIndex>;

/// The positions of the shapes that operations and errors reach; others are left out.
pub fn positions(service: &Service) -> Positions<'_> {
    let roots = service.inputs().chain(service.outputs()).chain(service.errors());
    let reachable = service.reachable(roots);
    let known = reachable.into_iter().filter(|name| service.shapes.contains_key(*name));
    known.enumerate().map(|(index, name)| (name, index as compact::ShapeIndex)).collect()
}

/// The compact model.
///
/// # Errors
///
/// When a shape refers to one that is not there.
pub fn model(service: &Service) -> Result<compact::ServiceModel<'_>, ModelError> {
    let context = Context { service: &service.name, positions: positions(service) };
    let mut shapes = context
        .positions
        .keys()
        .map(|name| context.shape(name, &service.shapes[*name]))
        .collect::<Result<Vec<_>, _>>()?;
    compact::mark_constrained(&mut shapes);
    let operations = service
        .operations
        .iter()
        .map(|(name, operation)| context.operation(name, operation))
        .collect::<Result<_, _>>()?;
    Ok(compact::ServiceModel {
        metadata: metadata(service),
        operations,
        shapes: shapes.into_iter().collect(),
    })
}

/// The compact model as bytes.
///
/// # Errors
///
/// When a shape refers to one that is not there, or when the compressor fails.
pub fn encode(service: &Service) -> Result<Vec<u8>, ModelError> {
    compact::encode(&model(service)?)
        .map_err(|error| ModelError::new(&service.name, format!("cannot be encoded: {error}")))
}

fn metadata(service: &Service) -> compact::Metadata<'_> {
    compact::Metadata {
        name: &service.name,
        service_id: &service.service_id,
        full_name: &service.full_name,
        api_version: &service.api_version,
        endpoint_prefix: &service.endpoint_prefix,
        signing_name: &service.signing_name,
        target_prefix: service.target_prefix.as_deref(),
        protocols: service.protocols.clone(),
        json_version: service.json_version.as_deref(),
        xml_namespace: service.xml_namespace.as_deref(),
        query_compatible: service.query_compatible,
        global: service.global,
    }
}

struct Context<'a> {
    service: &'a str,
    positions: Positions<'a>,
}

impl<'a> Context<'a> {
    fn index(&self, name: &str, from: &str) -> Result<compact::ShapeIndex, ModelError> {
        self.positions.get(name).copied().ok_or_else(|| {
            ModelError::new(self.service, format!("{from} refers to the unknown shape {name}"))
        })
    }

    fn operation(
        &self,
        name: &'a str,
        operation: &'a ir::Operation,
    ) -> Result<compact::Operation<'a>, ModelError> {
        let index = |target: &Option<String>| {
            target.as_deref().map(|target| self.index(target, name)).transpose()
        };
        Ok(compact::Operation {
            name,
            method: &operation.method,
            uri: &operation.uri,
            status: operation.status,
            input: index(&operation.input)?,
            output: index(&operation.output)?,
            errors: operation
                .errors
                .iter()
                .map(|error| self.index(error, name))
                .collect::<Result<_, _>>()?,
            result_wrapper: operation.result_wrapper.as_deref(),
            input_xml_name: operation.input_xml_name.as_deref(),
            input_xml_namespace: operation.input_xml_namespace.as_deref(),
            auth: operation.auth,
            host_prefix: operation.host_prefix.as_deref(),
            checksum_algorithm_member: operation.checksum_algorithm_member.as_deref(),
            checksum_required: operation.checksum_required,
            read_only: operation.read_only,
        })
    }

    fn shape(&self, name: &'a str, shape: &'a ir::Shape) -> Result<compact::Shape<'a>, ModelError> {
        Ok(compact::Shape {
            name,
            kind: self.kind(name, &shape.kind)?,
            sensitive: shape.sensitive,
            streaming: shape.streaming,
            event_stream: shape.event_stream,
            xml_name: shape.xml_name.as_deref(),
            xml_namespace: shape.xml_namespace.as_ref().map(namespace),
            timestamp_format: shape.timestamp_format,
            min: shape.min,
            max: shape.max,
            pattern: shape.pattern.as_deref(),
            constrained: false,
        })
    }

    fn kind(&self, name: &str, kind: &'a Kind) -> Result<compact::Kind<'a>, ModelError> {
        Ok(match kind {
            Kind::Structure(it) => compact::Kind::Structure(self.structure(name, it)?),
            Kind::Union(it) => compact::Kind::Union(self.structure(name, it)?),
            Kind::List { member, flattened, sparse } => compact::Kind::List {
                member: Box::new(self.member(name, member)?),
                flattened: *flattened,
                sparse: *sparse,
            },
            Kind::Map { key, value, flattened, sparse } => compact::Kind::Map {
                key: Box::new(self.member(name, key)?),
                value: Box::new(self.member(name, value)?),
                flattened: *flattened,
                sparse: *sparse,
            },
            Kind::String => compact::Kind::String,
            Kind::Enum(values) => compact::Kind::Enum(values.iter().map(String::as_str).collect()),
            Kind::Boolean => compact::Kind::Boolean,
            Kind::Integer => compact::Kind::Integer,
            Kind::Long => compact::Kind::Long,
            Kind::Float => compact::Kind::Float,
            Kind::Double => compact::Kind::Double,
            Kind::Blob => compact::Kind::Blob,
            Kind::Timestamp => compact::Kind::Timestamp,
            Kind::Document => compact::Kind::Document,
        })
    }

    fn structure(
        &self,
        name: &str,
        structure: &'a ir::Structure,
    ) -> Result<compact::Structure<'a>, ModelError> {
        let members = structure
            .members
            .iter()
            .map(|member| self.member(name, member))
            .collect::<Result<Vec<_>, _>>()?;
        let position =
            |payload: &String| structure.members.iter().position(|member| member.name == *payload);
        Ok(compact::Structure {
            members,
            error: structure.error.as_ref().map(|error| compact::ErrorTraits {
                code: &error.code,
                status: error.status,
                server_fault: error.server_fault,
            }),
            payload: structure.payload.as_ref().and_then(position).map(|index| index as u16),
            exception_event: structure.exception_event,
            wrapper: structure.wrapper,
        })
    }

    fn member(
        &self,
        from: &str,
        member: &'a ir::Member,
    ) -> Result<compact::Member<'a>, ModelError> {
        Ok(compact::Member {
            name: &member.name,
            target: self.index(&member.target, from)?,
            required: member.required,
            location: member.location.unwrap_or(Location::Body),
            wire_name: member.wire_name.as_deref(),
            xml_name: member.xml_name.as_deref(),
            query_name: member.query_name.as_deref(),
            xml_attribute: member.xml_attribute,
            flattened: member.flattened,
            xml_namespace: member.xml_namespace.as_ref().map(namespace),
            timestamp_format: member.timestamp_format,
            json_value: member.json_value,
            streaming: member.streaming,
            host_label: member.host_label,
            idempotency_token: member.idempotency_token,
            event_header: member.event_header,
            event_payload: member.event_payload,
        })
    }
}

fn namespace(namespace: &ir::XmlNamespace) -> compact::XmlNamespace<'_> {
    compact::XmlNamespace { uri: &namespace.uri, prefix: namespace.prefix.as_deref() }
}
