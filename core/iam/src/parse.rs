//! Reading policy documents.

use serde_json::{Map, Value};

use crate::condition::Condition;
use crate::pattern::{ArnPattern, Reading};
use crate::policy::{ActionPattern, Clause, Effect, Policy, Statement, Version};
use crate::principal::PrincipalPattern;

/// Why a text is not a policy document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is not JSON.
    #[error("the policy is not in the valid JSON format: {0}")]
    NotJson(String),
    /// An element of the document is wrong.
    #[error("{at}: {problem}")]
    Element {
        /// The path of the element, such as `Statement[0].Condition.StringEquals`.
        at: String,
        /// What is wrong.
        problem: String,
    },
}

fn wrong<T>(at: impl Into<String>, problem: impl Into<String>) -> Result<T, PolicyError> {
    Err(PolicyError::Element { at: at.into(), problem: problem.into() })
}

pub(crate) fn policy(document: &str) -> Result<Policy, PolicyError> {
    let value: Value =
        serde_json::from_str(document).map_err(|error| PolicyError::NotJson(error.to_string()))?;
    let Value::Object(members) = value else {
        return wrong("the document", "is not an object");
    };
    let version = match members.get("Version") {
        None => Version::V2008,
        Some(Value::String(text)) if text == "2012-10-17" => Version::V2012,
        Some(Value::String(text)) if text == "2008-10-17" => Version::V2008,
        Some(_) => return wrong("Version", "is neither 2012-10-17 nor 2008-10-17"),
    };
    let id = match members.get("Id") {
        None => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return wrong("Id", "is not a string"),
    };
    known(&members, &["Version", "Id", "Statement"], "")?;
    let statements = match members.get("Statement") {
        Some(Value::Array(statements)) => statements
            .iter()
            .enumerate()
            .map(|(at, value)| statement(value, &format!("Statement[{at}]"), version))
            .collect::<Result<_, _>>()?,
        Some(value @ Value::Object(_)) => vec![statement(value, "Statement", version)?],
        Some(_) => return wrong("Statement", "is neither an object nor a list"),
        None => return wrong("Statement", "is missing"),
    };
    Ok(Policy { version, id, statements })
}

fn known(members: &Map<String, Value>, names: &[&str], at: &str) -> Result<(), PolicyError> {
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) if at.is_empty() => wrong(name, "is no element of a policy"),
        Some(name) => wrong(format!("{at}.{name}"), "is no element of a statement"),
        None => Ok(()),
    }
}

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

fn statement(value: &Value, at: &str, version: Version) -> Result<Statement, PolicyError> {
    let Value::Object(members) = value else { return wrong(at, "is not an object") };
    known(members, &ELEMENTS, at)?;
    let sid = match members.get("Sid") {
        None => None,
        Some(Value::String(sid)) => Some(sid.clone()),
        Some(_) => return wrong(format!("{at}.Sid"), "is not a string"),
    };
    let effect = match members.get("Effect") {
        Some(Value::String(text)) if text == "Allow" => Effect::Allow,
        Some(Value::String(text)) if text == "Deny" => Effect::Deny,
        Some(_) => return wrong(format!("{at}.Effect"), "is neither Allow nor Deny"),
        None => return wrong(format!("{at}.Effect"), "is missing"),
    };
    let actions = clause(members, at, "Action", "NotAction", |value, at| {
        Ok(texts(value, at)?.iter().map(|text| ActionPattern::parse(text)).collect())
    })?;
    let Some(actions) = actions else { return wrong(format!("{at}.Action"), "is missing") };
    let resources = clause(members, at, "Resource", "NotResource", |value, at| {
        let texts = texts(value, at)?;
        Ok(texts.iter().map(|text| ArnPattern::parse(text, Reading::of(version))).collect())
    })?;
    let principals = clause(members, at, "Principal", "NotPrincipal", principals)?;
    let conditions = match members.get("Condition") {
        None => Vec::new(),
        Some(value) => conditions(value, &format!("{at}.Condition"), version)?,
    };
    Ok(Statement { sid, effect, principals, actions, resources, conditions })
}

fn clause<T>(
    members: &Map<String, Value>,
    at: &str,
    positive: &str,
    negative: &str,
    read: impl FnOnce(&Value, &str) -> Result<Vec<T>, PolicyError>,
) -> Result<Option<Clause<T>>, PolicyError> {
    match (members.get(positive), members.get(negative)) {
        (None, None) => Ok(None),
        (Some(value), None) => Ok(Some(Clause::Any(read(value, &format!("{at}.{positive}"))?))),
        (None, Some(value)) => Ok(Some(Clause::None(read(value, &format!("{at}.{negative}"))?))),
        (Some(_), Some(_)) => {
            wrong(format!("{at}.{negative}"), format!("cannot stand beside {positive}"))
        }
    }
}

