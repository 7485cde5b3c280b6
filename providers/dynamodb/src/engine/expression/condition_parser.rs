//! The grammar of conditions.
//!
//! ```text
//! or         := and (OR and)*
//! and        := not (AND not)*
//! not        := NOT* comparison
//! comparison := primary [comparator operand | BETWEEN operand AND operand | IN (operand, …)]
//! primary    := ( or ) | function(…) | path | :value
//! ```
//!
//! Whether a parenthesis holds a condition or an operand is only known behind it, so a primary
//! may be either until something asks for one of the two.

use super::condition::{Comparator, Condition, Operand};
use super::condition_rules as rules;
use super::lexer::TokenKind;
use super::parser::{Fault, Parser};
use super::{ExpressionKind, Placeholders};
use crate::engine::validation::Invalid;

/// How deep parentheses and functions may be nested; deeper ones can only be redundant or misused.
const DEPTH: usize = 120;

/// What a primary turned out to be.
enum Content {
    Condition(Condition),
    Operand(Operand),
}

/// A part of the tree, and whether parentheses surround it directly.
struct Node {
    content: Content,
    parenthesised: bool,
    function: Option<&'static str>,
}

impl Node {
    fn condition(condition: Condition) -> Node {
        Node { content: Content::Condition(condition), parenthesised: false, function: None }
    }

    fn operand(operand: Operand) -> Node {
        Node { content: Content::Operand(operand), parenthesised: false, function: None }
    }
}

/// Reads a whole condition.
pub(super) fn parse(
    kind: ExpressionKind,
    text: &str,
    placeholders: &mut Placeholders,
) -> Result<Condition, Invalid> {
    let mut grammar = Grammar { parser: Parser::new(kind, text, placeholders)?, depth: 0 };
    let node = grammar.or()?;
    let condition = grammar.as_condition(node)?;
    grammar.parser.finish()?;
    Ok(condition)
}

struct Grammar<'a> {
    parser: Parser<'a>,
    depth: usize,
}

