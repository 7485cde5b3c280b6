//! `TagResource`, `UntagResource`, `ListTagsOfResource`.

use fogbank_api_dynamodb::{
    ListTagsOfResourceInput, ListTagsOfResourceOutput, Tag, TagResourceInput, UntagResourceInput,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::create_table::tags;
use crate::engine::validation::Invalid;
use crate::store::TableRef;
use crate::{errors, store};

/// The most tags of a table.
const MOST_TAGS: usize = 50;
/// How many tags one answer of `ListTagsOfResource` holds.
const PAGE: usize = 10;

fn resource(cx: &RequestContext, arn: &str) -> Result<TableRef, ServiceError> {
    if !arn.starts_with("arn:") {
        return Err(Invalid::from(format!(
            "Invalid TableArn: Invalid ResourceArn provided as input {arn}"
        ))
        .into());
    }
    let table = store::table(cx, arn)?;
    match table.store().tables.contains(&table.name) {
        true => Ok(table),
        false => Err(errors::no_such_resource(arn)),
    }
}

/// Refuses tags that nobody but AWS may set, and keys that come twice.
pub(super) fn check(tags: &[Tag]) -> Result<(), ServiceError> {
    for (at, tag) in tags.iter().enumerate() {
        if tag.key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Invalid::parameter(
                "aws: prefixed tag key names are not allowed for external use.",
            )
            .into());
        }
        if tags[..at].iter().any(|own| own.key == tag.key) {
            return Err(Invalid::parameter(format!("Tag key is duplicated: {}", tag.key)).into());
        }
    }
    if tags.len() > MOST_TAGS {
        return Err(errors::validation("Too many tags: the limit is 50 tags for a resource"));
    }
    Ok(())
}

/// Adds tags to a table, or gives those that it has new values.
pub fn tag_resource(cx: &RequestContext, input: TagResourceInput) -> Result<Unit, ServiceError> {
    let table = resource(cx, &input.resource_arn)?;
    if input.tags.is_empty() {
        return Err(errors::validation("Atleast one Tag needs to be provided as Input."));
    }
    check(&input.tags)?;
    table.redefine(|definition| {
        definition.tags.extend(tags(input.tags));
        if definition.tags.len() > MOST_TAGS {
            return Err(errors::validation("Too many tags: the limit is 50 tags for a resource"));
        }
        Ok(Unit)
    })
}

/// Takes tags from a table.
pub fn untag_resource(
    cx: &RequestContext,
    input: &UntagResourceInput,
) -> Result<Unit, ServiceError> {
    let table = resource(cx, &input.resource_arn)?;
    if input.tag_keys.is_empty() {
        return Err(errors::validation("Atleast one Tag Key needs to be provided as Input."));
    }
    table.redefine(|definition| {
        definition.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(Unit)
    })
}

/// Lists the tags of a table, ten at a time. The token is the last key of the page before.
pub fn list_tags_of_resource(
    cx: &RequestContext,
    input: ListTagsOfResourceInput,
) -> Result<ListTagsOfResourceOutput, ServiceError> {
    let table = resource(cx, &input.resource_arn)?;
    let all = table.describe(|state| state.definition.tags.clone())?;
    let start = input.next_token.unwrap_or_default();
    let rest: Vec<Tag> = all
        .into_iter()
        .filter(|(key, _)| *key > start || start.is_empty())
        .map(|(key, value)| Tag { key, value })
        .collect();
    let more = rest.len() > PAGE;
    let page: Vec<Tag> = rest.into_iter().take(PAGE).collect();
    Ok(ListTagsOfResourceOutput {
        next_token: page.last().filter(|_| more).map(|tag| tag.key.clone()),
        tags: Some(page),
    })
}
