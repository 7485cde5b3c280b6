//! The developer endpoints below `/_aws/sns/`: the certificate, what was sent, the status of
//! deliveries, confirmation tokens.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_context::Region;
use fogbank_service::{BoxFuture, ByteStream, Route, RouteAnswer, RouteHandler, RouteRequest};
use http::{HeaderValue, Method, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::delivery::kept::{Kept, Kind};
use crate::message::envelope;
use crate::message::signing::{CERTIFICATE, CERTIFICATE_FILE};
use crate::settings::Settings;
use crate::store::{Phone, SnsStore};
use crate::topic::arn::Place;

type Answer = Result<Value, (StatusCode, Value)>;
type Handler = fn(&Inspector, &RouteRequest) -> Option<Answer>;

/// The routes: path, handler. None from a handler is an answer without contents.
const ROUTES: [(&str, Handler); 6] = [
    ("sns/platform-endpoint-messages", |it, request| it.messages(request, &APPS)),
    ("sns/sms-messages", |it, request| it.messages(request, &PHONES)),
    ("sns/email-messages", |it, request| it.messages(request, &MAILS)),
    ("sns/delivery-status", Inspector::delivery_status),
    ("sns/subscription-tokens", |_, request| Some(token(request))),
    ("sns/phone-opt-outs", |it, request| it.opt_out(request)),
];

/// A kind of messages: the member that holds them and the parameter that chooses a recipient.
struct Shelf {
    kind: Kind,
    member: &'static str,
    parameter: &'static str,
    recipient: &'static str,
}

const APPS: Shelf = Shelf {
    kind: Kind::App,
    member: "platform_endpoint_messages",
    parameter: "endpointArn",
    recipient: "TargetArn",
};
const PHONES: Shelf = Shelf {
    kind: Kind::Phone,
    member: "sms_messages",
    parameter: "phoneNumber",
    recipient: "PhoneNumber",
};
const MAILS: Shelf = Shelf {
    kind: Kind::Mail,
    member: "email_messages",
    parameter: "emailAddress",
    recipient: "EmailAddress",
};

/// The routes of the gateway.
pub(crate) fn routes(settings: &Settings) -> impl Iterator<Item = Route> {
    let inspector = |handler| Arc::new(Inspector { settings: settings.clone(), handler });
    let routes =
        ROUTES.map(|(path, handler)| Route { path, handler: inspector(handler) }).into_iter();
    let certificate: Arc<dyn RouteHandler> = Arc::new(Certificate);
    // The path is known when the program is built.
    let path: &'static str = CERTIFICATE_PATH;
    debug_assert!(path.ends_with(CERTIFICATE_FILE));
    routes.chain([Route { path, handler: certificate }])
}

const CERTIFICATE_PATH: &str = "sns/SimpleNotificationService-d18067ea1c40443ee1d03d01ea2f49b3.pem";

struct Certificate;

impl RouteHandler for Certificate {
    fn handle(&self, _: RouteRequest) -> BoxFuture<'_, RouteAnswer> {
        let mut response =
            Response::new(ByteStream::from(bytes::Bytes::from_static(CERTIFICATE.as_bytes())));
        let kind = HeaderValue::from_static("application/x-pem-file");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Box::pin(std::future::ready(RouteAnswer::Http(response)))
    }
}

struct Inspector {
    settings: Settings,
    handler: Handler,
}

impl RouteHandler for Inspector {
    fn handle(&self, request: RouteRequest) -> BoxFuture<'_, RouteAnswer> {
        let (status, value) = match (self.handler)(self, &request) {
            None => (StatusCode::NO_CONTENT, None),
            Some(Ok(value)) => (StatusCode::OK, Some(value)),
            Some(Err((status, value))) => (status, Some(value)),
        };
        let text = value.map(|value| value.to_string()).unwrap_or_default();
        let mut response = Response::new(ByteStream::from(text.into_bytes()));
        *response.status_mut() = status;
        let kind = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Box::pin(std::future::ready(RouteAnswer::Http(response)))
    }
}

