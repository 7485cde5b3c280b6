//! Texts with `*` for any characters.

/// How many positions of a text the wildcards of a pattern may leave open at once. AWS's number is not
/// known; it lies between the patterns that were recorded.
const MOST_OPEN: usize = 10;
/// What a wildcard leaves open itself: where it is reached, and what it has passed.
const OF_ONE: usize = 2;

/// What AWS says of more.
pub(super) const TOO_COMPLEX: &str = "Rule is too complex - try using fewer wildcard characters or fewer repeating \
     character sequences after a wildcard character";

/// A text with wildcards: the parts between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wildcard {
    parts: Vec<Box<str>>,
}

impl Wildcard {
    /// Reads a text; `\*` and `\\` stand for the characters themselves.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut part = String::new();
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                '*' if characters.peek().is_some_and(|(_, next)| *next == '*') => {
                    // Positions count the quote that the text is in.
                    return Err(format!("Consecutive wildcard characters at pos {}", at + 1));
                }
                '*' => parts.push(std::mem::take(&mut part).into()),
                '\\' => match characters.peek().copied() {
                    Some((_, escaped @ ('*' | '\\'))) => {
                        part.push(escaped);
                        characters.next();
                    }
                    _ => return Err(format!("Invalid escape character at pos {}", at + 1)),
                },
                other => part.push(other),
            }
        }
        parts.push(part.into());
        Ok(Self { parts })
    }

    /// Whether matching could leave too many positions open at once.
    pub(super) fn is_too_complex(&self) -> bool {
        // Each wildcard is open from where it is reached, and so is each beginning of what follows it
        // that can be the end of what was read: `aaa` three times over, `abc` once.
        let after_wildcards = self.parts.iter().skip(1);
        after_wildcards.map(|part| OF_ONE + overlaps(part)).sum::<usize>() > MOST_OPEN
    }

    /// Whether a text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return text.is_empty() };
        let Some((last, middle)) = rest.split_last() else { return *text == **first };
        let Some(mut text) = text.strip_prefix(&**first) else { return false };
        for part in middle {
            let Some(at) = text.find(&**part) else { return false };
            text = &text[at + part.len()..];
        }
        text.ends_with(&**last)
    }
}

/// How many proper beginnings of a text are also its end, for the beginning that has most of them.
fn overlaps(text: &str) -> usize {
    let text: Vec<char> = text.chars().collect();
    // The borders of each beginning, as Knuth, Morris and Pratt find them.
    let mut border = vec![0_usize; text.len()];
    let mut counts = vec![0_usize; text.len()];
    let mut most = 0;
    for at in 1..text.len() {
        let mut length = border[at - 1];
        while length > 0 && text[length] != text[at] {
            length = border[length - 1];
        }
        if text[length] == text[at] {
            length += 1;
        }
        border[at] = length;
        counts[at] = if length > 0 { counts[length - 1] + 1 } else { 0 };
        most = most.max(counts[at]);
    }
    most
}
