//! Reads the documents of the JSON protocols.
//!
//! The codec of `aws-smithy-json` understands the same; it goes through every text byte by byte,
//! three times. What is rare (timestamps, documents, fractions, escapes) is left to it. A test in
//! this file holds the two beside each other.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use aws_smithy_json::codec::JsonCodec;
use aws_smithy_json::deserialize::EscapedStr;
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_schema::{Schema, ShapeType, prelude};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};

use crate::limits::{Limits, too_deep};

/// A document on its way into an input.
pub(crate) struct JsonReader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    deepest: usize,
    library: &'a JsonCodec,
}

type Consumer<'c> =
    &'c mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;

/// The member of a structure that a name on the wire means.
fn member_of<'s>(schema: &'s Schema<'s>, name: &str) -> Option<&'s Schema<'s>> {
    let named = |member: &&&Schema<'_>| match member.json_name() {
        Some(other) => other.value() == name,
        None => member.member_name() == Some(name),
    };
    schema.members().iter().find(named).copied()
}

fn invalid(message: &'static str) -> SerdeError {
    SerdeError::invalid_input(message)
}

impl<'a> JsonReader<'a> {
    /// Reads a document; an empty one is an object without members.
    ///
    /// # Errors
    ///
    /// When it is no UTF-8.
    pub(crate) fn new(
        body: &'a [u8],
        limits: Limits,
        library: &'a JsonCodec,
    ) -> Result<Self, SerdeError> {
        let text = std::str::from_utf8(body).map_err(|_| invalid("the body is no UTF-8"))?;
        let blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
        let text = if blank { "{}" } else { text };
        Ok(Self { text, at: 0, depth: 0, deepest: limits.levels(), library })
    }

    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// The document is over, and nothing follows it.
    ///
    /// # Errors
    ///
    /// When something follows.
    pub(crate) fn end(&mut self) -> Result<(), SerdeError> {
        match self.next() {
            None => Ok(()),
            Some(_) => Err(invalid("something follows the document")),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Goes into an object or a list.
    fn open(&mut self, bracket: u8, expected: &'static str) -> Result<(), SerdeError> {
        if self.next() != Some(bracket) {
            return Err(SerdeError::type_mismatch(expected));
        }
        if self.depth == self.deepest {
            return Err(too_deep());
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Whether there is another element; without one, what was opened is closed.
    fn more(&mut self, first: &mut bool, bracket: u8) -> Result<bool, SerdeError> {
        let start = std::mem::replace(first, false);
        let next = self.next().ok_or_else(|| invalid("unexpected end of input"))?;
        if next == bracket {
            self.at += 1;
            return self.close().map(|()| false);
        }
        if start {
            return if next == b',' { Err(invalid("unexpected `,`")) } else { Ok(true) };
        }
        if next != b',' {
            return Err(invalid("expected `,` between elements"));
        }
        self.at += 1;
        match self.next() {
            None => Err(invalid("unexpected end of input")),
            Some(b',' | b']' | b'}') => Err(invalid("unexpected token after `,`")),
            Some(_) => Ok(true),
        }
    }

    /// Nothing but white space follows the document.
    fn close(&mut self) -> Result<(), SerdeError> {
        self.depth -= 1;
        if self.depth == 0 { self.end() } else { Ok(()) }
    }

    /// A text without its quotes, and whether there are escapes in it.
    fn quoted(&mut self) -> Result<(&'a str, bool), SerdeError> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut end = start;
        let mut escapes = false;
        loop {
            let rest = bytes.get(end..).unwrap_or_default();
            let found = memchr::memchr2(b'"', b'\\', rest);
            end += found.ok_or_else(|| invalid("unterminated string"))?;
            if bytes[end] == b'"' {
                self.at = end + 1;
                return Ok((&self.text[start..end], escapes));
            }
            escapes = true;
            end += 2;
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, SerdeError> {
        match self.quoted()? {
            (text, false) => Ok(Cow::Borrowed(text)),
            (text, true) => EscapedStr::new(text)
                .to_unescaped()
                .map_err(|error| SerdeError::invalid_input(error.to_string())),
        }
    }

    fn text(&mut self) -> Result<Cow<'a, str>, SerdeError> {
        if self.next() != Some(b'"') {
            return Err(SerdeError::type_mismatch("expected string"));
        }
        self.string()
    }

    /// The name of a member or entry, and the colon behind it.
    fn key(&mut self) -> Result<Cow<'a, str>, SerdeError> {
        if self.next() != Some(b'"') {
            return Err(invalid("expected object key"));
        }
        let key = self.string()?;
        if self.next() != Some(b':') {
            return Err(invalid("expected colon after key"));
        }
        self.at += 1;
        self.next();
        Ok(key)
    }

    /// A value that is left to the library.
    fn by_library<T>(
        &mut self,
        read: impl FnOnce(&mut dyn ShapeDeserializer) -> Result<T, SerdeError>,
    ) -> Result<T, SerdeError> {
        self.next();
        // Its end is the end of the outermost value for the library, behind which nothing may
        // stand; so it is cut off first.
        let length = self.measured()?;
        let mut library = self.library.create_deserializer(&self.rest().as_bytes()[..length]);
        let value = read(&mut library)?;
        if library.position() < length {
            return Err(invalid("unexpected token after a value"));
        }
        self.at += length;
        Ok(value)
    }

    /// The length of the value that begins here.
    fn measured(&mut self) -> Result<usize, SerdeError> {
        let (start, depth) = (self.at, self.depth);
        // An outermost value may be followed by white space only, which is looked at later.
        self.depth = depth.max(1);
        let skipped = self.skip();
        let length = self.at - start;
        (self.at, self.depth) = (start, depth);
        skipped.map(|()| length)
    }

    /// Goes over a value, which must be JSON.
    fn skip(&mut self) -> Result<(), SerdeError> {
        match self.next() {
            Some(b'"') => match self.quoted()? {
                (text, true) if !escapes_hold(text) => Err(invalid("invalid escape sequence")),
                _ => Ok(()),
            },
            Some(b'{') => {
                self.open(b'{', "expected object")?;
                let mut first = true;
                while self.more(&mut first, b'}')? {
                    self.key()?;
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'[') => {
                self.open(b'[', "expected array")?;
                let mut first = true;
                while self.more(&mut first, b']')? {
                    self.skip()?;
                }
                Ok(())
            }
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => {
                let number = number(self.rest()).ok_or_else(|| invalid("invalid number"))?;
                self.at += number.len();
                Ok(())
            }
            Some(_) => Err(invalid("unexpected token")),
            None => Err(invalid("unexpected end of input")),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), SerdeError> {
        if !self.rest().starts_with(word) {
            return Err(invalid("unexpected token"));
        }
        self.at += word.len();
        Ok(())
    }

    fn integer(&mut self, schema: &Schema<'_>) -> Result<i64, SerdeError> {
        self.next();
        let Some(number) = number(self.rest()) else {
            return Err(SerdeError::type_mismatch("expected integer"));
        };
        if let Ok(value) = number.parse() {
            self.at += number.len();
            return Ok(value);
        }
        // `1.0` and `1e3` are integers, too.
        self.by_library(|library| library.read_long(schema))
    }
}

/// Whether each escape of a text is one of JSON's.
fn escapes_hold(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let hexadecimal =
            rest.get(at + 2..at + 6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let length = match rest.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if hexadecimal => 6,
            _ => return false,
        };
        rest = &rest[at + length..];
    }
    true
}

/// The number that a text begins with, by the grammar of JSON.
fn number(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut end = usize::from(bytes.first() == Some(&b'-'));
    end += match (bytes.get(end), digits(end)) {
        (Some(b'0'), _) => 1,
        (_, 0) => return None,
        (_, count) => count,
    };
    if bytes.get(end) == Some(&b'.') {
        let count = digits(end + 1);
        if count == 0 {
            return None;
        }
        end += 1 + count;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let count = digits(end + 1 + sign);
        if count == 0 {
            return None;
        }
        end += 1 + sign + count;
    }
    Some(&text[..end])
}

impl ShapeDeserializer for JsonReader<'_> {
    fn read_struct(
        &mut self,
        schema: &Schema<'_>,
        consumer: Consumer<'_>,
    ) -> Result<(), SerdeError> {
        self.open(b'{', "expected object")?;
        let mut first = true;
        while self.more(&mut first, b'}')? {
            let key = self.key()?;
            let member = member_of(schema, &key);
            let document = |member: &Schema<'_>| member.shape_type() == ShapeType::Document;
            if self.is_null() && !member.is_some_and(document) {
                self.at += 4;
            } else if let Some(member) = member {
                consumer(member, self)?;
            } else if key == "__type" {
                self.skip()?;
            } else {
                let start = self.at;
                consumer(&prelude::DOCUMENT, self)?;
                if self.at == start {
                    self.skip()?;
                }
            }
        }
        Ok(())
    }

    fn read_list(
        &mut self,
        _: &Schema<'_>,
        consumer: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.open(b'[', "expected array")?;
        let mut first = true;
        while self.more(&mut first, b']')? {
            consumer(self)?;
        }
        Ok(())
    }

    fn read_map(
        &mut self,
        _: &Schema<'_>,
        consumer: &mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.open(b'{', "expected object")?;
        let mut first = true;
        while self.more(&mut first, b'}')? {
            let key = self.key()?.into_owned();
            consumer(key, self)?;
        }
        Ok(())
    }

    fn read_boolean(&mut self, _: &Schema<'_>) -> Result<bool, SerdeError> {
        let (value, word) = match self.next() {
            Some(b't') => (true, "true"),
            Some(b'f') => (false, "false"),
            _ => return Err(SerdeError::type_mismatch("expected boolean")),
        };
        self.word(word).map(|()| value)
    }

    fn read_byte(&mut self, schema: &Schema<'_>) -> Result<i8, SerdeError> {
        i8::try_from(self.integer(schema)?).map_err(|_| invalid("value out of range for byte"))
    }

    fn read_short(&mut self, schema: &Schema<'_>) -> Result<i16, SerdeError> {
        i16::try_from(self.integer(schema)?).map_err(|_| invalid("value out of range for short"))
    }

    fn read_integer(&mut self, schema: &Schema<'_>) -> Result<i32, SerdeError> {
        i32::try_from(self.integer(schema)?).map_err(|_| invalid("value out of range for integer"))
    }

    fn read_long(&mut self, schema: &Schema<'_>) -> Result<i64, SerdeError> {
        self.integer(schema)
    }

    fn read_float(&mut self, schema: &Schema<'_>) -> Result<f32, SerdeError> {
        self.by_library(|library| library.read_float(schema))
    }

    fn read_double(&mut self, schema: &Schema<'_>) -> Result<f64, SerdeError> {
        self.by_library(|library| library.read_double(schema))
    }

    fn read_big_integer(&mut self, schema: &Schema<'_>) -> Result<BigInteger, SerdeError> {
        self.by_library(|library| library.read_big_integer(schema))
    }

    fn read_big_decimal(&mut self, schema: &Schema<'_>) -> Result<BigDecimal, SerdeError> {
        self.by_library(|library| library.read_big_decimal(schema))
    }

    fn read_string(&mut self, _: &Schema<'_>) -> Result<String, SerdeError> {
        self.text().map(Cow::into_owned)
    }

    fn read_blob(&mut self, _: &Schema<'_>) -> Result<Blob, SerdeError> {
        aws_smithy_types::base64::decode(self.text()?)
            .map(Blob::new)
            .map_err(|error| SerdeError::invalid_input(format!("invalid base64: {error}")))
    }

    fn read_timestamp(&mut self, schema: &Schema<'_>) -> Result<DateTime, SerdeError> {
        self.by_library(|library| library.read_timestamp(schema))
    }

    fn read_document(&mut self, schema: &Schema<'_>) -> Result<Document, SerdeError> {
        self.by_library(|library| library.read_document(schema))
    }

    fn is_null(&self) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        rest.starts_with(b"null") && !rest.get(4).is_some_and(u8::is_ascii_alphanumeric)
    }

    fn read_null(&mut self) -> Result<(), SerdeError> {
        self.next();
        if self.is_null() {
            self.at += 4;
        }
        Ok(())
    }

    fn skip_value(&mut self) -> Result<(), SerdeError> {
        self.skip()
    }

    fn container_size(&self) -> Option<usize> {
        None
    }
}
