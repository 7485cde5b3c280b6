//! What authorisation learns of principals.

mod resources;

use std::sync::Arc;

use fogbank_context::{AccountId, Arn};
use fogbank_service::{IdentityPolicies, PolicyDocument, PolicyOrigin, PrincipalFacts};
use fogbank_state::{Revision, World};

use crate::ops::federation::delegation::registry;
use crate::store::{DelegationStore, Entity, Grants, IamStore, Role, User, key};
use crate::{arns, aws_managed};

/// IAM as authorisation asks it.
#[derive(Debug)]
pub(crate) struct Identities;

/// What applies to the principal with this ARN, a user or a role; none when there is none.
pub fn policies_of(world: &World, principal: &Arn) -> Option<PrincipalFacts> {
    Identities.principal(world, principal)
}

impl IdentityPolicies for Identities {
    fn revision(&self, world: &World, account: AccountId) -> Revision {
        let store = world.account::<IamStore>(account);
        let users = store.users.revision().and(store.groups.revision());
        users.and(store.roles.revision()).and(store.policies.revision())
    }

    fn principal(&self, world: &World, arn: &Arn) -> Option<PrincipalFacts> {
        let store = world.account::<IamStore>(arn.account_id()?);
        let found = Found { store: &store, world };
        if let Some((path, name)) = arns::path_and_name(arn, "user") {
            let user = store.users.get(&key(name)).filter(|user| user.name == name)?;
            return (user.path == path).then(|| found.user(&user));
        }
        let (_, name) = arns::path_and_name(arn, "role")?;
        let role = store.roles.get(&key(name)).filter(|role| role.name == name)?;
        Some(found.role(&role))
    }

    fn managed_policy(&self, world: &World, arn: &Arn) -> Option<PolicyDocument> {
        let document = managed_document(world, arn)?;
        Some(PolicyDocument {
            name: arn.to_string().into(),
            origin: PolicyOrigin::Attached,
            document,
        })
    }
}

/// The default version of a managed policy; none for AWS's whose documents are not known.
pub(crate) fn managed_document(world: &World, arn: &Arn) -> Option<Arc<str>> {
    if arn.account == "aws" {
        return aws_managed::by_arn(arn)?.document.clone();
    }
    if registry::is_boundary(arn) {
        let registered = &world.global::<DelegationStore>().registered_policies;
        return registered.get(&arn.to_string()).map(|policy| policy.document.clone());
    }
    let (_, name) = arns::path_and_name(arn, "policy")?;
    let policy = world.account::<IamStore>(arn.account_id()?).policies.get(&key(name))?;
    (policy.arn == *arn).then(|| policy.document().clone())
}

struct Found<'a> {
    store: &'a IamStore,
    world: &'a World,
}

impl Found<'_> {
    fn user(&self, user: &User) -> PrincipalFacts {
        let mut facts = self.of(user);
        for group in user.groups.iter().filter_map(|group| self.store.groups.get(group)) {
            let name: Arc<str> = group.name.as_str().into();
            let inline = PolicyOrigin::GroupInline(name.clone());
            facts.policies.extend(inline_of(&group.grants, &inline));
            let attached = PolicyOrigin::GroupAttached(name);
            facts.policies.extend(self.attached_of(&group.grants, &attached));
        }
        facts.user_name = Some(user.name.clone());
        facts.tags = owned(&user.tags);
        facts
    }

    fn role(&self, role: &Role) -> PrincipalFacts {
        PrincipalFacts { tags: owned(&role.tags), ..self.of(role) }
    }

    fn of<E: Entity>(&self, entity: &E) -> PrincipalFacts {
        let grants = entity.grants();
        let mut policies: Vec<_> = inline_of(grants, &PolicyOrigin::Inline).collect();
        policies.extend(self.attached_of(grants, &PolicyOrigin::Attached));
        PrincipalFacts {
            policies,
            boundary: grants.boundary.as_ref().map(|arn| {
                // A boundary whose document is not known allows nothing.
                self.document(arn, &PolicyOrigin::Attached).unwrap_or_else(|| PolicyDocument {
                    name: arn.as_str().into(),
                    origin: PolicyOrigin::Attached,
                    document: r#"{"Version":"2012-10-17","Statement":[]}"#.into(),
                })
            }),
            id: entity.id().to_owned(),
            ..PrincipalFacts::default()
        }
    }

    fn attached_of<'b>(
        &'b self,
        grants: &'b Grants,
        origin: &'b PolicyOrigin,
    ) -> impl Iterator<Item = PolicyDocument> + 'b {
        grants.attached.iter().filter_map(|arn| self.document(arn, origin))
    }

    fn document(&self, arn: &str, origin: &PolicyOrigin) -> Option<PolicyDocument> {
        let parsed: Arn = arn.parse().ok()?;
        let document = managed_document(self.world, &parsed)?;
        Some(PolicyDocument { name: arn.into(), origin: origin.clone(), document })
    }
}

fn owned(tags: &crate::tags::Tags) -> std::collections::BTreeMap<String, String> {
    tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn inline_of(grants: &Grants, origin: &PolicyOrigin) -> impl Iterator<Item = PolicyDocument> {
    grants.inline.iter().map(|(name, document)| PolicyDocument {
        name: name.as_str().into(),
        origin: origin.clone(),
        document: document.clone(),
    })
}
