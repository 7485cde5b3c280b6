//! Who may do what with a bucket of another account: what its ACLs and its policy give.
//!
//! Callers of the owner's account pass here: what their own policies say is the gateway's to
//! judge. Callers of other accounts and anonymous requests need to be given access by the bucket,
//! unless the settings let anonymous requests do anything.

mod document;
mod needs;
mod policy;
mod public;
mod redirect;
mod request;

use fogbank_config::{Config, IamEnforcement};
use fogbank_context::AccountId;
use fogbank_service::{HttpRequest, RequestContext, ServiceError};

use crate::acl::{self, ALL_USERS, AUTHENTICATED_USERS, Acl, Grantee};
use crate::configuration::Ownership;
use crate::control::{Block, account_block};
use crate::copy_source::CopySource;
use crate::errors;
use crate::key::ObjectKey;
use crate::presigned;
use crate::store::{self, Bucket};
use crate::version_id::Addressed;
use needs::{Need, action_of, need_of};
use policy::Verdict;

pub(crate) use document::check_policy;
pub(crate) use policy::BucketPolicies;
pub(crate) use public::{AclGuard, is_public, is_public_text};

/// How much is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strictness {
    /// Presigned URLs are looked at as S3 does, which includes the headers that were signed.
    pub(crate) presigned: bool,
    /// Anonymous requests need to be given access.
    pub(crate) anonymous: bool,
    /// The signatures of forms are compared.
    pub(crate) signatures: bool,
}

impl Strictness {
    /// What the settings ask for.
    pub(crate) fn of(config: &Config) -> Self {
        let strict = config.iam_enforcement == IamEnforcement::Strict;
        let signatures = strict || config.verify_signatures;
        Self {
            presigned: !config.s3_skip_signature_validation,
            anonymous: signatures || !config.s3_anonymous_access,
            signatures,
        }
    }
}

