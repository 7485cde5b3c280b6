//! Attributes written to an answer from the form in which they are stored.

use aws_smithy_types::Blob;
use fogbank_service::generated::{Schema, SerdeError, SerializableStruct, ShapeSerializer};

use crate::engine::value::{Attributes, Kind, Value};

/// Where values are written, and the schema of the union that each of them is.
pub(super) struct Written<'w> {
    pub(super) union: &'static Schema<'static>,
    pub(super) serializer: &'w mut dyn ShapeSerializer,
}

/// A value as the member of the union that it is.
struct Member<'v> {
    union: &'static Schema<'static>,
    value: &'v Value,
}

impl Written<'_> {
    /// Writes a map whose values are of the union.
    pub(super) fn map(
        self,
        schema: &Schema<'_>,
        attributes: &Attributes,
    ) -> Result<(), SerdeError> {
        let Self { union, serializer } = self;
        let (key, member) = (schema.key().unwrap_or(schema), schema.member().unwrap_or(schema));
        serializer.write_map_with_length(schema, attributes.len(), &|serializer| {
            attributes.iter().try_for_each(|(name, value)| {
                serializer.write_string(key, name)?;
                serializer.write_struct(member, &Member { union, value })
            })
        })
    }
}

impl SerializableStruct for Member<'_> {
    fn schema(&self) -> &Schema<'_> {
        self.union
    }

    fn serialize_members(&self, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        let Self { union, value } = *self;
        // The union's members stand in the order of `Kind`.
        let schema = union.members()[value.kind() as usize];
        let element = schema.member().unwrap_or(schema);
        match value {
            Value::S(text) => serializer.write_string(schema, text),
            Value::N(number) => serializer.write_string(schema, number.text().as_str()),
            Value::B(bytes) => serializer.write_blob(schema, blob(bytes)),
            Value::Null => serializer.write_boolean(schema, true),
            Value::Bool(flag) => serializer.write_boolean(schema, *flag),
            Value::M(map) => Written { union, serializer }.map(schema, map),
            Value::L(list) => {
                serializer.write_list_with_length(schema, list.len(), &|serializer| {
                    list.iter().try_for_each(|value| {
                        serializer.write_struct(element, &Member { union, value })
                    })
                })
            }
            Value::Ss(set) => serializer.write_list_with_length(schema, set.len(), &|serializer| {
                set.iter().try_for_each(|text| serializer.write_string(element, text))
            }),
            Value::Ns(set) => serializer.write_list_with_length(schema, set.len(), &|serializer| {
                set.iter().try_for_each(|it| serializer.write_string(element, it.text().as_str()))
            }),
            Value::Bs(set) => serializer.write_list_with_length(schema, set.len(), &|serializer| {
                set.iter().try_for_each(|bytes| serializer.write_blob(element, blob(bytes)))
            }),
        }
    }
}

fn blob(bytes: &bytes::Bytes) -> Blob {
    Blob::from_maybe_shared(bytes.clone())
}

const _: () = assert!(Kind::S as usize == 0 && Kind::Bool as usize == 9);
