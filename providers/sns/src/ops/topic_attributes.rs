//! `GetTopicAttributes` and `SetTopicAttributes`.

use fogbank_api_sns::{
    GetTopicAttributesInput, GetTopicAttributesResponse, SetTopicAttributesInput,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors::{self, Wrong};
use crate::ops::unheeded;
use crate::topic::arn::Located;
use crate::topic::attributes;

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetTopicAttributesInput,
) -> Result<GetTopicAttributesResponse, ServiceError> {
    let topic = Located::new(cx, &input.topic_arn, "TopicArn")?.get()?;
    Ok(GetTopicAttributesResponse { attributes: Some(attributes::shown(&topic)) })
}

pub(crate) fn set(
    cx: &RequestContext,
    input: &SetTopicAttributesInput,
) -> Result<Unit, ServiceError> {
    let at = Located::new(cx, &input.topic_arn, "TopicArn")?;
    let value = input.attribute_value.as_deref().unwrap_or_default();
    unheeded::attribute(cx, &input.attribute_name, value)?;
    let now = cx.now();
    at.update(|topic| {
        let known = topic.attributes.set(&input.attribute_name, value).map_err(Wrong::alone)?;
        if !known {
            return Err(errors::parameter("AttributeName"));
        }
        topic.follow_archive_policy(now);
        Ok(Unit)
    })
}
