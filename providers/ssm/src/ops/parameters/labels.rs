//! `LabelParameterVersion` and `UnlabelParameterVersion`.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::parameter::{changes, find, name};
use crate::store::store;

/// The most labels of a version.
const MOST: usize = 10;
/// The longest label.
const LONGEST: usize = 100;

/// Whether a label may be attached; AWS lists those that may not and attaches the others.
fn valid(label: &str) -> bool {
    let reserved = |prefix: &str| {
        label.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let digit = label.starts_with(|first: char| first.is_ascii_digit());
    let known = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
    !digit && !reserved("aws") && !reserved("ssm") && label.bytes().all(known)
}

pub(crate) async fn label(
    cx: &RequestContext,
    input: api::LabelParameterVersionRequest,
) -> Result<api::LabelParameterVersionResult, ServiceError> {
    let store = store(cx);
    let key = name::key(&input.name);
    let not_found = || errors::parameter_not_found("");
    find(&store, key, cx.now()).ok_or_else(not_found)?;
    if let Some(label) = input.labels.iter().find(|label| label.chars().count() > LONGEST) {
        return Err(errors::constraint(
            "labels",
            Some(&format!("[{label}]")),
            "Member must satisfy constraint: [Member must have length less than or equal to 100, \
             Member must have length greater than or equal to 1]",
        ));
    }
    let edited = store.parameters.try_update(key, |parameter| {
        let number = input.parameter_version.unwrap_or(parameter.latest.number);
        if !parameter.versions.contains_key(&number) {
            return Err(errors::no_such_version(&input.name, number));
        }
        let (added, invalid): (Vec<_>, Vec<_>) =
            input.labels.iter().cloned().partition(|label| valid(label));
        let mut labels = parameter.labels.clone();
        labels.extend(added.into_iter().map(|label| (label, number)));
        if labels.values().filter(|version| **version == number).count() > MOST {
            return Err(errors::label_limit(
                "A parameter version can have maximum 10 labels.Move one or more labels to \
                 another version and try again.",
            ));
        }
        parameter.labels = labels;
        Ok(api::LabelParameterVersionResult {
            invalid_labels: Some(invalid),
            parameter_version: Some(number),
        })
    });
    let labelled = edited.unwrap_or_else(|| Err(not_found()))?;
    if let Some(parameter) = store.parameters.get(key) {
        changes::tell(cx, "LabelParameterVersion", &parameter).await;
    }
    Ok(labelled)
}

pub(crate) fn unlabel(
    cx: &RequestContext,
    input: api::UnlabelParameterVersionRequest,
) -> Result<api::UnlabelParameterVersionResult, ServiceError> {
    let store = store(cx);
    let key = name::key(&input.name);
    let not_found = || errors::parameter_not_found("");
    find(&store, key, cx.now()).ok_or_else(not_found)?;
    let edited = store.parameters.try_update(key, |parameter| {
        let number = input.parameter_version;
        if !parameter.versions.contains_key(&number) {
            return Err(errors::no_such_version(&input.name, number));
        }
        let (removed, invalid): (Vec<_>, Vec<_>) = input
            .labels
            .iter()
            .cloned()
            .partition(|label| parameter.labels.get(label) == Some(&number));
        if !removed.is_empty() {
            parameter.labels.retain(|label, _| !removed.contains(label));
        }
        Ok(api::UnlabelParameterVersionResult {
            removed_labels: Some(removed),
            invalid_labels: Some(invalid),
        })
    });
    edited.unwrap_or_else(|| Err(not_found()))
}
