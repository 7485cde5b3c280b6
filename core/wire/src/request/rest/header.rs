//! Members in headers.

use std::borrow::Cow;

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use base64::Engine;
use http::{HeaderMap, HeaderValue};

use super::bindings::{Bindings, HeaderForm};
use super::values::{Pairs, Texts};
use super::{in_argument, in_head};
use crate::scalar::{BASE64, DefaultTimestamp};

/// A header's text: UTF-8, or Latin-1 as HTTP once had it.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(latin1(value)),
    }
}

/// A header's text in Latin-1, which has a character for every byte.
fn latin1(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|byte| char::from(*byte)).collect()
}

/// S3 reads headers that are not its own as Latin-1.
fn text_of_s3<'h>(name: &http::HeaderName, value: &'h HeaderValue) -> Cow<'h, str> {
    if value.as_bytes().is_ascii() || name.as_str().starts_with("x-amz-") {
        return text(value);
    }
    Cow::Owned(latin1(value))
}

/// Headers that S3 takes no notice of when they cannot be read.
const FORGIVEN: [&str; 7] = [
    "expires",
    "if-modified-since",
    "if-unmodified-since",
    "x-amz-copy-source-if-modified-since",
    "x-amz-copy-source-if-unmodified-since",
    "x-amz-max-parts",
    "x-amz-part-number-marker",
];

pub(super) fn read(
    bindings: &Bindings,
    headers: &HeaderMap,
    s3: bool,
    schema: &Schema<'_>,
    state: &mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
) -> Result<(), SerdeError> {
    if !bindings.has_headers() {
        return Ok(());
    }
    let prefix = bindings.prefix();
    let mut prefixed = Pairs::default();
    for name in headers.keys() {
        if let Some((index, form)) = bindings.header(name)
            && let Some(member) = schema.member_schema_by_index(index)
        {
            let texts = values(headers, name, form, s3)?;
            let empty = texts.iter().all(|text| text.is_empty());
            // An empty header stands for nothing, unless a string can be empty.
            if !empty || form == HeaderForm::Text || form == HeaderForm::List {
                let mut reader = Texts { texts, default: DefaultTimestamp::HttpDate };
                match state(member, &mut reader) {
                    Err(_) if s3 && FORGIVEN.contains(&name.as_str()) => {}
                    Err(error) => {
                        let value = reader.texts.first().map_or("", |text| text.as_ref());
                        return Err(in_argument(name.as_str(), value, &error));
                    }
                    Ok(()) => {}
                }
            }
        }
        if let Some((_, prefix)) = prefix
            && let Some(rest) = name.as_str().strip_prefix(&*prefix.to_ascii_lowercase())
        {
            let joined: Vec<_> = headers.get_all(name).iter().map(text).collect();
            prefixed.push(rest, &joined.join(","));
        }
    }
    if let Some((index, _)) = prefix
        && !prefixed.is_empty()
        && let Some(member) = schema.member_schema_by_index(index)
    {
        state(member, &mut prefixed).map_err(in_head)?;
    }
    Ok(())
}

fn values<'h>(
    headers: &'h HeaderMap,
    name: &http::HeaderName,
    form: HeaderForm,
    s3: bool,
) -> Result<Vec<Cow<'h, str>>, SerdeError> {
    let read = |value: &'h HeaderValue| if s3 { text_of_s3(name, value) } else { text(value) };
    let all = headers.get_all(name).iter().map(read);
    match form {
        HeaderForm::Scalar | HeaderForm::Text => {
            let mut all: Vec<_> = all.collect();
            if all.len() > 1 {
                all = vec![Cow::Owned(all.join(","))];
            }
            Ok(all)
        }
        HeaderForm::Json => all
            .map(|text| {
                let decoded =
                    BASE64.decode(text.trim()).ok().and_then(|b| String::from_utf8(b).ok());
                decoded.map(Cow::Owned).ok_or_else(|| {
                    SerdeError::invalid_input(format!("{name} is no text in Base64"))
                })
            })
            .collect(),
        HeaderForm::List => Ok(all.flat_map(|text| elements(&text)).map(Cow::Owned).collect()),
        HeaderForm::DateList => Ok(all.flat_map(|text| dates(&text)).map(Cow::Owned).collect()),
    }
}

/// The elements between commas; an element in quotes may have commas itself.
fn elements(text: &str) -> Vec<String> {
    let mut elements = Vec::new();
    let mut element = String::new();
    let mut quoted = false;
    let mut was_quoted = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' if quoted => element.extend(characters.next()),
            '"' if quoted || element.trim().is_empty() => {
                if !quoted {
                    element.clear();
                }
                quoted = !quoted;
                was_quoted = true;
            }
            ',' if !quoted => {
                elements.push(finished(&element, was_quoted));
                element.clear();
                was_quoted = false;
            }
            _ => element.push(character),
        }
    }
    if !(elements.is_empty() && element.trim().is_empty() && !was_quoted) {
        elements.push(finished(&element, was_quoted));
    }
    elements
}

fn finished(element: &str, quoted: bool) -> String {
    if quoted { element.to_owned() } else { element.trim().to_owned() }
}

/// HTTP dates between commas, each with a comma after its weekday.
fn dates(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split(',').collect();
    parts.chunks(2).map(|date| date.join(",").trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_apart_at_commas_outside_quotes() {
        for (text, expected) in [
            ("a, b,c", vec!["a", "b", "c"]),
            ("\"b,c\", \"\\\"def\\\"\", a", vec!["b,c", "\"def\"", "a"]),
            ("", vec![]),
            ("one", vec!["one"]),
        ] {
            assert_eq!(elements(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_keep_their_own_comma() {
        let text = "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:18 GMT";
        assert_eq!(dates(text), ["Mon, 16 Dec 2019 23:48:18 GMT"; 2]);
    }
}
