//! Patterns of policies: wildcards, policy variables, and ARNs field by field.

use std::borrow::Cow;

use crate::glob::Glob;
use crate::policy::Version;
use crate::request::ContextKeys;

/// How the text of a policy is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// `${…}` are variables: version 2012-10-17 only.
    pub(crate) variables: bool,
    /// `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// Letters compare without their case.
    pub(crate) fold: bool,
}

impl Reading {
    /// With wildcards, and variables where the policy's version has them.
    pub(crate) fn of(version: Version) -> Self {
        Self { variables: version == Version::V2012, wildcards: true, fold: false }
    }
}

/// A text with wildcards and variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    kind: Kind,
    fold: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Fixed(Glob),
    Template(Vec<Part>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Fixed(Glob),
    Variable { key: String, written: String, default: Option<String> },
}

impl Pattern {
    pub(crate) fn parse(text: &str, reading: Reading) -> Self {
        let fixed = |text: &str| {
            let text = folded(text, reading.fold);
            if reading.wildcards { Glob::new(&text) } else { Glob::literal(&text) }
        };
        let kind = if reading.variables && text.contains("${") {
            Kind::Template(parts(text, fixed))
        } else {
            Kind::Fixed(fixed(text))
        };
        Self { kind, fold: reading.fold }
    }

    /// Whether the text matches. A variable without a value matches nothing.
    pub(crate) fn matches(&self, text: &str, keys: &dyn ContextKeys) -> bool {
        let text = folded(text, self.fold);
        match &self.kind {
            Kind::Fixed(glob) => glob.matches(&text),
            Kind::Template(parts) => {
                resolve(parts, keys, self.fold).is_some_and(|glob| glob.matches(&text))
            }
        }
    }

    /// Whether a variable has no value, so that nothing can be said of any text.
    fn is_unresolved(&self, keys: &dyn ContextKeys) -> bool {
        match &self.kind {
            Kind::Fixed(_) => false,
            Kind::Template(parts) => resolve(parts, keys, self.fold).is_none(),
        }
    }

    /// The keys of the variables, as they are written.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        let parts = match &self.kind {
            Kind::Fixed(_) => &[][..],
            Kind::Template(parts) => parts,
        };
        parts.iter().filter_map(|part| match part {
            Part::Variable { written, .. } => Some(written.as_str()),
            Part::Fixed(_) => None,
        })
    }
}

fn folded(text: &str, fold: bool) -> Cow<'_, str> {
    if fold { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) }
}

/// Cuts a text at its variables. `${*}`, `${?}` and `${$}` stand for the characters themselves.
fn parts(text: &str, fixed: impl Fn(&str) -> Glob) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(end) = rest[start..].find('}') else { break };
        let (before, inside) = (&rest[..start], rest[start + 2..start + end].trim());
        if !before.is_empty() {
            parts.push(Part::Fixed(fixed(before)));
        }
        parts.push(match inside {
            "*" | "?" | "$" => Part::Fixed(Glob::literal(inside)),
            _ => variable(inside),
        });
        rest = &rest[start + end + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Fixed(fixed(rest)));
    }
    parts
}

/// `aws:username`, or `aws:PrincipalTag/team, 'company-wide'`.
fn variable(inside: &str) -> Part {
    let (key, default) = match inside.split_once(',') {
        Some((key, default)) => {
            let default = default.trim();
            let quoted = default.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            (key.trim(), quoted.map(str::to_owned))
        }
        None => (inside, None),
    };
    Part::Variable { key: key.to_lowercase(), written: key.to_owned(), default }
}

fn resolve(parts: &[Part], keys: &dyn ContextKeys, fold: bool) -> Option<Glob> {
    let mut whole = Glob::default();
    for part in parts {
        match part {
            Part::Fixed(glob) => whole.extend(glob),
            Part::Variable { key, default, .. } => {
                let values = keys.get(key);
                // A key with several values cannot stand for one.
                let value = match values.as_deref() {
                    Some([value]) => value,
                    _ => default.as_deref()?,
                };
                whole.push_literal(&folded(value, fold));
            }
        }
    }
    Some(whole)
}

/// An ARN of a policy, each of whose six fields has wildcards of its own.
///
/// Fields that are left out stand for anything; the last takes all further colons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ArnPattern {
    /// `*`.
    Any,
    /// In fields.
    Fields(Box<[Pattern; 6]>),
    /// Not an ARN: compared as a text.
    Text(Pattern),
}

