//! What authorisation learns of secrets.

use fogbank_context::Arn;
use fogbank_service::{ResourceFacts, ResourcePolicies};
use fogbank_state::World;

use crate::secret::locate::without_suffix;
use crate::store::{Secret, SecretsStore};

/// The policies and tags of secrets.
#[derive(Debug)]
pub(crate) struct SecretPolicies;

impl ResourcePolicies for SecretPolicies {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        read(world, arn, |secret| {
            let mut policies = secret.policies.values();
            let first = policies.next();
            ResourceFacts {
                arn: Some(secret.arn.clone()),
                policy: first.map(|policy| policy.as_str().into()),
                // A secret can have several.
                grants: policies.map(|policy| policy.as_str().into()).collect(),
                tags: secret.tags.iter().flatten().cloned().collect(),
                ..ResourceFacts::default()
            }
        })
    }

    fn condition_key(&self, world: &World, arn: &Arn, key: &str) -> Option<Vec<String>> {
        if key != "secretsmanager:secretprimaryregion" {
            return None;
        }
        let region =
            read(world, arn, |secret| secret.primary.clone().or(secret.arn.region.clone()));
        Some(vec![region??.to_string()])
    }
}

/// The secret of an ARN with or without its random characters.
fn read<T>(world: &World, arn: &Arn, look: impl Fn(&Secret) -> T) -> Option<T> {
    let (account, region) = (arn.account_id()?, arn.region.as_ref()?);
    let store = world.regional::<SecretsStore>(account, region);
    let name = arn.resource.strip_prefix("secret:")?;
    let whole = without_suffix(name).and_then(|name| {
        let found = |secret: &Secret| (secret.arn.resource == arn.resource).then(|| look(secret));
        store.secrets.read(name, found).flatten()
    });
    whole.or_else(|| store.secrets.read(name, look))
}
