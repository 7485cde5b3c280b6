//! JSON, token by token, with the positions that AWS's parser reports.

use std::fmt;

use serde::de::DeserializeOwned;

/// A JSON text that is malformed, told as AWS's parser tells it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    what: String,
    line: usize,
    column: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, line, column } = self;
        let source = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";
        write!(f, "{what}\n at [Source: {source}; line: {line}, column: {column}]")
    }
}

/// Reads a JSON text as a whole.
///
/// # Errors
/// How it is malformed.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Malformed> {
    serde_json::from_str(text).map_err(|error| malformed(text, &error))
}

fn malformed(text: &str, error: &serde_json::Error) -> Malformed {
    const LITERALS: &str =
        "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    let (line, column) = (error.line().max(1), error.column().max(1));
    let rest: String = text
        .lines()
        .nth(line - 1)
        .map(|line| line.chars().skip(column - 1).collect())
        .unwrap_or_default();
    let found = rest.chars().next();
    let told = error.to_string();
    if error.is_eof() || found.is_none() {
        let what = "Unexpected end-of-input within/between Object entries".to_owned();
        return Malformed { what, line, column };
    }
    let found = found.unwrap_or_default();
    let unexpected = |expected: &str| {
        format!("Unexpected character ('{found}' (code {})): {expected}", u32::from(found))
    };
    if told.starts_with("key must be a string") {
        let what = unexpected("was expecting double-quote to start field name");
        // The character itself counts as read.
        return Malformed { what, line, column };
    }
    if told.starts_with("expected value") || told.starts_with("expected ident") {
        let at = if told.starts_with("expected ident") { column } else { column - 1 };
        let before: String =
            text.lines().nth(line - 1).unwrap_or_default().chars().take(at).collect();
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let start = before.chars().rev().take_while(|c| is_word(*c)).count();
        let line_text: Vec<char> = text.lines().nth(line - 1).unwrap_or_default().chars().collect();
        let begin = before.chars().count() - start;
        let word: String = line_text[begin..].iter().take_while(|c| is_word(**c)).collect();
        if !word.is_empty() {
            let what = format!("Unrecognized token '{word}': was expecting {LITERALS}");
            return Malformed { what, line, column: begin + word.chars().count() + 1 };
        }
        return Malformed {
            what: unexpected(&format!("expected a valid value {LITERALS}")),
            line,
            column,
        };
    }
    let what = match told.as_str() {
        told if told.starts_with("expected `:`") => {
            unexpected("was expecting a colon to separate field name and value")
        }
        told if told.starts_with("expected `,` or `]`") => {
            unexpected("was expecting comma to separate Array entries")
        }
        told if told.starts_with("expected `,` or `}`") => {
            unexpected("was expecting comma to separate Object entries")
        }
        _ => unexpected(&format!("expected a valid value {LITERALS}")),
    };
    Malformed { what, line, column }
}

/// The most dots in a name that lead into objects; JSON itself is not read any deeper.
const DEEPEST: usize = 100;

/// Whether the dots of a name lead into objects.
pub(super) fn is_path(name: &str) -> bool {
    name.bytes().filter(|b| *b == b'.').count() <= DEEPEST
}

/// A JSON text without the white space between its tokens.
pub(crate) fn compact(text: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let keep = |c: &char| {
        let keep = in_string || !c.is_ascii_whitespace();
        if *c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && !escaped && *c == '\\';
        keep
    };
    text.chars().filter(keep).collect()
}

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    /// The name of a member.
    Name(String),
    Text(String),
    /// A number as it is written.
    Number(String),
    True,
    False,
    Null,
}

impl Token {
    /// The token as it stands in the document, for messages.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::ObjectStart => "{",
            Self::ObjectEnd => "}",
            Self::ArrayStart => "[",
            Self::ArrayEnd => "]",
            Self::Name(text) | Self::Text(text) | Self::Number(text) => text,
            Self::True => "true",
            Self::False => "false",
            Self::Null => "null",
        }
    }
}

/// The tokens of a compact and well-formed text.
///
/// The reported position is behind what was read, as AWS's parser counts it: of a string only the
/// quote before it has been read until its text is asked for, and with a name the beginning of
/// its value.
pub(crate) struct Tokens<'a> {
    source: &'a str,
    tokens: Vec<(Token, usize, usize)>,
    next: usize,
    column: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, tokens: scan(source), next: 0, column: 1 }
    }

    /// The text.
    pub(crate) fn source(&self) -> &'a str {
        self.source
    }

    /// The column behind what was read, beginning with 1.
    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Token {
        let Some((token, start, end)) = self.tokens.get(self.next).cloned() else {
            return Token::ObjectEnd;
        };
        self.next += 1;
        self.column = match token {
            Token::Text(_) => start + 2,
            Token::Name(_) => match self.tokens.get(self.next) {
                Some((Token::Text(_), start, _)) => start + 2,
                Some((_, _, end)) => end + 1,
                None => end + 1,
            },
            _ => end + 1,
        };
        token
    }

    /// Reads the text of the string that was just passed to its end.
    pub(crate) fn read_text(&mut self) {
        if let Some((_, _, end)) = self.next.checked_sub(1).and_then(|at| self.tokens.get(at)) {
            self.column = end + 1;
        }
    }

    /// The token after the next ones, without reading it.
    pub(crate) fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.next + ahead).map(|(token, _, _)| token)
    }
}

/// All tokens with the places, in characters, where they begin and end.
fn scan(source: &str) -> Vec<(Token, usize, usize)> {
    let characters: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let start = at;
        at += 1;
        let token = match characters[start] {
            '{' => Token::ObjectStart,
            '}' => Token::ObjectEnd,
            '[' => Token::ArrayStart,
            ']' => Token::ArrayEnd,
            '"' => {
                while at < characters.len() && characters[at] != '"' {
                    at += if characters[at] == '\\' { 2 } else { 1 };
                }
                at = (at + 1).min(characters.len());
                let literal: String = characters[start..at].iter().collect();
                let text = serde_json::from_str(&literal).unwrap_or_default();
                if characters.get(at) == Some(&':') { Token::Name(text) } else { Token::Text(text) }
            }
            't' | 'f' | 'n' | '-' | '0'..='9' => {
                let more = |c: &char| !matches!(c, ',' | ']' | '}');
                while characters.get(at).is_some_and(more) {
                    at += 1;
                }
                let literal: String = characters[start..at].iter().collect();
                match literal.as_str() {
                    "true" => Token::True,
                    "false" => Token::False,
                    "null" => Token::Null,
                    _ => Token::Number(literal),
                }
            }
            _ => continue,
        };
        tokens.push((token, start, at));
    }
    tokens
}
