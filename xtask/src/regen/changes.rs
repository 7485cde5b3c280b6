//! What a move of the pin changes in the APIs: operations and members, per service.

use std::collections::{BTreeMap, BTreeSet};

use fogbank_codegen::json::Json;

use super::source::Models;
use crate::Outcome;

/// The changes as text, one paragraph for each service that changed.
pub(crate) fn describe(old: &Models, new: &Models) -> Outcome<String> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut out = String::new();
    for name in names {
        match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) if old == new => {}
            (Some(old), Some(new)) => {
                let changes = of_service(&facts(old)?, &facts(new)?);
                let list = if changes.is_empty() { "  constraints only\n".into() } else { changes };
                out.push_str(&format!("{name}\n{list}"));
            }
            (None, Some(_)) => out.push_str(&format!("{name}\n  + service\n")),
            (Some(_), None) => out.push_str(&format!("{name}\n  - service\n")),
            (None, None) => {}
        }
    }
    Ok(out)
}

/// Operations, and members with their shapes: what a client can see.
fn facts(text: &str) -> Outcome<BTreeSet<String>> {
    let model: Json = serde_json::from_str(text)?;
    let operations = model.object("operations").iter().map(|(name, _)| format!("operation {name}"));
    let members = model.object("shapes").iter().flat_map(|(shape, value)| {
        let members = value.object("members").iter();
        members.map(move |(member, _)| format!("member {shape}.{member}"))
    });
    Ok(operations.chain(members).collect())
}

fn of_service(old: &BTreeSet<String>, new: &BTreeSet<String>) -> String {
    let mut lines: BTreeMap<(&str, bool), ()> = BTreeMap::new();
    lines.extend(new.difference(old).map(|fact| ((fact.as_str(), true), ())));
    lines.extend(old.difference(new).map(|fact| ((fact.as_str(), false), ())));
    lines
        .keys()
        .map(|(fact, added)| format!("  {} {fact}\n", if *added { '+' } else { '-' }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models(entries: &[(&str, &str)]) -> Models {
        entries.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn operations_and_members_that_come_and_go_are_named() {
        let old = models(&[
            ("a", r#"{"operations":{"Get":{}},"shapes":{"In":{"members":{"X":{},"Y":{}}}}}"#),
            ("b", "{}"),
            ("same", "{}"),
        ]);
        let new = models(&[
            ("a", r#"{"operations":{"Get":{},"Put":{}},"shapes":{"In":{"members":{"X":{}}}}}"#),
            ("c", "{}"),
            ("same", "{}"),
        ]);
        let expected = "a\n  - member In.Y\n  + operation Put\nb\n  - service\nc\n  + service\n";
        assert_eq!(describe(&old, &new).unwrap(), expected);
    }
}
