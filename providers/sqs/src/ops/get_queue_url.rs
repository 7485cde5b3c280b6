//! `GetQueueUrl`.

use fogbank_api_sqs::{GetQueueUrlRequest, GetQueueUrlResult};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::queue::locate::Located;
use crate::settings::Settings;

pub(crate) fn run(
    settings: &Settings,
    cx: &RequestContext,
    input: GetQueueUrlRequest,
) -> Result<GetQueueUrlResult, ServiceError> {
    let owner = input.queue_owner_aws_account_id.filter(|id| !id.is_empty());
    let account = match owner {
        None => cx.account,
        Some(id) => id.parse().map_err(|_| errors::queue_does_not_exist(cx))?,
    };
    let at = Located::new(&cx.world, account, cx.region.clone(), input.queue_name);
    at.read(cx, |_| Ok(()))?;
    let queue_url = settings.queue_url(cx, at.account, &at.region, &at.name);
    Ok(GetQueueUrlResult { queue_url: Some(queue_url) })
}
