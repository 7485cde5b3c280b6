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
    /// What requests need, by the account that they address and by what else of them decides that.
    worked_out: RwLock<FxHashMap<AccountId, WorkedOut>>,
}

/// What of a request decides what it needs, in one account.
type Likeness = Box<[u8]>;

type WorkedOut = FxHashMap<Likeness, Arc<[Needed]>>;

/// An action on a resource that a request needs, worked out once for all requests that are alike.
#[derive(Debug)]
pub(crate) struct Needed {
    pub(crate) need: Need,
    /// The resource's ARN; none for actions that have no resource.
    pub(crate) arn: Option<Arn>,
    /// It is allowed whatever the condition keys, as long as this is what is to be known.
    allowed: RwLock<Option<Allowed>>,
}

/// What was to be known of a resource when an action on it was allowed.
#[derive(Debug)]
struct Allowed {
    owner: AccountId,
    arn: Option<Arn>,
    policy: Option<Arc<str>>,
}

impl Needed {
    pub(crate) fn new(need: Need) -> Self {
        Self { arn: need.resource.parse().ok(), need, allowed: RwLock::default() }
    }

    /// Whether it is known that this is allowed.
    pub(crate) fn is_known(&self, owner: AccountId, facts: Option<&ResourceFacts>) -> bool {
        let arn = facts.and_then(|facts| facts.arn.as_ref());
        let policy = facts.and_then(|facts| facts.policy.as_ref());
        self.allowed.read().as_ref().is_some_and(|known| {
            let same = match (&known.policy, policy) {
                (None, None) => true,
                (Some(known), Some(policy)) => Arc::ptr_eq(known, policy) || known == policy,
                _ => false,
            };
            same && known.owner == owner && known.arn.as_ref() == arn
        })
    }

    /// Remembers that this is allowed.
    pub(crate) fn learn(&self, owner: AccountId, facts: Option<&ResourceFacts>) {
        *self.allowed.write() = Some(Allowed {
            owner,
            arn: facts.and_then(|facts| facts.arn.clone()),
            policy: facts.and_then(|facts| facts.policy.clone()),
        });
    }
}

impl Compiled {
    /// What requests like this one need, where that was worked out before.
    pub(crate) fn worked_out(&self, account: AccountId, like: &[u8]) -> Option<Arc<[Needed]>> {
        self.worked_out.read().get(&account)?.get(like).cloned()
    }

    /// Remembers what requests like this one need.
    pub(crate) fn work_out(
        &self,
        account: AccountId,
        like: Vec<u8>,
        needs: Vec<Needed>,
    ) -> Arc<[Needed]> {
        let needs: Arc<[Needed]> = needs.into();
        let mut known = self.worked_out.write();
        if known.values().map(FxHashMap::len).sum::<usize>() >= MOST {
            known.clear();
        }
        known.entry(account).or_default().insert(like.into(), needs.clone());
        needs
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
        if let Some(kept) = kept.get(&place).and_then(|kept| kept.get(&*asker.name()))
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
        kept.entry(place).or_default().insert(asker.name().into_owned(), entry);
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
        worked_out: RwLock::default(),
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
        // A session's tag takes the place of the role's, whatever the case of its key.
        let same = |key: &str| session.tags.keys().any(|other| other.eq_ignore_ascii_case(key));
        compiled.tags.retain(|key, _| !same(key));
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
