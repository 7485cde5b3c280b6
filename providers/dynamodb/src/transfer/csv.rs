//! CSV as imports read it: a header, quoted fields, one character between fields.

use crate::engine::schema::KeyAttribute;
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Kind, Number, Value};

/// The records of a text. Line breaks may be `\n` or `\r\n`, and stand inside quotes.
pub fn records(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let (mut quoted, mut any) = (false, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => (quoted, any) = (true, true),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                if any || !field.is_empty() || !record.is_empty() {
                    record.push(std::mem::take(&mut field));
                    records.push(std::mem::take(&mut record));
                }
                any = false;
            }
            own if own == delimiter && !quoted => record.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    if any || !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push(record);
    }
    records
}

/// A record as an item: key attributes have the types that are defined, all others are strings.
pub fn item(
    header: &[String],
    record: &[String],
    attributes: &[KeyAttribute],
) -> Result<Attributes, Invalid> {
    if record.len() != header.len() {
        return Err(Invalid::new("The record has not as many fields as the header"));
    }
    header
        .iter()
        .zip(record)
        .map(|(name, field)| {
            let kind = attributes.iter().find(|own| *own.name == **name).map(|own| own.kind);
            let value = match kind {
                Some(Kind::N) => Value::N(Number::parse(field)?),
                Some(Kind::B) => {
                    use base64::Engine as _;
                    let base64 = base64::engine::general_purpose::STANDARD;
                    let bytes = base64.decode(field);
                    Value::B(bytes.map_err(|_| Invalid::new("The field is not base64"))?.into())
                }
                _ => Value::s(field.as_str()),
            };
            Ok((name.as_str().into(), value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_cut_where_quotes_allow_it() {
        let text = "a,b\r\n1,\"x,\"\"y\"\"\nz\"\n\n,\n\"\"\nlast";
        let found = records(text, ',');
        let expected: [&[&str]; 5] =
            [&["a", "b"], &["1", "x,\"y\"\nz"], &["", ""], &[""], &["last"]];
        assert_eq!(found, expected);
    }
}
