//! One way to show every generated structure: by its schema, over the serializer.

use std::fmt;

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};

/// Shows a structure by its schema; `sensitive` members are redacted, blobs show their length.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_shape(value: &dyn SerializableStruct, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut collector = Collector::default();
    // What a serializer refuses is not shown; a debug text is no place for an error.
    let _ = collector.write_struct(value.schema(), value);
    match collector.values.pop() {
        Some((_, shown)) => fmt::Debug::fmt(&shown, f),
        None => f.write_str(value.schema().shape_id().shape_name()),
    }
}

/// A value on its way to the formatter.
enum Shown {
    Text(String),
    Quoted(String),
    Structure(String, Vec<(String, Shown)>),
    List(Vec<(String, Shown)>),
    /// Keys and values by turns.
    Map(Vec<(String, Shown)>),
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shown::Text(text) => f.write_str(text),
            Shown::Quoted(text) => fmt::Debug::fmt(text, f),
            Shown::Structure(name, members) => {
                let mut structure = f.debug_struct(name);
                for (name, value) in members {
                    structure.field(name, value);
                }
                structure.finish()
            }
            Shown::List(items) => {
                f.debug_list().entries(items.iter().map(|(_, item)| item)).finish()
            }
            Shown::Map(entries) => {
                let entries = entries.chunks_exact(2).map(|pair| (&pair[0].1, &pair[1].1));
                f.debug_map().entries(entries).finish()
            }
        }
    }
}

/// A serializer that keeps what is written, with the names of members.
#[derive(Default)]
struct Collector {
    values: Vec<(String, Shown)>,
}

type Written = Result<(), SerdeError>;

impl Collector {
    fn push(&mut self, schema: &Schema<'_>, shown: Shown) -> Written {
        let shown = match schema.sensitive() {
            Some(_) => Shown::Text("<redacted>".to_owned()),
            None => shown,
        };
        self.values.push((schema.member_name().unwrap_or_default().to_owned(), shown));
        Ok(())
    }

    fn text(&mut self, schema: &Schema<'_>, value: impl ToString) -> Written {
        self.push(schema, Shown::Text(value.to_string()))
    }

    fn inner(
        write: impl FnOnce(&mut dyn ShapeSerializer) -> Written,
    ) -> Result<Vec<(String, Shown)>, SerdeError> {
        let mut inner = Self::default();
        write(&mut inner)?;
        Ok(inner.values)
    }
}

impl ShapeSerializer for Collector {
    fn write_struct(&mut self, schema: &Schema<'_>, value: &dyn SerializableStruct) -> Written {
        let members = Self::inner(|inner| value.serialize_members(inner))?;
        let name = value.schema().shape_id().shape_name().to_owned();
        self.push(schema, Shown::Structure(name, members))
    }

    fn write_list(
        &mut self,
        schema: &Schema<'_>,
        write: &dyn Fn(&mut dyn ShapeSerializer) -> Written,
    ) -> Written {
        let items = Self::inner(write)?;
        self.push(schema, Shown::List(items))
    }

    fn write_map(
        &mut self,
        schema: &Schema<'_>,
        write: &dyn Fn(&mut dyn ShapeSerializer) -> Written,
    ) -> Written {
        let entries = Self::inner(write)?;
        self.push(schema, Shown::Map(entries))
    }

    fn write_boolean(&mut self, schema: &Schema<'_>, value: bool) -> Written {
        self.text(schema, value)
    }

    fn write_byte(&mut self, schema: &Schema<'_>, value: i8) -> Written {
        self.text(schema, value)
    }

    fn write_short(&mut self, schema: &Schema<'_>, value: i16) -> Written {
        self.text(schema, value)
    }

    fn write_integer(&mut self, schema: &Schema<'_>, value: i32) -> Written {
        self.text(schema, value)
    }

    fn write_long(&mut self, schema: &Schema<'_>, value: i64) -> Written {
        self.text(schema, value)
    }

    fn write_float(&mut self, schema: &Schema<'_>, value: f32) -> Written {
        self.text(schema, value)
    }

    fn write_double(&mut self, schema: &Schema<'_>, value: f64) -> Written {
        self.text(schema, value)
    }

    fn write_big_integer(&mut self, schema: &Schema<'_>, value: &BigInteger) -> Written {
        self.text(schema, value.as_ref())
    }

    fn write_big_decimal(&mut self, schema: &Schema<'_>, value: &BigDecimal) -> Written {
        self.text(schema, value.as_ref())
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Written {
        self.push(schema, Shown::Quoted(value.to_owned()))
    }

    fn write_blob(&mut self, schema: &Schema<'_>, value: Blob) -> Written {
        self.text(schema, format_args!("<{} bytes>", value.as_ref().len()))
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Written {
        self.text(schema, format_args!("{value:?}"))
    }

    fn write_document(&mut self, schema: &Schema<'_>, value: &Document) -> Written {
        self.text(schema, format_args!("{value:?}"))
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Written {
        self.text(schema, "null")
    }
}
