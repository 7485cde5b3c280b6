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
        self.value.serialize_members(&mut Filter { inner: serializer, keep: self.keep })
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

/// S3's list of buckets: the owner comes first in the document and second in the model, and
/// clients that read the document in one pass count on it.
pub(crate) struct OwnerFirst<'v>(pub(crate) &'v dyn SerializableStruct);

impl SerializableStruct for OwnerFirst<'_> {
    fn schema(&self) -> &Schema<'_> {
        self.0.schema()
    }

    fn serialize_members(&self, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        let is_owner: Keep = |schema| schema.member_name() == Some("Owner");
        let is_other: Keep = |schema| schema.member_name() != Some("Owner");
        Filtered { value: self.0, keep: is_owner }.serialize_members(serializer)?;
        Filtered { value: self.0, keep: is_other }.serialize_members(serializer)
    }
}

/// S3's lists of objects, versions and uploads: the name and what was asked for come before what was
/// found, unlike in the model.
pub(crate) struct NameFirst<'v>(pub(crate) &'v dyn SerializableStruct);

/// The lists of those documents.
fn is_found(schema: &Schema<'_>) -> bool {
    let lists = ["Contents", "Versions", "DeleteMarkers", "Uploads", "CommonPrefixes"];
    schema.member_name().is_some_and(|name| lists.contains(&name))
}

fn is_name(schema: &Schema<'_>) -> bool {
    matches!(schema.member_name(), Some("Name" | "Bucket"))
}

impl SerializableStruct for NameFirst<'_> {
    fn schema(&self) -> &Schema<'_> {
        self.0.schema()
    }

    fn serialize_members(&self, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        let is_asked: Keep = |schema| in_body(schema) && !is_name(schema) && !is_found(schema);
        for keep in [is_name as Keep, is_asked, is_found] {
            Filtered { value: self.0, keep }.serialize_members(serializer)?;
        }
        Ok(())
    }
}

struct Filter<'a> {
    inner: &'a mut dyn ShapeSerializer,
    keep: Keep,
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
