//! What a host name says: the service, the region, the bucket.

use crate::detection::regions;

/// The domains below which AWS's own endpoints lie; the longer of two comes first.
const AWS_DOMAINS: [&str; 12] = [
    "amazonaws.com.cn",
    "amazonaws.com",
    "api.amazonwebservices.com.cn",
    "api.aws",
    "on.aws",
    "amazonaws.eu",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "aws.dev",
];

/// Endpoint names that are not the service's present one.
const ALIASES: [(&str, &str); 3] = [("queue", "sqs"), ("ddb", "dynamodb"), ("legacy-sqs", "sqs")];

/// What a host name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host<'h> {
    /// Nothing: an address, or a name of the server itself.
    Plain,
    /// An endpoint of a service.
    Service {
        /// The endpoint's name, such as `sqs` or `data.iot`.
        endpoint: &'h str,
        /// The region, where it names one.
        region: Option<&'h str>,
        /// Labels before the endpoint's name: an account, an API's id; mostly empty.
        prefix: &'h str,
    },
    /// A bucket of S3, addressed virtual-hosted style.
    Bucket {
        /// The bucket; it can have dots.
        bucket: &'h str,
        /// The region, where the name has one.
        region: Option<&'h str>,
        /// The endpoint of static websites, not of the API.
        website: bool,
    },
    /// A name below one of the server's own that no service has: a world or a bucket.
    Label(
        /// The labels before the server's own name.
        &'h str,
    ),
}

/// The names that the server has itself.
#[derive(Debug, Clone)]
pub(crate) struct OwnNames(Vec<String>);

impl OwnNames {
    /// The names that are always there, and the one of the configuration.
    pub(crate) fn new(configured: &str) -> Self {
        let mut names = vec!["localhost.localstack.cloud".to_owned(), "localhost".to_owned()];
        if !names.iter().any(|name| name == configured)
            && configured.parse::<std::net::IpAddr>().is_err()
        {
            names.insert(0, configured.to_ascii_lowercase());
        }
        Self(names)
    }

    /// The labels before one of these names; none for other hosts.
    pub(crate) fn labels<'h>(&self, name: &'h str) -> Option<&'h str> {
        self.0.iter().find_map(|own| labels_before(name, own))
    }
}

/// The host without its port; brackets stay around IPv6 addresses.
pub(crate) fn without_port(host: &str) -> &str {
    // Backwards over the digits: every request has a host.
    let digits = host.bytes().rev().take_while(u8::is_ascii_digit).count();
    match host[..host.len() - digits].strip_suffix(':') {
        Some(name) if !name.ends_with(':') => name,
        _ => host,
    }
}

/// What is left of `name` before `.domain`; empty when it is the domain itself.
fn labels_before<'h>(name: &'h str, domain: &str) -> Option<&'h str> {
    let start = name.len().checked_sub(domain.len())?;
    if !name.is_char_boundary(start) || !name[start..].eq_ignore_ascii_case(domain) {
        return None;
    }
    if start == 0 { Some("") } else { name[..start].strip_suffix('.') }
}

impl<'h> Host<'h> {
    /// Reads a host name without its port. `is_endpoint` knows the endpoint names of all services.
    pub(crate) fn of(name: &'h str, own: &OwnNames, is_endpoint: impl Fn(&str) -> bool) -> Self {
        if !name.contains('.') || name.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return Host::Plain;
        }
        let aws = || AWS_DOMAINS.iter().find_map(|domain| labels_before(name, domain));
        let (labels, ours) = match own.labels(name) {
            Some(labels) => (labels, true),
            None => match aws() {
                Some(labels) => (labels, false),
                None => return Host::Plain,
            },
        };
        if labels.is_empty() {
            return Host::Plain;
        }
        let (rest, region) = cut_region(labels);
        s3(rest, region).or_else(|| endpoint(rest, region, is_endpoint)).unwrap_or(if ours {
            Host::Label(labels)
        } else {
            Host::Plain
        })
    }

    /// The region that the name has.
    pub(crate) fn region(&self) -> Option<&'h str> {
        match self {
            Host::Service { region, .. } | Host::Bucket { region, .. } => *region,
            Host::Plain | Host::Label(_) => None,
        }
    }
}

