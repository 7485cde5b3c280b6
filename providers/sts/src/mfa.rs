//! Codes of MFA devices.

use fogbank_config::IamEnforcement;
use fogbank_context::Timestamp;
use fogbank_service::mfa::{CodeCheck, MfaDevice, MfaStore};
use fogbank_service::{RequestContext, ServiceError};

fn failed(how: &str) -> ServiceError {
    ServiceError::new("AccessDenied", 403, format!("MultiFactorAuthentication failed{how}"))
}

/// Checks the code of a request: when the caller proved to have a device, or none where the request
/// names none. A device that no user of this world has is taken at its word, unless policies are
/// enforced.
pub(crate) fn check(
    cx: &RequestContext,
    enforcement: IamEnforcement,
    serial: Option<&str>,
    code: Option<&str>,
) -> Result<Option<Timestamp>, ServiceError> {
    let (serial, code) = match (serial, code) {
        (None, None) => return Ok(None),
        (Some(serial), Some(code)) => (serial, code),
        _ => {
            return Err(failed(", must provide both MFA serial number and one time pass code."));
        }
    };
    match MfaDevice::take_code(&cx.world, serial, &cx.principal.arn, code) {
        CodeCheck::Valid => Ok(Some(cx.now())),
        CodeCheck::Invalid => Err(failed(" with invalid MFA one time pass code.")),
        CodeCheck::UnknownDevice
            if enforcement != IamEnforcement::Strict
                && !cx.world.global::<MfaStore>().devices.contains(serial) =>
        {
            Ok(Some(cx.now()))
        }
        CodeCheck::UnknownDevice => Err(failed(
            ", unable to validate MFA code.  Please verify your MFA serial number is valid and \
             associated with this user.",
        )),
    }
}
