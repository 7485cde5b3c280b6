//! The grammar of `WHERE`.
//!
//! ```text
//! or         := and (OR and)*
//! and        := not (AND not)*
//! not        := NOT not | ( or ) | comparison
//! comparison := function(…) | operand (comparator operand | [NOT] BETWEEN … AND … | [NOT] IN […] | IS [NOT] (MISSING | NULL))
//! operand    := literal | ? | path | size(path)
//! ```

use std::sync::Arc;

use super::lexer::Token;
use super::malformed;
use super::parser::Parser;
use crate::engine::expression::condition::{Comparator, Operand};
use crate::engine::expression::{Condition, DocumentPath};
use crate::engine::validation::Invalid;
use crate::engine::value::{Kind, Value};

/// The most members of `IN`.
const IN_OPERANDS: usize = 100;

fn negated(condition: Condition, negated: bool) -> Condition {
    if negated { Condition::Not(Box::new(condition)) } else { condition }
}

/// A path, or the error that an operator needs one.
fn path_of(operand: Operand) -> Result<DocumentPath, Invalid> {
    match operand {
        Operand::Path(path) => Ok(path),
        _ => Err(malformed("the operator requires a document path")),
    }
}

impl Parser {
    /// Reads a condition.
    pub(super) fn condition(&mut self) -> Result<Condition, Invalid> {
        let mut any = vec![self.conjunction()?];
        while self.take_keyword("OR") {
            any.push(self.conjunction()?);
        }
        match any.len() {
            1 => Ok(any.swap_remove(0)),
            _ => Ok(Condition::Or(any)),
        }
    }

    fn conjunction(&mut self) -> Result<Condition, Invalid> {
        let mut all = vec![self.negation()?];
        while self.take_keyword("AND") {
            all.push(self.negation()?);
        }
        match all.len() {
            1 => Ok(all.swap_remove(0)),
            _ => Ok(Condition::And(all)),
        }
    }

    fn negation(&mut self) -> Result<Condition, Invalid> {
        if self.take_keyword("NOT") {
            return self.nested(|it| Ok(Condition::Not(Box::new(it.negation()?))));
        }
        if self.take_symbol("(") {
            let inner = self.nested(Parser::condition)?;
            self.expect_symbol(")")?;
            return Ok(inner);
        }
        self.comparison()
    }

    /// The name of the function that is called next.
    fn function_name(&self) -> Option<String> {
        match (self.peek(), self.peek_second()) {
            (Token::Word(name), Token::Symbol("(")) => Some(name.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn comparison(&mut self) -> Result<Condition, Invalid> {
        if let Some(name) = self.function_name().filter(|name| name != "size") {
            return self.function(&name);
        }
        let left = self.operand()?;
        if self.take_keyword("IS") {
            let not = self.take_keyword("NOT");
            let path = path_of(left)?;
            return match self.advance() {
                Token::Word(word) if word.eq_ignore_ascii_case("MISSING") && not => {
                    Ok(Condition::AttributeExists(path))
                }
                Token::Word(word) if word.eq_ignore_ascii_case("MISSING") => {
                    Ok(Condition::AttributeNotExists(path))
                }
                Token::Word(word) if word.eq_ignore_ascii_case("NULL") => {
                    Ok(negated(Condition::AttributeType(path, Kind::Null), not))
                }
                _ => Err(malformed("IS must be followed by MISSING or NULL")),
            };
        }
        let not = self.take_keyword("NOT");
        if self.take_keyword("BETWEEN") {
            let low = self.operand()?;
            self.expect_keyword("AND")?;
            let high = self.operand()?;
            return Ok(negated(Condition::Between(left, low, high), not));
        }
        if self.take_keyword("IN") {
            return Ok(negated(self.in_list(left)?, not));
        }
        if not {
            return self.unexpected();
        }
        let comparator = match self.peek() {
            Token::Symbol("!=") => Some(Comparator::Ne),
            Token::Symbol(symbol) => Comparator::from_symbol(symbol),
            _ => None,
        };
        let Some(comparator) = comparator else { return self.unexpected() };
        self.advance();
        let right = self.operand()?;
        Ok(match (comparator, &left) {
            // What is missing compares to nothing, not even as different.
            (Comparator::Ne, Operand::Path(path)) => Condition::And(vec![
                Condition::AttributeExists(path.clone()),
                Condition::Compare(left, comparator, right),
            ]),
            _ => Condition::Compare(left, comparator, right),
        })
    }

    fn in_list(&mut self, left: Operand) -> Result<Condition, Invalid> {
        let values = match self.peek() {
            Token::Symbol("(") => self.list("(", ")")?,
            _ => self.list("[", "]")?,
        };
        if values.len() > IN_OPERANDS {
            return Err(Invalid::from(format!(
                "The IN operator is provided with too many operands; number of operands: {}",
                values.len()
            )));
        }
        let operands = values.into_iter().map(|value| Operand::Value(Arc::new(value)));
        Ok(Condition::In(left, operands.collect()))
    }

    fn operand(&mut self) -> Result<Operand, Invalid> {
        if self.function_name().as_deref() == Some("size") {
            self.advance();
            self.expect_symbol("(")?;
            let path = self.path()?;
            self.expect_symbol(")")?;
            return Ok(Operand::Size(path));
        }
        match self.literal()? {
            Some(value) => Ok(Operand::Value(Arc::new(value))),
            None => Ok(Operand::Path(self.path()?)),
        }
    }

    fn function(&mut self, name: &str) -> Result<Condition, Invalid> {
        self.advance();
        self.expect_symbol("(")?;
        let first = self.operand()?;
        let second = if self.take_symbol(",") { Some(self.operand()?) } else { None };
        self.expect_symbol(")")?;
        match (name, second) {
            ("begins_with", Some(prefix)) => Ok(Condition::BeginsWith(first, prefix)),
            ("contains", Some(part)) => Ok(Condition::Contains(first, part)),
            ("attribute_exists", None) => Ok(Condition::AttributeExists(path_of(first)?)),
            ("attribute_not_exists", None) => Ok(Condition::AttributeNotExists(path_of(first)?)),
            ("attribute_type", Some(Operand::Value(kind))) => {
                let kind = match kind.as_ref() {
                    Value::S(name) => Kind::from_name(name),
                    _ => None,
                };
                let kind = kind.ok_or_else(|| malformed("attribute_type names no type"))?;
                Ok(Condition::AttributeType(path_of(first)?, kind))
            }
            _ => Err(malformed(format!("invalid function name or number of operands: {name}"))),
        }
    }
}
