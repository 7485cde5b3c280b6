//! `SendMessage` and `SendMessageBatch`.

use fogbank_api_sqs::{
    SendMessageBatchRequest, SendMessageBatchRequestEntry, SendMessageBatchResult,
    SendMessageBatchResultEntry, SendMessageRequest, SendMessageResult,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::message::body::Body;
use crate::message::submission::{Manner, Parameters, Submission};
use crate::ops::batch;
use crate::queue::encryption;
use crate::queue::locate::Located;
use crate::queue::name::FIFO_SUFFIX;

pub(crate) async fn one(
    cx: &RequestContext,
    input: SendMessageRequest,
) -> Result<SendMessageResult, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    let parameters = Parameters {
        body: cx.late.clone().map_or_else(|| input.message_body.into(), Body::Late),
        delay: input.delay_seconds,
        attributes: input.message_attributes,
        system_attributes: input.message_system_attributes,
        group: input.message_group_id,
        deduplication_id: input.message_deduplication_id,
    };
    let submission = Submission::new(cx, parameters)?;
    report_group(cx, &at, submission.has_group())?;
    encryption::for_sending(cx, &at).await?;
    let sent = at.update(cx, |queue| {
        let delay = submission.check(queue, Manner::Alone)?;
        Ok(submission.enqueue(queue, delay, cx.now()))
    })?;
    Ok(SendMessageResult {
        md5_of_message_body: sent.body_digest,
        md5_of_message_attributes: sent.attributes_digest,
        md5_of_message_system_attributes: sent.system_digest,
        message_id: Some(sent.id),
        sequence_number: sent.sequence_number,
    })
}

pub(crate) async fn batch(
    cx: &RequestContext,
    input: SendMessageBatchRequest,
) -> Result<SendMessageBatchResult, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    let ids = input.entries.iter().map(|entry| entry.id.as_str());
    batch::check("SendMessageBatchRequestEntry", ids)?;
    let needs: Vec<_> = input.entries.iter().map(given_fifo_parameters).collect();
    report_group(cx, &at, needs.iter().any(|(group, _)| *group))?;
    let entries: Vec<_> = input.entries.into_iter().map(parameters).collect();
    let size = entries.iter().map(|(_, message)| message.size()).sum();
    if size > batch::MOST_BYTES {
        return Err(errors::batch_too_long(batch::MOST_BYTES, size));
    }
    let submissions: Vec<_> =
        entries.into_iter().map(|(id, message)| (id, Submission::new(cx, message))).collect();
    encryption::for_sending(cx, &at).await?;
    at.update(cx, |queue| {
        for (group, deduplication_id) in needs {
            Submission::check_fifo_parameters(queue, Manner::InBatch, group, deduplication_id)?;
        }
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for (id, submission) in submissions {
            let sent = submission.and_then(|submission| {
                let delay = submission.check(queue, Manner::InBatch)?;
                Ok(submission.enqueue(queue, delay, cx.now()))
            });
            match sent {
                Ok(sent) => successful.push(SendMessageBatchResultEntry {
                    id,
                    message_id: sent.id,
                    md5_of_message_body: sent.body_digest.unwrap_or_default(),
                    md5_of_message_attributes: sent.attributes_digest,
                    md5_of_message_system_attributes: sent.system_digest,
                    sequence_number: sent.sequence_number,
                }),
                Err(error) => failed.push(batch::failed(id, &error)),
            }
        }
        Ok(SendMessageBatchResult {
            successful: batch::non_empty(successful),
            failed: batch::non_empty(failed),
        })
    })
}

/// Reports messages of groups in a standard queue.
fn report_group(cx: &RequestContext, at: &Located, group: bool) -> Result<(), ServiceError> {
    if group && !at.name.ends_with(FIFO_SUFFIX) { cx.unheeded(&crate::FAIRNESS) } else { Ok(()) }
}

/// Whether an entry has a group and a deduplication id.
fn given_fifo_parameters(entry: &SendMessageBatchRequestEntry) -> (bool, bool) {
    (entry.message_group_id.is_some(), entry.message_deduplication_id.is_some())
}

fn parameters(entry: SendMessageBatchRequestEntry) -> (String, Parameters) {
    let parameters = Parameters {
        body: entry.message_body.into(),
        delay: entry.delay_seconds,
        attributes: entry.message_attributes,
        system_attributes: entry.message_system_attributes,
        group: entry.message_group_id,
        deduplication_id: entry.message_deduplication_id,
    };
    (entry.id, parameters)
}
