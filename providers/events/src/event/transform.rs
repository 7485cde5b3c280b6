//! What a target gets of an event: `Input`, `InputPath` or `InputTransformer`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fogbank_api_events::{InputTransformer, Target};
use fogbank_context::Arn;
use fogbank_service::ServiceError;

use crate::errors;
use crate::event::json::Json;
use crate::event::json::path::Path;
use crate::event::{Event, iso};

/// The variables that templates have without a path.
const PREDEFINED: &[&str] = &[
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    "aws.events.event",
    "aws.events.event.json",
];

/// Checks what a target says of its input.
///
/// # Errors
///
/// What AWS says is wrong with it.
pub(crate) fn check(target: &Target) -> Result<(), ServiceError> {
    let id = &target.id;
    let given =
        [target.input.is_some(), target.input_path.is_some(), target.input_transformer.is_some()];
    if given.into_iter().filter(|given| *given).count() > 1 {
        return Err(errors::validation(format!(
            "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
        )));
    }
    if let Some(input) = &target.input
        && Json::parse(input).is_none()
    {
        let message = format!("JSON syntax error in input for target {id}.");
        return Err(errors::validation(message));
    }
    let invalid_path = |path: &str| !path.is_empty() && Path::parse(path).is_none();
    if target.input_path.as_deref().is_some_and(invalid_path) {
        return Err(errors::validation(format!("Invalid InputPath for target {id}.")));
    }
    let Some(InputTransformer { input_paths_map, input_template }) = &target.input_transformer
    else {
        return Ok(());
    };
    let paths = input_paths_map.iter().flatten();
    for (name, path) in paths {
        if name.to_ascii_lowercase().starts_with("aws") {
            return Err(errors::validation(format!(
                "InputPathsMap for target {id} contains key {name}, which is reserved."
            )));
        }
        if Path::parse(path).is_none() {
            return Err(errors::validation(format!("Invalid InputPathsMap for target {id}.")));
        }
    }
    let known = |name: &str| {
        PREDEFINED.contains(&name)
            || input_paths_map.as_ref().is_some_and(|map| map.contains_key(name))
    };
    match pieces(input_template).into_iter().find(|piece| match piece {
        Piece::Variable(name) => !known(name),
        Piece::Text(_) => false,
    }) {
        Some(Piece::Variable(name)) => Err(errors::validation(format!(
            "InputTemplate for target {id} contains invalid placeholder {name}."
        ))),
        _ => Ok(()),
    }
}

/// What a target gets of an event that a rule sends; none when it is not what it has to be.
pub(crate) fn input(target: &Target, rule: &Arn, event: &Event) -> Option<String> {
    if let Some(input) = &target.input {
        return Some(input.clone());
    }
    if let Some(path) = target.input_path.as_deref().filter(|path| !path.is_empty()) {
        return Some(Path::parse(path)?.find(&event.json)?.to_string());
    }
    match &target.input_transformer {
        Some(transformer) => transform(transformer, rule, event),
        None => Some(event.json.to_string()),
    }
}

/// A template's text or a variable in it.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    Variable(&'t str),
}

fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('<') {
        let name = rest[at + 1..].split('>').next().unwrap_or_default();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let end = at + 1 + name.len();
        if !name.is_empty() && name.chars().all(is_name) && rest[end..].starts_with('>') {
            pieces.push(Piece::Text(&rest[..at]));
            pieces.push(Piece::Variable(name));
            rest = &rest[end + 1..];
        } else {
            pieces.push(Piece::Text(&rest[..=at]));
            rest = &rest[at + 1..];
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn transform(transformer: &InputTransformer, rule: &Arn, event: &Event) -> Option<String> {
    let template = &transformer.input_template;
    let values = variables(transformer.input_paths_map.as_ref(), rule, event);
    // Text between quotes, or JSON?
    let is_text = template.trim_start().starts_with('"');
    let mut output = String::new();
    let mut quotes = Quotes::default();
    for piece in pieces(template) {
        match piece {
            Piece::Text(text) => {
                quotes.read(text);
                output.push_str(text);
            }
            Piece::Variable(name) => match (values.get(name), quotes.open) {
                (None, true) => {}
                (None, false) => output.push_str("\"\""),
                (Some(value), false) => write!(output, "{value}").ok()?,
                (Some(Json::Text(text)), true) => {
                    let quoted = Json::Text(text.clone()).to_string();
                    output.push_str(&quoted[1..quoted.len() - 1]);
                }
                (Some(value), true) if is_text => {
                    output.extend(value.to_string().chars().filter(|c| *c != '"'));
                }
                (Some(value), true) => write!(output, "{value}").ok()?,
            },
        }
    }
    // Values that are no texts break the strings of JSON that they are put into, as at AWS.
    let sound = is_text || Json::parse(&output).is_some();
    sound.then_some(output)
}

/// Whether a place in a template is between quotes.
#[derive(Debug, Default)]
struct Quotes {
    open: bool,
    escaped: bool,
}

impl Quotes {
    fn read(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                _ if self.escaped => self.escaped = false,
                '\\' if self.open => self.escaped = true,
                '"' => self.open = !self.open,
                _ => {}
            }
        }
    }
}

