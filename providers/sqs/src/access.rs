//! What authorisation learns of queues.

use fogbank_context::Arn;
use fogbank_service::{ResourceFacts, ResourcePolicies};
use fogbank_state::World;

use crate::queue::policy::Policy;
use crate::store::SqsStore;

/// The policies and tags of queues.
#[derive(Debug)]
pub(crate) struct QueuePolicies;

impl ResourcePolicies for QueuePolicies {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        let (account, region) = (arn.account_id()?, arn.region.as_ref()?);
        let store = world.regional::<SqsStore>(account, region);
        store.queues.read(arn.resource.as_str(), |queue| ResourceFacts {
            policy: queue.attributes.policy.as_ref().map(Policy::document),
            tags: queue.tags.clone(),
            ..ResourceFacts::default()
        })
    }
}
