//! Signs a request anew, as the same principal.

use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign as sign_request,
};
use aws_sigv4::sign::v4;
use fogbank_context::Clock;
use fogbank_service::AccessKey;
use fogbank_wire::Body;
use http::Request;

use crate::exchange::Exchange;

/// The secret of keys whose secret nobody knows; emulators take any.
const UNKNOWN_SECRET: &str = "test";

/// Adds a version 4 signature. Payloads that are not in memory are left out of it.
pub(super) fn sign(
    x: &Exchange,
    request: &mut Request<Body>,
    payload: Option<&[u8]>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let slot = x.service().map_err(|_| "no service")?;
    let s3 = slot.name() == "s3";
    let id = match &x.signature {
        Some(signature) => signature.access_key_id().to_owned(),
        None => x.account.to_string(),
    };
    let known = AccessKey::find(&x.world, &id);
    let configured = x.core.config.credentials.get(&id).and_then(|key| key.secret.clone());
    let secret = known.as_ref().map(|key| key.secret.clone()).or(configured);
    let token = x.header("x-amz-security-token").map(str::to_owned);
    let credentials =
        Credentials::new(id, secret.unwrap_or(UNKNOWN_SECRET.to_owned()), token, None, "fogbank");
    let identity = credentials.into();

    let mut settings = SigningSettings::default();
    if s3 {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let moved = x.context.as_ref().map(|context| &context.region);
    let region = moved.or(x.region.as_ref()).unwrap_or(&x.core.config.default_region);
    // The upstream server lives in real time, whatever the world's clock shows.
    let now = Clock::default().now();
    let since = Duration::from_secs(u64::try_from(now.as_secs()).unwrap_or(0));
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region.as_str())
        .name(slot.model().metadata.signing_name)
        .time(SystemTime::UNIX_EPOCH + since)
        .settings(settings)
        .build()?
        .into();

    let uri = request.uri().to_string();
    let headers = request.headers().iter().filter_map(|(name, value)| {
        let name = name.as_str();
        let signed = name.starts_with("x-amz-") || name == "content-type" || name == "content-md5";
        Some((name, value.to_str().ok().filter(|_| signed)?))
    });
    let body = payload.map_or(SignableBody::UnsignedPayload, SignableBody::Bytes);
    let signable = SignableRequest::new(request.method().as_str(), uri, headers, body)?;
    let (instructions, _) = sign_request(signable, &parameters)?.into_parts();
    instructions.apply_to_request_http1x(request);
    Ok(())
}
