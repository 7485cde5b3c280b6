//! Rows written as CSV or JSON.

use bytes::Bytes;
use fogbank_api_s3 as api;
use fogbank_service::ServiceError;

use super::failed;
use super::value::Value;
use crate::members::text;

/// The most bytes of one event.
const CHUNK: usize = 128 * 1024;

/// Writes rows.
pub(crate) struct Writer {
    format: Format,
    chunks: Vec<Bytes>,
    current: Vec<u8>,
}

enum Format {
    Csv { always: bool, quote: String, escape: String, field: String, record: String },
    Json { record: String },
}

impl Writer {
    /// A writer of what a request asks for.
    ///
    /// # Errors
    ///
    /// `InvalidRequestParameter` for anything but one format, `InvalidQuoteFields`.
    pub(crate) fn of(output: &api::OutputSerialization) -> Result<Self, ServiceError> {
        let or = |given: &Option<String>, default: &str| {
            given.clone().unwrap_or_else(|| default.to_owned())
        };
        let format = match (&output.csv, &output.json) {
            (Some(csv), None) => Format::Csv {
                always: match text!(csv.quote_fields) {
                    None | Some("ASNEEDED") => false,
                    Some("ALWAYS") => true,
                    Some(_) => {
                        return Err(failed(
                            "InvalidQuoteFields",
                            "The QuoteFields is invalid. Only ALWAYS and ASNEEDED are supported.",
                        ));
                    }
                },
                quote: or(&csv.quote_character, "\""),
                escape: or(&csv.quote_escape_character, "\""),
                field: or(&csv.field_delimiter, ","),
                record: or(&csv.record_delimiter, "\n"),
            },
            (None, Some(json)) => Format::Json { record: or(&json.record_delimiter, "\n") },
            _ => {
                return Err(failed(
                    "InvalidRequestParameter",
                    "The value of a parameter in SelectRequest element is invalid. Check the \
                     service API documentation and try again.",
                ));
            }
        };
        Ok(Self { format, chunks: Vec::new(), current: Vec::new() })
    }

    pub(super) fn row(&mut self, row: &[(String, Value)]) {
        let line = match &self.format {
            Format::Csv { always, quote, escape, field, record } => {
                let shown = |value: &Value| {
                    let text = value.text();
                    let needed = *always
                        || (!quote.is_empty() && text.contains(quote.as_str()))
                        || text.contains(field.as_str())
                        || text.contains(record.as_str())
                        || text.starts_with(' ');
                    if !needed {
                        return text;
                    }
                    let inner = match quote.is_empty() {
                        true => text,
                        false => text.replace(quote.as_str(), &format!("{escape}{quote}")),
                    };
                    format!("{quote}{inner}{quote}")
                };
                let fields: Vec<String> = row.iter().map(|(_, value)| shown(value)).collect();
                fields.join(field) + record
            }
            Format::Json { record } => Value::Object(row.to_vec()).json() + record,
        };
        if self.current.len() + line.len() > CHUNK && !self.current.is_empty() {
            self.chunks.push(std::mem::take(&mut self.current).into());
        }
        self.current.extend_from_slice(line.as_bytes());
    }

    /// What was written, in pieces of an event each.
    pub(crate) fn finish(mut self) -> Vec<Bytes> {
        if !self.current.is_empty() {
            self.chunks.push(self.current.into());
        }
        self.chunks
    }
}
