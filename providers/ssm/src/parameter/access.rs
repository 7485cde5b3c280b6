//! What authorisation learns of parameters and other resources.

use fogbank_context::Arn;
use fogbank_service::ResourceFacts;
use fogbank_state::World;

use crate::parameter::name;
use crate::store::SsmStore;

/// The beginnings of ARNs, and the type under which the resource's tags are kept.
const TYPES: [(&str, &str); 8] = [
    ("association/", "Association"),
    ("automation-execution/", "Automation"),
    ("document/", "Document"),
    ("maintenancewindow/", "MaintenanceWindow"),
    ("opsitem/", "OpsItem"),
    ("opsmetadata/", "OpsMetadata"),
    ("parameter/", "Parameter"),
    ("patchbaseline/", "PatchBaseline"),
];

/// The policies and tags of resources.
#[derive(Debug)]
pub(crate) struct ResourcePolicies;

impl fogbank_service::ResourcePolicies for ResourcePolicies {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        let (account, region) = (arn.account_id()?, arn.region.as_ref()?);
        let store = world.regional::<SsmStore>(account, region);
        let of_type = |row: &(&str, &'static str)| Some((arn.resource.strip_prefix(row.0)?, row.1));
        let (id, kind) = TYPES.iter().find_map(of_type)?;
        let id = match kind {
            "Parameter" => {
                let path = format!("/{}", id.split(':').next().unwrap_or(id));
                name::key(&path).to_owned()
            }
            _ => id.to_owned(),
        };
        let tags = store.tags.read(&format!("{kind}/{id}"), |tags| tags.0.clone());
        let policies = store.resource_policies.get(&arn.to_string());
        let policy = policies.as_ref().and_then(|policies| policies.0.first());
        Some(ResourceFacts {
            policy: policy.map(|policy| policy.policy.as_str().into()),
            tags: tags.unwrap_or_default(),
            ..ResourceFacts::default()
        })
    }
}
