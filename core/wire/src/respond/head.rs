//! The members of an output that travel in the head of a response, or are its payload.

use aws_smithy_schema::Schema;
use aws_smithy_schema::extension::SchemaExtensionKey;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_schema::traits::TimestampFormat;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use base64::Engine;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::HEADERS;
use crate::scalar::{BASE64, double_text, float_text};
use crate::xml_writer::date_time;

/// What a payload member became.
pub(crate) enum Payload {
    /// Text or bytes as they are; true for text.
    Raw(Bytes, bool),
    /// A document in the protocol's format.
    Document(Vec<u8>),
}

/// Writes a payload that is a structure, list, map or document in the protocol's format.
pub(crate) trait PayloadFormat {
    fn structure(
        &self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<Vec<u8>, SerdeError>;

    fn value(
        &self,
        write: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<Vec<u8>, SerdeError>;
}

/// Collects the head of a response from the members of an output.
pub(crate) struct Head<'f> {
    pub(crate) headers: HeaderMap,
    pub(crate) status: Option<u16>,
    pub(crate) payload: Option<Payload>,
    format: &'f dyn PayloadFormat,
    list: Option<String>,
    map_key: Option<String>,
    prefix: Option<String>,
    latin1: bool,
}

type Write<'w> = &'w dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>;

impl<'f> Head<'f> {
    pub(crate) fn new(format: &'f dyn PayloadFormat, latin1: bool) -> Self {
        Self {
            latin1,
            headers: HeaderMap::with_capacity(HEADERS),
            status: None,
            payload: None,
            format,
            list: None,
            map_key: None,
            prefix: None,
        }
    }

    fn header(&mut self, name: HeaderName, value: &str) -> Result<(), SerdeError> {
        let value = HeaderValue::from_bytes(&self.bytes(value))
            .map_err(|_| SerdeError::write_failed(format!("{name} has a value with line ends")))?;
        self.headers.append(name, value);
        Ok(())
    }

    /// A value as it leaves: UTF-8, or for S3 Latin-1 where that has all its characters.
    fn bytes<'v>(&self, value: &'v str) -> std::borrow::Cow<'v, [u8]> {
        if value.is_ascii() || !self.latin1 {
            return value.as_bytes().into();
        }
        let latin: Option<Vec<u8>> =
            value.chars().map(|it| u8::try_from(u32::from(it)).ok()).collect();
        latin.map_or(value.as_bytes().into(), Into::into)
    }

    fn text(&mut self, schema: &Schema<'_>, text: &str) -> Result<(), SerdeError> {
        if let Some(list) = &mut self.list {
            if !list.is_empty() {
                list.push_str(", ");
            }
            list.push_str(text);
            return Ok(());
        }
        if let Some(prefix) = &self.prefix {
            let Some(key) = self.map_key.take() else {
                self.map_key = Some(text.to_owned());
                return Ok(());
            };
            let name = name_of(&format!("{prefix}{key}"))?;
            return self.header(name, text);
        }
        if schema.http_header().is_some() {
            return self.header(name_of_member(schema)?, text);
        }
        if schema.http_response_code().is_some() {
            self.status = text.parse().ok();
        }
        Ok(())
    }
}

/// The headers of members, made once of each schema.
static NAME: SchemaExtensionKey<Option<HeaderName>> = SchemaExtensionKey::new(|member| {
    let header = member.http_header()?;
    HeaderName::from_bytes(header.value().as_bytes()).ok()
});

fn name_of_member(member: &Schema<'_>) -> Result<HeaderName, SerdeError> {
    let name = member.extension(&NAME).clone();
    name.ok_or_else(|| SerdeError::write_failed("a member's header has no name of a header"))
}

fn name_of(text: &str) -> Result<HeaderName, SerdeError> {
    HeaderName::from_bytes(text.as_bytes())
        .map_err(|_| SerdeError::write_failed(format!("{text} is no name of a header")))
}

/// An element of a list in one header: quoted where it would come apart otherwise.
fn list_element(text: &str) -> String {
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text.to_owned()
    }
}

