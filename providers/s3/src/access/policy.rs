//! What the policy of a bucket says of a request.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use aws_smithy_types::date_time::Format;
use fogbank_context::Arn;
use fogbank_iam::{Allowance, Identity, Keys, Policies, Policy, PolicySet, Request, authorize};
use fogbank_service::{RequestContext, ResourceFacts, ResourcePolicies};
use fogbank_state::World;

use super::On;
use super::needs::action_of;
use super::public::is_public_text;
use crate::acl;
use crate::control::account_block;
use crate::key::ObjectKey;
use crate::store::{self, Bucket, S3Store};
use crate::tags::Tags;
use crate::version_id::Addressed;
use crate::{presigned, raw};

/// What a policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    Denied,
    Silent,
}

/// What the caller's own policies say is the gateway's to judge.
static ANYTHING: LazyLock<PolicySet> = LazyLock::new(|| {
    let document =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let policy = Policy::parse(document).expect("the document is a policy");
    PolicySet::new([("caller", policy)])
});

/// What the bucket's policy says; `anonymous` when nobody signed the request.
pub(super) fn verdict(
    cx: &RequestContext,
    bucket: &Bucket,
    operation: &str,
    on: On<'_>,
    anonymous: bool,
) -> Verdict {
    let Some(document) = bucket.configuration.policy.as_deref() else { return Verdict::Silent };
    let Ok(policy) = Policy::parse(document) else { return Verdict::Silent };
    let identity = if anonymous {
        Identity::anonymous()
    } else {
        let known = Identity::of_arn(&cx.principal.arn);
        let mut identity = known.unwrap_or_else(|_| Identity::anonymous());
        identity.canonical_id = Some(acl::canonical_id(cx.principal.account));
        identity
    };
    let resource = resource_of(cx, on);
    let keys = keys(cx, anonymous, on);
    let action = action_of(operation, matches!(on, On::Object(_, _, Some(_))));
    let request = Request {
        identity: &identity,
        action: &action,
        resource: &resource,
        owner: Some(bucket.owner),
        keys: &keys,
    };
    let set = PolicySet::new([("bucket policy", policy)]);
    let policies = Policies { identity: &ANYTHING, resource: Some(&set), ..Policies::default() };
    match authorize(&request, &policies).allowance {
        Allowance::ExplicitlyDenied => Verdict::Denied,
        Allowance::ImplicitlyDenied => Verdict::Silent,
        // A public policy is nothing to outsiders where the block restricts it.
        Allowance::Allowed
            if (bucket.configuration.public_access_block.restricts()
                || account_block(&cx.world, bucket.owner).restrict_public_buckets)
                && is_public_text(document) =>
        {
            Verdict::Silent
        }
        Allowance::Allowed => Verdict::Allowed,
    }
}

pub(super) fn resource_of(cx: &RequestContext, on: On<'_>) -> String {
    let partition = cx.partition();
    match on {
        On::Service => "*".to_owned(),
        On::Bucket(bucket) => format!("arn:{partition}:s3:::{bucket}"),
        On::Object(bucket, key, _) => format!("arn:{partition}:s3:::{bucket}/{key}"),
    }
}

/// Request headers that are condition keys of S3 under other names; those that begin with `x-amz-`
/// are keys by their own.
const HEADERS: [(&str, &str); 5] = [
    ("if-match", "s3:if-match"),
    ("if-none-match", "s3:if-none-match"),
    ("x-amz-object-lock-legal-hold", "s3:object-lock-legal-hold"),
    ("x-amz-object-lock-mode", "s3:object-lock-mode"),
    ("x-amz-object-lock-retain-until-date", "s3:object-lock-retain-until-date"),
];
/// Request parameters that are condition keys of S3.
const PARAMETERS: [(&str, &str); 4] = [
    ("prefix", "s3:prefix"),
    ("delimiter", "s3:delimiter"),
    ("max-keys", "s3:max-keys"),
    ("tlsversion", "s3:TlsVersion"),
];

