//! JSON that values write themselves, where they know a shorter way than member by member.

use std::cell::Cell;

use aws_smithy_schema::{Schema, ShapeType, shape_id};

/// Announces JSON: the string that is written next stands as it is. Only a writer of JSON knows it,
/// see [`while_writing`].
pub static JSON_FOLLOWS: Schema<'static> =
    Schema::new(shape_id!("fogbank", "JsonFollows"), ShapeType::Boolean);

thread_local! {
    static WRITING: Cell<bool> = const { Cell::new(false) };
    static SCRATCH: Cell<String> = const { Cell::new(String::new()) };
}

/// Runs what writes into a serializer that knows [`JSON_FOLLOWS`].
pub fn while_writing<T>(write: impl FnOnce() -> T) -> T {
    struct Before(bool);

    impl Drop for Before {
        fn drop(&mut self) {
            WRITING.set(self.0);
        }
    }

    let _before = Before(WRITING.replace(true));
    write()
}

/// Whether a serializer that knows [`JSON_FOLLOWS`] is at work.
pub(super) fn is_written() -> bool {
    WRITING.get()
}

/// A string that is used again and again.
pub(super) fn with_scratch<T>(write: impl FnOnce(&mut String) -> T) -> T {
    let mut text = SCRATCH.take();
    text.clear();
    let written = write(&mut text);
    SCRATCH.set(text);
    written
}

/// Appends the text in quotes.
pub fn quote_into(out: &mut String, text: &str) {
    // Without a way out early the loop below looks at many bytes at once; most texts have nothing to
    // escape.
    let special = |byte: u8| (byte < b' ') | (byte == b'"') | (byte == b'\\');
    out.push('"');
    if !text.bytes().fold(false, |found, byte| found | special(byte)) {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate().filter(|(_, byte)| special(*byte)) {
        out.push_str(&text[start..index]);
        start = index + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0C => out.push_str("\\f"),
            _ => {
                out.push_str("\\u00");
                out.push(if byte < 0x10 { '0' } else { '1' });
                out.push(char::from(b"0123456789abcdef"[usize::from(byte & 0x0F)]));
            }
        }
    }
    out.push_str(&text[start..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_serde_quotes_them() {
        let first: String = (0..0x80_u8).map(char::from).collect();
        for text in ["", "plain", "Grüße 🌍", "\"a\\b\"", "\n", "x\u{0}", &first] {
            let mut quoted = String::new();
            quote_into(&mut quoted, text);
            assert_eq!(quoted, serde_json::to_string(text).expect("a text is JSON"));
        }
    }
}