/// Splits off the last label.
fn last_label(labels: &str) -> (&str, &str) {
    labels.rsplit_once('.').unwrap_or(("", labels))
}

/// Takes a region off the end, and the word `dualstack` before it.
fn cut_region(labels: &str) -> (&str, Option<&str>) {
    let (before, last) = last_label(labels);
    let (rest, region) =
        if regions::has_form(last) { (before, Some(last)) } else { (labels, None) };
    let (before, last) = last_label(rest);
    (if last == "dualstack" { before } else { rest }, region)
}

/// The forms that S3 has: `bucket.s3`, `s3-us-west-2`, `bucket.s3-website-us-west-2` and so on. An
/// access point's name and account, as in `point-000000000000.s3-accesspoint`, stand for its bucket.
fn s3<'h>(labels: &'h str, region: Option<&'h str>) -> Option<Host<'h>> {
    let (bucket, last) = last_label(labels);
    let variant = last.strip_prefix("s3")?;
    let (website, suffix) = match variant.strip_prefix("-website") {
        Some(suffix) => (true, suffix),
        None => (false, variant),
    };
    let suffix = suffix.strip_prefix('-').unwrap_or(suffix);
    let region = match suffix {
        "" | "fips" | "accelerate" | "accesspoint" | "accesspoint-fips" => region,
        name if regions::has_form(name) => Some(name),
        "external-1" => Some("us-east-1"),
        _ => return None,
    };
    Some(match bucket {
        "" => Host::Service { endpoint: "s3", region, prefix: "" },
        bucket => Host::Bucket { bucket, region, website },
    })
}

