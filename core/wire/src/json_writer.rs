//! Writes outputs and errors as JSON, for awsJson and restJson1.
//!
//! The codec of `aws-smithy-json` writes the same bytes and takes a third of an answer's time for it: it
//! copies every text to look for what must be escaped. A test in this file holds the two beside each other.

use aws_smithy_schema::Schema;
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_schema::traits::TimestampFormat;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::primitive::Encoder;
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use base64::Engine;
use fogbank_service::shape::json::{JSON_FOLLOWS, quote_into, while_writing};

use crate::codec::JSON;
use crate::scalar::BASE64;

/// A JSON document in the making.
pub(crate) struct JsonWriter {
    out: String,
    inside: Inside,
    /// Something was written before in the structure, list or map.
    more: bool,
    /// The next text is JSON.
    json: bool,
}

/// Where the next value goes.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// A structure, whose members' schemas carry their names; or nothing yet.
    Structure,
    List,
    /// A map; the next text is a key.
    MapAtKey,
    MapAtValue,
}

impl JsonWriter {
    pub(crate) fn new() -> Self {
        Self {
            out: String::with_capacity(512),
            inside: Inside::Structure,
            more: false,
            json: false,
        }
    }

    /// The structure as a document.
    pub(crate) fn document(value: &dyn SerializableStruct) -> Result<Vec<u8>, SerdeError> {
        let mut writer = Self::new();
        while_writing(|| writer.structure(value))?;
        Ok(writer.finish())
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    fn structure(&mut self, value: &dyn SerializableStruct) -> Result<(), SerdeError> {
        self.nested(Inside::Structure, ['{', '}'], |writer| value.serialize_members(writer))
    }

    /// The comma, and the name where the value is a member.
    fn begin(&mut self, schema: &Schema<'_>) {
        if self.inside == Inside::MapAtValue {
            self.inside = Inside::MapAtKey;
            return;
        }
        if self.more {
            self.out.push(',');
        }
        self.more = true;
        if self.inside != Inside::Structure {
            return;
        }
        let name = schema.json_name().map(|name| name.value()).or(schema.member_name());
        if let Some(name) = name {
            self.out.push('"');
            self.out.push_str(name);
            self.out.push_str("\":");
        }
    }

    fn nested(
        &mut self,
        inside: Inside,
        [open, close]: [char; 2],
        content: impl FnOnce(&mut Self) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let outer = (self.inside, self.more);
        (self.inside, self.more) = (inside, false);
        self.out.push(open);
        content(self)?;
        self.out.push(close);
        (self.inside, self.more) = outer;
        Ok(())
    }

    /// A value that needs no quotes.
    fn bare(&mut self, schema: &Schema<'_>, text: &str) -> Result<(), SerdeError> {
        self.begin(schema);
        self.out.push_str(text);
        Ok(())
    }

    /// A value in quotes that has nothing to escape.
    fn quoted(&mut self, schema: &Schema<'_>, text: &str) -> Result<(), SerdeError> {
        self.begin(schema);
        self.out.push('"');
        self.out.push_str(text);
        self.out.push('"');
        Ok(())
    }

    fn number(&mut self, schema: &Schema<'_>, value: f64, text: &str) -> Result<(), SerdeError> {
        if value.is_finite() { self.bare(schema, text) } else { self.quoted(schema, text) }
    }

    /// What the library writes, which is seldom asked for it.
    fn by_library(
        &mut self,
        schema: &Schema<'_>,
        write: impl FnOnce(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let mut library = JSON.create_serializer();
        write(&mut library)?;
        let text = String::from_utf8(library.finish())
            .map_err(|error| SerdeError::write_failed(error.to_string()))?;
        self.bare(schema, &text)
    }
}

/// Seconds since 1970 with the digits of their fraction, of which there are nine at most.
fn push_seconds(out: &mut String, time: &DateTime) {
    let (mut seconds, mut nanoseconds) = (time.secs(), time.subsec_nanos());
    if seconds < 0 {
        out.push('-');
        // A fraction counts onwards, also before 1970.
        if nanoseconds > 0 {
            (seconds, nanoseconds) = (seconds + 1, 1_000_000_000 - nanoseconds);
        }
    }
    push_digits(out, seconds.unsigned_abs(), 1);
    if nanoseconds > 0 {
        out.push('.');
        push_digits(out, nanoseconds.into(), 9);
        out.truncate(out.trim_end_matches('0').len());
    }
}

/// A number with at least so many digits.
fn push_digits(out: &mut String, mut number: u64, least: usize) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while number > 0 {
        start -= 1;
        digits[start] = b'0' + u8::try_from(number % 10).expect("a digit is less than ten");
        number /= 10;
    }
    let start = start.min(digits.len() - least);
    out.push_str(std::str::from_utf8(&digits[start..]).expect("digits are ASCII"));
}

impl ShapeSerializer for JsonWriter {
    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        self.begin(schema);
        self.structure(value)
    }

