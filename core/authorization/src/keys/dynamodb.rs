//! Condition keys of DynamoDB that are worked out from keys, items and expressions.
//!
//! `dynamodb:LeadingKeys` has the partition key values, and `dynamodb:Attributes` the top-level
//! attributes, that a request names; see "Using IAM policy conditions for fine-grained access
//! control" in the Developer Guide.

use std::borrow::Cow;
use std::collections::BTreeSet;

use fogbank_iam::Values;
use fogbank_wire::dynamic::Value;

use super::of_services::About;
use crate::input::text_of;

/// The key under which a table or an index tells the name of its partition key.
const PARTITION_KEY: &str = "dynamodb:#partitionkey";
/// The lists and maps of requests that are about several items.
const MANY: [&str; 2] = ["RequestItems", "TransactItems"];
/// The expressions that name attributes.
const EXPRESSIONS: [&str; 5] = [
    "ProjectionExpression",
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "UpdateExpression",
];
/// The members that are maps by attribute.
const BY_ATTRIBUTE: [&str; 6] =
    ["Key", "Item", "Expected", "AttributeUpdates", "KeyConditions", "QueryFilter"];
/// Words of expressions that are no attributes.
const WORDS: [&str; 9] = ["SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"];

/// The value of a key of DynamoDB.
pub(super) fn get<'a>(about: &About<'a>, name: &str) -> Option<Values<'a>> {
    match name {
        "attributes" => attributes(about),
        "leadingkeys" => leading_keys(about),
        "select" => {
            let asked = about.input.text("Select");
            let narrowed = ["ProjectionExpression", "AttributesToGet"];
            let narrowed = narrowed.iter().any(|name| about.input.get(name).is_some());
            let default = if narrowed { "SPECIFIC_ATTRIBUTES" } else { "ALL_ATTRIBUTES" };
            Some(vec![asked.map_or(Cow::Borrowed(default), Cow::Owned)])
        }
        "enclosingoperation" => {
            let operation = &about.asked.model.operations[about.asked.operation];
            let encloses = operation.name.starts_with("Transact");
            encloses.then(|| vec![Cow::Borrowed(operation.name)])
        }
        _ => None,
    }
}

fn entries<'a>(about: &About<'a>, member: &str) -> &'a [(String, Value)] {
    match about.input.get(member) {
        Some(Value::Map(entries)) => entries,
        _ => &[],
    }
}

/// The attribute that a name of an expression stands for.
fn resolved(about: &About<'_>, name: &str) -> Option<String> {
    if !name.starts_with('#') {
        return Some(name.to_owned());
    }
    let names = entries(about, "ExpressionAttributeNames");
    names.iter().find(|(placeholder, _)| placeholder == name).and_then(|(_, to)| text_of(to))
}

/// The pieces of an expression: names, placeholders, and the signs between them.
fn pieces(expression: &str) -> Vec<&str> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | ':');
    let mut pieces = Vec::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let end = match part(first) {
            true => rest.find(|c| !part(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (piece, behind) = rest.split_at(end);
        if !first.is_whitespace() {
            pieces.push(piece);
        }
        rest = behind;
    }
    pieces
}

/// Top-level attributes of an expression.
fn named_in(about: &About<'_>, expression: &str, found: &mut BTreeSet<String>) {
    let pieces = pieces(expression);
    for (at, piece) in pieces.iter().enumerate() {
        let is_name = piece.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '#'));
        let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(piece));
        let inside = at > 0 && pieces[at - 1] == ".";
        let is_function = pieces.get(at + 1) == Some(&"(") && piece.contains(char::is_alphabetic);
        if is_name && !is_word && !inside && !is_function {
            found.extend(resolved(about, piece));
        }
    }
}

