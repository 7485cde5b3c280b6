//! Static websites.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_context::Timestamp;
use fogbank_service::{ByteStream, RequestContext, ServiceError, raw_response};
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, EXPIRES, HeaderName, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_UNMODIFIED_SINCE, LAST_MODIFIED, LOCATION, RANGE,
};
use http::{Method, Response, StatusCode};

use super::Target;
use crate::access::{self, On, Strictness};
use crate::conditions::Conditions;
use crate::configuration::Website;
use crate::errors::{self, Missing};
use crate::key::ObjectKey;
use crate::members::text;
use crate::metadata::{DEFAULT_CONTENT_TYPE, encode_rfc2047};
use crate::ops::get_object::{Found, find};
use crate::range::{self, ByteRange};
use crate::store::{self, Bucket};
use crate::stored::Stored;
use crate::version_id::Addressed;
use crate::website::{Redirection, error_page, route};

type Page = Result<Response<ByteStream>, ServiceError>;

/// Answers a request to a website; errors are pages too.
pub(super) async fn answer(cx: &RequestContext, strictness: Strictness, target: &Target) -> Page {
    let bucket = match store::get(cx, &target.bucket, None) {
        Ok(bucket) => bucket,
        Err(error) => return Ok(page_of(cx, &error, None)),
    };
    let Some(website) = bucket.configuration.website.clone() else {
        return Ok(page_of(cx, &Missing::Website.of(&target.bucket), None));
    };
    if !matches!(cx.http.method, Method::GET | Method::HEAD) {
        let error = errors::method_not_allowed(cx.http.method.as_str(), "OBJECT");
        return Ok(page_of(cx, &error, None));
    }
    let site = Site { cx, strictness, bucket: &bucket, website: &website };
    if let Some(redirect) = &website.redirect_all {
        let redirect = redirect.get();
        let scheme = text!(redirect.protocol).unwrap_or(cx.http.scheme);
        let path = cx.http.uri.path_and_query().map_or("/", |path| path.as_str());
        let location = format!("{scheme}://{}{path}", redirect.host_name);
        return Ok(redirected(&Redirection { status: 301, location }));
    }
    Ok(site.serve(&target.key))
}

struct Site<'a> {
    cx: &'a RequestContext,
    strictness: Strictness,
    bucket: &'a Bucket,
    website: &'a Website,
}

