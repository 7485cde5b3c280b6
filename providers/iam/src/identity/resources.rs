//! What authorisation learns of IAM's own resources.
//!
//! Most requests name a resource without its path; policies see the whole ARN.

use std::sync::Arc;

use fogbank_context::Arn;
use fogbank_service::{ResourceFacts, ResourcePolicies};
use fogbank_state::World;
use serde_json::json;

use super::Identities;
use crate::arns;
use crate::store::{DelegationStore, Entity, IamStore, Role, User, key};
use crate::tags::Tags;

/// Operations whose resource is not there yet.
const MAKING: &[&str] = &[
    "iam:CreateGroup",
    "iam:CreateInstanceProfile",
    "iam:CreateOpenIDConnectProvider",
    "iam:CreatePolicy",
    "iam:CreateRole",
    "iam:CreateSAMLProvider",
    "iam:CreateServiceLinkedRole",
    "iam:CreateUser",
    "iam:CreateVirtualMFADevice",
    "iam:UploadServerCertificate",
];

const DELEGATION_REQUEST: &str = "delegation-request/";

impl ResourcePolicies for Identities {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        let store = world.account::<IamStore>(arn.account_id()?);
        let (kind, _) = arn.resource.split_once('/')?;
        let (_, name) = arns::path_and_name(arn, kind)?;
        let at = |path: &str, name: &str, tags: &Tags| ResourceFacts {
            tags: tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            arn: Some(Arn { resource: format!("{kind}{path}{name}"), ..arn.clone() }),
            ..ResourceFacts::default()
        };
        let tagged = |tags: &Tags| ResourceFacts { arn: None, ..at("", "", tags) };
        match kind {
            "role" => {
                let role = store.roles.get(&key(name)).filter(|it| it.name == name)?;
                let facts = at(&role.path, name, &role.tags);
                Some(ResourceFacts { policy: Some(role.trust.clone()), ..facts })
            }
            "user" => {
                let user = store.users.get(&key(name)).filter(|it| it.name == name)?;
                Some(at(&user.path, name, &user.tags))
            }
            "group" => {
                let group = store.groups.get(&key(name)).filter(|it| it.name == name)?;
                Some(at(&group.path, name, &Tags::default()))
            }
            "instance-profile" => {
                let profiles = &store.instance_profiles;
                let profile = profiles.get(&key(name)).filter(|it| it.name == name)?;
                Some(at(&profile.path, name, &profile.tags))
            }
            "server-certificate" => {
                let certificates = &store.server_certificates;
                let certificate = certificates.get(&key(name)).filter(|it| it.name == name)?;
                Some(at(&certificate.path, name, &certificate.tags))
            }
            "policy" => Some(tagged(&store.policies.get(&key(name))?.tags)),
            "mfa" => Some(tagged(&store.mfa_devices.get(&arn.to_string())?.tags)),
            "saml-provider" => Some(tagged(&store.saml_providers.get(&key(name))?.tags)),
            "oidc-provider" => {
                let url = arn.resource.strip_prefix("oidc-provider/")?;
                Some(tagged(&store.oidc_providers.get(url)?.tags))
            }
            "delegation-request" => {
                let request = world.global::<DelegationStore>().delegation_requests.get(name)?;
                let owner = request.owner.as_deref()?;
                let policy = Some(owners_permissions(owner));
                Some(ResourceFacts { policy, ..ResourceFacts::default() })
            }
            _ => None,
        }
    }

    fn about(&self, world: &World, arn: &Arn, action: &str) -> Option<ResourceFacts> {
        if MAKING.contains(&action) { None } else { self.resource(world, arn) }
    }

    fn condition_key(&self, world: &World, arn: &Arn, key: &str) -> Option<Vec<String>> {
        let store = world.account::<IamStore>(arn.account_id()?);
        let value = match key {
            "iam:delegationrequestowner" => {
                let id = arn.resource.strip_prefix(DELEGATION_REQUEST)?;
                world.global::<DelegationStore>().delegation_requests.get(id)?.owner.clone()
            }
            "iam:permissionsboundary" => match arns::path_and_name(arn, "role") {
                Some((_, name)) => boundary::<Role>(&store, name),
                None => boundary::<User>(&store, arns::path_and_name(arn, "user")?.1),
            },
            _ => None,
        };
        value.map(|value| vec![value])
    }
}

fn boundary<E: Entity>(store: &IamStore, name: &str) -> Option<String> {
    E::table(store).read(&key(name), |entity| entity.grants().boundary.clone()).flatten()
}

/// What the owner of a delegation request may do with it whatever policies say: the default
/// permissions of "Managing permissions for delegation requests".
fn owners_permissions(owner: &str) -> Arc<str> {
    let actions = ["GetDelegationRequest", "GetHumanReadableSummary", "UpdateDelegationRequest"];
    let actions = actions.map(|action| format!("iam:{action}"));
    let statement = json!({
        "Effect": "Allow", "Principal": { "AWS": owner }, "Action": actions, "Resource": "*",
    });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string().into()
}
