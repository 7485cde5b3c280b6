//! `PurgeQueue`.

use std::time::Duration;

use fogbank_api_sqs::PurgeQueueRequest;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::queue::locate::Located;
use crate::settings::Settings;

/// How long a purge takes on AWS, during which there can be no other.
const IN_PROGRESS: Duration = Duration::from_secs(60);

pub(crate) fn run(
    settings: &Settings,
    cx: &RequestContext,
    input: &PurgeQueueRequest,
) -> Result<Unit, ServiceError> {
    let now = cx.now();
    Located::by_url(cx, &input.queue_url)?.update(cx, |queue| {
        let in_progress = queue.purged.is_some_and(|at| now.since(at) < IN_PROGRESS);
        if settings.delay_purge_retry && in_progress {
            return Err(errors::purge_in_progress(queue.name()));
        }
        queue.purge(now);
        Ok(Unit)
    })
}
