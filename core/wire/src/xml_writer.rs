//! Writes outputs and errors as XML, for restXml, awsQuery and ec2Query.

pub(crate) mod escape;

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_schema::traits::TimestampFormat;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use base64::Engine;

use crate::scalar::{BASE64, double_text, float_text};
use escape::escape_into;

/// An XML document in the making.
pub(crate) struct XmlWriter {
    out: String,
    context: Context,
    /// The namespace of the next element, where its schema has none.
    pub(crate) inherited: Option<String>,
    /// Only the attributes of a structure are written; its element is still open.
    attributes: bool,
    /// Timestamps always show milliseconds.
    milliseconds: bool,
}

/// What the next value is, and so how its element is named.
#[derive(Default)]
enum Context {
    /// A member of a structure, or an element of a wrapped list: its schema names it.
    #[default]
    Member,
    /// An element of a flattened list.
    Flat(String),
    /// Keys and values of a map.
    Entry { entry: String, key: String, value: String, at_key: bool },
}

/// A timestamp as RFC 3339; with milliseconds always or only where there are some.
pub(crate) fn date_time(value: &DateTime, milliseconds: bool) -> Result<String, SerdeError> {
    let out_of_range = |_| SerdeError::invalid_input("the timestamp is out of range");
    if !milliseconds {
        return value.fmt(Format::DateTime).map_err(out_of_range);
    }
    let whole = DateTime::from_secs(value.secs()).fmt(Format::DateTime).map_err(out_of_range)?;
    let whole = whole.trim_end_matches('Z');
    Ok(format!("{whole}.{:03}Z", value.subsec_nanos() / 1_000_000))
}

fn wire_name<'s>(schema: &'s Schema<'_>) -> &'s str {
    schema
        .xml_name()
        .map(|name| name.value())
        .or(schema.member_name())
        .unwrap_or_else(|| schema.shape_id().shape_name())
}

impl XmlWriter {
    pub(crate) fn new(milliseconds: bool) -> Self {
        Self {
            out: String::with_capacity(512),
            context: Context::Member,
            inherited: None,
            attributes: false,
            milliseconds,
        }
    }

    /// Begins the document with its declaration.
    pub(crate) fn declaration(&mut self) {
        self.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    /// Opens an element, with a default namespace where there is one.
    pub(crate) fn open(&mut self, name: &str, namespace: Option<&str>) {
        self.open_parts(&[name], namespace);
    }

    /// Opens an element whose name comes in parts.
    pub(crate) fn open_parts(&mut self, name: &[&str], namespace: Option<&str>) {
        self.out.push('<');
        name.iter().for_each(|part| self.out.push_str(part));
        if let Some(uri) = namespace {
            self.out.push_str(" xmlns=\"");
            escape_into(&mut self.out, uri);
            self.out.push('"');
        }
        self.out.push('>');
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, name: &str, namespace: &str) {
        self.open(name, Some(namespace));
        self.out.pop();
        self.out.push_str("/>");
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.close_parts(&[name]);
    }

    /// Closes an element whose name comes in parts.
    pub(crate) fn close_parts(&mut self, name: &[&str]) {
        self.out.push_str("</");
        name.iter().for_each(|part| self.out.push_str(part));
        self.out.push('>');
    }

    /// Closes an element that was opened up to `opened`; one without content closes itself.
    pub(crate) fn close_or_empty(&mut self, name: &[&str], opened: usize) {
        if self.out.len() > opened {
            return self.close_parts(name);
        }
        self.out.pop();
        self.out.push_str("/>");
    }

    /// An element with a text.
    pub(crate) fn text_element(&mut self, name: &str, text: &str) {
        self.open(name, None);
        escape_into(&mut self.out, text);
        self.close(name);
    }

    /// The bytes written so far.
    pub(crate) fn length(&self) -> usize {
        self.out.len()
    }

    /// The structure as an element of this name.
    pub(crate) fn root(
        &mut self,
        name: &str,
        namespace: Option<&str>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        self.out.push('<');
        self.out.push_str(name);
        let own = value.schema().xml_namespace();
        match (own, namespace) {
            (Some(own), _) => self.namespace(own.uri(), own.prefix()),
            (None, Some(uri)) => self.namespace(uri, None),
            (None, None) => {}
        }
        self.structure_content(value)?;
        self.close(name);
        Ok(())
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    fn namespace(&mut self, uri: &str, prefix: Option<&str>) {
        self.out.push_str(" xmlns");
        if let Some(prefix) = prefix {
            self.out.push(':');
            self.out.push_str(prefix);
        }
        self.out.push_str("=\"");
        escape_into(&mut self.out, uri);
        self.out.push('"');
    }

    /// Attributes, the end of the start tag, and the members.
    fn structure_content(&mut self, value: &dyn SerializableStruct) -> Result<(), SerdeError> {
        if value.schema().members().iter().any(|member| member.xml_attribute()) {
            self.attributes = true;
            let written = value.serialize_members(self);
            self.attributes = false;
            written?;
        }
        self.out.push('>');
        let outer = std::mem::take(&mut self.context);
        let written = value.serialize_members(self);
        self.context = outer;
        written
    }

    fn is_left_out(&self, schema: &Schema<'_>) -> bool {
        self.attributes || (matches!(self.context, Context::Member) && schema.xml_attribute())
    }

    /// One element around what `content` writes; `content` begins inside the start tag.
    fn element(
        &mut self,
        schema: &Schema<'_>,
        content: impl FnOnce(&mut Self) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        if self.is_left_out(schema) {
            return Ok(());
        }
        let mut context = std::mem::take(&mut self.context);
        let mut close_entry = false;
        let name: &str = match &mut context {
            Context::Member => wire_name(schema),
            Context::Flat(name) => name,
            Context::Entry { entry, key, value, at_key } => {
                *at_key = !*at_key;
                if *at_key {
                    close_entry = true;
                    value
                } else {
                    self.out.push('<');
                    self.out.push_str(entry);
                    self.out.push('>');
                    key
                }
            }
        };
        self.out.push('<');
        self.out.push_str(name);
        if let Some(namespace) = schema.xml_namespace() {
            self.namespace(namespace.uri(), namespace.prefix());
        } else if let Some(uri) = self.inherited.take() {
            self.namespace(&uri, None);
        }
        content(self)?;
        self.close(name);
        if close_entry && let Context::Entry { entry, .. } = &context {
            self.close(entry);
        }
        self.context = context;
        Ok(())
    }

    fn leaf(&mut self, schema: &Schema<'_>, text: &str) -> Result<(), SerdeError> {
        if self.attributes {
            if schema.xml_attribute() {
                self.out.push(' ');
                self.out.push_str(wire_name(schema));
                self.out.push_str("=\"");
                escape_into(&mut self.out, text);
                self.out.push('"');
            }
            return Ok(());
        }
        self.element(schema, |writer| {
            writer.out.push('>');
            escape_into(&mut writer.out, text);
            Ok(())
        })
    }
}

impl ShapeSerializer for XmlWriter {
    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        self.element(schema, |writer| writer.structure_content(value))
    }

    fn write_list(
        &mut self,
        schema: &Schema<'_>,
        write_elements: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        if schema.xml_flattened() && matches!(self.context, Context::Member) {
            if self.is_left_out(schema) {
                return Ok(());
            }
            let name = wire_name(schema).to_owned();
            self.context = Context::Flat(name);
            let written = write_elements(self);
            self.context = Context::Member;
            return written;
        }
        self.element(schema, |writer| {
            writer.out.push('>');
            write_elements(writer)
        })
    }

    fn write_map(
        &mut self,
        schema: &Schema<'_>,
        write_entries: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let name = |member: Option<&Schema<'_>>, default: &str| {
            member.and_then(Schema::xml_name).map_or(default, |name| name.value()).to_owned()
        };
        let (key, value) = (name(schema.key(), "key"), name(schema.member(), "value"));
        if schema.xml_flattened() && matches!(self.context, Context::Member) {
            if self.is_left_out(schema) {
                return Ok(());
            }
            let entry = wire_name(schema).to_owned();
            self.context = Context::Entry { entry, key, value, at_key: true };
            let written = write_entries(self);
            self.context = Context::Member;
            return written;
        }
        self.element(schema, |writer| {
            writer.out.push('>');
            let entry = "entry".to_owned();
            writer.context = Context::Entry { entry, key, value, at_key: true };
            let written = write_entries(writer);
            writer.context = Context::Member;
            written
        })
    }

