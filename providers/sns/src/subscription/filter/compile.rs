//! From the text of a filter policy to its conditions.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::errors::Wrong;
use crate::subscription::attributes::Scope;
use crate::subscription::filter::json::{self, Token, Tokens};

/// The most combinations of values.
const MOST_COMBINATIONS: u64 = 150;
/// The most keys.
const MOST_KEYS: usize = 5;
const ONLY_ONE_KEY: &str = "Only one key allowed in match expression";

/// A filter policy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter(pub(super) Node);

/// Conditions on the members of an object, all of which have to be met.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Node {
    pub(super) fields: BTreeMap<String, Node>,
    /// What the value itself has to be: one of these.
    pub(super) conditions: Vec<Condition>,
    /// Alternatives, of each of which one has to be met.
    pub(super) alternatives: Vec<Vec<Node>>,
}

/// What a value has to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    Text(String),
    Number(f64),
    True,
    False,
    Null,
    Prefix(String),
    Suffix(String),
    EqualsIgnoreCase(String),
    AnythingBut(Vec<String>),
    AnythingButNumbers(Vec<f64>),
    AnythingButPrefix(String),
    /// Between two bounds, each with whether it belongs to the range.
    Numeric(Option<(f64, bool)>, Option<(f64, bool)>),
    Cidr(IpAddr, u8),
    Exists(bool),
}

impl Filter {
    /// Whether the policy looks at the body of messages below its first level.
    fn is_nested(node: &Node) -> bool {
        node.fields.values().any(|field| !field.fields.is_empty() || !field.alternatives.is_empty())
            || node.alternatives.iter().flatten().any(Self::is_nested)
    }
}

/// Compiles the compact text of a policy.
pub(super) fn compile(text: &str, scope: Scope) -> Result<Filter, Wrong> {
    let mut compiler = Compiler(Tokens::new(text));
    if compiler.0.next() != Token::ObjectStart {
        return compiler.wrong("Filter is not an object");
    }
    let mut root = Node::default();
    let mut keys = 0;
    let combinations = compiler.object(&mut root, 1, &mut keys)?;
    if scope == Scope::MessageAttributes && Filter::is_nested(&root) {
        let what = "Filter policy scope MessageAttributes does not support nested filter policy";
        return Err(Wrong::new(what));
    }
    if keys > MOST_KEYS {
        let what = format!("Filter policy can not have more than {MOST_KEYS} keys");
        return Err(Wrong(format!("FilterPolicy: {what}")));
    }
    if combinations > MOST_COMBINATIONS {
        return Err(Wrong::new("FilterPolicy: Filter policy is too complex"));
    }
    let mut root = Filter(root);
    if scope == Scope::MessageBody {
        root.0.split_names();
    }
    Ok(root)
}

impl Node {
    /// Makes of `a.b` the field `b` of `a`: both mean the same.
    fn split_names(&mut self) {
        for (name, mut field) in std::mem::take(&mut self.fields) {
            field.split_names();
            let mut place = &mut *self;
            let parts: Vec<_> =
                if json::is_path(&name) { name.split('.').collect() } else { vec![&*name] };
            for part in parts {
                place = place.fields.entry(part.to_owned()).or_default();
            }
            place.fields.append(&mut field.fields);
            place.conditions.append(&mut field.conditions);
            place.alternatives.append(&mut field.alternatives);
        }
        self.alternatives.iter_mut().flatten().for_each(Self::split_names);
    }
}

struct Compiler<'a>(Tokens<'a>);

