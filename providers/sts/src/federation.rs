//! Whether a role trusts a user of an identity provider.

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
    let keys = Keys::from_iter([
        (format!("{host}:sub"), vec![identity.subject.clone()]),
        (format!("{host}:aud"), vec![identity.audience.clone()]),
        ("sts:RoleSessionName".to_owned(), vec![session.to_owned()]),
    ]);
    trusts(role, &provider, "AssumeRoleWithWebIdentity", &keys)
}

/// Whether the account knows the provider of the assertion, and the role trusts the user.
pub(crate) async fn saml(
    cx: &RequestContext,
    role: &Role,
    assertion: &Assertion,
    provider: &Arn,
    qualifier: &str,
) -> Result<(), ServiceError> {
    let iam = IamClient::new(as_sts(cx, role.account));
    let request = GetSAMLProviderRequest { saml_provider_arn: provider.to_string() };
    let metadata = iam.get_saml_provider(request).await;
    let metadata = metadata.ok().and_then(|known| known.saml_metadata_document);
    let Some(metadata) = metadata else {
        return Err(errors::not_authorized("AssumeRoleWithSAML"));
    };
    if !metadata.contains(&format!("entityID=\"{}\"", assertion.issuer)) {
        let message = "Issuer not present in specified provider";
        return Err(InvalidIdentityTokenException::new(message).into());
    }
    let keys = Keys::from_iter([
        ("saml:aud", vec![assertion.audience.clone()]),
        ("saml:iss", vec![assertion.issuer.clone()]),
        ("saml:sub", vec![assertion.subject.clone()]),
        ("saml:sub_type", vec![assertion.subject_type.clone()]),
        ("saml:namequalifier", vec![qualifier.to_owned()]),
        ("sts:RoleSessionName", vec![assertion.role_session_name.clone()]),
    ]);
    trusts(role, &provider.to_string(), "AssumeRoleWithSAML", &keys)
}

fn trusts(role: &Role, provider: &str, operation: &str, keys: &Keys) -> Result<(), ServiceError> {
    let denied = || errors::not_authorized(operation);
    let trust = role.trust().and_then(|document| Policy::parse(&document).ok());
    let trust = PolicySet::new([("the trust policy", trust.ok_or_else(denied)?)]);
    let request = Request {
        identity: &Identity::federated(provider),
        action: &format!("sts:{operation}"),
        resource: &role.arn().to_string(),
        owner: Some(role.account),
        keys,
    };
    let policies =
        Policies { resource: Some(&trust), resource_decides: true, ..Policies::default() };
    if authorize(&request, &policies).is_allowed() { Ok(()) } else { Err(denied()) }
}
