//! Texts inside XML.

/// Appends a text with its escapes. Control characters, which XML 1.0 cannot carry, become references to
/// them, as AWS writes the keys of objects that have some (botocore's issue 3496 shows one).
pub(crate) fn escape_into(out: &mut String, text: &str) {
    let control = |byte: u8| byte < b' ' && byte != b'\t' && byte != b'\n';
    let special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"') | control(byte);
    // A loop without branches, which the compiler makes wide; most texts have nothing to escape.
    if !text.bytes().fold(false, |found, byte| found | special(byte)) {
        out.push_str(text);
        return;
    }
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate().filter(|(_, byte)| special(*byte)) {
        out.push_str(&text[start..index]);
        start = index + 1;
        match byte {
            b'&' => out.push_str("&amp;"),
            b'<' => out.push_str("&lt;"),
            b'>' => out.push_str("&gt;"),
            b'"' => out.push_str("&quot;"),
            _ => {
                out.push_str("&#x");
                if byte > 0x0F {
                    out.push('1');
                }
                out.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 0x0F)]));
                out.push(';');
            }
        }
    }
    out.push_str(&text[start..]);
}

/// A text with its escapes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn texts_are_escaped() {
        let cases = [
            ("", ""),
            ("plain\ttext\n", "plain\ttext\n"),
            ("<a b=\"c\">&</a>", "&lt;a b=&quot;c&quot;&gt;&amp;&lt;/a&gt;"),
            ("\r", "&#xD;"),
            ("a\u{0}b\u{1f}\u{7f}é", "a&#x0;b&#x1F;\u{7f}é"),
        ];
        for (text, expected) in cases {
            assert_eq!(escaped(text), expected, "{text:?}");
        }
    }
}
