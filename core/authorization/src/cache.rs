//! Policies that were compiled, kept as long as the tables they come from stay the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_context::{AccountId, Arn};
use fogbank_iam::{Policy, PolicySet};
use fogbank_service::{IdentityPolicies, PolicyDocument, PolicyOrigin, ResourceFacts};
use fogbank_state::{Revision, World};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

use crate::actions::Need;
use crate::identity::{Asker, Who};

/// How much is kept before everything is forgotten.
const MOST: usize = 10_000;

/// What applies to a principal, compiled.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) who: Who,
    pub(crate) identity: PolicySet,
    pub(crate) boundary: Option<PolicySet>,
    pub(crate) session: Option<PolicySet>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) user_name: Option<String>,
    /// What is allowed whatever the condition keys, by the name of the resource.
    allowed: RwLock<FxHashMap<String, Vec<Allowed>>>,
}

/// An action that is allowed on a resource, as long as this is what is to be known of it.
#[derive(Debug, PartialEq, Eq)]
struct Allowed {
    action: String,
    owner: AccountId,
    arn: Option<Arn>,
    policy: Option<Arc<str>>,
}

impl Allowed {
    fn is(&self, need: &Need, owner: AccountId, facts: Option<&ResourceFacts>) -> bool {
        let arn = facts.and_then(|facts| facts.arn.as_ref());
        let policy = facts.and_then(|facts| facts.policy.as_ref());
        self.action == need.action
            && self.owner == owner
            && self.arn.as_ref() == arn
            && self.policy.as_ref() == policy
    }
}

impl Compiled {
    /// Whether it is known that this is allowed.
    pub(crate) fn knows(
        &self,
        need: &Need,
        owner: AccountId,
        facts: Option<&ResourceFacts>,
    ) -> bool {
        let allowed = self.allowed.read();
        let known = allowed.get(&need.resource);
        known.is_some_and(|known| known.iter().any(|known| known.is(need, owner, facts)))
    }

    /// Remembers that this is allowed.
    pub(crate) fn learn(&self, need: Need, owner: AccountId, facts: Option<&ResourceFacts>) {
        let mut allowed = self.allowed.write();
        if allowed.len() >= MOST {
            allowed.clear();
        }
        let known = allowed.entry(need.resource).or_default();
        known.retain(|known| known.action != need.action);
        known.push(Allowed {
            action: need.action,
            owner,
            arn: facts.and_then(|facts| facts.arn.clone()),
            policy: facts.and_then(|facts| facts.policy.clone()),
        });
    }
}

struct Kept {
    revision: Revision,
    compiled: Arc<Compiled>,
}

/// The caches of a gateway.
#[derive(Default)]
pub(crate) struct Cache {
    /// By world and by who asks.
    principals: RwLock<FxHashMap<usize, FxHashMap<String, Kept>>>,
    documents: RwLock<FxHashMap<Arc<str>, Arc<PolicySet>>>,
}

impl Cache {
    /// What applies to who asks.
    pub(crate) fn principal(
        &self,
        world: &World,
        asker: Asker<'_>,
        source: Option<&dyn IdentityPolicies>,
    ) -> Arc<Compiled> {
        let Some(source) = source else {
            return Arc::new(compile(world, asker.who(world), None));
        };
        let revision = source.revision(world, asker.account());
        let place = std::ptr::from_ref(world).addr();
        let kept = self.principals.read();
        if let Some(kept) = kept.get(&place).and_then(|kept| kept.get(asker.name()))
            && kept.revision == revision
        {
            return kept.compiled.clone();
        }
        drop(kept);
        let compiled = Arc::new(compile(world, asker.who(world), Some(source)));
        let mut kept = self.principals.write();
        if kept.values().map(FxHashMap::len).sum::<usize>() >= MOST {
            kept.clear();
        }
        let entry = Kept { revision, compiled: compiled.clone() };
        kept.entry(place).or_default().insert(asker.name().to_owned(), entry);
        compiled
    }

    /// What applies to somebody who does not ask.
    pub(crate) fn supposed(
        world: &World,
        who: &Who,
        source: Option<&dyn IdentityPolicies>,
    ) -> Compiled {
        compile(world, who.clone(), source)
    }

    /// A policy of a resource, under the name that tells which resource's it is.
    pub(crate) fn document(&self, name: &str, document: &Arc<str>) -> Arc<PolicySet> {
        if let Some(set) = self.documents.read().get(document) {
            return set.clone();
        }
        let parsed = parse(name, document);
        let set = Arc::new(PolicySet::new(parsed.map(|policy| ("the resource's policy", policy))));
        let mut documents = self.documents.write();
        if documents.len() >= MOST {
            documents.clear();
        }
        documents.insert(document.clone(), set.clone());
        set
    }
}

fn parse(name: &str, document: &str) -> Option<Policy> {
    match Policy::parse(document) {
        Ok(policy) => Some(policy),
        Err(error) => {
            tracing::warn!(policy = name, %error, "a policy cannot be read and says nothing");
            None
        }
    }
}

fn compile(world: &World, who: Who, source: Option<&dyn IdentityPolicies>) -> Compiled {
    let mut compiled = Compiled {
        who,
        identity: PolicySet::default(),
        boundary: None,
        session: None,
        tags: BTreeMap::new(),
        user_name: None,
        allowed: RwLock::default(),
    };
    let facts = compiled.who.policy_holder().zip(source);
    let facts = facts.and_then(|(arn, source)| source.principal(world, &arn));
    if let Some(facts) = facts {
        compiled.identity = set(&facts.policies);
        compiled.boundary = facts.boundary.map(|boundary| set(&[boundary]));
        compiled.tags = facts.tags;
        compiled.user_name = facts.user_name;
    }
    if let Some(session) = compiled.who.session().cloned() {
        let named = session.policy_arns.iter().filter_map(|text| {
            let arn = text.parse().ok()?;
            source?.managed_policy(world, &arn)
        });
        let inline = session.policy.as_deref().map(|text| PolicyDocument {
            name: "the session's policy".into(),
            origin: PolicyOrigin::Inline,
            document: text.into(),
        });
        let all: Vec<PolicyDocument> = inline.into_iter().chain(named).collect();
        let asked = session.policy.is_some() || !session.policy_arns.is_empty();
        compiled.session = (asked || session.limited).then(|| set(&all));
        compiled.tags.extend(session.tags.clone());
    }
    compiled
}

fn set(documents: &[PolicyDocument]) -> PolicySet {
    let parsed = documents.iter().filter_map(|document| {
        let policy = parse(&document.name, &document.document)?;
        Some((name(document), policy))
    });
    PolicySet::new(parsed)
}

/// What explanations call a policy.
fn name(document: &PolicyDocument) -> Arc<str> {
    let name = &document.name;
    match &document.origin {
        PolicyOrigin::Inline | PolicyOrigin::Attached => name.clone(),
        PolicyOrigin::GroupInline(group) | PolicyOrigin::GroupAttached(group) => {
            format!("{name} of the group {group}").into()
        }
    }
}
