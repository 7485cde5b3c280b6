//! Tokens of SQL.

use std::fmt;

use fogbank_service::ServiceError;

use crate::select::failed;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name.
    Word(String),
    /// A name in double quotes.
    Quoted(String),
    /// A text in single quotes.
    Text(String),
    Number(String),
    /// A literal of Ion, in backticks.
    Ion(String),
    Symbol(&'static str),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(text) | Token::Number(text) => write!(f, "{text}"),
            Token::Quoted(text) => write!(f, "\"{text}\""),
            Token::Ion(text) => write!(f, "`{text}`"),
            Token::Text(text) => write!(f, "'{text}'"),
            Token::Symbol(text) => write!(f, "{text}"),
        }
    }
}

/// Longer symbols come before those that they begin with.
const SYMBOLS: [&str; 22] = [
    "<>", "!=", "<=", ">=", "||", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",",
    ".", ";", "{", "}",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ServiceError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        if ['\'', '"', '`'].contains(&first) {
            let (content, after) = quoted(&rest[1..], first)?;
            tokens.push(match first {
                '\'' => Token::Text(content),
                '`' => Token::Ion(content),
                _ => Token::Quoted(content),
            });
            rest = after;
            continue;
        }
        if first.is_ascii_digit() {
            let end =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
            tokens.push(Token::Number(rest[..end].to_owned()));
            rest = &rest[end..];
            continue;
        }
        if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
            let end = end.unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
            continue;
        }
        let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
        let symbol = symbol.ok_or_else(|| {
            failed(
                "LexerInvalidChar",
                format!("The SQL expression contains an invalid character: {first}"),
            )
        })?;
        tokens.push(Token::Symbol(symbol));
        rest = &rest[symbol.len()..];
    }
}

/// A text up to its closing quote; two quotes are one.
fn quoted(text: &str, quote: char) -> Result<(String, &str), ServiceError> {
    let mut content = String::new();
    let mut rest = text;
    loop {
        let Some(at) = rest.find(quote) else {
            return Err(failed(
                "LexerInvalidLiteral",
                "The SQL expression contains a literal without its closing quote.",
            ));
        };
        content.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix(quote) {
            Some(after) => {
                content.push(quote);
                rest = after;
            }
            None => return Ok((content, rest)),
        }
    }
}
