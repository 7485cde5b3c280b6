//! What a pattern wants of one value.

use super::address::Range;
use super::number::Comparable;
use super::wildcard::Wildcard;

/// A value of an event's member.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Text(&'a str),
    /// As it is written.
    Number(&'a str),
    /// `true`, `false` or `null`.
    Word(&'static str),
}

/// What a pattern wants of one value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Matcher {
    /// This text.
    Text(Box<str>),
    /// This address, in any way of writing it, or the text.
    Address(Range),
    /// This number: as written, or as large.
    Number(Box<str>, Option<Comparable>),
    /// `true`, `false` or `null`.
    Word(&'static str),
    Prefix(Box<str>, Case),
    Suffix(Box<str>, Case),
    EqualsIgnoreCase(Box<str>),
    Wildcard(Wildcard),
    Numeric(Bound, Bound),
    Cidr(Range),
    /// Not what any of these want.
    AnythingBut(Vec<Matcher>),
    /// Any value.
    Exists,
    /// None; no value matches it.
    Absent,
}

/// Whether the case of letters counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Counts,
    Ignored,
}

/// An end of a range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    None,
    /// The number itself is in the range.
    At(Comparable),
    /// The number itself is not in the range.
    Beyond(Comparable),
}

impl Matcher {
    /// What a text in a pattern wants.
    pub(super) fn text(text: &str) -> Self {
        Range::one(text).map_or_else(|| Self::Text(text.into()), Self::Address)
    }

    /// Whether a value is wanted.
    pub(super) fn accepts(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::AnythingBut(others), value) => !others.iter().any(|other| other.accepts(value)),
            (Self::Exists, _) => true,
            (Self::Word(wanted), Value::Word(word)) => *wanted == word,
            (Self::Number(text, number), Value::Number(other)) => {
                **text == *other || number.is_some() && *number == Comparable::parse(other)
            }
            (Self::Numeric(low, high), Value::Number(text)) => {
                Comparable::parse(text).is_some_and(|number| in_range(*low, number, *high))
            }
            (matcher, Value::Text(text)) => matcher.accepts_text(text),
            _ => false,
        }
    }

    fn accepts_text(&self, text: &str) -> bool {
        match self {
            Self::Text(wanted) => **wanted == *text,
            Self::Address(range) | Self::Cidr(range) => range.contains(text),
            Self::Prefix(prefix, Case::Counts) => text.starts_with(&**prefix),
            Self::Suffix(suffix, Case::Counts) => text.ends_with(&**suffix),
            Self::Prefix(prefix, Case::Ignored) => {
                let mut text = text.chars();
                prefix.chars().all(|wanted| text.next().is_some_and(|it| same_letter(wanted, it)))
            }
            Self::Suffix(suffix, Case::Ignored) => {
                let mut text = text.chars().rev();
                let mut suffix = suffix.chars().rev();
                suffix.all(|wanted| text.next().is_some_and(|it| same_letter(wanted, it)))
            }
            Self::EqualsIgnoreCase(wanted) => {
                let mut text = text.chars();
                wanted.chars().all(|it| text.next().is_some_and(|other| same_letter(it, other)))
                    && text.next().is_none()
            }
            Self::Wildcard(wildcard) => wildcard.matches(text),
            _ => false,
        }
    }
}

fn same_letter(one: char, other: char) -> bool {
    one == other || one.to_lowercase().eq(other.to_lowercase())
}

fn in_range(low: Bound, number: Comparable, high: Bound) -> bool {
    let above = match low {
        Bound::None => true,
        Bound::At(low) => number >= low,
        Bound::Beyond(low) => number > low,
    };
    let below = match high {
        Bound::None => true,
        Bound::At(high) => number <= high,
        Bound::Beyond(high) => number < high,
    };
    above && below
}