    fn write_list(
        &mut self,
        schema: &Schema<'_>,
        write_elements: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.begin(schema);
        self.nested(Inside::List, ['[', ']'], |writer| write_elements(writer))
    }

    fn write_map(
        &mut self,
        schema: &Schema<'_>,
        write_entries: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.begin(schema);
        self.nested(Inside::MapAtKey, ['{', '}'], |writer| write_entries(writer))
    }

    fn write_boolean(&mut self, schema: &Schema<'_>, value: bool) -> Result<(), SerdeError> {
        self.bare(schema, if value { "true" } else { "false" })
    }

    fn write_byte(&mut self, schema: &Schema<'_>, value: i8) -> Result<(), SerdeError> {
        self.bare(schema, Encoder::from(value).encode())
    }

    fn write_short(&mut self, schema: &Schema<'_>, value: i16) -> Result<(), SerdeError> {
        self.bare(schema, Encoder::from(value).encode())
    }

    fn write_integer(&mut self, schema: &Schema<'_>, value: i32) -> Result<(), SerdeError> {
        self.bare(schema, Encoder::from(value).encode())
    }

    fn write_long(&mut self, schema: &Schema<'_>, value: i64) -> Result<(), SerdeError> {
        self.bare(schema, Encoder::from(value).encode())
    }

    fn write_float(&mut self, schema: &Schema<'_>, value: f32) -> Result<(), SerdeError> {
        self.number(schema, f64::from(value), Encoder::from(value).encode())
    }

    fn write_double(&mut self, schema: &Schema<'_>, value: f64) -> Result<(), SerdeError> {
        self.number(schema, value, Encoder::from(value).encode())
    }

    fn write_big_integer(
        &mut self,
        schema: &Schema<'_>,
        value: &BigInteger,
    ) -> Result<(), SerdeError> {
        let plain = &aws_smithy_schema::prelude::BIG_INTEGER;
        self.by_library(schema, |library| library.write_big_integer(plain, value))
    }

