//! `AddPermission` and `RemovePermission`.

use fogbank_api_sns::{AddPermissionInput, RemovePermissionInput};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::store::Topic;
use crate::topic::arn::Located;
use crate::topic::policy::Policy;

fn policy(topic: &Topic) -> Policy {
    topic.attributes.policy.clone().unwrap_or_else(|| Policy::standard(&topic.arn))
}

pub(crate) fn add(cx: &RequestContext, input: &AddPermissionInput) -> Result<Unit, ServiceError> {
    let at = Located::new(cx, &input.topic_arn, "TopicArn")?;
    if input.label.is_empty() {
        return Err(errors::no_value("Label"));
    }
    if input.action_name.is_empty() {
        return Err(errors::no_value("ActionName"));
    }
    if input.aws_account_id.is_empty() {
        return Err(errors::no_value("AWSAccountId"));
    }
    at.update(|topic| {
        let changed =
            policy(topic).with(&at.arn, &input.label, &input.aws_account_id, &input.action_name)?;
        topic.attributes.policy = Some(changed);
        Ok(Unit)
    })
}

pub(crate) fn remove(
    cx: &RequestContext,
    input: &RemovePermissionInput,
) -> Result<Unit, ServiceError> {
    let at = Located::new(cx, &input.topic_arn, "TopicArn")?;
    at.update(|topic| {
        topic.attributes.policy = Some(policy(topic).without(&input.label));
        Ok(Unit)
    })
}
