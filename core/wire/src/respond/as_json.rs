//! The answers of the query protocols as JSON, which AWS gives to requests that accept nothing
//! else: the XML's elements as they are, repeated ones as arrays.

use serde_json::{Map, Value as Json};

/// The JSON of an XML document that this crate wrote: elements, attributes, text, no comments.
pub(super) fn json(xml: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(xml);
    // The declaration is no element.
    let text = text.split_once("?>\n").map_or(&*text, |(_, rest)| rest);
    let mut open: Vec<(&str, Map<String, Json>)> = vec![("", Map::new())];
    for piece in text.split_inclusive('>') {
        let (before, tag) = piece.split_once('<').unwrap_or((piece, ""));
        let tag = tag.trim_end_matches('>');
        if tag.starts_with('/') {
            let Some((name, children)) = open.pop() else { break };
            let value = match (children.is_empty(), before.is_empty()) {
                (false, _) => Json::Object(children),
                (true, false) => Json::String(unescaped(before)),
                (true, true) => Json::Null,
            };
            if let Some((_, parent)) = open.last_mut() {
                insert(parent, name, value);
            }
        } else if let Some(empty) = tag.strip_suffix('/') {
            if let Some((_, parent)) = open.last_mut() {
                insert(parent, empty.split(' ').next().unwrap_or(empty), Json::Null);
            }
        } else if !tag.is_empty() {
            open.push((tag.split(' ').next().unwrap_or(tag), Map::new()));
        }
    }
    let whole = open.into_iter().next().map(|(_, root)| root).unwrap_or_default();
    Json::Object(whole).to_string().into_bytes()
}

fn insert(parent: &mut Map<String, Json>, name: &str, value: Json) {
    match parent.get_mut(name) {
        None => {
            parent.insert(name.to_owned(), value);
        }
        Some(Json::Array(values)) => values.push(value),
        Some(first) => *first = Json::Array(vec![first.take(), value]),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#xD;", "\r")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    #[test]
    fn elements_become_members_and_repeated_ones_arrays() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<R xmlns=\"http://x/\"><A>1 &lt; 2 \
             &amp;amp;</A><B><C>x</C><C></C></B><D></D><E/></R>";
        let json: serde_json::Value = serde_json::from_slice(&super::json(xml.as_bytes())).unwrap();
        let meant = serde_json::json!(
            {"R": {"A": "1 < 2 &amp;", "B": {"C": ["x", null]}, "D": null, "E": null}}
        );
        assert_eq!(json, meant);
    }
}