fn variables(
    paths: Option<&BTreeMap<String, String>>,
    rule: &Arn,
    event: &Event,
) -> BTreeMap<String, Json> {
    let mut values: BTreeMap<String, Json> = paths
        .into_iter()
        .flatten()
        .filter_map(|(name, path)| Some((name.clone(), Path::parse(path)?.find(&event.json)?)))
        .collect();
    let name = rule.resource.rsplit('/').next().unwrap_or_default();
    let member = |name: &str| event.json.get(name).cloned().unwrap_or(Json::Null);
    // AWS has these members, in this order, and no detail.
    let original = [
        ("id", "id"),
        ("account", "account"),
        ("detailType", "detail-type"),
        ("time", "time"),
        ("source", "source"),
        ("region", "region"),
        ("resources", "resources"),
        ("version", "version"),
    ];
    let original = original.map(|(name, from)| (name.into(), member(from))).into();
    let predefined = [
        ("aws.events.rule-arn", Json::text(rule.to_string())),
        ("aws.events.rule-name", Json::text(name)),
        ("aws.events.event.ingestion-time", Json::text(iso(event.ingested))),
        ("aws.events.event", Json::Object(original)),
        ("aws.events.event.json", (*event.json).clone()),
    ];
    values.extend(predefined.map(|(name, value)| (name.to_owned(), value)));
    values
}

#[cfg(test)]
mod tests {
    use fogbank_context::Timestamp;

    use super::*;

    fn event() -> Event {
        let text = r#"{"version":"0","id":"i","detail-type":"t","source":"s","account":"000000000000","time":"2026-01-01T00:00:00Z","region":"us-east-1","resources":[],"detail":{"user":"a \"b\"","list":["x","y"],"on":true,"map":{"k":"v"}}}"#;
        Event::read(text, Timestamp::EPOCH).expect("an event")
    }

    #[test]
    fn templates_are_filled_in_as_at_aws() {
        let paths = [
            ("user", "$.detail.user"),
            ("list", "$.detail.list"),
            ("on", "$.detail.on"),
            ("map", "$.detail.map"),
            ("none", "$.detail.none"),
        ];
        let paths: BTreeMap<String, String> =
            paths.map(|(name, path)| (name.to_owned(), path.to_owned())).into();
        let rule: Arn = "arn:aws:events:us-east-1:000000000000:rule/bus/r".parse().expect("an ARN");
        let cases = [
            (r#""User <user>!""#, Some(r#""User a \"b\"!""#)),
            (r#""<list> <map> <on> <none>.""#, Some(r#""[x,y] {k:v} true .""#)),
            (
                r#"{"a": <user>, "b": [<list>, <on>], "c": <none>}"#,
                Some(r#"{"a": "a \"b\"", "b": [["x","y"], true], "c": ""}"#),
            ),
            (r#"{"a": "u/<user>/<none>"}"#, Some(r#"{"a": "u/a \"b\"/"}"#)),
            (r#"{"a": "is <on>"}"#, Some(r#"{"a": "is true"}"#)),
            // Values that are no texts do not fit between quotes.
            (r#"{"a": "<list>"}"#, None),
            (r#"{"a": "<map>"}"#, None),
            (r#"<list> items"#, None),
            ("\"one <on>\"\n\"two <on>\"", Some("\"one true\"\n\"two true\"")),
            (r#""<b>5 < 6</b> \"<on>\"""#, None),
            (
                r#"{"r": "<aws.events.rule-name>", "t": <aws.events.event.ingestion-time>}"#,
                Some(r#"{"r": "r", "t": "1970-01-01T00:00:00Z"}"#),
            ),
            (
                r#"{"e": <aws.events.event>}"#,
                Some(
                    r#"{"e": {"id":"i","account":"000000000000","detailType":"t","time":"2026-01-01T00:00:00Z","source":"s","region":"us-east-1","resources":[],"version":"0"}}"#,
                ),
            ),
        ];
        for (template, expected) in cases {
            let transformer = InputTransformer {
                input_paths_map: Some(paths.clone()),
                input_template: template.to_owned(),
            };
            let target = Target {
                id: "1".to_owned(),
                input_transformer: Some(transformer),
                ..Target::default()
            };
            if check(&target).is_err() {
                assert_eq!(expected, None, "{template}");
                continue;
            }
            assert_eq!(input(&target, &rule, &event()).as_deref(), expected, "{template}");
        }
    }

    #[test]
    fn inputs_are_checked() {
        let transformer = |template: &str| {
            let input_template = template.to_owned();
            Some(InputTransformer { input_paths_map: None, input_template })
        };
        let cases = [
            (
                Target {
                    input: Some("{}".into()),
                    input_path: Some("$".into()),
                    ..Target::default()
                },
                "Only one of Input, InputPath, or InputTransformer must be provided for target 1.",
            ),
            (
                Target { input: Some("{".into()), ..Target::default() },
                "JSON syntax error in input for target 1.",
            ),
            (
                Target { input_path: Some("detail".into()), ..Target::default() },
                "Invalid InputPath for target 1.",
            ),
            (
                Target { input_transformer: transformer("\"<x>\""), ..Target::default() },
                "InputTemplate for target 1 contains invalid placeholder x.",
            ),
        ];
        for (target, message) in cases {
            let error = check(&Target { id: "1".to_owned(), ..target }).expect_err(message);
            assert_eq!((error.code(), error.message()), ("ValidationException", Some(message)));
        }
    }
}
