//! `AddPermission` and `RemovePermission`.

use fogbank_api_sqs::{AddPermissionRequest, RemovePermissionRequest};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::queue::locate::Located;
use crate::queue::policy::{Permission, Policy};

pub(crate) fn add(cx: &RequestContext, input: AddPermissionRequest) -> Result<Unit, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    at.update(cx, |queue| {
        let AddPermissionRequest { label, aws_account_ids, actions, .. } = input;
        let permission = Permission::new(&queue.arn, label, &aws_account_ids, actions)?;
        let policy = Policy::with(queue.attributes.policy.as_ref(), &queue.arn, permission)?;
        queue.attributes.policy = Some(policy);
        queue.modified = cx.now();
        Ok(Unit)
    })
}

pub(crate) fn remove(
    cx: &RequestContext,
    input: &RemovePermissionRequest,
) -> Result<Unit, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    at.update(cx, |queue| {
        let policy = Policy::without(queue.attributes.policy.as_ref(), &input.label)?;
        queue.attributes.policy = policy;
        queue.modified = cx.now();
        Ok(Unit)
    })
}
