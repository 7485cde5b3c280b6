//! From the queue URL of a request to the queue.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn, Region};
use fogbank_schema::Protocol;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Edit, World};

use crate::errors;
use crate::queue::url::QueueAddress;
use crate::store::{Queue, SqsStore};

/// The queue that a request is about: where it would be, whether or not it is there.
pub(crate) struct Located {
    /// The store of its owner's account and region.
    pub(crate) store: Arc<SqsStore>,
    /// Its owner.
    pub(crate) account: AccountId,
    /// Its region.
    pub(crate) region: Region,
    /// Its name.
    pub(crate) name: String,
}

impl Located {
    /// The queue that a queue URL, or a name, means in a request.
    ///
    /// A request of the query protocol may leave the URL out: then the queue is the one to whose
    /// URL the request was sent.
    ///
    /// # Errors
    /// `InvalidAddress` when the URL is of no queue; `MissingParameter` when there is none.
    pub(crate) fn by_url(cx: &RequestContext, url: &str) -> Result<Self, ServiceError> {
        if !url.is_empty() {
            return QueueAddress::parse(url).map(|address| Self::by_address(cx, &address));
        }
        let url = format!("http://{}{}", cx.http.host, cx.http.uri.path());
        match QueueAddress::parse(&url) {
            Ok(address) if cx.protocol == Protocol::AwsQuery => Ok(Self::by_address(cx, &address)),
            _ => Err(errors::missing_parameter("QueueUrl")),
        }
    }

    fn by_address(cx: &RequestContext, address: &QueueAddress<'_>) -> Self {
        let account = address.account.unwrap_or(cx.account);
        let region = match address.region {
            Some(region) if region != cx.region.as_str() => Region::new(region),
            _ => cx.region.clone(),
        };
        Self::new(&cx.world, account, region, address.name.to_owned())
    }

    /// The queue with this name.
    pub(crate) fn new(world: &World, account: AccountId, region: Region, name: String) -> Self {
        Self { store: world.regional(account, &region), account, region, name }
    }

    /// The queue with this ARN; none when it is not the ARN of a queue.
    pub(crate) fn by_arn(world: &World, arn: &Arn) -> Option<Self> {
        let (account, region) = (arn.account_id()?, arn.region.clone()?);
        let located = || Self::new(world, account, region, arn.resource.clone());
        (arn.service == "sqs").then(located)
    }

    /// Changes the queue, brought to the current time, under its lock.
    ///
    /// # Errors
    /// `QueueDoesNotExist`, and what `edit` returns.
    pub(crate) fn update<T>(
        &self,
        cx: &RequestContext,
        edit: impl FnOnce(&mut Edit<'_, Queue>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let now = cx.now();
        let edit = |queue: &mut Edit<'_, Queue>| {
            // Looking at it mutably counts as a change, and wakes who waits for one.
            if queue.is_due(now) {
                queue.settle(now);
            }
            edit(queue)
        };
        let output = self.store.queues.update(self.name.as_str(), edit);
        output.unwrap_or_else(|| Err(errors::queue_does_not_exist(cx)))
    }

    /// Looks at the queue as it was left.
    ///
    /// # Errors
    /// `QueueDoesNotExist`, and what `look` returns.
    pub(crate) fn read<T>(
        &self,
        cx: &RequestContext,
        look: impl FnOnce(&Queue) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let output = self.store.queues.read(self.name.as_str(), look);
        output.unwrap_or_else(|| Err(errors::queue_does_not_exist(cx)))
    }
}
