//! The account, and the principal who asks.

use fogbank_schema::Protocol;
use fogbank_service::ServiceError;

use crate::detection::identity;
use crate::exchange::{Exchange, Step};

/// Finds the principal of the access key; anonymous requests are the default account's.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    let region = x.region.as_ref().unwrap_or(&x.core.config.default_region);
    let partition = region.partition();
    let key = x.signature.as_ref().map(|signature| signature.access_key_id());
    let found = identity::principal(&x.world, &x.core.config, key, partition);
    let mut principal = found.map_err(|identity::Expired| expired(x))?;
    if let Some(token) = x.header("x-amz-security-token") {
        principal.session_token = Some(token.to_owned());
    }
    x.account = principal.account;
    x.principal = Some(principal);
    Ok(())
}

/// The key's time is over, by the clock of the world.
fn expired(x: &Exchange) -> ServiceError {
    let service = x.service.as_ref();
    if service.is_some_and(|slot| slot.name() == "s3") {
        return ServiceError::new("ExpiredToken", 400, "The provided token has expired.");
    }
    let message = "The security token included in the request is expired";
    let query = service.is_some_and(|slot| {
        matches!(slot.first_protocol(), Protocol::AwsQuery | Protocol::Ec2Query | Protocol::RestXml)
    });
    match query {
        true => ServiceError::new("ExpiredToken", 403, message),
        false => ServiceError::new("ExpiredTokenException", 400, message).with_code("ExpiredToken"),
    }
}
