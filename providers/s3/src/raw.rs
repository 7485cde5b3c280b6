//! What S3 answers beside its model: CORS preflights, POST forms and static websites.

mod document;
mod form;
mod policy;
mod preflight;
mod signer;
mod site;
mod subresource;

use std::borrow::Cow;
use std::sync::Arc;

use fogbank_schema::Operation;
use fogbank_service::{
    BoxFuture, ByteStream, HttpRequest, RawHandler, RequestContext, Served, ServiceError,
};
use fogbank_state::World;
use http::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue, ORIGIN, VARY};
use http::{HeaderMap, Method, StatusCode};
use percent_encoding::percent_decode_str;

use crate::access::{self, Strictness};
use crate::access_log;
use crate::body_digest;
use crate::cors;
use crate::ops::restore::PROLONGED;
use crate::store::S3Store;
use crate::stored::Stored;

/// The handler; all its state is in the world of each request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Raw {
    pub(crate) strictness: Strictness,
}

/// The bucket and the key that a request addresses, by host or by path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// The host is one of a static website.
    pub(crate) website: bool,
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The bucket that a host name has, and whether it is one of a website.
fn bucket_of_host(host: &str) -> Option<(&str, bool)> {
    // Every request asks, and few hosts have such a label.
    if !host.split('.').skip(1).any(|label| label.starts_with("s3")) {
        return None;
    }
    let marks = [(".s3-website", true), (".s3.", false), (".s3-", false)];
    marks.into_iter().find_map(|(mark, website)| {
        let bucket = host.split_once(mark).map(|(bucket, _)| bucket);
        bucket.filter(|bucket| !bucket.is_empty()).map(|bucket| (bucket, website))
    })
}

impl Target {
    /// The bucket alone.
    pub(crate) fn bucket_of(request: &HttpRequest) -> Cow<'_, str> {
        match bucket_of_host(&request.host) {
            Some((bucket, _)) => Cow::Borrowed(bucket),
            None => {
                let path = request.uri.path().trim_start_matches('/');
                decoded(path.split_once('/').map_or(path, |(bucket, _)| bucket))
            }
        }
    }

    /// What a request addresses; an empty bucket when it addresses none.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let path = request.uri.path().trim_start_matches('/');
        let (bucket, key, website) = match bucket_of_host(&request.host) {
            Some((bucket, website)) => (Cow::Borrowed(bucket), path, website),
            None => {
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                (decoded(bucket), key, false)
            }
        };
        Self { bucket: bucket.into_owned(), key: decoded(key).into_owned(), website }
    }

    /// `BUCKET` or `OBJECT`, as errors name it.
    pub(crate) fn resource_type(&self) -> &'static str {
        if self.key.is_empty() { "BUCKET" } else { "OBJECT" }
    }
}

/// The CORS rules of a bucket; none when there is no such bucket.
pub(crate) fn cors_rules(world: &World, bucket: &str) -> Option<Vec<fogbank_api_s3::CORSRule>> {
    let store = world.global::<S3Store>();
    store.buckets.read(bucket, |bucket| bucket.configuration.cors.iter().map(Stored::get).collect())
}

