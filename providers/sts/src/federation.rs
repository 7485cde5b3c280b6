//! Whether a role trusts a user of an identity provider.

pub(crate) mod saml;
pub mod web_identity;

use aws_smithy_types::date_time::Format;
use fogbank_api_iam::{GetOpenIDConnectProviderRequest, GetSAMLProviderRequest, IamClient};
use fogbank_api_sts::InvalidIdentityTokenException;
use fogbank_config::IamEnforcement;
use fogbank_context::Arn;
use fogbank_iam::{Identity, Keys, Policies, Policy, PolicySet, Request, authorize};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::principal_arn::{Role, as_sts};
use crate::saml::Assertion;
use crate::web_identity::WebIdentity;

/// Applies what was found, as the settings want it.
pub(crate) fn enforce(
    enforcement: IamEnforcement,
    trusted: Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    match (enforcement, trusted) {
        (IamEnforcement::Off, _) | (_, Ok(())) => Ok(()),
        (IamEnforcement::Strict, Err(error)) => Err(error),
        (IamEnforcement::Soft, Err(error)) => {
            tracing::warn!(%error, "a role would not be assumed");
            Ok(())
        }
    }
}

/// The thumbprints of the issuer's certificates that the role's account knows.
pub(crate) async fn thumbprints(
    cx: &RequestContext,
    role: &Role,
    identity: &WebIdentity,
) -> Vec<String> {
    let iam = IamClient::new(as_sts(cx, role.account));
    let request = GetOpenIDConnectProviderRequest {
        open_id_connect_provider_arn: identity.provider(role.account),
    };
    let known = iam.get_open_id_connect_provider(request).await;
    known.ok().and_then(|known| known.thumbprint_list).unwrap_or_default()
}

/// Whether the account knows the issuer and the audience, and the role trusts the user.
pub(crate) async fn web_identity(
    cx: &RequestContext,
    role: &Role,
    identity: &WebIdentity,
    session: &str,
) -> Result<(), ServiceError> {
    let provider = identity.provider(role.account);
    if provider.starts_with("arn:") {
        let iam = IamClient::new(as_sts(cx, role.account));
        let request =
            GetOpenIDConnectProviderRequest { open_id_connect_provider_arn: provider.clone() };
        let Ok(known) = iam.get_open_id_connect_provider(request).await else {
            let message =
                format!("No OpenIDConnect provider found in your account for {}", identity.issuer);
            return Err(InvalidIdentityTokenException::new(message).into());
        };
        if !known.client_id_list.unwrap_or_default().contains(&identity.audience) {
            return Err(InvalidIdentityTokenException::new("Incorrect token audience").into());
        }
    }
    let host = identity.host();
    let one = |key: String, value: &str| (key, vec![value.to_owned()]);
    // Of Google's tokens `aud` is the authorised party, where there is one.
    let party = identity.authorized_party.as_ref().filter(|_| host == "accounts.google.com");
    let mut keys = circumstances(cx);
    keys.extend([
        one(format!("{host}:sub"), &identity.subject),
        one(format!("{host}:aud"), party.unwrap_or(&identity.audience)),
        one(format!("{host}:oaud"), &identity.audience),
        one("sts:RoleSessionName".to_owned(), session),
    ]);
    if !identity.methods.is_empty() {
        keys.push((format!("{host}:amr"), identity.methods.clone()));
    }
    let source = identity.source_identity.as_ref();
    keys.extend(source.map(|it| one("sts:SourceIdentity".to_owned(), it)));
    let tags = &identity.tags;
    trusts(role, &provider, "sts:AssumeRoleWithWebIdentity", &with_tags(keys.clone(), tags))?;
    // What the session brings along needs permissions of its own.
    if !tags.is_empty() {
        trusts(role, &provider, "sts:TagSession", &with_tags(keys.clone(), tags))?;
    }
    match source {
        Some(_) => trusts(role, &provider, "sts:SetSourceIdentity", &with_tags(keys, tags)),
        None => Ok(()),
    }
}

/// The metadata of a SAML provider; none when the role's account does not know it.
pub(crate) async fn saml_metadata(
    cx: &RequestContext,
    role: &Role,
    provider: &Arn,
) -> Option<String> {
    let iam = IamClient::new(as_sts(cx, role.account));
    let request = GetSAMLProviderRequest { saml_provider_arn: provider.to_string() };
    iam.get_saml_provider(request).await.ok()?.saml_metadata_document
}

