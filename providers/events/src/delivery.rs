//! From a rule to its targets.
//!
//! A target is tried at once. What may succeed later is kept and tried again on the world's clock, as often
//! and as long as the target's retry policy says; what is given up goes to the target's dead-letter queue.

mod dead_letter;
pub(crate) mod http;
mod queue;
pub(crate) mod retry;
pub(crate) mod routing;
pub(crate) mod schedules;
mod topic;

use std::sync::Arc;

use fogbank_api_events::Target;
use fogbank_context::{AccountId, Arn, Region, Timestamp};
use fogbank_outgoing::Outgoing;
use fogbank_service::intent::Member;
use fogbank_service::shape::kept::Kept;
use fogbank_service::{BoxFuture, Caller, Intent, Invoker, Principal, ServiceError};
use fogbank_state::{Resource, World};
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::event::transform;
use crate::store::names::BusAddress;

/// EventBridge as policies know it.
pub(crate) const ITSELF: &str = "events.amazonaws.com";
/// How many buses one event may pass.
const MOST_HOPS: u32 = 20;

/// What deliveries need that is of no world.
#[derive(Clone)]
pub(crate) struct Post {
    pub(crate) invoker: Arc<dyn Invoker>,
    pub(crate) outgoing: Outgoing,
}

/// What deliveries need.
#[derive(Clone)]
pub(crate) struct Courier {
    pub(crate) post: Post,
    pub(crate) world: Arc<World>,
}

impl Courier {
    /// For a world.
    pub(crate) fn new(outgoing: &Outgoing, world: &Arc<World>, invoker: &Arc<dyn Invoker>) -> Self {
        let post = Post { invoker: invoker.clone(), outgoing: outgoing.clone() };
        Self { post, world: world.clone() }
    }

    /// EventBridge, addressing an account and a region.
    pub(crate) fn caller(&self, account: AccountId, region: &Region) -> Caller {
        let mut principal = Principal::root(account, region.partition());
        principal.service = Some(ITSELF);
        Caller {
            invoker: self.post.invoker.clone(),
            request_id: String::new(),
            principal: Arc::new(principal),
            account,
            region: region.clone(),
            world: self.world.clone(),
            late: None,
        }
    }
}

/// An event on its way from a rule to a target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Undelivered {
    pub(crate) rule: Arn,
    pub(crate) target: Kept<Target>,
    /// The event as JSON.
    pub(crate) event: String,
    /// When it came.
    pub(crate) ingested: Timestamp,
    pub(crate) trace_header: Option<String>,
    /// What the target gets.
    pub(crate) input: String,
    /// How many buses it has passed.
    pub(crate) hops: u32,
    /// When it was first tried.
    pub(crate) since: Timestamp,
    /// How often it was tried again.
    pub(crate) retries: u32,
    /// When it is tried next.
    pub(crate) next: Timestamp,
}

impl Resource for Undelivered {
    const VERSION: u32 = 1;
}

/// Why a target did not get an event.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// As the dead-letter queue says it: `NO_RESOURCE`.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Whether it is tried again.
    pub(crate) passing: bool,
}

impl Failure {
    /// A failure that stays.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), passing: false }
    }

    /// A failure that may pass.
    pub(crate) fn passing(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), passing: true }
    }

    /// A service's error.
    pub(crate) fn of(error: &ServiceError) -> Self {
        let message = error.message().unwrap_or_default().to_owned();
        let code = error.code();
        if error.is_absence() {
            return Self::new("ERROR_FROM_TARGET", message);
        }
        match error.status() {
            429 => Self::passing("THROTTLING", message),
            500.. => Self::passing("ERROR_FROM_TARGET", message),
            401 | 403 => Self::new("NO_PERMISSIONS", message),
            _ if code.contains("AccessDenied") || code.contains("AuthorizationError") => {
                Self::new("NO_PERMISSIONS", message)
            }
            404 => Self::new("NO_RESOURCE", message),
            _ if code.contains("NonExistentQueue") || code.contains("NotFound") => {
                Self::new("NO_RESOURCE", message)
            }
            _ if code.contains("Throttl") => Self::passing("THROTTLING", message),
            _ => Self::new("SDK_CLIENT_ERROR", message),
        }
    }
}

/// Sends an event to a target of a rule.
pub(crate) async fn send(
    courier: &Courier,
    rule: &Arn,
    target: &Kept<Target>,
    event: &Event,
    hops: u32,
) {
    let now = courier.world.clock().now();
    let mut parcel = Undelivered {
        rule: rule.clone(),
        target: target.clone(),
        event: String::new(),
        ingested: event.ingested,
        trace_header: event.trace_header.clone(),
        input: String::new(),
        hops,
        since: now,
        retries: 0,
        next: now,
    };
    let Some(input) = transform::input(target, rule, event) else {
        parcel.event = event.json.to_string();
        let failure = Failure::new("INVALID_JSON", "The input is not valid JSON.");
        return dead_letter::give_up(courier, &parcel, &failure, None).await;
    };
    parcel.input = input;
    if parcel.destination().is_some_and(|(kind, _)| kind == Kind::Api) {
        // Whoever answers may take its time.
        parcel.event = event.json.to_string();
        let (courier, event) = (courier.clone(), event.clone());
        tokio::spawn(async move { retry::first(&courier, parcel, Some(&event)).await });
        return;
    }
    retry::first(courier, parcel, Some(event)).await;
}

