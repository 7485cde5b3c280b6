//! From the compact model to the wire layer's schemas.

use aws_smithy_schema::traits::{HttpTrait, TimestampFormat as WireTimestampFormat};
use aws_smithy_schema::{Schema, ShapeId, ShapeType, intern_header_name};

use crate::{
    Kind, Location, Member, Operation, ServiceModel, Shape, ShapeIndex, Structure, TimestampFormat,
};

type Model = &'static ServiceModel<'static>;

/// Members of lists and maps carry the schema of their target's elements, so a list of lists is
/// followed; structures end the descent, because each has a schema of its own. The bound only
/// stops a model that is recursive through lists alone, which AWS has none of.
const DEEPEST_NESTING: usize = 16;

/// A name that no document has.
const NO_KEY: &str = "\0";

/// What a structure is: an operation's own input, or anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Input,
    Any,
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn text(value: String) -> &'static str {
    Box::leak(value.into_boxed_str())
}

fn shape_id(model: Model, name: &'static str) -> ShapeId<'static> {
    let namespace = model.metadata.name;
    ShapeId::from_parts(text(format!("{namespace}#{name}")), namespace, name)
}

fn shape_type(shape: &Shape<'_>) -> ShapeType {
    match &shape.kind {
        Kind::Structure(_) => ShapeType::Structure,
        Kind::Union(_) => ShapeType::Union,
        Kind::List { .. } => ShapeType::List,
        Kind::Map { .. } => ShapeType::Map,
        Kind::String | Kind::Enum(_) => ShapeType::String,
        Kind::Boolean => ShapeType::Boolean,
        Kind::Integer => ShapeType::Integer,
        Kind::Long => ShapeType::Long,
        Kind::Float => ShapeType::Float,
        Kind::Double => ShapeType::Double,
        Kind::Blob => ShapeType::Blob,
        Kind::Timestamp => ShapeType::Timestamp,
        Kind::Document => ShapeType::Document,
    }
}

/// The schema of a shape on its own.
pub(crate) fn shape(model: Model, index: ShapeIndex) -> &'static Schema<'static> {
    leak(own(model, model.shape(index), 0, Of::Any))
}

fn own(model: Model, shape: &'static Shape<'static>, depth: usize, of: Of) -> Schema<'static> {
    let id = shape_id(model, shape.name);
    let schema = match &shape.kind {
        Kind::Structure(structure) | Kind::Union(structure) => {
            Schema::new_struct(id, shape_type(shape), members(model, structure, of))
        }
        Kind::List { member, .. } => Schema::new_list(id, element(model, member, 0, depth + 1)),
        Kind::Map { key, value, .. } => Schema::new_map(
            id,
            element(model, key, 0, depth + 1),
            element(model, value, 1, depth + 1),
        ),
        _ => Schema::new(id, shape_type(shape)),
    };
    own_traits(schema, shape)
}

fn own_traits(mut schema: Schema<'static>, shape: &Shape<'static>) -> Schema<'static> {
    if shape.sensitive {
        schema = schema.with_sensitive();
    }
    if shape.streaming || shape.event_stream {
        schema = schema.with_streaming();
    }
    // The name of a structure's own element is for documents of which it is the root; a list's
    // names the elements of members too.
    let is_structure = matches!(shape.kind, Kind::Structure(_) | Kind::Union(_));
    if let Some(name) = shape.xml_name
        && !(is_structure && schema.member_name().is_some())
    {
        schema = schema.with_xml_name(name);
    }
    if let Some(namespace) = shape.xml_namespace {
        schema = schema.with_xml_namespace(namespace.uri, namespace.prefix);
    }
    if let Some(format) = shape.timestamp_format {
        schema = schema.with_timestamp_format(wire_format(format));
    }
    schema
}

fn members(
    model: Model,
    structure: &'static Structure<'static>,
    of: Of,
) -> &'static [&'static Schema<'static>] {
    let members: Vec<&'static Schema<'static>> = structure
        .members
        .iter()
        .enumerate()
        .map(|(index, member)| {
            let mut schema = member_schema(model, member, index, 0);
            // A label is never a key of the request's body, where another member may have its
            // name.
            if of == Of::Input && member.location == Location::Uri {
                schema = schema.with_json_name(NO_KEY).with_xml_name(NO_KEY);
            }
            if structure.payload.map(usize::from) == Some(index) {
                schema = schema.with_http_payload();
            }
            leak(schema)
        })
        .collect();
    Vec::leak(members)
}