impl ShapeSerializer for Head<'_> {
    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        if schema.http_payload().is_some() {
            self.payload = Some(Payload::Document(self.format.structure(schema, value)?));
        }
        Ok(())
    }

    fn write_list(&mut self, schema: &Schema<'_>, write: Write<'_>) -> Result<(), SerdeError> {
        if schema.http_payload().is_some() {
            let document = self.format.value(&|to| to.write_list(unnamed(schema), write))?;
            self.payload = Some(Payload::Document(document));
            return Ok(());
        }
        if schema.http_header().is_none() {
            return Ok(());
        }
        self.list = Some(String::new());
        let written = write(self);
        let list = self.list.take().unwrap_or_default();
        written?;
        self.header(name_of_member(schema)?, &list)
    }

    fn write_map(&mut self, schema: &Schema<'_>, write: Write<'_>) -> Result<(), SerdeError> {
        if schema.http_payload().is_some() {
            let document = self.format.value(&|to| to.write_map(unnamed(schema), write))?;
            self.payload = Some(Payload::Document(document));
            return Ok(());
        }
        let Some(prefix) = schema.http_prefix_headers() else { return Ok(()) };
        self.prefix = Some(prefix.value().to_owned());
        let written = write(self);
        self.prefix = None;
        written
    }

    fn write_boolean(&mut self, schema: &Schema<'_>, value: bool) -> Result<(), SerdeError> {
        self.text(schema, if value { "true" } else { "false" })
    }

    fn write_byte(&mut self, schema: &Schema<'_>, value: i8) -> Result<(), SerdeError> {
        self.text(schema, &value.to_string())
    }

    fn write_short(&mut self, schema: &Schema<'_>, value: i16) -> Result<(), SerdeError> {
        self.text(schema, &value.to_string())
    }

    fn write_integer(&mut self, schema: &Schema<'_>, value: i32) -> Result<(), SerdeError> {
        self.text(schema, &value.to_string())
    }

    fn write_long(&mut self, schema: &Schema<'_>, value: i64) -> Result<(), SerdeError> {
        self.text(schema, &value.to_string())
    }

    fn write_float(&mut self, schema: &Schema<'_>, value: f32) -> Result<(), SerdeError> {
        self.text(schema, &float_text(value))
    }

    fn write_double(&mut self, schema: &Schema<'_>, value: f64) -> Result<(), SerdeError> {
        self.text(schema, &double_text(value))
    }

    fn write_big_integer(
        &mut self,
        schema: &Schema<'_>,
        value: &BigInteger,
    ) -> Result<(), SerdeError> {
        self.text(schema, value.as_ref())
    }

    fn write_big_decimal(
        &mut self,
        schema: &Schema<'_>,
        value: &BigDecimal,
    ) -> Result<(), SerdeError> {
        self.text(schema, value.as_ref())
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Result<(), SerdeError> {
        if schema.http_payload().is_some() {
            self.payload = Some(Payload::Raw(Bytes::copy_from_slice(value.as_bytes()), true));
            return Ok(());
        }
        if self.list.is_some() {
            return self.text(schema, &list_element(value));
        }
        if schema.media_type().is_some() && schema.http_header().is_some() {
            return self.text(schema, &BASE64.encode(value));
        }
        self.text(schema, value)
    }

    fn write_blob(&mut self, schema: &Schema<'_>, value: Blob) -> Result<(), SerdeError> {
        if schema.http_payload().is_some() {
            self.payload = Some(Payload::Raw(Bytes::from(value.into_inner()), false));
            return Ok(());
        }
        self.text(schema, &BASE64.encode(value.as_ref()))
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Result<(), SerdeError> {
        let out_of_range = |_| SerdeError::invalid_input("the timestamp is out of range");
        let text = match schema.timestamp_format().map(|format| format.format()) {
            Some(TimestampFormat::EpochSeconds) => {
                value.fmt(Format::EpochSeconds).map_err(out_of_range)?
            }
            Some(TimestampFormat::DateTime) => date_time(value, false)?,
            _ => value.fmt(Format::HttpDate).map_err(out_of_range)?,
        };
        self.text(schema, &text)
    }

    fn write_document(&mut self, schema: &Schema<'_>, value: &Document) -> Result<(), SerdeError> {
        if schema.http_payload().is_some() {
            let document = self.format.value(&|to| to.write_document(unnamed(schema), value))?;
            self.payload = Some(Payload::Document(document));
        }
        Ok(())
    }

    fn write_null(&mut self, _: &Schema<'_>) -> Result<(), SerdeError> {
        Ok(())
    }
}

/// A schema whose value stands for itself, under no key.
fn unnamed<'s>(schema: &'s Schema<'_>) -> &'s Schema<'s> {
    match schema.shape_type() {
        aws_smithy_schema::ShapeType::Document => &aws_smithy_schema::prelude::DOCUMENT,
        _ => schema,
    }
}
