//! Deliveries to HTTP and HTTPS subscribers, with their retries on the world's clock.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fogbank_context::{AccountId, Arn, Clock, Region};
use fogbank_outgoing::Outgoing;
use fogbank_service::{Caller, Invoker, Principal};
use fogbank_state::World;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT,
};
use http::{Request, StatusCode, Uri};
use http_body_util::Full;

use crate::delivery::throttle::Throttle;
use crate::delivery::{Accepted, Courier, Parcel, Undelivered, Watched, give_up};
use crate::message::Message;
use crate::store::SnsStore;
use crate::subscription::Subscription;
use crate::topic::delivery_policy::SubscriptionPolicy;

const AGENT: &str = "Amazon Simple Notification Service Agent";
/// How long a subscriber may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How much of an answer the log of deliveries has, in bytes.
const LONGEST_LOGGED: usize = 1 << 10;

/// The connections to subscribers.
#[derive(Clone, Default)]
pub(crate) struct HttpClient {
    outgoing: Outgoing,
    throttle: Throttle,
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpClient")
    }
}

/// A message on its way to a subscriber.
pub(crate) struct Journey {
    pub(super) sender: Sender,
    pub(super) subscription: Arc<Subscription>,
    pub(super) parcel: Parcel,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) content_type: String,
    pub(super) delays: Vec<Duration>,
    /// The most messages a second that the subscriber takes.
    pub(super) most_per_second: Option<u32>,
    /// What is not delivered goes to the dead-letter queue.
    pub(super) redrive: bool,
    /// How it ends is logged.
    pub(super) watched: Option<Watched>,
}

/// Who sends, without keeping the world alive over the delays between attempts.
pub(super) struct Sender {
    topic: Arn,
    clock: Clock,
    world: Weak<World>,
    invoker: Arc<dyn Invoker>,
    principal: Arc<Principal>,
    account: AccountId,
    region: Region,
}

/// What came of an attempt.
enum Attempt {
    Delivered(Accepted),
    /// The next one may succeed.
    Failed(Undelivered),
    /// No other one will.
    Refused(Undelivered),
}

impl Sender {
    pub(super) fn new(courier: &Courier) -> Self {
        let caller = &courier.caller;
        Self {
            topic: courier.topic.arn.clone(),
            clock: caller.world.clock().clone(),
            world: Arc::downgrade(&caller.world),
            invoker: caller.invoker.clone(),
            principal: caller.principal.clone(),
            account: caller.account,
            region: caller.region.clone(),
        }
    }

    fn caller(&self) -> Option<Caller> {
        Some(Caller {
            invoker: self.invoker.clone(),
            request_id: String::new(),
            principal: self.principal.clone(),
            account: self.account,
            region: self.region.clone(),
            world: self.world.upgrade()?,
            late: None,
        })
    }

    /// Whether the subscription is still there.
    fn still_wanted(&self, subscription: &str) -> bool {
        let Some(world) = self.world.upgrade() else { return false };
        let Some((account, region)) = self.topic.account_id().zip(self.topic.region.as_ref())
        else {
            return false;
        };
        let topic = world.regional::<SnsStore>(account, region).topics.get(&self.topic.resource);
        topic.is_some_and(|topic| topic.subscriptions.contains_key(subscription))
    }
}

impl Journey {
    /// A notification on its way.
    pub(super) fn new(
        courier: &Courier,
        subscription: &Arc<Subscription>,
        message: &Message,
        parcel: Parcel,
        watched: Option<Watched>,
    ) -> Self {
        let topic = &courier.topic;
        let own = subscription.attributes.delivery_policy.as_ref();
        let policy = SubscriptionPolicy::effective(own, topic.attributes.delivery_policy.as_ref());
        let mut headers = vec![
            ("x-amz-sns-message-type", "Notification".to_owned()),
            ("x-amz-sns-message-id", message.id.clone()),
            ("x-amz-sns-topic-arn", topic.arn.to_string()),
            ("x-amz-sns-subscription-arn", subscription.arn(&topic.arn)),
        ];
        if subscription.attributes.raw {
            headers.push(("x-amz-sns-rawdelivery", "true".to_owned()));
        }
        Self {
            sender: Sender::new(courier),
            subscription: subscription.clone(),
            parcel,
            headers,
            content_type: policy.content_type().to_owned(),
            delays: policy.retry().delays(),
            most_per_second: policy.most_per_second(),
            redrive: true,
            watched,
        }
    }

    /// Logs how it ended.
    fn log(&self, attempts: usize, end: Result<&Accepted, &Undelivered>) {
        if let (Some(watched), Some(world)) = (&self.watched, self.sender.world.upgrade()) {
            watched.ended(&world, attempts, end);
        }
    }
}

