//! Key values as bytes whose order is the order of the values.
//!
//! No encoding is a prefix of another of the same type, so encodings can be put one behind the
//! other. `S` and `B` escape zero bytes and end with two of them; numbers see [`super::Number`].

use super::Value;

const TERMINATOR: [u8; 2] = [0, 0];
const ESCAPED_ZERO: [u8; 2] = [0, 0xFF];

/// Appends the bytes of `S` and `B` without their end: what all longer values start with.
fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    for &byte in bytes {
        match byte {
            0 => out.extend_from_slice(&ESCAPED_ZERO),
            _ => out.push(byte),
        }
    }
}

/// Appends the encoding of a key value. Values of other types have none and add nothing.
pub fn encode(value: &Value, out: &mut Vec<u8>) {
    encode_prefix(value, out);
    if matches!(value, Value::S(_) | Value::B(_)) {
        out.extend_from_slice(&TERMINATOR);
    }
}

/// Appends what the encodings of all values that start with this one have in common.
pub fn encode_prefix(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::S(text) => escape(text.as_bytes(), out),
        Value::B(bytes) => escape(bytes, out),
        Value::N(number) => number.encode(out),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        encode(&Value::B(value.to_vec().into()), &mut out);
        out
    }

    /// Bytes in which the special ones are frequent.
    fn tricky() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(0xFF), any::<u8>()], 0..8)
    }

    proptest! {
        #[test]
        fn encodings_are_ordered_and_free_of_prefixes(a in tricky(), b in tricky()) {
            prop_assert_eq!(a.cmp(&b), encoded(&a).cmp(&encoded(&b)));
            prop_assert_eq!(a == b, encoded(&a).starts_with(&encoded(&b)));
        }

        #[test]
        fn prefixes_stay_prefixes(a in tricky(), b in tricky()) {
            let mut prefix = Vec::new();
            encode_prefix(&Value::B(b.clone().into()), &mut prefix);
            let whole = [b.clone(), a.clone()].concat();
            prop_assert!(encoded(&whole).starts_with(&prefix));
            // `b` followed by an escaped zero starts like `b` itself: order still tells them apart.
            if !a.starts_with(&b) {
                prop_assert!(!encoded(&a).starts_with(&prefix));
            }
        }
    }
}
