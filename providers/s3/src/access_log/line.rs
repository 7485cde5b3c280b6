//! One line of an access log.

use std::fmt;

use fogbank_context::Timestamp;
use fogbank_service::{HttpRequest, Principal, Served};
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, HOST, REFERER, USER_AGENT};
use http::{HeaderMap, Version};

use crate::acl;
use crate::listing::Encoding;
use crate::raw::Target;

/// What the names of operations end in, and what the log calls what they are about. The first
/// that fits counts; what fits none is about an object or a bucket.
const RESOURCES: [(&str, &str); 40] = [
    ("CreateMultipartUpload", "UPLOADS"),
    ("ListMultipartUploads", "UPLOADS"),
    ("UploadPartCopy", "PART"),
    ("UploadPart", "PART"),
    ("MultipartUpload", "UPLOAD"),
    ("ListParts", "UPLOAD"),
    ("DeleteObjects", "MULTI_OBJECT_DELETE"),
    ("Acl", "ACL"),
    ("ObjectTagging", "OBJECT_TAGGING"),
    ("BucketTagging", "TAGGING"),
    ("ObjectAttributes", "OBJECT_ATTRIBUTES"),
    ("ObjectLockConfiguration", "OBJECT_LOCK_CONFIGURATION"),
    ("ObjectRetention", "OBJECT_LOCK_RETENTION"),
    ("ObjectLegalHold", "OBJECT_LOCK_LEGALHOLD"),
    ("ObjectTorrent", "TORRENT"),
    ("RestoreObject", "RESTORE"),
    ("ListObjectVersions", "BUCKETVERSIONS"),
    ("BucketLocation", "LOCATION"),
    ("BucketVersioning", "VERSIONING"),
    ("PolicyStatus", "POLICY_STATUS"),
    ("BucketPolicy", "BUCKETPOLICY"),
    ("BucketCors", "CORS"),
    ("BucketLifecycle", "LIFECYCLE"),
    ("LifecycleConfiguration", "LIFECYCLE"),
    ("BucketWebsite", "WEBSITE"),
    ("BucketLogging", "LOGGING_STATUS"),
    ("NotificationConfiguration", "NOTIFICATION"),
    ("BucketNotification", "NOTIFICATION"),
    ("BucketReplication", "REPLICATION"),
    ("BucketEncryption", "ENCRYPTION"),
    ("RequestPayment", "REQUEST_PAYMENT"),
    ("AccelerateConfiguration", "ACCELERATE"),
    ("PublicAccessBlock", "PUBLIC_ACCESS_BLOCK"),
    ("OwnershipControls", "OWNERSHIP_CONTROLS"),
    ("AnalyticsConfiguration", "ANALYTICS"),
    ("InventoryConfiguration", "INVENTORY"),
    ("MetricsConfiguration", "METRICS"),
    ("TieringConfiguration", "INTELLIGENT_TIERING"),
    ("MetadataConfiguration", "METADATA_CONFIGURATION"),
    ("MetadataTableConfiguration", "METADATA_TABLE"),
];

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// What the log calls what an operation is about; none for objects and buckets themselves.
pub(crate) fn resource_of(operation: &str) -> Option<&'static str> {
    RESOURCES.iter().find(|(end, _)| operation.ends_with(end)).map(|(_, it)| *it)
}

/// A time by a pattern of `%Y %m %b %d %H %M %S`.
pub(super) fn date(at: Timestamp, pattern: &str) -> String {
    let format = aws_smithy_types::date_time::Format::DateTime;
    // 2026-01-31T12:00:00Z
    let iso = at.to_wire_secs().fmt(format).unwrap_or_default();
    let field = |range: std::ops::Range<usize>| iso.get(range).unwrap_or_default();
    let month: usize = field(5..7).parse().unwrap_or(1);
    let named = MONTHS.get(month.wrapping_sub(1)).copied().unwrap_or_default();
    let fields = [
        ("%Y", field(0..4)),
        ("%m", field(5..7)),
        ("%b", named),
        ("%d", field(8..10)),
        ("%H", field(11..13)),
        ("%M", field(14..16)),
        ("%S", field(17..19)),
    ];
    fields.iter().fold(pattern.to_owned(), |text, (name, value)| text.replace(name, value))
}

/// A request and its answer.
pub(super) struct Line<'a> {
    /// The canonical id of the bucket's owner.
    pub(super) owner: &'a str,
    pub(super) target: &'a Target,
    pub(super) served: &'a Served<'a>,
    pub(super) at: Timestamp,
}

fn header(headers: &HeaderMap, name: impl http::header::AsHeaderName) -> &str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.filter(|value| !value.is_empty()).unwrap_or("-")
}

fn quoted(text: &str) -> String {
    if text == "-" { "\"-\"".to_owned() } else { format!("\"{}\"", text.replace('"', "%22")) }
}

fn requester(principal: Option<&Principal>) -> String {
    match principal {
        Some(it) if it.access_key_id.is_none() => "-".to_owned(),
        Some(it) if it.arn.resource == "root" => acl::canonical_id(it.account),
        Some(it) => it.arn.to_string(),
        None => "-".to_owned(),
    }
}

/// The signature's version, and where it was.
fn authentication(request: &HttpRequest) -> (&'static str, &'static str) {
    let header = header(&request.headers, AUTHORIZATION);
    let query = request.uri.query().unwrap_or_default();
    match () {
        () if header.starts_with("AWS4-") => ("SigV4", "AuthHeader"),
        () if header.starts_with("AWS ") => ("SigV2", "AuthHeader"),
        () if query.contains("X-Amz-Algorithm=") => ("SigV4", "QueryString"),
        () if request.presigned => ("SigV2", "QueryString"),
        () => ("-", "-"),
    }
}

