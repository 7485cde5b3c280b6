//! CBOR as clients write it: whole numbers stand where the model has fractions, and Kinesis's older
//! dialect counts milliseconds.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};

use crate::limits::too_deep;

/// A reader of CBOR that takes what AWS takes.
pub(crate) struct Lenient<'a> {
    inner: &'a mut dyn ShapeDeserializer,
    settings: Settings,
}

/// What a reader passes on to those below it.
#[derive(Clone, Copy)]
struct Settings {
    milliseconds: bool,
    /// How many aggregates may still be opened.
    levels: usize,
}

impl Settings {
    fn below(self) -> Result<Self, SerdeError> {
        let levels = self.levels.checked_sub(1).ok_or_else(too_deep)?;
        Ok(Self { levels, ..self })
    }
}

impl<'a> Lenient<'a> {
    /// Reads documents of at most so many levels.
    pub(crate) fn new(inner: &'a mut dyn ShapeDeserializer, levels: usize) -> Self {
        Self { inner, settings: Settings { milliseconds: false, levels } }
    }

    /// Timestamps are whole milliseconds.
    pub(crate) fn with_milliseconds(mut self) -> Self {
        self.settings.milliseconds = true;
        self
    }
}

macro_rules! pass_on {
    ($($read:ident -> $value:ty;)*) => {$(
        fn $read(&mut self, schema: &Schema<'_>) -> Result<$value, SerdeError> {
            self.inner.$read(schema)
        }
    )*};
}

impl ShapeDeserializer for Lenient<'_> {
    pass_on! {
        read_boolean -> bool;
        read_byte -> i8;
        read_short -> i16;
        read_integer -> i32;
        read_long -> i64;
        read_big_integer -> BigInteger;
        read_big_decimal -> BigDecimal;
        read_string -> String;
        read_blob -> Blob;
        read_document -> Document;
    }

    // A number of the wrong kind is not consumed, so it can be read as what it is.
    #[allow(clippy::cast_precision_loss, reason = "as precise as a float can be")]
    fn read_float(&mut self, schema: &Schema<'_>) -> Result<f32, SerdeError> {
        let read = self.inner.read_float(schema);
        read.or_else(|error| self.inner.read_long(schema).map_or(Err(error), |it| Ok(it as f32)))
    }

    #[allow(clippy::cast_precision_loss, reason = "as precise as a double can be")]
    fn read_double(&mut self, schema: &Schema<'_>) -> Result<f64, SerdeError> {
        let read = self.inner.read_double(schema);
        read.or_else(|error| self.inner.read_long(schema).map_or(Err(error), |it| Ok(it as f64)))
    }

    fn read_struct(
        &mut self,
        schema: &Schema<'_>,
        state: &mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let settings = self.settings.below()?;
        self.inner.read_struct(schema, &mut |member, inner| {
            state(member, &mut Lenient { inner, settings })
        })
    }

    fn read_list(
        &mut self,
        schema: &Schema<'_>,
        state: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let settings = self.settings.below()?;
        self.inner.read_list(schema, &mut |inner| state(&mut Lenient { inner, settings }))
    }

    fn read_map(
        &mut self,
        schema: &Schema<'_>,
        state: &mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let settings = self.settings.below()?;
        self.inner.read_map(schema, &mut |key, inner| state(key, &mut Lenient { inner, settings }))
    }

    fn read_timestamp(&mut self, schema: &Schema<'_>) -> Result<DateTime, SerdeError> {
        let read = self.inner.read_timestamp(schema)?;
        // Seconds with a fraction come from SDKs that follow CBOR's own definition.
        let seconds = read.subsec_nanos() != 0 || read.secs() < 100_000_000_000;
        if seconds || !self.settings.milliseconds {
            return Ok(read);
        }
        Ok(DateTime::from_millis(read.secs()))
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
