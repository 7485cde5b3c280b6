//! Key conditions: which part of an index a query reads.

use super::condition::{Comparator, Condition, Operand};
use super::{ExpressionKind, Placeholders, condition_parser};
use crate::engine::schema::KeySchema;
use crate::engine::validation::Invalid;
use crate::engine::value::{Value, key_bytes};

/// A test of one key attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyTest {
    /// A comparison; `<>` is none of a key.
    Compare(Comparator, Value),
    /// From the first to the second value, both included.
    Between(Value, Value),
    /// `begins_with`.
    BeginsWith(Value),
}

/// A test and the attribute it is for.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyTerm {
    /// The key attribute.
    pub attribute: Box<str>,
    /// The test.
    pub test: KeyTest,
}

/// A part of an index: one item collection, or a range of it.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyCondition {
    /// The values of the partition key attributes.
    pub hash: Vec<Value>,
    /// The values of the leading sort key attributes that have to be equal.
    pub equal: Vec<Value>,
    /// The test of the sort key attribute behind those, if there is one.
    pub test: Option<KeyTest>,
}

impl KeyTest {
    fn values(&self) -> Vec<&Value> {
        match self {
            KeyTest::Compare(_, value) | KeyTest::BeginsWith(value) => vec![value],
            KeyTest::Between(low, high) => vec![low, high],
        }
    }
}

/// Reads a `KeyConditionExpression` into its terms.
pub fn parse(text: &str, placeholders: &mut Placeholders) -> Result<Vec<KeyTerm>, Invalid> {
    let condition = condition_parser::parse(ExpressionKind::KeyCondition, text, placeholders)?;
    let mut terms: Vec<KeyTerm> = Vec::new();
    collect(condition, &mut terms)?;
    for (at, term) in terms.iter().enumerate() {
        if terms[..at].iter().any(|earlier| earlier.attribute == term.attribute) {
            return Err(Invalid::new(
                "KeyConditionExpressions must only contain one condition per key",
            ));
        }
    }
    Ok(terms)
}

fn bad_operator(operator: &str) -> Invalid {
    Invalid::from(format!("Invalid operator used in KeyConditionExpression: {operator}"))
}

/// The attribute and the value of a comparison, and whether the value came first.
fn attribute_and_value(left: Operand, right: Operand) -> Result<(Box<str>, Value, bool), Invalid> {
    match (left, right) {
        (Operand::Size(_), _) | (_, Operand::Size(_)) => Err(bad_operator("size")),
        (Operand::Path(_), Operand::Path(_)) => Err(Invalid::new(
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one \
             condition",
        )),
        (Operand::Value(_), Operand::Value(_)) => Err(Invalid::new(
            "Invalid condition in KeyConditionExpression: No key attribute specified",
        )),
        (Operand::Path(path), Operand::Value(value))
        | (Operand::Value(value), Operand::Path(path))
            if !path.steps.is_empty() =>
        {
            drop(value);
            Err(Invalid::new("KeyConditionExpressions cannot have conditions on nested attributes"))
        }
        (Operand::Path(path), Operand::Value(value)) => Ok((path.root, (*value).clone(), false)),
        (Operand::Value(value), Operand::Path(path)) => Ok((path.root, (*value).clone(), true)),
    }
}

fn collect(condition: Condition, terms: &mut Vec<KeyTerm>) -> Result<(), Invalid> {
    match condition {
        Condition::And(all) => all.into_iter().try_for_each(|one| collect(one, terms)),
        Condition::Compare(_, Comparator::Ne, _) => Err(bad_operator("<>")),
        Condition::Compare(left, comparator, right) => {
            let (attribute, value, mirrored) = attribute_and_value(left, right)?;
            let comparator = if mirrored { comparator.mirrored() } else { comparator };
            terms.push(KeyTerm { attribute, test: KeyTest::Compare(comparator, value) });
            Ok(())
        }
        Condition::Between(operand, low, high) => {
            let (attribute, low, _) = attribute_and_value(operand.clone(), low)?;
            let (_, high, _) = attribute_and_value(operand, high)?;
            terms.push(KeyTerm { attribute, test: KeyTest::Between(low, high) });
            Ok(())
        }
        Condition::BeginsWith(operand, prefix) => {
            let (attribute, prefix, _) = attribute_and_value(operand, prefix)?;
            terms.push(KeyTerm { attribute, test: KeyTest::BeginsWith(prefix) });
            Ok(())
        }
        Condition::Or(_) => Err(bad_operator("OR")),
        Condition::Not(_) => Err(bad_operator("NOT")),
        Condition::In(..) => Err(bad_operator("IN")),
        Condition::AttributeExists(_) => Err(bad_operator("attribute_exists")),
        Condition::AttributeNotExists(_) => Err(bad_operator("attribute_not_exists")),
        Condition::AttributeType(..) => Err(bad_operator("attribute_type")),
        Condition::Contains(..) => Err(bad_operator("contains")),
    }
}

