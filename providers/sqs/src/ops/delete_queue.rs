//! `DeleteQueue`.

use fogbank_api_sqs::DeleteQueueRequest;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::queue::locate::Located;
use crate::queue::name::QueueName;
use crate::settings::Settings;
use crate::store::DeletedQueue;

pub(crate) fn run(
    settings: &Settings,
    cx: &RequestContext,
    input: &DeleteQueueRequest,
) -> Result<Unit, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    let removed = at.store.queues.remove(at.name.as_str());
    removed.ok_or_else(|| errors::queue_does_not_exist(cx))?;
    if settings.delay_recently_deleted {
        let deleted = DeletedQueue { at: cx.now() };
        at.store.deleted.insert(QueueName::unchecked(&at.name), deleted);
    }
    Ok(Unit)
}
