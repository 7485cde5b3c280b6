//! What conditions may compare and what functions take: checks beyond the grammar.
//!
//! All of them only note a fault and go on, so that a syntax error further on is still found.

use std::sync::Arc;

use super::ExpressionKind;
use super::condition::{Comparator, Condition, Operand};
use super::document_path::DocumentPath;
use super::parser::{Fault, Parser};
use crate::engine::value::{Kind, Value};

/// The most operands of `IN`.
const IN_OPERANDS: usize = 100;

/// The functions of conditions and how many operands each takes.
const FUNCTIONS: [(&str, usize); 6] = [
    ("attribute_exists", 1),
    ("attribute_not_exists", 1),
    ("attribute_type", 2),
    ("begins_with", 2),
    ("contains", 2),
    ("size", 1),
];

/// Functions that only update expressions have.
const UPDATE_FUNCTIONS: [&str; 2] = ["if_not_exists", "list_append"];

/// What a function makes of its operands.
pub(super) enum Applied {
    Condition(Condition),
    Operand(Operand),
}

/// An operand that stands for one that could not be read.
pub(super) fn no_operand() -> Operand {
    Operand::Value(Arc::new(Value::Null))
}

/// Some operand of a condition that stands where only operands may.
pub(super) fn any_operand(condition: &Condition) -> Operand {
    match condition {
        Condition::AttributeExists(path)
        | Condition::AttributeNotExists(path)
        | Condition::AttributeType(path, _) => Operand::Path(path.clone()),
        Condition::BeginsWith(operand, _) | Condition::Contains(operand, _) => operand.clone(),
        _ => no_operand(),
    }
}

/// What is said of a function that stands where its result makes no sense.
pub(super) fn misuse(function: &str) -> String {
    format!(
        "The function is not allowed to be used this way in an expression; function: {function}"
    )
}

/// Notes a function that stands where its result makes no sense. One without a name has had its
/// fault noted.
pub(super) fn misused(parser: &mut Parser<'_>, function: &str) {
    if !function.is_empty() {
        parser.note(Fault::Function, misuse(function));
    }
}

/// The function of this name, if conditions have it and it takes so many operands.
pub(super) fn function(
    parser: &mut Parser<'_>,
    name: &str,
    operands: usize,
) -> Option<&'static str> {
    let Some((own, expected)) = FUNCTIONS.iter().find(|(own, _)| *own == name) else {
        let detail = if UPDATE_FUNCTIONS.contains(&name) {
            let place = match parser.kind() {
                ExpressionKind::Filter => "a filter expression",
                ExpressionKind::KeyCondition => "a key condition expression",
                _ => "a condition expression",
            };
            format!("The function is not allowed in {place}; function: {name}")
        } else {
            format!("Invalid function name; function: {name}")
        };
        parser.note(Fault::Function, detail);
        return None;
    };
    if operands != *expected {
        parser.note(
            Fault::Operand,
            format!(
                "Incorrect number of operands for operator or function; operator or function: \
                 {name}, number of operands: {operands}"
            ),
        );
        return None;
    }
    Some(own)
}

/// Notes that an operand has a type that the operator does not take.
pub(super) fn wrong_type(parser: &mut Parser<'_>, operator: &str, kind: Kind) {
    parser.note(
        Fault::Operand,
        format!(
            "Incorrect operand type for operator or function; operator or function: {operator}, \
             operand type: {}",
            kind.name()
        ),
    );
}

/// Notes that `operator` compares a path with itself.
fn distinct(parser: &mut Parser<'_>, operator: &str, first: &Operand, rest: &[&Operand]) {
    if let Operand::Path(path) = first
        && rest.contains(&first)
    {
        parser.note(
            Fault::Operand,
            format!(
                "The first operand must be distinct from the remaining operands for this \
                 operator or function; operator: {operator}, first operand: {path}"
            ),
        );
    }
}

/// Notes the first value among the operands that has no order.
fn ordered(parser: &mut Parser<'_>, operator: &str, operands: &[&Operand]) {
    for operand in operands {
        if let Operand::Value(value) = operand
            && !value.kind().is_ordered()
        {
            wrong_type(parser, operator, value.kind());
        }
    }
}