impl HttpClient {
    /// Has a message delivered, later ones not waiting for it.
    pub(crate) fn start(&self, journey: Journey) {
        let client = self.clone();
        let turn = journey.most_per_second.map(|most| {
            let sender = &journey.sender;
            let world = Weak::as_ptr(&sender.world).addr();
            let subscription = journey.subscription.arn(&sender.topic);
            self.throttle.turn(world, subscription, most, sender.clock.now())
        });
        tokio::spawn(async move {
            if let Some(turn) = turn {
                journey.sender.clock.sleep_until(turn).await;
                if !journey.sender.still_wanted(&journey.subscription.id) {
                    return;
                }
            }
            client.travel(journey).await;
        });
    }

    async fn travel(&self, journey: Journey) {
        let mut delays = journey.delays.iter();
        let mut attempts = 0;
        let why = loop {
            attempts += 1;
            let why = match self.attempt(&journey).await {
                Attempt::Delivered(accepted) => return journey.log(attempts, Ok(&accepted)),
                Attempt::Refused(why) => break why,
                Attempt::Failed(why) => why,
            };
            let Some(delay) = delays.next() else { break why };
            tracing::debug!(
                endpoint = journey.subscription.endpoint,
                reason = why.reason,
                ?delay,
                "tries again"
            );
            journey.sender.clock.sleep(*delay).await;
            if !journey.sender.still_wanted(&journey.subscription.id) {
                return;
            }
        };
        journey.log(attempts, Err(&why));
        if !journey.redrive {
            let endpoint = &journey.subscription.endpoint;
            tracing::warn!(endpoint, reason = why.reason, "a subscriber was not reached");
        } else if let Some(caller) = journey.sender.caller() {
            let (topic, subscription) = (&journey.sender.topic, &journey.subscription);
            give_up(&caller, topic, subscription, &journey.parcel, &why).await;
        }
    }

    async fn attempt(&self, journey: &Journey) -> Attempt {
        let request = match request(journey) {
            Ok(request) => request,
            Err(reason) => return Attempt::Refused(Undelivered::new(reason)),
        };
        let failed = |reason: String, status: u16| {
            Attempt::Failed(Undelivered { status, ..Undelivered::new(reason) })
        };
        match tokio::time::timeout(PATIENCE, self.send(request)).await {
            Err(_) => failed("no answer within 15 seconds".to_owned(), 504),
            Ok(Err(reason)) => failed(reason, 503),
            Ok(Ok((status, text))) if status.is_success() => {
                Attempt::Delivered(Accepted::Text(status.as_u16(), text))
            }
            Ok(Ok((status, _))) => {
                let refused = status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS;
                let reason = format!("the answer was {status}");
                let why = Undelivered { status: status.as_u16(), ..Undelivered::new(reason) };
                if refused { Attempt::Refused(why) } else { Attempt::Failed(why) }
            }
        }
    }

    /// Sends a request; the status of the answer and the beginning of its text.
    async fn send(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, String), String> {
        let response = self.outgoing.send(request).await?;
        let bytes = response.body();
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST_LOGGED)]);
        Ok((response.status(), text.into_owned()))
    }
}

/// The request of an attempt. A user's name and password in the URL become a header.
fn request(journey: &Journey) -> Result<Request<Full<Bytes>>, String> {
    let endpoint = &journey.subscription.endpoint;
    let uri: Uri = endpoint.parse().map_err(|error| format!("{endpoint} is no URL: {error}"))?;
    let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
    let (user, host) = authority
        .rsplit_once('@')
        .map_or((None, authority.as_str()), |(user, host)| (Some(user), host));
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let target = format!("{}://{host}{path}", uri.scheme_str().unwrap_or("http"));
    let mut request = Request::post(target)
        .header(USER_AGENT, AGENT)
        .header(ACCEPT_ENCODING, "gzip,deflate")
        .header("connection", "Keep-Alive");
    if let Some(user) = user {
        let user = percent_decoded(user);
        request = request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(user)));
    }
    let body = Full::from(journey.parcel.text.as_str().to_owned());
    let mut request = request.body(body).map_err(|error| error.to_string())?;
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            request.headers_mut().insert(name, value);
        }
    };
    set(CONTENT_TYPE, &journey.content_type);
    for (name, value) in &journey.headers {
        set(HeaderName::from_static(name), value);
    }
    Ok(request)
}

fn percent_decoded(text: &str) -> String {
    // A plus stands for itself outside of forms.
    let text = text.replace('+', "%2B");
    form_urlencoded::parse(text.as_bytes())
        .next()
        .map_or(String::new(), |(name, _)| name.into_owned())
}
