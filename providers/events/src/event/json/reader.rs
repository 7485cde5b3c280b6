//! JSON token by token, with the positions and the words of errors that EventBridge answers.
//!
//! EventBridge reads event patterns with Jackson, and its errors show that: a position is how far has
//! been read, which is the opening quote of a string that nobody has asked for yet, and with a member's
//! name the beginning of its value has been read already. The errors of
//! `test_events_patterns.snapshot.json`, recorded at AWS, are the reference.

/// How much of the text an error quotes, in UTF-16 units.
const QUOTED: usize = 500;
/// How much of a wrong word an error quotes.
const LONGEST_WORD: usize = 256;
const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/// What comes next in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    FieldName,
    String,
    Int,
    Float,
    True,
    False,
    Null,
    /// The end of the text.
    End,
}

impl Token {
    /// Whether it is a number.
    pub(crate) fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Float)
    }
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError(String);

impl SyntaxError {
    /// The error in words, with its position.
    pub(crate) fn message(&self) -> &str {
        &self.0
    }

    /// An error without a position.
    pub(crate) fn nowhere(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Values that are nested too deep.
    pub(super) fn too_deep() -> Self {
        Self("Document nesting depth (1001) exceeds the maximum allowed (1000)".to_owned())
    }

    /// A token where a value belongs.
    pub(super) fn misplaced() -> Self {
        Self("Unexpected end-of-input".to_owned())
    }
}

#[derive(Clone, Copy, Debug)]
struct Scope {
    object: bool,
    start: usize,
    entries: usize,
}

impl Scope {
    fn kind(scope: Option<&Self>) -> &'static str {
        match scope {
            None => "root",
            Some(scope) if scope.object => "Object",
            Some(_) => "Array",
        }
    }
}

/// Reads a text.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    /// How far has been read.
    at: usize,
    scopes: Vec<Scope>,
    /// The value after a member's name, which is read with it.
    pending: Option<Token>,
    /// A string's beginning has been read, and nothing else of it.
    open_string: bool,
    value: String,
    name: String,
}

