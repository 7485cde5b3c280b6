//! The little DER that ciphertexts, envelopes and public keys need.

/// `INTEGER`.
pub(crate) const INTEGER: u8 = 0x02;
/// `BIT STRING`.
pub(crate) const BIT_STRING: u8 = 0x03;
/// `OCTET STRING`.
pub(crate) const OCTET_STRING: u8 = 0x04;
/// `NULL`.
pub(crate) const NULL: u8 = 0x05;
/// `OBJECT IDENTIFIER`.
pub(crate) const OID: u8 = 0x06;
/// `SEQUENCE`.
pub(crate) const SEQUENCE: u8 = 0x30;
/// `SET`.
pub(crate) const SET: u8 = 0x31;
/// `[0]`, holding another value.
pub(crate) const CONTEXT_0: u8 = 0xa0;
/// `[0]`, a string in place.
pub(crate) const CONTEXT_0_STRING: u8 = 0x80;

/// How many bytes a value with contents of this length has.
pub(crate) fn size(length: usize) -> usize {
    let long = if length < 0x80 { 0 } else { length.ilog2() as usize / 8 + 1 };
    2 + long + length
}

/// One value: its tag, its length, and the parts of its contents.
pub(crate) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(size(length));
    begin(&mut out, tag, length);
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// The tag and the length of a value whose contents follow.
pub(crate) fn begin(out: &mut Vec<u8>, tag: u8, length: usize) {
    out.push(tag);
    if length < 0x80 {
        out.push(u8::try_from(length).expect("below 128"));
    } else {
        let bytes = length.to_be_bytes();
        let skip = bytes.iter().take_while(|byte| **byte == 0).count();
        out.push(0x80 | u8::try_from(bytes.len() - skip).expect("a length has few bytes"));
        out.extend_from_slice(&bytes[skip..]);
    }
}

/// Takes the value with this tag off the front, and returns its contents.
pub(crate) fn take<'a>(input: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (&found, rest) = input.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        let (bytes, rest) = rest.split_at(count);
        (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
    };
    if found != tag || rest.len() < length {
        return None;
    }
    let (contents, rest) = rest.split_at(length);
    *input = rest;
    Some(contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let contents = vec![7; length];
            let written = value(OCTET_STRING, &[&contents]);
            assert_eq!(written.len(), size(length));
            let mut rest = written.as_slice();
            assert_eq!(take(&mut rest, OCTET_STRING), Some(contents.as_slice()));
            assert!(rest.is_empty());
            assert_eq!(take(&mut written.as_slice(), SEQUENCE), None);
            assert_eq!(take(&mut &written[..written.len() - 1], SEQUENCE), None);
        }
    }
}