/// What targets are that are emulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Queue,
    Topic,
    Bus,
    Api,
}

impl Kind {
    /// What the target of an ARN is; none of what is not emulated.
    pub(crate) fn of(arn: &Arn) -> Option<Self> {
        Some(match arn.service.as_str() {
            "sqs" => Self::Queue,
            "sns" => Self::Topic,
            "events" if arn.resource.starts_with("event-bus/") => Self::Bus,
            "events" if arn.resource.starts_with("api-destination/") => Self::Api,
            _ => return None,
        })
    }
}

impl Undelivered {
    /// What the target is and where.
    pub(crate) fn destination(&self) -> Option<(Kind, Arn)> {
        let arn: Arn = self.target.arn.parse().ok()?;
        Some((Kind::of(&arn)?, arn))
    }

    /// The account and the region of the rule.
    pub(crate) fn place(&self) -> (AccountId, Region) {
        let account = self.rule.account_id().unwrap_or(AccountId::DEFAULT);
        (account, self.rule.region.clone().unwrap_or_else(Region::us_east_1))
    }

    /// Tries to deliver it.
    pub(crate) fn attempt<'a>(
        &'a self,
        courier: &'a Courier,
        event: Option<&'a Event>,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let Some((kind, arn)) = self.destination() else {
                let message = format!("{} is not emulated as a target", self.target.arn);
                return Err(Failure::new("ERROR_FROM_TARGET", message));
            };
            match kind {
                Kind::Queue => queue::send(courier, self, &arn).await,
                Kind::Topic => topic::publish(courier, self, &arn).await,
                Kind::Api => http::invoke(courier, self, &arn).await,
                Kind::Bus => {
                    let read = || Event::read(&self.event, self.ingested);
                    let event = event.cloned().or_else(read);
                    self.forward(courier, event, &arn).await
                }
            }
        })
    }

    /// Hands the event to another bus.
    async fn forward(
        &self,
        courier: &Courier,
        event: Option<Event>,
        bus: &Arn,
    ) -> Result<(), Failure> {
        let there = BusAddress::of_arn(&bus.to_string());
        let (Some(there), Some(event)) = (there, event) else {
            return Err(Failure::new("INVALID_PARAMETER", "The target is not an event bus."));
        };
        let (account, region) = self.place();
        let foreign = |member: &str, own: &str| event.text(member) != own;
        if there.account != account && foreign("account", &account.to_string()) {
            let message = "An event of another account is not sent to a third one.";
            return Err(Failure::new("THIRD_ACCOUNT_HOP_DETECTED", message));
        }
        if there.region != region && foreign("region", region.as_str()) {
            let message = "An event of another region is not sent to a third one.";
            return Err(Failure::new("THIRD_REGION_HOP_DETECTED", message));
        }
        if self.hops >= MOST_HOPS {
            let message = format!("The event has passed {MOST_HOPS} event buses.");
            return Err(Failure::new("INTERNAL_ERROR", message));
        }
        self.permit(courier, bus, || {
            ("events", "PutEvents", "Entries", Member::List("EventBusName", vec![bus.to_string()]))
        })
        .await?;
        there.find(&courier.world).map_err(|error| Failure::of(&error))?;
        let event = if there.region == region {
            event
        } else {
            event.in_another_region(courier.world.ids().uuid())
        };
        routing::route(courier, &there, &event, None, self.hops + 1).await;
        Ok(())
    }

    /// Asks the policies whether EventBridge, or the target's role, may do something: an operation of a
    /// service, and the member of its input that names what it is about.
    async fn permit(
        &self,
        courier: &Courier,
        resource: &Arn,
        what: impl FnOnce() -> (&'static str, &'static str, &'static str, Member),
    ) -> Result<(), Failure> {
        let (account, region) = self.place();
        let mut there = courier.caller(account, &region);
        let role: Option<Option<Arn>> = self.target.role_arn.as_ref().map(|role| role.parse().ok());
        if role == Some(None) {
            let message = "The target's role is not the ARN of a role.";
            return Err(Failure::new("FAILED_TO_ASSUME_ROLE", message));
        }
        if let Some(region) = &resource.region {
            there = there.in_region(region.clone());
        }
        if let Some(account) = resource.account_id() {
            there = there.in_account(account);
        }
        let intent = || {
            let (service, operation, member, value) = what();
            let intent = match role.flatten() {
                Some(role) => Intent::in_role(ITSELF, role, service, operation),
                // To buses events go for the account, which their policies name.
                None if resource.service == "events" => {
                    let root = Principal::root(account, region.partition()).arn;
                    Intent::for_account(ITSELF, root, service, operation)
                }
                None => {
                    let rule = self.rule.to_string();
                    Intent::as_itself(ITSELF, rule, account, service, operation)
                }
            };
            intent.with(member, value)
        };
        there
            .permit(intent)
            .await
            .map_err(|denial| Failure { code: "NO_PERMISSIONS", ..Failure::of(&denial) })
    }
}
