//! Paths into JSON, as `InputPath` and `InputPathsMap` have them.

use super::Json;

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(Box<str>),
    Index(usize),
    /// Every element or member.
    All,
}

/// A path: `$.detail.items[0].name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// Reads a path.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (name, left) = after.split_at(end);
                steps.push(match name {
                    "" => return None,
                    "*" => Step::All,
                    name => Step::Name(name.into()),
                });
                rest = left;
            } else {
                let after = rest.strip_prefix('[')?;
                let quote = after.chars().next().filter(|c| matches!(c, '\'' | '"'));
                let (step, left) = match quote {
                    Some(quote) => {
                        let (name, left) = after[1..].split_once(quote)?;
                        (Step::Name(name.into()), left.strip_prefix(']')?)
                    }
                    None => {
                        let (index, left) = after.split_once(']')?;
                        let step = match index.trim() {
                            "*" => Step::All,
                            index => Step::Index(index.parse().ok()?),
                        };
                        (step, left)
                    }
                };
                steps.push(step);
                rest = left;
            }
        }
        Some(Self { steps })
    }

    /// What the path leads to; an array of all that it leads to where it has a wildcard.
    pub(crate) fn find(&self, json: &Json) -> Option<Json> {
        let mut found = vec![json];
        for step in &self.steps {
            let mut next = Vec::new();
            for value in found {
                match (step, value) {
                    (Step::Name(name), value) => next.extend(value.get(name)),
                    (Step::Index(index), Json::Array(items)) => next.extend(items.get(*index)),
                    (Step::All, Json::Array(items)) => next.extend(items),
                    (Step::All, Json::Object(members)) => {
                        next.extend(members.iter().map(|(_, value)| value));
                    }
                    _ => {}
                }
            }
            found = next;
        }
        if self.steps.contains(&Step::All) {
            return Some(Json::Array(found.into_iter().cloned().collect()));
        }
        found.first().map(|value| (*value).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_values() {
        let json = Json::parse(
            r#"{"detail-type": "x", "detail": {"a": [{"b": 1}, {"b": 2}], "c.d": null}}"#,
        )
        .expect("JSON");
        let cases = [
            ("$.detail-type", Some("\"x\"")),
            ("$.detail.a[1].b", Some("2")),
            ("$.detail.a[*].b", Some("[1,2]")),
            ("$['detail']['c.d']", Some("null")),
            ("$.detail.a[2]", None),
            ("$.nothing", None),
            ("$.detail-type.x", None),
        ];
        for (text, expected) in cases {
            let path = Path::parse(text).expect(text);
            let found = path.find(&json).map(|value| value.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
        assert_eq!(Path::parse("$").and_then(|path| path.find(&json)), Some(json));
        for text in ["", "detail", "$detail", "$.", "$.a..b", "$.a[x]", "$.a[0", "$['a"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
