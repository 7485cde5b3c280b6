//! `TagQueue`, `UntagQueue` and `ListQueueTags`.

use std::collections::BTreeMap;
use std::fmt::Display;

use fogbank_api_sqs::{
    ListQueueTagsRequest, ListQueueTagsResult, TagQueueRequest, UntagQueueRequest,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::queue::locate::Located;

/// The most tags of a queue.
const MOST: usize = 50;
/// The longest key, in characters.
const LONGEST_KEY: usize = 128;
/// The longest value, in characters.
const LONGEST_VALUE: usize = 256;

pub(crate) fn tag(cx: &RequestContext, input: TagQueueRequest) -> Result<Unit, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    at.update(cx, |queue| {
        if input.tags.is_empty() {
            return Err(errors::missing_parameter("Tags"));
        }
        let tags = checked(&queue.name(), queue.tags.clone(), input.tags)?;
        queue.tags = tags;
        Ok(Unit)
    })
}

pub(crate) fn untag(cx: &RequestContext, input: &UntagQueueRequest) -> Result<Unit, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    at.update(cx, |queue| {
        if input.tag_keys.is_empty() || !input.tag_keys.iter().all(|key| is_key(key)) {
            return Err(bad_key());
        }
        queue.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(Unit)
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListQueueTagsRequest,
) -> Result<ListQueueTagsResult, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    let tags = at.read(cx, |queue| Ok(queue.tags.clone()))?;
    Ok(ListQueueTagsResult { tags: Some(tags).filter(|tags| !tags.is_empty()) })
}

fn is_key(key: &str) -> bool {
    (1..=LONGEST_KEY).contains(&key.chars().count())
}

fn bad_key() -> ServiceError {
    errors::invalid_parameter(format!(
        "Tag keys must be between 1 and {LONGEST_KEY} characters in length."
    ))
}

/// Tags with new ones added, within the limits.
///
/// # Errors
/// `InvalidParameterValue`.
pub(crate) fn checked(
    queue: &impl Display,
    mut tags: BTreeMap<String, String>,
    added: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    for (key, value) in &added {
        if !is_key(key) {
            return Err(bad_key());
        }
        let refusal = if value.chars().count() > LONGEST_VALUE {
            format!("Tag values must be between 0 and {LONGEST_VALUE} characters in length.")
        } else if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            "Tag keys can't start with the reserved prefix aws:.".to_owned()
        } else {
            continue;
        };
        return Err(errors::invalid_parameter(refusal));
    }
    tags.extend(added);
    if tags.len() > MOST {
        return Err(errors::invalid_parameter(format!("Too many tags added for queue {queue}.")));
    }
    Ok(tags)
}