/// Whether a request is a form, whose signer is a field.
pub(crate) fn is_form(request: &HttpRequest) -> bool {
    let kind = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    request.method == Method::POST
        && kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// Pages of this machine, which the gateway lets read everything.
fn is_local_origin(headers: &HeaderMap) -> bool {
    let origin = headers.get(ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let host = origin.split("://").nth(1).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    matches!(host, "localhost" | "127.0.0.1") || host.ends_with("localhost.localstack.cloud")
}

/// Where the output of a restoration is.
const RESTORE_PATH: &str = "x-amz-restore-output-path";

/// Operations whose status on success is not the one that the model implies.
const STATUSES: [(&str, StatusCode); 6] = [
    ("PutBucketAnalyticsConfiguration", StatusCode::NO_CONTENT),
    ("PutBucketIntelligentTieringConfiguration", StatusCode::NO_CONTENT),
    ("PutBucketInventoryConfiguration", StatusCode::NO_CONTENT),
    ("PutBucketMetricsConfiguration", StatusCode::NO_CONTENT),
    ("PutBucketPolicy", StatusCode::NO_CONTENT),
    ("PutBucketTagging", StatusCode::NO_CONTENT),
];

/// The status of a success: 206 for a part of an object, 202 for a restoration that was begun.
fn status_of(operation: &str, response: &HeaderMap) -> StatusCode {
    match operation {
        "GetObject" | "HeadObject" if response.contains_key(CONTENT_RANGE) => {
            StatusCode::PARTIAL_CONTENT
        }
        "RestoreObject" if response.contains_key(RESTORE_PATH) => StatusCode::OK,
        "RestoreObject" => StatusCode::ACCEPTED,
        _ => {
            let row = STATUSES.iter().find(|(name, _)| *name == operation);
            row.map_or(StatusCode::OK, |(_, status)| *status)
        }
    }
}

impl RawHandler for Raw {
    fn claims(&self, world: &World, request: &HttpRequest) -> Option<&'static str> {
        if request.method == Method::OPTIONS {
            let target = Target::of(request);
            let configured =
                cors_rules(world, &target.bucket).is_some_and(|rules| !rules.is_empty());
            // Where the bucket has no rules, the gateway's leave for local pages holds.
            let ours = configured || !is_local_origin(&request.headers);
            return (ours && !target.bucket.is_empty()).then_some("GetBucketCors");
        }
        if subresource::misused(request).is_some() {
            return Some("HeadBucket");
        }
        let target = Target::of(request);
        let to_bucket = request.method == Method::POST
            && request.uri.query().is_none()
            && target.key.is_empty()
            && !target.bucket.is_empty()
            && !request.headers.contains_key("x-amz-request-route");
        if is_form(request) || (to_bucket && !target.website) {
            return Some("PutObject");
        }
        target.website.then_some("GetObject")
    }

    fn handle<'a>(
        &'a self,
        cx: &'a RequestContext,
        body: ByteStream,
    ) -> BoxFuture<'a, Result<http::Response<ByteStream>, ServiceError>> {
        Box::pin(async move {
            if let Some(error) = subresource::misused(&cx.http) {
                return Err(error);
            }
            let target = Target::of(&cx.http);
            if cx.http.method == Method::OPTIONS {
                return preflight::answer(cx, &target);
            }
            if target.website {
                return site::answer(cx, self.strictness, &target).await;
            }
            form::answer(cx, self.strictness, &target, body).await
        })
    }

    fn check_body(
        &self,
        request: &HttpRequest,
        operation: &Operation<'_>,
        body: &[u8],
    ) -> Result<(), ServiceError> {
        body_digest::check(request, operation, body)?;
        document::check(operation, body)
    }

    fn served(&self, world: &Arc<World>, served: &Served<'_>) {
        access_log::note(world, served);
    }

    fn finish(
        &self,
        world: &World,
        request: &HttpRequest,
        operation: Option<&str>,
        status: &mut StatusCode,
        response: &mut HeaderMap,
    ) {
        if *status == StatusCode::OK {
            *status = status_of(operation.unwrap_or_default(), response);
            if response.get(RESTORE_PATH).is_some_and(|path| path == PROLONGED) {
                response.remove(RESTORE_PATH);
            }
        }
        if matches!(operation, Some("HeadBucket" | "ListObjects" | "ListObjectsV2")) {
            let store = world.global::<S3Store>();
            let bucket = Target::bucket_of(request);
            let region = store.buckets.read(&*bucket, |it| it.region.to_string());
            let region = region.and_then(|region| HeaderValue::from_str(&region).ok());
            if let Some(region) = region {
                response.insert(HeaderName::from_static("x-amz-bucket-region"), region);
            }
            response.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        }
        if access::pays(request) && status.is_success() {
            let store = world.global::<S3Store>();
            let charged = store.buckets.read(&*Target::bucket_of(request), |bucket| {
                bucket.configuration.request_payer.as_deref() == Some("Requester")
            });
            if charged == Some(true) {
                let name = HeaderName::from_static("x-amz-request-charged");
                response.insert(name, HeaderValue::from_static("requester"));
            }
        }
        let asked = match request.method {
            Method::OPTIONS => cors::Request::preflight(&request.headers).ok(),
            _ => cors::Request::actual(request.method.as_str(), &request.headers),
        };
        let Some(asked) = asked else { return };
        let target = Target::of(request);
        let rules = cors_rules(world, &target.bucket).unwrap_or_default();
        if rules.is_empty() {
            return;
        }
        let theirs: Vec<_> = response
            .keys()
            .filter(|name| name.as_str().starts_with("access-control-"))
            .cloned()
            .collect();
        for name in theirs {
            response.remove(name);
        }
        if response.get(VARY).is_some_and(|value| value == "Origin") {
            response.remove(VARY);
        }
        for (name, value) in asked.answer(&rules).into_iter().flatten() {
            response.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        for (host, path, bucket, key, website) in [
            ("localhost:4566", "/b/a%20b/c", "b", "a b/c", false),
            ("localhost:4566", "/b", "b", "", false),
            ("b.s3.localhost.localstack.cloud:4566", "/k", "b", "k", false),
            ("b.c.s3-website.localhost.localstack.cloud:4566", "/", "b.c", "", true),
            ("s3.amazonaws.com", "/b/k", "b", "k", false),
        ] {
            let request = HttpRequest {
                host: host.to_owned(),
                uri: path.parse().unwrap(),
                ..HttpRequest::default()
            };
            let expected = Target { bucket: bucket.to_owned(), key: key.to_owned(), website };
            assert_eq!(Target::of(&request), expected, "{host}{path}");
        }
    }
}