impl KeyCondition {
    /// Fits the terms to the key schema of a table or an index.
    ///
    /// # Errors
    /// A key attribute without a term, a term that a key does not take, a value of another type.
    pub fn bind(mut terms: Vec<KeyTerm>, schema: &KeySchema) -> Result<KeyCondition, Invalid> {
        let mut take = |name: &str| {
            let at = terms.iter().position(|term| term.attribute.as_ref() == name)?;
            Some(terms.swap_remove(at).test)
        };
        let mismatch = || Invalid::parameter("Condition parameter type does not match schema type");
        let mut bound = KeyCondition { hash: Vec::new(), equal: Vec::new(), test: None };
        for key in &schema.hash {
            let Some(test) = take(&key.name) else { return Err(missed(&key.name)) };
            let KeyTest::Compare(Comparator::Eq, value) = test else {
                return Err(Invalid::new("Query key condition not supported"));
            };
            if value.kind() != key.kind {
                return Err(mismatch());
            }
            schema.check_not_empty(key, &value)?;
            bound.hash.push(value);
        }
        for key in &schema.range {
            let Some(test) = take(&key.name) else { break };
            if bound.test.is_some() {
                return Err(Invalid::new("Query key condition not supported"));
            }
            if test.values().iter().any(|value| value.kind() != key.kind) {
                return Err(mismatch());
            }
            match test {
                KeyTest::Compare(Comparator::Eq, value) => bound.equal.push(value),
                KeyTest::BeginsWith(Value::N(_)) => {
                    return Err(Invalid::new("Query key condition not supported"));
                }
                test => bound.test = Some(test),
            }
        }
        if terms.is_empty() {
            return Ok(bound);
        }
        Err(match schema.range.get(bound.equal.len()) {
            Some(key) if bound.test.is_none() => missed(&key.name),
            _ => Invalid::new("Query key condition not supported"),
        })
    }

    /// The row keys that fulfil the condition: from the first (included) up to the second (not
    /// included). The first is never above the second.
    pub fn range(&self) -> (Vec<u8>, Vec<u8>) {
        let mut start = KeySchema::partition_prefix(&self.hash.iter().collect::<Vec<_>>());
        for value in &self.equal {
            key_bytes::encode(value, &mut start);
        }
        let whole_end = successor(&start);
        let with = |value: &Value| {
            let mut bytes = start.clone();
            key_bytes::encode(value, &mut bytes);
            bytes
        };
        let (from, to) = match &self.test {
            None => (start, whole_end),
            Some(KeyTest::BeginsWith(value)) => {
                key_bytes::encode_prefix(value, &mut start);
                let end = successor(&start);
                (start, end)
            }
            Some(KeyTest::Between(low, high)) => (with(low), successor(&with(high))),
            Some(KeyTest::Compare(comparator, value)) => match comparator {
                Comparator::Lt => (start.clone(), with(value)),
                Comparator::Le => (start.clone(), successor(&with(value))),
                Comparator::Gt => (successor(&with(value)), whole_end),
                Comparator::Ge => (with(value), whole_end),
                Comparator::Eq | Comparator::Ne => (with(value), successor(&with(value))),
            },
        };
        if from > to { (to.clone(), to) } else { (from, to) }
    }
}

/// The least bytes above all that start with `bytes`.
pub fn successor(bytes: &[u8]) -> Vec<u8> {
    let kept = bytes.iter().rposition(|byte| *byte != 0xFF).map_or(0, |last| last + 1);
    let mut next = bytes[..kept].to_vec();
    match next.last_mut() {
        Some(last) => *last += 1,
        None => next = vec![0xFF; bytes.len() + 1],
    }
    next
}

fn missed(attribute: &str) -> Invalid {
    Invalid::from(format!("Query condition missed key schema element: {attribute}"))
}
