//! The grammar of update expressions.
//!
//! ```text
//! update  := section+                      each kind at most once
//! section := SET path = value, … | REMOVE path, … | ADD path :value, … | DELETE path :value, …
//! value   := operand ((+ | -) operand)*
//! operand := path | :value | ( value ) | if_not_exists(path, operand) | list_append(operand, operand)
//! ```

use super::condition_rules::wrong_type;
use super::document_path::{DocumentPath, first_clash};
use super::lexer::TokenKind;
use super::parser::{Fault, Parser};
use super::update::{Action, SetOperand, Update};
use super::{ExpressionKind, Placeholders};
use crate::engine::validation::Invalid;
use crate::engine::value::{Kind, Value};

/// How deep parentheses and functions may be nested.
const DEPTH: usize = 250;

/// Functions that only conditions have.
const CONDITION_FUNCTIONS: [&str; 6] = [
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "size",
];

/// The kinds of sections.
const SECTIONS: [&str; 4] = ["SET", "REMOVE", "ADD", "DELETE"];

/// Reads a whole update expression.
pub(super) fn parse(text: &str, placeholders: &mut Placeholders) -> Result<Update, Invalid> {
    let mut grammar = Grammar {
        parser: Parser::new(ExpressionKind::Update, text, placeholders)?,
        depth: 0,
        closing: None,
    };
    let actions = grammar.sections()?;
    let mut parser = grammar.parser;
    if let Some(clash) = first_clash(&actions.iter().map(Action::path).collect::<Vec<_>>()) {
        parser.note(Fault::Whole, clash);
    }
    parser.finish()?;
    Ok(Update { actions, legacy: false })
}

struct Grammar<'a> {
    parser: Parser<'a>,
    depth: usize,
    /// Where the last parentheses that were closed began, and where they ended.
    closing: Option<(usize, usize)>,
}

