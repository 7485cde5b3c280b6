//! The parameters from before expressions, turned into the same trees.
//!
//! `Expected`, `QueryFilter` and `ScanFilter` become [`Condition`]s, `KeyConditions` become
//! [`KeyTerm`]s and `AttributeUpdates` become an [`Update`]. They name attributes literally: no
//! document paths, no placeholders.

use std::sync::Arc;

use super::condition::{Comparator, Condition, Operand};
use super::document_path::DocumentPath;
use super::key_condition::{KeyTerm, KeyTest};
use super::update::{Action, SetOperand, Update};
use crate::engine::validation::Invalid;
use crate::engine::value::{Kind, Value};

/// `ComparisonOperator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comparison {
    Eq,
    Ne,
    In,
    Le,
    Lt,
    Ge,
    Gt,
    Between,
    NotNull,
    Null,
    Contains,
    NotContains,
    BeginsWith,
}

/// Each operator with its name and the least and most arguments that it takes.
const COMPARISONS: [(Comparison, &str, usize, usize); 13] = [
    (Comparison::Eq, "EQ", 1, 1),
    (Comparison::Ne, "NE", 1, 1),
    (Comparison::In, "IN", 1, usize::MAX),
    (Comparison::Le, "LE", 1, 1),
    (Comparison::Lt, "LT", 1, 1),
    (Comparison::Ge, "GE", 1, 1),
    (Comparison::Gt, "GT", 1, 1),
    (Comparison::Between, "BETWEEN", 2, 2),
    (Comparison::NotNull, "NOT_NULL", 0, 0),
    (Comparison::Null, "NULL", 0, 0),
    (Comparison::Contains, "CONTAINS", 1, 1),
    (Comparison::NotContains, "NOT_CONTAINS", 1, 1),
    (Comparison::BeginsWith, "BEGINS_WITH", 1, 1),
];

impl Comparison {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        COMPARISONS[self as usize].1
    }

    /// The operator of this name.
    pub fn from_name(name: &str) -> Option<Comparison> {
        COMPARISONS.iter().find(|own| own.1 == name).map(|own| own.0)
    }

    /// Whether an argument of this type makes sense.
    fn takes(self, kind: Kind) -> bool {
        match self {
            Comparison::Eq | Comparison::Ne | Comparison::NotNull | Comparison::Null => true,
            Comparison::BeginsWith => matches!(kind, Kind::S | Kind::B),
            Comparison::Contains | Comparison::NotContains => {
                matches!(kind, Kind::S | Kind::N | Kind::B | Kind::Bool | Kind::Null)
            }
            _ => kind.is_ordered(),
        }
    }

    /// Checks the number and the types of the arguments.
    fn check(self, values: &[Value]) -> Result<(), Invalid> {
        let (_, name, least, most) = COMPARISONS[self as usize];
        if values.len() < least || values.len() > most {
            return Err(Invalid::parameter(format!(
                "Invalid number of argument(s) for the {name} ComparisonOperator"
            )));
        }
        if let Some(value) = values.iter().find(|value| !self.takes(value.kind())) {
            return Err(Invalid::parameter(format!(
                "ComparisonOperator {name} is not valid for {} AttributeValue type",
                value.kind().name()
            )));
        }
        if values.iter().any(|value| value.kind() != values[0].kind()) {
            return Err(Invalid::parameter(
                "AttributeValues inside AttributeValueList must be of same type",
            ));
        }
        if self == Comparison::Between && values[0].order(&values[1]).is_some_and(|o| o.is_gt()) {
            return Err(Invalid::parameter(
                "The BETWEEN condition was provided a range where the lower bound is greater \
                 than the upper bound",
            ));
        }
        Ok(())
    }
}

/// An entry of `ScanFilter` or `QueryFilter` as a condition.
pub fn condition(
    attribute: &str,
    comparison: Comparison,
    values: Vec<Value>,
) -> Result<Condition, Invalid> {
    comparison.check(&values)?;
    let path = DocumentPath::attribute(attribute);
    let own = Operand::Path(path.clone());
    let mut values = values.into_iter().map(|value| Operand::Value(Arc::new(value)));
    let compare = |comparator, value: Option<Operand>| match value {
        Some(value) => Condition::Compare(Operand::Path(path.clone()), comparator, value),
        None => Condition::AttributeExists(path.clone()),
    };
    Ok(match comparison {
        Comparison::Eq => compare(Comparator::Eq, values.next()),
        Comparison::Ne => compare(Comparator::Ne, values.next()),
        Comparison::Le => compare(Comparator::Le, values.next()),
        Comparison::Lt => compare(Comparator::Lt, values.next()),
        Comparison::Ge => compare(Comparator::Ge, values.next()),
        Comparison::Gt => compare(Comparator::Gt, values.next()),
        Comparison::In => Condition::In(own, values.collect()),
        Comparison::NotNull => Condition::AttributeExists(path),
        Comparison::Null => Condition::AttributeNotExists(path),
        Comparison::Between
        | Comparison::BeginsWith
        | Comparison::Contains
        | Comparison::NotContains => match (comparison, values.next(), values.next()) {
            (Comparison::Between, Some(low), Some(high)) => Condition::Between(own, low, high),
            (Comparison::BeginsWith, Some(prefix), _) => Condition::BeginsWith(own, prefix),
            (Comparison::Contains, Some(part), _) => Condition::Contains(own, part),
            (_, Some(part), _) => Condition::And(vec![
                Condition::AttributeExists(path),
                Condition::Not(Box::new(Condition::Contains(own, part))),
            ]),
            _ => Condition::AttributeExists(path),
        },
    })
}

