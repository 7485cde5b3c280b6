//! Temporary credentials.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_sts::{Credentials, PolicyDescriptorType};
use fogbank_context::{AccountId, Arn};
use fogbank_service::access_keys::{AccessKey, AccessKeyStore, KeySession};
use fogbank_service::{RequestContext, ServiceError};

use crate::access_key_id;
use crate::session_tags::SessionTags;
use crate::store::{Session, SessionKind, StsStore};

/// How every session token of AWS begins: base64 of a length and the word `origin_ec`.
const TOKEN_PREFIX: &str = "IQoJb3JpZ2luX2Vj";
/// The usual length of a token, in characters.
const TOKEN_LENGTH: usize = 480;

/// What a session is, before it has credentials.
pub(crate) struct NewSession {
    pub(crate) kind: SessionKind,
    pub(crate) account: AccountId,
    pub(crate) arn: Arn,
    pub(crate) user_id: String,
    /// Seconds that the credentials are valid.
    pub(crate) duration: i32,
    pub(crate) transitive_tags: SessionTags,
    /// What authorisation looks at.
    pub(crate) facts: KeySession,
    /// The caller's wish for a token of at least so many characters.
    pub(crate) minimum_token_size: Option<i32>,
}

/// The credentials, and the size of their token where the caller asked for a minimum.
pub(crate) struct Issued {
    pub(crate) credentials: Credentials,
    pub(crate) token_size: Option<i32>,
}

/// Makes credentials and registers their principal.
pub(crate) fn issue(cx: &RequestContext, session: NewSession) -> Result<Issued, ServiceError> {
    let ids = cx.ids();
    let seconds = u64::try_from(session.duration).unwrap_or(0);
    let expires = cx.now() + Duration::from_secs(seconds);
    let minimum = session.minimum_token_size.and_then(|size| usize::try_from(size).ok());
    let token = session_token(cx, TOKEN_LENGTH.max(minimum.unwrap_or(0)));
    let token_size = minimum.and_then(|_| i32::try_from(token.len()).ok());
    let id = access_key_id::new("ASIA", session.account, ids);
    let secret = STANDARD.encode(ids.bytes::<30>());

    let facts = KeySession { issued: Some(cx.now()), ..session.facts };
    let key = AccessKey {
        secret: secret.clone(),
        session_token: Some(token.clone()),
        account: session.account,
        arn: session.arn,
        user_id: session.user_id,
        expires: Some(expires),
        session: Some(Box::new(facts)),
        inactive: false,
    };
    cx.world.global::<AccessKeyStore>().keys.insert(id.clone(), key);
    let remembered = Session { kind: session.kind, transitive_tags: session.transitive_tags };
    cx.world.global::<StsStore>().sessions.insert(id.clone(), remembered);

    let credentials = Credentials {
        access_key_id: id,
        secret_access_key: secret,
        session_token: token,
        expiration: expires.to_wire_secs(),
    };
    Ok(Issued { credentials, token_size })
}

fn session_token(cx: &RequestContext, length: usize) -> String {
    let mut random = vec![0; length];
    cx.ids().fill(&mut random);
    let mut token = TOKEN_PREFIX.to_owned();
    STANDARD.encode_string(&random, &mut token);
    // A multiple of four characters is base64 without padding.
    token.truncate(length.next_multiple_of(4));
    token
}

/// The session that the caller's own credentials belong to.
pub(crate) fn calling_session(cx: &RequestContext) -> Option<std::sync::Arc<Session>> {
    let id = cx.principal.access_key_id.as_deref()?;
    cx.world.global::<StsStore>().sessions.get(id)
}

/// What authorisation knows of the session that the caller's own credentials belong to.
pub(crate) fn calling_facts(cx: &RequestContext) -> Option<KeySession> {
    let id = cx.principal.access_key_id.as_deref()?;
    AccessKey::find(&cx.world, id)?.session.as_deref().cloned()
}

/// The ARNs of session policies.
pub(crate) fn policy_arns(policies: Option<Vec<PolicyDescriptorType>>) -> Vec<String> {
    policies.unwrap_or_default().into_iter().filter_map(|policy| policy.arn).collect()
}
