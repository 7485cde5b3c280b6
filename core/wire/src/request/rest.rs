//! Inputs of the REST protocols: labels, query, headers, payload and body.

mod bindings;
mod header;
mod values;

use std::borrow::Cow;

use aws_smithy_schema::Schema;
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use fogbank_schema::{Kind, Location, Protocol, Structure};

pub(crate) use bindings::Bindings;
use values::{Pairs, Texts};

use super::malformed::{ARGUMENT, HEAD, NUMBER, URI};
use super::{Read, WireRequest};
use crate::form;
use crate::scalar::{DefaultTimestamp, TextReader, not_an_aggregate, refuse_reads};

impl WireRequest<'_> {
    pub(super) fn read_rest(&self, read: Read<'_>) -> Result<(), SerdeError> {
        read(&mut RestReader { request: self })
    }
}

/// The input of a REST operation as a deserializer; its only value is the input structure.
struct RestReader<'a> {
    request: &'a WireRequest<'a>,
}

type Elements<'e> = &'e mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>;
type Entries<'e> = &'e mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;
type Members<'m> =
    &'m mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;

fn words_of(error: &SerdeError) -> String {
    let text = error.to_string();
    text.split_once(": ").map_or(text.as_str(), |(_, words)| words).to_owned()
}

fn in_head(error: SerdeError) -> SerdeError {
    SerdeError::custom(format!("{HEAD}{}", words_of(&error)))
}

/// An error about a parameter or header of this name and value.
fn in_argument(name: &str, value: &str, error: &SerdeError) -> SerdeError {
    SerdeError::custom(format!("{ARGUMENT}{name}={value}\n{}", words_of(error)))
}

impl RestReader<'_> {
    fn structure(&self) -> Option<&'static Structure<'static>> {
        let wire = self.request.wire;
        let model: &'static _ = wire.model;
        let input = wire.model.operations[self.request.op].input?;
        match &fogbank_schema::ServiceModel::shape(model, input).kind {
            Kind::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    fn is_text(&self, index: usize) -> bool {
        let member = self.structure().and_then(|structure| structure.members.get(index));
        let model: &'static _ = self.request.wire.model;
        member.is_none_or(|member| {
            let target = fogbank_schema::ServiceModel::shape(model, member.target);
            matches!(target.kind, Kind::String | Kind::Enum(_) | Kind::List { .. })
        })
    }

    /// Whether a member is a number that S3 has words of its own for.
    fn is_number(&self, index: usize) -> bool {
        let member = self.structure().and_then(|structure| structure.members.get(index));
        let model: &'static _ = self.request.wire.model;
        self.request.wire.s3
            && member.is_some_and(|member| {
                let target = fogbank_schema::ServiceModel::shape(model, member.target);
                matches!(target.kind, Kind::Integer)
            })
    }

    fn labels(
        &self,
        bindings: &Bindings,
        schema: &Schema<'_>,
        state: Members<'_>,
    ) -> Result<(), SerdeError> {
        for (index, raw) in bindings.labels(self.request.head.path) {
            let Some(member) = schema.member_schema_by_index(index) else { continue };
            let text = percent_encoding::percent_decode_str(&raw)
                .decode_utf8()
                .map_err(|_| SerdeError::custom(URI))?;
            let mut reader = TextReader { text: &text, default: DefaultTimestamp::DateTime };
            state(member, &mut reader).map_err(in_head)?;
        }
        Ok(())
    }

    fn query(
        &self,
        bindings: &Bindings,
        schema: &Schema<'_>,
        state: Members<'_>,
    ) -> Result<(), SerdeError> {
        let query = self.request.head.query.unwrap_or_default();
        if query.is_empty() || !bindings.has_query() {
            return Ok(());
        }
        let mut fields: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
        for (name, value) in form::raw_fields(query) {
            let not_text = |_| SerdeError::custom(format!("{HEAD}the query string is no UTF-8"));
            fields.push((
                form::decode(name).map_err(not_text)?,
                form::decode(value).map_err(not_text)?,
            ));
        }
        for (index, name) in bindings.query() {
            let Some(member) = schema.member_schema_by_index(index) else { continue };
            let texts: Vec<Cow<'_, str>> = fields
                .iter()
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| Cow::Borrowed(value.as_ref()))
                .collect();
            // S3 takes a parameter without a value for none, unless it is a text.
            let blank = || texts.iter().all(|text| text.is_empty()) && !self.is_text(index);
            if texts.is_empty() || (self.request.wire.s3 && blank()) {
                continue;
            }
            let number = |error| match texts.first().filter(|_| self.is_number(index)) {
                Some(value) => SerdeError::custom(format!("{NUMBER}{name}={value}")),
                None => in_argument(name, texts.first().map_or("", |it| it), &error),
            };
            let mut reader = Texts { texts: texts.clone(), default: DefaultTimestamp::DateTime };
            state(member, &mut reader).map_err(number)?;
        }
        if let Some(index) = bindings.query_params()
            && let Some(member) = schema.member_schema_by_index(index)
        {
            let mut pairs = Pairs::default();
            for (name, value) in &fields {
                // All parameters, also those with members of their own; not the route's.
                if !bindings.routes_by(name) {
                    pairs.push(name, value);
                }
            }
            if !pairs.is_empty() {
                state(member, &mut pairs).map_err(in_head)?;
            }
        }
        Ok(())
    }

    fn payload(
        &self,
        index: usize,
        structure: &'static Structure<'static>,
        schema: &Schema<'_>,
        state: Members<'_>,
    ) -> Result<(), SerdeError> {
        let wire = self.request.wire;
        let body = &self.request.body;
        let (Some(described), Some(member)) =
            (structure.members.get(index), schema.member_schema_by_index(index))
        else {
            return Ok(());
        };
        let target = wire.model.shape(described.target);
        if described.streaming || target.streaming || target.event_stream || body.is_empty() {
            return Ok(());
        }
        match target.kind {
            Kind::Blob => state(member, &mut Raw { bytes: body }),
            Kind::String | Kind::Enum(_) => state(member, &mut Raw { bytes: body }),
            _ if wire.protocol == Protocol::RestJson1 => state(member, &mut wire.json(body)?),
            _ => {
                let root = described.wire_name.unwrap_or(described.name);
                if wire.s3 && root_of(body).is_some_and(|given| given != root) {
                    return Err(SerdeError::invalid_input("the document is of another kind"));
                }
                state(member, &mut wire.xml().create_deserializer(body))
            }
        }
    }

    fn document(
        &self,
        structure: &'static Structure<'static>,
        schema: &Schema<'_>,
        state: Members<'_>,
    ) -> Result<(), SerdeError> {
        let body = &self.request.body;
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        // The keys are those of the operation's own schema; the consumer gets its own members.
        let keys = self.request.wire.schemas.input(self.request.op);
        let mut only_body = |member: &Schema<'_>, value: &mut dyn ShapeDeserializer| {
            let described = member.member_index().and_then(|index| structure.members.get(index));
            match described {
                Some(described) if described.location == Location::Body => {
                    let own =
                        member.member_index().and_then(|at| schema.member_schema_by_index(at));
                    state(own.unwrap_or(member), value)
                }
                _ => value.skip_value(),
            }
        };
        if self.request.wire.protocol == Protocol::RestJson1 {
            self.request.read_json(&mut |reader| reader.read_struct(keys, &mut only_body))
        } else {
            if std::str::from_utf8(body).is_err() {
                return Err(SerdeError::invalid_input("the body is no UTF-8"));
            }
            self.request.wire.xml().create_deserializer(body).read_struct(keys, &mut only_body)
        }
    }
}

