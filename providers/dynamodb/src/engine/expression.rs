//! The expression language: conditions, filters, key conditions, projections and updates.
//!
//! An expression is read in one pass. Syntax errors end it at once; every other fault is noted and
//! the gravest is reported at the end, in the order in which AWS looks for them. The parameters
//! that came before expressions (`Expected`, `KeyConditions`…) become the same trees in
//! [`legacy`].

pub mod condition;
pub mod document_path;
pub mod key_condition;
pub mod legacy;
pub mod placeholders;
pub mod projection;
pub mod update;

mod condition_parser;
mod condition_rules;
mod lexer;
mod parser;
mod reserved_words;
mod update_parser;

pub use condition::Condition;
pub use document_path::{DocumentPath, Step};
pub use key_condition::KeyCondition;
pub use placeholders::Placeholders;
pub use projection::Projection;
pub use update::Update;

/// Which parameter an expression stands in; messages name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// `ConditionExpression`.
    Condition,
    /// `FilterExpression`.
    Filter,
    /// `KeyConditionExpression`.
    KeyCondition,
    /// `ProjectionExpression`.
    Projection,
    /// `UpdateExpression`.
    Update,
    /// `SearchConditionExpression`.
    SearchCondition,
}

impl ExpressionKind {
    /// The name of the parameter.
    pub fn parameter(self) -> &'static str {
        match self {
            ExpressionKind::Condition => "ConditionExpression",
            ExpressionKind::Filter => "FilterExpression",
            ExpressionKind::KeyCondition => "KeyConditionExpression",
            ExpressionKind::Projection => "ProjectionExpression",
            ExpressionKind::Update => "UpdateExpression",
            ExpressionKind::SearchCondition => "SearchConditionExpression",
        }
    }
}

#[cfg(test)]
#[path = "expression/expression_tests.rs"]
mod tests;
