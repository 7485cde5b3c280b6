//! Static websites: the configuration's rules, and where requests are sent.

use fogbank_api_s3::{Redirect, RoutingRule, WebsiteConfiguration};
use fogbank_service::ServiceError;

use crate::errors;
use crate::members::text;

/// Checks a configuration.
///
/// # Errors
///
/// `InvalidArgument`, `InvalidRequest` and `MalformedXML` as S3 words them.
pub(crate) fn validate(configuration: &WebsiteConfiguration) -> Result<(), ServiceError> {
    let rules = configuration.routing_rules.as_deref();
    if let Some(redirect) = &configuration.redirect_all_requests_to {
        if configuration.index_document.is_some()
            || configuration.error_document.is_some()
            || rules.is_some()
        {
            return Err(errors::invalid_argument(
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                "RedirectAllRequestsTo",
                Some("not null"),
            ));
        }
        return check_protocol(text!(redirect.protocol));
    }
    let Some(index) = &configuration.index_document else {
        return Err(errors::invalid_argument(
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
            "IndexDocument",
            Some("null"),
        ));
    };
    if index.suffix.is_empty() || index.suffix.contains('/') {
        return Err(errors::invalid_argument(
            "The IndexDocument Suffix is not well formed",
            "IndexDocument",
            Some(&index.suffix),
        ));
    }
    if configuration.error_document.as_ref().is_some_and(|document| document.key.is_empty()) {
        return Err(errors::malformed_xml());
    }
    match rules {
        Some([]) => Err(errors::malformed_xml()),
        Some(rules) if rules.len() > 50 => Err(errors::malformed_xml()),
        Some(rules) => rules.iter().try_for_each(check_rule),
        None => Ok(()),
    }
}

fn check_rule(rule: &RoutingRule) -> Result<(), ServiceError> {
    check_protocol(text!(rule.redirect.protocol))?;
    if rule.redirect.replace_key_prefix_with.is_some() && rule.redirect.replace_key_with.is_some() {
        return Err(errors::invalid_request(
            "You can only define ReplaceKeyPrefix or ReplaceKey but not both.",
        ));
    }
    let code = rule.redirect.http_redirect_code.as_deref();
    if let Some(code) = code.filter(|code| !is_code(code, 301..=399)) {
        return Err(errors::invalid_request(format!(
            "The provided HTTP redirect code ({code}) is not valid. Valid codes are 3XX except 300."
        )));
    }
    let Some(condition) = &rule.condition else { return Ok(()) };
    if condition.http_error_code_returned_equals.is_none() && condition.key_prefix_equals.is_none()
    {
        return Err(errors::invalid_request(
            "Condition cannot be empty. To redirect all requests without a condition, the \
             condition element shouldn't be present.",
        ));
    }
    let code = condition.http_error_code_returned_equals.as_deref();
    if let Some(code) = code.filter(|code| !is_code(code, 400..=599)) {
        return Err(errors::invalid_request(format!(
            "The provided HTTP error code ({code}) is not valid. Valid codes are 4XX or 5XX."
        )));
    }
    Ok(())
}

fn is_code(text: &str, range: std::ops::RangeInclusive<u16>) -> bool {
    text.parse().is_ok_and(|code| range.contains(&code))
}

fn check_protocol(protocol: Option<&str>) -> Result<(), ServiceError> {
    match protocol {
        None | Some("http" | "https") => Ok(()),
        Some(_) => Err(errors::invalid_request(
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be \
             selected automatically.",
        )),
    }
}

/// A redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Redirection {
    pub(crate) status: u16,
    pub(crate) location: String,
}

/// The redirection of the first rule that fits a key, and (after a failed look-up) its status.
pub(crate) fn route(
    rules: &[RoutingRule],
    key: &str,
    failed: Option<u16>,
    scheme: &str,
    host: &str,
) -> Option<Redirection> {
    let fits = |rule: &&RoutingRule| {
        let Some(condition) = &rule.condition else { return failed.is_none() };
        let prefix = condition.key_prefix_equals.as_deref();
        let code = condition.http_error_code_returned_equals.as_deref();
        let prefix_fits = prefix.is_none_or(|prefix| key.starts_with(prefix));
        match (code, failed) {
            (None, None) => prefix_fits,
            (Some(code), Some(failed)) => prefix_fits && code == failed.to_string(),
            _ => false,
        }
    };
    let rule = rules.iter().find(fits)?;
    let prefix = rule.condition.as_ref().and_then(|it| it.key_prefix_equals.as_deref());
    Some(redirection(&rule.redirect, prefix.unwrap_or_default(), key, scheme, host))
}

