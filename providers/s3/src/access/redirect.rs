//! Requests for a bucket at the endpoint of another region.
//!
//! S3 tells where the bucket is, in words that SDKs understand: `PermanentRedirect` at an endpoint
//! that cannot serve it, a malformed authorization where the endpoint could and the signature is for
//! another region. Both carry the header `x-amz-bucket-region`.

use std::net::Ipv4Addr;

use fogbank_context::Region;
use fogbank_service::{HttpRequest, RequestContext, ServiceError};
use http::HeaderName;
use http::header::AUTHORIZATION;

use crate::errors::error;
use crate::store;

/// Operations that answer at every endpoint.
const EVERYWHERE: [&str; 1] = ["GetBucketLocation"];

/// Checks that a request from outside that states a region states the bucket's.
///
/// # Errors
///
/// `PermanentRedirect`, `AuthorizationHeaderMalformed`, `AuthorizationQueryParametersError`.
pub(super) fn check(cx: &RequestContext, bucket: &str) -> Result<(), ServiceError> {
    if cx.http.remote.is_none() || EVERYWHERE.contains(&cx.operation.name) {
        return Ok(());
    }
    let elsewhere = store::store(cx)
        .buckets
        .read(bucket, |it| (it.region != cx.region).then(|| it.region.clone()))
        .flatten();
    match elsewhere {
        Some(region) if states_region(cx) => Err(answer(cx, bucket, &region)),
        _ => Ok(()),
    }
}

/// The host as a bucket's name sees it: the bucket, whether a region is named, and the domain.
struct Host<'h> {
    virtual_hosted: bool,
    regional: bool,
    domain: &'h str,
    port: &'h str,
}

impl<'h> Host<'h> {
    fn of(host: &'h str, region: &str) -> Self {
        let (name, port) = host.split_once(':').unwrap_or((host, ""));
        let labels = || name.split('.');
        let at = labels().position(|label| label == "s3" || label.starts_with("s3-"));
        let Some(at) = at else {
            return Self { virtual_hosted: false, regional: false, domain: name, port };
        };
        let label = labels().nth(at).unwrap_or_default();
        let next = labels().nth(at + 1).unwrap_or_default();
        let regional = next == region || label.strip_prefix("s3-") == Some(region);
        let skipped = at + 1 + usize::from(next == region);
        let start = labels().take(skipped).map(|label| label.len() + 1).sum::<usize>();
        let domain = name.get(start..).unwrap_or_default();
        Self { virtual_hosted: at > 0, regional, domain, port }
    }
}

/// Whether signature or host name say a region; the default one means nothing.
fn states_region(cx: &RequestContext) -> bool {
    let HttpRequest { headers, uri, host, .. } = &cx.http;
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let query = uri.query().unwrap_or_default();
    header.is_some_and(|text| text.starts_with("AWS4-HMAC-SHA256"))
        || query.contains("X-Amz-Algorithm=AWS4-HMAC-SHA256")
        || Host::of(host, cx.region.as_str()).regional
}

fn answer(cx: &RequestContext, bucket: &str, region: &Region) -> ServiceError {
    let host = Host::of(&cx.http.host, cx.region.as_str());
    let own = &cx.region;
    let error = if host.virtual_hosted && !host.regional {
        let what = format!("the region '{own}' is wrong; expecting '{region}'");
        let (code, message) = if cx.http.presigned {
            let message = format!("Error parsing the X-Amz-Credential parameter; {what}");
            ("AuthorizationQueryParametersError", message)
        } else {
            let message = format!("The authorization header is malformed; {what}");
            ("AuthorizationHeaderMalformed", message)
        };
        error(code, 400, message, &[("Region", region.as_str())])
    } else {
        let domain = host.domain;
        let local =
            domain.is_empty() || domain == "localhost" || domain.parse::<Ipv4Addr>().is_ok();
        let domain = if local { "localhost.localstack.cloud" } else { domain };
        let colon = if host.port.is_empty() { "" } else { ":" };
        let start = if host.virtual_hosted { format!("{bucket}.") } else { String::new() };
        let endpoint = format!("{start}s3.{region}.{domain}{colon}{}", host.port);
        error(
            "PermanentRedirect",
            301,
            "The bucket you are attempting to access must be addressed using the specified \
             endpoint. Please send all future requests to this endpoint.",
            &[("Endpoint", &endpoint), ("Bucket", bucket)],
        )
    };
    error.with_header(HeaderName::from_static("x-amz-bucket-region"), region.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (host, virtual_hosted, regional, domain) in [
            ("localhost:4566", false, false, "localhost"),
            ("127.0.0.1:4566", false, false, "127.0.0.1"),
            ("s3.amazonaws.com", false, false, "amazonaws.com"),
            ("s3.eu-west-1.amazonaws.com", false, true, "amazonaws.com"),
            ("s3-eu-west-1.amazonaws.com", false, true, "amazonaws.com"),
            ("b.s3.eu-west-1.amazonaws.com", true, true, "amazonaws.com"),
            ("b.c.s3.localhost:4566", true, false, "localhost"),
            ("b.s3.localhost.localstack.cloud:4566", true, false, "localhost.localstack.cloud"),
        ] {
            let got = Host::of(host, "eu-west-1");
            let got = (got.virtual_hosted, got.regional, got.domain);
            assert_eq!(got, (virtual_hosted, regional, domain), "{host}");
        }
    }
}
