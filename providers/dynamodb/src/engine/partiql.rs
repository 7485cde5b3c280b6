//! PartiQL for DynamoDB: statements become the engine's conditions, updates and projections.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html>

mod condition_parser;
mod lexer;
mod parser;
mod statement_parser;

pub use statement_parser::parse;

use crate::engine::expression::condition::{Comparator, Operand};
use crate::engine::expression::{Condition, DocumentPath, Update};
use crate::engine::schema::KeySchema;
use crate::engine::validation::Invalid;
use crate::engine::value::Attributes;

/// A statement, its parameters filled in.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `SELECT`.
    Select(Select),
    /// `INSERT INTO table VALUE {…}`.
    Insert {
        /// The table.
        table: String,
        /// The item.
        item: Attributes,
    },
    /// `UPDATE table SET … REMOVE … WHERE …`.
    Update {
        /// The table.
        table: String,
        /// What is changed.
        update: Update,
        /// The key, and what else has to hold.
        condition: Condition,
        /// What is returned.
        returning: Option<Returning>,
    },
    /// `DELETE FROM table WHERE …`.
    Delete {
        /// The table.
        table: String,
        /// The key, and what else has to hold.
        condition: Condition,
        /// What is returned.
        returning: Option<Returning>,
    },
    /// `EXISTS(SELECT …)`, which only transactions have.
    Exists(Select),
}

/// A `SELECT`.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// The table.
    pub table: String,
    /// The index.
    pub index: Option<String>,
    /// What is returned; `None` is everything.
    pub paths: Option<Vec<DocumentPath>>,
    /// What items have to be like.
    pub condition: Option<Condition>,
    /// The attribute of `ORDER BY`, and whether it is descending.
    pub order: Option<(String, bool)>,
}

/// `RETURNING (ALL | MODIFIED) (OLD | NEW) *`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returning {
    /// Only the attributes that the statement changes.
    pub modified: bool,
    /// As they are afterwards.
    pub new: bool,
}

impl Statement {
    /// The table that the statement is about.
    pub fn table(&self) -> &str {
        match self {
            Statement::Select(select) | Statement::Exists(select) => &select.table,
            Statement::Insert { table, .. }
            | Statement::Update { table, .. }
            | Statement::Delete { table, .. } => table,
        }
    }

    /// Whether the statement only reads.
    pub fn reads(&self) -> bool {
        matches!(self, Statement::Select(_))
    }
}

/// The conditions that all have to hold.
pub fn conjuncts(condition: Condition) -> Vec<Condition> {
    match condition {
        Condition::And(all) => all.into_iter().flat_map(conjuncts).collect(),
        other => vec![other],
    }
}

/// The attribute and the value of `attribute = value`, whichever side they stand on.
fn equality(condition: &Condition) -> Option<(&str, &crate::engine::value::Value)> {
    match condition {
        Condition::Compare(Operand::Path(path), Comparator::Eq, Operand::Value(value))
        | Condition::Compare(Operand::Value(value), Comparator::Eq, Operand::Path(path)) => {
            path.steps.is_empty().then_some((path.root.as_ref(), value.as_ref()))
        }
        _ => None,
    }
}

/// Splits a condition into the primary key that it names and the rest; `None` if it does not name
/// every key attribute.
pub fn key_and_rest(
    condition: Condition,
    keys: &KeySchema,
) -> Option<(Attributes, Option<Condition>)> {
    let mut key = Attributes::new();
    let mut rest = Vec::new();
    for condition in conjuncts(condition) {
        match equality(&condition) {
            Some((name, value)) if keys.contains(name) && !key.contains(name) => {
                key.insert(name, value.clone());
            }
            _ => rest.push(condition),
        }
    }
    let complete = keys.attributes().all(|own| key.contains(&own.name));
    complete.then(|| (key, (!rest.is_empty()).then_some(Condition::And(rest))))
}

/// The error of a statement that cannot be read.
fn malformed(detail: impl std::fmt::Display) -> Invalid {
    Invalid::from(format!("Statement wasn't well formed, can't be processed: {detail}"))
}

#[cfg(test)]
#[path = "partiql/partiql_tests.rs"]
mod tests;
