//! The head of a request, the protocol it speaks, and what a response takes over from it.

use fogbank_schema::{Protocol, ServiceModel};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, header};

/// The head of a request as the wire looks at it.
///
/// Path and query are apart from a URI, because virtual-hosted requests are rewritten to path
/// style before they come here; both are raw, with their escapes.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    /// The method.
    pub method: &'a Method,
    /// The raw path.
    pub path: &'a str,
    /// The raw query string.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
}

impl<'a> From<&'a Parts> for RequestHead<'a> {
    fn from(parts: &'a Parts) -> Self {
        Self {
            method: &parts.method,
            path: parts.uri.path(),
            query: parts.uri.query(),
            headers: &parts.headers,
        }
    }
}

/// A way of speaking a protocol that its model does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As the protocol's definition says.
    #[default]
    Standard,
    /// JSON's structure in CBOR (`application/x-amz-cbor-1.1`), which older SDKs speak to Kinesis;
    /// timestamps are milliseconds.
    AmzCbor,
    /// The answers of the query protocols as JSON, for requests that accept nothing else.
    QueryAsJson,
}

/// What a response takes over from its request.
#[derive(Clone, Copy, Debug)]
pub struct RequestIds<'a> {
    /// The id that the response carries.
    pub request_id: &'a str,
    /// The dialect that the request spoke.
    pub dialect: Dialect,
    /// The request was a HEAD: the response has no body.
    pub head: bool,
}

impl<'a> RequestIds<'a> {
    /// The id alone, for a request that is no HEAD and speaks the protocol as defined.
    pub const fn new(request_id: &'a str) -> Self {
        Self { request_id, dialect: Dialect::Standard, head: false }
    }

    /// The id and what the request's head says.
    pub fn of(request_id: &'a str, head: RequestHead<'_>) -> Self {
        Self { request_id, dialect: dialect_of(head.headers), head: head.method == Method::HEAD }
    }
}

pub(crate) const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");
pub(crate) const AMZ_CBOR: &str = "application/x-amz-cbor-1.1";

pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    text(headers, header::CONTENT_TYPE)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

pub(crate) fn dialect_of(headers: &HeaderMap) -> Dialect {
    // Every response asks, so no header is checked for being text.
    let bytes = |name| headers.get(name).map_or(&[][..], http::HeaderValue::as_bytes);
    let (sent, accepted) = (bytes(header::CONTENT_TYPE), bytes(header::ACCEPT));
    let cbor = AMZ_CBOR.as_bytes();
    if sent.starts_with(cbor) || (sent.is_empty() && accepted.starts_with(cbor)) {
        Dialect::AmzCbor
    } else if accepted.starts_with(b"application/json") {
        Dialect::QueryAsJson
    } else {
        Dialect::Standard
    }
}

fn is_rpcv2(head: RequestHead<'_>) -> bool {
    head.headers.get(&SMITHY_PROTOCOL).is_some_and(|value| value == "rpc-v2-cbor")
        || (head.path.starts_with("/service/")
            && content_type(head.headers).starts_with("application/cbor"))
}

/// The protocol that a request to this service speaks; the model's first when nothing tells.
pub fn protocol_of(model: &ServiceModel<'_>, head: RequestHead<'_>) -> Protocol {
    use Protocol::{AwsJson1_0, AwsJson1_1, AwsQuery, Ec2Query, RestJson1, RestXml, RpcV2Cbor};
    let listed = &model.metadata.protocols;
    let first = listed.first().copied().unwrap_or(AwsJson1_1);
    if listed.len() < 2 {
        return first;
    }
    let of =
        |wanted: &[Protocol]| listed.iter().copied().find(|protocol| wanted.contains(protocol));
    let meant = if head.headers.contains_key(&TARGET) {
        let versions = if content_type(head.headers).ends_with("1.0") {
            [AwsJson1_0, AwsJson1_1]
        } else {
            [AwsJson1_1, AwsJson1_0]
        };
        of(&versions[..1]).or_else(|| of(&versions))
    } else if is_rpcv2(head) {
        of(&[RpcV2Cbor])
    } else if content_type(head.headers).starts_with("application/x-www-form-urlencoded")
        || head.query.is_some_and(|query| crate::form::field(query, "Action").is_some())
    {
        of(&[AwsQuery, Ec2Query])
    } else if content_type(head.headers).starts_with("application/x-amz-json") {
        None
    } else {
        // JSON 1.x is not JSON 1.x without its target.
        of(&[RestJson1, RestXml]).or_else(|| of(&[AwsQuery, Ec2Query]))
    };
    meant.unwrap_or(first)
}
