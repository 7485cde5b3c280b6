//! What authorisation learns of buses and rules.

use fogbank_context::Arn;
use fogbank_service::{ResourceFacts, ResourcePolicies};
use fogbank_state::World;

use crate::store::names::Tagged;

/// The policies of buses, and the tags of buses and rules.
#[derive(Debug)]
pub(crate) struct BusPolicies;

impl ResourcePolicies for BusPolicies {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        match Tagged::parse(&arn.to_string())? {
            Tagged::Bus(bus) => bus.store(world).buses.read(&bus.name, |bus| ResourceFacts {
                policy: bus.policy.as_deref().map(Into::into),
                tags: bus.tags.clone(),
                ..ResourceFacts::default()
            }),
            Tagged::Rule(bus, rule) => {
                bus.store(world).rules.read(&(bus.name.clone(), rule), |rule| ResourceFacts {
                    tags: rule.tags.clone(),
                    ..ResourceFacts::default()
                })
            }
        }
    }
}
