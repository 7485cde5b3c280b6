//! MFA delete: versions that only the code of a device deletes.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html>.

use fogbank_service::mfa::{CodeCheck, MfaDevice};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;

/// What the `x-amz-mfa` header of a request says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presented {
    Nothing,
    /// The code of a device of the root of the account.
    Code,
}

impl Presented {
    /// Reads the header: the serial number of a device, a space, and its code, which is taken.
    ///
    /// # Errors
    ///
    /// `AccessDenied` for a code that is not the device's, or a device that is not the caller's.
    pub(crate) fn of(cx: &RequestContext, header: Option<&str>) -> Result<Self, ServiceError> {
        let Some(header) = header else { return Ok(Self::Nothing) };
        let (serial, code) = header.trim().rsplit_once(' ').unwrap_or((header, ""));
        let principal = &cx.principal.arn;
        match MfaDevice::take_code(&cx.world, serial.trim(), principal, code) {
            CodeCheck::Valid => Ok(Self::Code),
            CodeCheck::Invalid | CodeCheck::UnknownDevice => Err(errors::access_denied()),
        }
    }

    /// Checks that a code came.
    ///
    /// # Errors
    ///
    /// `AccessDenied`.
    pub(crate) fn demand(self) -> Result<(), ServiceError> {
        match self {
            Self::Code => Ok(()),
            Self::Nothing => Err(errors::error(
                "AccessDenied",
                403,
                "Mfa Authentication must be used for this request",
                &[],
            )),
        }
    }
}