impl Compiler<'_> {
    fn wrong<T>(&self, what: impl std::fmt::Display) -> Result<T, Wrong> {
        let (source, column) = (self.0.source(), self.0.column());
        Err(Wrong(format!(
            "FilterPolicy: {what}\n at [Source: (String)\"{source}\"; line: 1, column: {column}]"
        )))
    }

    /// The members of an object, whose beginning was read; answers how many combinations of
    /// values they make. Keys are counted at the first level only.
    fn object(&mut self, node: &mut Node, level: u64, keys: &mut usize) -> Result<u64, Wrong> {
        let mut combinations = 1_u64;
        let mut empty = true;
        loop {
            let name = match self.0.next() {
                Token::Name(name) => name,
                _ if empty => return self.wrong("Empty objects are not allowed"),
                _ => return Ok(combinations),
            };
            empty = false;
            let made = if name == "$or" && self.is_alternative() {
                self.alternatives(node, level, keys)?
            } else {
                *keys += usize::from(level == 1);
                let field = node.fields.entry(name.clone()).or_default();
                match self.0.next() {
                    Token::ObjectStart => self.object(field, level + 1, keys)?,
                    Token::ArrayStart => self.array(field)?.saturating_mul(level),
                    _ => {
                        return self.wrong(format!("\"{name}\" must be an object or an array"));
                    }
                }
            };
            combinations = combinations.saturating_mul(made);
        }
    }

    /// Whether an array of two or more objects comes, none of which is a match expression.
    fn is_alternative(&self) -> bool {
        let starts_object = |at| self.0.peek(at) == Some(&Token::ObjectStart);
        if self.0.peek(0) != Some(&Token::ArrayStart) || !starts_object(1) {
            return false;
        }
        let (mut depth, mut objects) = (0_usize, 0);
        for at in 1.. {
            match self.0.peek(at) {
                Some(Token::ObjectStart) => {
                    objects += usize::from(depth == 0);
                    depth += 1;
                }
                Some(Token::ArrayStart) => depth += 1,
                Some(Token::ArrayEnd) if depth == 0 => return objects >= 2,
                Some(Token::ObjectEnd | Token::ArrayEnd) => depth -= 1,
                Some(Token::Name(name)) if depth == 1 && is_match_type(name) => return false,
                Some(Token::Name(_)) => {}
                Some(_) if depth == 0 => return false,
                Some(_) => {}
                None => return false,
            }
        }
        false
    }

    fn alternatives(
        &mut self,
        node: &mut Node,
        level: u64,
        keys: &mut usize,
    ) -> Result<u64, Wrong> {
        self.0.next();
        let (mut alternatives, mut sum) = (Vec::new(), 0_u64);
        while self.0.next() == Token::ObjectStart {
            let mut alternative = Node::default();
            sum = sum.saturating_add(self.object(&mut alternative, level, keys)?);
            alternatives.push(alternative);
        }
        node.alternatives.push(alternatives);
        Ok(sum)
    }

    /// The conditions of an array, whose beginning was read; answers how many there are.
    fn array(&mut self, field: &mut Node) -> Result<u64, Wrong> {
        let mut count = 0;
        loop {
            let condition = match self.0.next() {
                Token::ArrayEnd if count == 0 => return self.wrong("Empty arrays are not allowed"),
                Token::ArrayEnd => return Ok(count),
                Token::ObjectStart => self.expression()?,
                Token::Text(text) => Condition::Text(text),
                Token::Number(number) => Condition::Number(self.number(&number)?),
                Token::True => Condition::True,
                Token::False => Condition::False,
                Token::Null => Condition::Null,
                _ => {
                    let what = "Match value must be String, number, true, false, or null";
                    return self.wrong(what);
                }
            };
            count += 1;
            field.conditions.push(condition);
        }
    }

    fn number(&self, text: &str) -> Result<f64, Wrong> {
        match text.parse() {
            Ok(number) => Ok(number),
            Err(_) => self.wrong(format!("Invalid number: {text}")),
        }
    }

    /// A match expression, whose beginning was read.
    fn expression(&mut self) -> Result<Condition, Wrong> {
        let Token::Name(kind) = self.0.next() else {
            return self.wrong("Match expression name not found");
        };
        let condition = match kind.as_str() {
            "prefix" => Condition::Prefix(self.text("prefix")?),
            "suffix" => Condition::Suffix(self.text("suffix")?),
            "equals-ignore-case" => Condition::EqualsIgnoreCase(self.text("equals-ignore-case")?),
            "cidr" => cidr(&self.text("prefix")?)?,
            "exists" => match self.0.next() {
                Token::True => Condition::Exists(true),
                Token::False => Condition::Exists(false),
                _ => {
                    let what = "exists match pattern must be either true or false.";
                    return self.wrong(what);
                }
            },
            "anything-but" => self.anything_but()?,
            "numeric" => self.numeric()?,
            _ => return self.wrong(format!("Unrecognized match type {kind}")),
        };
        match self.0.next() {
            Token::ObjectEnd => Ok(condition),
            _ => self.wrong(ONLY_ONE_KEY),
        }
    }

    fn text(&mut self, kind: &str) -> Result<String, Wrong> {
        match self.0.next() {
            Token::Text(text) => {
                self.0.read_text();
                Ok(text)
            }
            _ => self.wrong(format!("{kind} match pattern must be a string")),
        }
    }

    fn anything_but(&mut self) -> Result<Condition, Wrong> {
        match self.0.next() {
            Token::Text(text) => {
                self.0.read_text();
                Ok(Condition::AnythingBut(vec![text]))
            }
            Token::Number(number) => Ok(Condition::AnythingButNumbers(vec![self.number(&number)?])),
            Token::ArrayStart => self.anything_but_list(),
            Token::ObjectStart => {
                let kind = match self.0.next() {
                    Token::Name(kind) if kind == "prefix" => kind,
                    other => {
                        let what = format!("Unsupported anything-but pattern: {}", other.text());
                        return self.wrong(what);
                    }
                };
                let text = self.text(&kind)?;
                match self.0.next() {
                    Token::ObjectEnd => Ok(Condition::AnythingButPrefix(text)),
                    _ => self.wrong(ONLY_ONE_KEY),
                }
            }
            _ => {
                self.wrong("Value of anything-but must be an array or single string/number value.")
            }
        }
    }

    fn anything_but_list(&mut self) -> Result<Condition, Wrong> {
        let (mut texts, mut numbers) = (Vec::new(), Vec::new());
        loop {
            match self.0.next() {
                Token::Text(text) => texts.push(text),
                Token::Number(number) => numbers.push(self.number(&number)?),
                Token::ArrayEnd => break,
                _ => {
                    return self
                        .wrong("Inside anything but list, start|null|boolean is not supported.");
                }
            }
            if !texts.is_empty() && !numbers.is_empty() {
                return self.wrong(
                    "Inside anything but list, either all values are number or string, mixed type \
                     is not supported",
                );
            }
        }
        match (texts.is_empty(), numbers.is_empty()) {
            (true, true) => self.wrong("Empty arrays are not allowed"),
            (false, _) => Ok(Condition::AnythingBut(texts)),
            _ => Ok(Condition::AnythingButNumbers(numbers)),
        }
    }

    fn numeric(&mut self) -> Result<Condition, Wrong> {
        if self.0.next() != Token::ArrayStart {
            return self.wrong("Value of numeric must be an array.");
        }
        let first = match self.0.next() {
            Token::Text(operator) => operator,
            other => {
                return self.wrong(format!("Invalid member in numeric match: {}", other.text()));
            }
        };
        let value = self.0.next();
        if !matches!(first.as_str(), "=" | "<" | "<=" | ">" | ">=") {
            return self.wrong(format!("Unrecognized numeric range operator: {first}"));
        }
        let shown = if first == "=" { "equals" } else { &first };
        let value = self.operand(shown, &value)?;
        let upper = |operator: &str, value| match operator {
            "<" => Some((value, false)),
            "<=" => Some((value, true)),
            _ => None,
        };
        if first == "=" {
            return self.numeric_end(Condition::Numeric(Some((value, true)), Some((value, true))));
        }
        if let Some(top) = upper(&first, value) {
            return self.numeric_end(Condition::Numeric(None, Some(top)));
        }
        let bottom = Some((value, first == ">="));
        let second = match self.0.next() {
            Token::ArrayEnd => return Ok(Condition::Numeric(bottom, None)),
            Token::Text(operator) => operator,
            other => return self.wrong(format!("Bad value in numeric range: {}", other.text())),
        };
        self.0.read_text();
        if upper(&second, 0.0).is_none() {
            return self.wrong(format!("Bad numeric range operator: {second}"));
        }
        let limit = self.0.next();
        let limit = self.operand(&second, &limit)?;
        if self.0.next() != Token::ArrayEnd {
            return self.wrong("Too many terms in numeric range expression");
        }
        if value >= limit {
            return self.wrong("Bottom must be less than top");
        }
        Ok(Condition::Numeric(bottom, upper(&second, limit)))
    }

    fn numeric_end(&mut self, condition: Condition) -> Result<Condition, Wrong> {
        match self.0.next() {
            Token::ArrayEnd => Ok(condition),
            _ => self.wrong("Too many elements in numeric expression"),
        }
    }

    fn operand(&self, operator: &str, token: &Token) -> Result<f64, Wrong> {
        match token {
            Token::Number(number) => self.number(number),
            _ => self.wrong(format!("Value of {operator} must be numeric")),
        }
    }
}

fn is_match_type(name: &str) -> bool {
    ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"]
        .contains(&name)
}

fn cidr(text: &str) -> Result<Condition, Wrong> {
    let wrong = |what: String| Err(Wrong(format!("FilterPolicy: {what}")));
    let mut parts = text.split('/');
    let (Some(address), Some(mask), None) = (parts.next(), parts.next(), parts.next()) else {
        return wrong("Malformed CIDR, one '/' required".to_owned());
    };
    let Ok(mask) = mask.parse::<u8>() else {
        return wrong("Malformed CIDR, mask bits must be an integer".to_owned());
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return wrong(format!("Nonstandard IP address: {address}"));
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    if mask > most {
        return wrong(format!(
            "IPv{} mask bits must be < {}",
            if most == 32 { 4 } else { 6 },
            most + 1
        ));
    }
    Ok(Condition::Cidr(address, mask))
}
