//! Policy templates and the policies that they make.
//!
//! The syntax is that of "Policy templates" in the IAM User Guide: `@{name}` stands for the value of a
//! parameter, a list of values for one text each, several parameters in a text for all their
//! combinations; `"@Enabled": "name"` keeps a statement only where the parameter is `True`.

use std::collections::BTreeSet;

use fogbank_iam::Policy;
use serde_json::{Map, Value};

use crate::store::DelegationParameter;

/// The longest policy that a template may make, in characters.
const LONGEST: usize = 2_048;
const DIRECTIVE: &str = "@Enabled";

/// The policy that a template and these parameters make.
pub(super) fn render(template: &str, parameters: &[DelegationParameter]) -> Result<String, String> {
    let mut document: Value = serde_json::from_str(template)
        .map_err(|_| "The policy template is not valid JSON.".to_owned())?;
    let given = Given::new(parameters)?;
    let mut used = BTreeSet::new();
    if let Some(statements) = document.get_mut("Statement").and_then(Value::as_array_mut) {
        let mut kept = Vec::with_capacity(statements.len());
        for statement in std::mem::take(statements) {
            kept.extend(given.enabled(statement, &mut used)?);
        }
        *statements = kept;
    }
    let rendered = given.fill(document, &mut used)?.to_string();
    if let Some(unused) = parameters.iter().find_map(|parameter| {
        let name = parameter.name.as_deref()?;
        (!used.contains(name)).then_some(name)
    }) {
        return Err(format!("The policy template has no parameter {unused}."));
    }
    if rendered.chars().count() > LONGEST {
        return Err(format!("The rendered policy exceeds the limit of {LONGEST} characters."));
    }
    Policy::parse(&rendered).map_err(|error| format!("The rendered policy is invalid: {error}"))?;
    Ok(rendered)
}

/// The parameters of a request.
struct Given<'a>(Vec<(&'a str, &'a [String], bool)>);

impl<'a> Given<'a> {
    fn new(parameters: &'a [DelegationParameter]) -> Result<Self, String> {
        let mut all: Vec<(&str, &[String], bool)> = Vec::with_capacity(parameters.len());
        for parameter in parameters {
            let name = parameter.name.as_deref().ok_or("A policy parameter has no name.")?;
            let values = parameter.values.as_deref().unwrap_or_default();
            let list = parameter.kind.as_deref() == Some("stringList");
            if values.is_empty() || (!list && values.len() > 1) {
                let needs = if list { "at least one value" } else { "one value" };
                return Err(format!("The policy parameter {name} must have {needs}."));
            }
            if all.iter().any(|other| other.0 == name) {
                return Err(format!("The policy parameter {name} is given twice."));
            }
            all.push((name, values, list));
        }
        Ok(Self(all))
    }

    fn get(&self, name: &str, used: &mut BTreeSet<String>) -> Result<(&'a [String], bool), String> {
        let found = self.0.iter().find(|parameter| parameter.0 == name);
        let found = found.ok_or_else(|| format!("The policy parameter {name} is missing."))?;
        used.insert(name.to_owned());
        Ok((found.1, found.2))
    }

    /// The statement without its directive, where that lets it be.
    fn enabled(
        &self,
        mut statement: Value,
        used: &mut BTreeSet<String>,
    ) -> Result<Option<Value>, String> {
        let directive = statement.as_object_mut().and_then(|members| members.remove(DIRECTIVE));
        let Some(directive) = directive else { return Ok(Some(statement)) };
        let name = directive.as_str().ok_or("@Enabled must name a parameter.")?;
        let (name, wanted) = match name.strip_prefix('!') {
            Some(name) => (name, false),
            None => (name, true),
        };
        let is_true = self.get(name, used)?.0 == ["True"];
        Ok((is_true == wanted).then_some(statement))
    }

    /// The value with all parameters filled in.
    fn fill(&self, value: Value, used: &mut BTreeSet<String>) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => {
                let (mut texts, list) = self.texts(&text, used)?;
                match list {
                    true => texts.into_iter().map(Value::String).collect(),
                    false => Value::String(texts.remove(0)),
                }
            }
            Value::Array(values) => {
                let mut filled = Vec::with_capacity(values.len());
                for value in values {
                    match value {
                        Value::String(text) => {
                            let texts = self.texts(&text, used)?.0;
                            filled.extend(texts.into_iter().map(Value::String));
                        }
                        other => filled.push(self.fill(other, used)?),
                    }
                }
                Value::Array(filled)
            }
            Value::Object(members) => {
                let mut filled = Map::new();
                for (name, value) in members {
                    filled.insert(name, self.fill(value, used)?);
                }
                Value::Object(filled)
            }
            other => other,
        })
    }

    /// The texts that one with parameters stands for, and whether one of these is a list.
    fn texts(
        &self,
        text: &str,
        used: &mut BTreeSet<String>,
    ) -> Result<(Vec<String>, bool), String> {
        let (mut texts, mut any_list, mut rest) = (vec![String::new()], false, text);
        while let Some((before, after)) = rest.split_once("@{") {
            let Some((name, after)) = after.split_once('}') else { break };
            let (values, list) = self.get(name, used)?;
            any_list |= list;
            let with = |start: &String| {
                let start = format!("{start}{before}");
                values.iter().map(move |value| format!("{start}{value}")).collect::<Vec<_>>()
            };
            texts = texts.iter().flat_map(with).collect();
            rest = after;
        }
        texts.iter_mut().for_each(|text| text.push_str(rest));
        Ok((texts, any_list))
    }
}