impl<'a> Reader<'a> {
    /// At the beginning of a text.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            scopes: Vec::new(),
            pending: None,
            open_string: false,
            value: String::new(),
            name: String::new(),
        }
    }

    /// The name of the member that was read last.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The text of the value that was read last.
    pub(crate) fn text(&mut self) -> Result<&str, SyntaxError> {
        if self.open_string {
            self.open_string = false;
            self.value = self.string(": was expecting closing quote for a string value")?;
        }
        Ok(&self.value)
    }

    /// An error at the current position.
    pub(crate) fn fail(&self, message: &str) -> SyntaxError {
        self.fail_at(message, self.at)
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Result<Token, SyntaxError> {
        if let Some(token) = self.pending.take() {
            return Ok(token);
        }
        self.text()?;
        let Some(mut character) = self.skip_space() else {
            return match self.scopes.last() {
                None => Ok(Token::End),
                Some(scope) => {
                    let start = self.location(scope.start);
                    let kind = Scope::kind(Some(scope));
                    Err(self.end_of_input(&format!(
                        ": expected close marker for {kind} (start marker at {start})"
                    )))
                }
            };
        };
        if character == '}' || character == ']' {
            return self.close(character);
        }
        if let Some(scope) = self.scopes.last_mut() {
            let first = scope.entries == 0;
            scope.entries += 1;
            if !first {
                let kind = Scope::kind(self.scopes.last());
                if character != ',' {
                    let why = format!("was expecting comma to separate {kind} entries");
                    return Err(self.unexpected(character, &why));
                }
                character = self.skip_space().ok_or_else(|| self.between_entries())?;
            }
        }
        if self.scopes.last().is_some_and(|scope| scope.object) {
            if character != '"' {
                let why = "was expecting double-quote to start field name";
                return Err(self.unexpected(character, why));
            }
            self.name = self.string(" in field name")?;
            match self.skip_space() {
                Some(':') => {}
                None => return Err(self.between_entries()),
                Some(other) => {
                    let why = "was expecting a colon to separate field name and value";
                    return Err(self.unexpected(other, why));
                }
            }
            let first = self.skip_space().ok_or_else(|| self.between_entries())?;
            let token = self.value(first)?;
            self.pending = Some(token);
            return Ok(Token::FieldName);
        }
        self.value(character)
    }

    fn close(&mut self, character: char) -> Result<Token, SyntaxError> {
        let object = character == '}';
        match self.scopes.last().copied() {
            Some(scope) if scope.object == object => {
                self.scopes.pop();
                Ok(if object { Token::EndObject } else { Token::EndArray })
            }
            scope => {
                let expected = if object { ']' } else { '}' };
                let kind = Scope::kind(scope.as_ref());
                let start = self.location(scope.map_or(0, |scope| scope.start));
                Err(self.fail(&format!(
                    "Unexpected close marker '{character}': expected '{expected}' (for {kind} starting at {start})"
                )))
            }
        }
    }

    fn value(&mut self, first: char) -> Result<Token, SyntaxError> {
        match first {
            '"' => {
                self.open_string = true;
                Ok(Token::String)
            }
            '{' | '[' => {
                if self.scopes.len() >= super::DEEPEST {
                    return Err(SyntaxError::too_deep());
                }
                let object = first == '{';
                self.scopes.push(Scope { object, start: self.at - 1, entries: 0 });
                first.to_string().clone_into(&mut self.value);
                Ok(if object { Token::StartObject } else { Token::StartArray })
            }
            't' => self.word("true", Token::True),
            'f' => self.word("false", Token::False),
            'n' => self.word("null", Token::Null),
            '-' | '0'..='9' => self.number(first),
            letter if letter.is_alphabetic() || letter == '_' || letter == '$' => {
                let start = self.at - letter.len_utf8();
                Err(self.unknown_word(start))
            }
            other => Err(self.unexpected(other, &format!("expected a valid value {VALUES}"))),
        }
    }

    fn word(&mut self, word: &str, token: Token) -> Result<Token, SyntaxError> {
        let start = self.at - 1;
        for expected in word.chars().skip(1) {
            if self.peek() != Some(expected) {
                return Err(self.unknown_word(start));
            }
            self.at += 1;
        }
        if self.peek().is_some_and(is_word) {
            return Err(self.unknown_word(start));
        }
        word.clone_into(&mut self.value);
        Ok(token)
    }

    /// A word that is no value, from its beginning; read to its end.
    fn unknown_word(&mut self, start: usize) -> SyntaxError {
        let mut length = self.text[start..self.at].chars().count();
        let mut more = "";
        while let Some(character) = self.peek().filter(|character| is_word(*character)) {
            self.at += character.len_utf8();
            length += 1;
            if length >= LONGEST_WORD {
                more = "...";
                break;
            }
        }
        let word = &self.text[start..self.at];
        self.fail(&format!("Unrecognized token '{word}{more}': was expecting {VALUES}"))
    }

    fn number(&mut self, first: char) -> Result<Token, SyntaxError> {
        let start = self.at - 1;
        let mut token = Token::Int;
        if first == '-' && self.digits() == 0 {
            return Err(self.not_in_number("No digit following minus sign"));
        }
        if first != '-' {
            self.digits();
        }
        let whole = self.text[start..self.at].trim_start_matches('-');
        if whole.len() > 1 && whole.starts_with('0') {
            return Err(self.fail("Invalid numeric value: Leading zeroes not allowed"));
        }
        if self.peek() == Some('.') {
            self.at += 1;
            token = Token::Float;
            if self.digits() == 0 {
                return Err(self.not_in_number("Decimal point not followed by a digit"));
            }
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            token = Token::Float;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.not_in_number("Exponent indicator not followed by a digit"));
            }
        }
        self.text[start..self.at].clone_into(&mut self.value);
        Ok(token)
    }

    fn digits(&mut self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn not_in_number(&mut self, why: &str) -> SyntaxError {
        let Some(character) = self.peek() else {
            return self.end_of_input(" within/between root entries");
        };
        self.at += character.len_utf8();
        let shown = describe(character);
        let at = self.at - character.len_utf8();
        self.fail_at(&format!("Unexpected character ({shown}) in numeric value: {why}"), at)
    }

    /// A string whose opening quote has been read.
    fn string(&mut self, cut_off: &str) -> Result<String, SyntaxError> {
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c| matches!(c, '"' | '\\' | '\0'..='\x1f'));
            let Some(plain) = plain else {
                self.at = self.text.len();
                return Err(self.end_of_input(cut_off));
            };
            text.push_str(&rest[..plain]);
            self.at += plain + 1;
            match rest.as_bytes()[plain] {
                b'"' => return Ok(text),
                b'\\' => text.push(self.escape(cut_off)?),
                control => {
                    let shown = describe(char::from(control));
                    return Err(self.fail(&format!(
                        "Illegal unquoted character ({shown}): has to be escaped using backslash to be included in string value"
                    )));
                }
            }
        }
    }

    fn escape(&mut self, cut_off: &str) -> Result<char, SyntaxError> {
        let Some(character) = self.peek() else { return Err(self.end_of_input(cut_off)) };
        self.at += character.len_utf8();
        Ok(match character {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            '"' | '/' | '\\' => character,
            'u' => {
                let high = self.hex(cut_off)?;
                let pair =
                    (0xD800..0xDC00).contains(&high) && self.text[self.at..].starts_with("\\u");
                if pair {
                    let back = self.at;
                    self.at += 2;
                    let low = self.hex(cut_off)?;
                    if (0xDC00..0xE000).contains(&low) {
                        let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                        return Ok(char::from_u32(code).unwrap_or('\u{FFFD}'));
                    }
                    self.at = back;
                }
                char::from_u32(high).unwrap_or('\u{FFFD}')
            }
            other => {
                let shown = describe(other);
                return Err(self.fail(&format!("Unrecognized character escape {shown}")));
            }
        })
    }

    fn hex(&mut self, cut_off: &str) -> Result<u32, SyntaxError> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(character) = self.peek() else { return Err(self.end_of_input(cut_off)) };
            self.at += character.len_utf8();
            let Some(digit) = character.to_digit(16) else {
                let why = "expected a hex-digit for character escape sequence";
                return Err(self.unexpected(character, why));
            };
            code = code << 4 | digit;
        }
        Ok(code)
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// The next character that is not white space, read.
    fn skip_space(&mut self) -> Option<char> {
        loop {
            let character = self.peek()?;
            self.at += character.len_utf8();
            if !matches!(character, ' ' | '\t' | '\n' | '\r') {
                return Some(character);
            }
        }
    }

    fn unexpected(&self, character: char, why: &str) -> SyntaxError {
        let shown = describe(character);
        let at = self.at - character.len_utf8();
        self.fail_at(&format!("Unexpected character ({shown}): {why}"), at)
    }

    fn between_entries(&self) -> SyntaxError {
        let kind = Scope::kind(self.scopes.last());
        self.end_of_input(&format!(" within/between {kind} entries"))
    }

    fn end_of_input(&self, what: &str) -> SyntaxError {
        self.fail(&format!("Unexpected end-of-input{what}"))
    }

    fn fail_at(&self, message: &str, at: usize) -> SyntaxError {
        SyntaxError(format!("{message}\n at {}", self.location(at)))
    }

    fn location(&self, at: usize) -> String {
        let read = &self.text[..at];
        let line = read.matches('\n').count() + 1;
        let row = read.rfind('\n').map_or(0, |newline| newline + 1);
        let column = units(&read[row..]) + 1;
        let mut quoted = String::new();
        let mut length = 0;
        for character in self.text.chars() {
            length += character.len_utf16();
            if length > QUOTED {
                break;
            }
            match character {
                '\r' | '\n' => quoted.push(character),
                control if control.is_control() => {
                    quoted.push_str(&format!("\\u{:04X}", u32::from(control)));
                }
                other => quoted.push(other),
            }
        }
        let left = units(self.text).saturating_sub(QUOTED);
        let cut = if left > 0 { format!("[truncated {left} chars]") } else { String::new() };
        format!("[Source: (String)\"{quoted}\"{cut}; line: {line}, column: {column}]")
    }
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Whether Java lets the character be part of a name.
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

