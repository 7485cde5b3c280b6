//! The operators of conditions.

/// What is measured by an operator of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Numbers.
    Number,
    /// Points in time.
    Date,
}

/// What an operator asks of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    NumberEquals,
    DateEquals,
    LessThan(Scale),
    LessThanEquals(Scale),
    GreaterThan(Scale),
    GreaterThanEquals(Scale),
    Boolean,
    Binary,
    Address,
    Arn,
    Null,
}

/// An operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) test: Test,
    /// It asks that no value of the policy passes the test.
    pub(crate) negated: bool,
}

const OPERATORS: [(&str, Test, bool); 27] = [
    ("StringEquals", Test::Equals, false),
    ("StringNotEquals", Test::Equals, true),
    ("StringEqualsIgnoreCase", Test::EqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Test::EqualsIgnoreCase, true),
    ("StringLike", Test::Like, false),
    ("StringNotLike", Test::Like, true),
    ("NumericEquals", Test::NumberEquals, false),
    ("NumericNotEquals", Test::NumberEquals, true),
    ("NumericLessThan", Test::LessThan(Scale::Number), false),
    ("NumericLessThanEquals", Test::LessThanEquals(Scale::Number), false),
    ("NumericGreaterThan", Test::GreaterThan(Scale::Number), false),
    ("NumericGreaterThanEquals", Test::GreaterThanEquals(Scale::Number), false),
    ("DateEquals", Test::DateEquals, false),
    ("DateNotEquals", Test::DateEquals, true),
    ("DateLessThan", Test::LessThan(Scale::Date), false),
    ("DateLessThanEquals", Test::LessThanEquals(Scale::Date), false),
    ("DateGreaterThan", Test::GreaterThan(Scale::Date), false),
    ("DateGreaterThanEquals", Test::GreaterThanEquals(Scale::Date), false),
    ("Bool", Test::Boolean, false),
    ("BinaryEquals", Test::Binary, false),
    ("IpAddress", Test::Address, false),
    ("NotIpAddress", Test::Address, true),
    ("ArnEquals", Test::Arn, false),
    ("ArnNotEquals", Test::Arn, true),
    ("ArnLike", Test::Arn, false),
    ("ArnNotLike", Test::Arn, true),
    ("Null", Test::Null, false),
];

impl Operator {
    /// The operator of this name; upper and lower case are the same.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        let row = OPERATORS.iter().find(|row| row.0.eq_ignore_ascii_case(name))?;
        Some(Self { test: row.1, negated: row.2 })
    }
}
