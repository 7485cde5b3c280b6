//! Expressions over a record.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use fogbank_service::ServiceError;

use super::failed;
use super::pattern;
use super::sql::{Expression, Step};
use super::timestamp::{Part, Timestamp};
use super::value::Value;

/// What an expression sees.
pub(super) struct Scope<'a> {
    pub(super) record: &'a Value,
    pub(super) alias: Option<&'a str>,
    /// The results of aggregate functions by their numbers, once all records were read.
    pub(super) totals: Option<&'a BTreeMap<usize, Value>>,
    pub(super) now: Timestamp,
}

/// What the steps of a `FROM` clause make of a record.
pub(super) fn unnest(steps: &[Step], record: Value) -> Vec<Value> {
    let mut values = vec![record];
    for step in steps {
        values = values
            .into_iter()
            .flat_map(|value| match (step, value) {
                (Step::Every, Value::List(items)) => items,
                (Step::Every, Value::Object(members)) => {
                    members.into_iter().map(|(_, value)| value).collect()
                }
                (step, value) => match walk(&value, std::slice::from_ref(step)) {
                    Value::Missing => Vec::new(),
                    found => vec![found],
                },
            })
            .collect();
    }
    values
}

fn member(members: &[(String, Value)], name: &str, exact: bool) -> Value {
    let found = members.iter().position(|(other, _)| other == name);
    let found = found.or_else(|| {
        let same = |(other, _): &(String, Value)| other.eq_ignore_ascii_case(name);
        if exact { None } else { members.iter().position(same) }
    });
    // Columns are called by their positions too.
    let by_position = || {
        let position: usize = name.strip_prefix('_')?.parse().ok()?;
        position.checked_sub(1).filter(|position| *position < members.len())
    };
    found.or_else(by_position).map_or(Value::Missing, |at| members[at].1.clone())
}

fn walk(value: &Value, steps: &[Step]) -> Value {
    let Some((step, rest)) = steps.split_first() else { return value.clone() };
    match (step, value) {
        (Step::Name(name, exact), Value::Object(members)) => {
            walk(&member(members, name, *exact), rest)
        }
        (Step::Index(index), Value::List(items)) => {
            items.get(*index).map_or(Value::Missing, |item| walk(item, rest))
        }
        (Step::Every, Value::List(items)) => {
            Value::List(items.iter().map(|item| walk(item, rest)).collect())
        }
        (Step::Every, value) => walk(value, rest),
        _ => Value::Missing,
    }
}

fn wrong(function: &str) -> ServiceError {
    failed(
        "EvaluatorInvalidArguments",
        format!("Incorrect number or type of arguments in the function call to {function}."),
    )
}