impl Line<'_> {
    fn operation(&self) -> String {
        let request = self.served.request;
        let method = request.method.as_str();
        let website = if self.target.website { "WEBSITE" } else { "REST" };
        if method == "OPTIONS" {
            return format!("{website}.OPTIONS.PREFLIGHT");
        }
        let name = self.served.operation.unwrap_or_default();
        let verb = match name {
            "CopyObject" | "UploadPartCopy" => "COPY",
            "SelectObjectContent" => "SELECT",
            _ => method,
        };
        let known = resource_of(name);
        let plain = if self.target.key.is_empty() { "BUCKET" } else { "OBJECT" };
        format!("{website}.{verb}.{}", known.unwrap_or(plain))
    }

    /// The size of the object that was read or written, as far as the answer or the request say.
    fn object_size(&self) -> String {
        let Served { request, operation, status, headers, .. } = self.served;
        if !status.is_success() {
            return "-".to_owned();
        }
        match operation.unwrap_or_default() {
            "GetObject" | "HeadObject" => {
                let whole = header(headers, CONTENT_RANGE).rsplit('/').next();
                let whole = whole.filter(|it| *it != "-");
                whole.unwrap_or_else(|| header(headers, CONTENT_LENGTH)).to_owned()
            }
            "PutObject" | "UploadPart" => {
                let decoded = header(&request.headers, "x-amz-decoded-content-length");
                let sent = header(&request.headers, CONTENT_LENGTH);
                if decoded == "-" { sent } else { decoded }.to_owned()
            }
            _ => "-".to_owned(),
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Served { request, status, headers, error, principal, .. } = self.served;
        let Target { bucket, key, .. } = self.target;
        let http = match request.headers.contains_key(HOST) {
            true => Version::HTTP_11,
            false => Version::HTTP_2,
        };
        let path = request.uri.path_and_query().map_or("/", |path| path.as_str());
        let uri = format!("{} {path} {http:?}", request.method);
        let key = if key.is_empty() { "-".to_owned() } else { Encoding::Url.apply(key) };
        let remote = request.remote.map_or_else(|| "-".to_owned(), |it| it.ip().to_string());
        let head = request.method == "HEAD" || status.as_u16() == 304 || status.as_u16() == 204;
        let sent = if head { "-" } else { header(headers, CONTENT_LENGTH) };
        let version = header(headers, "x-amz-version-id");
        let (signature, auth) = authentication(request);
        write!(
            f,
            "{} {bucket} [{}] {remote} {} {} {} {key} {} {} {} {sent} {} - - {} {} {version} {} \
             {signature} - {auth} {} - - -",
            self.owner,
            date(self.at, "%d/%b/%Y:%H:%M:%S +0000"),
            requester(*principal),
            header(headers, "x-amz-request-id"),
            self.operation(),
            quoted(&uri),
            status.as_u16(),
            error.unwrap_or("-"),
            self.object_size(),
            quoted(header(&request.headers, REFERER)),
            quoted(header(&request.headers, USER_AGENT)),
            header(headers, "x-amz-id-2"),
            request.host,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderValue, StatusCode};

    #[test]
    fn lines() {
        let mut request = HttpRequest {
            uri: "/bucket/a%20key?versionId=1".parse().unwrap(),
            host: "localhost:4566".to_owned(),
            remote: Some("192.0.2.3:50000".parse().unwrap()),
            ..HttpRequest::default()
        };
        request.headers.insert(HOST, HeaderValue::from_static("localhost:4566"));
        request.headers.insert(USER_AGENT, HeaderValue::from_static("curl/8 \"x\""));
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-request-id", HeaderValue::from_static("ID"));
        headers.insert("x-amz-id-2", HeaderValue::from_static("HOST"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("113"));
        let served = Served {
            request: &request,
            operation: Some("GetObject"),
            principal: None,
            status: StatusCode::NOT_FOUND,
            headers: &headers,
            error: Some("NoSuchKey"),
        };
        let target = Target::of(&request);
        let at = Timestamp::from_secs(1_549_411_238);
        let line = Line { owner: "owner", target: &target, served: &served, at }.to_string();
        assert_eq!(
            line,
            "owner bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - ID REST.GET.OBJECT a+key \
             \"GET /bucket/a%20key?versionId=1 HTTP/1.1\" 404 NoSuchKey 113 - - - \"-\" \
             \"curl/8 %22x%22\" - HOST - - - localhost:4566 - - -"
        );
    }

    #[test]
    fn operations() {
        let request = HttpRequest { method: http::Method::PUT, ..HttpRequest::default() };
        let headers = HeaderMap::new();
        let bucket = Target { bucket: "b".to_owned(), key: String::new(), website: false };
        for (operation, expected) in [
            ("CreateBucket", "REST.PUT.BUCKET"),
            ("PutBucketAcl", "REST.PUT.ACL"),
            ("PutBucketPolicy", "REST.PUT.BUCKETPOLICY"),
            ("UploadPart", "REST.PUT.PART"),
            ("CopyObject", "REST.COPY.BUCKET"),
            ("PutBucketLifecycleConfiguration", "REST.PUT.LIFECYCLE"),
        ] {
            let served = Served {
                request: &request,
                operation: Some(operation),
                principal: None,
                status: StatusCode::OK,
                headers: &headers,
                error: None,
            };
            let at = Timestamp::from_secs(0);
            let line = Line { owner: "o", target: &bucket, served: &served, at };
            assert_eq!(line.operation(), expected);
        }
    }
}