    fn write_boolean(&mut self, schema: &Schema<'_>, value: bool) -> Result<(), SerdeError> {
        self.leaf(schema, if value { "true" } else { "false" })
    }

    fn write_byte(&mut self, schema: &Schema<'_>, value: i8) -> Result<(), SerdeError> {
        self.leaf(schema, &value.to_string())
    }

    fn write_short(&mut self, schema: &Schema<'_>, value: i16) -> Result<(), SerdeError> {
        self.leaf(schema, &value.to_string())
    }

    fn write_integer(&mut self, schema: &Schema<'_>, value: i32) -> Result<(), SerdeError> {
        self.leaf(schema, &value.to_string())
    }

    fn write_long(&mut self, schema: &Schema<'_>, value: i64) -> Result<(), SerdeError> {
        self.leaf(schema, &value.to_string())
    }

    fn write_float(&mut self, schema: &Schema<'_>, value: f32) -> Result<(), SerdeError> {
        self.leaf(schema, &float_text(value))
    }

    fn write_double(&mut self, schema: &Schema<'_>, value: f64) -> Result<(), SerdeError> {
        self.leaf(schema, &double_text(value))
    }

    fn write_big_integer(
        &mut self,
        schema: &Schema<'_>,
        value: &BigInteger,
    ) -> Result<(), SerdeError> {
        self.leaf(schema, value.as_ref())
    }

    fn write_big_decimal(
        &mut self,
        schema: &Schema<'_>,
        value: &BigDecimal,
    ) -> Result<(), SerdeError> {
        self.leaf(schema, value.as_ref())
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Result<(), SerdeError> {
        self.leaf(schema, value)
    }

    fn write_blob(&mut self, schema: &Schema<'_>, value: Blob) -> Result<(), SerdeError> {
        self.leaf(schema, &BASE64.encode(value.as_ref()))
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Result<(), SerdeError> {
        let format = schema.timestamp_format().map(|format| format.format());
        let out_of_range = |_| SerdeError::invalid_input("the timestamp is out of range");
        let text = match format {
            Some(TimestampFormat::EpochSeconds) => {
                value.fmt(Format::EpochSeconds).map_err(out_of_range)?
            }
            Some(TimestampFormat::HttpDate) => value.fmt(Format::HttpDate).map_err(out_of_range)?,
            _ => date_time(value, self.milliseconds)?,
        };
        self.leaf(schema, &text)
    }

    fn write_document(&mut self, _: &Schema<'_>, _: &Document) -> Result<(), SerdeError> {
        Err(SerdeError::unsupported("XML carries no documents"))
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Result<(), SerdeError> {
        self.leaf(schema, "")
    }
}
