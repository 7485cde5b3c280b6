//! `ChangeMessageVisibility` and `ChangeMessageVisibilityBatch`.

use std::time::Duration;

use fogbank_api_sqs::{
    ChangeMessageVisibilityBatchRequest, ChangeMessageVisibilityBatchResult,
    ChangeMessageVisibilityBatchResultEntry, ChangeMessageVisibilityRequest,
};
use fogbank_context::Timestamp;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use crate::errors;
use crate::message::receipt_handle::ReceiptHandle;
use crate::ops::batch;
use crate::ops::delete_message::is_current;
use crate::queue::locate::Located;
use crate::store::Queue;

/// The longest visibility timeout, in seconds, counted from when the message was received.
pub(crate) const LONGEST: u32 = 43_200;

pub(crate) fn one(
    cx: &RequestContext,
    input: &ChangeMessageVisibilityRequest,
) -> Result<Unit, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    at.update(cx, |queue| {
        change(queue, &input.receipt_handle, input.visibility_timeout, cx.now())
    })?;
    Ok(Unit)
}

pub(crate) fn batch(
    cx: &RequestContext,
    input: ChangeMessageVisibilityBatchRequest,
) -> Result<ChangeMessageVisibilityBatchResult, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    let ids = input.entries.iter().map(|entry| entry.id.as_str());
    batch::check("ChangeMessageVisibilityBatchRequestEntry", ids)?;
    at.update(cx, |queue| {
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in input.entries {
            let timeout = entry.visibility_timeout;
            let timeout = timeout.ok_or_else(|| errors::missing_parameter("VisibilityTimeout"));
            let changed = timeout.and_then(|it| change(queue, &entry.receipt_handle, it, cx.now()));
            let id = entry.id;
            match changed {
                Ok(()) => {
                    successful.push(ChangeMessageVisibilityBatchResultEntry { id });
                }
                Err(error) => failed.push(batch::failed(id, &error)),
            }
        }
        Ok(ChangeMessageVisibilityBatchResult {
            successful: batch::non_empty(successful),
            failed: batch::non_empty(failed),
        })
    })
}

/// Reads a visibility timeout, in seconds.
pub(crate) fn timeout(seconds: i32) -> Option<u32> {
    u32::try_from(seconds).ok().filter(|seconds| *seconds <= LONGEST)
}

fn change(
    queue: &mut Edit<'_, Queue>,
    handle: &str,
    seconds: i32,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let refuse = |reason: String| Err(errors::invalid_value(seconds, "VisibilityTimeout", reason));
    let Some(timeout) = timeout(seconds) else {
        return refuse(format!("VisibilityTimeout must be an integer between 0 and {LONGEST}."));
    };
    let receipt = ReceiptHandle::decode(handle, queue.number)?;
    let delivery = queue.deliveries.get(&receipt.key).copied();
    let delivery = delivery
        .filter(|_| !queue.attributes.fifo || is_current(queue, &receipt))
        .ok_or_else(|| {
            let reason =
                "Message does not exist or is not available for visibility timeout change.";
            errors::invalid_value(handle, "ReceiptHandle", reason)
        })?;
    // A message whose timeout ended by itself can be hidden again, one that was given back cannot.
    if delivery.returned {
        return Err(errors::message_not_in_flight());
    }
    let longest = delivery.last + Duration::from_secs(LONGEST.into());
    if now + Duration::from_secs(timeout.into()) > longest {
        return refuse(format!(
            "Total VisibilityTimeout for the message is beyond the limit [{LONGEST} seconds]"
        ));
    }
    queue.hide(receipt.key, timeout, now);
    Ok(())
}