impl Scope<'_> {
    fn path(&self, steps: &[Step]) -> Value {
        let Some(Step::Name(first, _)) = steps.first() else { return Value::Missing };
        let of_source = self.alias.is_some_and(|alias| alias.eq_ignore_ascii_case(first))
            || first.eq_ignore_ascii_case("S3Object");
        walk(self.record, if of_source { &steps[1..] } else { steps })
    }

    pub(super) fn eval(&self, expression: &Expression) -> Result<Value, ServiceError> {
        Ok(match expression {
            Expression::Literal(value) => value.clone(),
            Expression::Path(steps) => self.path(steps),
            Expression::Unary("NOT", inner) => match self.eval(inner)? {
                Value::Boolean(flag) => Value::Boolean(!flag),
                _ => Value::Null,
            },
            Expression::Unary(_, inner) => match self.eval(inner)? {
                Value::Integer(number) => Value::Integer(number.wrapping_neg()),
                other => other.number().map_or(Value::Null, |number| Value::Decimal(-number)),
            },
            Expression::Binary(operator, left, right) => self.binary(operator, left, right)?,
            Expression::Like(text, pattern, escape) => {
                self.like(text, pattern, escape.as_deref())?
            }
            Expression::In(value, list) => {
                let value = self.eval(value)?;
                let mut found = false;
                for item in list {
                    found |= value.compare(&self.eval(item)?) == Some(Ordering::Equal);
                }
                Value::Boolean(found)
            }
            Expression::Between(value, low, high) => {
                let (value, low, high) = (self.eval(value)?, self.eval(low)?, self.eval(high)?);
                match (value.compare(&low), value.compare(&high)) {
                    (Some(above), Some(below)) => {
                        Value::Boolean(above != Ordering::Less && below != Ordering::Greater)
                    }
                    _ => Value::Null,
                }
            }
            Expression::IsNull(inner) => Value::Boolean(self.eval(inner)?.is_absent()),
            Expression::IsMissing(inner) => Value::Boolean(self.eval(inner)? == Value::Missing),
            Expression::Cast(inner, kind) => cast(self.eval(inner)?, kind)?,
            Expression::Case(branches, otherwise) => {
                for (condition, result) in branches {
                    if self.eval(condition)?.is_true() {
                        return self.eval(result);
                    }
                }
                otherwise.as_ref().map_or(Ok(Value::Null), |it| self.eval(it))?
            }
            Expression::Call(name, arguments) => {
                let arguments: Result<Vec<Value>, _> =
                    arguments.iter().map(|it| self.eval(it)).collect();
                let arguments = arguments?;
                match dated(name, &arguments, self.now)? {
                    Some(value) => value,
                    None => call(name, &arguments)?,
                }
            }
            Expression::Aggregate(_, number, _) => {
                let total = self.totals.and_then(|totals| totals.get(number));
                total.cloned().unwrap_or(Value::Null)
            }
        })
    }

    fn binary(
        &self,
        operator: &str,
        left: &Expression,
        right: &Expression,
    ) -> Result<Value, ServiceError> {
        let left = self.eval(left)?;
        match (operator, &left) {
            ("AND", Value::Boolean(false)) => return Ok(Value::Boolean(false)),
            ("OR", Value::Boolean(true)) => return Ok(Value::Boolean(true)),
            _ => {}
        }
        let right = self.eval(right)?;
        if ["AND", "OR"].contains(&operator) {
            let decided = Value::Boolean(operator == "OR");
            let both = matches!((&left, &right), (Value::Boolean(_), Value::Boolean(_)));
            return Ok(match () {
                () if left == decided || right == decided => decided,
                () if both => Value::Boolean(operator == "AND"),
                () => Value::Null,
            });
        }
        if left.is_absent() || right.is_absent() {
            return Ok(Value::Null);
        }
        if operator == "||" {
            return Ok(Value::Text(left.text() + &right.text()));
        }
        let ordering = left.compare(&right);
        let compared = |holds: fn(Ordering) -> bool| match ordering {
            Some(ordering) => Value::Boolean(holds(ordering)),
            None => Value::Boolean(false),
        };
        Ok(match operator {
            "=" => compared(Ordering::is_eq),
            "<>" | "!=" => match ordering {
                Some(ordering) => Value::Boolean(ordering.is_ne()),
                None => Value::Boolean(true),
            },
            "<" => compared(Ordering::is_lt),
            "<=" => compared(Ordering::is_le),
            ">" => compared(Ordering::is_gt),
            ">=" => compared(Ordering::is_ge),
            _ => arithmetic(operator, &left, &right)?,
        })
    }

    fn like(
        &self,
        text: &Expression,
        pattern: &Expression,
        escape: Option<&Expression>,
    ) -> Result<Value, ServiceError> {
        let escape = escape.map(|it| self.eval(it)).transpose()?;
        let escape = match &escape {
            Some(Value::Text(text)) => text.chars().next(),
            Some(_) => return Err(wrong("LIKE")),
            None => None,
        };
        Ok(match (self.eval(text)?, self.eval(pattern)?) {
            (Value::Text(text), Value::Text(pattern)) => {
                let (text, pattern) =
                    (text.chars().collect::<Vec<_>>(), wildcards(&pattern, escape));
                Value::Boolean(fits(&text, &pattern))
            }
            (left, right) if left.is_absent() || right.is_absent() => Value::Null,
            _ => return Err(wrong("LIKE")),
        })
    }
}

/// A piece of a pattern of `LIKE`.
enum Wildcard {
    Exactly(char),
    One,
    Any,
}

