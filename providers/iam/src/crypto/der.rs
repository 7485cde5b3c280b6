//! As much of DER as certificates and RSA public keys need.

use fogbank_context::{Date, Timestamp};
pub(super) use fogbank_signing::der::{BIT_STRING, CONTEXT_0, INTEGER, Reader, SEQUENCE};

pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;

/// An element.
pub(super) fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length = contents.len();
    if length < 0x80 {
        bytes.extend(u8::try_from(length));
    } else {
        let digits = length.to_be_bytes();
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        let digits = &digits[zeros..];
        bytes.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
        bytes.extend_from_slice(digits);
    }
    bytes.extend_from_slice(contents);
    bytes
}

/// A time of a certificate: `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`.
pub(super) fn time(tag: u8, contents: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(contents).ok()?.strip_suffix('Z')?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match tag {
        UTC_TIME => {
            let year: i64 = text.get(..2)?.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        GENERALIZED_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let number = |place: usize| rest.get(place * 2..place * 2 + 2)?.parse::<i64>().ok();
    let days = Date { year, month: number(0)?, day: number(1)? }.to_days();
    let seconds = (number(2)? * 60 + number(3)?) * 60 + number(4)?;
    Some(Timestamp::from_secs(days * 86_400 + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let cases: [(u8, &str, Option<i64>); 5] = [
            (UTC_TIME, "700101000000Z", Some(0)),
            (UTC_TIME, "260101000000Z", Some(1_767_225_600)),
            (GENERALIZED_TIME, "20240229123456Z", Some(1_709_210_096)),
            (UTC_TIME, "2601010000Z", None),
            (UTC_TIME, "26010100000xZ", None),
        ];
        for (tag, text, seconds) in cases {
            assert_eq!(time(tag, text.as_bytes()).map(Timestamp::as_secs), seconds, "{text}");
        }
    }

    #[test]
    fn elements_are_read_back() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let contents = vec![7; length];
            let bytes = element(SEQUENCE, &contents);
            let mut reader = Reader(&bytes);
            assert_eq!(reader.expect(SEQUENCE), Some(contents.as_slice()));
            assert!(reader.next().is_none());
        }
        assert!(Reader(&[0x30, 5, 1]).next().is_none());
        assert!(Reader(&[0x30, 0x89]).next().is_none());
    }
}