fn keys(cx: &RequestContext, anonymous: bool, on: On<'_>) -> Keys {
    let mut keys = Keys::default();
    let mut set = |key: &str, value: String| keys.insert(key, vec![value]);
    let http = &cx.http;
    if let Some(remote) = http.remote {
        set("aws:SourceIp", remote.ip().to_string());
    }
    set("aws:SecureTransport", (http.scheme == "https").to_string());
    let header = |name: &str| http.headers.get(name).and_then(|value| value.to_str().ok());
    for (name, key) in [("referer", "aws:Referer"), ("user-agent", "aws:UserAgent")] {
        if let Some(value) = header(name) {
            set(key, value.to_owned());
        }
    }
    let now = cx.now();
    set("aws:EpochTime", now.as_secs().to_string());
    if let Ok(text) = now.to_wire_secs().fmt(Format::DateTime) {
        set("aws:CurrentTime", text);
    }
    if !anonymous {
        let principal = &cx.principal;
        set("aws:PrincipalAccount", principal.account.to_string());
        set("aws:PrincipalArn", principal.arn.to_string());
        set("aws:userid", principal.user_id.clone());
        if let Some(name) = principal.arn.resource.strip_prefix("user/") {
            set("aws:username", name.rsplit('/').next().unwrap_or(name).to_owned());
        }
    }
    for (name, key) in HEADERS {
        if let Some(value) = header(name) {
            set(key, value.to_owned());
        }
    }
    for name in http.headers.keys().filter(|name| name.as_str().starts_with("x-amz-")) {
        if let Some(value) = header(name.as_str()) {
            set(&format!("s3:{name}"), value.to_owned());
        }
    }
    if !anonymous {
        let kind = if http.presigned { "REST-QUERY-STRING" } else { "REST-HEADER" };
        let form = raw::is_form(http);
        set("s3:authType", if form { "POST" } else { kind }.to_owned());
        let text = header("authorization").unwrap_or_default();
        let second = text.starts_with("AWS ") || http.uri.query().is_some_and(is_version_2);
        let version = if second { "AWS" } else { "AWS4-HMAC-SHA256" };
        set("s3:signatureversion", version.to_owned());
        if let Some(age) = presigned::age(cx) {
            set("s3:signatureAge", age.as_millis().to_string());
        }
    }
    if let Some(name) = on.bucket() {
        let known = |bucket: &Bucket| (bucket.owner, tags_of_bucket(bucket));
        if let Some((owner, tags)) = store::store(cx).buckets.read(name, known) {
            set("s3:ResourceAccount", owner.to_string());
            set("aws:ResourceAccount", owner.to_string());
            for (key, value) in tags {
                set(&format!("aws:ResourceTag/{key}"), value.clone());
                set(&format!("s3:BucketTag/{key}"), value);
            }
        }
    }
    if let On::Object(bucket, key, version) = on {
        let addressed = Addressed::parse(version).unwrap_or(Addressed::Current);
        for (key, value) in tags_of_object(&cx.world, bucket, key, addressed) {
            set(&format!("s3:ExistingObjectTag/{key}"), value);
        }
    }
    let requested = header("x-amz-tagging").and_then(|text| Tags::of_header(text).ok());
    let requested = requested.unwrap_or_default();
    for (key, value) in &requested.0 {
        set(&format!("s3:RequestObjectTag/{key}"), value.clone());
    }
    if !requested.is_empty() {
        let names = requested.0.iter().map(|(key, _)| key.clone()).collect();
        keys.insert("s3:RequestObjectTagKeys", names);
    }
    let mut set = |key: &str, value: String| keys.insert(key, vec![value]);
    if let On::Object(_, _, Some(version)) = on {
        set("s3:versionid", version.to_owned());
    }
    for pair in http.uri.query().unwrap_or_default().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if let Some((_, key)) = PARAMETERS.iter().find(|(parameter, _)| *parameter == name) {
            let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
            set(key, value.into_owned());
        }
    }
    keys
}

/// Whether a query has a signature of version 2.
fn is_version_2(query: &str) -> bool {
    query.split('&').any(|pair| pair.starts_with("AWSAccessKeyId="))
}

/// The tags of a bucket, where they have a say in who may do what.
fn tags_of_bucket(bucket: &Bucket) -> BTreeMap<String, String> {
    let configuration = &bucket.configuration;
    match configuration.abac.as_deref() {
        Some("Enabled") => configuration.tags.0.iter().cloned().collect(),
        _ => BTreeMap::new(),
    }
}

/// The tags of a version of an object.
fn tags_of_object(
    world: &World,
    bucket: &str,
    key: &str,
    addressed: Addressed,
) -> Vec<(String, String)> {
    let tags = world.global::<S3Store>().buckets.read(bucket, |bucket| {
        let found = bucket.find(&ObjectKey::unchecked(key), addressed);
        found.and_then(|version| version.object.as_ref()).map(|object| object.tags.0.clone())
    });
    tags.flatten().unwrap_or_default()
}

/// What the gateway learns of buckets and objects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BucketPolicies;

impl ResourcePolicies for BucketPolicies {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        let name = arn.resource.split('/').next().unwrap_or_default();
        world.global::<S3Store>().buckets.read(name, |bucket| ResourceFacts {
            owner: Some(bucket.owner),
            policy: bucket.configuration.policy.as_deref().map(Arc::from),
            tags: tags_of_bucket(bucket),
            ..ResourceFacts::default()
        })
    }

    fn condition_key(&self, world: &World, arn: &Arn, key: &str) -> Option<Vec<String>> {
        let wanted = |tags: Vec<(String, String)>, name: &str| {
            let found = tags.into_iter().find(|(key, _)| key.to_lowercase() == name);
            found.map(|(_, value)| vec![value])
        };
        if let Some(name) = key.strip_prefix("s3:existingobjecttag/") {
            let (bucket, key) = arn.resource.split_once('/')?;
            return wanted(tags_of_object(world, bucket, key, Addressed::Current), name);
        }
        let name = key.strip_prefix("s3:buckettag/")?;
        let bucket = arn.resource.split('/').next().unwrap_or_default();
        let tags = world.global::<S3Store>().buckets.read(bucket, tags_of_bucket)?;
        wanted(tags.into_iter().collect(), name)
    }
}
