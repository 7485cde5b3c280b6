//! The URLs of queues: how they are written, and which queue one means.
//!
//! A URL is written in one of the shapes that `SQS_ENDPOINT_STRATEGY` names. It is read in any of
//! them, whatever its host, because clients reach the server under many names.

use fogbank_config::SqsEndpointStrategy;
use fogbank_context::{AccountId, Region};
use fogbank_schema::Protocol;
use fogbank_service::{HttpRequest, RequestContext, ServiceError};

use crate::errors;

/// The first label of the host of the shape `standard`.
const STANDARD_LABEL: &str = "sqs";
/// The label of the host of the shape `domain`.
const DOMAIN_LABEL: &str = "queue";
/// The first segment of the path of the shape `path`.
const PATH_SEGMENT: &str = "queue";

/// The queue that a URL means. What the URL does not say comes from the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueueAddress<'a> {
    /// The owner, where the URL names one.
    pub(crate) account: Option<AccountId>,
    /// The region, where the URL names one.
    pub(crate) region: Option<&'a str>,
    /// The name, not checked.
    pub(crate) name: &'a str,
}

impl<'a> QueueAddress<'a> {
    /// Reads a queue URL, or a queue's bare name.
    ///
    /// # Errors
    /// `InvalidAddress` when the text is neither.
    pub(crate) fn parse(url: &'a str) -> Result<Self, ServiceError> {
        Self::read(url).ok_or_else(|| errors::invalid_address(url))
    }

    fn read(url: &'a str) -> Option<Self> {
        let Some((host, path)) = split(url) else {
            return (!url.is_empty()).then_some(Self { account: None, region: None, name: url });
        };
        let (region, rest) = match path.strip_prefix(PATH_SEGMENT).and_then(|p| p.strip_prefix('/'))
        {
            Some(rest) => {
                let (region, rest) = rest.split_once('/')?;
                (Some(region), rest)
            }
            None => (region_of_host(host), path),
        };
        let (account, name) = rest.split_once('/')?;
        let account = account.parse().ok()?;
        let name = name.strip_suffix('/').unwrap_or(name);
        let valid = !name.is_empty() && !name.contains('/') && region != Some("");
        valid.then_some(Self { account: Some(account), region, name })
    }
}

/// Whether a request's path is the one of a queue's URL.
fn is_queue_path(path: &str) -> bool {
    QueueAddress::read(&format!("http://host{path}")).is_some()
}

/// Host and path of a URL, with or without a scheme; none for a bare name.
fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_once('/')
}

/// The region that a host of the shapes `standard` and `domain` names.
fn region_of_host(host: &str) -> Option<&str> {
    let mut labels = host.split('.');
    let (first, second) = (labels.next()?, labels.next()?);
    match (first, second) {
        (STANDARD_LABEL, region) if region.contains('-') => Some(region),
        (DOMAIN_LABEL, _) => Some("us-east-1"),
        (region, DOMAIN_LABEL) => Some(region),
        _ => None,
    }
}

/// Refuses an operation that is not about one queue, when a request of the query protocol was sent
/// to a queue's URL.
///
/// # Errors
/// `InvalidAction`.
pub(crate) fn refuse_on_queue(cx: &RequestContext) -> Result<(), ServiceError> {
    let at_queue = || is_queue_path(cx.http.uri.path());
    if cx.protocol == Protocol::AwsQuery && at_queue() {
        return Err(errors::invalid_action(cx.operation.name));
    }
    Ok(())
}

/// Writes the URL of a queue.
pub(crate) fn write(
    strategy: SqsEndpointStrategy,
    authority: &str,
    http: &HttpRequest,
    (account, region, name): (AccountId, &Region, &str),
) -> String {
    match strategy {
        SqsEndpointStrategy::Standard => {
            format!("http://{STANDARD_LABEL}.{region}.{authority}/{account}/{name}")
        }
        SqsEndpointStrategy::Domain if region.as_str() == "us-east-1" => {
            format!("http://{DOMAIN_LABEL}.{authority}/{account}/{name}")
        }
        SqsEndpointStrategy::Domain => {
            format!("http://{region}.{DOMAIN_LABEL}.{authority}/{account}/{name}")
        }
        SqsEndpointStrategy::Path => {
            format!("http://{authority}/{PATH_SEGMENT}/{region}/{account}/{name}")
        }
        SqsEndpointStrategy::Off => format!("http://{authority}/{account}/{name}"),
        SqsEndpointStrategy::Dynamic => {
            let (strategy, host) =
                shape_of_host(&http.host).unwrap_or((SqsEndpointStrategy::Standard, authority));
            let url = write(strategy, host, http, (account, region, name));
            match http.scheme {
                "https" => url.replacen("http://", "https://", 1),
                _ => url,
            }
        }
    }
}