/// A string or a list of strings.
fn texts(value: &Value, at: &str) -> Result<Vec<String>, PolicyError> {
    match value {
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .map(|(index, value)| match value {
                Value::String(text) => Ok(text.clone()),
                _ => wrong(format!("{at}[{index}]"), "is not a string"),
            })
            .collect(),
        _ => wrong(at, "is neither a string nor a list of strings"),
    }
}

fn principals(value: &Value, at: &str) -> Result<Vec<PrincipalPattern>, PolicyError> {
    let types = match value {
        Value::String(text) if text == "*" => return Ok(vec![PrincipalPattern::Anyone]),
        Value::Object(types) => types,
        _ => return wrong(at, "is neither \"*\" nor an object"),
    };
    let mut all = Vec::new();
    for (kind, value) in types {
        let at = format!("{at}.{kind}");
        let make: fn(String) -> PrincipalPattern = match kind.as_str() {
            "AWS" => |text| PrincipalPattern::aws(&text),
            "Service" => PrincipalPattern::Service,
            "Federated" => PrincipalPattern::Federated,
            "CanonicalUser" => PrincipalPattern::Canonical,
            _ => return wrong(at, "is no type of principal"),
        };
        all.extend(texts(value, &at)?.into_iter().map(make));
    }
    Ok(all)
}

fn conditions(value: &Value, at: &str, version: Version) -> Result<Vec<Condition>, PolicyError> {
    let Value::Object(operators) = value else { return wrong(at, "is not an object") };
    let mut all = Vec::new();
    for (operator, keys) in operators {
        let at = format!("{at}.{operator}");
        let Value::Object(keys) = keys else { return wrong(at, "is not an object") };
        for (key, values) in keys {
            let values = scalars(values, &format!("{at}.{key}"))?;
            match Condition::parse(operator, key, values, version) {
                Some(condition) => all.push(condition),
                None => return wrong(at, "is no condition operator"),
            }
        }
    }
    Ok(all)
}

/// A value or a list of values; numbers and booleans stand for their texts.
fn scalars(value: &Value, at: &str) -> Result<Vec<String>, PolicyError> {
    let scalar = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(on) => Some(on.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match value {
        Value::Array(values) => {
            let all: Option<Vec<String>> = values.iter().map(scalar).collect();
            all.map_or_else(|| wrong(at, "has a value that is not a string"), Ok)
        }
        value => scalar(value).map_or_else(|| wrong(at, "is not a string"), |text| Ok(vec![text])),
    }
}

/// Where a statement stands in its document: lines and columns, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementSpan {
    /// Line and column of its first character.
    pub start: (usize, usize),
    /// Line and column behind its last character.
    pub end: (usize, usize),
}

/// Where the statements of a document stand, in their order.
pub(crate) fn spans(document: &str) -> Vec<StatementSpan> {
    let bytes = document.as_bytes();
    let (mut depth, mut at, mut in_list) = (0_usize, 0, false);
    let (mut spans, mut start, mut key) = (Vec::new(), None, String::new());
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let end = string_end(bytes, at);
                if depth == 1 {
                    document[at + 1..end.max(at + 1)].clone_into(&mut key);
                    // A value that is a string is no key, but no element follows it either.
                }
                at = end;
            }
            b'{' | b'[' => {
                depth += 1;
                if key == "Statement" {
                    in_list |= depth == 2 && bytes[at] == b'[';
                    let own = if in_list { 3 } else { 2 };
                    if depth == own && bytes[at] == b'{' {
                        start = Some(at);
                    }
                }
            }
            b'}' | b']' => {
                let own = if in_list { 3 } else { 2 };
                if depth == own
                    && bytes[at] == b'}'
                    && let Some(start) = start.take()
                {
                    spans.push(StatementSpan {
                        start: position(document, start),
                        end: position(document, at + 1),
                    });
                }
                in_list &= depth > 2;
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        at += 1;
    }
    spans
}

/// The closing quote of the string that begins here.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len().saturating_sub(1))
}

fn position(document: &str, at: usize) -> (usize, usize) {
    let before = &document[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    (line, column)
}
