//! `GetWebIdentityToken`.

use std::time::Duration;

use fogbank_api_iam::IamClient;
use fogbank_api_sts::{
    GetWebIdentityTokenRequest, GetWebIdentityTokenResponse, JWTPayloadSizeExceededException,
    OutboundWebIdentityFederationDisabledException, SessionDurationEscalationException,
};
use fogbank_service::access_keys::AccessKey;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use serde_json::{Map, Value, json};

use crate::errors;
use crate::principal_arn::{as_sts, issuing_principal};
use crate::web_identity::keys::{Algorithm, SigningKey};

/// Seconds that a token is valid unless the request says otherwise.
const FIVE_MINUTES: i32 = 300;
/// The longest payload of a token, in bytes.
const LONGEST_PAYLOAD: usize = 8192;

pub(crate) async fn run(
    cx: &RequestContext,
    input: GetWebIdentityTokenRequest,
) -> Result<GetWebIdentityTokenResponse, ServiceError> {
    let algorithm = Algorithm::by_name(&input.signing_algorithm).ok_or_else(|| {
        errors::validation(format!(
            "1 validation error detected: Value '{}' at 'signingAlgorithm' failed to satisfy \
             constraint: Member must satisfy enum value set: [ES384, RS256]",
            input.signing_algorithm
        ))
    })?;
    let account = cx.principal.account;
    let iam = IamClient::new(as_sts(cx, account));
    let info = iam.get_outbound_web_identity_federation_info(Unit).await;
    let issuer = info.ok().and_then(|info| info.issuer_identifier).ok_or_else(|| {
        let message = "Outbound web identity federation is not enabled for this account.";
        OutboundWebIdentityFederationDisabledException::new(message)
    })?;
    let seconds = input.duration_seconds.unwrap_or(FIVE_MINUTES);
    let expires = cx.now() + Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    let key = cx.principal.access_key_id.as_deref().and_then(|id| AccessKey::find(&cx.world, id));
    let ends = key.as_ref().and_then(|key| key.expires);
    if ends.is_some_and(|ends| ends < expires) {
        let message = "The requested token duration would extend the session beyond its original \
                       expiration time.";
        return Err(SessionDurationEscalationException::new(message).into());
    }

    let principal = issuing_principal(cx, key.as_deref());
    let pairs = |pairs: &mut dyn Iterator<Item = (String, String)>| -> Map<String, Value> {
        pairs.map(|(key, value)| (key, json!(value))).collect()
    };
    let mut about = json!({
        "aws_account": account,
        "source_region": cx.region.as_str(),
        "principal_id": principal,
    });
    let tags = input.tags.unwrap_or_default();
    if !tags.is_empty() {
        about["request_tags"] =
            Value::Object(pairs(&mut tags.into_iter().map(|tag| (tag.key, tag.value))));
    }
    if let Some(session) = key.as_ref().and_then(|key| key.session.as_ref()) {
        if !session.tags.is_empty() {
            about["principal_tags"] = Value::Object(pairs(&mut session.tags.clone().into_iter()));
        }
        if let Some(identity) = &session.source_identity {
            about["source_identity"] = json!(identity);
        }
        if let Some(provider) = &session.federated_provider {
            about["federated_provider"] = json!(provider);
        }
    }
    let audience = match input.audience.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    let claims = json!({
        "aud": audience,
        "sub": principal,
        "https://sts.amazonaws.com/": about,
        "iss": issuer,
        "exp": expires.as_secs(),
        "iat": cx.now().as_secs(),
        "jti": cx.ids().uuid(),
    });
    if claims.to_string().len() > LONGEST_PAYLOAD {
        let message = "The token payload size exceeds the maximum allowed size.";
        return Err(JWTPayloadSizeExceededException::new(message).into());
    }
    let key = SigningKey::of(&cx.world, account, algorithm)?;
    let token =
        key.sign(&claims).ok_or_else(|| ServiceError::internal("a token was not signed"))?;
    Ok(GetWebIdentityTokenResponse {
        web_identity_token: Some(token),
        expiration: Some(expires.to_wire_secs()),
    })
}
