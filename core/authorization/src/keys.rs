//! The condition keys of a request.

mod dynamodb;
mod of_services;
pub(crate) mod supposed;

use std::borrow::Cow;
use std::cell::Cell;

use fogbank_context::{AccountId, Arn};
use fogbank_iam::{ContextKeys, IdentityKind, Values};
use fogbank_service::{Acting, ResourceFacts, ResourcePolicies};
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
    known: Option<(&'r Arn, &'r dyn ResourcePolicies)>,
    action: &'r str,
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
        Self { asked, input, compiled, facts, owner: None, known: None, action: "", looked_at }
    }

    /// Of an action on a resource, its owner, and who knows the resource by its ARN.
    pub(crate) fn about(
        mut self,
        need: &'r Need,
        owner: Option<AccountId>,
        known: Option<(&'r Arn, &'r dyn ResourcePolicies)>,
    ) -> Self {
        self.owner = owner;
        self.known = known;
        self.action = &need.action;
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
        let who = &self.compiled.who;
        let identity = &who.identity;
        let session = who.session();
        let service = (identity.kind == IdentityKind::Service).then_some(&identity.arn);
        Some(match key {
            "aws:principalarn" => who.principal_arn().to_owned(),
            "aws:principalaccount" => identity.account?.to_string(),
            "aws:principaltype" => type_of(identity.kind).to_owned(),
            "aws:userid" => who.user_id.clone(),
            "aws:username" => match (identity.kind, &self.compiled.user_name) {
                (IdentityKind::User, Some(name)) => name.clone(),
                (IdentityKind::User, None) => identity.arn.rsplit('/').next()?.to_owned(),
                _ => return None,
            },
            "aws:principalisawsservice" => service.is_some().to_string(),
            "aws:principalservicename" | "aws:principalservicenameslist" => service?.clone(),
            "aws:sourceidentity" => session?.source_identity.clone()?,
            "aws:federatedprovider" => session?.federated_provider.clone()?,
            // A code that comes with the request; STS checks it.
            "aws:multifactorauthpresent" if self.has_code() => true.to_string(),
            "aws:multifactorauthage" if self.has_code() => "0".to_owned(),
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

    /// Whether the request brings the code of an MFA device.
    fn has_code(&self) -> bool {
        self.action == "sts:AssumeRole"
            && ["SerialNumber", "TokenCode"].iter().all(|name| self.input.get(name).is_some())
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
            "aws:viaawsservice" => self.via().is_some().to_string(),
            "aws:calledvia" | "aws:calledviafirst" | "aws:calledvialast" => self.via()?.to_owned(),
            "aws:sourcearn" => self.source()?.0.to_owned(),
            "aws:sourceaccount" => self.source()?.1.to_string(),
            "aws:resourceaccount" => self.owner.unwrap_or(self.asked.account).to_string(),
            "iam:passedtoservice" if self.action == "iam:PassRole" => {
                let prefix = match self.asked.model.metadata.endpoint_prefix {
                    // Roles of instance profiles are EC2's.
                    "iam" => "ec2",
                    "s3-control" => "s3",
                    prefix => prefix,
                };
                format!("{prefix}.amazonaws.com")
            }
            _ => return None,
        })
    }

    /// The service that calls for who asked it.
    fn via(&self) -> Option<&'static str> {
        let intent = self.asked.intent?;
        (intent.acting == Acting::ForPrincipal).then_some(intent.by)
    }

    /// A condition key that the resource has.
    fn of_resource(&self, key: &str) -> Option<Vec<String>> {
        let (arn, source) = self.known?;
        source.condition_key(self.asked.world, arn, key)
    }

    /// What a service that calls as itself acts for.
    fn source(&self) -> Option<(&str, AccountId)> {
        match &self.asked.intent?.acting {
            Acting::AsItself { source, account } => Some((source, *account)),
            _ => None,
        }
    }

    /// The keys of the tags that a request takes away.
    fn untagged(&self) -> Option<Values<'_>> {
        let names = ["TagKeys", "tagKeys", "TagKeyList"];
        match names.iter().find_map(|name| self.input.get(name))? {
            Value::List(keys) => Some(keys.iter().filter_map(text_of).map(Cow::Owned).collect()),
            _ => None,
        }
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

/// `aws:PrincipalType`.
fn type_of(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Root => "Account",
        IdentityKind::User => "User",
        IdentityKind::AssumedRole => "AssumedRole",
        IdentityKind::FederatedUser => "FederatedUser",
        _ => "Anonymous",
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
        // `aws:ResourceTag/…`, and what it is called by services that had it before.
        if let Some((_, name)) = key.split_once(":resourcetag/") {
            return by_name(self.facts?.tags.iter(), name);
        }
        if let Some(name) = key.strip_prefix("aws:requesttag/") {
            let tags = self.request_tags()?;
            return by_name(tags.iter().map(|(key, value)| (key, value)), name);
        }
        if key == "aws:tagkeys" {
            let Some(tags) = self.request_tags() else { return self.untagged() };
            return Some(tags.into_iter().map(|(key, _)| Cow::Owned(key)).collect());
        }
        if let Some(value) = self.of_principal(key).or_else(|| self.of_circumstances(key)) {
            return Some(one(value));
        }
        let of = of_services::About {
            asked: self.asked,
            input: self.input,
            facts: self.facts,
            known: self.known,
            action: self.action,
            via: self.via(),
        };
        let resource = || {
            let values = self.of_resource(key)?;
            Some(values.into_iter().map(Cow::Owned).collect())
        };
        // The boundary that a request sets counts, otherwise the one that is set.
        match key.starts_with("iam:") {
            true => of.get(key).or_else(resource),
            false => resource().or_else(|| of.get(key)),
        }
    }
}
