//! Where event buses are, and what the ARNs of EventBridge name.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn, Region};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::World;

use crate::errors;
use crate::store::{EventBus, EventsStore};

/// The bus that is always there.
pub(crate) const DEFAULT: &str = "default";

/// An event bus by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BusAddress {
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) name: String,
}

impl BusAddress {
    /// A bus of the caller's account and region, or the one that an ARN names; the default one when
    /// there is neither.
    pub(crate) fn new(cx: &RequestContext, name_or_arn: Option<&str>) -> Self {
        let name = name_or_arn.unwrap_or(DEFAULT);
        Self::of_arn(name).unwrap_or_else(|| Self {
            account: cx.account,
            region: cx.region.clone(),
            name: name.to_owned(),
        })
    }

    /// The bus that an ARN names.
    pub(crate) fn of_arn(arn: &str) -> Option<Self> {
        let arn: Arn = arn.parse().ok()?;
        let name = arn.resource.strip_prefix("event-bus/")?.to_owned();
        let account = arn.account_id()?;
        let region = arn.region.filter(|_| arn.service == "events")?;
        Some(Self { account, region, name })
    }

    /// The bus's ARN.
    pub(crate) fn arn(&self) -> Arn {
        Arn::regional("events", &self.region, self.account, format!("event-bus/{}", self.name))
    }

    /// The ARN of a rule of the bus.
    pub(crate) fn rule_arn(&self, rule: &str) -> Arn {
        let resource = match self.name.as_str() {
            DEFAULT => format!("rule/{rule}"),
            bus => format!("rule/{bus}/{rule}"),
        };
        Arn::regional("events", &self.region, self.account, resource)
    }

    /// What EventBridge keeps where the bus is.
    pub(crate) fn store(&self, world: &World) -> Arc<EventsStore> {
        world.regional(self.account, &self.region)
    }

    /// The bus. The default one is there when it is first asked for.
    pub(crate) fn find(&self, world: &World) -> Result<Arc<EventBus>, ServiceError> {
        let store = self.store(world);
        if self.name == DEFAULT && !store.buses.contains(DEFAULT) {
            let bus = EventBus::new(self.arn(), world.clock().now());
            let _ = store.buses.insert_new(DEFAULT.to_owned(), bus);
        }
        store.buses.get(&self.name).ok_or_else(|| errors::no_such("Event bus", &self.name))
    }
}

/// What an ARN of EventBridge names that can have tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tagged {
    Bus(BusAddress),
    Rule(BusAddress, String),
}

impl Tagged {
    /// Reads an ARN.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(bus) = BusAddress::of_arn(text) {
            return Some(Self::Bus(bus));
        }
        let arn: Arn = text.parse().ok()?;
        let path = arn.resource.strip_prefix("rule/")?;
        let (bus, rule) = path.rsplit_once('/').unwrap_or((DEFAULT, path));
        let account = arn.account_id()?;
        let region = arn.region.filter(|_| arn.service == "events")?;
        Some(Self::Rule(BusAddress { account, region, name: bus.to_owned() }, rule.to_owned()))
    }
}
