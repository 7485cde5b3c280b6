//! `ListQueues` and `ListDeadLetterSourceQueues`, page by page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_sqs::{
    ListDeadLetterSourceQueuesRequest, ListDeadLetterSourceQueuesResult, ListQueuesRequest,
    ListQueuesResult,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::queue::locate::Located;
use crate::queue::url::{self, QueueAddress};
use crate::settings::Settings;
use crate::store::Queue;

/// The most results of a page, and how many there are when a request does not say.
const MOST: usize = 1_000;

pub(crate) fn queues(
    settings: &Settings,
    cx: &RequestContext,
    input: ListQueuesRequest,
) -> Result<ListQueuesResult, ServiceError> {
    url::refuse_on_queue(cx)?;
    let page = Page::new(input.max_results, input.next_token.as_deref())?;
    let here = Located::new(&cx.world, cx.account, cx.region.clone(), String::new());
    let prefix = input.queue_name_prefix.unwrap_or_default();
    let (urls, next_token) =
        page.collect(settings, cx, &here, |queue| queue.name().starts_with(&prefix));
    Ok(ListQueuesResult { queue_urls: Some(urls).filter(|list| !list.is_empty()), next_token })
}

pub(crate) fn dead_letter_sources(
    settings: &Settings,
    cx: &RequestContext,
    input: &ListDeadLetterSourceQueuesRequest,
) -> Result<ListDeadLetterSourceQueuesResult, ServiceError> {
    let page = Page::new(input.max_results, input.next_token.as_deref())?;
    let at = Located::by_url(cx, &input.queue_url)?;
    let target = at.read(cx, |queue| Ok(queue.arn.clone()))?;
    let is_source = |queue: &Queue| {
        queue.attributes.redrive.as_ref().is_some_and(|policy| policy.target == target)
    };
    let (queue_urls, next_token) = page.collect(settings, cx, &at, is_source);
    Ok(ListDeadLetterSourceQueuesResult { queue_urls, next_token })
}

/// A page of results.
struct Page {
    /// The name of the last queue of the page before.
    after: Option<String>,
    /// The most results.
    size: usize,
    /// The request asked for pages.
    limited: bool,
}

impl Page {
    fn new(max_results: Option<i32>, token: Option<&str>) -> Result<Self, ServiceError> {
        let token = token.filter(|token| !token.is_empty());
        let size = match max_results {
            None if token.is_some() => {
                return Err(errors::invalid_parameter(
                    "MaxResults is a mandatory parameter when you provide a value for NextToken.",
                ));
            }
            None => MOST,
            Some(size) => usize::try_from(size)
                .ok()
                .filter(|size| (1..=MOST).contains(size))
                .ok_or_else(|| {
                    let reason = format!("MaxResults must be an integer between 1 and {MOST}.");
                    errors::invalid_value(size, "MaxResults", reason)
                })?,
        };
        let after = token.map(name_of_token).transpose()?;
        Ok(Self { after, size, limited: max_results.is_some() })
    }

    /// The URLs of the page, and the token of the next where there is one.
    fn collect(
        &self,
        settings: &Settings,
        cx: &RequestContext,
        here: &Located,
        wanted: impl Fn(&Queue) -> bool,
    ) -> (Vec<String>, Option<String>) {
        let after = |queue: &Queue| self.after.as_deref().is_none_or(|last| queue.name() > last);
        let names = here.store.queues.iter().filter(|(_, queue)| after(queue) && wanted(queue));
        let mut urls: Vec<_> = names
            .take(self.size + 1)
            .map(|(name, _)| settings.queue_url(cx, here.account, &here.region, name.as_str()))
            .collect();
        let more = urls.len() > self.size;
        urls.truncate(self.size);
        let token = urls.last().filter(|_| more && self.limited).map(|url| STANDARD.encode(url));
        (urls, token)
    }
}

/// The name of the queue whose URL a token is.
fn name_of_token(token: &str) -> Result<String, ServiceError> {
    let url = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let name = url.as_deref().and_then(|url| Some(QueueAddress::parse(url).ok()?.name.to_owned()));
    name.ok_or_else(|| errors::invalid_parameter("Invalid or expired next token."))
}