    fn write_big_decimal(
        &mut self,
        schema: &Schema<'_>,
        value: &BigDecimal,
    ) -> Result<(), SerdeError> {
        let plain = &aws_smithy_schema::prelude::BIG_DECIMAL;
        self.by_library(schema, |library| library.write_big_decimal(plain, value))
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Result<(), SerdeError> {
        if self.json {
            self.json = false;
            return self.bare(schema, value);
        }
        if self.inside == Inside::MapAtKey {
            if self.more {
                self.out.push(',');
            }
            self.more = true;
            quote_into(&mut self.out, value);
            self.out.push(':');
            self.inside = Inside::MapAtValue;
            return Ok(());
        }
        self.begin(schema);
        quote_into(&mut self.out, value);
        Ok(())
    }

    fn write_blob(&mut self, schema: &Schema<'_>, value: Blob) -> Result<(), SerdeError> {
        self.begin(schema);
        self.out.push('"');
        BASE64.encode_string(value.as_ref(), &mut self.out);
        self.out.push('"');
        Ok(())
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Result<(), SerdeError> {
        let format = match schema.timestamp_format().map(|format| format.format()) {
            Some(TimestampFormat::HttpDate) => Format::HttpDate,
            Some(TimestampFormat::DateTime) => Format::DateTime,
            _ => {
                self.begin(schema);
                push_seconds(&mut self.out, value);
                return Ok(());
            }
        };
        let text = value
            .fmt(format)
            .map_err(|_| SerdeError::invalid_input("the timestamp is out of range"))?;
        self.quoted(schema, &text)
    }

    fn write_document(&mut self, schema: &Schema<'_>, value: &Document) -> Result<(), SerdeError> {
        let plain = &aws_smithy_schema::prelude::DOCUMENT;
        self.by_library(schema, |library| library.write_document(plain, value))
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Result<(), SerdeError> {
        if std::ptr::eq(schema, &JSON_FOLLOWS) {
            self.json = true;
            return Ok(());
        }
        self.bare(schema, "null")
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_schema::{ShapeType, prelude, shape_id};
    use proptest::prelude::*;

    use super::*;

    static SHAPE: Schema<'static> = Schema::new(shape_id!("t", "Every"), ShapeType::Structure);

    fn member(name: &'static str, index: usize) -> Schema<'static> {
        let id = shape_id!("t", "Every", "x");
        Schema::new_member(id, ShapeType::String, name, index)
    }

    /// Writes a value of every kind; the text is in every place where a text may be.
    struct Every(String);

    impl SerializableStruct for Every {
        fn schema(&self) -> &Schema<'_> {
            &SHAPE
        }

        fn serialize_members(&self, out: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
            let text = self.0.as_str();
            out.write_string(&member("text", 0), text)?;
            out.write_boolean(&member("yes", 1), true)?;
            out.write_byte(&member("byte", 2), -8)?;
            out.write_short(&member("short", 3), -300)?;
            out.write_integer(&member("integer", 4), i32::MIN)?;
            out.write_long(&member("long", 5), i64::MAX)?;
            out.write_float(&member("float", 6), 1.5)?;
            out.write_double(&member("double", 7), 1e300)?;
            out.write_double(&member("nan", 8), f64::NAN)?;
            out.write_float(&member("infinity", 9), f32::NEG_INFINITY)?;
            out.write_blob(&member("blob", 10), Blob::new(text.as_bytes()))?;
            out.write_timestamp(&member("time", 11), &DateTime::from_millis(1_700_000_000_250))?;
            out.write_null(&member("null", 12))?;
            out.write_big_integer(&member("big", 13), &"123456789012345678901".parse().unwrap())?;
            out.write_document(
                &member("document", 14),
                &Document::Array(vec![Document::String(text.to_owned())]),
            )?;
            out.write_map(&member("map", 15), &|map| {
                for key in ["a", text] {
                    map.write_string(&prelude::STRING, key)?;
                    map.write_list(&member("value", 1), &|list| {
                        list.write_string(&member("member", 0), text)?;
                        list.write_map(&prelude::STRING, &|_| Ok(()))?;
                        list.write_struct(&member("member", 0), &Leaf)
                    })?;
                }
                map.write_string(&prelude::STRING, "last")?;
                map.write_string(&prelude::STRING, text)
            })?;
            out.write_struct(&member("leaf", 16), &Leaf)
        }
    }

    struct Leaf;

    impl SerializableStruct for Leaf {
        fn schema(&self) -> &Schema<'_> {
            &SHAPE
        }

        fn serialize_members(&self, out: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
            out.write_integer(&member("one", 0), 1)
        }
    }

    proptest! {
        #[test]
        fn writes_seconds_as_the_library_does(
            seconds in prop_oneof![-3_i64..3, -62_135_596_800..253_402_300_800_i64],
            fraction in prop_oneof![Just(0_u32), Just(999_999_999), (0..1000_u32).prop_map(|ms| ms * 1_000_000)],
        ) {
            let time = DateTime::from_secs_and_nanos(seconds, fraction);
            let mut written = String::new();
            push_seconds(&mut written, &time);
            prop_assert_eq!(written, time.fmt(Format::EpochSeconds).unwrap());
        }

        #[test]
        fn writes_what_the_library_writes(text in "[ -~]{0,8}|[\\x00-\\x1f\"\\\\é∂𝒳]{0,8}|.{0,40}") {
            let value = Every(text);
            let mut library = JSON.create_serializer();
            library.write_struct(&prelude::UNIT, &value).unwrap();
            let expected = String::from_utf8(library.finish()).unwrap();
            let written = String::from_utf8(JsonWriter::document(&value).unwrap()).unwrap();
            prop_assert_eq!(written, expected);
        }
    }
}
