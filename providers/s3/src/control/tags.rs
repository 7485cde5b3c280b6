//! Tags of whatever an ARN names: buckets, access points, Storage Lens groups, access grants.

use std::collections::BTreeMap;

use fogbank_api_s3control as api;
use fogbank_context::Arn;
use fogbank_service::{RequestContext, ServiceError};

use super::check_account;
use super::store::{ONLY, RegionalStore};
use crate::errors::error;
use crate::store::S3Store;
use crate::tags::Tags;

fn missing() -> ServiceError {
    error("NoSuchResource", 404, "The specified resource doesn't exist.", &[])
}

fn invalid(message: &'static str) -> ServiceError {
    error("InvalidTag", 400, message, &[])
}

/// Checks tags, each a key and a value.
pub(super) fn check<'a>(
    tags: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), ServiceError> {
    let tags: Vec<(&str, &str)> = tags.into_iter().collect();
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "+-=._:/@ ".contains(c));
    for (index, (key, value)) in tags.iter().enumerate() {
        if key.starts_with("aws:") {
            return Err(invalid(
                "User-defined tag keys can't start with \"aws:\". This prefix is reserved for \
                 system tags. Remove \"aws:\" from your tag keys and try again.",
            ));
        }
        if tags[..index].iter().any(|(other, _)| other == key) {
            return Err(invalid(
                "There are duplicate tag keys in your request. Remove the duplicate tag keys and \
                 try again.",
            ));
        }
        let fits = plain(key)
            && plain(value)
            && (1..=128).contains(&key.chars().count())
            && value.chars().count() <= 256;
        if !fits {
            return Err(invalid(
                "This request contains a tag key or value that isn't valid. Valid characters \
                 include the following: [a-zA-Z+-=._:/]. Tag keys can contain up to 128 \
                 characters. Tag values can contain up to 256 characters.",
            ));
        }
    }
    Ok(())
}

/// Changes the tags of a resource, and says what they are then.
fn change<T>(
    cx: &RequestContext,
    arn: &str,
    change: impl FnOnce(&mut BTreeMap<String, String>) -> T,
) -> Result<T, ServiceError> {
    let parsed: Arn = arn.parse().map_err(|_| missing())?;
    let buckets = cx.world.global::<S3Store>();
    let regional = cx.world.regional::<RegionalStore>(cx.account, &cx.region);
    let (kind, name) = parsed.resource.split_once('/').unwrap_or(("", &parsed.resource));
    let last = name.rsplit('/').next().unwrap_or(name);
    let found = match kind {
        "accesspoint" => buckets.access_points.update(arn, |point| change(&mut point.tags)),
        "storage-lens-group" => regional.lens_groups.update(name, |it| change(&mut it.tags)),
        "access-grants" if name.contains("/location/") => {
            regional.grants_locations.update(last, |it| change(&mut it.tags))
        }
        "access-grants" if name.contains("/grant/") => {
            regional.grants.update(last, |it| change(&mut it.tags))
        }
        "access-grants" => regional.grants_instance.update(ONLY, |it| change(&mut it.tags)),
        "" => buckets.buckets.update(name, |bucket| {
            let mut tags: BTreeMap<String, String> =
                bucket.configuration.tags.0.iter().cloned().collect();
            let result = change(&mut tags);
            let tags = Tags(tags.into_iter().collect());
            if tags != bucket.configuration.tags {
                bucket.configure(|configuration| configuration.tags = tags);
            }
            result
        }),
        _ => None,
    };
    found.ok_or_else(missing)
}

pub(super) async fn tag(
    cx: &RequestContext,
    input: api::TagResourceRequest,
) -> Result<api::TagResourceResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    check(input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))?;
    change(cx, &input.resource_arn, |tags| {
        tags.extend(input.tags.into_iter().map(|tag| (tag.key, tag.value)));
    })?;
    Ok(api::TagResourceResult::default())
}

pub(super) async fn untag(
    cx: &RequestContext,
    input: api::UntagResourceRequest,
) -> Result<api::UntagResourceResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    change(cx, &input.resource_arn, |tags| {
        tags.retain(|key, _| !input.tag_keys.contains(key));
    })?;
    Ok(api::UntagResourceResult::default())
}

pub(super) async fn list(
    cx: &RequestContext,
    input: api::ListTagsForResourceRequest,
) -> Result<api::ListTagsForResourceResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let tags = change(cx, &input.resource_arn, |tags| tags.clone())?;
    let tags = tags.into_iter().map(|(key, value)| api::Tag { key, value }).collect();
    Ok(api::ListTagsForResourceResult { tags: Some(tags) })
}
