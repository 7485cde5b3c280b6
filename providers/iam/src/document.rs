//! Policy documents: what IAM accepts as one, and how it writes them.
//!
//! Which message AWS gives for which fault was seen in AWS's answers; faults that AWS has no words
//! for are `Syntax errors in policy.`

mod grammar;
mod principals;
mod resources;
pub(crate) mod trusted;

use std::fmt::Write as _;

use fogbank_service::{RequestContext, ServiceError};

use crate::errors;

/// How many characters a managed policy may have, white space not counted.
const MANAGED_QUOTA: usize = 6144;
/// The same of a trust policy.
const TRUST_QUOTA: usize = 2048;

/// A document as IAM's responses carry it: percent-encoded as RFC 3986 says.
pub(crate) fn encoded(document: &str) -> String {
    let mut text = String::with_capacity(document.len() * 2);
    for byte in document.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").expect("writing to a String does not fail");
        }
    }
    text
}

/// How many characters count towards a quota: white space does not.
pub(crate) fn size(document: &str) -> usize {
    document.chars().filter(|c| !c.is_whitespace()).count()
}

/// Checks a version of a managed policy.
pub(crate) fn check_managed(document: &str) -> Result<(), ServiceError> {
    grammar::identity(document, true).map_err(errors::malformed_policy)?;
    if size(document) > MANAGED_QUOTA {
        return Err(errors::quota("PolicySize", MANAGED_QUOTA));
    }
    Ok(())
}

/// Checks an inline policy.
pub(crate) fn check_inline(document: &str) -> Result<(), ServiceError> {
    grammar::identity(document, false).map_err(errors::malformed_policy)
}

/// Checks a trust policy.
pub(crate) fn check_trust(cx: &RequestContext, document: &str) -> Result<(), ServiceError> {
    grammar::trust(document, |kind, principal| principals::is_valid(cx, kind, principal))
        .map_err(errors::malformed_policy)?;
    if size(document) > TRUST_QUOTA {
        return Err(errors::quota("ACLSizePerRole", TRUST_QUOTA));
    }
    Ok(())
}
