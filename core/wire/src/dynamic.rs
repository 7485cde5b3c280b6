//! Values of any shape, read and written by the model alone.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{
    SerdeError, SerializableStruct, ShapeDeserializer, ShapeSerializer,
};
use aws_smithy_types::{Blob, DateTime, Document};
use bytes::Bytes;
use fogbank_schema::{Kind, Member, Schemas, ShapeIndex};
use fogbank_service::{ByteStream, ResponseStream};

mod json;

pub use json::{FromJsonError, from_json, to_json};

/// A value of any shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing: an element of a sparse list or map.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An integer of 32 bits or fewer.
    Integer(i32),
    /// An integer of 64 bits.
    Long(i64),
    /// A float.
    Float(f32),
    /// A double.
    Double(f64),
    /// A string or an enum's value.
    String(String),
    /// Bytes.
    Blob(Bytes),
    /// A point in time.
    Timestamp(DateTime),
    /// A document.
    Document(Document),
    /// A list.
    List(Vec<Value>),
    /// A map, in the order of the wire.
    Map(Vec<(String, Value)>),
    /// The members that a structure or union has: position in the model, value.
    Struct(Vec<(usize, Value)>),
}

/// Reads a value of this shape.
///
/// # Errors
///
/// When the value is malformed or of another type.
pub fn read(
    schemas: &'static Schemas,
    shape: ShapeIndex,
    schema: &Schema<'_>,
    from: &mut dyn ShapeDeserializer,
) -> Result<Value, SerdeError> {
    if from.is_null() {
        from.read_null()?;
        return Ok(Value::Null);
    }
    match &schemas.model().shape(shape).kind {
        Kind::Structure(_) | Kind::Union(_) => read_struct(schemas, shape, from),
        Kind::List { member, .. } => {
            let element = schema.member().unwrap_or(schema);
            let mut values = Vec::new();
            from.read_list(schema, &mut |value| {
                values.push(read(schemas, member.target, element, value)?);
                Ok(())
            })?;
            Ok(Value::List(values))
        }
        Kind::Map { value: member, .. } => {
            let element = schema.member().unwrap_or(schema);
            let mut entries = Vec::new();
            from.read_map(schema, &mut |key, value| {
                entries.push((key, read(schemas, member.target, element, value)?));
                Ok(())
            })?;
            Ok(Value::Map(entries))
        }
        Kind::String | Kind::Enum(_) => from.read_string(schema).map(Value::String),
        Kind::Boolean => from.read_boolean(schema).map(Value::Boolean),
        Kind::Integer => from.read_integer(schema).map(Value::Integer),
        Kind::Long => from.read_long(schema).map(Value::Long),
        Kind::Float => from.read_float(schema).map(Value::Float),
        Kind::Double => from.read_double(schema).map(Value::Double),
        Kind::Blob => {
            from.read_blob(schema).map(|blob| Value::Blob(Bytes::from(blob.into_inner())))
        }
        Kind::Timestamp => from.read_timestamp(schema).map(Value::Timestamp),
        Kind::Document => from.read_document(schema).map(Value::Document),
    }
}

/// Reads a structure or union of this shape.
///
/// # Errors
///
/// When the value is malformed or of another type.
pub fn read_struct(
    schemas: &'static Schemas,
    shape: ShapeIndex,
    from: &mut dyn ShapeDeserializer,
) -> Result<Value, SerdeError> {
    read_members(schemas, shape, schemas.shape(shape), &|_| true, from)
}

/// Reads the input of an operation.
///
/// # Errors
///
/// When the value is malformed or of another type.
pub fn read_input(
    schemas: &'static Schemas,
    operation: usize,
    from: &mut dyn ShapeDeserializer,
) -> Result<Value, SerdeError> {
    read_input_members(schemas, operation, &|_| true, from)
}