impl Grammar<'_> {
    fn sections(&mut self) -> Result<Vec<Action>, Invalid> {
        let mut actions = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        while self.parser.peek().kind != TokenKind::End {
            let Some(section) =
                SECTIONS.into_iter().find(|section| self.parser.take_keyword(section))
            else {
                return Err(self.parser.syntax_error());
            };
            if seen.contains(&section) {
                let detail = format!(
                    "The \"{section}\" section can only be used once in an update expression;"
                );
                self.parser.note(Fault::Section, detail);
            }
            seen.push(section);
            loop {
                actions.push(self.action(section)?);
                if !self.parser.take_symbol(",") {
                    break;
                }
            }
        }
        Ok(actions)
    }

    fn action(&mut self, section: &str) -> Result<Action, Invalid> {
        let path = self.parser.path()?;
        match section {
            "SET" => {
                self.parser.expect_symbol("=")?;
                Ok(Action::Set(path, self.value()?))
            }
            "REMOVE" => Ok(Action::Remove(path)),
            "ADD" => {
                let value = self.parser.value_ref()?;
                let kind = value.kind();
                self.check_operand(section, kind == Kind::N || kind.is_set(), kind);
                Ok(Action::Add(path, value))
            }
            _ => {
                let value = self.parser.value_ref()?;
                let kind = value.kind();
                self.check_operand(section, kind.is_set(), kind);
                Ok(Action::Delete(path, value))
            }
        }
    }

    fn check_operand(&mut self, section: &str, allowed: bool, kind: Kind) {
        if !allowed {
            self.parser.note(
                Fault::Operand,
                format!(
                    "Incorrect operand type for operator or function; operator: {section}, \
                     operand type: {}, typeSet: ALLOWED_FOR_{section}_OPERAND",
                    kind.long_name()
                ),
            );
        }
    }

    fn value(&mut self) -> Result<SetOperand, Invalid> {
        let mut left = self.operand()?;
        loop {
            let operator = self.parser.peek();
            if !operator.is_symbol("+") && !operator.is_symbol("-") {
                return Ok(left);
            }
            self.parser.advance();
            self.parser.count_operator();
            let right = self.operand()?;
            for operand in [&left, &right] {
                self.check_value(operator.text, operand, Kind::N);
            }
            let (left_box, right) = (Box::new(left), Box::new(right));
            left = match operator.text {
                "+" => SetOperand::Plus(left_box, right),
                _ => SetOperand::Minus(left_box, right),
            };
        }
    }

    /// Notes a value of the request that has another type than the operator takes.
    fn check_value(&mut self, operator: &str, operand: &SetOperand, expected: Kind) {
        if let SetOperand::Value(value) = operand
            && value.kind() != expected
        {
            wrong_type(&mut self.parser, operator, value.kind());
        }
    }

    fn operand(&mut self) -> Result<SetOperand, Invalid> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.parser.syntax_error());
        }
        let operand = self.operand_inside()?;
        self.depth -= 1;
        Ok(operand)
    }

    fn operand_inside(&mut self) -> Result<SetOperand, Invalid> {
        let token = self.parser.peek();
        if token.kind == TokenKind::ValueRef {
            return Ok(SetOperand::Value(self.parser.value_ref()?));
        }
        if token.is_symbol("(") {
            self.parser.advance();
            let twice = self.parser.peek().is_symbol("(");
            let start = self.parser.position();
            let inner = self.value()?;
            // The inner parentheses are redundant if nothing but they stood in the outer ones.
            if twice && self.closing == Some((start, self.parser.position())) {
                let detail = "The expression has redundant parentheses;".to_owned();
                self.parser.note(Fault::Parentheses, detail);
            }
            self.parser.expect_symbol(")")?;
            self.closing = Some((start - 1, self.parser.position()));
            return Ok(inner);
        }
        if token.kind == TokenKind::Name && self.parser.peek_second().is_symbol("(") {
            return self.function();
        }
        Ok(SetOperand::Path(self.parser.path()?))
    }

    fn function(&mut self) -> Result<SetOperand, Invalid> {
        let name = self.parser.advance().text;
        self.parser.count_operator();
        self.parser.expect_symbol("(")?;
        let mut operands = vec![self.operand()?];
        while self.parser.take_symbol(",") {
            operands.push(self.operand()?);
        }
        self.parser.expect_symbol(")")?;
        let count = operands.len();
        match (name, <[SetOperand; 2]>::try_from(operands)) {
            ("if_not_exists", Ok([first, second])) => {
                Ok(SetOperand::IfNotExists(self.path_operand(name, first), Box::new(second)))
            }
            ("list_append", Ok([first, second])) => {
                for operand in [&first, &second] {
                    self.check_value(name, operand, Kind::L);
                }
                Ok(SetOperand::ListAppend(Box::new(first), Box::new(second)))
            }
            (name, _) => {
                self.note_function(name, count);
                Ok(SetOperand::Value(Value::Null.into()))
            }
        }
    }

    /// Notes why a function cannot be used here like this.
    fn note_function(&mut self, name: &str, operands: usize) {
        let (fault, detail) = match name {
            "if_not_exists" | "list_append" => (
                Fault::Operand,
                format!(
                    "Incorrect number of operands for operator or function; operator or \
                     function: {name}, number of operands: {operands}"
                ),
            ),
            name if CONDITION_FUNCTIONS.contains(&name) => (
                Fault::Function,
                format!("The function is not allowed in an update expression; function: {name}"),
            ),
            name => (Fault::Function, format!("Invalid function name; function: {name}")),
        };
        self.parser.note(fault, detail);
    }

    fn path_operand(&mut self, function: &str, operand: SetOperand) -> DocumentPath {
        if let SetOperand::Path(path) = operand {
            return path;
        }
        self.parser.note(
            Fault::Operand,
            format!(
                "Operator or function requires a document path; operator or function: {function}"
            ),
        );
        DocumentPath::attribute("")
    }
}
