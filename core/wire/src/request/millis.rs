//! Kinesis's older CBOR: timestamps count milliseconds.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};

pub(super) struct Milliseconds<'a>(&'a mut dyn ShapeDeserializer);

impl<'a> Milliseconds<'a> {
    pub(super) fn new(inner: &'a mut dyn ShapeDeserializer) -> Self {
        Self(inner)
    }
}

macro_rules! pass_on {
    ($($read:ident -> $value:ty;)*) => {$(
        fn $read(&mut self, schema: &Schema<'_>) -> Result<$value, SerdeError> {
            self.0.$read(schema)
        }
    )*};
}

impl ShapeDeserializer for Milliseconds<'_> {
    pass_on! {
        read_boolean -> bool;
        read_byte -> i8;
        read_short -> i16;
        read_integer -> i32;
        read_long -> i64;
        read_float -> f32;
        read_double -> f64;
        read_big_integer -> BigInteger;
        read_big_decimal -> BigDecimal;
        read_string -> String;
        read_blob -> Blob;
        read_document -> Document;
    }

    fn read_struct(
        &mut self,
        schema: &Schema<'_>,
        state: &mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.0.read_struct(schema, &mut |member, value| state(member, &mut Milliseconds(value)))
    }

    fn read_list(
        &mut self,
        schema: &Schema<'_>,
        state: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.0.read_list(schema, &mut |value| state(&mut Milliseconds(value)))
    }

    fn read_map(
        &mut self,
        schema: &Schema<'_>,
        state: &mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.0.read_map(schema, &mut |key, value| state(key, &mut Milliseconds(value)))
    }

    fn read_timestamp(&mut self, schema: &Schema<'_>) -> Result<DateTime, SerdeError> {
        let read = self.0.read_timestamp(schema)?;
        // Seconds with a fraction come from SDKs that follow CBOR's own definition.
        if read.subsec_nanos() != 0 || read.secs() < 100_000_000_000 {
            return Ok(read);
        }
        Ok(DateTime::from_millis(read.secs()))
    }

    fn is_null(&self) -> bool {
        self.0.is_null()
    }

    fn read_null(&mut self) -> Result<(), SerdeError> {
        self.0.read_null()
    }

    fn skip_value(&mut self) -> Result<(), SerdeError> {
        self.0.skip_value()
    }

    fn container_size(&self) -> Option<usize> {
        self.0.container_size()
    }
}