/// Reads the members of an operation's input, by their positions, that are wanted.
///
/// # Errors
///
/// When one of them is malformed or of another type.
pub fn read_input_members(
    schemas: &'static Schemas,
    operation: usize,
    wanted: &dyn Fn(usize) -> bool,
    from: &mut dyn ShapeDeserializer,
) -> Result<Value, SerdeError> {
    match schemas.model().operations[operation].input {
        Some(shape) => read_members(schemas, shape, schemas.input(operation), wanted, from),
        None => {
            from.read_struct(schemas.input(operation), &mut |_, value| value.skip_value())?;
            Ok(Value::Struct(Vec::new()))
        }
    }
}

fn read_members(
    schemas: &'static Schemas,
    shape: ShapeIndex,
    schema: &Schema<'_>,
    wanted: &dyn Fn(usize) -> bool,
    from: &mut dyn ShapeDeserializer,
) -> Result<Value, SerdeError> {
    let (Kind::Structure(structure) | Kind::Union(structure)) = &schemas.model().shape(shape).kind
    else {
        return Err(SerdeError::custom("the shape is no structure"));
    };
    let mut members: Vec<(usize, Value)> = Vec::new();
    from.read_struct(schema, &mut |member, value| {
        let index = member.member_index().filter(|index| wanted(*index));
        let Some(index) = index else { return value.skip_value() };
        let Some(described) = structure.members.get(index) else { return value.skip_value() };
        let value = read(schemas, described.target, member, value)?;
        if value != Value::Null {
            members.retain(|(other, _)| *other != index);
            members.push((index, value));
        }
        Ok(())
    })?;
    members.sort_by_key(|(index, _)| *index);
    Ok(Value::Struct(members))
}

/// A structure as a dynamic value with its schema; the output of an operation, for one.
#[derive(Clone, Debug)]
pub struct DynamicStruct {
    schemas: &'static Schemas,
    schema: &'static Schema<'static>,
    shape: Option<ShapeIndex>,
    members: Vec<(usize, Value)>,
}

impl DynamicStruct {
    /// A structure of this shape; `members` are position and value.
    pub fn new(schemas: &'static Schemas, shape: ShapeIndex, members: Vec<(usize, Value)>) -> Self {
        Self { schemas, schema: schemas.shape(shape), shape: Some(shape), members }
    }

    /// The output of an operation.
    pub fn output(
        schemas: &'static Schemas,
        operation: usize,
        members: Vec<(usize, Value)>,
    ) -> Self {
        let shape = schemas.model().operations[operation].output;
        Self { schemas, schema: schemas.output(operation), shape, members }
    }

    /// The structure as canonical JSON.
    pub fn to_json(&self) -> serde_json::Value {
        let Some(shape) = self.shape else { return serde_json::Value::Object(Default::default()) };
        to_json(self.schemas, shape, &Value::Struct(self.members.clone()))
    }
}

impl SerializableStruct for DynamicStruct {
    fn schema(&self) -> &Schema<'_> {
        self.schema
    }

    fn serialize_members(&self, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        let Some(shape) = self.shape else { return Ok(()) };
        Members { schemas: self.schemas, shape, schema: self.schema, members: &self.members }
            .serialize_members(serializer)
    }
}

impl DynamicStruct {
    fn members_of_model(&self) -> &'static [Member<'static>] {
        let Some(shape) = self.shape else { return &[] };
        match &self.schemas.model().shape(shape).kind {
            Kind::Structure(structure) | Kind::Union(structure) => &structure.members,
            _ => &[],
        }
    }
}