fn parameters(request: &RouteRequest) -> BTreeMap<String, String> {
    let query = request.http.uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

impl Inspector {
    fn store(
        &self,
        request: &RouteRequest,
        given: &BTreeMap<String, String>,
    ) -> (Arc<SnsStore>, Region) {
        let account = given.get("accountId").and_then(|text| text.parse().ok());
        let account = account.unwrap_or(self.settings.default_account);
        let region = given.get("region").map(Region::new);
        let region = region.unwrap_or_else(|| self.settings.default_region.clone());
        (request.world.regional(account, &region), region)
    }

    fn messages(&self, request: &RouteRequest, shelf: &Shelf) -> Option<Answer> {
        let given = parameters(request);
        let (store, region) = self.store(request, &given);
        let wanted = given.get(shelf.parameter);
        let prefix = shelf.kind.prefix();
        let keys = store.outboxes.keys().into_iter().filter(|key| {
            key.strip_prefix(prefix).is_some_and(|it| wanted.is_none_or(|wanted| wanted == it))
        });
        if request.http.method == Method::DELETE {
            for key in keys {
                store.outboxes.remove(&key);
            }
            return None;
        }
        let mut all = Map::new();
        if let Some(wanted) = wanted {
            all.insert(wanted.clone(), json!([]));
        }
        for key in keys {
            let Some(outbox) = store.outboxes.get(&key) else { continue };
            let recipient = &key[prefix.len()..];
            let messages = outbox.messages.values().map(|kept| shown(kept, shelf, recipient));
            all.insert(recipient.to_owned(), messages.collect());
        }
        Some(Ok(json!({ shelf.member: all, "region": region.as_str() })))
    }

    /// The entries by log group; `logGroup` chooses those whose names begin with it.
    fn delivery_status(&self, request: &RouteRequest) -> Option<Answer> {
        let given = parameters(request);
        let (store, region) = self.store(request, &given);
        let wanted = given.get("logGroup").map_or("", String::as_str);
        let groups = store.logs.keys().into_iter().filter(|group| group.starts_with(wanted));
        if request.http.method == Method::DELETE {
            for group in groups {
                store.logs.remove(&group);
            }
            return None;
        }
        let mut all = Map::new();
        for group in groups {
            let Some(log) = store.logs.get(&group) else { continue };
            let entries = log.entries.values().map(|entry| {
                let message: Value = serde_json::from_str(&entry.text).unwrap_or_default();
                json!({ "timestamp": entry.at.as_millis(), "message": message })
            });
            all.insert(group, entries.collect());
        }
        Some(Ok(json!({ "log_groups": all, "region": region.as_str() })))
    }

    fn opt_out(&self, request: &RouteRequest) -> Option<Answer> {
        let body: Map<String, Value> = serde_json::from_slice(&request.body).unwrap_or_default();
        let mut given = parameters(request);
        for (name, value) in &body {
            given.extend(value.as_str().map(|text| (name.clone(), text.to_owned())));
        }
        let Some(number) = given.get("phoneNumber").cloned() else {
            let error = json!({ "error": "phoneNumber is required" });
            return Some(Err((StatusCode::BAD_REQUEST, error)));
        };
        let (store, _) = self.store(request, &given);
        let opted_out = request.http.method != Method::DELETE;
        store.phones.update_or_insert(number, Phone::default, |phone| phone.opted_out = opted_out);
        Some(Ok(json!({})))
    }
}

fn shown(kept: &Kept, shelf: &Shelf, recipient: &str) -> Value {
    json!({
        shelf.recipient: recipient,
        "TopicArn": kept.topic,
        "SubscriptionArn": kept.subscription,
        "MessageId": kept.id,
        "Message": kept.body,
        "MessageAttributes": envelope::attributes_json(kept.attributes.iter()),
        "MessageStructure": kept.by_protocol.then_some("json"),
        "Subject": kept.subject,
    })
}

/// The confirmation token of a subscription.
fn token(request: &RouteRequest) -> Answer {
    let arn = form_urlencoded::parse(request.rest.replace('+', "%2B").as_bytes())
        .next()
        .map_or(String::new(), |(name, _)| name.into_owned());
    let error =
        |status, text: &str| Err((status, json!({ "error": text, "subscription_arn": arn })));
    let found = Place::parse(&arn, "SubscriptionArn").ok();
    let Some((place, id)) = found.as_ref().and_then(|place| Some((place, place.subscription?)))
    else {
        return error(StatusCode::BAD_REQUEST, "The provided SubscriptionARN is invalid");
    };
    let topic = place.store(&request.world).topics.get(place.resource);
    let subscription = topic.and_then(|topic| topic.subscriptions.get(id).cloned());
    match subscription {
        Some(it) if !it.token.is_empty() => {
            Ok(json!({ "subscription_token": it.token, "subscription_arn": arn }))
        }
        _ => error(StatusCode::NOT_FOUND, "The provided SubscriptionARN is not found"),
    }
}
