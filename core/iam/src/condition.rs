//! Conditions.

mod operator;
mod values;

pub(crate) use operator::{Operator, Test};

use crate::pattern::{ArnPattern, Pattern, Reading};
use crate::policy::Version;
use crate::request::ContextKeys;
use values::{Date, IpRange, Number};

/// How the values of a key with several of them are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    /// The key has one value.
    One,
    /// `ForAllValues:`.
    All,
    /// `ForAnyValue:`.
    Any,
}

/// One operator on one key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub(crate) quantifier: Quantifier,
    pub(crate) operator: Operator,
    /// `…IfExists`.
    pub(crate) if_exists: bool,
    /// The key, in lower case.
    pub(crate) key: String,
    /// The operator and the key as they are written, and the values.
    pub(crate) written: Written,
    wanted: Vec<Wanted>,
}

/// A condition as the policy has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) operator: String,
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

/// A value of a policy, ready to be compared.
#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    Text(Pattern),
    Arn(ArnPattern),
    Number(Number),
    Date(Date),
    Boolean(bool),
    Bytes(Vec<u8>),
    Addresses(IpRange),
    /// What the operator cannot read, which matches nothing.
    Unreadable,
}

impl Condition {
    /// Reads an operator; none when there is no such operator.
    pub(crate) fn parse(
        operator: &str,
        key: &str,
        values: Vec<String>,
        version: Version,
    ) -> Option<Self> {
        let (quantifier, rest) = match operator.split_once(':') {
            Some((head, rest)) if head.eq_ignore_ascii_case("ForAllValues") => {
                (Quantifier::All, rest)
            }
            Some((head, rest)) if head.eq_ignore_ascii_case("ForAnyValue") => {
                (Quantifier::Any, rest)
            }
            Some(_) => return None,
            None => (Quantifier::One, operator),
        };
        let (name, if_exists) = match rest.len().checked_sub("IfExists".len()) {
            Some(at) if rest.get(at..).is_some_and(|end| end.eq_ignore_ascii_case("IfExists")) => {
                (&rest[..at], true)
            }
            _ => (rest, false),
        };
        let parsed = Operator::by_name(name)?;
        if parsed.test == Test::Null && if_exists {
            return None;
        }
        let wanted = values.iter().map(|value| want(parsed.test, value, version)).collect();
        let written = Written { operator: operator.to_owned(), key: key.to_owned(), values };
        let key = key.to_lowercase();
        Some(Self { quantifier, operator: parsed, if_exists, key, written, wanted })
    }

    /// Whether a request satisfies it.
    pub(crate) fn holds(&self, keys: &dyn ContextKeys) -> bool {
        let present = keys.get(&self.key);
        if self.operator.test == Test::Null {
            // `true` asks for the key's absence.
            let absent = present.is_none_or(|values| values.is_empty());
            return self.wanted.contains(&Wanted::Boolean(absent));
        }
        let Some(values) = present else {
            return self.if_exists
                || match self.quantifier {
                    Quantifier::One => self.operator.negated,
                    Quantifier::All => true,
                    Quantifier::Any => false,
                };
        };
        let matches =
            |value: &str| self.wanted.iter().any(|wanted| self.compare(wanted, value, keys));
        let mut values = values.iter();
        match self.quantifier {
            Quantifier::One if self.operator.negated => !values.any(|value| matches(value)),
            Quantifier::One => values.any(|value| matches(value)),
            Quantifier::All => values.all(|value| matches(value) != self.operator.negated),
            Quantifier::Any => values.any(|value| matches(value) != self.operator.negated),
        }
    }

    /// The keys of the variables in its values.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().flat_map(|wanted| {
            let (text, arn) = match wanted {
                Wanted::Text(pattern) => (Some(pattern), None),
                Wanted::Arn(pattern) => (None, Some(pattern)),
                _ => (None, None),
            };
            let texts = text.into_iter().flat_map(Pattern::variables);
            texts.chain(arn.into_iter().flat_map(ArnPattern::variables))
        })
    }

    fn compare(&self, wanted: &Wanted, value: &str, keys: &dyn ContextKeys) -> bool {
        use std::cmp::Ordering;
        let in_order = |ordering: Option<Ordering>| {
            ordering.is_some_and(|ordering| match self.operator.test {
                Test::LessThan(_) => ordering.is_lt(),
                Test::LessThanEquals(_) => ordering.is_le(),
                Test::GreaterThan(_) => ordering.is_gt(),
                Test::GreaterThanEquals(_) => ordering.is_ge(),
                _ => ordering.is_eq(),
            })
        };
        match wanted {
            Wanted::Text(pattern) => pattern.matches(value, keys),
            Wanted::Arn(pattern) => pattern.matches(value, keys),
            Wanted::Number(wanted) => in_order(Number::parse(value).map(|value| value.cmp(wanted))),
            Wanted::Date(wanted) => in_order(Date::parse(value).map(|value| value.cmp(wanted))),
            Wanted::Boolean(wanted) => {
                value.eq_ignore_ascii_case(if *wanted { "true" } else { "false" })
            }
            Wanted::Bytes(wanted) => values::bytes(value).as_ref() == Some(wanted),
            Wanted::Addresses(range) => range.contains(value),
            Wanted::Unreadable => false,
        }
    }
}

fn want(test: Test, value: &str, version: Version) -> Wanted {
    let reading = Reading::of(version);
    let text = |wildcards, fold| {
        Wanted::Text(Pattern::parse(value, Reading { wildcards, fold, ..reading }))
    };
    let or_unreadable = |wanted: Option<Wanted>| wanted.unwrap_or(Wanted::Unreadable);
    match test {
        Test::Equals => text(false, false),
        Test::EqualsIgnoreCase => text(false, true),
        Test::Like => text(true, false),
        Test::Arn => Wanted::Arn(ArnPattern::parse(value, reading)),
        Test::Boolean | Test::Null => or_unreadable(match value.to_ascii_lowercase().as_str() {
            "true" => Some(Wanted::Boolean(true)),
            "false" => Some(Wanted::Boolean(false)),
            _ => None,
        }),
        Test::Binary => or_unreadable(values::bytes(value).map(Wanted::Bytes)),
        Test::Address => or_unreadable(IpRange::parse(value).map(Wanted::Addresses)),
        Test::NumberEquals => or_unreadable(Number::parse(value).map(Wanted::Number)),
        Test::DateEquals => or_unreadable(Date::parse(value).map(Wanted::Date)),
        Test::LessThan(scale)
        | Test::LessThanEquals(scale)
        | Test::GreaterThan(scale)
        | Test::GreaterThanEquals(scale) => or_unreadable(match scale {
            operator::Scale::Number => Number::parse(value).map(Wanted::Number),
            operator::Scale::Date => Date::parse(value).map(Wanted::Date),
        }),
    }
}