/// What a request is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum On<'a> {
    /// No bucket that exists.
    Service,
    /// A bucket.
    Bucket(&'a str),
    /// An object, or a key that may have one: bucket, key and version.
    Object(&'a str, &'a str, Option<&'a str>),
}

impl<'a> On<'a> {
    fn bucket(self) -> Option<&'a str> {
        match self {
            Self::Service => None,
            Self::Bucket(bucket) | Self::Object(bucket, ..) => Some(bucket),
        }
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asker {
    Anonymous,
    /// The canonical id of an account.
    Account(String),
}

impl Asker {
    fn is(&self, grantee: &Grantee) -> bool {
        match (grantee, self) {
            (Grantee::User(id), Self::Account(own)) => id == own,
            (Grantee::Group(uri), Self::Account(_)) => {
                uri == ALL_USERS || uri == AUTHENTICATED_USERS
            }
            (Grantee::Group(uri), Self::Anonymous) => uri == ALL_USERS,
            _ => false,
        }
    }
}

/// Lets a request in.
///
/// # Errors
///
/// Those of presigned URLs; `AccessDenied`.
pub(crate) fn admit(
    cx: &RequestContext,
    strictness: Strictness,
    on: On<'_>,
) -> Result<(), ServiceError> {
    request::check(cx)?;
    presigned::check(cx, strictness.presigned)?;
    if let Some(bucket) = on.bucket() {
        redirect::check(cx, bucket)?;
    }
    judge(cx, strictness, cx.operation.name, on)
}

/// Lets a copy read its source; a malformed header is the operation's to refuse.
///
/// # Errors
///
/// `AccessDenied`.
pub(crate) fn admit_source(
    cx: &RequestContext,
    strictness: Strictness,
    header: &str,
) -> Result<(), ServiceError> {
    let Ok(source) = CopySource::of(cx, header) else { return Ok(()) };
    let version = match source.addressed {
        Addressed::Current => None,
        Addressed::Null => Some(crate::version_id::NULL.to_owned()),
        Addressed::Id(id) => Some(id.text()),
    };
    let on = On::Object(&source.bucket, source.key.as_str(), version.as_deref());
    judge(cx, strictness, "GetObject", on)
}

/// Whether nobody signed the request; what has no address comes from inside.
pub(crate) fn is_anonymous(cx: &RequestContext) -> bool {
    cx.principal.access_key_id.is_none() && cx.http.remote.is_some()
}

/// Whether who asks agrees to be charged, which buckets can demand.
pub(crate) fn pays(request: &HttpRequest) -> bool {
    request.headers.get("x-amz-request-payer").is_some_and(|payer| payer == "requester")
}

/// `AccessDenied` with its reason. Callers of other accounts do not learn it.
pub(crate) fn not_authorized(
    cx: &RequestContext,
    owner: AccountId,
    on: On<'_>,
    because: &str,
) -> ServiceError {
    let principal = &cx.principal;
    if is_anonymous(cx) || principal.account != owner {
        return errors::access_denied();
    }
    let versioned = matches!(on, On::Object(_, _, Some(_)));
    let action = action_of(cx.operation.name, versioned);
    let resource = policy::resource_of(cx, on);
    let message = format!(
        "User: {} is not authorized to perform: {action} on resource: \"{resource}\" because \
         {because}",
        principal.arn
    );
    errors::error("AccessDenied", 403, message, &[])
}

/// Whether the caller may run an operation.
///
/// # Errors
///
/// `AccessDenied`.
pub(crate) fn judge(
    cx: &RequestContext,
    strictness: Strictness,
    operation: &str,
    on: On<'_>,
) -> Result<(), ServiceError> {
    // Services act for their callers.
    let principal = &cx.principal;
    let anonymous = is_anonymous(cx);
    if principal.service.is_some() || (anonymous && !strictness.anonymous) {
        return Ok(());
    }
    let Some(name) = on.bucket() else {
        return if anonymous { Err(errors::access_denied()) } else { Ok(()) };
    };
    let buckets = &store::store(cx).buckets;
    // What is not there is the operation's to say.
    let Some(owner) = buckets.read(name, |bucket| bucket.owner) else { return Ok(()) };
    if !anonymous && owner == principal.account {
        return Ok(());
    }
    let Some(bucket) = buckets.get(name) else { return Ok(()) };
    if bucket.configuration.request_payer.as_deref() == Some("Requester")
        && (anonymous || !pays(&cx.http))
    {
        return Err(errors::access_denied());
    }
    let asker = match anonymous {
        true => Asker::Anonymous,
        false => Asker::Account(acl::canonical_id(principal.account)),
    };
    let given = match policy::verdict(cx, &bucket, operation, on, anonymous) {
        Verdict::Allowed => true,
        Verdict::Denied => false,
        Verdict::Silent => {
            is_given(&bucket, account_block(&cx.world, owner), &asker, operation, on)
        }
    };
    if given { Ok(()) } else { Err(errors::access_denied()) }
}

/// Whether the bucket gives an outsider what an operation needs.
fn is_given(bucket: &Bucket, account: Block, asker: &Asker, operation: &str, on: On<'_>) -> bool {
    let configuration = &bucket.configuration;
    let ignores_groups =
        configuration.public_access_block.ignores_acls() || account.ignore_public_acls;
    let by_acl = |acl: Option<&Acl>, permission: &str| {
        configuration.ownership != Ownership::BucketOwnerEnforced
            && acl.is_some_and(|acl| {
                acl.grants.iter().any(|grant| {
                    let counts = !(ignores_groups && matches!(grant.grantee, Grantee::Group(_)));
                    let covers =
                        grant.permission == permission || grant.permission == "FULL_CONTROL";
                    counts && covers && asker.is(&grant.grantee)
                })
            })
    };
    match (need_of(operation), on) {
        (Need::Owner, _) | (_, On::Service) => false,
        (Need::Bucket(permission), _) => by_acl(configuration.acl.as_ref(), permission),
        (Need::Object(permission), On::Object(_, key, version)) => {
            let Ok(addressed) = Addressed::parse(version) else { return true };
            let found = bucket.find(&ObjectKey::unchecked(key), addressed);
            match found.and_then(|version| version.object.as_ref()) {
                Some(object) => {
                    let own = matches!(asker, Asker::Account(id) if *id == object.owner);
                    let enforced = configuration.ownership == Ownership::BucketOwnerEnforced;
                    (own && !enforced && object.acl.is_none())
                        || by_acl(object.acl.as_ref(), permission)
                }
                // Who may list is told that there is nothing.
                None => by_acl(configuration.acl.as_ref(), "READ"),
            }
        }
        (Need::Object(_), On::Bucket(_)) => false,
    }
}
