//! Web identity tokens: JSON Web Tokens of OpenID Connect providers.

pub(crate) mod issuer;
pub(crate) mod jwk;
pub(crate) mod key_set;
pub mod keys;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fogbank_api_sts::{ExpiredTokenException, InvalidIdentityTokenException};
use fogbank_config::WebIdentityVerification;
use fogbank_context::{AccountId, Timestamp};
use fogbank_service::ServiceError;
use serde_json::Value;

use jwk::Verdict;

/// What a token says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WebIdentity {
    pub(crate) subject: String,
    pub(crate) audience: String,
    pub(crate) issuer: String,
    /// The `kid` of the key that signed it.
    pub(crate) key_id: String,
    /// The session's tags: keys and values.
    pub(crate) tags: Vec<(String, String)>,
    /// The keys of the tags that the next session of a role chain inherits.
    pub(crate) transitive_tag_keys: Vec<String>,
    /// The source identity that the session begins with.
    pub(crate) source_identity: Option<String>,
    /// How the user was authenticated: the claim `amr`.
    pub(crate) methods: Vec<String>,
    /// The client that the token was made for: the claim `azp`.
    pub(crate) authorized_party: Option<String>,
}

/// How the hosts of issuers end whose tokens STS itself signs.
const OWN_ISSUERS: &str = ".tokens.sts.global.api.aws";

impl WebIdentity {
    /// The issuer without its scheme, as ARNs and condition keys have it.
    pub(crate) fn host(&self) -> &str {
        let rest = self.issuer.split_once("://");
        rest.map_or(&self.issuer, |(_, rest)| rest)
    }

    /// The principal of trust policies: a well-known provider by its name, any other by the ARN
    /// that it has in the account.
    pub(crate) fn provider(&self, account: AccountId) -> String {
        const WELL_KNOWN: [&str; 4] = [
            "accounts.google.com",
            "cognito-identity.amazonaws.com",
            "graph.facebook.com",
            "www.amazon.com",
        ];
        match self.host() {
            host if WELL_KNOWN.contains(&host) => host.to_owned(),
            host => format!("arn:aws:iam::{account}:oidc-provider/{host}"),
        }
    }

    /// Whether STS itself signs the tokens of the issuer.
    pub(crate) fn is_of_sts(&self) -> bool {
        self.host().ends_with(OWN_ISSUERS)
    }

    /// Whether the settings want the issuer asked for its keys.
    pub(crate) fn is_to_be_verified(&self, wanted: WebIdentityVerification) -> bool {
        match wanted {
            WebIdentityVerification::Off => false,
            WebIdentityVerification::Local => issuer::is_on_this_machine(&self.issuer),
            WebIdentityVerification::Reachable | WebIdentityVerification::Always => true,
        }
    }

    /// Asks the issuer whether it signed the token; an issuer that cannot be asked is one that did,
    /// unless the settings want to know it always.
    pub(crate) async fn verify(
        &self,
        token: &str,
        wanted: WebIdentityVerification,
        thumbprints: Vec<String>,
    ) -> Result<(), ServiceError> {
        let header = header_of(token).unwrap_or_default();
        match issuer::keys(&self.issuer, thumbprints).await {
            Ok(keys) => match jwk::verify(token, &header, &keys) {
                Verdict::Signed => Ok(()),
                Verdict::Forged => Err(invalid("Provided Token has an invalid signature")),
                Verdict::UnknownKey => Err(no_key()),
            },
            Err(problem) => {
                tracing::warn!(issuer = self.issuer, %problem, "an issuer's keys are not known");
                if wanted == WebIdentityVerification::Always { Err(no_key()) } else { Ok(()) }
            }
        }
    }

    /// Reads a token. Its signature is not verified.
    pub(crate) fn parse(token: &str, now: Timestamp) -> Result<Self, ServiceError> {
        let claims = claims(token).ok_or_else(|| {
            invalid(
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an \
                 Access Token)",
            )
        })?;
        let text = |name: &str| {
            let claim = claims.get(name).and_then(|value| match value {
                Value::Array(values) => values.first()?.as_str(),
                value => value.as_str(),
            });
            claim
                .map(str::to_owned)
                .ok_or_else(|| invalid(&format!("Missing a required claim: {name}")))
        };
        let key_id = header_of(token).and_then(|header| Some(header["kid"].as_str()?.to_owned()));
        let identity = Self {
            subject: text("sub")?,
            audience: text("aud")?,
            issuer: text("iss")?,
            key_id: key_id.unwrap_or_default(),
            tags: principal_tags(&claims)?,
            transitive_tag_keys: texts(&claims[TAGS]["transitive_tag_keys"]),
            source_identity: claims[SOURCE_IDENTITY].as_str().map(str::to_owned),
            methods: texts(&claims["amr"]),
            authorized_party: claims["azp"].as_str().map(str::to_owned),
        };
        let expires = claims.get("exp").and_then(Value::as_f64);
        let expires = expires.ok_or_else(|| invalid("Missing a required claim: exp"))? as i64;
        if expires <= now.as_secs() {
            return Err(ExpiredTokenException::new(format!(
                "Token expired: current date/time {} must be before the expiration date/time {expires}",
                now.as_secs()
            ))
            .into());
        }
        Ok(identity)
    }
}

/// The claim with tags, and that with a source identity.
const TAGS: &str = "https://aws.amazon.com/tags";
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

/// The texts of a list; one that is no list stands for itself.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// `"principal_tags": { "team": ["fog"] }`.
fn principal_tags(claims: &Value) -> Result<Vec<(String, String)>, ServiceError> {
    let Some(tags) = claims[TAGS]["principal_tags"].as_object() else { return Ok(Vec::new()) };
    let tag = |(key, values): (&String, &Value)| match texts(values).as_slice() {
        [value] => Ok((key.clone(), value.clone())),
        _ => Err(invalid(&format!("The tag {key} in the token must have one value"))),
    };
    tags.iter().map(tag).collect()
}

/// The issuer's key cannot be had.
pub(crate) fn no_key() -> ServiceError {
    invalid(
        "Couldn't retrieve verification key from your identity provider,  please reference \
         AssumeRoleWithWebIdentity documentation for requirements",
    )
}

fn invalid(message: &str) -> ServiceError {
    InvalidIdentityTokenException::new(message).into()
}

fn json(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

fn header_of(token: &str) -> Option<Value> {
    json(token.split('.').next()?)
}

fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    json(header)?;
    json(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(r#"{"alg":"RS256"}"#), part(payload), part("signature"))
    }

    fn code(token: &str) -> String {
        WebIdentity::parse(token, Timestamp::from_secs(1_000)).unwrap_err().code().to_owned()
    }

    #[test]
    fn a_token_is_read() {
        let token = token(r#"{"sub":"me","aud":["app","x"],"iss":"https://idp","exp":1001}"#);
        let identity = WebIdentity::parse(&token, Timestamp::from_secs(1_000)).unwrap();
        assert_eq!((&*identity.subject, &*identity.audience), ("me", "app"));
    }

    #[test]
    fn broken_tokens() {
        for broken in ["", "a.b", "a.b.c", "....", &token("[]"), &token(r#"{"sub":"me"}"#)] {
            assert_eq!(code(broken), "InvalidIdentityToken", "{broken}");
        }
        let expired = token(r#"{"sub":"me","aud":"app","iss":"https://idp","exp":1000}"#);
        assert_eq!(code(&expired), "ExpiredTokenException");
    }
}