fn wildcards(pattern: &str, escape: Option<char>) -> Vec<Wildcard> {
    let mut characters = pattern.chars();
    let mut wildcards = Vec::new();
    while let Some(character) = characters.next() {
        wildcards.push(match character {
            it if Some(it) == escape => Wildcard::Exactly(characters.next().unwrap_or(it)),
            '%' => Wildcard::Any,
            '_' => Wildcard::One,
            other => Wildcard::Exactly(other),
        });
    }
    wildcards
}

/// Goes back to the last `%` when what follows it does not fit.
fn fits(text: &[char], pattern: &[Wildcard]) -> bool {
    let (mut at, mut piece, mut retry) = (0, 0, None);
    while at < text.len() {
        match pattern.get(piece) {
            Some(Wildcard::Any) => {
                retry = Some((piece, at));
                piece += 1;
            }
            Some(Wildcard::One) => (at, piece) = (at + 1, piece + 1),
            Some(Wildcard::Exactly(it)) if *it == text[at] => (at, piece) = (at + 1, piece + 1),
            _ => {
                let Some((any, from)) = retry else { return false };
                (at, piece) = (from + 1, any + 1);
                retry = Some((any, from + 1));
            }
        }
    }
    pattern[piece..].iter().all(|it| matches!(it, Wildcard::Any))
}

fn arithmetic(operator: &str, left: &Value, right: &Value) -> Result<Value, ServiceError> {
    let zero = || failed("EvaluatorDivideByZero", "Division by zero.");
    if let (Value::Integer(left), Value::Integer(right)) = (left, right) {
        let result = match operator {
            "+" => left.checked_add(*right),
            "-" => left.checked_sub(*right),
            "*" => left.checked_mul(*right),
            "/" if *right == 0 => return Err(zero()),
            "/" => left.checked_div(*right),
            _ if *right == 0 => return Err(zero()),
            _ => left.checked_rem(*right),
        };
        return result
            .map(Value::Integer)
            .ok_or_else(|| failed("IntegerOverflow", "An integer overflow occurred."));
    }
    let (Some(left), Some(right)) = (left.number(), right.number()) else {
        return Err(wrong(operator));
    };
    Ok(Value::Decimal(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => left % right,
    }))
}

fn cast(value: Value, kind: &str) -> Result<Value, ServiceError> {
    if value.is_absent() {
        return Ok(value);
    }
    let refused = |value: &Value| {
        failed(
            "CastFailed",
            format!(
                "Attempt to convert from one data type to another using CAST failed in the SQL expression: {} to {kind}.",
                value.text()
            ),
        )
    };
    #[allow(clippy::cast_possible_truncation)]
    Ok(match kind {
        "INT" | "INTEGER" => match &value {
            Value::Boolean(flag) => Value::Integer(i64::from(*flag)),
            Value::Text(text) if text.trim().parse::<i64>().is_ok() => {
                Value::Integer(text.trim().parse().unwrap_or_default())
            }
            other => {
                let number = other.number().filter(|number| number.is_finite());
                Value::Integer(number.ok_or_else(|| refused(&value))?.trunc() as i64)
            }
        },
        "FLOAT" | "DECIMAL" | "NUMERIC" | "DOUBLE" => {
            Value::Decimal(value.number().ok_or_else(|| refused(&value))?)
        }
        "STRING" | "VARCHAR" | "CHAR" => Value::Text(value.text()),
        "BOOL" | "BOOLEAN" => match &value {
            Value::Boolean(flag) => Value::Boolean(*flag),
            Value::Integer(number) => Value::Boolean(*number != 0),
            Value::Text(text) if text.eq_ignore_ascii_case("true") => Value::Boolean(true),
            Value::Text(text) if text.eq_ignore_ascii_case("false") => Value::Boolean(false),
            _ => return Err(refused(&value)),
        },
        "TIMESTAMP" => match &value {
            Value::Timestamp(_) => value,
            other => Timestamp::parse(&other.text())
                .map(Value::Timestamp)
                .ok_or_else(|| refused(other))?,
        },
        _ => {
            return Err(failed(
                "ParseExpectedTypeName",
                format!("Did not find the expected type name in the SQL expression: {kind}."),
            ));
        }
    })
}

