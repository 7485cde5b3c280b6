//! `TagResource`, `UntagResource`, `ListTagsForResource`.

use std::collections::BTreeMap;

use fogbank_api_events::*;
use fogbank_service::{RequestContext, ServiceError};

use super::rules;
use crate::errors;
use crate::store::names::Tagged;

/// The most tags of a resource.
const MOST: usize = 50;

type Tags = BTreeMap<String, String>;

/// The tags of a request that makes something.
pub(crate) fn from_list(tags: Option<Vec<Tag>>) -> Result<Tags, ServiceError> {
    let mut all = Tags::new();
    add(&mut all, tags.unwrap_or_default())?;
    Ok(all)
}

fn add(tags: &mut Tags, more: Vec<Tag>) -> Result<(), ServiceError> {
    for tag in more {
        if tag.key.to_ascii_lowercase().starts_with("aws:") {
            return Err(errors::validation(
                "aws: prefixed tag key names are not allowed for external use.",
            ));
        }
        tags.insert(tag.key, tag.value);
    }
    if tags.len() > MOST { Err(errors::limit_exceeded()) } else { Ok(()) }
}

fn resource(arn: &str) -> Result<Tagged, ServiceError> {
    Tagged::parse(arn).ok_or_else(|| {
        errors::not_valid_because("ResourceARN", "Provided Arn is not in correct format.")
    })
}

/// Changes the tags of a resource that is there.
fn change(
    cx: &RequestContext,
    arn: &str,
    change: impl FnOnce(&mut Tags) -> Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    let changed = match resource(arn)? {
        Tagged::Bus(bus) => {
            bus.find(&cx.world)?;
            bus.store(&cx.world).buses.try_update(&bus.name, |bus| change(&mut bus.tags))
        }
        Tagged::Rule(bus, rule) => {
            let rules = &bus.store(&cx.world).rules;
            if !rules.contains(&rules::key(&bus, &rule)) {
                return Err(errors::no_such_rule(&rule, &bus.name));
            }
            rules.try_update(&rules::key(&bus, &rule), |rule| change(&mut rule.tags))
        }
    };
    changed.unwrap_or(Ok(()))
}

/// Sets tags.
pub(crate) fn tag(
    cx: &RequestContext,
    input: TagResourceRequest,
) -> Result<TagResourceResponse, ServiceError> {
    change(cx, &input.resource_arn, |tags| add(tags, input.tags))?;
    Ok(TagResourceResponse::default())
}

/// Removes tags.
pub(crate) fn untag(
    cx: &RequestContext,
    input: &UntagResourceRequest,
) -> Result<UntagResourceResponse, ServiceError> {
    change(cx, &input.resource_arn, |tags| {
        tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(())
    })?;
    Ok(UntagResourceResponse::default())
}

/// Lists the tags of a resource.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse, ServiceError> {
    let tags = match resource(&input.resource_arn)? {
        Tagged::Bus(bus) => bus.find(&cx.world)?.tags.clone(),
        Tagged::Rule(bus, rule) => {
            let rules = &bus.store(&cx.world).rules;
            let tags = rules.read(&rules::key(&bus, &rule), |rule| rule.tags.clone());
            tags.ok_or_else(|| errors::no_such_rule(&rule, &bus.name))?
        }
    };
    let tags = tags.into_iter().map(|(key, value)| Tag { key, value }).collect();
    Ok(ListTagsForResourceResponse { tags: Some(tags) })
}