fn attributes<'a>(about: &About<'a>) -> Option<Values<'a>> {
    let mut found = BTreeSet::new();
    for name in EXPRESSIONS {
        if let Some(expression) = about.input.text(name) {
            named_in(about, &expression, &mut found);
        }
    }
    for name in BY_ATTRIBUTE {
        found.extend(entries(about, name).iter().map(|(attribute, _)| attribute.clone()));
    }
    if let Some(Value::List(names)) = about.input.get("AttributesToGet") {
        found.extend(names.iter().filter_map(text_of));
    }
    let keys = keys_of_many(about);
    found.extend(keys.iter().flat_map(|key| key.iter().map(|(attribute, _)| attribute.clone())));
    let some = !found.is_empty();
    some.then(|| found.into_iter().map(Cow::Owned).collect())
}

/// Keys and items of batches and transactions that are about the resource's table.
fn keys_of_many<'a>(about: &About<'a>) -> Vec<&'a [(String, Value)]> {
    let mut found = Vec::new();
    for name in MANY {
        if let Some(value) = about.input.get(name) {
            collect(value, &mut found);
        }
    }
    found
}

/// Maps whose values are attribute values: unions, which structures of requests are not.
fn collect<'a>(value: &'a Value, found: &mut Vec<&'a [(String, Value)]>) {
    let is_attribute = |value: &Value| {
        matches!(value, Value::Struct(members) if members.len() == 1
            && !matches!(members[0].1, Value::Struct(_)))
    };
    match value {
        Value::Map(entries) if entries.iter().all(|(_, value)| is_attribute(value)) => {
            found.push(entries);
        }
        Value::Map(entries) => entries.iter().for_each(|(_, value)| collect(value, found)),
        Value::List(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Struct(members) => members.iter().for_each(|(_, value)| collect(value, found)),
        _ => {}
    }
}

/// An attribute value as conditions compare it: its text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Struct(members) => members.first().and_then(|(_, value)| scalar(value)),
        Value::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        value => text_of(value),
    }
}

fn leading_keys<'a>(about: &About<'a>) -> Option<Values<'a>> {
    let (arn, source) = about.known?;
    let partition_key = source.condition_key(about.asked.world, arn, PARTITION_KEY)?.pop()?;
    let partition_key = partition_key.as_str();
    let value_in = |entries: &[(String, Value)]| {
        let found = entries.iter().find(|(name, _)| name == partition_key)?;
        scalar(&found.1)
    };
    let mut values: BTreeSet<String> = ["Key", "Item"]
        .into_iter()
        .filter_map(|name| value_in(entries(about, name)))
        .chain(keys_of_many(about).into_iter().filter_map(value_in))
        .collect();
    values.extend(in_condition(about, partition_key));
    if let Some((_, Value::Struct(condition))) =
        entries(about, "KeyConditions").iter().find(|(name, _)| name == partition_key)
    {
        let lists = condition.iter().filter_map(|(_, value)| match value {
            Value::List(values) => Some(values),
            _ => None,
        });
        values.extend(lists.flatten().filter_map(scalar));
    }
    let some = !values.is_empty();
    some.then(|| values.into_iter().map(Cow::Owned).collect())
}

/// The value that a key condition compares the partition key with.
fn in_condition(about: &About<'_>, partition_key: &str) -> Option<String> {
    let expression = about.input.text("KeyConditionExpression")?;
    let pieces = pieces(&expression);
    let value = pieces.windows(3).find_map(|window| {
        let [a, "=", b] = window else { return None };
        let (name, value) = if a.starts_with(':') { (b, a) } else { (a, b) };
        let is_key = resolved(about, name).as_deref() == Some(partition_key);
        (is_key && value.starts_with(':')).then_some(*value)
    })?;
    let values = entries(about, "ExpressionAttributeValues");
    scalar(&values.iter().find(|(name, _)| name == value)?.1)
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn expressions_fall_into_pieces() {
        assert_eq!(
            pieces("SET #a.b[0]=:v, c = if_not_exists(e, :w)-:x").join(" "),
            "SET #a . b [ 0 ] = :v , c = if_not_exists ( e , :w ) - :x"
        );
    }
}
