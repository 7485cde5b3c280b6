//! `DecodeAuthorizationMessage`.

use fogbank_api_sts::{
    DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse,
    InvalidAuthorizationMessageException,
};
use fogbank_service::ServiceError;

/// No service of the emulator denies a request with an encoded message, so none can be decoded.
pub(crate) fn run(
    _: DecodeAuthorizationMessageRequest,
) -> Result<DecodeAuthorizationMessageResponse, ServiceError> {
    Err(InvalidAuthorizationMessageException::new("Message is not valid").into())
}
