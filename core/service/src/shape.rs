//! The small traits that generated types implement, and their implementations for the types that
//! members have.

pub mod debug;
pub mod held;
pub mod json;
pub mod kept;
pub mod late;
pub mod open_enum;

use std::collections::BTreeMap;

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{
    SerdeError, SerializableStruct, ShapeDeserializer, ShapeSerializer,
};
use aws_smithy_types::{Blob, DateTime, Document};
use bytes::Bytes;

use crate::{RequestStream, ResponseStream};

/// The input of an operation.
///
/// Members that a request does not carry keep their default; whether one of them is required is
/// decided by the validation, which watches the same read.
pub trait InputShape: Default + Send + 'static {
    /// One of the members is a stream.
    const STREAMING: bool = false;

    /// Reads all members.
    ///
    /// # Errors
    ///
    /// When the request's document is malformed or has a value of the wrong type.
    fn read_members(&mut self, deserializer: &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;

    /// Takes the stream that came with the request.
    fn set_stream(&mut self, stream: RequestStream) {
        drop(stream);
    }
}

/// The output of an operation.
pub trait OutputShape: SerializableStruct + Send + 'static {
    /// Takes out what streams.
    fn take_stream(&mut self) -> Option<ResponseStream> {
        None
    }
}

/// The output structure of an operation that has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unit;

impl SerializableStruct for Unit {
    fn schema(&self) -> &Schema<'_> {
        &aws_smithy_schema::prelude::UNIT
    }

    fn serialize_members(&self, _: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        Ok(())
    }
}

impl OutputShape for Unit {}

impl InputShape for Unit {
    fn read_members(&mut self, deserializer: &mut dyn ShapeDeserializer) -> Result<(), SerdeError> {
        deserializer
            .read_struct(&aws_smithy_schema::prelude::UNIT, &mut |_, value| value.skip_value())
    }
}

