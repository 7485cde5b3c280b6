//! The first look at a request: does it hold what the model demands?
//!
//! [`Checked`] stands between a deserializer and the input that is read from it, walks the model
//! beside the read and only notes whether anything is wrong. The words of the answer come from a
//! second read, in [`crate::validate`], which only requests in error pay for.

use std::cell::Cell;

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use fogbank_schema::{Kind, ShapeIndex};

use crate::constraints::Constraints;

/// What one read has found.
pub(crate) struct Findings<'c> {
    pub(crate) constraints: &'c Constraints,
    broken: Cell<bool>,
}

impl<'c> Findings<'c> {
    pub(crate) fn new(constraints: &'c Constraints) -> Self {
        Self { constraints, broken: Cell::new(false) }
    }

    /// A constraint is broken.
    pub(crate) fn any(&self) -> bool {
        self.broken.get()
    }

    fn expect(&self, holds: bool) {
        if !holds {
            self.broken.set(true);
        }
    }
}

/// A deserializer whose values are checked while they pass.
pub(crate) struct Checked<'a> {
    pub(crate) inner: &'a mut dyn ShapeDeserializer,
    pub(crate) findings: &'a Findings<'a>,
    pub(crate) shape: ShapeIndex,
}

/// Which members of a structure were read.
#[derive(Default)]
struct Seen {
    low: u128,
    high: Vec<u16>,
}

impl Seen {
    fn note(&mut self, index: usize) {
        if index < 128 {
            self.low |= 1 << index;
        } else if let Ok(index) = u16::try_from(index) {
            self.high.push(index);
        }
    }

    fn has(&self, index: u16) -> bool {
        if index < 128 { self.low & (1 << index) != 0 } else { self.high.contains(&index) }
    }
}

type Members<'m> =
    &'m mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;
type Elements<'e> = &'e mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>;
type Entries<'e> = &'e mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;

impl Checked<'_> {
    fn string(&self, text: &str) {
        self.findings.expect(self.findings.constraints.string_holds(self.shape, text));
    }

    fn number(&self, value: f64) {
        self.findings.expect(self.findings.constraints.number_holds(self.shape, value));
    }

    fn length(&self, length: usize) {
        let shape = self.findings.constraints.model.shape(self.shape);
        self.findings.expect(self.findings.constraints.length_holds(shape, length));
    }
}

impl ShapeDeserializer for Checked<'_> {
    fn read_struct(&mut self, schema: &Schema<'_>, state: Members<'_>) -> Result<(), SerdeError> {
        let Self { inner, findings, shape } = self;
        let (findings, constraints) = (*findings, findings.constraints);
        let (Kind::Structure(structure) | Kind::Union(structure)) =
            &constraints.model.shape(*shape).kind
        else {
            return inner.read_struct(schema, state);
        };
        let mut seen = Seen::default();
        inner.read_struct(schema, &mut |member, value| {
            let known = member.member_index().and_then(|index| structure.members.get(index));
            let (Some(described), Some(index)) = (known, member.member_index()) else {
                return value.skip_value();
            };
            seen.note(index);
            if !constraints.needed(described.target) {
                return state(member, value);
            }
            state(member, &mut Checked { inner: value, findings, shape: described.target })
        })?;
        findings.expect(constraints.required(*shape).iter().all(|index| seen.has(*index)));
        Ok(())
    }

    fn read_list(&mut self, schema: &Schema<'_>, state: Elements<'_>) -> Result<(), SerdeError> {
        let Self { inner, findings, shape } = self;
        let (findings, constraints) = (*findings, findings.constraints);
        let described = constraints.model.shape(*shape);
        let Kind::List { member, .. } = &described.kind else {
            return inner.read_list(schema, state);
        };
        let mut length = 0;
        let needed = constraints.needed(member.target);
        inner.read_list(schema, &mut |value| {
            length += 1;
            if !needed {
                return state(value);
            }
            state(&mut Checked { inner: value, findings, shape: member.target })
        })?;
        findings.expect(constraints.length_holds(described, length));
        Ok(())
    }

    fn read_map(&mut self, schema: &Schema<'_>, state: Entries<'_>) -> Result<(), SerdeError> {
        let Self { inner, findings, shape } = self;
        let (findings, constraints) = (*findings, findings.constraints);
        let described = constraints.model.shape(*shape);
        let Kind::Map { key: keys, value: values, .. } = &described.kind else {
            return inner.read_map(schema, state);
        };
        let mut length = 0;
        let (keys_needed, values_needed) =
            (constraints.needed(keys.target), constraints.needed(values.target));
        inner.read_map(schema, &mut |key, value| {
            length += 1;
            if keys_needed {
                findings.expect(constraints.string_holds(keys.target, &key));
            }
            if !values_needed {
                return state(key, value);
            }
            state(key, &mut Checked { inner: value, findings, shape: values.target })
        })?;
        findings.expect(constraints.length_holds(described, length));
        Ok(())
    }

    fn read_boolean(&mut self, schema: &Schema<'_>) -> Result<bool, SerdeError> {
        self.inner.read_boolean(schema)
    }

    fn read_byte(&mut self, schema: &Schema<'_>) -> Result<i8, SerdeError> {
        self.inner.read_byte(schema).inspect(|value| self.number(f64::from(*value)))
    }

    fn read_short(&mut self, schema: &Schema<'_>) -> Result<i16, SerdeError> {
        self.inner.read_short(schema).inspect(|value| self.number(f64::from(*value)))
    }

    fn read_integer(&mut self, schema: &Schema<'_>) -> Result<i32, SerdeError> {
        self.inner.read_integer(schema).inspect(|value| self.number(f64::from(*value)))
    }

    #[allow(clippy::cast_precision_loss)]
    fn read_long(&mut self, schema: &Schema<'_>) -> Result<i64, SerdeError> {
        self.inner.read_long(schema).inspect(|value| self.number(*value as f64))
    }

    fn read_float(&mut self, schema: &Schema<'_>) -> Result<f32, SerdeError> {
        self.inner.read_float(schema).inspect(|value| self.number(f64::from(*value)))
    }

    fn read_double(&mut self, schema: &Schema<'_>) -> Result<f64, SerdeError> {
        self.inner.read_double(schema).inspect(|value| self.number(*value))
    }

    fn read_big_integer(&mut self, schema: &Schema<'_>) -> Result<BigInteger, SerdeError> {
        self.inner.read_big_integer(schema)
    }

    fn read_big_decimal(&mut self, schema: &Schema<'_>) -> Result<BigDecimal, SerdeError> {
        self.inner.read_big_decimal(schema)
    }

    fn read_string(&mut self, schema: &Schema<'_>) -> Result<String, SerdeError> {
        self.inner.read_string(schema).inspect(|text| self.string(text))
    }

    fn read_blob(&mut self, schema: &Schema<'_>) -> Result<Blob, SerdeError> {
        self.inner.read_blob(schema).inspect(|blob| self.length(blob.as_ref().len()))
    }

    fn read_timestamp(&mut self, schema: &Schema<'_>) -> Result<DateTime, SerdeError> {
        self.inner.read_timestamp(schema)
    }

    fn read_document(&mut self, schema: &Schema<'_>) -> Result<Document, SerdeError> {
        self.inner.read_document(schema)
    }

    fn is_null(&self) -> bool {
        self.inner.is_null()
    }

    fn read_null(&mut self) -> Result<(), SerdeError> {
        self.inner.read_null()
    }

    fn skip_value(&mut self) -> Result<(), SerdeError> {
        self.inner.skip_value()
    }

    fn container_size(&self) -> Option<usize> {
        self.inner.container_size()
    }
}