/// Joins the entries of a legacy condition, by `AND` unless `ConditionalOperator` says `OR`.
pub fn join(conditions: Vec<Condition>, or: bool) -> Condition {
    if or { Condition::Or(conditions) } else { Condition::And(conditions) }
}

/// An entry of `Expected`.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// `Value`.
    pub value: Option<Value>,
    /// `Exists`.
    pub exists: Option<bool>,
    /// `ComparisonOperator`.
    pub comparison: Option<Comparison>,
    /// `AttributeValueList`.
    pub list: Option<Vec<Value>>,
}

/// An entry of `Expected` as a condition.
pub fn expected(attribute: &str, expectation: Expectation) -> Result<Condition, Invalid> {
    let Expectation { value, exists, comparison, list } = expectation;
    let bad =
        |detail: &str| Err(Invalid::parameter(format!("{detail} for Attribute: {attribute}")));
    if let Some(comparison) = comparison {
        if exists.is_some() {
            return bad("Exists and ComparisonOperator cannot be used together");
        }
        return match (value, list) {
            (Some(_), Some(_)) => bad("Value and AttributeValueList cannot be used together"),
            (Some(value), None) => condition(attribute, comparison, vec![value]),
            (None, Some(list)) => condition(attribute, comparison, list),
            (None, None) if COMPARISONS[comparison as usize].2 > 0 => bad(&format!(
                "Value or AttributeValueList must be used with ComparisonOperator: {}",
                comparison.name()
            )),
            (None, None) => condition(attribute, comparison, Vec::new()),
        };
    }
    if list.is_some() {
        return bad("AttributeValueList can only be used with a ComparisonOperator");
    }
    match (exists, value) {
        (Some(false), Some(_)) => bad("Value cannot be used when Exists is set to false"),
        (Some(false), None) => {
            Ok(Condition::AttributeNotExists(DocumentPath::attribute(attribute)))
        }
        (Some(true), None) => bad("Value must be provided when Exists is true"),
        (None, None) => bad("Value must be provided when Exists is null"),
        (_, Some(value)) => condition(attribute, Comparison::Eq, vec![value]),
    }
}

/// An entry of `KeyConditions` as a term.
pub fn key_term(
    attribute: &str,
    comparison: Comparison,
    values: Vec<Value>,
) -> Result<KeyTerm, Invalid> {
    const NOT_INDEXABLE: Invalid =
        Invalid::new("Attempted conditional constraint is not an indexable operation");
    comparison.check(&values)?;
    let mut values = values.into_iter();
    let test = match (comparison, values.next(), values.next()) {
        (Comparison::Eq, Some(value), _) => KeyTest::Compare(Comparator::Eq, value),
        (Comparison::Le, Some(value), _) => KeyTest::Compare(Comparator::Le, value),
        (Comparison::Lt, Some(value), _) => KeyTest::Compare(Comparator::Lt, value),
        (Comparison::Ge, Some(value), _) => KeyTest::Compare(Comparator::Ge, value),
        (Comparison::Gt, Some(value), _) => KeyTest::Compare(Comparator::Gt, value),
        (Comparison::Between, Some(low), Some(high)) => KeyTest::Between(low, high),
        (Comparison::BeginsWith, Some(prefix), _) => KeyTest::BeginsWith(prefix),
        _ => return Err(NOT_INDEXABLE),
    };
    Ok(KeyTerm { attribute: attribute.into(), test })
}

/// The `Action` of an entry of `AttributeUpdates`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UpdateAction {
    /// Sets the attribute.
    #[default]
    Put,
    /// Adds to a number, a set or a list.
    Add,
    /// Removes the attribute, or members of a set.
    Delete,
}

/// An entry of `AttributeUpdates`.
fn update_action(
    attribute: &str,
    action: UpdateAction,
    value: Option<Value>,
) -> Result<Action, Invalid> {
    let path = DocumentPath::attribute(attribute);
    match (action, value) {
        (UpdateAction::Delete, None) => Ok(Action::Remove(path)),
        (_, None) => Err(Invalid::parameter(
            "Only DELETE action is allowed when no attribute value is specified",
        )),
        (UpdateAction::Put, Some(value)) => {
            Ok(Action::Set(path, SetOperand::Value(Arc::new(value))))
        }
        (UpdateAction::Add, Some(value)) => match value.kind() {
            kind if kind.is_set() || matches!(kind, Kind::N | Kind::L) => {
                Ok(Action::Add(path, Arc::new(value)))
            }
            kind => Err(Invalid::parameter(format!(
                "ADD action is not supported for the type {}",
                kind.name()
            ))),
        },
        (UpdateAction::Delete, Some(value)) if value.kind().is_set() => {
            Ok(Action::Delete(path, Arc::new(value)))
        }
        (UpdateAction::Delete, Some(value)) => Err(Invalid::parameter(format!(
            "DELETE action with value is not supported for the type {}",
            value.kind().name()
        ))),
    }
}

/// `AttributeUpdates` as an update.
pub fn update<'a>(
    entries: impl IntoIterator<Item = (&'a str, UpdateAction, Option<Value>)>,
) -> Result<Update, Invalid> {
    let actions = entries
        .into_iter()
        .map(|(attribute, action, value)| update_action(attribute, action, value))
        .collect::<Result<_, _>>()?;
    Ok(Update { actions, legacy: true })
}
