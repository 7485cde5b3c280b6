//! Records of CSV and JSON.

use bytes::Bytes;
use fogbank_api_s3 as api;
use fogbank_service::ServiceError;

use super::value::Value;
use super::{failed, parquet};
use crate::members::text;

/// How records are written.
#[derive(Clone, Debug)]
pub(crate) enum Format {
    Csv(Csv),
    /// One document after the other, or one per line.
    Json {
        /// Documents may span lines.
        spans_lines: bool,
    },
    /// In columns.
    Parquet,
}

/// The dialect of a CSV file.
#[derive(Clone, Debug)]
pub(crate) struct Csv {
    header: Header,
    comment: Option<char>,
    quote: Option<char>,
    escape: Option<char>,
    field: String,
    record: String,
    /// Fields in quotes may have the delimiter of records in them.
    quoted_records: bool,
}

/// What the first line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Header {
    None,
    Use,
    Ignore,
}

fn one(option: Option<&str>, default: &str) -> Option<char> {
    option.unwrap_or(default).chars().next()
}

impl Format {
    /// The format of a request.
    ///
    /// # Errors
    ///
    /// `InvalidDataSource` for anything but one format, `InvalidFileHeaderInfo`, `InvalidJsonType`.
    pub(crate) fn of(input: &api::InputSerialization) -> Result<Self, ServiceError> {
        match (&input.csv, &input.json, &input.parquet) {
            (Some(csv), None, None) => Ok(Self::Csv(Csv {
                header: match text!(csv.file_header_info) {
                    None | Some("NONE") => Header::None,
                    Some("USE") => Header::Use,
                    Some("IGNORE") => Header::Ignore,
                    Some(_) => {
                        return Err(failed(
                            "InvalidFileHeaderInfo",
                            "The FileHeaderInfo is invalid. Only NONE, USE, and IGNORE are \
                             supported.",
                        ));
                    }
                },
                comment: csv.comments.as_deref().and_then(|text| text.chars().next()),
                quote: one(csv.quote_character.as_deref(), "\""),
                escape: one(csv.quote_escape_character.as_deref(), "\""),
                field: csv.field_delimiter.clone().unwrap_or_else(|| ",".to_owned()),
                record: csv.record_delimiter.clone().unwrap_or_else(|| "\n".to_owned()),
                quoted_records: csv.allow_quoted_record_delimiter == Some(true),
            })),
            (None, Some(json), None) => match text!(json.r#type) {
                Some("DOCUMENT") => Ok(Self::Json { spans_lines: true }),
                Some("LINES") => Ok(Self::Json { spans_lines: false }),
                _ => Err(failed(
                    "InvalidJsonType",
                    "The JsonType is invalid. Only DOCUMENT and LINES are supported.",
                )),
            },
            (None, None, Some(_)) => Ok(Self::Parquet),
            _ => Err(failed(
                "InvalidDataSource",
                "Invalid data source type. Only CSV, JSON, and Parquet are supported.",
            )),
        }
    }
}

impl Format {
    /// Whether records can be told apart from the middle of a file on.
    pub(crate) fn can_be_scanned(&self) -> bool {
        match self {
            Self::Csv(csv) => !csv.quoted_records,
            Self::Json { spans_lines } => !spans_lines,
            Self::Parquet => true,
        }
    }
}

/// Records one after the other.
pub(crate) type Records<'c> = Box<dyn Iterator<Item = Result<Value, ServiceError>> + 'c>;

/// The records of a content, from and up to these bytes where the request names some.
///
/// # Errors
///
/// `InvalidTextEncoding`, and those of Parquet.
pub(crate) fn records<'c>(
    format: &'c Format,
    content: &'c Bytes,
    range: Option<(usize, usize)>,
) -> Result<Records<'c>, ServiceError> {
    if matches!(format, Format::Parquet) {
        return parquet::records(content.clone(), range);
    }
    let content = std::str::from_utf8(content).map_err(|_| {
        let message = "Invalid encoding type. Only UTF-8 encoding is supported.";
        failed("InvalidTextEncoding", message)
    })?;
    let (start, end) = range.unwrap_or((0, content.len()));
    Ok(match format {
        Format::Csv(csv) => Box::new(csv.records(content, start, end)),
        Format::Json { .. } | Format::Parquet => {
            let content = lines_between(content, start, end);
            let documents = serde_json::Deserializer::from_str(content).into_iter::<Value>();
            Box::new(documents.map(|document| {
                document.map_err(|error| {
                    failed("JSONParsingError", format!("Error parsing JSON file. {error}"))
                })
            }))
        }
    })
}

