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
