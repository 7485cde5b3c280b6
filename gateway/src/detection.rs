//! Which service a request is for.
//!
//! Clues are looked at in a fixed order: the credential scope of the signature, the prefix of
//! `X-Amz-Target`, the path of RPC v2, the host name, `Action` with `Version`, the API that the user
//! agent names, the path; S3 comes last, because any path could be a bucket's. The first clue that
//! names services decides; where it names several (one signing name for DynamoDB and its streams),
//! the later clues choose.

#[cfg(test)]
mod catalog_tests;
pub(crate) mod host;
pub(crate) mod identity;
mod paths;
pub(crate) mod regions;
pub(crate) mod signature;
mod user_agent;

pub(crate) use paths::queue_path;

use std::borrow::Cow;

use fogbank_index::{ServiceEntry, ServiceIndex};
use fogbank_schema::Protocol;
use fogbank_wire::RequestHead;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName};

use host::Host;
use signature::Signature;

/// The services that a clue names.
type Services = Cow<'static, [ServiceIndex]>;

/// What a request gives away of its service.
pub(crate) struct Clues<'r> {
    /// Method, path, query and headers.
    pub(crate) head: RequestHead<'r>,
    /// The claims of the signature.
    pub(crate) signature: Option<&'r Signature>,
    /// What the host name says.
    pub(crate) host: Host<'r>,
    /// The form in the body; empty for other bodies.
    pub(crate) form: &'r [u8],
}

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

impl Clues<'_> {
    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// What stands before the dot in `X-Amz-Target`.
    fn target_prefix(&self) -> Option<&str> {
        let target = self.header(&TARGET)?;
        Some(memchr::memrchr(b'.', target.as_bytes()).map_or(target, |dot| &target[..dot]))
    }

    /// The service in the path of RPC v2: `/service/NAME/operation/OPERATION`.
    fn rpcv2_service(&self) -> Option<&str> {
        if self.head.path == "/" {
            return None;
        }
        let (_, rest) = self.head.path.split_once("/service/")?;
        let (service, rest) = rest.split_once('/')?;
        let operation = rest.strip_prefix("operation/")?;
        let marked = self.header(&SMITHY_PROTOCOL).is_some_and(|v| v.starts_with("rpc-v2"));
        (marked && !operation.is_empty() && !operation.contains('/')).then_some(service)
    }

    /// A parameter of the query string or of the form.
    fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        let of_query = self.head.query.and_then(|query| signature::parameter(query, name));
        of_query.or_else(|| signature::parameter(std::str::from_utf8(self.form).ok()?, name))
    }
}

/// Whether a content type is that of HTML forms.
pub(crate) fn is_form(content_type: &str) -> bool {
    content_type.trim_start().starts_with("application/x-www-form-urlencoded")
}

/// Whether headers and signature leave several services between which the form decides.
pub(crate) fn needs_form(headers: &HeaderMap, signature: Option<&Signature>) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(is_form) && by_scope(signature).len() != 1
}