/// The lines that begin within a range.
fn lines_between(content: &str, start: usize, end: usize) -> &str {
    let after = |at: usize| match content.as_bytes().get(..at).map(|it| it.last()) {
        Some(None | Some(b'\n')) => at,
        _ => content[ceiling(content, at)..]
            .find('\n')
            .map_or(content.len(), |found| ceiling(content, at) + found + 1),
    };
    let from = after(start.min(content.len()));
    let to = if end >= content.len() { content.len() } else { after(end + 1) };
    &content[from..to.max(from)]
}

fn ceiling(content: &str, at: usize) -> usize {
    (at..=content.len()).find(|at| content.is_char_boundary(*at)).unwrap_or(content.len())
}

impl Csv {
    fn records<'c>(
        &'c self,
        content: &'c str,
        start: usize,
        end: usize,
    ) -> impl Iterator<Item = Result<Value, ServiceError>> + 'c {
        let mut at = 0;
        let mut names: Option<Vec<String>> = None;
        let mut first = true;
        std::iter::from_fn(move || {
            loop {
                if at >= content.len() {
                    return None;
                }
                let begin = at;
                let (fields, next) = match self.line(content, at) {
                    Ok(line) => line,
                    Err(error) => {
                        at = content.len();
                        return Some(Err(error));
                    }
                };
                at = next;
                let comment = self.comment.is_some_and(|it| content[begin..].starts_with(it));
                let blank = fields.len() == 1 && fields[0].is_empty();
                if comment || blank {
                    continue;
                }
                if std::mem::take(&mut first) && self.header != Header::None {
                    if self.header == Header::Use {
                        names = Some(fields);
                    }
                    continue;
                }
                if begin < start {
                    continue;
                }
                if begin > end {
                    return None;
                }
                let named = fields.into_iter().enumerate().map(|(index, field)| {
                    let name = names.as_ref().and_then(|names| names.get(index).cloned());
                    (name.unwrap_or_else(|| format!("_{}", index + 1)), Value::Text(field))
                });
                return Some(Ok(Value::Object(named.collect())));
            }
        })
    }

    /// The fields of the record that begins here, and where the next one begins.
    fn line(&self, content: &str, from: usize) -> Result<(Vec<String>, usize), ServiceError> {
        let mut fields = vec![String::new()];
        let mut at = from;
        let mut inside = false;
        while let Some(character) = content[at..].chars().next() {
            let rest = &content[at..];
            let width = character.len_utf8();
            let field = fields.last_mut().expect("there is always a field");
            if inside {
                if !self.quoted_records && rest.starts_with(&self.record) {
                    return Err(failed(
                        "CSVUnescapedQuote",
                        "An unescaped quote was found while parsing the CSV file. To allow quoted \
                         record delimiters, set AllowQuotedRecordDelimiter to 'TRUE'.",
                    ));
                }
                let next = rest[width..].chars().next();
                if Some(character) == self.escape && next.is_some() && next == self.quote {
                    field.extend(next);
                    at += width + next.map_or(0, char::len_utf8);
                    continue;
                }
                if Some(character) == self.quote {
                    inside = false;
                } else {
                    field.push(character);
                }
                at += width;
                continue;
            }
            if rest.starts_with(&self.record) {
                return Ok((fields, at + self.record.len().max(1)));
            }
            if self.record == "\n" && rest.starts_with("\r\n") {
                return Ok((fields, at + 2));
            }
            if rest.starts_with(&self.field) {
                fields.push(String::new());
                at += self.field.len().max(1);
                continue;
            }
            if Some(character) == self.quote && field.is_empty() {
                inside = true;
            } else {
                field.push(character);
            }
            at += width;
        }
        Ok((fields, at))
    }
}
