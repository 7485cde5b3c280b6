//! `/_aws/sqs/messages`: looking at the messages of a queue without receiving them.
//!
//! Takes a queue as the parameter `QueueUrl` or in the path (`/{region}/{account}/{name}`), and is
//! understood as a client's endpoint as well: then it answers `ReceiveMessage`. Messages that are
//! in flight or delayed are left out unless `ShowInvisible` or `ShowDelayed` asks for them. Each
//! message has the additional attributes `IsVisible` and `IsDelayed`.

use std::collections::BTreeMap;

use fogbank_api_sqs::{self as api, MessageSystemAttributeName, ReceiveMessageResult};
use fogbank_context::{AccountId, Region};
use fogbank_schema::Protocol;
use fogbank_service::{
    BoxFuture, Reply, Route, RouteAnswer, RouteHandler, RouteRequest, ServiceError,
};

use crate::delivery::index::Ready;
use crate::errors;
use crate::message::SystemAttributes;
use crate::message::attributes::AttributeFilter;
use crate::queue::locate::Located;
use crate::queue::url::QueueAddress;
use crate::settings::Settings;
use crate::store::Queue;

const OPERATION: &str = "ReceiveMessage";

/// The route of the gateway.
pub(crate) fn route(settings: Settings) -> Route {
    Route { path: "sqs/messages", handler: std::sync::Arc::new(Peek { settings }) }
}

struct Peek {
    settings: Settings,
}

impl RouteHandler for Peek {
    fn handle(&self, request: RouteRequest) -> BoxFuture<'_, RouteAnswer> {
        let result = self.peek(&request).map(Reply::for_wire);
        Box::pin(std::future::ready(RouteAnswer::Operation(OPERATION, result)))
    }
}

/// What a request asks for.
#[derive(Debug, Default)]
struct Query(BTreeMap<String, String>);

impl Query {
    /// The parameters of the query string, and those of a form or a JSON body.
    fn new(request: &RouteRequest) -> Self {
        let header = |name: &str| request.http.headers.get(name).and_then(|it| it.to_str().ok());
        let mut parameters = form(request.http.uri.query().unwrap_or_default());
        if header("content-type").is_some_and(|it| it.contains("json")) {
            let json = serde_json::from_slice::<serde_json::Map<_, _>>(&request.body);
            let texts = json.unwrap_or_default().into_iter().filter_map(|(name, value)| {
                let text = match value {
                    serde_json::Value::String(text) => text,
                    serde_json::Value::Bool(flag) => flag.to_string(),
                    _ => return None,
                };
                Some((name, text))
            });
            parameters.extend(texts);
            let target = header("x-amz-target").and_then(|target| target.split_once('.'));
            parameters.extend(target.map(|(_, name)| ("Action".to_owned(), name.to_owned())));
        } else {
            parameters.extend(form(&String::from_utf8_lossy(&request.body)));
        }
        Self(parameters)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn asks(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
    }
}

fn form(text: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

impl Peek {
    fn peek(&self, request: &RouteRequest) -> Result<ReceiveMessageResult, ServiceError> {
        let query = Query::new(request);
        if query.get("Action").is_some_and(|action| action != OPERATION) {
            let message = "This endpoint only accepts ReceiveMessage calls";
            return Err(ServiceError::new("InvalidRequest", 400, message));
        }
        let at = self.locate(request, &query)?;
        let now = request.world.clock().now();
        let look = |queue: &mut fogbank_state::Edit<'_, Queue>| {
            if queue.is_due(now) {
                queue.settle(now);
            }
            messages(queue, query.asks("ShowInvisible"), query.asks("ShowDelayed"))
        };
        let messages = at.store.queues.update(at.name.as_str(), look).ok_or_else(no_queue)?;
        Ok(ReceiveMessageResult { messages: Some(messages).filter(|list| !list.is_empty()) })
    }

    fn locate(&self, request: &RouteRequest, query: &Query) -> Result<Located, ServiceError> {
        let world = &request.world;
        let mut path = request.rest.split('/').filter(|segment| !segment.is_empty());
        if let (Some(region), Some(account), Some(name)) = (path.next(), path.next(), path.next()) {
            let account: AccountId = account.parse().map_err(|_| no_queue())?;
            return Ok(Located::new(world, account, Region::new(region), name.to_owned()));
        }
        let url = query.get("QueueUrl").ok_or_else(no_queue)?;
        let address = QueueAddress::parse(url)?;
        let account = address.account.unwrap_or(self.settings.default_account);
        let signed = || region_of_signature(request);
        let region = address.region.map(Region::new).or_else(signed);
        let region = region.unwrap_or_else(|| self.settings.default_region.clone());
        Ok(Located::new(world, account, region, address.name.to_owned()))
    }
}

fn no_queue() -> ServiceError {
    errors::no_such_queue(Protocol::AwsQuery)
}

/// The region that the request was signed for.
fn region_of_signature(request: &RouteRequest) -> Option<Region> {
    let header = request.http.headers.get("authorization")?.to_str().ok()?;
    let (_, scope) = header.split_once("Credential=")?;
    scope.split('/').nth(2).map(Region::new)
}

/// The messages in the order in which they arrived.
fn messages(queue: &Queue, invisible: bool, delayed: bool) -> Vec<api::Message> {
    let mut keys: Vec<_> = match &queue.index.ready {
        Ready::Standard(keys) => keys.iter().copied().collect(),
        Ready::Fifo(_) => queue.candidates(usize::MAX),
    };
    if invisible {
        // All but the delayed ones, which may be asked for as well.
        keys = queue.messages.keys().copied().collect();
        keys.retain(|key| !is_delayed(queue, *key));
    }
    if delayed {
        keys.extend(queue.index.delayed.iter().map(|(_, key)| *key));
    }
    keys.sort_unstable();
    keys.into_iter().filter_map(|key| message(queue, key)).collect()
}

fn is_delayed(queue: &Queue, key: u64) -> bool {
    let message = queue.messages.get(&key);
    message.is_some_and(|it| queue.index.delayed.contains(&(it.available_at, key)))
}

fn message(queue: &Queue, key: u64) -> Option<api::Message> {
    let message = queue.messages.get(&key)?;
    let delivery = queue.deliveries.get(&key);
    let system = SystemAttributes::all();
    let mut attributes =
        system.select(queue.attributes.fifo, key, message, delivery).unwrap_or_default();
    for (name, value) in
        [("IsVisible", !queue.is_in_flight(key)), ("IsDelayed", is_delayed(queue, key))]
    {
        attributes.insert(MessageSystemAttributeName::from(name), value.to_string());
    }
    let (user, digest) = AttributeFilter::Everything.select(&message.attributes).unzip();
    Some(api::Message {
        message_id: Some(message.id.to_string()),
        receipt_handle: Some("not-received".to_owned()),
        md5_of_body: Some(message.body_digest().hex()),
        body: Some((*message.body).to_owned()),
        attributes: Some(attributes),
        md5_of_message_attributes: digest.map(|digest| digest.hex()),
        message_attributes: user,
    })
}
