//! The condition keys of a question that nobody has asked yet.

use fogbank_context::{AccountId, Arn};
use fogbank_iam::{ContextKeys, IdentityKind, Values};
use fogbank_service::{ResourceFacts, ResourcePolicies};
use fogbank_state::World;

use super::{by_name, date, one};
use crate::cache::Compiled;

/// The keys that are given, and those that principal, resource and time have anyway.
pub(crate) struct SupposedKeys<'a> {
    pub(crate) given: &'a dyn ContextKeys,
    pub(crate) world: &'a World,
    pub(crate) compiled: &'a Compiled,
    pub(crate) facts: Option<&'a ResourceFacts>,
    pub(crate) owner: Option<AccountId>,
    pub(crate) known: Option<(&'a Arn, &'a dyn ResourcePolicies)>,
}

impl SupposedKeys<'_> {
    fn own(&self, key: &str) -> Option<String> {
        let who = &self.compiled.who;
        let identity = &who.identity;
        let now = self.world.clock().now();
        Some(match key {
            "aws:currenttime" => date(now),
            "aws:epochtime" => now.as_secs().to_string(),
            "aws:principalarn" => who.principal_arn().to_owned(),
            "aws:principalaccount" => identity.account?.to_string(),
            "aws:principaltype" => super::type_of(identity.kind).to_owned(),
            "aws:principalisawsservice" => (identity.kind == IdentityKind::Service).to_string(),
            "aws:resourceaccount" => self.owner.or(identity.account)?.to_string(),
            "aws:username" => self.compiled.user_name.clone()?,
            _ => return None,
        })
    }
}

impl ContextKeys for SupposedKeys<'_> {
    fn get(&self, key: &str) -> Option<Values<'_>> {
        if let Some(values) = self.given.get(key) {
            return Some(values);
        }
        if let Some(name) = key.strip_prefix("aws:principaltag/") {
            return by_name(self.compiled.tags.iter(), name);
        }
        if let Some((_, name)) = key.split_once(":resourcetag/") {
            return by_name(self.facts?.tags.iter(), name);
        }
        if let Some(value) = self.own(key) {
            return Some(one(value));
        }
        let (arn, source) = self.known?;
        let values = source.condition_key(self.world, arn, key)?;
        Some(values.into_iter().map(Into::into).collect())
    }
}
