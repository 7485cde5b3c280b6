//! Conditions: what an item must be like.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::condition_parser;
use super::document_path::DocumentPath;
use super::{ExpressionKind, Placeholders};
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Kind, Number, Value};

/// What a condition compares.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// The value that a path leads to.
    Path(DocumentPath),
    /// A value of the request.
    Value(Arc<Value>),
    /// `size(path)`.
    Size(DocumentPath),
}

/// The six comparators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

const COMPARATORS: [(Comparator, &str); 6] = [
    (Comparator::Eq, "="),
    (Comparator::Ne, "<>"),
    (Comparator::Lt, "<"),
    (Comparator::Le, "<="),
    (Comparator::Gt, ">"),
    (Comparator::Ge, ">="),
];

impl Comparator {
    /// The comparator as it is written.
    pub fn symbol(self) -> &'static str {
        COMPARATORS[self as usize].1
    }

    /// The comparator that is written like this.
    pub fn from_symbol(symbol: &str) -> Option<Comparator> {
        COMPARATORS.iter().find(|(_, own)| *own == symbol).map(|(comparator, _)| *comparator)
    }

    /// The comparator with the operands exchanged: `<` for `>`.
    pub fn mirrored(self) -> Comparator {
        match self {
            Comparator::Lt => Comparator::Gt,
            Comparator::Le => Comparator::Ge,
            Comparator::Gt => Comparator::Lt,
            Comparator::Ge => Comparator::Le,
            same => same,
        }
    }

    /// Whether two values compare so. A value that is missing differs from every other.
    fn holds(self, left: Option<&Value>, right: Option<&Value>) -> bool {
        let order = left.zip(right).and_then(|(left, right)| left.order(right));
        match self {
            Comparator::Eq => left.is_some() && left == right,
            Comparator::Ne => left.is_none() || left != right,
            Comparator::Lt => order == Some(Ordering::Less),
            Comparator::Le => order.is_some_and(Ordering::is_le),
            Comparator::Gt => order == Some(Ordering::Greater),
            Comparator::Ge => order.is_some_and(Ordering::is_ge),
        }
    }
}

/// A condition, of `ConditionExpression`, `FilterExpression` or their legacy forms.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of these.
    And(Vec<Condition>),
    /// Any of these.
    Or(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// A comparison.
    Compare(Operand, Comparator, Operand),
    /// Operand, lower bound, upper bound; both bounds belong to the range.
    Between(Operand, Operand, Operand),
    /// Equal to one of these.
    In(Operand, Vec<Operand>),
    /// `attribute_exists`.
    AttributeExists(DocumentPath),
    /// `attribute_not_exists`.
    AttributeNotExists(DocumentPath),
    /// `attribute_type`.
    AttributeType(DocumentPath, Kind),
    /// `begins_with`.
    BeginsWith(Operand, Operand),
    /// `contains`.
    Contains(Operand, Operand),
}

impl Operand {
    fn evaluate<'a>(&'a self, item: &'a Attributes) -> Option<Cow<'a, Value>> {
        match self {
            Operand::Path(path) => path.find(item).map(Cow::Borrowed),
            Operand::Value(value) => Some(Cow::Borrowed(value)),
            Operand::Size(path) => {
                let length = i64::try_from(path.find(item)?.length()?).ok()?;
                Some(Cow::Owned(Value::N(Number::from(length))))
            }
        }
    }

    /// The path that the operand depends on.
    pub fn path(&self) -> Option<&DocumentPath> {
        match self {
            Operand::Path(path) | Operand::Size(path) => Some(path),
            Operand::Value(_) => None,
        }
    }
}

impl Condition {
    /// Reads a `ConditionExpression` or a `FilterExpression`.
    pub fn parse(
        kind: ExpressionKind,
        text: &str,
        placeholders: &mut Placeholders,
    ) -> Result<Condition, Invalid> {
        condition_parser::parse(kind, text, placeholders)
    }

    /// Whether the item fulfils the condition. An item that does not exist has no attributes.
    pub fn holds(&self, item: &Attributes) -> bool {
        match self {
            Condition::And(all) => all.iter().all(|condition| condition.holds(item)),
            Condition::Or(any) => any.iter().any(|condition| condition.holds(item)),
            Condition::Not(condition) => !condition.holds(item),
            Condition::Compare(left, comparator, right) => {
                let (left, right) = (left.evaluate(item), right.evaluate(item));
                comparator.holds(left.as_deref(), right.as_deref())
            }
            Condition::Between(operand, low, high) => {
                let value = operand.evaluate(item);
                Comparator::Ge.holds(value.as_deref(), low.evaluate(item).as_deref())
                    && Comparator::Le.holds(value.as_deref(), high.evaluate(item).as_deref())
            }
            Condition::In(operand, list) => operand.evaluate(item).is_some_and(|value| {
                list.iter().any(|one| one.evaluate(item).as_ref() == Some(&value))
            }),
            Condition::AttributeExists(path) => path.find(item).is_some(),
            Condition::AttributeNotExists(path) => path.find(item).is_none(),
            Condition::AttributeType(path, kind) => {
                path.find(item).is_some_and(|value| value.kind() == *kind)
            }
            Condition::BeginsWith(operand, prefix) => operand
                .evaluate(item)
                .zip(prefix.evaluate(item))
                .is_some_and(|(value, prefix)| value.starts_with(&prefix)),
            Condition::Contains(operand, part) => operand
                .evaluate(item)
                .zip(part.evaluate(item))
                .is_some_and(|(value, part)| value.contains(&part)),
        }
    }

    /// Calls `visit` with every path of the condition.
    pub fn for_each_path<'a>(&'a self, visit: &mut dyn FnMut(&'a DocumentPath)) {
        let mut operands = |list: &[&'a Operand]| {
            list.iter().filter_map(|operand| operand.path()).for_each(&mut *visit);
        };
        match self {
            Condition::And(all) | Condition::Or(all) => {
                all.iter().for_each(|condition| condition.for_each_path(visit));
            }
            Condition::Not(condition) => condition.for_each_path(visit),
            Condition::Compare(a, _, b)
            | Condition::BeginsWith(a, b)
            | Condition::Contains(a, b) => operands(&[a, b]),
            Condition::Between(a, b, c) => operands(&[a, b, c]),
            Condition::In(operand, list) => {
                operands(&[operand]);
                list.iter().for_each(|one| operands(&[one]));
            }
            Condition::AttributeExists(path)
            | Condition::AttributeNotExists(path)
            | Condition::AttributeType(path, _) => visit(path),
        }
    }
}
