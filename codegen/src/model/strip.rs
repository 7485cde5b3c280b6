//! What of botocore's models is kept in `api-models/`: all but documentation and examples.

use crate::json::Json;

/// Keys of shapes, members and operations that say nothing about behaviour.
const DROPPED: &[&str] = &[
    "documentation",
    "documentationUrl",
    "deprecatedMessage",
    "deprecatedSince",
    "contextParam",
    "staticContextParams",
    "operationContextParams",
    "externalDocumentation",
];

/// A model without its documentation.
pub fn strip(model: &Json) -> Json {
    let parts = ["version", "metadata", "operations", "shapes"];
    let entries = parts.iter().filter_map(|part| {
        let value = model.get(part)?;
        let value = match *part {
            "operations" | "shapes" => each(value, definition),
            _ => value.clone(),
        };
        Some(((*part).to_owned(), value))
    });
    Json::Object(entries.collect())
}

fn each(value: &Json, change: fn(&Json) -> Json) -> Json {
    let entries = value.entries().iter();
    Json::Object(entries.map(|(name, value)| (name.clone(), change(value))).collect())
}

fn definition(value: &Json) -> Json {
    let entries = value.entries().iter().filter(|(key, _)| !DROPPED.contains(&key.as_str()));
    let entries = entries.map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("members", _) => each(value, definition),
            ("enum" | "required" | "xmlOrder", _) => value.clone(),
            (_, Json::Object(_)) => definition(value),
            (_, Json::Array(items)) => Json::Array(items.iter().map(item).collect()),
            _ => value.clone(),
        };
        (key.clone(), value)
    });
    Json::Object(entries.collect())
}

fn item(value: &Json) -> Json {
    match value {
        Json::Object(_) => definition(value),
        _ => value.clone(),
    }
}

/// A model as text: one line for each operation and shape.
pub fn to_text(model: &Json) -> String {
    let mut out = String::from("{\n");
    let parts = model.entries();
    for (index, (part, value)) in parts.iter().enumerate() {
        let comma = if index + 1 == parts.len() { "" } else { "," };
        match part.as_str() {
            "operations" | "shapes" => {
                out.push_str(&format!("\"{part}\":{{\n"));
                let entries = value.entries();
                for (index, (name, value)) in entries.iter().enumerate() {
                    let comma = if index + 1 == entries.len() { "" } else { "," };
                    out.push_str(&format!("{}:{}{comma}\n", quoted(name), line(value)));
                }
                out.push_str(&format!("}}{comma}\n"));
            }
            _ => out.push_str(&format!("{}:{}{comma}\n", quoted(part), line(value))),
        }
    }
    out.push_str("}\n");
    out
}

fn line(value: &Json) -> String {
    serde_json::to_string(value).expect("JSON values serialise")
}

fn quoted(text: &str) -> String {
    line(&Json::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_goes_and_members_called_so_stay() {
        let model: Json = serde_json::from_str(
            r#"{"version":"2.0","metadata":{"serviceId":"X"},"documentation":"d",
                "operations":{"Op":{"name":"Op","documentation":"d","errors":[{"shape":"E","documentation":"d"}]}},
                "shapes":{"S":{"type":"structure","documentation":"d","members":{
                    "documentation":{"shape":"String","documentation":"d"}}}}}"#,
        )
        .unwrap();
        let expected = concat!(
            "{\n\"version\":\"2.0\",\n\"metadata\":{\"serviceId\":\"X\"},\n",
            "\"operations\":{\n\"Op\":{\"name\":\"Op\",\"errors\":[{\"shape\":\"E\"}]}\n},\n",
            "\"shapes\":{\n\"S\":{\"type\":\"structure\",\"members\":{\"documentation\":{\"shape\":\"String\"}}}\n}\n}\n",
        );
        assert_eq!(to_text(&strip(&model)), expected);
    }
}
