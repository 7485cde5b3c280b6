//! Wildcards.

/// Any number of characters.
pub(crate) const STAR: u16 = 256;
/// One character.
pub(crate) const ONE: u16 = 257;

/// A text in which `*` stands for any number of characters and `?` for one.
///
/// Bytes of the text are below 256; the wildcards are above, so that a value put in for a variable
/// cannot bring wildcards along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Glob(Vec<u16>);

impl Glob {
    /// The pattern of a text with wildcards.
    pub(crate) fn new(text: &str) -> Self {
        let mut glob = Self::default();
        glob.push_pattern(text);
        glob
    }

    /// The pattern that matches this text only.
    pub(crate) fn literal(text: &str) -> Self {
        let mut glob = Self::default();
        glob.push_literal(text);
        glob
    }

    pub(crate) fn push_literal(&mut self, text: &str) {
        self.0.extend(text.bytes().map(u16::from));
    }

    /// Adds another pattern behind this one.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    pub(crate) fn push_pattern(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b'*' if self.0.last() == Some(&STAR) => {}
                b'*' => self.0.push(STAR),
                b'?' => self.0.push(ONE),
                byte => self.0.push(u16::from(byte)),
            }
        }
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (pattern, text) = (&self.0[..], text.as_bytes());
        let (mut p, mut t) = (0, 0);
        // Where to go on when what follows the last star does not match.
        let mut back: Option<(usize, usize)> = None;
        while t < text.len() {
            match pattern.get(p) {
                Some(&STAR) => {
                    back = Some((p + 1, t));
                    p += 1;
                }
                Some(&ONE) => {
                    p += 1;
                    t += character(text, t);
                }
                Some(&byte) if byte == u16::from(text[t]) => {
                    p += 1;
                    t += 1;
                }
                _ => {
                    let Some((after, from)) = back else { return false };
                    back = Some((after, from + 1));
                    p = after;
                    t = from + 1;
                }
            }
        }
        pattern[p..].iter().all(|piece| *piece == STAR)
    }
}

/// The length of the character that begins here.
fn character(text: &[u8], at: usize) -> usize {
    1 + text[at + 1..].iter().take_while(|byte| **byte & 0xc0 == 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        let cases = [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "anything", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "abdc", true),
            ("a*c*", "abdce", true),
            ("a*bc", "abbbc", true),
            ("a*bc", "abbbd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("a??c", "aéc", false),
            ("**", "x", true),
            ("*a*b*c*", "xxaxxbxxcxx", true),
            ("*a*b*c*", "xxaxxcxxbxx", false),
            ("a", "A", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(Glob::new(pattern).matches(text), expected, "{pattern} {text}");
        }
        assert!(!Glob::literal("a*").matches("ab"));
        assert!(Glob::literal("a*").matches("a*"));
    }
}
