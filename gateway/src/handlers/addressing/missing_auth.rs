//! Requests without a signature are anonymous; those with a malformed one get AWS's error.

use fogbank_schema::Protocol;
use fogbank_service::ServiceError;
use http::header::AUTHORIZATION;

use crate::exchange::{Exchange, Step};

/// The parts of a version 4 header, in the order in which AWS complains about them.
const PARTS: [&str; 3] = ["Credential", "Signature", "SignedHeaders"];

/// Looks at the form of the `Authorization` header. The signature itself is not verified.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    if x.signature.as_ref().is_some_and(|signature| signature.complete) {
        return Ok(());
    }
    let Some(header) = x.http().headers.get(AUTHORIZATION) else { return Ok(()) };
    let text = header.to_str().unwrap_or_default();
    if !text.starts_with("AWS4-") {
        let of_s3 = x.service().is_ok_and(|slot| slot.name() == "s3");
        return if of_s3 { other_kinds(text).map_err(Into::into) } else { Ok(()) };
    }
    let slot = x.service()?;
    let error = if slot.name() == "s3" {
        s3_error(text, x.signature.is_none())
    } else {
        let json = !matches!(
            slot.first_protocol(),
            Protocol::AwsQuery | Protocol::Ec2Query | Protocol::RestXml
        );
        aws_error(text, json)
    };
    Err(error.into())
}

/// S3 knows the signatures of version 2, too, and no other kind of authorization.
fn other_kinds(text: &str) -> Result<(), ServiceError> {
    let message = match text.split_once(' ') {
        _ if text.trim().is_empty() => return Ok(()),
        Some(("AWS", credential)) if credential.contains(':') => return Ok(()),
        Some(("AWS", _)) => {
            "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature"
        }
        _ => "Unsupported Authorization Type",
    };
    Err(ServiceError::new("InvalidArgument", 400, message)
        .with_member("ArgumentName", "Authorization")
        .with_member("ArgumentValue", text.to_owned()))
}

fn has_part(text: &str, part: &str) -> bool {
    // The word before the parts is the algorithm.
    let mut parts = text.split([' ', ',']).skip(1);
    parts.any(|of| of.strip_prefix(part).is_some_and(|rest| rest.starts_with('=')))
}

fn s3_error(text: &str, unreadable: bool) -> ServiceError {
    let code = "AuthorizationHeaderMalformed";
    if let Some(part) = PARTS.iter().find(|part| !has_part(text, part)) {
        let message = format!("The authorization header is malformed; missing {part}.");
        return ServiceError::new(code, 400, message);
    }
    debug_assert!(unreadable);
    ServiceError::new(
        code,
        400,
        "The authorization header is malformed; the Credential is mal-formed; expecting \
         \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
    )
}

fn aws_error(text: &str, json: bool) -> ServiceError {
    let code = if json { "IncompleteSignatureException" } else { "IncompleteSignature" };
    let missing: Vec<String> = PARTS
        .iter()
        .filter(|part| !has_part(text, part))
        .map(|part| format!("Authorization header requires '{part}' parameter."))
        .collect();
    let message = if missing.is_empty() {
        let credential = text.split("Credential=").nth(1).unwrap_or_default();
        let credential = credential.split([',', ' ']).next().unwrap_or_default();
        format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/term, got '{credential}'"
        )
    } else {
        format!("{} Authorization={text}", missing.join(" "))
    };
    ServiceError::new(code, 400, message)
}
