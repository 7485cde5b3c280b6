//! What services answer to signatures that do not fit.

use std::time::Duration;

use aws_smithy_types::date_time::Format;
use fogbank_context::Timestamp;
use fogbank_schema::{Metadata, Protocol};
use fogbank_service::ServiceError;
use fogbank_signing::{Canonical, Claims, v2};

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
                        provided. Check your AWS Secret Access Key and signing method. Consult \
                        the service documentation for details.";

/// The ways of a service.
pub(super) struct Refusals {
    family: Family,
}

#[derive(Clone, Copy, PartialEq)]
enum Family {
    S3,
    Query,
    Json,
    RestJson,
}

impl Refusals {
    pub(super) fn of(metadata: &Metadata<'_>) -> Self {
        let family = match metadata.protocols.first() {
            _ if matches!(metadata.name, "s3" | "s3control") => Family::S3,
            Some(Protocol::AwsQuery | Protocol::Ec2Query | Protocol::RestXml) => Family::Query,
            Some(Protocol::RestJson1) => Family::RestJson,
            _ => Family::Json,
        };
        Self { family }
    }

    pub(super) fn is_s3(&self) -> bool {
        self.family == Family::S3
    }

    /// An error with the query protocol's code and the name that JSON has for it.
    fn error(&self, query: &'static str, json: &'static str, message: String) -> ServiceError {
        match self.family {
            Family::S3 | Family::Query => ServiceError::new(query, 403, message),
            Family::Json => ServiceError::new(json, 400, message).with_code(query),
            Family::RestJson => ServiceError::new(json, 403, message).with_code(query),
        }
    }

    fn invalid(&self, message: String) -> ServiceError {
        self.error("SignatureDoesNotMatch", "InvalidSignatureException", message)
    }

    /// Nobody knows the key.
    pub(super) fn unknown_key(&self, id: &str) -> ServiceError {
        if self.is_s3() {
            let message = "The AWS Access Key Id you provided does not exist in our records.";
            return ServiceError::new("InvalidAccessKeyId", 403, message)
                .with_member("AWSAccessKeyId", id);
        }
        let message = "The security token included in the request is invalid.".to_owned();
        self.error("InvalidClientTokenId", "UnrecognizedClientException", message)
    }

    /// The token is not the one that goes with the key.
    pub(super) fn wrong_token(&self, token: Option<&str>) -> ServiceError {
        match (self.is_s3(), token) {
            (true, Some(token)) => {
                let message = "The provided token is malformed or otherwise invalid.";
                ServiceError::new("InvalidToken", 400, message).with_member("Token-0", token)
            }
            // Without its token a temporary key is as good as none.
            (true, None) => {
                let message = "The AWS Access Key Id you provided does not exist in our records.";
                ServiceError::new("InvalidAccessKeyId", 403, message)
            }
            (false, _) => self.unknown_key(""),
        }
    }

    /// The signature is another one.
    pub(super) fn mismatch(&self, claims: &Claims, canonical: &Canonical) -> ServiceError {
        if !self.is_s3() {
            return self.invalid(MISMATCH.to_owned());
        }
        mismatch_of_s3(&claims.access_key_id, &claims.signature, &canonical.to_sign)
            .with_member("CanonicalRequest", canonical.request())
            .with_member("CanonicalRequestBytes", bytes(&canonical.request()))
    }

    /// The signature of version 2 is another one.
    pub(super) fn mismatch_v2(&self, claims: &v2::Claims, to_sign: &str) -> ServiceError {
        mismatch_of_s3(&claims.access_key_id, &claims.signature, to_sign)
    }

    /// The signature is of a form that the service does not take.
    pub(super) fn unreadable(&self) -> ServiceError {
        if self.is_s3() {
            let message = "Unsupported Authorization Type";
            return ServiceError::new("InvalidArgument", 400, message);
        }
        let message = "Request is missing Authentication Token".to_owned();
        self.error("MissingAuthenticationToken", "MissingAuthenticationTokenException", message)
    }

    /// The payload's hash is missing.
    pub(super) fn no_payload_hash(&self) -> ServiceError {
        let message = "Missing required header for this request: x-amz-content-sha256";
        ServiceError::new("InvalidRequest", 400, message)
    }

    /// There is no date, or none that can be read.
    pub(super) fn no_date(&self) -> ServiceError {
        if self.is_s3() {
            let message = "AWS authentication requires a valid Date or x-amz-date header";
            return ServiceError::new("AccessDenied", 403, message);
        }
        let message = "Authorization header requires existence of either a 'X-Amz-Date' or a \
                       'Date' header."
            .to_owned();
        let mut error = self.error("IncompleteSignature", "IncompleteSignatureException", message);
        if self.family == Family::Query {
            error = error.with_status(400);
        }
        error
    }

    /// The scope is of another day than the request.
    pub(super) fn wrong_date(&self, claims: &Claims) -> ServiceError {
        let (scope, time) = (claims.date(), &claims.time);
        if self.is_s3() {
            let message = format!(
                "The authorization header is malformed; Invalid credential date \"{scope}\". This \
                 date is not the same as X-Amz-Date: \"{}\".",
                &time[..8]
            );
            return ServiceError::new("AuthorizationHeaderMalformed", 400, message);
        }
        self.invalid(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
             HTTP: '{scope}' != '{}', from '{time}'.",
            &time[..8]
        ))
    }

    /// The time of the signature is too far off.
    pub(super) fn skewed(
        &self,
        claims: &Claims,
        now: Timestamp,
        allowed: Duration,
    ) -> ServiceError {
        if self.is_s3() {
            let message =
                "The difference between the request time and the current time is too large.";
            let date = now.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
            return ServiceError::new("RequestTimeTooSkewed", 403, message)
                .with_member("RequestTime", claims.time.clone())
                .with_member("ServerTime", date)
                .with_member("MaxAllowedSkewMilliseconds", allowed.as_millis().to_string());
        }
        let minutes = allowed.as_secs() / 60;
        let (time, server) = (&claims.time, compact(now));
        let early = time.as_str() > server.as_str();
        self.invalid(if early {
            let limit = compact(now + allowed);
            format!(
                "Signature not yet current: {time} is still later than {limit} ({server} + \
                 {minutes} min.)"
            )
        } else {
            let seconds = i64::try_from(allowed.as_secs()).unwrap_or(i64::MAX);
            let limit = compact(Timestamp::from_secs(now.as_secs() - seconds));
            format!(
                "Signature expired: {time} is now earlier than {limit} ({server} - {minutes} min.)"
            )
        })
    }
}

fn mismatch_of_s3(id: &str, signature: &str, to_sign: &str) -> ServiceError {
    let message = "The request signature we calculated does not match the signature you provided. \
                   Check your key and signing method.";
    ServiceError::new("SignatureDoesNotMatch", 403, message)
        .with_member("AWSAccessKeyId", id)
        .with_member("StringToSign", to_sign)
        .with_member("SignatureProvided", signature)
        .with_member("StringToSignBytes", bytes(to_sign))
}

/// Bytes as S3 shows them.
fn bytes(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

/// A time as signatures have it.
fn compact(at: Timestamp) -> String {
    let text = at.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    text.replace(['-', ':'], "")
}
