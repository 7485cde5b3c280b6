//! What temporary credentials cannot be used for, whatever policies say.
//!
//! "Compare AWS STS credentials" in the IAM User Guide has the table.

use fogbank_iam::IdentityKind;
use fogbank_service::ServiceError;

use crate::identity::Who;

/// What the sessions of users may call at STS.
const OF_SESSIONS: &[&str] = &["AssumeRole", "GetCallerIdentity"];
/// What federated users may.
const OF_FEDERATED: &[&str] = &["GetCallerIdentity"];

/// The answer to a request that the caller's kind of session may not make.
pub(crate) fn refusal(service: &str, operation: &str, who: &Who) -> Option<ServiceError> {
    let session = who.session()?;
    let (at_sts, at_iam) = match who.identity.kind {
        IdentityKind::FederatedUser => (OF_FEDERATED, false),
        // Of `GetSessionToken`; others are limited to session policies.
        IdentityKind::User | IdentityKind::Root if !session.limited => {
            (OF_SESSIONS, session.mfa.is_some())
        }
        _ => return None,
    };
    match service {
        "iam" if !at_iam => {
            let message = "The security token included in the request is invalid.";
            Some(ServiceError::new("InvalidClientTokenId", 403, message))
        }
        "sts" if !at_sts.contains(&operation) => {
            let message = format!("Cannot call {operation} with session credentials");
            Some(ServiceError::new("AccessDenied", 403, message))
        }
        _ => None,
    }
}