impl Grammar<'_> {
    /// The node as a condition; an operand alone is none.
    fn as_condition(&mut self, node: Node) -> Result<Condition, Invalid> {
        match (node.content, node.function) {
            (Content::Condition(condition), _) => Ok(condition),
            (Content::Operand(operand), Some(function)) => {
                rules::misused(&mut self.parser, function);
                Ok(Condition::Compare(operand.clone(), Comparator::Eq, operand))
            }
            (Content::Operand(_), None) => Err(self.parser.syntax_error()),
        }
    }

    fn or(&mut self) -> Result<Node, Invalid> {
        let first = self.and()?;
        if !self.parser.peek().is_keyword("OR") {
            return Ok(first);
        }
        let mut any = vec![self.as_condition(first)?];
        while self.parser.take_keyword("OR") {
            self.parser.count_operator();
            let next = self.and()?;
            any.push(self.as_condition(next)?);
        }
        Ok(Node::condition(Condition::Or(any)))
    }

    fn and(&mut self) -> Result<Node, Invalid> {
        let first = self.not()?;
        if !self.parser.peek().is_keyword("AND") {
            return Ok(first);
        }
        let mut all = vec![self.as_condition(first)?];
        while self.parser.take_keyword("AND") {
            self.parser.count_operator();
            let next = self.not()?;
            all.push(self.as_condition(next)?);
        }
        Ok(Node::condition(Condition::And(all)))
    }

    fn not(&mut self) -> Result<Node, Invalid> {
        let mut nots = 0usize;
        while self.parser.take_keyword("NOT") {
            self.parser.count_operator();
            nots += 1;
        }
        let node = self.comparison()?;
        if nots == 0 {
            return Ok(node);
        }
        let condition = self.as_condition(node)?;
        // Two in a row cancel each other out; the tree stays flat however many there are.
        Ok(Node::condition(match nots % 2 {
            1 => Condition::Not(Box::new(condition)),
            _ => condition,
        }))
    }

    fn comparison(&mut self) -> Result<Node, Invalid> {
        let node = self.primary()?;
        let next = self.parser.peek();
        let comparator = match next.kind {
            TokenKind::Symbol => Comparator::from_symbol(next.text),
            _ => None,
        };
        let compared = comparator.is_some() || next.is_keyword("BETWEEN") || next.is_keyword("IN");
        if !compared {
            return Ok(node);
        }
        let left = match (node.content, node.function) {
            (Content::Operand(operand), _) => operand,
            (Content::Condition(condition), Some(function)) => {
                rules::misused(&mut self.parser, function);
                rules::any_operand(&condition)
            }
            (Content::Condition(_), None) => return Err(self.parser.syntax_error()),
        };
        self.parser.advance();
        self.parser.count_operator();
        let condition = match comparator {
            Some(comparator) => {
                let right = self.operand()?;
                rules::comparison(&mut self.parser, &left, comparator, &right);
                Condition::Compare(left, comparator, right)
            }
            None if next.is_keyword("IN") => self.in_list(left)?,
            None => self.between(left)?,
        };
        Ok(Node::condition(condition))
    }

    fn between(&mut self, operand: Operand) -> Result<Condition, Invalid> {
        let low = self.operand()?;
        if !self.parser.take_keyword("AND") {
            return Err(self.parser.syntax_error());
        }
        let high = self.operand()?;
        rules::between(&mut self.parser, &operand, &low, &high);
        Ok(Condition::Between(operand, low, high))
    }

    fn in_list(&mut self, operand: Operand) -> Result<Condition, Invalid> {
        self.parser.expect_symbol("(")?;
        let list = self.operands()?;
        rules::in_list(&mut self.parser, &operand, &list);
        Ok(Condition::In(operand, list))
    }

    /// Operands up to the closing parenthesis, which is taken too.
    fn operands(&mut self) -> Result<Vec<Operand>, Invalid> {
        let mut list = vec![self.operand()?];
        while self.parser.take_symbol(",") {
            list.push(self.operand()?);
        }
        self.parser.expect_symbol(")")?;
        Ok(list)
    }

    /// A primary that has to be an operand.
    fn operand(&mut self) -> Result<Operand, Invalid> {
        let node = self.primary()?;
        match (node.content, node.function) {
            (Content::Operand(operand), _) => Ok(operand),
            (Content::Condition(condition), Some(function)) => {
                rules::misused(&mut self.parser, function);
                Ok(rules::any_operand(&condition))
            }
            (Content::Condition(_), None) => Err(self.parser.syntax_error()),
        }
    }

    fn primary(&mut self) -> Result<Node, Invalid> {
        let token = self.parser.peek();
        if token.is_symbol("(") {
            return self.parenthesis();
        }
        if token.kind == TokenKind::ValueRef {
            return Ok(Node::operand(Operand::Value(self.parser.value_ref()?)));
        }
        if token.kind == TokenKind::Name && self.parser.peek_second().is_symbol("(") {
            return self.function();
        }
        let keywords = ["AND", "OR", "NOT", "BETWEEN", "IN"];
        if keywords.iter().any(|keyword| token.is_keyword(keyword)) {
            return Err(self.parser.syntax_error());
        }
        Ok(Node::operand(Operand::Path(self.parser.path()?)))
    }

    fn parenthesis(&mut self) -> Result<Node, Invalid> {
        self.parser.advance();
        self.depth += 1;
        if self.depth > DEPTH {
            let kind = self.parser.kind().parameter();
            return Err(Invalid::from(format!(
                "Invalid {kind}: The expression has redundant parentheses;"
            )));
        }
        let inner = self.or()?;
        self.parser.expect_symbol(")")?;
        self.depth -= 1;
        if inner.parenthesised {
            let detail = "The expression has redundant parentheses;".to_owned();
            self.parser.note(Fault::Parentheses, detail);
        }
        Ok(Node { parenthesised: true, ..inner })
    }

    fn function(&mut self) -> Result<Node, Invalid> {
        let name = self.parser.advance().text;
        self.parser.count_operator();
        self.parser.expect_symbol("(")?;
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Invalid::from(format!(
                "Invalid {}: {}",
                self.parser.kind().parameter(),
                rules::misuse(name)
            )));
        }
        let operands = self.operands()?;
        self.depth -= 1;
        let Some(function) = rules::function(&mut self.parser, name, operands.len()) else {
            // A fault has been noted; what stands here may pass as condition or operand.
            let operand = operands.into_iter().next().unwrap_or_else(rules::no_operand);
            let content = Content::Operand(operand);
            return Ok(Node { content, parenthesised: false, function: Some("") });
        };
        let content = rules::apply(&mut self.parser, function, operands);
        let content = match content {
            rules::Applied::Condition(condition) => Content::Condition(condition),
            rules::Applied::Operand(operand) => Content::Operand(operand),
        };
        Ok(Node { content, parenthesised: false, function: Some(function) })
    }
}
