//! Tokens of the expression language.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An attribute name, a function name or a keyword.
    Name,
    /// `#name`.
    NameRef,
    /// `:value`.
    ValueRef,
    /// Digits of a list index.
    Number,
    /// An operator or a bracket.
    Symbol,
    /// A character that no expression holds.
    Invalid,
    /// The end.
    End,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Token<'_> {
    /// The position behind the token.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether this is the keyword, in any case of letters.
    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        self.kind == TokenKind::Name && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether this is the symbol.
    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == TokenKind::Symbol && self.text == symbol
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How many bytes of `bytes` belong to a name.
fn name_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| is_name_byte(byte)).count()
}

/// The kind and the length of the token that `text` starts with.
fn first_token(text: &str) -> (TokenKind, usize) {
    let bytes = text.as_bytes();
    let symbol = |length| (TokenKind::Symbol, length);
    match bytes[0] {
        b'#' | b':' => match name_length(&bytes[1..]) {
            0 => (TokenKind::Invalid, 1),
            length if bytes[0] == b'#' => (TokenKind::NameRef, length + 1),
            length => (TokenKind::ValueRef, length + 1),
        },
        b'0'..=b'9' => {
            (TokenKind::Number, bytes.iter().take_while(|byte| byte.is_ascii_digit()).count())
        }
        byte if is_name_byte(byte) => (TokenKind::Name, name_length(bytes)),
        b'<' if matches!(bytes.get(1), Some(b'=' | b'>')) => symbol(2),
        b'>' if bytes.get(1) == Some(&b'=') => symbol(2),
        b'<' | b'>' | b'=' | b'(' | b')' | b'[' | b']' | b'.' | b',' | b'+' | b'-' => symbol(1),
        _ => (TokenKind::Invalid, text.chars().next().map_or(1, char::len_utf8)),
    }
}

/// All tokens of an expression, an [`TokenKind::End`] last. Never fails.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::with_capacity(text.len() / 4 + 1);
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (kind, length) = first_token(&text[at..]);
        found.push(Token { kind, text: &text[at..at + length], start: at });
        at += length;
    }
    found.push(Token { kind: TokenKind::End, text: "", start: text.len() });
    found
}
