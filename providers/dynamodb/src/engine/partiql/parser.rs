//! What the parts of the grammar share: tokens, parameters, paths and literals.

use std::vec::IntoIter;

use super::lexer::{Token, tokens};
use super::malformed;
use crate::engine::expression::{DocumentPath, Step};
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Number, Value};

/// How deep brackets may be nested.
const DEPTH: usize = 100;

/// The state of a parser.
pub(super) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    parameters: IntoIter<Value>,
    depth: usize,
}

impl Parser {
    /// A parser at the start of a statement.
    pub(super) fn new(text: &str, parameters: Vec<Value>) -> Result<Parser, Invalid> {
        let tokens = tokens(text)?;
        let asked = tokens.iter().filter(|token| **token == Token::Parameter).count();
        if asked != parameters.len() {
            return Err(Invalid::new("Number of parameters in request and statement don't match."));
        }
        Ok(Parser { tokens, at: 0, parameters: parameters.into_iter(), depth: 0 })
    }

    /// The next token.
    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.at]
    }

    /// The token behind the next one.
    pub(super) fn peek_second(&self) -> &Token {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)]
    }

    /// Takes the next token; the end is never taken.
    pub(super) fn advance(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += usize::from(token != Token::End);
        token
    }

    /// The error that the next token does not belong where it stands.
    pub(super) fn unexpected<T>(&self) -> Result<T, Invalid> {
        Err(malformed(match self.peek() {
            Token::Word(text) | Token::Quoted(text) | Token::Text(text) | Token::Number(text) => {
                format!("unexpected token '{text}'")
            }
            Token::Symbol(symbol) => format!("unexpected token '{symbol}'"),
            Token::Parameter => "unexpected token '?'".to_owned(),
            Token::End => "unexpected end of statement".to_owned(),
        }))
    }

    /// Whether the next token is this keyword, in any case of letters.
    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// Takes the keyword if it is next.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let next = self.is_keyword(keyword);
        self.at += usize::from(next);
        next
    }

    /// Takes the keyword, which has to be next.
    pub(super) fn expect_keyword(&mut self, keyword: &str) -> Result<(), Invalid> {
        if self.take_keyword(keyword) { Ok(()) } else { self.unexpected() }
    }

    /// Takes the symbol if it is next.
    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let next = matches!(self.peek(), Token::Symbol(own) if *own == symbol);
        self.at += usize::from(next);
        next
    }

    /// Takes the symbol, which has to be next.
    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Result<(), Invalid> {
        if self.take_symbol(symbol) { Ok(()) } else { self.unexpected() }
    }

    /// Nothing may follow.
    pub(super) fn expect_end(&self) -> Result<(), Invalid> {
        if *self.peek() == Token::End { Ok(()) } else { self.unexpected() }
    }

    /// Runs a part of the grammar that may hold itself.
    pub(super) fn nested<T>(
        &mut self,
        part: impl FnOnce(&mut Parser) -> Result<T, Invalid>,
    ) -> Result<T, Invalid> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(malformed("the statement is nested too deeply"));
        }
        let output = part(self);
        self.depth -= 1;
        output
    }

    /// Reads a name, quoted or not.
    pub(super) fn name(&mut self) -> Result<String, Invalid> {
        match self.peek() {
            Token::Word(name) | Token::Quoted(name) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => self.unexpected(),
        }
    }

    /// Reads a document path.
    pub(super) fn path(&mut self) -> Result<DocumentPath, Invalid> {
        let root = self.name()?.into_boxed_str();
        let mut steps = Vec::new();
        loop {
            if self.take_symbol(".") {
                steps.push(Step::Field(self.name()?.into_boxed_str()));
            } else if self.take_symbol("[") {
                steps.push(match self.advance() {
                    Token::Number(index) => Step::Index(
                        index.parse().map_err(|_| malformed("a list index is no number"))?,
                    ),
                    Token::Text(name) => Step::Field(name.into_boxed_str()),
                    _ => return Err(malformed("a list index is no number")),
                });
                self.expect_symbol("]")?;
            } else {
                return Ok(DocumentPath { root, steps });
            }
        }
    }

    /// Reads a literal or a parameter, if one is next.
    pub(super) fn literal(&mut self) -> Result<Option<Value>, Invalid> {
        let value = match self.peek() {
            Token::Text(text) => Value::s(text.as_str()),
            Token::Number(text) => Value::N(Number::parse(text)?),
            Token::Symbol("-") if matches!(self.peek_second(), Token::Number(_)) => {
                self.at += 1;
                let Token::Number(text) = self.peek() else { return self.unexpected() };
                Value::N(Number::parse(text)?.negated())
            }
            Token::Word(word) if word.eq_ignore_ascii_case("true") => Value::Bool(true),
            Token::Word(word) if word.eq_ignore_ascii_case("false") => Value::Bool(false),
            Token::Word(word) if word.eq_ignore_ascii_case("null") => Value::Null,
            Token::Parameter => {
                self.at += 1;
                return Ok(self.parameters.next());
            }
            Token::Symbol("[") => {
                return self.nested(|it| it.list("[", "]").map(|l| Some(Value::L(l))));
            }
            Token::Symbol("<<") => {
                let members = self.nested(|it| it.list("<<", ">>"))?;
                return set(members).map(Some);
            }
            Token::Symbol("{") => return self.nested(|it| it.map().map(|map| Some(Value::M(map)))),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(value))
    }

    /// Reads a literal or a parameter, which has to be next.
    pub(super) fn value(&mut self) -> Result<Value, Invalid> {
        match self.literal()? {
            Some(value) => Ok(value),
            None => self.unexpected(),
        }
    }

    /// Reads values between two brackets.
    pub(super) fn list(&mut self, open: &str, close: &str) -> Result<Vec<Value>, Invalid> {
        self.expect_symbol(open)?;
        let mut list = Vec::new();
        if self.take_symbol(close) {
            return Ok(list);
        }
        loop {
            list.push(self.value()?);
            if !self.take_symbol(",") {
                self.expect_symbol(close)?;
                return Ok(list);
            }
        }
    }

    /// Reads `{'name': value, …}`.
    pub(super) fn map(&mut self) -> Result<Attributes, Invalid> {
        self.expect_symbol("{")?;
        let mut map = Attributes::new();
        if self.take_symbol("}") {
            return Ok(map);
        }
        loop {
            let name = match self.peek().clone() {
                Token::Text(name) | Token::Quoted(name) => name,
                _ => return self.unexpected(),
            };
            self.at += 1;
            self.expect_symbol(":")?;
            let value = self.value()?;
            if map.insert(name.as_str(), value).is_some() {
                return Err(Invalid::from(format!("Duplicate field name in map: {name}")));
            }
            if !self.take_symbol(",") {
                self.expect_symbol("}")?;
                return Ok(map);
            }
        }
    }
}

/// A set of values that all have one type, `S`, `N` or `B`.
fn set(members: Vec<Value>) -> Result<Value, Invalid> {
    let mixed = || Invalid::new("Set members must all be strings, numbers or binaries");
    match members.first() {
        Some(Value::N(_)) => {
            let numbers = members
                .iter()
                .map(|member| match member {
                    Value::N(number) => Ok(number.to_string()),
                    _ => Err(mixed()),
                })
                .collect::<Result<Vec<_>, _>>()?;
            Value::number_set(numbers.iter().map(String::as_str))
        }
        Some(Value::B(_)) => {
            let bytes = members.into_iter().map(|member| match member {
                Value::B(bytes) => Ok(bytes),
                _ => Err(mixed()),
            });
            Value::binary_set(bytes.collect::<Result<_, _>>()?)
        }
        _ => {
            let texts = members.into_iter().map(|member| match member {
                Value::S(text) => Ok(text),
                _ => Err(mixed()),
            });
            Value::string_set(texts.collect::<Result<_, _>>()?)
        }
    }
}
