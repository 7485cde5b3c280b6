//! From a pattern's text to its branches, with AWS's errors in AWS's order.

use super::address::Range;
use super::matcher::{Bound, Case, Matcher};
use super::number::{Comparable, TOO_LARGE};
use super::wildcard::{TOO_COMPLEX, Wildcard};
use super::{Branch, InvalidPattern, MOST_BRANCHES};
use crate::event::json::reader::{Reader, SyntaxError, Token};

type Result<T> = std::result::Result<T, SyntaxError>;

const ONE_KEY: &str = "Only one key allowed in match expression";
const TOO_MANY: &str = "Too many elements in numeric expression";

/// Names that cannot be those of members inside `$or`.
const RESERVED: &[&str] = &[
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// The branches of a pattern.
pub(super) fn compile(text: &str) -> std::result::Result<Vec<Branch>, InvalidPattern> {
    let mut compiler = Compiler { reader: Reader::new(text) };
    compiler.pattern().map_err(|error| InvalidPattern(error.message().to_owned()))
}

struct Compiler<'a> {
    reader: Reader<'a>,
}

/// What stands inside `{"anything-but": {…}}`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inner {
    Prefix,
    Suffix,
    IgnoreCase,
    Wildcard,
}

impl Inner {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "prefix" => Self::Prefix,
            "suffix" => Self::Suffix,
            "equals-ignore-case" => Self::IgnoreCase,
            "wildcard" => Self::Wildcard,
            _ => return None,
        })
    }

    /// What is said of a value that is no text.
    fn not_a_text(self) -> &'static str {
        match self {
            Self::Prefix | Self::Suffix => "prefix/suffix match pattern must be a string",
            Self::IgnoreCase => {
                "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
            }
            Self::Wildcard => "wildcard match pattern must be a string",
        }
    }
}