/// Checks a comparison.
pub(super) fn comparison(
    parser: &mut Parser<'_>,
    left: &Operand,
    comparator: Comparator,
    right: &Operand,
) {
    distinct(parser, comparator.symbol(), left, &[right]);
    if !matches!(comparator, Comparator::Eq | Comparator::Ne) {
        ordered(parser, comparator.symbol(), &[left, right]);
    }
}

/// Checks `BETWEEN`.
pub(super) fn between(parser: &mut Parser<'_>, operand: &Operand, low: &Operand, high: &Operand) {
    distinct(parser, "BETWEEN", operand, &[low, high]);
    ordered(parser, "BETWEEN", &[operand, low, high]);
    let (Operand::Value(low), Operand::Value(high)) = (low, high) else { return };
    let requirement = match low.order(high) {
        Some(order) if order.is_le() => return,
        Some(_) => "upper bound to be greater than or equal to lower bound",
        None => "same data type for lower and upper bounds",
    };
    parser.note(
        Fault::Operand,
        format!(
            "The BETWEEN operator requires {requirement}; lower bound operand: AttributeValue: \
             {low}, upper bound operand: AttributeValue: {high}"
        ),
    );
}

/// Checks `IN`.
pub(super) fn in_list(parser: &mut Parser<'_>, operand: &Operand, list: &[Operand]) {
    distinct(parser, "IN", operand, &list.iter().collect::<Vec<_>>());
    if list.len() > IN_OPERANDS {
        parser.note(
            Fault::Operand,
            format!(
                "The IN operator is provided with too many operands; number of operands: {}",
                list.len()
            ),
        );
    }
}

/// The path that a function asks for as its first operand.
fn path(parser: &mut Parser<'_>, function: &str, operand: Operand) -> DocumentPath {
    if let Operand::Path(path) = operand {
        return path;
    }
    parser.note(
        Fault::Operand,
        format!("Operator or function requires a document path; operator or function: {function}"),
    );
    DocumentPath::attribute("")
}

/// The type that `attribute_type` asks for.
fn type_operand(parser: &mut Parser<'_>, operand: &Operand) -> Kind {
    let kind = match operand {
        Operand::Value(value) => match value.as_ref() {
            Value::S(name) => {
                let kind = Kind::from_name(name);
                if kind.is_none() {
                    parser.note(
                        Fault::Operand,
                        format!(
                            "Invalid attribute type name found; type: {name}, valid types: \
                             {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
                        ),
                    );
                }
                kind
            }
            other => {
                wrong_type(parser, "attribute_type", other.kind());
                None
            }
        },
        Operand::Path(_) | Operand::Size(_) => {
            parser.note(
                Fault::Operand,
                "Operator or function requires an expression attribute value; operator or \
                 function: attribute_type"
                    .to_owned(),
            );
            None
        }
    };
    kind.unwrap_or(Kind::Null)
}

/// Applies a function of [`FUNCTIONS`] to as many operands as it takes.
pub(super) fn apply(
    parser: &mut Parser<'_>,
    function: &'static str,
    operands: Vec<Operand>,
) -> Applied {
    let mut operands = operands.into_iter();
    let first = operands.next().unwrap_or_else(no_operand);
    let second = operands.next().unwrap_or_else(no_operand);
    Applied::Condition(match function {
        "size" => return Applied::Operand(Operand::Size(path(parser, function, first))),
        "attribute_exists" => Condition::AttributeExists(path(parser, function, first)),
        "attribute_not_exists" => Condition::AttributeNotExists(path(parser, function, first)),
        "attribute_type" => {
            Condition::AttributeType(path(parser, function, first), type_operand(parser, &second))
        }
        "begins_with" => {
            distinct(parser, function, &first, &[&second]);
            for operand in [&first, &second] {
                if let Operand::Value(value) = operand
                    && !matches!(value.kind(), Kind::S | Kind::B)
                {
                    wrong_type(parser, function, value.kind());
                }
            }
            Condition::BeginsWith(first, second)
        }
        _ => {
            distinct(parser, function, &first, &[&second]);
            Condition::Contains(first, second)
        }
    })
}
