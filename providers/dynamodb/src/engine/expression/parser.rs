//! What the parsers of all kinds of expressions share: tokens, paths, placeholders and faults.

use std::sync::Arc;

use super::document_path::{DocumentPath, Step};
use super::lexer::{Token, TokenKind, tokens};
use super::placeholders::Placeholders;
use super::{ExpressionKind, reserved_words};
use crate::engine::validation::Invalid;
use crate::engine::value::Value;

/// The longest expression, in bytes.
const EXPRESSION_BYTES: usize = 4096;
/// The most operators and functions of an expression.
const OPERATORS: usize = 300;
/// The largest index that a path may hold.
const LARGEST_INDEX: usize = 999_999;

/// Faults other than of syntax, gravest first: the order in which AWS reports them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// Parentheses around parentheses.
    Parentheses,
    /// A section of an update expression that stands twice.
    Section,
    /// A function that does not exist, or not here.
    Function,
    /// A reserved word as an attribute name.
    Reserved,
    /// A list index beyond the limit.
    Index,
    /// A name that is not defined.
    Name,
    /// A value that is not defined.
    Value,
    /// The number, type or equality of operands.
    Operand,
    /// Paths that clash, or too many operators.
    Whole,
}

/// The state of a parser.
pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
    kind: ExpressionKind,
    placeholders: &'a mut Placeholders,
    fault: Option<(Fault, String)>,
    operators: usize,
}

impl<'a> Parser<'a> {
    /// A parser at the start of `text`.
    pub(super) fn new(
        kind: ExpressionKind,
        text: &'a str,
        placeholders: &'a mut Placeholders,
    ) -> Result<Parser<'a>, Invalid> {
        let mut parser = Parser {
            text,
            tokens: Vec::new(),
            at: 0,
            kind,
            placeholders,
            fault: None,
            operators: 0,
        };
        if text.len() > EXPRESSION_BYTES {
            return Err(parser.invalid(&format!(
                "Expression size has exceeded the maximum allowed size; expression size: {}",
                text.len()
            )));
        }
        parser.tokens = tokens(text);
        if parser.tokens.len() == 1 {
            return Err(parser.invalid("The expression can not be empty;"));
        }
        Ok(parser)
    }

    /// The kind of expression that is read.
    pub(super) fn kind(&self) -> ExpressionKind {
        self.kind
    }

    fn invalid(&self, detail: &str) -> Invalid {
        Invalid::from(format!("Invalid {}: {detail}", self.kind.parameter()))
    }

    /// Notes a fault, unless one at least as grave is known.
    pub(super) fn note(&mut self, fault: Fault, detail: String) {
        if self.fault.as_ref().is_none_or(|(known, _)| fault < *known) {
            self.fault = Some((fault, detail));
        }
    }

    /// Counts an operator or a function.
    pub(super) fn count_operator(&mut self) {
        self.operators += 1;
    }

    /// Ends the expression: nothing may follow, and no fault may have been noted.
    pub(super) fn finish(mut self) -> Result<(), Invalid> {
        if self.peek().kind != TokenKind::End {
            return Err(self.syntax_error());
        }
        if self.operators > OPERATORS {
            let count = self.operators;
            self.note(
                Fault::Whole,
                format!("The expression contains too many operators; operator count: {count}"),
            );
        }
        match &self.fault {
            None => Ok(()),
            Some((_, detail)) => Err(self.invalid(detail)),
        }
    }

    /// How many tokens have been taken.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The next token.
    pub(super) fn peek(&self) -> Token<'a> {
        self.tokens[self.at]
    }

    /// The token behind the next one.
    pub(super) fn peek_second(&self) -> Token<'a> {
        self.tokens[(self.at + 1).min(self.tokens.len() - 1)]
    }

    /// Takes the next token; the end is never taken.
    pub(super) fn advance(&mut self) -> Token<'a> {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    /// Takes the symbol if it is next.
    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let next = self.peek().is_symbol(symbol);
        self.at += usize::from(next);
        next
    }

    /// Takes the keyword if it is next.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let next = self.peek().is_keyword(keyword);
        self.at += usize::from(next);
        next
    }

    /// Takes the symbol, which has to be next.
    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Result<(), Invalid> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.syntax_error()) }
    }

    /// The error that the next token does not belong where it stands.
    pub(super) fn syntax_error(&self) -> Invalid {
        let token = self.peek();
        let start = self.at.checked_sub(1).map_or(token.start, |before| self.tokens[before].start);
        let (shown, end) = match token.kind {
            TokenKind::End => {
                ("<EOF>", self.at.checked_sub(1).map_or(0, |last| self.tokens[last].end()))
            }
            _ => match self.peek_second() {
                second if second.kind == TokenKind::End => (token.text, token.end()),
                second => (token.text, second.end()),
            },
        };
        self.invalid(&format!(
            "Syntax error; token: \"{shown}\", near: \"{}\"",
            &self.text[start..end]
        ))
    }

    /// Reads `:value`.
    pub(super) fn value_ref(&mut self) -> Result<Arc<Value>, Invalid> {
        let token = self.peek();
        if token.kind != TokenKind::ValueRef {
            return Err(self.syntax_error());
        }
        self.at += 1;
        Ok(self.placeholders.value(token.text).unwrap_or_else(|| {
            self.note(
                Fault::Value,
                format!(
                    "An expression attribute value used in expression is not defined; \
                     attribute value: {}",
                    token.text
                ),
            );
            Arc::new(Value::Null)
        }))
    }

    /// Reads one name of a path, either as it stands or through `#`.
    fn path_name(&mut self) -> Result<Box<str>, Invalid> {
        let token = self.peek();
        match token.kind {
            TokenKind::Name => {
                if reserved_words::is_reserved(token.text) {
                    self.note(
                        Fault::Reserved,
                        format!(
                            "Attribute name is a reserved keyword; reserved keyword: {}",
                            token.text
                        ),
                    );
                }
                self.at += 1;
                Ok(token.text.into())
            }
            TokenKind::NameRef => {
                self.at += 1;
                Ok(self.placeholders.name(token.text).unwrap_or_else(|| {
                    self.note(
                        Fault::Name,
                        format!(
                            "An expression attribute name used in the document path is not \
                             defined; attribute name: {}",
                            token.text
                        ),
                    );
                    token.text.into()
                }))
            }
            _ => Err(self.syntax_error()),
        }
    }

    /// Reads `[3]`, of which the bracket has been taken.
    fn path_index(&mut self) -> Result<Step, Invalid> {
        let token = self.peek();
        if token.kind != TokenKind::Number {
            return Err(self.syntax_error());
        }
        self.at += 1;
        let index = token.text.parse().ok().filter(|index| *index <= LARGEST_INDEX);
        if index.is_none() {
            self.note(
                Fault::Index,
                format!("List index is not within the allowable range; index: [{}]", token.text),
            );
        }
        self.expect_symbol("]")?;
        Ok(Step::Index(index.unwrap_or_default()))
    }

    /// Reads a document path.
    pub(super) fn path(&mut self) -> Result<DocumentPath, Invalid> {
        let root = self.path_name()?;
        let mut steps = Vec::new();
        loop {
            if self.take_symbol(".") {
                steps.push(Step::Field(self.path_name()?));
            } else if self.take_symbol("[") {
                steps.push(self.path_index()?);
            } else {
                return Ok(DocumentPath { root, steps });
            }
        }
    }
}
