//! Which principals a trust policy may name.

use fogbank_context::{AccountId, Arn};
use fogbank_service::RequestContext;

use crate::arns;
use crate::store::{IamStore, Role, User};

/// The web identity providers that AWS knows without an OpenID Connect provider.
const WEB_IDENTITIES: &[&str] = &[
    "accounts.google.com",
    "appstream.amazonaws.com",
    "cognito-identity.amazonaws.com",
    "cognito-identity-us-gov.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

/// What the names of service principals end with.
const SERVICE_SUFFIXES: &[&str] = &[
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".amazon.com",
    ".aws.internal",
    ".api.aws",
];

/// Whether AWS accepts this principal of a trust policy.
pub(super) fn is_valid(cx: &RequestContext, kind: &str, principal: &str) -> bool {
    match kind {
        "AWS" => {
            principal == "*"
                || principal.parse::<AccountId>().is_ok()
                || is_unique_id(principal)
                || principal.parse().is_ok_and(|arn| is_principal(cx, &arn))
        }
        "Service" => SERVICE_SUFFIXES.iter().any(|suffix| principal.ends_with(suffix)),
        "Federated" => {
            WEB_IDENTITIES.contains(&principal)
                || principal.parse::<Arn>().is_ok_and(|arn| {
                    let kinds = ["saml-provider/", "oidc-provider/"];
                    arn.service == "iam" && kinds.iter().any(|kind| arn.resource.starts_with(kind))
                })
        }
        _ => false,
    }
}

/// The id that AWS puts in the place of the ARN of a principal that was deleted.
fn is_unique_id(text: &str) -> bool {
    text.len() >= 16
        && text.starts_with('A')
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// Users and roles of this account must be there; of others it is not known.
fn is_principal(cx: &RequestContext, arn: &Arn) -> bool {
    let Some(account) = arn.account_id() else { return false };
    let resource = arn.resource.as_str();
    if arn.service == "sts" {
        return ["assumed-role/", "federated-user/"].iter().any(|kind| resource.starts_with(kind));
    }
    if arn.service != "iam" {
        return false;
    }
    if resource == "root" {
        return true;
    }
    let store = IamStore::of(cx);
    let here = account == cx.account;
    if let Some((_, name)) = arns::path_and_name(arn, "user") {
        return !here || store.find::<User>(name).is_ok();
    }
    if let Some((_, name)) = arns::path_and_name(arn, "role") {
        return !here || store.find::<Role>(name).is_ok();
    }
    false
}
