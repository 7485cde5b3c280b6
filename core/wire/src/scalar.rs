//! Scalars written as text: in URIs, headers, query parameters and forms.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_schema::traits::TimestampFormat;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 as AWS takes it: with or without padding.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The formats in which timestamps travel where neither member nor shape says one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefaultTimestamp {
    DateTime,
    HttpDate,
}

pub(crate) fn boolean(text: &str) -> Result<bool, SerdeError> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ if text.eq_ignore_ascii_case("true") => Ok(true),
        _ if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(mismatch(text, "Boolean")),
    }
}

fn mismatch(text: &str, kind: &str) -> SerdeError {
    let shown: String = text.chars().take(64).collect();
    SerdeError::type_mismatch(format!("'{shown}' is not a valid {kind}"))
}

pub(crate) fn integer(text: &str) -> Result<i32, SerdeError> {
    text.trim().parse().map_err(|_| mismatch(text, "Integer"))
}

pub(crate) fn long(text: &str) -> Result<i64, SerdeError> {
    text.trim().parse().map_err(|_| mismatch(text, "Long"))
}

pub(crate) fn double(text: &str) -> Result<f64, SerdeError> {
    match text.trim() {
        "NaN" => Ok(f64::NAN),
        "Infinity" => Ok(f64::INFINITY),
        "-Infinity" => Ok(f64::NEG_INFINITY),
        // Rust's own spellings (`inf`, `nan`) are no numbers on the wire.
        number if number.bytes().any(|b| b.is_ascii_digit()) => {
            number.parse().map_err(|_| mismatch(text, "Double"))
        }
        _ => Err(mismatch(text, "Double")),
    }
}

pub(crate) fn blob(text: &str) -> Result<Blob, SerdeError> {
    BASE64.decode(text.trim()).map(Blob::new).map_err(|_| mismatch(text, "Base64 text"))
}

/// Reads a timestamp; a text in another of the three formats is taken too, as AWS does.
pub(crate) fn timestamp(
    text: &str,
    schema: &Schema<'_>,
    default: DefaultTimestamp,
) -> Result<DateTime, SerdeError> {
    let text = text.trim();
    let http_date = || DateTime::from_str(text, Format::HttpDate).ok();
    let date_time = || DateTime::from_str(text, Format::DateTimeWithOffset).ok();
    let epoch = || {
        text.bytes()
            .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
            .then(|| DateTime::from_str(text, Format::EpochSeconds).ok())
            .flatten()
    };
    let declared = schema.timestamp_format().map(|format| format.format());
    let parsed = match (declared, default) {
        (Some(TimestampFormat::EpochSeconds), _) => epoch().or_else(date_time),
        (Some(TimestampFormat::HttpDate), _) | (None, DefaultTimestamp::HttpDate) => {
            http_date().or_else(date_time)
        }
        _ => date_time(),
    };
    parsed
        .or_else(date_time)
        .or_else(epoch)
        .or_else(http_date)
        .ok_or_else(|| mismatch(text, "timestamp"))
}

/// One scalar read from a text.
pub(crate) struct TextReader<'a> {
    pub(crate) text: &'a str,
    pub(crate) default: DefaultTimestamp,
}

impl TextReader<'_> {
    fn text(&self) -> Result<&str, SerdeError> {
        Ok(self.text)
    }
}

/// The scalar reads of a deserializer with `fn text(&self) -> Result<&str, SerdeError>` and a
/// field `default`.
macro_rules! read_scalars_as_text {
    () => {
        fn read_boolean(&mut self, _: &Schema<'_>) -> Result<bool, SerdeError> {
            crate::scalar::boolean(self.text()?)
        }

        fn read_byte(&mut self, schema: &Schema<'_>) -> Result<i8, SerdeError> {
            let value = self.read_integer(schema)?;
            i8::try_from(value)
                .map_err(|_| SerdeError::numeric_coercion_overflow("byte", value.to_string()))
        }

        fn read_short(&mut self, schema: &Schema<'_>) -> Result<i16, SerdeError> {
            let value = self.read_integer(schema)?;
            i16::try_from(value)
                .map_err(|_| SerdeError::numeric_coercion_overflow("short", value.to_string()))
        }

        fn read_integer(&mut self, _: &Schema<'_>) -> Result<i32, SerdeError> {
            crate::scalar::integer(self.text()?)
        }

        fn read_long(&mut self, _: &Schema<'_>) -> Result<i64, SerdeError> {
            crate::scalar::long(self.text()?)
        }

        fn read_float(&mut self, _: &Schema<'_>) -> Result<f32, SerdeError> {
            #[allow(clippy::cast_possible_truncation)]
            crate::scalar::double(self.text()?).map(|value| value as f32)
        }

        fn read_double(&mut self, _: &Schema<'_>) -> Result<f64, SerdeError> {
            crate::scalar::double(self.text()?)
        }

        fn read_big_integer(&mut self, _: &Schema<'_>) -> Result<BigInteger, SerdeError> {
            Err(SerdeError::unsupported("AWS models have no big integers"))
        }

        fn read_big_decimal(&mut self, _: &Schema<'_>) -> Result<BigDecimal, SerdeError> {
            Err(SerdeError::unsupported("AWS models have no big decimals"))
        }

        fn read_string(&mut self, _: &Schema<'_>) -> Result<String, SerdeError> {
            self.text().map(str::to_owned)
        }

        fn read_blob(&mut self, _: &Schema<'_>) -> Result<Blob, SerdeError> {
            crate::scalar::blob(self.text()?)
        }

        fn read_timestamp(&mut self, schema: &Schema<'_>) -> Result<DateTime, SerdeError> {
            crate::scalar::timestamp(self.text()?, schema, self.default)
        }

        fn read_document(&mut self, _: &Schema<'_>) -> Result<Document, SerdeError> {
            self.text().map(|text| Document::String(text.to_owned()))
        }

        fn is_null(&self) -> bool {
            false
        }

        fn skip_value(&mut self) -> Result<(), SerdeError> {
            Ok(())
        }

        fn container_size(&self) -> Option<usize> {
            None
        }
    };
}
pub(crate) use read_scalars_as_text;

/// Refuses scalars where something else stands, and has no null.
macro_rules! refuse_reads {
    ($($read:ident -> $value:ty;)*) => {
        $(
            fn $read(&mut self, _: &Schema<'_>) -> Result<$value, SerdeError> {
                Err(SerdeError::type_mismatch(concat!(stringify!($read), " finds no such value")))
            }
        )*

        fn is_null(&self) -> bool {
            false
        }

        fn skip_value(&mut self) -> Result<(), SerdeError> {
            Ok(())
        }

        fn container_size(&self) -> Option<usize> {
            None
        }
    };
}
pub(crate) use refuse_reads;

/// Refuses aggregates where only a scalar can stand.
pub(crate) fn not_an_aggregate<T>() -> Result<T, SerdeError> {
    Err(SerdeError::type_mismatch("a scalar cannot be read as an aggregate"))
}

impl ShapeDeserializer for TextReader<'_> {
    fn read_struct(
        &mut self,
        _: &Schema<'_>,
        _: &mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    fn read_list(
        &mut self,
        _: &Schema<'_>,
        _: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    fn read_map(
        &mut self,
        _: &Schema<'_>,
        _: &mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    read_scalars_as_text!();
}

/// A double as AWS writes it in text.
pub(crate) fn double_text(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else {
        format!("{value:?}")
    }
}

/// A float as AWS writes it in text.
pub(crate) fn float_text(value: f32) -> String {
    if value.is_finite() { format!("{value:?}") } else { double_text(f64::from(value)) }
}