fn redirection(
    redirect: &Redirect,
    prefix: &str,
    key: &str,
    scheme: &str,
    host: &str,
) -> Redirection {
    let key = match (&redirect.replace_key_with, &redirect.replace_key_prefix_with) {
        (Some(key), _) => key.clone(),
        (None, Some(with)) => format!("{with}{}", key.strip_prefix(prefix).unwrap_or(key)),
        (None, None) => key.to_owned(),
    };
    let scheme = text!(redirect.protocol).unwrap_or(scheme);
    let host = redirect.host_name.as_deref().unwrap_or(host);
    let status = redirect.http_redirect_code.as_deref().and_then(|code| code.parse().ok());
    Redirection { status: status.unwrap_or(301), location: format!("{scheme}://{host}/{key}") }
}

/// The page of an error: the items of S3's list, and why the custom page did not come.
pub(crate) fn error_page(
    error: &ServiceError,
    request_id: &str,
    host_id: &str,
    custom: Option<&ServiceError>,
) -> String {
    let status = http::StatusCode::from_u16(error.status()).unwrap_or_default();
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let items = |error: &ServiceError| {
        let mut items = format!(
            "<li>Code: {}</li>\n<li>Message: {}</li>\n",
            escape(error.code()),
            escape(error.message().unwrap_or_default())
        );
        for (name, value) in error.members() {
            items.push_str(&format!("<li>{name}: {}</li>\n", escape(value)));
        }
        items
    };
    let mut page = format!(
        "<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n{}\
         <li>RequestId: {request_id}</li>\n<li>HostId: {host_id}</li>\n</ul>\n",
        items(error)
    );
    if let Some(custom) = custom {
        page.push_str(&format!(
            "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n\
             <ul>\n{}</ul>\n",
            items(custom)
        ));
    }
    page.push_str("<hr/>\n</body>\n</html>\n");
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use fogbank_api_s3::{Condition, IndexDocument};

    fn rule(prefix: Option<&str>, code: Option<&str>, redirect: Redirect) -> RoutingRule {
        let condition = (prefix.is_some() || code.is_some()).then(|| Condition {
            key_prefix_equals: prefix.map(str::to_owned),
            http_error_code_returned_equals: code.map(str::to_owned),
        });
        RoutingRule { condition, redirect }
    }

    fn to(prefix_with: Option<&str>, key_with: Option<&str>) -> Redirect {
        Redirect {
            replace_key_prefix_with: prefix_with.map(str::to_owned),
            replace_key_with: key_with.map(str::to_owned),
            ..Redirect::default()
        }
    }

    #[test]
    fn routes() {
        let rules = [
            rule(Some("docs/"), None, to(Some("documents/"), None)),
            rule(Some("old"), Some("404"), to(None, Some("new.html"))),
            rule(None, Some("404"), to(Some("missing/"), None)),
        ];
        for (key, failed, location) in [
            ("docs/a.html", None, Some("http://h/documents/a.html")),
            ("images/a", None, None),
            ("old-page", Some(404), Some("http://h/new.html")),
            ("page", Some(404), Some("http://h/missing/page")),
            ("page", Some(403), None),
        ] {
            let got = route(&rules, key, failed, "http", "h").map(|it| it.location);
            assert_eq!(got.as_deref(), location, "{key} {failed:?}");
        }
    }

    #[test]
    fn configurations() {
        let index = |suffix: &str| WebsiteConfiguration {
            index_document: Some(IndexDocument { suffix: suffix.to_owned() }),
            ..WebsiteConfiguration::default()
        };
        assert!(validate(&index("index.html")).is_ok());
        for (configuration, code) in [
            (index("/index.html"), "InvalidArgument"),
            (index(""), "InvalidArgument"),
            (WebsiteConfiguration::default(), "InvalidArgument"),
            (
                WebsiteConfiguration {
                    routing_rules: Some(vec![rule(None, None, to(Some("a"), Some("b")))]),
                    ..index("i")
                },
                "InvalidRequest",
            ),
        ] {
            assert_eq!(validate(&configuration).unwrap_err().code(), code);
        }
    }
}
