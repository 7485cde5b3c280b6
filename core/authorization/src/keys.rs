//! The condition keys of a request.

mod of_services;

use std::borrow::Cow;
use std::cell::Cell;

use fogbank_context::AccountId;
use fogbank_iam::{ContextKeys, IdentityKind, Values};
use fogbank_service::ResourceFacts;
use fogbank_wire::dynamic::Value;

use crate::actions::Need;
use crate::authorizer::Asked;
use crate::cache::Compiled;
use crate::input::{Input, text_of};

/// The condition keys of a request, worked out when a policy asks for them.
pub struct RequestKeys<'r> {
    asked: &'r Asked<'r>,
    input: &'r Input<'r>,
    compiled: &'r Compiled,
    facts: Option<&'r ResourceFacts>,
    owner: Option<AccountId>,
    passes_role: bool,
    /// Whether a policy has asked for any.
    looked_at: Cell<bool>,
}

impl std::fmt::Debug for RequestKeys<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestKeys")
    }
}

impl<'r> RequestKeys<'r> {
    pub(crate) fn new(
        asked: &'r Asked<'r>,
        input: &'r Input<'r>,
        compiled: &'r Compiled,
        facts: Option<&'r ResourceFacts>,
    ) -> Self {
        let looked_at = Cell::new(false);
        Self { asked, input, compiled, facts, owner: None, passes_role: false, looked_at }
    }

    pub(crate) fn about(mut self, need: &Need, owner: Option<AccountId>) -> Self {
        self.owner = owner;
        self.passes_role = need.action == "iam:PassRole";
        self
    }

    /// Whether a policy has asked for any key, so that its decision may be another one next time.
    pub(crate) fn were_looked_at(&self) -> bool {
        self.looked_at.get()
    }

    fn header(&self, name: &str) -> Option<String> {
        self.asked.http.headers.get(name)?.to_str().ok().map(str::to_owned)
    }

    /// Keys of who asks.
    fn of_principal(&self, key: &str) -> Option<String> {
        let who = self.asked.who;
        let identity = &who.identity;
        let session = who.session();
        let service = self.asked.principal.service;
        Some(match key {
            "aws:principalarn" => who.principal_arn().to_owned(),
            "aws:principalaccount" => identity.account?.to_string(),
            "aws:principaltype" => match identity.kind {
                IdentityKind::Root => "Account",
                IdentityKind::User => "User",
                IdentityKind::AssumedRole => "AssumedRole",
                IdentityKind::FederatedUser => "FederatedUser",
                _ => "Anonymous",
            }
            .to_owned(),
            "aws:userid" => who.user_id.clone(),
            "aws:username" => match (identity.kind, &self.compiled.user_name) {
                (IdentityKind::User, Some(name)) => name.clone(),
                (IdentityKind::User, None) => identity.arn.rsplit('/').next()?.to_owned(),
                _ => return None,
            },
            "aws:principalisawsservice" => service.is_some().to_string(),
            "aws:principalservicename" => service?.to_owned(),
            "aws:sourceidentity" => session?.source_identity.clone()?,
            "aws:federatedprovider" => session?.federated_provider.clone()?,
            "aws:multifactorauthpresent" => {
                session.map(|session| session.mfa.is_some())?.to_string()
            }
            "aws:multifactorauthage" => {
                self.asked.world.clock().now().since(session?.mfa?).as_secs().to_string()
            }
            "aws:tokenissuetime" => date(session?.issued?),
            _ => return None,
        })
    }

    /// Keys of the request's circumstances.
    fn of_circumstances(&self, key: &str) -> Option<String> {
        let http = self.asked.http;
        let now = self.asked.world.clock().now();
        Some(match key {
            "aws:currenttime" => date(now),
            "aws:epochtime" => now.as_secs().to_string(),
            "aws:sourceip" => http.remote?.ip().to_string(),
            "aws:securetransport" => (http.scheme == "https").to_string(),
            "aws:useragent" => self.header("user-agent")?,
            "aws:referer" => self.header("referer")?,
            "aws:requestedregion" => self.asked.region.to_string(),
            "aws:viaawsservice" => self.asked.principal.service.is_some().to_string(),
            "aws:resourceaccount" => self.owner.unwrap_or(self.asked.account).to_string(),
            "iam:passedtoservice" if self.passes_role => {
                format!("{}.amazonaws.com", self.asked.model.metadata.endpoint_prefix)
            }
            _ => return None,
        })
    }

    /// The tags of a request: `Tags`, a list or a map, under one of its names.
    fn request_tags(&self) -> Option<Vec<(String, String)>> {
        let names = ["Tags", "tags", "TagList", "Tag", "Tagging"];
        let (name, value) = names.iter().find_map(|name| Some((*name, self.input.get(name)?)))?;
        Some(match value {
            Value::Map(entries) => entries
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), text_of(value)?)))
                .collect(),
            Value::List(tags) => tags.iter().filter_map(pair).collect(),
            // S3's `Tagging` of a bucket has its list inside.
            Value::Struct(members) if name == "Tagging" => members
                .iter()
                .flat_map(|(_, value)| match value {
                    Value::List(tags) => tags.iter().filter_map(pair).collect(),
                    _ => Vec::new(),
                })
                .collect(),
            Value::String(text) => of_services::form(text),
            _ => return None,
        })
    }
}

/// A tag: a structure of two strings, the key first.
fn pair(tag: &Value) -> Option<(String, String)> {
    let Value::Struct(members) = tag else { return None };
    let mut texts = members.iter().filter_map(|(_, value)| text_of(value));
    Some((texts.next()?, texts.next().unwrap_or_default()))
}

/// The value of the tag with this key, given in lower case.
fn by_name<'a>(
    mut tags: impl Iterator<Item = (&'a String, &'a String)>,
    name: &str,
) -> Option<Values<'static>> {
    let found = tags.find(|(key, _)| key.to_lowercase() == name)?;
    Some(one(found.1.clone()))
}

fn date(at: fogbank_context::Timestamp) -> String {
    at.to_wire_secs().fmt(aws_smithy_types::date_time::Format::DateTime).unwrap_or_default()
}

fn one<'a>(value: impl Into<Cow<'a, str>>) -> Values<'a> {
    vec![value.into()]
}

impl ContextKeys for RequestKeys<'_> {
    fn get(&self, key: &str) -> Option<Values<'_>> {
        self.looked_at.set(true);
        if let Some(name) = key.strip_prefix("aws:principaltag/") {
            return by_name(self.compiled.tags.iter(), name);
        }
        if let Some(name) = key.strip_prefix("aws:resourcetag/") {
            return by_name(self.facts?.tags.iter(), name);
        }
        if let Some(name) = key.strip_prefix("aws:requesttag/") {
            let tags = self.request_tags()?;
            return by_name(tags.iter().map(|(key, value)| (key, value)), name);
        }
        if key == "aws:tagkeys" {
            let tags = self.request_tags()?;
            return Some(tags.into_iter().map(|(key, _)| Cow::Owned(key)).collect());
        }
        if let Some(value) = self.of_principal(key).or_else(|| self.of_circumstances(key)) {
            return Some(one(value));
        }
        let of_facts = |facts: &ResourceFacts| {
            let mut all = facts.keys.iter();
            let found = all.find(|(name, _)| name.eq_ignore_ascii_case(key))?;
            Some(found.1.iter().map(|value| Cow::Owned(value.clone())).collect())
        };
        if let Some(values) = self.facts.and_then(of_facts) {
            return Some(values);
        }
        of_services::get(self.asked, self.input, self.facts, key)
    }
}
