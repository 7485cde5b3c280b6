//! The account, and the principal who asks.

use crate::exchange::{Exchange, Step};
use crate::identity;

/// Finds the principal of the access key; anonymous requests are the default account's.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    let region = x.region.as_ref().unwrap_or(&x.core.config.default_region);
    let partition = region.partition();
    let key = x.signature.as_ref().map(|signature| signature.access_key_id());
    let mut principal = identity::principal(&x.world, &x.core.config, key, partition);
    if let Some(token) = x.header("x-amz-security-token") {
        principal.session_token = Some(token.to_owned());
    }
    x.account = principal.account;
    x.principal = Some(principal);
    Ok(())
}