/// The local name of a document's root element; none where the document does not get that far.
fn root_of(document: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(document).ok()?;
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        rest = rest[rest.find('<')?..].strip_prefix('<')?;
        if rest.starts_with("!--") {
            rest = &rest[rest.find("-->")?..];
        } else if !rest.starts_with(['?', '!']) {
            let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?;
            let name = &rest[..end];
            return Some(name.split_once(':').map_or(name, |(_, local)| local));
        }
    }
}

impl ShapeDeserializer for RestReader<'_> {
    fn read_struct(&mut self, schema: &Schema<'_>, state: Members<'_>) -> Result<(), SerdeError> {
        let Some(structure) = self.structure() else { return Ok(()) };
        let bindings = self.request.wire.bindings(self.request.op);
        self.labels(bindings, schema, state)?;
        self.query(bindings, schema, state)?;
        let (headers, s3) = (self.request.head.headers, self.request.wire.s3);
        header::read(bindings, headers, s3, schema, state)?;
        if let Some(payload) = structure.payload {
            return self.payload(usize::from(payload), structure, schema, state);
        }
        if bindings.has_document() {
            self.document(structure, schema, state)?;
        }
        Ok(())
    }

    fn read_list(&mut self, _: &Schema<'_>, _: Elements<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    fn read_map(&mut self, _: &Schema<'_>, _: Entries<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    refuse_reads! {
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
        read_timestamp -> DateTime;
        read_document -> Document;
    }
}

/// A payload of bytes or text.
struct Raw<'a> {
    bytes: &'a bytes::Bytes,
}

impl ShapeDeserializer for Raw<'_> {
    fn read_struct(&mut self, _: &Schema<'_>, _: Members<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    fn read_string(&mut self, _: &Schema<'_>) -> Result<String, SerdeError> {
        let text = std::str::from_utf8(self.bytes);
        text.map(str::to_owned).map_err(|_| SerdeError::invalid_input("the body is no UTF-8"))
    }

    fn read_blob(&mut self, _: &Schema<'_>) -> Result<Blob, SerdeError> {
        Ok(Blob::from_maybe_shared(self.bytes.clone()))
    }

    fn read_list(&mut self, _: &Schema<'_>, _: Elements<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    fn read_map(&mut self, _: &Schema<'_>, _: Entries<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    refuse_reads! {
        read_boolean -> bool;
        read_byte -> i8;
        read_short -> i16;
        read_integer -> i32;
        read_long -> i64;
        read_float -> f32;
        read_double -> f64;
        read_big_integer -> BigInteger;
        read_big_decimal -> BigDecimal;
        read_timestamp -> DateTime;
        read_document -> Document;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots() {
        for (document, root) in [
            ("<Delete/>", Some("Delete")),
            ("<?xml version=\"1.0\"?>\n<!-- <No> --><a:Delete xmlns:a='x'>", Some("Delete")),
            ("\u{feff}<Tagging>", Some("Tagging")),
            ("<!DOCTYPE x><x >", Some("x")),
            ("<Del", None),
            ("text", None),
            ("", None),
        ] {
            assert_eq!(root_of(document.as_bytes()), root, "{document}");
        }
    }
}
