//! `DeleteMessage` and `DeleteMessageBatch`.

use fogbank_api_sqs::{
    DeleteMessageBatchRequest, DeleteMessageBatchResult, DeleteMessageBatchResultEntry,
    DeleteMessageRequest,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use crate::errors;
use crate::message::receipt_handle::ReceiptHandle;
use crate::ops::batch;
use crate::queue::locate::Located;
use crate::store::Queue;

pub(crate) fn one(cx: &RequestContext, input: &DeleteMessageRequest) -> Result<Unit, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    at.update(cx, |queue| delete(queue, &input.receipt_handle))?;
    Ok(Unit)
}

pub(crate) fn batch(
    cx: &RequestContext,
    input: DeleteMessageBatchRequest,
) -> Result<DeleteMessageBatchResult, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    let ids = input.entries.iter().map(|entry| entry.id.as_str());
    batch::check("DeleteMessageBatchRequestEntry", ids)?;
    at.update(cx, |queue| {
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in input.entries {
            let id = entry.id;
            match delete(queue, &entry.receipt_handle) {
                Ok(()) => successful.push(DeleteMessageBatchResultEntry { id }),
                Err(error) => failed.push(batch::failed(id, &error)),
            }
        }
        Ok(DeleteMessageBatchResult {
            successful: batch::non_empty(successful),
            failed: batch::non_empty(failed),
        })
    })
}

/// Deletes the message of a receipt; one that is gone already counts as deleted.
///
/// A standard queue takes any of a message's receipt handles. A FIFO queue takes the latest, and
/// only as long as the visibility timeout has not ended.
fn delete(queue: &mut Edit<'_, Queue>, handle: &str) -> Result<(), ServiceError> {
    let receipt = ReceiptHandle::decode(handle, queue.number)?;
    if !queue.messages.contains_key(&receipt.key) {
        return Ok(());
    }
    if queue.attributes.fifo && !is_current(queue, &receipt) {
        let reason = "The receipt handle has expired.";
        return Err(errors::invalid_value(handle, "ReceiptHandle", reason));
    }
    queue.take(receipt.key);
    Ok(())
}

/// Whether a receipt is the message's latest and the visibility timeout has not ended.
pub(crate) fn is_current(queue: &Queue, receipt: &ReceiptHandle) -> bool {
    queue.receives(receipt.key) == receipt.receipt && queue.is_in_flight(receipt.key)
}