/// A value that a member can have, read by its schema.
pub trait ReadValue: Sized {
    /// Reads one value.
    ///
    /// # Errors
    ///
    /// When the value is malformed or of another type.
    fn read_value(
        schema: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<Self, SerdeError>;
}

/// A value that a member can have, written by its schema.
pub trait WriteValue {
    /// Writes one value.
    ///
    /// # Errors
    ///
    /// When the protocol cannot carry the value.
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError>;
}

/// Keys of maps: strings and enums.
pub trait MapKey: Ord + From<String> + AsRef<str> {}

impl<T: Ord + From<String> + AsRef<str>> MapKey for T {}

macro_rules! scalar {
    ($($type:ty, $read:ident, $write:ident;)*) => {$(
        impl ReadValue for $type {
            fn read_value(
                schema: &Schema<'_>,
                deserializer: &mut dyn ShapeDeserializer,
            ) -> Result<Self, SerdeError> {
                deserializer.$read(schema)
            }
        }

        impl WriteValue for $type {
            fn write_value(
                &self,
                schema: &Schema<'_>,
                serializer: &mut dyn ShapeSerializer,
            ) -> Result<(), SerdeError> {
                serializer.$write(schema, *self)
            }
        }
    )*};
}

scalar! {
    bool, read_boolean, write_boolean;
    i32, read_integer, write_integer;
    i64, read_long, write_long;
    f32, read_float, write_float;
    f64, read_double, write_double;
}

impl ReadValue for String {
    fn read_value(
        schema: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<Self, SerdeError> {
        deserializer.read_string(schema)
    }
}

impl WriteValue for String {
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        serializer.write_string(schema, self)
    }
}

impl ReadValue for Bytes {
    fn read_value(
        schema: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<Self, SerdeError> {
        Ok(Bytes::from(deserializer.read_blob(schema)?.into_inner()))
    }
}

impl WriteValue for Bytes {
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        serializer.write_blob(schema, Blob::from_maybe_shared(self.clone()))
    }
}

impl ReadValue for DateTime {
    fn read_value(
        schema: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<Self, SerdeError> {
        deserializer.read_timestamp(schema)
    }
}

impl WriteValue for DateTime {
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        serializer.write_timestamp(schema, self)
    }
}

impl ReadValue for Document {
    fn read_value(
        schema: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<Self, SerdeError> {
        deserializer.read_document(schema)
    }
}

impl WriteValue for Document {
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        serializer.write_document(schema, self)
    }
}

impl<T: ReadValue> ReadValue for Box<T> {
    fn read_value(
        schema: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<Self, SerdeError> {
        T::read_value(schema, deserializer).map(Box::new)
    }
}

impl<T: WriteValue> WriteValue for Box<T> {
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        T::write_value(self, schema, serializer)
    }
}

/// Elements of sparse lists and maps.
impl<T: ReadValue> ReadValue for Option<T> {
    fn read_value(
        schema: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<Self, SerdeError> {
        read_nullable(deserializer, |deserializer| T::read_value(schema, deserializer))
    }
}

impl<T: WriteValue> WriteValue for Option<T> {
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        match self {
            Some(value) => value.write_value(schema, serializer),
            None => serializer.write_null(schema),
        }
    }
}

impl<T: ReadValue> ReadValue for Vec<T> {
    fn read_value(
        schema: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<Self, SerdeError> {
        let member = schema.member().unwrap_or(schema);
        let mut values = Vec::new();
        deserializer.read_list(schema, &mut |deserializer| {
            values.push(T::read_value(member, deserializer)?);
            Ok(())
        })?;
        Ok(values)
    }
}

impl<T: WriteValue> WriteValue for Vec<T> {
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        let member = schema.member().unwrap_or(schema);
        serializer.write_list_with_length(schema, self.len(), &|serializer| {
            self.iter().try_for_each(|value| value.write_value(member, serializer))
        })
    }
}

impl<K: MapKey, T: ReadValue> ReadValue for BTreeMap<K, T> {
    fn read_value(
        schema: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<Self, SerdeError> {
        let member = schema.member().unwrap_or(schema);
        let mut values = BTreeMap::new();
        deserializer.read_map(schema, &mut |key, deserializer| {
            values.insert(K::from(key), T::read_value(member, deserializer)?);
            Ok(())
        })?;
        Ok(values)
    }
}

impl<K: MapKey, T: WriteValue> WriteValue for BTreeMap<K, T> {
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        let member = schema.member().unwrap_or(schema);
        let key_schema = schema.key().unwrap_or(schema);
        serializer.write_map_with_length(schema, self.len(), &|serializer| {
            self.iter().try_for_each(|(key, value)| {
                serializer.write_string(key_schema, key.as_ref())?;
                value.write_value(member, serializer)
            })
        })
    }
}

/// Writes an optional member; an absent one is left out.
///
/// # Errors
///
/// When the protocol cannot carry the value.
pub fn write_member<T: WriteValue>(
    schema: &Schema<'_>,
    value: &Option<T>,
    serializer: &mut dyn ShapeSerializer,
) -> Result<(), SerdeError> {
    match value {
        Some(value) => value.write_value(schema, serializer),
        None => Ok(()),
    }
}

/// Reads a member into its field; null leaves none.
///
/// # Errors
///
/// When the value is malformed or of another type.
pub fn read_member<T: ReadValue>(
    field: &mut T,
    schema: &Schema<'_>,
    deserializer: &mut dyn ShapeDeserializer,
) -> Result<(), SerdeError> {
    *field = T::read_value(schema, deserializer)?;
    Ok(())
}

/// Reads a member that must be there into its field; null counts as absent.
///
/// # Errors
///
/// When the value is malformed or of another type.
pub fn read_required<T: ReadValue>(
    field: &mut T,
    schema: &Schema<'_>,
    deserializer: &mut dyn ShapeDeserializer,
) -> Result<(), SerdeError> {
    if deserializer.is_null() {
        return deserializer.read_null();
    }
    read_member(field, schema, deserializer)
}

/// A structure or union whose members are read one by one; generated code implements it.
pub trait ReadMembers {
    /// Reads the member at this position of the model.
    ///
    /// # Errors
    ///
    /// When the value is malformed or of another type.
    fn read_member_at(
        &mut self,
        index: usize,
        member: &Schema<'_>,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<(), SerdeError>;
}

/// Reads the members of a structure; those that the model does not know are skipped. One instance
/// for all structures, so that generated code has no closures.
///
/// # Errors
///
/// When the document is malformed or has a value of the wrong type.
pub fn read_members(
    value: &mut dyn ReadMembers,
    schema: &Schema<'_>,
    deserializer: &mut dyn ShapeDeserializer,
) -> Result<(), SerdeError> {
    deserializer.read_struct(schema, &mut |member, deserializer| match member.member_index() {
        Some(index) => value.read_member_at(index, member, deserializer),
        None => deserializer.skip_value(),
    })
}

/// Reads a structure.
///
/// # Errors
///
/// When the document is malformed or has a value of the wrong type.
pub fn read_structure<T: ReadMembers + Default>(
    schema: &Schema<'_>,
    deserializer: &mut dyn ShapeDeserializer,
) -> Result<T, SerdeError> {
    let mut value = T::default();
    read_members(&mut value, schema, deserializer)?;
    Ok(value)
}

/// Sets a union to the member that a request has; `unset` tells that there was none before.
///
/// # Errors
///
/// When another one was set before.
pub fn set_variant<T>(value: &mut T, unset: bool, variant: T) -> Result<(), SerdeError> {
    if !unset {
        return Err(SerdeError::invalid_input("a union must have exactly one member"));
    }
    *value = variant;
    Ok(())
}

/// Reads a value where null stands for none.
///
/// # Errors
///
/// When the value is malformed or of another type.
pub fn read_nullable<T>(
    deserializer: &mut dyn ShapeDeserializer,
    read: impl FnOnce(&mut dyn ShapeDeserializer) -> Result<T, SerdeError>,
) -> Result<Option<T>, SerdeError> {
    if deserializer.is_null() {
        deserializer.read_null()?;
        return Ok(None);
    }
    read(deserializer).map(Some)
}
