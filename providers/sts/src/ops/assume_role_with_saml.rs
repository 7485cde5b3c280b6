//! `AssumeRoleWithSAML`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_sts::{
    AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse, AssumedRoleUser, Tag,
};
use fogbank_config::IamEnforcement;
use fogbank_context::Arn;
use fogbank_service::access_keys::KeySession;
use fogbank_service::{RequestContext, ServiceError};
use sha1::{Digest, Sha1};

use crate::credentials::{NewSession, issue, policy_arns};
use crate::errors;
use crate::federation;
use crate::principal_arn::Role;
use crate::saml::Response;
use crate::session_policy::packed_size;
use crate::session_tags::SessionTags;
use crate::store::SessionKind;

const HOUR: i32 = 3600;

pub(crate) async fn run(
    cx: &RequestContext,
    enforcement: IamEnforcement,
    input: AssumeRoleWithSAMLRequest,
) -> Result<AssumeRoleWithSAMLResponse, ServiceError> {
    let role = Role::find(cx, &input.role_arn).await?;
    let provider: Arn =
        input.principal_arn.parse().map_err(|_| errors::is_invalid(&input.principal_arn))?;
    let response = Response::decode(&input.saml_assertion)?;
    // What is known of the provider verifies what it says.
    let metadata = federation::saml_metadata(cx, &role, &provider).await;
    let assertion = match &metadata {
        Some(metadata) => response.verified(metadata, cx.now())?,
        None => response.read()?,
    };
    if !names_pair(&assertion.roles, &input.role_arn, &input.principal_arn) {
        return Err(errors::not_authorized("AssumeRoleWithSAML"));
    }
    let qualifier = name_qualifier(&assertion.issuer, &provider);
    let trusted =
        federation::saml(cx, &role, &assertion, &provider, metadata.as_deref(), &qualifier);
    federation::enforce(enforcement, trusted)?;
    let tags: Vec<Tag> =
        assertion.tags.into_iter().map(|(key, value)| Tag { key, value }).collect();
    let packed_policy_size =
        packed_size(input.policy.as_deref(), input.policy_arns.as_deref(), &tags)?;
    let transitive_tags =
        SessionTags::transitive(&tags, &assertion.transitive_tag_keys, &SessionTags::default())?;

    // The shorter of what the request asks for and what the assertion allows.
    let asked = input.duration_seconds.unwrap_or(HOUR);
    let duration = assertion.session_duration.map_or(asked, |allowed| allowed.min(asked));
    role.check_duration(duration)?;
    let user = role.session(cx, &assertion.role_session_name);
    let facts = KeySession {
        issuer: Some(role.arn().clone()),
        policy: input.policy,
        policy_arns: policy_arns(input.policy_arns),
        federated_provider: Some(input.principal_arn),
        tags: tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        transitive_tag_keys: transitive_tags.iter().map(|(key, _)| key.to_owned()).collect(),
        source_identity: assertion.source_identity.clone(),
        ..KeySession::default()
    };
    let session = NewSession {
        kind: SessionKind::AssumedRole,
        account: role.account,
        arn: user.arn.clone(),
        user_id: user.id.clone(),
        duration,
        transitive_tags,
        facts,
        minimum_token_size: input.minimum_session_token_size,
    };
    let issued = issue(cx, session)?;
    Ok(AssumeRoleWithSAMLResponse {
        credentials: Some(issued.credentials),
        assumed_role_user: Some(AssumedRoleUser {
            assumed_role_id: user.id,
            arn: user.arn.to_string(),
        }),
        packed_policy_size,
        name_qualifier: Some(qualifier),
        subject: Some(assertion.subject),
        subject_type: Some(assertion.subject_type),
        issuer: Some(assertion.issuer),
        audience: Some(assertion.audience),
        source_identity: assertion.source_identity,
        session_token_size: issued.token_size,
        ..Default::default()
    })
}

/// An assertion lists the roles that its subject may assume, each with its provider.
fn names_pair(roles: &[String], role: &str, provider: &str) -> bool {
    roles.iter().any(|pair| {
        let named: Vec<&str> = pair.split(',').map(str::trim).collect();
        named.contains(&role) && named.contains(&provider)
    })
}

/// Base64 of the SHA-1 of the issuer, the account, a slash and the provider's name.
fn name_qualifier(issuer: &str, provider: &Arn) -> String {
    let name = provider.resource.rsplit('/').next().unwrap_or_default();
    STANDARD.encode(Sha1::digest(format!("{issuer}{}/{name}", provider.account)))
}