fn describe(character: char) -> String {
    let code = u32::from(character);
    if character.is_control() {
        format!("(CTRL-CHAR, code {code})")
    } else if code > 255 {
        format!("'{character}' (code {code} / 0x{code:x})")
    } else {
        format!("'{character}' (code {code})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(text: &str) -> String {
        let mut reader = Reader::new(text);
        loop {
            match reader.next() {
                Ok(Token::End) => return "none".to_owned(),
                Ok(_) => {}
                Err(error) => return error.message().to_owned(),
            }
        }
    }

    #[test]
    fn errors_have_the_words_and_positions_of_aws() {
        let cases = [
            (
                "{'a': 1}",
                "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
                1,
                2,
            ),
            (
                "{\"a\" 1}",
                "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
                1,
                6,
            ),
            (
                "{\"a\": [1 2]}",
                "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries",
                1,
                10,
            ),
            (
                "{\"a\": no}",
                "Unrecognized token 'no': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1,
                9,
            ),
            (
                "truest",
                "Unrecognized token 'truest': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1,
                7,
            ),
            (
                "{\"a\":\n ?}",
                "Unexpected character ('?' (code 63)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                2,
                2,
            ),
            ("[01]", "Invalid numeric value: Leading zeroes not allowed", 1, 4),
            ("[\"\\x\"]", "Unrecognized character escape 'x' (code 120)", 1, 5),
            (
                "{\"a\": 1",
                "Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)\"{\"a\": 1\"; line: 1, column: 1])",
                1,
                8,
            ),
        ];
        for (text, message, line, column) in cases {
            let place = format!("[Source: (String)\"{text}\"; line: {line}, column: {column}]");
            assert_eq!(error_of(text), format!("{message}\n at {place}"), "{text}");
        }
        assert_eq!(error_of(" [1, 2.5e3, {\"a\": {}}, \"\\u00e4\"] "), "none");
    }

    #[test]
    fn long_texts_are_quoted_in_part() {
        let text = format!("[\"{}\" x]", "ä".repeat(600));
        let error = error_of(&text);
        assert!(error.contains("[truncated 106 chars]; line: 1, column: 605]"), "{error}");
    }
}
