//! `GetQueueAttributes` and `SetQueueAttributes`.

use std::collections::BTreeMap;

use fogbank_api_sqs::{
    GetQueueAttributesRequest, GetQueueAttributesResult, QueueAttributeName,
    SetQueueAttributesRequest,
};
use fogbank_context::Arn;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::queue::attributes::{QueueAttributes, Requested};
use crate::queue::locate::Located;
use crate::queue::redrive::REDRIVE_POLICY;
use crate::store::{Queue, ScopeChange, SqsStore};

/// How an attribute is computed.
type Compute = fn(&Queue) -> String;

/// The attributes that a queue computes.
const COMPUTED: [(&str, Compute); 6] = [
    ("ApproximateNumberOfMessages", |queue| queue.counts().0.to_string()),
    ("ApproximateNumberOfMessagesDelayed", |queue| queue.counts().1.to_string()),
    ("ApproximateNumberOfMessagesNotVisible", |queue| queue.counts().2.to_string()),
    ("CreatedTimestamp", |queue| queue.created.as_secs().to_string()),
    ("LastModifiedTimestamp", |queue| queue.modified.as_secs().to_string()),
    ("QueueArn", |queue| queue.arn.to_string()),
];

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetQueueAttributesRequest,
) -> Result<GetQueueAttributesResult, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    let names = input.attribute_names.as_deref().unwrap_or_default();
    let attributes = at.update(cx, |queue| values(queue, names))?;
    Ok(GetQueueAttributesResult {
        attributes: Some(attributes).filter(|attributes| !attributes.is_empty()),
    })
}

fn values(
    queue: &Queue,
    names: &[QueueAttributeName],
) -> Result<BTreeMap<QueueAttributeName, String>, ServiceError> {
    let mut values = BTreeMap::new();
    for name in names {
        match name {
            QueueAttributeName::Unknown(name) => return Err(errors::unknown_attribute(name)),
            QueueAttributeName::All => {
                let computed = COMPUTED.iter().map(|(name, compute)| (*name, compute(queue)));
                let all = queue.attributes.all().chain(computed);
                values.extend(all.map(|(name, value)| (name.into(), value)));
            }
            name => {
                let computed = COMPUTED.iter().find(|(computed, _)| *computed == name.as_str());
                let value = match computed {
                    Some((_, compute)) => Some(compute(queue)),
                    None => queue.attributes.get(name.as_str()),
                };
                values.extend(value.map(|value| (name.clone(), value)));
            }
        }
    }
    Ok(values)
}

pub(crate) fn set(
    cx: &RequestContext,
    input: &SetQueueAttributesRequest,
) -> Result<Unit, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    let requested = &input.attributes;
    if requested.is_empty() {
        // AWS names the parameter of the query protocol in both.
        return Err(errors::missing_parameter("Attribute.Name"));
    }
    report_unheeded(cx, requested)?;
    let (arn, attributes) =
        at.read(cx, |queue| Ok((queue.arn.clone(), queue.attributes.with(requested)?)))?;
    check_dead_letter_queue(&at.store, &arn, &attributes, requested)?;
    at.update(cx, |queue| {
        // Applied to what the queue has by now, which another request may have changed.
        let attributes = queue.attributes.with(requested)?;
        let now = cx.now();
        let before = queue.attributes.deduplication_scope;
        let queue = &mut **queue;
        if attributes.deduplication_scope != before {
            queue.scope_change = Some(ScopeChange { at: now, from: before });
        }
        queue.attributes = attributes;
        queue.modified = now;
        Ok(Unit)
    })
}

/// Reports attributes that do less than at AWS.
///
/// # Errors
/// `NotImplemented` on a strict server.
pub(crate) fn report_unheeded(
    cx: &RequestContext,
    requested: &Requested,
) -> Result<(), ServiceError> {
    let limit = requested.get(&QueueAttributeName::FifoThroughputLimit);
    match limit.is_some_and(|limit| !limit.is_empty()) {
        true => cx.unheeded(&crate::THROUGHPUT),
        false => Ok(()),
    }
}

/// Checks that the dead-letter queue which a request names is there, is of the same type and
/// account, and allows it.
///
/// # Errors
/// `InvalidParameterValue`.
pub(crate) fn check_dead_letter_queue(
    store: &SqsStore,
    source: &Arn,
    attributes: &QueueAttributes,
    requested: &Requested,
) -> Result<(), ServiceError> {
    let asked = requested.get(&QueueAttributeName::RedrivePolicy);
    let (Some(policy), Some(text)) = (&attributes.redrive, asked) else { return Ok(()) };
    let refuse = |reason: &str| Err(errors::invalid_value(text, REDRIVE_POLICY, reason));
    let target = &policy.target;
    if target.account != source.account {
        return refuse("Dead-letter target owner should be same as the source.");
    }
    let type_and_permission = |queue: &Queue| {
        let allowed = queue.attributes.redrive_allow.as_ref().is_none_or(|it| it.allows(source));
        (queue.attributes.fifo, allowed)
    };
    let found = (target.region == source.region && target != source)
        .then(|| store.queues.read(target.resource.as_str(), type_and_permission))
        .flatten();
    match found {
        // A queue may be its own dead-letter queue, as on AWS.
        _ if target == source => Ok(()),
        None => refuse("Dead letter target does not exist."),
        Some((fifo, _)) if fifo != attributes.fifo => {
            refuse("Dead-letter queue must be same type of queue as the source.")
        }
        Some((_, false)) => {
            refuse("The dead-letter queue's redrive allow policy does not allow this source queue.")
        }
        Some((_, true)) => Ok(()),
    }
}