impl fogbank_service::generated::OutputShape for DynamicStruct {
    fn take_stream(&mut self) -> Option<ResponseStream> {
        let (schemas, members) = (self.schemas, self.members_of_model());
        let streams = |member: &Member<'_>| {
            let target = schemas.model().shape(member.target);
            member.streaming || target.streaming || target.event_stream
        };
        let streaming = members.iter().position(streams)?;
        let position = self.members.iter().position(|(index, _)| *index == streaming);
        let value = position.map(|position| self.members.remove(position).1);
        let target = members[streaming].target;
        if !schemas.model().shape(target).event_stream {
            let bytes = match value {
                Some(Value::Blob(bytes)) => bytes,
                Some(Value::String(text)) => Bytes::from(text),
                _ => Bytes::new(),
            };
            return Some(ResponseStream::Bytes(ByteStream::from(bytes)));
        }
        let Some(Value::List(events)) = value else {
            return Some(ResponseStream::Events(Box::pin(futures_util::stream::empty())));
        };
        let events = events.into_iter().map(move |event| {
            let members = if let Value::Struct(members) = event { members } else { Vec::new() };
            let event = DynamicStruct::new(schemas, target, members);
            Ok(Box::new(event) as Box<dyn SerializableStruct + Send>)
        });
        Some(ResponseStream::Events(Box::pin(futures_util::stream::iter(events))))
    }
}

/// The members of a structure, borrowed.
struct Members<'v> {
    schemas: &'static Schemas,
    shape: ShapeIndex,
    schema: &'static Schema<'static>,
    members: &'v [(usize, Value)],
}

impl SerializableStruct for Members<'_> {
    fn schema(&self) -> &Schema<'_> {
        self.schema
    }

    fn serialize_members(&self, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        let (Kind::Structure(structure) | Kind::Union(structure)) =
            &self.schemas.model().shape(self.shape).kind
        else {
            return Err(SerdeError::custom("the shape is no structure"));
        };
        for (index, value) in self.members {
            let (Some(member), Some(schema)) =
                (structure.members.get(*index), self.schema.member_schema_by_index(*index))
            else {
                return Err(SerdeError::custom("the shape has no such member"));
            };
            write(self.schemas, member.target, schema, value, serializer)?;
        }
        Ok(())
    }
}

/// Writes a value of this shape.
///
/// # Errors
///
/// When the value is not of this shape, or the protocol cannot carry it.
pub fn write(
    schemas: &'static Schemas,
    shape: ShapeIndex,
    schema: &Schema<'_>,
    value: &Value,
    to: &mut dyn ShapeSerializer,
) -> Result<(), SerdeError> {
    let kind = &schemas.model().shape(shape).kind;
    match (kind, value) {
        (_, Value::Null) => to.write_null(schema),
        (Kind::Structure(_) | Kind::Union(_), Value::Struct(members)) => {
            let own = schemas.shape(shape);
            to.write_struct(schema, &Members { schemas, shape, schema: own, members })
        }
        (Kind::List { member, .. }, Value::List(values)) => {
            let element = schema.member().unwrap_or(schema);
            to.write_list_with_length(schema, values.len(), &|to| {
                values
                    .iter()
                    .try_for_each(|value| write(schemas, member.target, element, value, to))
            })
        }
        (Kind::Map { value: member, .. }, Value::Map(entries)) => {
            let element = schema.member().unwrap_or(schema);
            let key_schema = schema.key().unwrap_or(schema);
            to.write_map_with_length(schema, entries.len(), &|to| {
                entries.iter().try_for_each(|(key, value)| {
                    to.write_string(key_schema, key)?;
                    write(schemas, member.target, element, value, to)
                })
            })
        }
        (_, Value::Boolean(value)) => to.write_boolean(schema, *value),
        (_, Value::Integer(value)) => to.write_integer(schema, *value),
        (_, Value::Long(value)) => to.write_long(schema, *value),
        (_, Value::Float(value)) => to.write_float(schema, *value),
        (_, Value::Double(value)) => to.write_double(schema, *value),
        (_, Value::String(value)) => to.write_string(schema, value),
        (_, Value::Blob(value)) => to.write_blob(schema, Blob::from_maybe_shared(value.clone())),
        (_, Value::Timestamp(value)) => to.write_timestamp(schema, value),
        (_, Value::Document(value)) => to.write_document(schema, value),
        _ => Err(SerdeError::type_mismatch("the value is not of its shape")),
    }
}
