//! The grammar of statements.

use std::sync::Arc;

use super::lexer::Token;
use super::parser::Parser;
use super::{Returning, Select, Statement, malformed};
use crate::engine::expression::document_path::first_clash;
use crate::engine::expression::update::{Action, SetOperand};
use crate::engine::expression::{Condition, DocumentPath, Update};
use crate::engine::validation::Invalid;
use crate::engine::value::Value;

/// Reads a statement and fills in its parameters.
///
/// # Errors
/// A statement that is not well formed, or another number of parameters than it has places.
pub fn parse(text: &str, parameters: Vec<Value>) -> Result<Statement, Invalid> {
    let mut parser = Parser::new(text, parameters)?;
    let statement = parser.statement()?;
    parser.expect_end()?;
    Ok(statement)
}

/// What a `SET` does: most assign, the set functions change a set.
fn set_action(path: DocumentPath, assigned: Assigned) -> Action {
    match assigned {
        Assigned::Operand(operand) => Action::Set(path, operand),
        Assigned::Add(value) => Action::Add(path, value),
        Assigned::Delete(value) => Action::Delete(path, value),
    }
}

/// The right side of a `SET`.
enum Assigned {
    Operand(SetOperand),
    Add(Arc<Value>),
    Delete(Arc<Value>),
}