/// The service that a request is for. `speaks` tells whether a service has an operation for it.
pub(crate) fn detect(
    clues: &Clues<'_>,
    speaks: impl Fn(ServiceIndex) -> bool,
) -> Option<ServiceIndex> {
    if is_hosted(clues) {
        return None;
    }
    const CLUES: [fn(&Clues<'_>) -> Services; 7] = [
        |clues| by_scope(clues.signature),
        |clues| clues.target_prefix().map_or(NONE, named),
        |clues| clues.rpcv2_service().map_or(NONE, named),
        by_host,
        by_action,
        by_user_agent,
        paths::by_path,
    ];
    CLUES
        .iter()
        .map(|clue| clue(clues))
        .find(|services| !services.is_empty())
        .and_then(|services| choose(&services, clues, speaks))
        .or_else(|| if paths::is_s3(&clues.head) { fogbank_index::by_name("s3") } else { None })
}

/// Endpoints of what customers host, not of a service's own API. No path says anything there.
pub(crate) const HOSTED: [&str; 4] =
    ["execute-api", "lambda-url", "s3-object-lambda", "s3-outposts"];

/// Whether the host is an API, a function or an access point of a customer. Nothing answers for
/// those yet, and least of all S3.
fn is_hosted(clues: &Clues<'_>) -> bool {
    let Host::Service { endpoint, .. } = clues.host else { return false };
    let manages_connections =
        endpoint == "execute-api" && clues.head.path.contains("/@connections/");
    HOSTED.contains(&endpoint) && !manages_connections
}

const NONE: Services = Cow::Borrowed(&[]);

/// Names in the credential scope that several services or another one sign with.
const SCOPES: [(&str, &[&str]); 3] = [
    ("s3-object-lambda", &["s3"]),
    ("s3-outposts", &["s3outposts", "s3control", "s3"]),
    ("s3express", &["s3", "s3control"]),
];

fn by_scope(signature: Option<&Signature>) -> Services {
    let Some(scope) = signature.and_then(Signature::service) else { return NONE };
    match SCOPES.iter().find(|row| row.0 == scope) {
        Some((_, names)) => names.iter().filter_map(|name| fogbank_index::by_name(name)).collect(),
        None => Cow::Borrowed(fogbank_index::by_signing_name(scope)),
    }
}

/// The service that the user agent of an SDK names.
fn by_user_agent(clues: &Clues<'_>) -> Services {
    let Some(api) = user_agent::api(clues.head.headers) else { return NONE };
    let mut all = fogbank_index::services().iter();
    let found = all.position(|entry| user_agent::means(api, entry));
    found.and_then(|at| ServiceIndex::try_from(at).ok()).into_iter().collect()
}

fn named(target_prefix: &str) -> Services {
    Cow::Borrowed(fogbank_index::by_target_prefix(target_prefix))
}

fn only(name: &str) -> Services {
    Cow::Owned(fogbank_index::by_name(name).into_iter().collect())
}

fn by_host(clues: &Clues<'_>) -> Services {
    match clues.host {
        Host::Service { endpoint, .. } => {
            match fogbank_index::by_endpoint_prefix(endpoint) {
                // Endpoints of old have the service's own name: `dynamodbstreams`.
                [] => only(endpoint),
                services => Cow::Borrowed(services),
            }
        }
        Host::Bucket { .. } => only("s3"),
        Host::Plain | Host::Label(_) => NONE,
    }
}

fn by_action(clues: &Clues<'_>) -> Services {
    let Some(action) = clues.parameter("Action") else { return NONE };
    match clues.parameter("Version") {
        Some(version) => Cow::Owned(fogbank_index::by_query_action(&version, &action)),
        // Only SQS takes requests without a version, and SNS those in the URLs of its messages.
        None if queue_path(clues.head.path).is_some() => only("sqs"),
        None if matches!(&*action, "ConfirmSubscription" | "Unsubscribe") => only("sns"),
        None => NONE,
    }
}

/// One of several services, by the clues that are left.
fn choose(
    services: &[ServiceIndex],
    clues: &Clues<'_>,
    speaks: impl Fn(ServiceIndex) -> bool,
) -> Option<ServiceIndex> {
    if let [only] = services {
        return Some(*only);
    }
    // DynamoDB and its streams sign with one name, and each request says which it means.
    // S3 has one name with those who manage it, and paths say which it is.
    if !matches!(clues.host, Host::Service { .. }) {
        let only = |means: &dyn Fn(&ServiceEntry) -> bool| {
            let mut meant = services.iter().filter(|at| means(fogbank_index::service(**at)));
            meant.next().filter(|_| meant.next().is_none()).copied()
        };
        let bucket = paths::storage(clues);
        let found = match clues.target_prefix() {
            Some(prefix) => only(&|entry| entry.target_prefix == Some(prefix)),
            None => only(&|entry| entry.name == bucket),
        };
        if found.is_some() {
            return found;
        }
    }
    let mut left = Left(services.to_vec());
    if let Host::Service { endpoint, .. } = clues.host {
        left.keep(|entry| entry.endpoint_prefix == endpoint || entry.name == endpoint);
        left.keep(|entry| entry.name == endpoint);
    }
    if let Some(api) = user_agent::api(clues.head.headers) {
        left.keep(|entry| user_agent::means(api, entry));
    }
    if let Some(prefix) = clues.target_prefix().or(clues.rpcv2_service()) {
        left.keep(|entry| entry.target_prefix == Some(prefix));
    } else if clues.parameter("Action").is_some() || clues.parameter("Version").is_some() {
        left.keep(|entry| entry.protocols.iter().any(is_query));
    } else {
        left.keep(|entry| entry.protocols.iter().any(is_rest));
    }
    if let Some(version) = clues.parameter("Version") {
        left.keep(|entry| entry.api_version == version);
    }
    let bucket = paths::storage(clues);
    left.keep(|entry| entry.name == bucket);
    if left.0.len() > 1 {
        let spoken: Vec<_> = left.0.iter().copied().filter(|at| speaks(*at)).collect();
        if !spoken.is_empty() {
            left.0 = spoken;
        }
    }
    // The service after which the signing name is called is the one that people mean.
    left.keep(|entry| entry.name == entry.signing_name);
    left.0.first().copied()
}

/// The services that are left to choose from.
struct Left(Vec<ServiceIndex>);

impl Left {
    /// Keeps those that fit, unless none does.
    fn keep(&mut self, fits: impl Fn(&ServiceEntry) -> bool) {
        let fits = |at: &ServiceIndex| fits(fogbank_index::service(*at));
        if self.0.len() > 1 && self.0.iter().any(fits) {
            self.0.retain(fits);
        }
    }
}

fn is_query(protocol: &Protocol) -> bool {
    matches!(protocol, Protocol::AwsQuery | Protocol::Ec2Query)
}

fn is_rest(protocol: &Protocol) -> bool {
    matches!(protocol, Protocol::RestJson1 | Protocol::RestXml)
}
