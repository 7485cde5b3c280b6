//! Patterns of `TO_STRING`.

use fogbank_service::ServiceError;

use super::failed;
use super::timestamp::{Shown, Timestamp, zone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A timestamp as a pattern says.
///
/// # Errors
///
/// `EvaluatorInvalidTimestampFormatPattern` and its like.
pub(super) fn written(timestamp: Timestamp, pattern: &str) -> Result<String, ServiceError> {
    let shown = timestamp.shown();
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (literal, after) = quoted(&rest[1..])?;
            text.push_str(&literal);
            rest = after;
            continue;
        }
        let end = rest.find(|it| it != first).unwrap_or(rest.len());
        let count = end / first.len_utf8();
        if first.is_ascii_alphabetic() {
            text.push_str(&field(&shown, first, count)?);
        } else {
            text.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    Ok(text)
}

/// A text up to its closing quote; two quotes are one.
fn quoted(text: &str) -> Result<(String, &str), ServiceError> {
    let mut literal = String::new();
    let mut rest = text;
    if let Some(after) = rest.strip_prefix('\'') {
        return Ok(("'".to_owned(), after));
    }
    loop {
        let at = rest.find('\'').ok_or_else(|| {
            failed(
                "EvaluatorUnterminatedTimestampFormatPatternToken",
                "The timestamp format pattern contains an unterminated token in the SQL expression.",
            )
        })?;
        literal.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('\'') {
            Some(after) => {
                literal.push('\'');
                rest = after;
            }
            None => return Ok((literal, rest)),
        }
    }
}

fn field(shown: &Shown, symbol: char, count: usize) -> Result<String, ServiceError> {
    let (date, hour) = (shown.date, shown.hour);
    let padded = |number: i64| format!("{number:0count$}");
    let month = usize::try_from(date.month - 1).ok().and_then(|at| MONTHS.get(at));
    let month = month.copied().unwrap_or_default();
    let of_half = if hour % 12 == 0 { 12 } else { hour % 12 };
    let zoned = |between: &str| zone(shown.offset, between);
    Ok(match (symbol, count) {
        ('y', 2) => format!("{:02}", date.year.rem_euclid(100)),
        ('y', 1) => date.year.to_string(),
        ('y', 4) => padded(date.year),
        ('M', 1 | 2) => padded(date.month),
        ('M', 3) => month[..3].to_owned(),
        ('M', 4) => month.to_owned(),
        ('M', 5) => month[..1].to_owned(),
        ('d', 1 | 2) => padded(date.day),
        ('a', 1) => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        ('h', 1 | 2) => padded(of_half),
        ('H', 1 | 2) => padded(hour),
        ('m', 1 | 2) => padded(shown.minute),
        ('s', 1 | 2) => padded(shown.second),
        ('S', 1..=9) => format!("{:09}", shown.nanos)[..count].to_owned(),
        ('n', 1) => shown.nanos.to_string(),
        ('X', 1..=5) if shown.offset == 0 => "Z".to_owned(),
        ('X' | 'x', 1) if shown.offset % 60 == 0 => zoned("")[..3].to_owned(),
        ('X' | 'x', 1 | 2 | 4) => zoned(""),
        ('X' | 'x', 3 | 5) => zoned(":"),
        _ => {
            return Err(failed(
                "EvaluatorInvalidTimestampFormatPatternSymbol",
                "The timestamp format pattern contains a symbol in the SQL expression that's not \
                 valid.",
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in AWS's reference.
    #[test]
    fn patterns() {
        for (timestamp, pattern, expected) in [
            ("1969-07-20T20:18Z", "MMMM d, y", "July 20, 1969"),
            ("1969-07-20T20:18Z", "MMM d, yyyy", "Jul 20, 1969"),
            ("1969-07-20T20:18Z", "M-d-yy", "7-20-69"),
            ("1969-07-20T20:18Z", "MM-d-y", "07-20-1969"),
            ("1969-07-20T20:18Z", "MMMM d, y h:m a", "July 20, 1969 8:18 PM"),
            ("1969-07-20T20:18Z", "y-MM-dd'T'H:m:ssX", "1969-07-20T20:18:00Z"),
            ("1969-07-20T20:18+08:00", "y-MM-dd'T'H:m:ssXXXX", "1969-07-20T20:18:00+0800"),
            ("1969-07-20T20:18+08:00", "y-MM-dd'T'H:m:ssXXXXX", "1969-07-20T20:18:00+08:00"),
            ("2017-01-02T03:04:05.0671Z", "HH 'o''clock' SSS n", "03 o'clock 067 67100000"),
        ] {
            let timestamp = Timestamp::parse(timestamp).unwrap();
            assert_eq!(written(timestamp, pattern).unwrap(), expected);
        }
        let timestamp = Timestamp::parse("2010T").unwrap();
        for pattern in ["q", "yyy", "'open", "MMMMMM"] {
            assert!(written(timestamp, pattern).is_err(), "{pattern}");
        }
    }
}