/// The permissions boundaries that a policy asks for where it lets roles be made.
pub(super) fn role_restrictions(policy: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(policy).unwrap_or_default();
    let mut found = BTreeSet::new();
    for statement in document["Statement"].as_array().into_iter().flatten() {
        for (_, keys) in statement["Condition"].as_object().into_iter().flatten() {
            let named = |key: &str| key.eq_ignore_ascii_case("iam:PermissionsBoundary");
            let keys = keys.as_object().into_iter().flatten().filter(|(key, _)| named(key));
            for (_, values) in keys {
                let one = values.as_str().into_iter();
                let many = values.as_array().into_iter().flatten().filter_map(Value::as_str);
                found.extend(one.chain(many).map(str::to_owned));
            }
        }
    }
    found.into_iter().collect()
}

/// What a policy lets somebody do, statement by statement, in words.
pub(super) fn in_words(policy: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(policy).unwrap_or_default();
    let list = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    };
    let statements = match &document["Statement"] {
        Value::Array(statements) => statements.clone(),
        one => vec![one.clone()],
    };
    let words = |statement: &Value| {
        let verb = if statement["Effect"] == "Deny" { "Denies" } else { "Allows" };
        let pick = |plain: &str, not: &str| match statement.get(not) {
            Some(value) => format!("everything but {}", list(value)),
            None => list(&statement[plain]),
        };
        let (actions, resources) = (pick("Action", "NotAction"), pick("Resource", "NotResource"));
        let conditions =
            if statement.get("Condition").is_some() { ", under conditions" } else { "" };
        format!("{verb} {actions} on {resources}{conditions}.")
    };
    statements.iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, kind: &str, values: &[&str]) -> DelegationParameter {
        DelegationParameter {
            name: Some(name.into()),
            values: Some(values.iter().map(|value| (*value).to_owned()).collect()),
            kind: Some(kind.into()),
        }
    }

    fn statement(text: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{text}]}}"#)
    }

    #[test]
    fn parameters_are_filled_in() {
        let read = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"#;
        let one = parameter("b", "string", &["x"]);
        let two = parameter("b", "stringList", &["x", "y"]);
        let prefix = parameter("p", "string", &["data"]);
        let cases = [
            (r#""arn:aws:s3:::@{b}/*"}"#, vec![one.clone()], r#""arn:aws:s3:::x/*"}"#),
            (
                r#""arn:aws:s3:::@{b}/@{p}/*"}"#,
                vec![two.clone(), prefix.clone()],
                r#"["arn:aws:s3:::x/data/*","arn:aws:s3:::y/data/*"]}"#,
            ),
            (
                r#"["*","arn:aws:s3:::@{b}"]}"#,
                vec![two.clone()],
                r#"["*","arn:aws:s3:::x","arn:aws:s3:::y"]}"#,
            ),
        ];
        for (template, parameters, expected) in cases {
            let rendered = render(&statement(&format!("{read}{template}")), &parameters).unwrap();
            let expected: Value =
                serde_json::from_str(&statement(&format!("{read}{expected}"))).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&rendered).unwrap(), expected, "{template}");
        }
    }

    #[test]
    fn statements_can_be_switched() {
        let all = r#"{"Effect":"Allow","Action":"s3:List*","Resource":"*"}"#;
        let some = |name: &str| {
            format!(
                r#"{all},{{"@Enabled":"{name}","Effect":"Allow","Action":"s3:Put*","Resource":"*"}}"#
            )
        };
        for (name, value, puts) in
            [("W", "True", true), ("W", "False", false), ("!W", "True", false), ("!W", "no", true)]
        {
            let rendered =
                render(&statement(&some(name)), &[parameter("W", "string", &[value])]).unwrap();
            assert_eq!(rendered.contains("s3:Put*"), puts, "{name} {value}");
            assert!(!rendered.contains(DIRECTIVE));
        }
    }

    #[test]
    fn what_makes_no_policy_is_refused() {
        let template = statement(
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::@{b}"}"#,
        );
        let long = "x".repeat(2_048);
        let cases = [
            (vec![], "The policy parameter b is missing."),
            (
                vec![parameter("b", "string", &["x", "y"])],
                "The policy parameter b must have one value.",
            ),
            (
                vec![parameter("b", "string", &["x"]), parameter("c", "string", &["x"])],
                "The policy template has no parameter c.",
            ),
            (
                vec![parameter("b", "string", &[&long])],
                "The rendered policy exceeds the limit of 2048 characters.",
            ),
        ];
        for (parameters, message) in cases {
            assert_eq!(render(&template, &parameters).unwrap_err(), message);
        }
        assert_eq!(render("{", &[]).unwrap_err(), "The policy template is not valid JSON.");
    }

    #[test]
    fn boundaries_of_roles_are_found() {
        let arn = "arn:aws:iam::partner:policy/permissions-boundary/a.example/b_2026_01_01";
        let policy = statement(&format!(
            r#"{{"Effect":"Allow","Action":"iam:CreateRole","Resource":"*","Condition":{{"StringEquals":{{"iam:PermissionsBoundary":"{arn}"}}}}}}"#
        ));
        assert_eq!(role_restrictions(&policy), [arn]);
        assert_eq!(in_words(&policy), ["Allows iam:CreateRole on *, under conditions."]);
    }
}
