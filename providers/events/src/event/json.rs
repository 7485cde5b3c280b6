//! JSON as events carry it: members in their order, numbers as they were written.

pub(crate) mod path;
pub(crate) mod reader;

use std::fmt::{self, Write as _};

use reader::{Reader, SyntaxError, Token};

/// How deep values may be nested.
const DEEPEST: usize = 1_000;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// As it was written.
    Number(Box<str>),
    Text(Box<str>),
    Array(Vec<Json>),
    /// Each name once; of members with the same name the last counts.
    Object(Vec<(Box<str>, Json)>),
}

impl Json {
    /// A text.
    pub(crate) fn text(text: impl Into<Box<str>>) -> Self {
        Self::Text(text.into())
    }

    /// The value that a text is; none when the text is something else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader::new(text);
        let value = Self::read(&mut reader).ok()?;
        matches!(reader.next(), Ok(Token::End)).then_some(value)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, SyntaxError> {
        let first = reader.next()?;
        Self::read_value(reader, first, 0)
    }

    fn read_value(
        reader: &mut Reader<'_>,
        first: Token,
        depth: usize,
    ) -> Result<Self, SyntaxError> {
        if depth > DEEPEST {
            return Err(SyntaxError::too_deep());
        }
        Ok(match first {
            Token::Null => Self::Null,
            Token::True => Self::Bool(true),
            Token::False => Self::Bool(false),
            Token::Int | Token::Float => Self::Number(reader.text()?.into()),
            Token::String => Self::Text(reader.text()?.into()),
            Token::StartArray => {
                let mut items = Vec::new();
                loop {
                    match reader.next()? {
                        Token::EndArray => break Self::Array(items),
                        token => items.push(Self::read_value(reader, token, depth + 1)?),
                    }
                }
            }
            Token::StartObject => {
                let mut members: Vec<(Box<str>, Self)> = Vec::new();
                loop {
                    if reader.next()? == Token::EndObject {
                        break Self::Object(last_of_each(members));
                    }
                    let name = reader.name().into();
                    let token = reader.next()?;
                    members.push((name, Self::read_value(reader, token, depth + 1)?));
                }
            }
            Token::EndArray | Token::EndObject | Token::FieldName | Token::End => {
                return Err(SyntaxError::misplaced());
            }
        })
    }

    /// A member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(member, _)| **member == *name).map(|(_, value)| value)
    }

    /// A text's characters.
    pub(crate) fn as_str(&self) -> Option<&str> {
        let Self::Text(text) = self else { return None };
        Some(text)
    }

    /// Whether it is an object.
    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }
}

/// The members without those that another of the same name follows, in the order of the names' first
/// mention.
fn last_of_each(members: Vec<(Box<str>, Json)>) -> Vec<(Box<str>, Json)> {
    let mut places = std::collections::HashMap::new();
    let mut kept: Vec<(Box<str>, Json)> = Vec::with_capacity(members.len());
    for (name, value) in members {
        match places.get(&name) {
            Some(place) => {
                let place: usize = *place;
                kept[place].1 = value;
            }
            None => {
                places.insert(name.clone(), kept.len());
                kept.push((name, value));
            }
        }
    }
    kept
}

/// Without white space.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => f.write_str(number),
            Self::Text(text) => quote(text, f),
            Self::Array(items) => {
                f.write_char('[')?;
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        f.write_char(',')?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_char(']')
            }
            Self::Object(members) => {
                f.write_char('{')?;
                for (position, (name, value)) in members.iter().enumerate() {
                    if position > 0 {
                        f.write_char(',')?;
                    }
                    quote(name, f)?;
                    write!(f, ":{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

/// Writes a text as a JSON string.
fn quote(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            control if control < ' ' => write!(out, "\\u{:04X}", u32::from(control))?,
            other => out.write_char(other)?,
        }
    }
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_the_order_of_members_and_the_text_of_numbers() {
        let cases = [
            (
                r#" { "b" : 1.50 , "a" : [ true , null , "x\u00e9\n" ] } "#,
                Some("{\"b\":1.50,\"a\":[true,null,\"xé\\n\"]}"),
            ),
            (r#"{"a":1,"b":2,"a":3}"#, Some(r#"{"a":3,"b":2}"#)),
            ("1e2", Some("1e2")),
            ("\"\\ud83d\\ude00\"", Some("\"😀\"")),
            ("{}", Some("{}")),
            ("[]", Some("[]")),
            ("{}}", None),
            ("[1,]", None),
            ("{\"a\"}", None),
            ("{\"a\":1", None),
            ("01", None),
            ("nul", None),
            ("\"a\nb\"", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let read = Json::parse(text).map(|value| value.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(Json::parse(&deep), None);
    }
}