impl ArnPattern {
    pub(crate) fn parse(text: &str, reading: Reading) -> Self {
        if text == "*" {
            return Self::Any;
        }
        let fields = split(text, reading.variables);
        if fields.len() < 2 {
            return Self::Text(Pattern::parse(text, reading));
        }
        let field = |at: usize| Pattern::parse(fields.get(at).copied().unwrap_or("*"), reading);
        Self::Fields(Box::new(std::array::from_fn(field)))
    }

    pub(crate) fn matches(&self, arn: &str, keys: &dyn ContextKeys) -> bool {
        match self {
            Self::Any => true,
            Self::Text(pattern) => pattern.matches(arn, keys),
            Self::Fields(fields) => {
                let mut parts = arn.splitn(6, ':');
                let all = fields
                    .iter()
                    .all(|field| parts.next().is_some_and(|part| field.matches(part, keys)));
                all && parts.next().is_none()
            }
        }
    }

    /// Whether a variable has no value: then a statement says nothing, `NotResource` included.
    pub(crate) fn is_unresolved(&self, keys: &dyn ContextKeys) -> bool {
        match self {
            Self::Any => false,
            Self::Text(pattern) => pattern.is_unresolved(keys),
            Self::Fields(fields) => fields.iter().any(|field| field.is_unresolved(keys)),
        }
    }

    /// The keys of the variables, as they are written.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        let fields = match self {
            Self::Any => &[][..],
            Self::Text(pattern) => std::slice::from_ref(pattern),
            Self::Fields(fields) => &fields[..],
        };
        fields.iter().flat_map(Pattern::variables)
    }
}

/// The fields of an ARN; colons of variables separate nothing.
fn split(text: &str, variables: bool) -> Vec<&str> {
    let (mut fields, mut start, mut inside) = (Vec::new(), 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if variables && text[..at].ends_with('$') => inside = true,
            b'}' => inside = false,
            b':' if !inside && fields.len() < 5 => {
                fields.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    fields.push(&text[start..]);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Keys;

    #[test]
    fn variables_stand_for_their_values_only() {
        let keys = Keys::from_iter([
            ("aws:username", vec!["a*b"]),
            ("aws:PrincipalTag/team", vec!["red"]),
            ("many", vec!["x", "y"]),
        ]);
        let cases = [
            ("home/${aws:username}/*", "home/a*b/x", true),
            ("home/${aws:username}/*", "home/aXb/x", false),
            ("${aws:PrincipalTag/team}", "red", true),
            ("${aws:principaltag/TEAM}", "red", true),
            ("${aws:PrincipalTag/none}", "", false),
            ("${aws:PrincipalTag/none, 'all'}", "all", true),
            ("${aws:PrincipalTag/team, 'all'}", "red", true),
            ("${many}", "x", false),
            ("a${*}b${?}${$}", "a*b?$", true),
            ("a${*}b", "axb", false),
            ("${unfinished", "${unfinished", true),
        ];
        for (pattern, text, expected) in cases {
            let pattern_ = Pattern::parse(pattern, Reading::of(Version::V2012));
            assert_eq!(pattern_.matches(text, &keys), expected, "{pattern} {text}");
        }
        let old = Pattern::parse("${aws:username}", Reading::of(Version::V2008));
        assert!(old.matches("${aws:username}", &keys));
    }

    #[test]
    fn arns_match_field_by_field() {
        let keys = Keys::default();
        let cases = [
            ("*", "arn:aws:s3:::b", true),
            ("arn:aws:s3:::b", "arn:aws:s3:::b", true),
            ("arn:aws:s3:::b*", "arn:aws:s3:::bucket/key:with:colons", true),
            ("arn:aws:s3:::*/a", "arn:aws:s3:::b/c/a", true),
            ("arn:aws:sqs:*:*:q", "arn:aws:sqs:us-east-1:000000000000:q", true),
            ("arn:aws:sqs:*:q", "arn:aws:sqs:us-east-1:000000000000:q", false),
            ("arn:aws:sqs", "arn:aws:sqs:us-east-1:000000000000:q", true),
            ("arn:aws:*", "arn:aws:sqs:us-east-1:000000000000:q", true),
            ("arn:aws:sns:us-*-1:*:*", "arn:aws:sns:us-east-1:1:t", true),
            ("arn:aws:sns:*", "arn:aws:sqs:us-east-1:1:t", false),
            ("arn:aws:s3:::b", "*", false),
        ];
        for (pattern, arn, expected) in cases {
            let pattern_ = ArnPattern::parse(pattern, Reading::of(Version::V2012));
            assert_eq!(pattern_.matches(arn, &keys), expected, "{pattern} {arn}");
        }
    }
}
