//! Web pages: which may call, and the answer to browsers' preflights.

use fogbank_wire::Body;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};

use fogbank_config::Config;

use crate::exchange::{Exchange, Response, Step};
use crate::handlers::addressing::service_detection;
use crate::noted::Rare;

const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");
const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");

const METHODS: &str = "HEAD,GET,PUT,POST,DELETE,OPTIONS,PATCH";

/// Headers that pages may send.
const ALLOWED: &str = "authorization,cache-control,content-length,content-md5,content-type,etag,\
    location,x-amz-acl,x-amz-content-sha256,x-amz-date,x-amz-request-id,x-amz-security-token,\
    x-amz-tagging,x-amz-target,x-amz-user-agent,x-amz-version-id,x-amzn-requestid,\
    x-localstack-target,x-fogbank-world,amz-sdk-invocation-id,amz-sdk-request";

/// Headers that pages may read.
const EXPOSED: &str = "etag,x-amz-version-id,x-amz-request-id,x-amz-id-2,x-amzn-requestid,\
    x-amzn-errortype,x-amzn-query-error,x-fogbank-operation";

/// What the response to a web page's request carries.
#[derive(Debug, Default)]
pub(crate) enum Verdict {
    /// Nothing: it is no web page's request, or the page may not read it.
    #[default]
    Silent,
    /// Leave to this origin.
    Allow {
        /// The page's origin.
        origin: HeaderValue,
        /// The browser asked for leave to call a private network.
        private_network: bool,
    },
}

/// The settings of CORS, prepared.
#[derive(Debug)]
pub(crate) struct Rules {
    any_origin: bool,
    silent: bool,
    origins: Vec<String>,
    allowed: HeaderValue,
    exposed: HeaderValue,
}

impl Rules {
    /// The rules that the configuration makes.
    pub(crate) fn new(config: &Config) -> Self {
        let list = |base: &str, extra: &[HeaderName]| {
            let mut list = base.to_owned();
            for name in extra {
                list.push(',');
                list.push_str(name.as_str());
            }
            HeaderValue::from_str(&list).expect("header names are visible ASCII")
        };
        Self {
            any_origin: config.disable_cors_checks,
            silent: config.disable_cors_headers,
            origins: config
                .extra_cors_allowed_origins
                .iter()
                .map(|origin| origin.as_str().to_owned())
                .collect(),
            allowed: list(ALLOWED, &config.extra_cors_allowed_headers),
            exposed: list(EXPOSED, &config.extra_cors_expose_headers),
        }
    }

    /// Whether a page of this origin may call: one that is listed, or one of this machine.
    fn allows(&self, origin: &str) -> bool {
        self.any_origin
            || self.origins.iter().any(|listed| listed == origin || listed == "*")
            || is_local(origin)
    }

    /// Adds the headers that a verdict calls for.
    pub(crate) fn write(&self, verdict: &Verdict, headers: &mut HeaderMap) {
        let Verdict::Allow { origin, private_network } = verdict else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, self.allowed.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, self.exposed.clone());
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if *private_network {
            headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
        }
    }
}

/// Whether an origin is a page that this machine serves.
fn is_local(origin: &str) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else { return false };
    let local = |host: &str| {
        host == "localhost"
            || host == "127.0.0.1"
            || host == "[::1]"
            || host == "localhost.localstack.cloud"
            || host.ends_with(".localhost")
            || host.ends_with(".localhost.localstack.cloud")
    };
    matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(local)
        || matches!(origin, "https://app.localstack.cloud" | "http://app.localstack.cloud")
}

/// Decides what a web page may do and answers preflights.
///
/// A service that has rules of its own for a resource, as S3 has for buckets, decides itself.
pub(crate) async fn handle(x: &mut Exchange) -> Step {
    if !x.noted().has(Rare::Origin) {
        return Ok(());
    }
    let Some(origin) = x.http().headers.get(ORIGIN) else { return Ok(()) };
    let origin = origin.clone();
    let allowed = x.core.cors.allows(origin.to_str().unwrap_or_default());
    if allowed && !x.core.cors.silent {
        let asks = x.http().headers.get(REQUEST_PRIVATE_NETWORK);
        let private_network = asks.is_some_and(|value| value == "true");
        x.cors = Verdict::Allow { origin, private_network };
    }
    let preflight = x.http().method == Method::OPTIONS
        && x.http().headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if (allowed && !preflight) || service_detection::decides_on_pages(x, preflight).await {
        return Ok(());
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = if allowed { StatusCode::NO_CONTENT } else { StatusCode::FORBIDDEN };
    Err(response.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_machine_may_call() {
        let rules = Rules::new(&Config::default());
        let cases = [
            ("http://localhost", true),
            ("http://localhost:3000", true),
            ("https://localhost:8443", true),
            ("http://127.0.0.1:5173", true),
            ("http://[::1]:80", true),
            ("http://site.s3-website.localhost.localstack.cloud:4566", true),
            ("https://app.localstack.cloud", true),
            ("https://evil.example", false),
            ("http://localhost.evil.example", false),
            ("http://evil-localhost", false),
            ("null", false),
            ("file://", false),
            ("", false),
        ];
        for (origin, expected) in cases {
            assert_eq!(rules.allows(origin), expected, "{origin}");
        }
    }
}
