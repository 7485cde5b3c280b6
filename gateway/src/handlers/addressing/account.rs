//! The account, and the principal who asks.

use std::sync::Arc;

use fogbank_schema::Protocol;
use fogbank_service::{AccessKey, ServiceError};

use http::HeaderName;

use crate::detection::identity::{self, Known, Unusable};
use crate::exchange::{Exchange, Step};
use crate::noted::Rare;

const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Finds the principal of the access key; anonymous requests are the default account's.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    let region = x.region.as_ref().unwrap_or(&x.core.config.default_region);
    let partition = region.partition();
    let key = x.signature.as_ref().map(|signature| signature.access_key_id());
    let found = identity::principal(&x.world, &x.core.config, &x.core.principals, key, partition);
    let Known { mut principal, key } = found.map_err(|unusable| refused(x, &unusable))?;
    if let Some(token) = x.rare_header(Rare::SecurityToken, &TOKEN) {
        Arc::make_mut(&mut principal).session_token = Some(token.to_owned());
    }
    if let Some(key) = &key {
        note_use(x, key);
    }
    x.access_key = key;
    x.account = principal.account;
    x.principal = Some(principal);
    Ok(())
}

/// Writes down when the key was last used, where the signature says for what.
fn note_use(x: &Exchange, key: &AccessKey) {
    let Some(signature) = &x.signature else { return };
    if let (Some(service), Some(region)) = (signature.service(), signature.region()) {
        key.note_use(&x.world, signature.access_key_id(), service, region);
    }
}

fn refused(x: &Exchange, unusable: &Unusable) -> ServiceError {
    match unusable {
        Unusable::Expired => expired(x),
        Unusable::Inactive => inactive(x),
    }
}

/// The key was switched off.
fn inactive(x: &Exchange) -> ServiceError {
    let service = x.service.as_ref();
    if service.is_some_and(|slot| slot.name() == "s3") {
        let message = "The AWS Access Key Id you provided does not exist in our records.";
        return ServiceError::new("InvalidAccessKeyId", 403, message);
    }
    let message = "The security token included in the request is invalid.";
    match is_xml(x) {
        true => ServiceError::new("InvalidClientTokenId", 403, message),
        false => ServiceError::new("UnrecognizedClientException", 400, message),
    }
}

/// The service answers in XML.
fn is_xml(x: &Exchange) -> bool {
    x.service.as_ref().is_some_and(|slot| {
        matches!(slot.first_protocol(), Protocol::AwsQuery | Protocol::Ec2Query | Protocol::RestXml)
    })
}

/// The key's time is over, by the clock of the world.
fn expired(x: &Exchange) -> ServiceError {
    let service = x.service.as_ref();
    if service.is_some_and(|slot| slot.name() == "s3") {
        return ServiceError::new("ExpiredToken", 400, "The provided token has expired.");
    }
    let message = "The security token included in the request is expired";
    match is_xml(x) {
        true => ServiceError::new("ExpiredToken", 403, message),
        false => ServiceError::new("ExpiredTokenException", 400, message).with_code("ExpiredToken"),
    }
}
