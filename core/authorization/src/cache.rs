//! Policies that were compiled, kept as long as the tables they come from stay the same.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use fogbank_context::AccountId;
use fogbank_iam::{Policy, PolicySet};
use fogbank_service::{IdentityPolicies, PolicyDocument, PolicyOrigin};
use fogbank_state::{Revision, World};
use parking_lot::RwLock;

use crate::identity::Who;

/// How much is kept before everything is forgotten.
const MOST: usize = 10_000;

/// What applies to a principal, compiled.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) identity: PolicySet,
    pub(crate) boundary: Option<PolicySet>,
    pub(crate) session: Option<PolicySet>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) user_name: Option<String>,
    /// Actions and resources that are allowed whatever the condition keys.
    allowed: RwLock<HashSet<String>>,
}

impl Compiled {
    /// Whether it is known that this is allowed.
    pub(crate) fn knows(&self, question: &str) -> bool {
        self.allowed.read().contains(question)
    }

    /// Remembers that this is allowed.
    pub(crate) fn learn(&self, question: String) {
        let mut allowed = self.allowed.write();
        if allowed.len() >= MOST {
            allowed.clear();
        }
        allowed.insert(question);
    }
}

struct Kept {
    revision: Revision,
    compiled: Arc<Compiled>,
}

/// A world and a principal or an access key.
type Holder = (usize, String);

/// The caches of a gateway.
#[derive(Default)]
pub(crate) struct Cache {
    principals: RwLock<HashMap<Holder, Kept>>,
    documents: RwLock<HashMap<Arc<str>, Arc<PolicySet>>>,
}

impl Cache {
    /// What applies to who asks.
    pub(crate) fn principal(
        &self,
        world: &World,
        who: &Who,
        source: Option<&dyn IdentityPolicies>,
    ) -> Arc<Compiled> {
        let Some(source) = source else { return Arc::new(compile(world, who, None)) };
        let account = who.identity.account.unwrap_or(AccountId::DEFAULT);
        let revision = source.revision(world, account);
        // A session is known by its token's beginning, anybody else by the ARN.
        let key = who.key.as_ref().and_then(|key| key.session_token.as_deref());
        let name = key.unwrap_or(&who.identity.arn);
        let holder = (std::ptr::from_ref(world).addr(), name.to_owned());
        if let Some(kept) = self.principals.read().get(&holder)
            && kept.revision == revision
        {
            return kept.compiled.clone();
        }
        let compiled = Arc::new(compile(world, who, Some(source)));
        let mut kept = self.principals.write();
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(holder, Kept { revision, compiled: compiled.clone() });
        compiled
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

fn compile(world: &World, who: &Who, source: Option<&dyn IdentityPolicies>) -> Compiled {
    let mut compiled = Compiled::default();
    let facts = who.policy_holder().zip(source);
    let facts = facts.and_then(|(arn, source)| source.principal(world, &arn));
    if let Some(facts) = facts {
        compiled.identity = set(&facts.policies);
        compiled.boundary = facts.boundary.map(|boundary| set(&[boundary]));
        compiled.tags = facts.tags;
        compiled.user_name = facts.user_name;
    }
    if let Some(session) = who.session() {
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
