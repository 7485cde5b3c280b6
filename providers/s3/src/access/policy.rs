//! What the policy of a bucket says of a request.

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
use crate::store::{Bucket, S3Store};

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

/// Request headers and parameters that are condition keys of S3.
const HEADERS: [&str; 12] = [
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-storage-class",
];
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
    for name in HEADERS {
        if let Some(value) = header(name) {
            set(&format!("s3:{name}"), value.to_owned());
        }
    }
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

/// What the gateway learns of buckets and objects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BucketPolicies;

impl ResourcePolicies for BucketPolicies {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        let name = arn.resource.split('/').next().unwrap_or_default();
        world.global::<S3Store>().buckets.read(name, |bucket| ResourceFacts {
            owner: Some(bucket.owner),
            policy: bucket.configuration.policy.as_deref().map(Arc::from),
            tags: bucket.configuration.tags.0.iter().cloned().collect(),
            ..ResourceFacts::default()
        })
    }
}
