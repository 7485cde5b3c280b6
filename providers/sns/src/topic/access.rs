//! What authorisation learns of topics.

use fogbank_context::Arn;
use fogbank_service::{ResourceFacts, ResourcePolicies};
use fogbank_state::World;

use crate::store::SnsStore;
use crate::topic::policy::Policy;

/// The policies and tags of topics.
#[derive(Debug)]
pub(crate) struct TopicPolicies;

impl ResourcePolicies for TopicPolicies {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        let (account, region) = (arn.account_id()?, arn.region.as_ref()?);
        let store = world.regional::<SnsStore>(account, region);
        store.topics.read(arn.resource.as_str(), |topic| {
            let own = topic.attributes.policy.clone();
            let policy = own.unwrap_or_else(|| Policy::standard(&topic.arn));
            ResourceFacts {
                policy: Some(policy.as_str().into()),
                tags: topic.tags.clone(),
                ..ResourceFacts::default()
            }
        })
    }
}
