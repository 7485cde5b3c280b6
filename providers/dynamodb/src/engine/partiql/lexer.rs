//! Tokens of PartiQL.

use super::malformed;
use crate::engine::validation::Invalid;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or a keyword.
    Word(String),
    /// A name in double quotes.
    Quoted(String),
    /// A text in single quotes.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// `?`
    Parameter,
    /// An operator or a bracket.
    Symbol(&'static str),
    /// The end.
    End,
}

/// Longer symbols stand before those that they start with.
const SYMBOLS: [&str; 21] = [
    "<<", ">>", "<=", ">=", "<>", "!=", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ".", ":",
    "+", "-", "*",
];

/// The text up to the closing quote, of which two in a row stand for one, and what it takes.
fn quoted(text: &str, quote: char) -> Result<(String, usize), Invalid> {
    let mut content = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            content.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            chars.next();
            content.push(quote);
        } else {
            return Ok((content, at + 1));
        }
    }
    Err(malformed("a quote is not closed"))
}

/// How many bytes at the start belong to a number such as `12.5e-3`.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let after_exponent = at > 0 && matches!(bytes[at - 1], b'e' | b'E');
        match byte {
            b'0'..=b'9' | b'.' | b'e' | b'E' => at += 1,
            b'+' | b'-' if after_exponent => at += 1,
            _ => break,
        }
    }
    at
}

fn word_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

/// All tokens of a statement, [`Token::End`] last.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Invalid> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\'' => quoted(rest, '\'').map(|(text, length)| (Token::Text(text), length))?,
            '"' => quoted(rest, '"').map(|(text, length)| (Token::Quoted(text), length))?,
            '?' => (Token::Parameter, 1),
            '0'..='9' => {
                let length = number_length(rest);
                (Token::Number(rest[..length].to_owned()), length)
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let length = word_length(rest);
                (Token::Word(rest[..length].to_owned()), length)
            }
            c => match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
                Some(symbol) => (Token::Symbol(symbol), symbol.len()),
                None => return Err(malformed(format!("unexpected character '{c}'"))),
            },
        };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    found.push(Token::End);
    Ok(found)
}