/// Whether the account knows the provider of the assertion, and the role trusts the user.
pub(crate) fn saml(
    cx: &RequestContext,
    role: &Role,
    assertion: &Assertion,
    provider: &Arn,
    metadata: Option<&str>,
    qualifier: &str,
) -> Result<(), ServiceError> {
    let Some(metadata) = metadata else {
        return Err(errors::not_authorized("AssumeRoleWithSAML"));
    };
    if !metadata.contains(&format!("entityID=\"{}\"", assertion.issuer)) {
        let message = "Issuer not present in specified provider";
        return Err(InvalidIdentityTokenException::new(message).into());
    }
    let one = |key: &str, value: &str| (key.to_owned(), vec![value.to_owned()]);
    let mut keys = circumstances(cx);
    let name = provider.resource.rsplit('/').next().unwrap_or_default();
    keys.extend(assertion.keys.iter().cloned());
    keys.extend([
        one("saml:doc", &format!("{}/{name}", provider.account)),
        one("saml:aud", &assertion.audience),
        one("saml:iss", &assertion.issuer),
        one("saml:sub", &assertion.subject),
        one("saml:sub_type", &assertion.subject_type),
        one("saml:namequalifier", qualifier),
        one("sts:RoleSessionName", &assertion.role_session_name),
    ]);
    keys.extend(assertion.source_identity.iter().map(|it| one("sts:SourceIdentity", it)));
    let provider = provider.to_string();
    let tags = &assertion.tags;
    trusts(role, &provider, "sts:AssumeRoleWithSAML", &with_tags(keys.clone(), tags))?;
    // What the session brings along needs permissions of its own.
    if !tags.is_empty() {
        trusts(role, &provider, "sts:TagSession", &with_tags(keys.clone(), tags))?;
    }
    match assertion.source_identity {
        Some(_) => trusts(role, &provider, "sts:SetSourceIdentity", &with_tags(keys, tags)),
        None => Ok(()),
    }
}

/// The condition keys of a request's circumstances.
fn circumstances(cx: &RequestContext) -> Vec<(String, Vec<String>)> {
    let now = cx.now();
    let date = now.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    let agent = cx.http.headers.get("user-agent").and_then(|value| value.to_str().ok());
    let address = cx.http.remote.map(|remote| remote.ip().to_string());
    let known = [
        ("aws:CurrentTime", Some(date)),
        ("aws:EpochTime", Some(now.as_secs().to_string())),
        ("aws:RequestedRegion", Some(cx.region.to_string())),
        ("aws:SecureTransport", Some((cx.http.scheme == "https").to_string())),
        ("aws:SourceIp", address),
        ("aws:UserAgent", agent.map(str::to_owned)),
    ];
    known.into_iter().filter_map(|(key, value)| Some((key.to_owned(), vec![value?]))).collect()
}

/// Condition keys with those of session tags.
fn with_tags(keys: Vec<(String, Vec<String>)>, tags: &[(String, String)]) -> Keys {
    let names = tags.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
    let each =
        tags.iter().map(|(key, value)| (format!("aws:RequestTag/{key}"), vec![value.clone()]));
    let all = (!names.is_empty()).then(|| ("aws:TagKeys".to_owned(), names));
    keys.into_iter().chain(each).chain(all).collect()
}

fn trusts(role: &Role, provider: &str, action: &str, keys: &Keys) -> Result<(), ServiceError> {
    let denied = || errors::not_authorized(action.trim_start_matches("sts:"));
    let trust = role.trust().and_then(|document| Policy::parse(&document).ok());
    let trust = PolicySet::new([("the trust policy", trust.ok_or_else(denied)?)]);
    let request = Request {
        identity: &Identity::federated(provider),
        action,
        resource: &role.arn().to_string(),
        owner: Some(role.account),
        keys,
    };
    let policies =
        Policies { resource: Some(&trust), resource_decides: true, ..Policies::default() };
    if authorize(&request, &policies).is_allowed() { Ok(()) } else { Err(denied()) }
}
