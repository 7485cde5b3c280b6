//! Writes structures as the generated code of the SDK does: elements of lists and values of maps go by
//! the schemas of their own shapes, which have no names.

use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_schema::{Schema, prelude};
use aws_smithy_types::Blob;
use fogbank_schema::{Kind, Schemas, ShapeIndex};
use fogbank_wire::dynamic::Value;

/// A structure with its members.
pub(crate) struct Written<'v> {
    pub(crate) schemas: &'static Schemas,
    pub(crate) shape: ShapeIndex,
    pub(crate) members: &'v [(usize, Value)],
}

impl SerializableStruct for Written<'_> {
    fn schema(&self) -> &Schema<'_> {
        self.schemas.shape(self.shape)
    }

    fn serialize_members(&self, to: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        let (Kind::Structure(structure) | Kind::Union(structure)) =
            &self.schemas.model().shape(self.shape).kind
        else {
            return Err(SerdeError::custom("the shape is no structure"));
        };
        let own = self.schemas.shape(self.shape);
        for (index, value) in self.members {
            let schema = own.member_schema_by_index(*index).expect("a member of the shape");
            self.write(structure.members[*index].target, schema, value, to)?;
        }
        Ok(())
    }
}

impl Written<'_> {
    fn element(&self, shape: ShapeIndex) -> &'static Schema<'static> {
        match self.schemas.model().shape(shape).kind {
            Kind::Boolean => &prelude::BOOLEAN,
            Kind::Integer => &prelude::INTEGER,
            Kind::Long => &prelude::LONG,
            Kind::Float => &prelude::FLOAT,
            Kind::Double => &prelude::DOUBLE,
            Kind::Blob => &prelude::BLOB,
            Kind::String | Kind::Enum(_) => &prelude::STRING,
            Kind::Document => &prelude::DOCUMENT,
            _ => self.schemas.shape(shape),
        }
    }

    fn write(
        &self,
        shape: ShapeIndex,
        schema: &Schema<'_>,
        value: &Value,
        to: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        let schemas = self.schemas;
        match (&schemas.model().shape(shape).kind, value) {
            (_, Value::Struct(members)) => {
                to.write_struct(schema, &Written { schemas, shape, members })
            }
            (Kind::List { member, .. }, Value::List(values)) => {
                let element = self.element(member.target);
                to.write_list(schema, &|to| {
                    values.iter().try_for_each(|it| self.write(member.target, element, it, to))
                })
            }
            (Kind::Map { value: member, .. }, Value::Map(entries)) => {
                let element = self.element(member.target);
                to.write_map(schema, &|to| {
                    entries.iter().try_for_each(|(key, it)| {
                        to.write_string(&prelude::STRING, key)?;
                        self.write(member.target, element, it, to)
                    })
                })
            }
            (_, Value::Boolean(it)) => to.write_boolean(schema, *it),
            (_, Value::Integer(it)) => to.write_integer(schema, *it),
            (_, Value::Long(it)) => to.write_long(schema, *it),
            (_, Value::Float(it)) => to.write_float(schema, *it),
            (_, Value::Double(it)) => to.write_double(schema, *it),
            (_, Value::String(it)) => to.write_string(schema, it),
            (_, Value::Blob(it)) => to.write_blob(schema, Blob::from_maybe_shared(it.clone())),
            (_, Value::Timestamp(it)) => to.write_timestamp(schema, it),
            (_, Value::Document(it)) => to.write_document(schema, it),
            _ => Err(SerdeError::type_mismatch("the value is not of its shape")),
        }
    }
}
