//! `CreateQueue`.

use std::time::Duration;

use fogbank_api_sqs::{CreateQueueRequest, CreateQueueResult};
use fogbank_context::Arn;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::ops::{queue_attributes, tags};
use crate::queue::attributes::{QueueAttributes, asks_for_fifo};
use crate::queue::locate::Located;
use crate::queue::name::QueueName;
use crate::settings::Settings;
use crate::store::Queue;

/// How long the name of a deleted queue stays taken.
const NAME_REST: Duration = Duration::from_secs(60);

pub(crate) fn run(
    settings: &Settings,
    cx: &RequestContext,
    input: CreateQueueRequest,
) -> Result<CreateQueueResult, ServiceError> {
    crate::queue::url::refuse_on_queue(cx)?;
    let requested = input.attributes.unwrap_or_default();
    queue_attributes::report_unheeded(cx, &requested)?;
    let fifo = asks_for_fifo(&requested);
    let name = QueueName::for_new_queue(&input.queue_name, fifo)?;
    let at = Located::new(&cx.world, cx.account, cx.region.clone(), name.to_string());
    let url = settings.queue_url(cx, at.account, &at.region, name.as_str());

    let existing = at.store.queues.read(name.as_str(), |queue| {
        let difference = queue.attributes.difference(&requested)?;
        difference.map_or(Ok(()), |attribute| Err(errors::queue_already_exists(&attribute)))
    });
    if let Some(same) = existing {
        same?;
        return Ok(CreateQueueResult { queue_url: Some(url) });
    }

    let now = cx.now();
    if settings.delay_recently_deleted {
        let at_rest = |deleted: &crate::store::DeletedQueue| now.since(deleted.at) < NAME_REST;
        if at.store.deleted.read(name.as_str(), at_rest).unwrap_or_default() {
            return Err(errors::queue_deleted_recently());
        }
        at.store.deleted.remove(name.as_str());
    }
    let arn = Arn::regional("sqs", &at.region, at.account, name.as_str());
    let attributes = QueueAttributes::new(fifo).with(&requested)?;
    queue_attributes::check_dead_letter_queue(&at.store, &arn, &attributes, &requested)?;
    let mut queue = Queue::new(arn, cx.ids().u64(), now, attributes);
    queue.tags = tags::checked(&name, Default::default(), input.tags.unwrap_or_default())?;
    // Whoever creates the same queue at the same time gets the same answer.
    let _ = at.store.queues.insert_new(name, queue);
    Ok(CreateQueueResult { queue_url: Some(url) })
}
