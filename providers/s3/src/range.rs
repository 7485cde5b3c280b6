//! Byte ranges of GET, HEAD and UploadPartCopy.

use fogbank_service::ServiceError;

use crate::errors;

/// A range of bytes inside an object; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ByteRange {
    /// The first byte.
    pub(crate) start: u64,
    /// One past the last byte.
    pub(crate) end: u64,
}

impl ByteRange {
    /// The number of bytes.
    pub(crate) fn length(self) -> u64 {
        self.end - self.start
    }

    /// The `Content-Range` header for an object of this size.
    pub(crate) fn content_range(self, size: u64) -> String {
        format!("bytes {}-{}/{size}", self.start, self.end.saturating_sub(1))
    }
}

/// The range that a `Range` header asks for. None when the header asks for several ranges or is
/// not understood: S3 then answers with the whole object.
///
/// # Errors
///
/// `InvalidRange` when no byte of the object is in the range.
pub(crate) fn parse(header: &str, size: u64) -> Result<Option<ByteRange>, ServiceError> {
    let Some((start, end)) = header.strip_prefix("bytes=").and_then(|text| text.split_once('-'))
    else {
        return Ok(None);
    };
    let unsatisfiable = || errors::invalid_range(header, size);
    match (digits(start), digits(end)) {
        (Some(start), Some(end)) if start > end => Ok(None),
        (Some(start), None) if !end.is_empty() => {
            let _ = start;
            Ok(None)
        }
        (Some(start), end) if start < size => {
            let end = end.map_or(size, |end| size.min(end.saturating_add(1)));
            Ok(Some(ByteRange { start, end }))
        }
        (Some(_), _) => Err(unsatisfiable()),
        (None, Some(0)) if start.is_empty() => Err(unsatisfiable()),
        (None, Some(_)) if start.is_empty() && size == 0 => Err(unsatisfiable()),
        (None, Some(last)) if start.is_empty() => {
            Ok(Some(ByteRange { start: size.saturating_sub(last), end: size }))
        }
        _ => Ok(None),
    }
}

/// The range of `x-amz-copy-source-range`: both ends are required and inside the object.
///
/// # Errors
///
/// `InvalidArgument` for another form or an end past the object; `InvalidRequest` for a start
/// past the object.
pub(crate) fn parse_copy_source(header: &str, size: u64) -> Result<ByteRange, ServiceError> {
    let ends = header.strip_prefix("bytes=").and_then(|text| text.split_once('-'));
    let range = ends.and_then(|(start, end)| Some((digits(start)?, digits(end)?)));
    let Some((start, end)) = range.filter(|(start, end)| start <= end) else {
        return Err(errors::copy_range_malformed(header));
    };
    if start >= size {
        return Err(errors::invalid_request(
            "The specified copy range is invalid for the source object size",
        ));
    }
    if end >= size {
        return Err(errors::copy_range_too_long(header, size));
    }
    Ok(ByteRange { start, end: end + 1 })
}

/// A number of ASCII digits only; saturates.
fn digits(text: &str) -> Option<u64> {
    let only_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    only_digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first byte and the one after the last, none for all, an error for none at all.
    type Expected = Result<Option<(u64, u64)>, ()>;

    /// As AWS answered for an object of ten bytes.
    #[test]
    fn ranges_of_get() {
        let table: [(&str, Expected); 18] = [
            ("bytes=0-8", Ok(Some((0, 9)))),
            ("bytes=1-1", Ok(Some((1, 2)))),
            ("bytes=1-0", Ok(None)),
            ("bytes=1-", Ok(Some((1, 10)))),
            ("bytes=-1-", Ok(None)),
            ("bytes=-2", Ok(Some((8, 10)))),
            ("bytes=-9", Ok(Some((1, 10)))),
            ("bytes=-15", Ok(Some((0, 10)))),
            ("bytes=0-100", Ok(Some((0, 10)))),
            ("bytes=0-0", Ok(Some((0, 1)))),
            ("bytes=0--1", Ok(None)),
            ("bytes=0-1,3-4,7-9", Ok(None)),
            ("0-9", Ok(None)),
            ("bytes=-", Ok(None)),
            ("bytes=-0", Err(())),
            ("bytes=100-200", Err(())),
            ("bytes=10-", Err(())),
            ("bytes=0-99999999999999999999999", Ok(Some((0, 10)))),
        ];
        for (header, expected) in table {
            let got = parse(header, 10).map(|range| range.map(|r| (r.start, r.end)));
            assert_eq!(got.map_err(|_| ()), expected, "{header}");
        }
        assert!(parse("bytes=-1", 0).is_err());
    }

    #[test]
    fn ranges_of_copies() {
        for (header, expected) in [
            ("bytes=0-8", Some((0, 9))),
            ("bytes=9-9", Some((9, 10))),
            ("bytes=0-100", None),
            ("bytes=100-200", None),
            ("bytes=1-", None),
            ("bytes=-2", None),
            ("bytes=1-0", None),
            ("0-8", None),
        ] {
            let got = parse_copy_source(header, 10).ok().map(|r| (r.start, r.end));
            assert_eq!(got, expected, "{header}");
        }
        assert_eq!(parse_copy_source("bytes=100-200", 10).unwrap_err().code(), "InvalidRequest");
        assert_eq!(parse_copy_source("bytes=0-10", 10).unwrap_err().code(), "InvalidArgument");
    }
}