/// The functions of dates; none where the name is of another one.
fn dated(name: &str, arguments: &[Value], now: Timestamp) -> Result<Option<Value>, ServiceError> {
    let known = ["DATE_ADD", "DATE_DIFF", "EXTRACT", "TO_STRING", "TO_TIMESTAMP", "UTCNOW"];
    if !known.contains(&name) {
        return Ok(None);
    }
    if arguments.iter().any(Value::is_absent) {
        return Ok(Some(Value::Null));
    }
    let part = |name: &str| {
        let message = "Did not find the expected date part in the SQL expression.";
        Part::by_name(name).ok_or_else(|| failed("ParseExpectedDatePart", message))
    };
    Ok(Some(match (name, arguments) {
        ("UTCNOW", []) => Value::Timestamp(now),
        ("TO_TIMESTAMP", [text]) => cast(text.clone(), "TIMESTAMP")?,
        ("TO_STRING", [Value::Timestamp(at), Value::Text(format)]) => {
            Value::Text(pattern::written(*at, format)?)
        }
        ("DATE_ADD", [Value::Text(name), Value::Integer(quantity), Value::Timestamp(at)]) => {
            let message = "The result is outside of the years 1 to 9999.";
            let sum = at.add(part(name)?, *quantity);
            Value::Timestamp(sum.ok_or_else(|| failed("IntegerOverflow", message))?)
        }
        ("DATE_DIFF", [Value::Text(name), Value::Timestamp(from), Value::Timestamp(to)]) => {
            Value::Integer(from.until(part(name)?, *to))
        }
        ("EXTRACT", [Value::Text(name), Value::Timestamp(at)]) => {
            Value::Integer(at.part(part(name)?))
        }
        _ => return Err(wrong(name)),
    }))
}

fn call(name: &str, arguments: &[Value]) -> Result<Value, ServiceError> {
    Ok(match (name, arguments) {
        ("COALESCE", all) => all.iter().find(|it| !it.is_absent()).cloned().unwrap_or(Value::Null),
        ("NULLIF", [left, right]) => match left.compare(right) {
            Some(Ordering::Equal) => Value::Null,
            _ => left.clone(),
        },
        (_, [first, ..]) if first.is_absent() => Value::Null,
        ("LOWER", [Value::Text(text)]) => Value::Text(text.to_lowercase()),
        ("UPPER", [Value::Text(text)]) => Value::Text(text.to_uppercase()),
        ("CHAR_LENGTH" | "CHARACTER_LENGTH", [Value::Text(text)]) => {
            Value::Integer(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
        }
        ("SUBSTRING", [Value::Text(text), Value::Integer(from), rest @ ..]) => {
            let length = match rest {
                [] => i64::MAX,
                [Value::Integer(length)] => *length,
                _ => return Err(wrong(name)),
            };
            substring(text, *from, length)
        }
        ("TRIM", [Value::Text(text), Value::Text(characters), Value::Text(side)]) => {
            let cut = |c: char| characters.contains(c);
            let text = if side == "TRAILING" { text } else { text.trim_start_matches(cut) };
            let text = if side == "LEADING" { text } else { text.trim_end_matches(cut) };
            Value::Text(text.to_owned())
        }
        (
            "LOWER" | "UPPER" | "CHAR_LENGTH" | "CHARACTER_LENGTH" | "SUBSTRING" | "TRIM"
            | "NULLIF",
            _,
        ) => {
            return Err(wrong(name));
        }
        _ => {
            return Err(failed(
                "UnsupportedFunction",
                format!("We encountered an unsupported SQL function: {name}."),
            ));
        }
    })
}

/// Positions begin at 1; those before the text count.
fn substring(text: &str, from: i64, length: i64) -> Value {
    let end = from.saturating_add(length.max(0));
    let kept = text.chars().zip(1_i64..).filter(|(_, at)| *at >= from && *at < end);
    Value::Text(kept.map(|(character, _)| character).collect())
}