fn element(
    model: Model,
    member: &'static Member<'static>,
    index: usize,
    depth: usize,
) -> &'static Schema<'static> {
    leak(member_schema(model, member, index, depth))
}

fn member_schema(
    model: Model,
    member: &'static Member<'static>,
    index: usize,
    depth: usize,
) -> Schema<'static> {
    let target = model.shape(member.target);
    let id = shape_id(model, target.name);
    let mut schema = Schema::new_member(id, shape_type(target), member.name, index);
    if depth < DEEPEST_NESTING {
        schema = match &target.kind {
            Kind::List { member, .. } => {
                schema.with_list_member(element(model, member, 0, depth + 1))
            }
            Kind::Map { key, value, .. } => schema.with_map_members(
                element(model, key, 0, depth + 1),
                element(model, value, 1, depth + 1),
            ),
            _ => schema,
        };
    }
    let schema = own_traits(schema, target);
    member_traits(schema, member, target)
}

fn member_traits(
    mut schema: Schema<'static>,
    member: &Member<'static>,
    target: &Shape<'static>,
) -> Schema<'static> {
    let name = member.wire_name.unwrap_or(member.name);
    schema = match member.location {
        Location::Body => body_names(schema, member),
        Location::Uri => schema.with_http_label(),
        Location::Query if matches!(target.kind, Kind::Map { .. }) => {
            schema.with_http_query_params()
        }
        Location::Query => schema.with_http_query(name),
        Location::Header => schema.with_http_header(intern_header_name(name)),
        Location::Headers => schema.with_http_prefix_headers(name),
        Location::StatusCode => schema.with_http_response_code(),
    };
    let flattened = match target.kind {
        Kind::List { flattened, .. } | Kind::Map { flattened, .. } => flattened,
        _ => false,
    };
    if member.flattened || flattened {
        schema = schema.with_xml_flattened();
    }
    if member.xml_attribute {
        schema = schema.with_xml_attribute();
    }
    if let Some(namespace) = member.xml_namespace {
        schema = schema.with_xml_namespace(namespace.uri, namespace.prefix);
    }
    if let Some(format) = member.timestamp_format {
        schema = schema.with_timestamp_format(wire_format(format));
    }
    if member.json_value {
        schema = schema.with_media_type("application/json");
    }
    if member.streaming {
        schema = schema.with_streaming();
    }
    if member.event_header {
        schema = schema.with_event_header();
    }
    if member.event_payload {
        schema = schema.with_event_payload();
    }
    schema
}

fn body_names(mut schema: Schema<'static>, member: &Member<'static>) -> Schema<'static> {
    if let Some(name) = member.wire_name {
        schema = schema.with_json_name(name);
    }
    match member.xml_name.or(member.wire_name) {
        Some(name) => schema.with_xml_name(name),
        None => schema,
    }
}

fn wire_format(format: TimestampFormat) -> WireTimestampFormat {
    match format {
        TimestampFormat::EpochSeconds => WireTimestampFormat::EpochSeconds,
        TimestampFormat::DateTime => WireTimestampFormat::DateTime,
        TimestampFormat::HttpDate => WireTimestampFormat::HttpDate,
    }
}

fn of_operation(
    model: Model,
    index: Option<ShapeIndex>,
    of: Of,
    name: impl FnOnce() -> String,
) -> Schema<'static> {
    match index {
        Some(index) => own(model, model.shape(index), 0, of),
        None => Schema::new_struct(shape_id(model, text(name())), ShapeType::Structure, &[]),
    }
}

/// The input schema of an operation, with its HTTP trait and the names of its root element.
pub(crate) fn input(model: Model, index: usize) -> &'static Schema<'static> {
    let operation: &'static Operation<'static> = &model.operations[index];
    let mut schema =
        of_operation(model, operation.input, Of::Input, || format!("{}Input", operation.name))
            .with_http(HttpTrait::new(operation.method, operation.uri, Some(operation.status)));
    if let Some(name) = operation.input_xml_name {
        schema = schema.with_xml_name(name);
    }
    if let Some(uri) = operation.input_xml_namespace {
        schema = schema.with_xml_namespace(uri, None);
    }
    leak(schema)
}

/// The output schema of an operation, with the status of its success.
pub(crate) fn output(model: Model, index: usize) -> &'static Schema<'static> {
    let operation: &'static Operation<'static> = &model.operations[index];
    let schema =
        of_operation(model, operation.output, Of::Any, || format!("{}Output", operation.name))
            .with_http(HttpTrait::new(operation.method, operation.uri, Some(operation.status)));
    leak(schema)
}
