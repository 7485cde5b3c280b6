//! Shapes and members with their traits.

use std::collections::BTreeMap;

use super::{Reader, local, r#trait, trait_text};
use crate::json::Json;
use crate::model::ModelError;
use crate::model::ir::{
    ErrorTraits, Kind, Location, Member, Operation, Protocol, Shape, Structure, TimestampFormat,
    XmlNamespace,
};

impl Reader<'_> {
    /// The shapes that the operations reach.
    pub(super) fn shapes(
        &self,
        operations: &BTreeMap<String, Operation>,
    ) -> Result<BTreeMap<String, Shape>, ModelError> {
        let ids: BTreeMap<&str, &str> = self.shapes.keys().map(|id| (local(id), *id)).collect();
        let roots = operations.values().flat_map(|operation| {
            operation.input.iter().chain(&operation.output).chain(&operation.errors)
        });
        let mut open: Vec<String> = roots.cloned().collect();
        let mut shapes = BTreeMap::new();
        while let Some(name) = open.pop() {
            if shapes.contains_key(&name) {
                continue;
            }
            let shape = match ids.get(name.as_str()) {
                Some(id) => self.one_shape(&name, self.shape(id)?)?,
                None => Shape::new(self.prelude(&name)?),
            };
            open.extend(shape.targets().into_iter().map(str::to_owned));
            shapes.insert(name, shape);
        }
        mark_exceptions(&mut shapes);
        Ok(shapes)
    }

    /// Shapes that every model can refer to without defining them.
    fn prelude(&self, name: &str) -> Result<Kind, ModelError> {
        Ok(match name.strip_prefix("Primitive").unwrap_or(name) {
            "String" => Kind::String,
            "Boolean" => Kind::Boolean,
            "Byte" | "Short" | "Integer" => Kind::Integer,
            "Long" => Kind::Long,
            "Float" => Kind::Float,
            "Double" => Kind::Double,
            "Blob" => Kind::Blob,
            "Timestamp" => Kind::Timestamp,
            "Document" => Kind::Document,
            "Unit" => Kind::Structure(Structure::default()),
            other => return Err(self.error(format!("{other} is not there"))),
        })
    }

    fn one_shape(&self, name: &str, shape: &Json) -> Result<Shape, ModelError> {
        let kind = self.kind(name, shape)?;
        let streaming = r#trait(shape, "smithy.api#streaming").is_some();
        let event_stream = streaming && matches!(kind, Kind::Union(_));
        let bounds = ["smithy.api#length", "smithy.api#range"];
        let bound = |key: &str| bounds.iter().find_map(|id| r#trait(shape, id)?.number(key));
        Ok(Shape {
            kind,
            sensitive: r#trait(shape, "smithy.api#sensitive").is_some(),
            streaming: streaming && !event_stream,
            event_stream,
            xml_name: trait_text(shape, "smithy.api#xmlName"),
            xml_namespace: xml_namespace(shape),
            timestamp_format: timestamp_format(shape),
            min: bound("min"),
            max: bound("max"),
            pattern: trait_text(shape, "smithy.api#pattern"),
        })
    }

    fn kind(&self, name: &str, shape: &Json) -> Result<Kind, ModelError> {
        let sparse = r#trait(shape, "smithy.api#sparse").is_some();
        Ok(match shape.text("type").unwrap_or_default() {
            "structure" => Kind::Structure(self.structure(name, shape)?),
            "union" => Kind::Union(self.structure(name, shape)?),
            "list" | "set" => {
                Kind::List { member: self.element("member", shape)?, flattened: false, sparse }
            }
            "map" => Kind::Map {
                key: self.element("key", shape)?,
                value: self.element("value", shape)?,
                flattened: false,
                sparse,
            },
            "string" => match r#trait(shape, "smithy.api#enum") {
                Some(values) => {
                    let values = values.items().iter().filter_map(|it| it.text("value"));
                    Kind::Enum(values.map(str::to_owned).collect())
                }
                None => Kind::String,
            },
            "enum" => Kind::Enum(enum_values(shape)),
            "boolean" => Kind::Boolean,
            "byte" | "short" | "integer" | "intEnum" => Kind::Integer,
            "long" => Kind::Long,
            "float" => Kind::Float,
            "double" => Kind::Double,
            "blob" => Kind::Blob,
            "timestamp" => Kind::Timestamp,
            "document" => Kind::Document,
            other => return Err(self.error(format!("{name} has the unknown type {other}"))),
        })
    }

    fn structure(&self, name: &str, shape: &Json) -> Result<Structure, ModelError> {
        let members = shape.object("members");
        let payload = members
            .iter()
            .find(|(_, member)| self.rest() && r#trait(member, "smithy.api#httpPayload").is_some());
        Ok(Structure {
            members: members
                .iter()
                .map(|(name, member)| self.member(name, member))
                .collect::<Result<_, _>>()?,
            error: error_traits(name, shape),
            payload: payload.map(|(name, _)| name.clone()),
            exception_event: false,
            wrapper: false,
        })
    }

    fn element(&self, name: &str, shape: &Json) -> Result<Member, ModelError> {
        let element = shape.get(name);
        self.member(name, element.ok_or_else(|| self.error(format!("a shape without {name}")))?)
    }

    fn member(&self, name: &str, member: &Json) -> Result<Member, ModelError> {
        let target = member.text("target").unwrap_or_default();
        let target_shape = self.shapes.get(target).copied();
        let has = |id: &str| r#trait(member, id).is_some();
        let (location, bound_name) = if self.rest() { binding(member) } else { (None, None) };
        let different = |found: Option<String>| found.filter(|found| found != name);
        let xml_name = different(trait_text(member, "smithy.api#xmlName"));
        let json_name = different(trait_text(member, "smithy.api#jsonName"));
        let (wire_name, xml_name) = match (location, self.json(), self.rest()) {
            (Some(_), _, _) => (different(bound_name), None),
            // jsonName only means something to the REST protocol.
            (None, true, true) => (json_name, xml_name),
            (None, true, false) => (None, xml_name),
            (None, false, _) => (xml_name, None),
        };
        let media_type = target_shape.and_then(|shape| trait_text(shape, "smithy.api#mediaType"));
        let is_string = target_shape.is_some_and(|shape| shape.text("type") == Some("string"));
        Ok(Member {
            name: name.to_owned(),
            target: local(target).to_owned(),
            required: has("smithy.api#required"),
            location,
            wire_name,
            xml_name,
            query_name: trait_text(member, "aws.protocols#ec2QueryName")
                .filter(|_| self.speaks(&[Protocol::Ec2Query])),
            xml_attribute: has("smithy.api#xmlAttribute"),
            flattened: has("smithy.api#xmlFlattened"),
            xml_namespace: xml_namespace(member),
            timestamp_format: timestamp_format(member),
            json_value: is_string && media_type.as_deref() == Some("application/json"),
            streaming: has("smithy.api#streaming"),
            host_label: has("smithy.api#hostLabel"),
            idempotency_token: has("smithy.api#idempotencyToken"),
            event_header: has("smithy.api#eventHeader"),
            event_payload: has("smithy.api#eventPayload"),
        })
    }
}

/// Error structures that are members of an event stream end it with an exception.
fn mark_exceptions(shapes: &mut BTreeMap<String, Shape>) {
    let streams = shapes.values().filter(|shape| shape.event_stream);
    let events: Vec<String> = streams.flat_map(Shape::targets).map(str::to_owned).collect();
    for event in events {
        let structure = shapes.get_mut(&event).and_then(Shape::structure_mut);
        if let Some(structure) = structure {
            structure.exception_event = structure.error.is_some();
        }
    }
}

fn enum_values(shape: &Json) -> Vec<String> {
    let members = shape.object("members").iter();
    members
        .map(|(name, member)| {
            trait_text(member, "smithy.api#enumValue").unwrap_or_else(|| name.clone())
        })
        .collect()
}

fn binding(member: &Json) -> (Option<Location>, Option<String>) {
    let named = [
        ("smithy.api#httpQuery", Location::Query),
        ("smithy.api#httpHeader", Location::Header),
        ("smithy.api#httpPrefixHeaders", Location::Headers),
    ];
    let unnamed = [
        ("smithy.api#httpLabel", Location::Uri),
        ("smithy.api#httpQueryParams", Location::Query),
        ("smithy.api#httpResponseCode", Location::StatusCode),
    ];
    for (id, location) in named {
        if let Some(name) = trait_text(member, id) {
            return (Some(location), Some(name));
        }
    }
    let found = unnamed.iter().find(|(id, _)| r#trait(member, id).is_some());
    (found.map(|(_, location)| *location), None)
}

fn error_traits(name: &str, shape: &Json) -> Option<ErrorTraits> {
    let server_fault = r#trait(shape, "smithy.api#error")?.as_str() == Some("server");
    let query = r#trait(shape, "aws.protocols#awsQueryError");
    let http = r#trait(shape, "smithy.api#httpError").and_then(Json::as_f64);
    let status = http.or_else(|| query?.number("httpResponseCode"));
    Some(ErrorTraits {
        code: query.and_then(|query| query.text("code")).unwrap_or(name).to_owned(),
        status: status.map_or(if server_fault { 500 } else { 400 }, |status| status as u16),
        server_fault,
    })
}

fn xml_namespace(of: &Json) -> Option<XmlNamespace> {
    let namespace = r#trait(of, "smithy.api#xmlNamespace")?;
    let prefix = namespace.text("prefix").map(str::to_owned);
    Some(XmlNamespace { uri: namespace.text("uri")?.to_owned(), prefix })
}

fn timestamp_format(of: &Json) -> Option<TimestampFormat> {
    match r#trait(of, "smithy.api#timestampFormat")?.as_str()? {
        "date-time" => Some(TimestampFormat::DateTime),
        "epoch-seconds" => Some(TimestampFormat::EpochSeconds),
        "http-date" => Some(TimestampFormat::HttpDate),
        _ => None,
    }
}
