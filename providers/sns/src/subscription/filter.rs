//! Filter policies: which messages a subscription wants.
//!
//! Policies are compiled when they are set, with the checks and in the words of AWS, positions in
//! the document included. What is matched is a tree of fields: the attributes of a message or the
//! JSON of its body. A field that holds an array holds each of its elements; below an array of objects,
//! all conditions have to be met by the same object.

pub(crate) mod compile;
pub(crate) mod json;
mod matching;

use crate::errors::Wrong;
use crate::subscription::attributes::Scope;

pub(crate) use compile::Filter;
pub(crate) use matching::Field;

/// Compiles a policy; none when it has no conditions.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn compile(text: &str, scope: Scope) -> Result<Option<Filter>, Wrong> {
    let _: serde_json::Value = json::read(text)
        .map_err(|error| Wrong(format!("FilterPolicy: failed to parse JSON. {error}")))?;
    let compact = json::compact(text);
    if compact == "{}" {
        return Ok(None);
    }
    compile::compile(&compact, scope).map(Some)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-c.$<>=]{0,3}".prop_map(Value::from),
        ];
        let name = prop_oneof![
            "[a-c.]{0,4}",
            Just("$or".to_owned()),
            Just("prefix".to_owned()),
            Just("numeric".to_owned()),
            Just("anything-but".to_owned()),
            Just("exists".to_owned()),
        ];
        leaf.prop_recursive(4, 32, 4, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(name.clone(), inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_text_confuses_the_compiler(text in "\\PC{0,60}") {
            let _ = compile(&text, Scope::MessageBody);
        }

        #[test]
        fn no_policy_and_no_body_confuse_the_matching(policy in value(), body in value()) {
            if let Ok(Some(filter)) = compile(&policy.to_string(), Scope::MessageBody)
                && let Some(fields) = Field::of_body(&body.to_string())
            {
                filter.accepts(&fields);
            }
        }
    }

    #[test]
    fn long_paths_are_names() {
        let name = "a.".repeat(100_000);
        let policy = json!({ &name: ["x"] }).to_string();
        let filter = compile(&policy, Scope::MessageBody).expect("valid").expect("a condition");
        let fields =
            |text: &str| Field::of_body(&json!({ &name: text }).to_string()).expect("fields");
        assert!(filter.accepts(&fields("x")) && !filter.accepts(&fields("y")));
    }
}
