//! `TagResource`, `UntagResource`.

use std::collections::BTreeSet;

use fogbank_api_secretsmanager::{Tag, TagResourceRequest, UntagResourceRequest};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::secret::{locate, replication};

const MAXIMUM: usize = 50;

/// Tags with more of them; one that is known keeps its place.
pub(crate) fn checked(
    mut tags: Vec<(String, String)>,
    more: Vec<Tag>,
) -> Result<Vec<(String, String)>, ServiceError> {
    let mut names = BTreeSet::new();
    for tag in more {
        let (key, value) = (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
        if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            return Err(errors::invalid_parameter(format!(
                "The tag key {key} is not valid: tag keys that begin with aws: are reserved."
            )));
        }
        if !names.insert(key.clone()) {
            return Err(errors::invalid_parameter(format!(
                "The tag key {key} occurs more than once."
            )));
        }
        match tags.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => tags.push((key, value)),
        }
    }
    if tags.len() > MAXIMUM {
        return Err(errors::invalid_parameter(format!(
            "A secret can have at most {MAXIMUM} tags."
        )));
    }
    Ok(tags)
}

/// Tags as the API lists them.
pub(crate) fn listed(tags: Option<&[(String, String)]>) -> Option<Vec<Tag>> {
    let tag = |(key, value): &(String, String)| Tag {
        key: Some(key.clone()),
        value: Some(value.clone()),
    };
    tags.map(|tags| tags.iter().map(tag).collect())
}

pub(crate) async fn tag(
    cx: &RequestContext,
    input: TagResourceRequest,
) -> Result<Unit, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    found.check_primary()?;
    found.change(|secret| {
        let tags = secret.tags.take().unwrap_or_default();
        secret.tags = Some(checked(tags, input.tags)?);
        Ok(())
    })?;
    replication::copy(cx, &found).await?;
    Ok(Unit)
}

pub(crate) async fn untag(
    cx: &RequestContext,
    input: &UntagResourceRequest,
) -> Result<Unit, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    found.check_primary()?;
    found.change(|secret| {
        if let Some(tags) = &mut secret.tags {
            tags.retain(|(key, _)| !input.tag_keys.contains(key));
        }
        Ok(())
    })?;
    replication::copy(cx, &found).await?;
    Ok(Unit)
}