/// The shape that goes with the host a client used, and the host without the labels of the shape.
fn shape_of_host(host: &str) -> Option<(SqsEndpointStrategy, &str)> {
    if host.is_empty() {
        return None;
    }
    let mut parts = host.splitn(3, '.');
    let labels = (parts.next(), parts.next(), parts.next());
    Some(match labels {
        (Some(STANDARD_LABEL), Some(region), Some(rest)) if region.contains('-') => {
            (SqsEndpointStrategy::Standard, rest)
        }
        (Some(DOMAIN_LABEL), Some(_), _) => {
            (SqsEndpointStrategy::Domain, &host[DOMAIN_LABEL.len() + 1..])
        }
        (Some(_), Some(DOMAIN_LABEL), Some(rest)) => (SqsEndpointStrategy::Domain, rest),
        _ => (SqsEndpointStrategy::Path, host),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expect: Option<(&str, Option<&str>, &str)>) {
        let read = QueueAddress::parse(url).ok();
        let read = read.as_ref().map(|found| {
            (found.account.map(|id| id.to_string()).unwrap_or_default(), found.region, found.name)
        });
        let expect = expect.map(|(account, region, name)| (account.to_owned(), region, name));
        assert_eq!(read, expect, "{url}");
    }

    #[test]
    fn urls_of_every_shape_are_read() {
        let account = "000000000001";
        for (url, region) in [
            (
                "http://sqs.eu-west-1.localhost.localstack.cloud:4566/000000000001/q",
                Some("eu-west-1"),
            ),
            ("https://sqs.us-east-1.amazonaws.com/000000000001/q", Some("us-east-1")),
            ("http://queue.localhost.localstack.cloud:4566/000000000001/q", Some("us-east-1")),
            (
                "http://eu-west-1.queue.localhost.localstack.cloud:4566/000000000001/q",
                Some("eu-west-1"),
            ),
            ("http://localhost:4566/queue/eu-west-1/000000000001/q", Some("eu-west-1")),
            ("http://localhost:4566/000000000001/q", None),
            ("http://127.0.0.1/000000000001/q", None),
            ("http://eu-west-1.other.localhost.localstack.cloud:4566/000000000001/q", None),
            ("http://sqs.localhost.localstack.cloud:4566/000000000001/q", None),
            ("localhost:4566/000000000001/q/", None),
        ] {
            check(url, Some((account, region, "q")));
        }
        check("my-queue", Some(("", None, "my-queue")));
    }

    #[test]
    fn other_addresses_are_refused() {
        for url in [
            "",
            "http://localhost:4566/my-queue",
            "http://localhost:4566/nonsense/my-queue",
            "http://localhost:4566/eu-central-1/000000000001/my-queue",
            "http://localhost:4566/other/eu-central-1/000000000001/my-queue",
            "http://localhost:4566/000000000001/my-queue/more",
            "http://localhost:4566/queue//000000000001/my-queue",
            "http://localhost:4566/000000000001/",
            "http://localhost:4566/",
        ] {
            check(url, None);
        }
        let error = QueueAddress::parse("http://localhost/x").expect_err("no queue");
        assert_eq!((error.code(), error.status()), ("InvalidAddress", 404));
        assert_eq!(
            error.message(),
            Some("The address http://localhost/x is not valid for this endpoint.")
        );
    }

    #[test]
    fn urls_are_written_in_the_shape_of_the_strategy() {
        use SqsEndpointStrategy::{Domain, Dynamic, Off, Path, Standard};
        let host = "localhost.localstack.cloud:4566";
        for (strategy, region, request_host, expect) in [
            (
                Standard,
                "us-east-1",
                "x",
                "http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/q",
            ),
            (
                Domain,
                "us-east-1",
                "x",
                "http://queue.localhost.localstack.cloud:4566/000000000000/q",
            ),
            (
                Domain,
                "eu-west-1",
                "x",
                "http://eu-west-1.queue.localhost.localstack.cloud:4566/000000000000/q",
            ),
            (
                Path,
                "eu-west-1",
                "x",
                "http://localhost.localstack.cloud:4566/queue/eu-west-1/000000000000/q",
            ),
            (Off, "eu-west-1", "x", "http://localhost.localstack.cloud:4566/000000000000/q"),
            (
                Dynamic,
                "eu-west-1",
                "127.0.0.1:4566",
                "http://127.0.0.1:4566/queue/eu-west-1/000000000000/q",
            ),
            (
                Dynamic,
                "eu-west-1",
                "sqs.us-east-1.my.host",
                "http://sqs.eu-west-1.my.host/000000000000/q",
            ),
            (
                Dynamic,
                "eu-west-1",
                "queue.my.host:1",
                "http://eu-west-1.queue.my.host:1/000000000000/q",
            ),
            (
                Dynamic,
                "us-east-1",
                "eu-west-1.queue.my.host",
                "http://queue.my.host/000000000000/q",
            ),
            (
                Dynamic,
                "us-east-1",
                "",
                "http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/q",
            ),
        ] {
            let http = HttpRequest { host: request_host.to_owned(), ..HttpRequest::default() };
            let region = Region::new(region);
            let url = write(strategy, host, &http, (AccountId::DEFAULT, &region, "q"));
            assert_eq!(url, expect);
            let read = QueueAddress::parse(&url).expect("our own URLs are read");
            assert_eq!((read.account, read.name), (Some(AccountId::DEFAULT), "q"));
            if strategy != Off {
                assert_eq!(read.region, Some(region.as_str()), "{url}");
            }
        }
    }

    #[test]
    fn paths_of_queues_are_told_from_others() {
        assert!(is_queue_path("/000000000000/orders"));
        assert!(is_queue_path("/queue/us-east-1/000000000000/orders"));
        assert!(!is_queue_path("/"));
        assert!(!is_queue_path("/bucket/key"));
    }
}
