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
/// What is said of more tags.
const TOO_MANY: &str = "Number of Tags exceed the current limit for the provided ResourceArn";
/// How many tags one answer of `ListTagsOfResource` holds.
const PAGE: usize = 10;

/// What keeps a text from being the ARN of a table or a stream.
pub(super) fn check_arn(arn: &str) -> Result<(), Invalid> {
    if !arn.starts_with("arn:") {
        return Err(Invalid::parameter(format!("ARNs must start with 'arn:': {arn}")));
    }
    let mut parts = arn.splitn(6, ':').skip(2);
    if parts.next() != Some("dynamodb") {
        return Err(Invalid::parameter(format!(
            "Provided Arn is not a DynamoDB resource arn: {arn}"
        )));
    }
    let resource = parts.nth(2).unwrap_or_default();
    if !resource.starts_with("table/") || resource.contains("/index/") {
        return Err(Invalid::parameter(format!(
            "Invalid resource arn provided, only table or stream is accepted. Provided resource \
             arn: {arn}"
        )));
    }
    Ok(())
}

fn resource(cx: &RequestContext, arn: &str) -> Result<TableRef, ServiceError> {
    check_arn(arn)?;
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
            return Err(errors::validation(format!(
                "Tag Key cannot be prefixed with aws:, Key: {}",
                tag.key
            )));
        }
        if tags[..at].iter().any(|own| own.key == tag.key) {
            return Err(errors::validation(format!(
                "Duplicate Tag Keys provided as input: Duplicate Tag Key found {}",
                tag.key
            )));
        }
    }
    if tags.len() > MOST_TAGS {
        return Err(errors::validation(TOO_MANY));
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
            return Err(errors::validation(TOO_MANY));
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