impl Site<'_> {
    fn find(&self, key: &str) -> Result<Found, ServiceError> {
        let on = On::Object(self.bucket.name.as_str(), key, None);
        access::judge(self.cx, self.strictness, "GetObject", on)?;
        find(self.bucket, &ObjectKey::parse(key)?, Addressed::Current, "GET")
    }

    fn route(&self, key: &str, failed: Option<u16>) -> Option<Response<ByteStream>> {
        let rules: Vec<_> = self.website.rules.iter().map(Stored::get).collect();
        let http = &self.cx.http;
        route(&rules, key, failed, http.scheme, &http.host).map(|to| redirected(&to))
    }

    fn serve(&self, path: &str) -> Response<ByteStream> {
        if let Some(response) = self.route(path, None) {
            return response;
        }
        let index = self.website.index.as_deref().unwrap_or_default();
        let is_folder = path.is_empty() || path.ends_with('/');
        let key = if is_folder { format!("{path}{index}") } else { path.to_owned() };
        let error = match self.find(&key) {
            Ok(found) => return self.object(&found),
            Err(error) => error,
        };
        if !is_folder && self.find(&format!("{path}/{index}")).is_ok() {
            return redirected(&Redirection { status: 302, location: format!("/{path}/") });
        }
        if let Some(response) = self.route(path, Some(error.status())) {
            return response;
        }
        self.failed(&error)
    }

    /// The error document, or S3's own page.
    fn failed(&self, error: &ServiceError) -> Response<ByteStream> {
        let Some(document) = self.website.error.as_deref() else {
            return page_of(self.cx, error, None);
        };
        match self.find(document) {
            Ok(found) if found.object.headers.website_redirect_location.is_some() => {
                self.object(&found)
            }
            Ok(found) => {
                let mut response = self.content(&found, None);
                *response.status_mut() =
                    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::NOT_FOUND);
                response
            }
            Err(custom) => page_of(self.cx, error, Some(&custom)),
        }
    }

    fn object(&self, found: &Found) -> Response<ByteStream> {
        let redirect = &found.object.headers.website_redirect_location;
        if let Some(location) = redirect.clone() {
            return redirected(&Redirection { status: 301, location });
        }
        let header = |name: HeaderName| {
            let value = self.cx.http.headers.get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let date = |name: HeaderName| {
            let date = DateTime::from_str(&header(name)?, Format::HttpDate).ok();
            date.map(|date| Timestamp::from_wire(&date))
        };
        let conditions = Conditions {
            if_match: header(IF_MATCH),
            if_none_match: header(IF_NONE_MATCH),
            if_modified_since: date(IF_MODIFIED_SINCE),
            if_unmodified_since: date(IF_UNMODIFIED_SINCE),
        };
        let modified = found.version.modified;
        let size = found.object.size();
        let range = conditions
            .check_read(&found.object.etag, modified, self.cx.now())
            .and_then(|()| header(RANGE).map_or(Ok(None), |header| range::parse(&header, size)));
        match range {
            Ok(range) => self.content(found, range),
            Err(error) if error.status() == 304 => {
                let mut response = raw_response(StatusCode::NOT_MODIFIED, "");
                set(&mut response, ETAG, &found.object.etag.quoted());
                response
            }
            Err(error) => page_of(self.cx, &error, None),
        }
    }

    fn content(&self, found: &Found, range: Option<ByteRange>) -> Response<ByteStream> {
        let object = &found.object;
        let body = match range {
            _ if self.cx.http.method == Method::HEAD => ByteStream::default(),
            Some(range) => object.content.slice(range).stream(),
            None => object.content.stream(),
        };
        let mut response = Response::new(body);
        if let Some(range) = range {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(&mut response, CONTENT_RANGE, &range.content_range(object.size()));
        }
        let headers = &object.headers;
        let content_type = headers.content_type.as_deref().unwrap_or(DEFAULT_CONTENT_TYPE);
        set(&mut response, CONTENT_TYPE, content_type);
        set(&mut response, ETAG, &object.etag.quoted());
        let date = found.version.modified.to_wire_secs().fmt(Format::HttpDate);
        set(&mut response, LAST_MODIFIED, &date.unwrap_or_default());
        for (name, value) in &headers.user {
            if let Ok(name) = HeaderName::try_from(format!("x-amz-meta-{name}")) {
                set(&mut response, name, &encode_rfc2047(value));
            }
        }
        for (name, value) in [
            (CACHE_CONTROL, &headers.cache_control),
            (CONTENT_DISPOSITION, &headers.content_disposition),
            (CONTENT_ENCODING, &headers.content_encoding),
            (CONTENT_LANGUAGE, &headers.content_language),
            (EXPIRES, &headers.expires),
        ] {
            if let Some(value) = value {
                set(&mut response, name, value);
            }
        }
        response
    }
}

fn set(response: &mut Response<ByteStream>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn redirected(to: &Redirection) -> Response<ByteStream> {
    let status = StatusCode::from_u16(to.status).unwrap_or(StatusCode::MOVED_PERMANENTLY);
    let mut response = raw_response(status, "");
    set(&mut response, LOCATION, &to.location);
    response
}

fn page_of(
    cx: &RequestContext,
    error: &ServiceError,
    custom: Option<&ServiceError>,
) -> Response<ByteStream> {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::NOT_FOUND);
    let host_id = cx.ids().base62(76);
    let mut response = raw_response(status, error_page(error, &cx.request_id, &host_id, custom));
    set(&mut response, CONTENT_TYPE, "text/html; charset=utf-8");
    for (name, value) in [
        ("x-amz-error-code", error.code()),
        ("x-amz-error-message", error.message().unwrap_or_default()),
    ] {
        set(&mut response, HeaderName::from_static(name), value);
    }
    response
}