impl Compiler<'_> {
    fn pattern(&mut self) -> Result<Vec<Branch>> {
        if self.reader.next()? != Token::StartObject {
            return Err(self.reader.fail("Filter is not an object"));
        }
        let mut branches = Vec::new();
        self.object(&mut branches, "", false)?;
        Ok(branches)
    }

    /// The members of an object, after its beginning.
    fn object(&mut self, branches: &mut Vec<Branch>, path: &str, in_or: bool) -> Result<()> {
        let mut empty = true;
        while self.reader.next()? != Token::EndObject {
            empty = false;
            let name = self.reader.name().to_owned();
            if name == "$or" {
                self.or(branches, path)?;
                continue;
            }
            if in_or && RESERVED.contains(&name.as_str()) {
                return Err(self.reader.fail(&format!(
                    "{name} is Ruler reserved fieldName which cannot be used inside $or."
                )));
            }
            let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match self.reader.next()? {
                Token::StartObject => self.object(branches, &inner, in_or)?,
                Token::StartArray => {
                    let values = self.values()?;
                    if branches.is_empty() {
                        branches.push(Branch::new());
                    }
                    for branch in branches.iter_mut() {
                        branch.insert(inner.clone(), values.clone());
                    }
                }
                _ => {
                    let why = format!("\"{name}\" must be an object or an array");
                    return Err(self.reader.fail(&why));
                }
            }
        }
        if empty {
            return Err(self.reader.fail("Empty objects are not allowed"));
        }
        Ok(())
    }

    fn or(&mut self, branches: &mut Vec<Branch>, path: &str) -> Result<()> {
        let mut before = std::mem::take(branches);
        if before.is_empty() {
            before.push(Branch::new());
        }
        if self.reader.next()? != Token::StartArray {
            return Err(self.reader.fail("It must be an Array followed with $or."));
        }
        let mut count = 0;
        loop {
            match self.reader.next()? {
                Token::EndArray => break,
                Token::StartObject => {
                    count += 1;
                    let mut these = before.clone();
                    self.object(&mut these, path, true)?;
                    branches.append(&mut these);
                    if branches.len() > MOST_BRANCHES {
                        return Err(SyntaxError::nowhere(TOO_COMPLEX));
                    }
                }
                _ => {
                    let why = "Only JSON object is allowed in array of $or relationship.";
                    return Err(self.reader.fail(why));
                }
            }
        }
        if count < 2 {
            let why = "There must have at least 2 Objects in $or relationship.";
            return Err(self.reader.fail(why));
        }
        Ok(())
    }

    /// The values of a member, after the beginning of their array.
    fn values(&mut self) -> Result<Vec<Matcher>> {
        let mut values = Vec::new();
        loop {
            values.push(match self.reader.next()? {
                Token::EndArray => break,
                Token::StartObject => self.expression()?,
                Token::String => Matcher::text(self.reader.text()?),
                Token::Int | Token::Float => {
                    let text = self.reader.text()?;
                    Matcher::Number(text.into(), Comparable::parse(text))
                }
                Token::True => Matcher::Word("true"),
                Token::False => Matcher::Word("false"),
                Token::Null => Matcher::Word("null"),
                Token::StartArray | Token::EndObject | Token::FieldName | Token::End => {
                    let why = "Match value must be String, number, true, false, or null";
                    return Err(self.reader.fail(why));
                }
            });
        }
        if values.is_empty() {
            return Err(self.reader.fail("Empty arrays are not allowed"));
        }
        Ok(values)
    }

    /// `{"prefix": …}` and its kind, after the beginning of the object.
    fn expression(&mut self) -> Result<Matcher> {
        if self.reader.next()? != Token::FieldName {
            return Err(self.reader.fail("Match expression name not found"));
        }
        let name = self.reader.name().to_owned();
        match name.as_str() {
            "exactly" => {
                let text = self.wanted_text("exact match pattern must be a string")?;
                self.end(ONE_KEY)?;
                Ok(Matcher::Text(text.into()))
            }
            "prefix" | "suffix" => self.prefix_or_suffix(name == "prefix"),
            "equals-ignore-case" => {
                let text = self.wanted_text("equals-ignore-case match pattern must be a string")?;
                self.end(ONE_KEY)?;
                Ok(Matcher::EqualsIgnoreCase(text.into()))
            }
            "wildcard" => {
                let text = self.wanted_text("wildcard match pattern must be a string")?;
                let matcher = self.wildcard(&text)?;
                self.end(ONE_KEY)?;
                Ok(matcher)
            }
            "cidr" => {
                let text = self.wanted_text("prefix match pattern must be a string")?;
                let range = Range::parse(&text).map_err(SyntaxError::nowhere)?;
                self.end(ONE_KEY)?;
                Ok(Matcher::Cidr(range))
            }
            "exists" => {
                let matcher = match self.reader.next()? {
                    Token::True => Matcher::Exists,
                    Token::False => Matcher::Absent,
                    _ => {
                        let why = "exists match pattern must be either true or false.";
                        return Err(self.reader.fail(why));
                    }
                };
                self.end(ONE_KEY)?;
                Ok(matcher)
            }
            "numeric" => {
                if self.reader.next()? != Token::StartArray {
                    return Err(self.reader.fail("Value of numeric must be an array."));
                }
                let matcher = self.numeric()?;
                self.end(TOO_MANY)?;
                Ok(matcher)
            }
            "anything-but" => self.anything_but(),
            other => Err(self.reader.fail(&format!("Unrecognized match type {other}"))),
        }
    }

    fn prefix_or_suffix(&mut self, prefix: bool) -> Result<Matcher> {
        let (kind, title) = if prefix { ("prefix", "Prefix") } else { ("suffix", "Suffix") };
        let make = |text: &str, case| match prefix {
            true => Matcher::Prefix(text.into(), case),
            false => Matcher::Suffix(text.into(), case),
        };
        match self.reader.next()? {
            Token::String => {
                let matcher = make(self.reader.text()?, Case::Counts);
                self.end(ONE_KEY)?;
                Ok(matcher)
            }
            Token::StartObject => {
                if self.reader.next()? != Token::FieldName {
                    return Err(self.reader.fail(&format!("{title} expression name not found")));
                }
                if self.reader.name() != "equals-ignore-case" {
                    let why = format!("Unsupported {kind} pattern: {}", self.reader.name());
                    return Err(self.reader.fail(&why));
                }
                let text = self.wanted_text("equals-ignore-case match pattern must be a string")?;
                self.end(ONE_KEY)?;
                self.end(ONE_KEY)?;
                Ok(make(&text, Case::Ignored))
            }
            _ => Err(self.reader.fail(&format!("{kind} match pattern must be a string"))),
        }
    }

    fn anything_but(&mut self) -> Result<Matcher> {
        let mut token = self.reader.next()?;
        let mut inner = None;
        if token == Token::StartObject {
            if self.reader.next()? != Token::FieldName {
                return Err(self.reader.fail("Anything-But expression name not found"));
            }
            let name = self.reader.name().to_owned();
            inner = Some(Inner::named(&name).ok_or_else(|| {
                self.reader.fail(&format!("Unsupported anything-but pattern: {name}"))
            })?);
            token = self.reader.next()?;
        }
        let others = match (token, inner) {
            (Token::StartArray, None) => self.plain_list()?,
            (Token::StartArray, Some(inner)) => self.inner_list(inner)?,
            (Token::String | Token::Int | Token::Float, None) => vec![self.plain(token)?],
            (Token::String | Token::Int | Token::Float, Some(inner)) => {
                let text = self.inner_text(token, inner)?;
                vec![self.inner(&text, inner)?]
            }
            _ => {
                let why = "Value of anything-but must be an array or single string/number value.";
                return Err(self.reader.fail(why));
            }
        };
        self.end(TOO_MANY)?;
        if inner.is_some() {
            self.end(TOO_MANY)?;
        }
        Ok(Matcher::AnythingBut(others))
    }

    /// Texts or numbers, after the beginning of their array.
    fn plain_list(&mut self) -> Result<Vec<Matcher>> {
        let mut others = Vec::new();
        let (mut texts, mut numbers) = (false, false);
        loop {
            let token = self.within_list(|compiler| compiler.reader.next())?;
            match token {
                Token::EndArray => break,
                Token::String => texts = true,
                Token::Int | Token::Float => numbers = true,
                _ => {
                    let why = "Inside anything but list, start|null|boolean is not supported.";
                    return self.within_list(|compiler| Err(compiler.reader.fail(why)));
                }
            }
            others.push(self.within_list(|compiler| compiler.plain(token))?);
        }
        if texts == numbers {
            let why = "Inside anything but list, either all values are number or string, mixed \
                       type is not supported";
            return Err(self.reader.fail(why));
        }
        Ok(others)
    }

    /// Texts, after the beginning of their array.
    fn inner_list(&mut self, inner: Inner) -> Result<Vec<Matcher>> {
        let mut texts = Vec::new();
        loop {
            match self.within_list(|compiler| compiler.reader.next())? {
                Token::EndArray => break,
                token => {
                    texts.push(self.within_list(|compiler| compiler.inner_text(token, inner))?);
                }
            }
        }
        texts.iter().map(|text| self.inner(text, inner)).collect()
    }

    fn plain(&mut self, token: Token) -> Result<Matcher> {
        let text = self.reader.text()?.to_owned();
        if token == Token::String {
            return Ok(Matcher::text(&text));
        }
        let number = Comparable::parse(&text).ok_or_else(|| SyntaxError::nowhere(TOO_LARGE))?;
        Ok(Matcher::Number(text.into(), Some(number)))
    }

    fn inner_text(&mut self, token: Token, inner: Inner) -> Result<String> {
        if token != Token::String {
            return Err(self.reader.fail(inner.not_a_text()));
        }
        let text = self.reader.text()?.to_owned();
        if text.is_empty() && matches!(inner, Inner::Prefix | Inner::Suffix) {
            return Err(self.reader.fail("Null prefix/suffix not allowed"));
        }
        Ok(text)
    }

    fn inner(&mut self, text: &str, inner: Inner) -> Result<Matcher> {
        Ok(match inner {
            Inner::Prefix => Matcher::Prefix(text.into(), Case::Counts),
            Inner::Suffix => Matcher::Suffix(text.into(), Case::Counts),
            Inner::IgnoreCase => Matcher::EqualsIgnoreCase(text.into()),
            Inner::Wildcard => self.wildcard(text)?,
        })
    }

    fn wildcard(&mut self, text: &str) -> Result<Matcher> {
        let wildcard = Wildcard::parse(text).map_err(|why| self.reader.fail(&why))?;
        if wildcard.is_too_complex() {
            return Err(SyntaxError::nowhere(TOO_COMPLEX));
        }
        Ok(Matcher::Wildcard(wildcard))
    }

    /// The members of `{"numeric": […]}`, after the beginning of their array.
    fn numeric(&mut self) -> Result<Matcher> {
        if self.reader.next()? != Token::String {
            let text = self.reader.text()?.to_owned();
            return Err(self.reader.fail(&format!("Invalid member in numeric match: {text}")));
        }
        let operator = self.reader.text()?.to_owned();
        let token = self.reader.next()?;
        let named = match operator.as_str() {
            "=" => "equals",
            "<" | "<=" | ">" | ">=" => operator.as_str(),
            _ => {
                let why = format!("Unrecognized numeric range operator: {operator}");
                return Err(self.reader.fail(&why));
            }
        };
        let number = self.number(token, named)?;
        let token = self.reader.next()?;
        let low = match operator.as_str() {
            ">" => Bound::Beyond,
            ">=" => Bound::At,
            _ => {
                if token != Token::EndArray {
                    return Err(self.reader.fail(TOO_MANY));
                }
                let number = self.comparable(&number)?;
                return Ok(match operator.as_str() {
                    "=" => Matcher::Numeric(Bound::At(number), Bound::At(number)),
                    "<" => Matcher::Numeric(Bound::None, Bound::Beyond(number)),
                    _ => Matcher::Numeric(Bound::None, Bound::At(number)),
                });
            }
        };
        if token == Token::EndArray {
            return Ok(Matcher::Numeric(low(self.comparable(&number)?), Bound::None));
        }
        self.upper_end(token, &number, low)
    }

    /// The second operator and number of a range.
    fn upper_end(
        &mut self,
        token: Token,
        bottom: &str,
        low: fn(Comparable) -> Bound,
    ) -> Result<Matcher> {
        let text = self.reader.text()?.to_owned();
        if token != Token::String {
            return Err(self.reader.fail(&format!("Bad value in numeric range: {text}")));
        }
        let high = match text.as_str() {
            "<" => Bound::Beyond,
            "<=" => Bound::At,
            _ => return Err(self.reader.fail(&format!("Bad numeric range operator: {text}"))),
        };
        let token = self.reader.next()?;
        let top = self.number(token, &text)?;
        if self.reader.next()? != Token::EndArray {
            return Err(self.reader.fail("Too many terms in numeric range expression"));
        }
        let (bottom, top) = (self.comparable(bottom)?, self.comparable(&top)?);
        if bottom >= top {
            return Err(self.reader.fail("Bottom must be less than top"));
        }
        Ok(Matcher::Numeric(low(bottom), high(top)))
    }

    fn number(&mut self, token: Token, operator: &str) -> Result<String> {
        if !token.is_numeric() {
            return Err(self.reader.fail(&format!("Value of {operator} must be numeric")));
        }
        self.reader.text().map(str::to_owned)
    }

    fn comparable(&self, text: &str) -> Result<Comparable> {
        Comparable::parse(text).ok_or_else(|| self.reader.fail(TOO_LARGE))
    }

    fn wanted_text(&mut self, why: &str) -> Result<String> {
        if self.reader.next()? != Token::String {
            return Err(self.reader.fail(why));
        }
        self.reader.text().map(str::to_owned)
    }

    fn end(&mut self, why: &str) -> Result<()> {
        match self.reader.next()? {
            Token::EndObject => Ok(()),
            _ => Err(self.reader.fail(why)),
        }
    }

    /// Errors inside some lists have the position twice.
    fn within_list<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        read(self).map_err(|error| self.reader.fail(error.message()))
    }
}