impl Parser {
    fn statement(&mut self) -> Result<Statement, Invalid> {
        match self.advance() {
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "SELECT" => Ok(Statement::Select(self.select()?)),
                "INSERT" => self.insert(),
                "UPDATE" => self.update(),
                "DELETE" => self.delete(),
                "EXISTS" => {
                    self.expect_symbol("(")?;
                    self.expect_keyword("SELECT")?;
                    let select = self.select()?;
                    self.expect_symbol(")")?;
                    Ok(Statement::Exists(select))
                }
                _ => Err(malformed("Expected data manipulation")),
            },
            _ => Err(malformed("Expected data manipulation")),
        }
    }

    fn select(&mut self) -> Result<Select, Invalid> {
        let paths = match self.take_symbol("*") {
            true => None,
            false => Some(self.paths()?),
        };
        self.expect_keyword("FROM")?;
        let table = self.name()?;
        let index = if self.take_symbol(".") { Some(self.name()?) } else { None };
        let condition = if self.take_keyword("WHERE") { Some(self.condition()?) } else { None };
        let order = if self.take_keyword("ORDER") { Some(self.order()?) } else { None };
        Ok(Select { table, index, paths, condition, order })
    }

    fn paths(&mut self) -> Result<Vec<DocumentPath>, Invalid> {
        let mut paths = vec![self.path()?];
        while self.take_symbol(",") {
            paths.push(self.path()?);
        }
        match first_clash(&paths.iter().collect::<Vec<_>>()) {
            Some(clash) => Err(Invalid::from(clash)),
            None => Ok(paths),
        }
    }

    fn order(&mut self) -> Result<(String, bool), Invalid> {
        self.expect_keyword("BY")?;
        let attribute = self.name()?;
        let descending = self.take_keyword("DESC");
        if !descending {
            self.take_keyword("ASC");
        }
        Ok((attribute, descending))
    }

    fn insert(&mut self) -> Result<Statement, Invalid> {
        self.expect_keyword("INTO")?;
        let table = self.name()?;
        self.expect_keyword("VALUE")?;
        match self.value()? {
            Value::M(item) => Ok(Statement::Insert { table, item }),
            _ => Err(malformed("VALUE must be followed by a map")),
        }
    }

    fn update(&mut self) -> Result<Statement, Invalid> {
        let table = self.name()?;
        let mut actions = Vec::new();
        loop {
            if self.take_keyword("SET") {
                loop {
                    let path = self.path()?;
                    self.expect_symbol("=")?;
                    let assigned = self.assigned(&path)?;
                    actions.push(set_action(path, assigned));
                    if !self.take_symbol(",") {
                        break;
                    }
                }
            } else if self.take_keyword("REMOVE") {
                loop {
                    actions.push(Action::Remove(self.path()?));
                    if !self.take_symbol(",") {
                        break;
                    }
                }
            } else {
                break;
            }
        }
        if actions.is_empty() {
            return self.unexpected();
        }
        if let Some(clash) = first_clash(&actions.iter().map(Action::path).collect::<Vec<_>>()) {
            return Err(Invalid::from(clash));
        }
        let condition = self.required_condition()?;
        let returning = self.returning()?;
        let update = Update { actions, legacy: false };
        Ok(Statement::Update { table, update, condition, returning })
    }

    fn delete(&mut self) -> Result<Statement, Invalid> {
        self.expect_keyword("FROM")?;
        let table = self.name()?;
        let condition = self.required_condition()?;
        let returning = self.returning()?;
        Ok(Statement::Delete { table, condition, returning })
    }

    fn required_condition(&mut self) -> Result<Condition, Invalid> {
        self.expect_keyword("WHERE")?;
        self.condition()
    }

    fn returning(&mut self) -> Result<Option<Returning>, Invalid> {
        if !self.take_keyword("RETURNING") {
            return Ok(None);
        }
        let modified = self.take_keyword("MODIFIED");
        if !modified {
            self.expect_keyword("ALL")?;
        }
        let new = self.take_keyword("NEW");
        if !new {
            self.expect_keyword("OLD")?;
        }
        self.expect_symbol("*")?;
        Ok(Some(Returning { modified, new }))
    }

    /// The function that is called next, if it is one of those.
    fn called(&self, names: &[&'static str]) -> Option<&'static str> {
        match (self.peek(), self.peek_second()) {
            (Token::Word(word), Token::Symbol("(")) => {
                names.iter().copied().find(|name| word.eq_ignore_ascii_case(name))
            }
            _ => None,
        }
    }

    fn assigned(&mut self, target: &DocumentPath) -> Result<Assigned, Invalid> {
        let Some(function) = self.called(&["set_add", "set_delete"]) else {
            return Ok(Assigned::Operand(self.sum()?));
        };
        self.advance();
        self.expect_symbol("(")?;
        if self.path()? != *target {
            return Err(malformed(format!(
                "{function} must change the attribute that it is given"
            )));
        }
        self.expect_symbol(",")?;
        let value = Arc::new(self.value()?);
        self.expect_symbol(")")?;
        if !value.kind().is_set() {
            return Err(malformed(format!("{function} takes a set")));
        }
        Ok(match function {
            "set_add" => Assigned::Add(value),
            _ => Assigned::Delete(value),
        })
    }

    fn sum(&mut self) -> Result<SetOperand, Invalid> {
        let mut left = self.term()?;
        loop {
            let plus = self.take_symbol("+");
            if !plus && !self.take_symbol("-") {
                return Ok(left);
            }
            let right = Box::new(self.term()?);
            left = match plus {
                true => SetOperand::Plus(Box::new(left), right),
                false => SetOperand::Minus(Box::new(left), right),
            };
        }
    }

    fn term(&mut self) -> Result<SetOperand, Invalid> {
        if let Some(function) = self.called(&["list_append", "if_not_exists"]) {
            self.advance();
            self.expect_symbol("(")?;
            let first = self.nested(Parser::sum)?;
            self.expect_symbol(",")?;
            let second = Box::new(self.nested(Parser::sum)?);
            self.expect_symbol(")")?;
            return match (function, first) {
                ("list_append", first) => Ok(SetOperand::ListAppend(Box::new(first), second)),
                (_, SetOperand::Path(path)) => Ok(SetOperand::IfNotExists(path, second)),
                _ => Err(malformed("if_not_exists requires a document path")),
            };
        }
        match self.literal()? {
            Some(value) => Ok(SetOperand::Value(Arc::new(value))),
            None => Ok(SetOperand::Path(self.path()?)),
        }
    }
}