/// The longest ending of the labels that is an endpoint of a service.
fn endpoint<'h>(
    labels: &'h str,
    region: Option<&'h str>,
    is_endpoint: impl Fn(&str) -> bool,
) -> Option<Host<'h>> {
    let mut name = labels;
    loop {
        let plain = name.strip_suffix("-fips").unwrap_or(name);
        let alias = ALIASES.iter().find(|alias| alias.0 == plain).map(|alias| alias.1);
        if let Some(endpoint) = alias.or_else(|| is_endpoint(plain).then_some(plain)) {
            let prefix = labels[..labels.len() - name.len()].trim_end_matches('.');
            // `us-west-2.queue.amazonaws.com`
            let (prefix, region) = match region {
                None if regions::has_form(prefix) => ("", Some(prefix)),
                region => (prefix, region),
            };
            return Some(Host::Service { endpoint, region, prefix });
        }
        name = name.split_once('.')?.1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service<'h>(endpoint: &'h str, region: Option<&'h str>, prefix: &'h str) -> Host<'h> {
        Host::Service { endpoint, region, prefix }
    }

    fn bucket<'h>(bucket: &'h str, region: Option<&'h str>) -> Host<'h> {
        Host::Bucket { bucket, region, website: false }
    }

    #[test]
    fn host_names_say_service_region_and_bucket() {
        let west = Some("us-west-2");
        let cases = [
            ("localhost", Host::Plain),
            ("127.0.0.1", Host::Plain),
            ("[::1]", Host::Plain),
            ("fogbank", Host::Plain),
            ("host.docker.internal", Host::Plain),
            ("localhost.localstack.cloud", Host::Plain),
            ("aws.example", Host::Plain),
            ("sqs.us-west-2.amazonaws.com", service("sqs", west, "")),
            ("sqs.us-west-2.localhost.localstack.cloud", service("sqs", west, "")),
            ("sqs.localhost", service("sqs", None, "")),
            ("us-west-2.queue.amazonaws.com", service("sqs", west, "")),
            ("queue.amazonaws.com", service("sqs", None, "")),
            ("us-west-2.queue.localhost.localstack.cloud", service("sqs", west, "")),
            ("sqs.us-west-2.aws.example", service("sqs", west, "")),
            ("000000000000.ddb.us-west-2.amazonaws.com", service("dynamodb", west, "000000000000")),
            ("sts-fips.us-west-2.amazonaws.com", service("sts", west, "")),
            ("sts.us-west-2.api.aws", service("sts", west, "")),
            ("iam.amazonaws.com", service("iam", None, "")),
            ("api.ecr.us-west-2.amazonaws.com", service("api.ecr", west, "")),
            ("abc123.execute-api.us-west-2.amazonaws.com", service("execute-api", west, "abc123")),
            ("abc.execute-api.localhost.localstack.cloud", service("execute-api", None, "abc")),
            ("u1.lambda-url.us-west-2.on.aws", service("lambda-url", west, "u1")),
            (
                "000000000000.s3-control.us-west-2.amazonaws.com",
                service("s3-control", west, "000000000000"),
            ),
            (
                "p-000000000000.s3-accesspoint.us-west-2.amazonaws.com",
                bucket("p-000000000000", west),
            ),
            ("s3.amazonaws.com", service("s3", None, "")),
            ("s3-us-west-2.amazonaws.com", service("s3", west, "")),
            ("s3.dualstack.us-west-2.amazonaws.com", service("s3", west, "")),
            ("s3.us-west-2.localhost.localstack.cloud", service("s3", west, "")),
            ("s3-external-1.amazonaws.com", service("s3", Some("us-east-1"), "")),
            ("b.s3.amazonaws.com", bucket("b", None)),
            ("b.s3.us-west-2.amazonaws.com", bucket("b", west)),
            ("b.s3-us-west-2.amazonaws.com", bucket("b", west)),
            ("b.s3.us-west-2.amazonaws.com.cn", bucket("b", west)),
            ("b.s3-accelerate.amazonaws.com", bucket("b", None)),
            ("b.s3-accelerate.dualstack.amazonaws.com", bucket("b", None)),
            ("b.s3.dualstack.us-west-2.amazonaws.com", bucket("b", west)),
            ("b.with.dots.s3.localhost.localstack.cloud", bucket("b.with.dots", None)),
            ("sqs.s3.localhost", bucket("sqs", None)),
            ("s3.s3.us-west-2.localhost", bucket("s3", west)),
            (
                "b.s3-website.us-west-2.amazonaws.com",
                Host::Bucket { bucket: "b", region: west, website: true },
            ),
            (
                "b.s3-website-us-west-2.amazonaws.com",
                Host::Bucket { bucket: "b", region: west, website: true },
            ),
            ("b.S3.LocalHost", Host::Label("b.S3")),
            ("mine.localhost", Host::Label("mine")),
            ("mine.localhost.localstack.cloud", Host::Label("mine")),
            ("my.bucket.localhost", Host::Label("my.bucket")),
            ("mine.amazonaws.com", Host::Plain),
        ];
        let own = OwnNames::new("aws.example");
        let endpoints =
            ["sqs", "iam", "sts", "dynamodb", "api.ecr", "execute-api", "lambda-url", "s3-control"];
        for (name, expected) in cases {
            assert_eq!(Host::of(name, &own, |e| endpoints.contains(&e)), expected, "{name}");
        }
    }

    #[test]
    fn ports_are_cut_off() {
        let cases = [
            ("localhost:4566", "localhost"),
            ("localhost", "localhost"),
            ("[::1]:4566", "[::1]"),
            ("[::1]", "[::1]"),
            ("a.b:80", "a.b"),
        ];
        for (host, expected) in cases {
            assert_eq!(without_port(host), expected);
        }
    }
}
