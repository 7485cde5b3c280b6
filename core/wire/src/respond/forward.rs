//! Serializers that let only some members of a structure through, or change what passes.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};

/// Which members a [`Filtered`] structure shows.
pub(crate) type Keep = fn(&Schema<'_>) -> bool;

/// A structure of which only some members are written.
pub(crate) struct Filtered<'v> {
    pub(crate) value: &'v dyn SerializableStruct,
    pub(crate) keep: Keep,
}

impl SerializableStruct for Filtered<'_> {
    fn schema(&self) -> &Schema<'_> {
        self.value.schema()
    }

    fn serialize_members(&self, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        self.value.serialize_members(&mut Filter { inner: serializer, keep: &self.keep })
    }
}

/// Members of the body: those that no part of the HTTP head carries.
pub(crate) fn in_body(schema: &Schema<'_>) -> bool {
    !schema.has_http_response_binding()
}

/// Members of the head, and the payload.
pub(crate) fn in_head(schema: &Schema<'_>) -> bool {
    schema.has_http_response_binding()
}

/// A document whose members do not come in the order of the model: clients that read it in one
/// pass count on that.
pub(crate) struct Ordered<'v> {
    pub(crate) value: &'v dyn SerializableStruct,
    /// What comes first, in that order.
    pub(crate) first: &'static [&'static str],
}

impl SerializableStruct for Ordered<'_> {
    fn schema(&self) -> &Schema<'_> {
        self.value.schema()
    }

    fn serialize_members(&self, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        let place = |schema: &Schema<'_>| {
            let name = schema.member_name()?;
            self.first.iter().position(|first| *first == name)
        };
        for at in 0..self.first.len() {
            let keep = |schema: &Schema<'_>| place(schema) == Some(at);
            self.value.serialize_members(&mut Filter { inner: serializer, keep: &keep })?;
        }
        let keep = |schema: &Schema<'_>| in_body(schema) && place(schema).is_none();
        self.value.serialize_members(&mut Filter { inner: serializer, keep: &keep })
    }
}

struct Filter<'a> {
    inner: &'a mut dyn ShapeSerializer,
    keep: &'a dyn Fn(&Schema<'_>) -> bool,
}

macro_rules! forward {
    ($($write:ident($value:ty);)*) => {$(
        fn $write(&mut self, schema: &Schema<'_>, value: $value) -> Result<(), SerdeError> {
            if (self.keep)(schema) { self.inner.$write(schema, value) } else { Ok(()) }
        }
    )*};
}

type Write<'w> = &'w dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>;

impl ShapeSerializer for Filter<'_> {
    forward! {
        write_struct(&dyn SerializableStruct);
        write_list(Write<'_>);
        write_map(Write<'_>);
        write_boolean(bool);
        write_byte(i8);
        write_short(i16);
        write_integer(i32);
        write_long(i64);
        write_float(f32);
        write_double(f64);
        write_big_integer(&BigInteger);
        write_big_decimal(&BigDecimal);
        write_string(&str);
        write_blob(Blob);
        write_timestamp(&DateTime);
        write_document(&Document);
    }

    fn write_list_with_length(
        &mut self,
        schema: &Schema<'_>,
        length: usize,
        write: Write<'_>,
    ) -> Result<(), SerdeError> {
        if (self.keep)(schema) {
            self.inner.write_list_with_length(schema, length, write)
        } else {
            Ok(())
        }
    }

    fn write_map_with_length(
        &mut self,
        schema: &Schema<'_>,
        length: usize,
        write: Write<'_>,
    ) -> Result<(), SerdeError> {
        if (self.keep)(schema) {
            self.inner.write_map_with_length(schema, length, write)
        } else {
            Ok(())
        }
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Result<(), SerdeError> {
        if (self.keep)(schema) { self.inner.write_null(schema) } else { Ok(()) }
    }
}
