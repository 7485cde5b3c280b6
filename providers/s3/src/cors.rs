//! CORS: which rule of a bucket allows a request.

use fogbank_api_s3::CORSRule;
use fogbank_service::ServiceError;
use http::HeaderMap;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, HeaderValue, ORIGIN,
    VARY,
};

use crate::errors;

const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// Checks a configuration: at most 100 rules, known methods, at most one asterisk each.
///
/// # Errors
///
/// `MalformedXML` and `InvalidRequest`.
pub(crate) fn validate(rules: &[CORSRule]) -> Result<(), ServiceError> {
    if rules.is_empty() || rules.len() > 100 {
        return Err(errors::malformed_xml());
    }
    for rule in rules {
        if rule.allowed_methods.is_empty() || rule.allowed_origins.is_empty() {
            return Err(errors::malformed_xml());
        }
        let unknown = rule.allowed_methods.iter().find(|it| !METHODS.contains(&it.as_str()));
        if let Some(method) = unknown {
            return Err(errors::invalid_request(format!(
                "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
            )));
        }
        let wild = rule.expose_headers.iter().flatten().find(|name| name.contains('*'));
        if let Some(name) = wild {
            return Err(errors::invalid_request(format!(
                "ExposeHeader \"{name}\" contains wildcard. We currently do not support wildcard \
                 for ExposeHeader."
            )));
        }
        let headers = rule.allowed_headers.iter().flatten();
        for (what, text) in rule
            .allowed_origins
            .iter()
            .map(|it| ("AllowedOrigin", it))
            .chain(headers.map(|it| ("AllowedHeader", it)))
        {
            if text.matches('*').count() > 1 {
                return Err(errors::invalid_request(format!(
                    "{what} \"{text}\" can not have more than one wildcard."
                )));
            }
        }
    }
    Ok(())
}

/// A pattern with at most one asterisk.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

/// What of a request CORS looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    origin: &'a str,
    method: &'a str,
    headers: Option<&'a str>,
    preflight: bool,
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty())
}

fn bad_request(message: &'static str) -> ServiceError {
    errors::error("BadRequest", 400, message, &[])
}

/// Checks that a preflight says where it comes from.
///
/// # Errors
///
/// `BadRequest` without an origin.
pub(crate) fn check_origin(headers: &HeaderMap) -> Result<&str, ServiceError> {
    header(headers, &ORIGIN)
        .ok_or_else(|| bad_request("Insufficient information. Origin request header needed."))
}

impl<'a> Request<'a> {
    /// The preflight that a browser sends.
    ///
    /// # Errors
    ///
    /// `BadRequest` without an origin or with an unknown method.
    pub(crate) fn preflight(headers: &'a HeaderMap) -> Result<Self, ServiceError> {
        let origin = check_origin(headers)?;
        let method = header(headers, &ACCESS_CONTROL_REQUEST_METHOD)
            .filter(|method| METHODS.contains(method))
            .ok_or_else(|| bad_request("Invalid Access-Control-Request-Method: null"))?;
        let headers = header(headers, &ACCESS_CONTROL_REQUEST_HEADERS);
        Ok(Self { origin, method, headers, preflight: true })
    }

    /// A request with an origin.
    pub(crate) fn actual(method: &'a str, headers: &'a HeaderMap) -> Option<Self> {
        let origin = header(headers, &ORIGIN)?;
        Some(Self { origin, method, headers: None, preflight: false })
    }

    /// The method that is asked for.
    pub(crate) fn method(&self) -> &'a str {
        self.method
    }

    fn allowed_by(&self, rule: &CORSRule) -> bool {
        let allowed_headers = || rule.allowed_headers.iter().flatten();
        rule.allowed_methods.iter().any(|method| method == self.method)
            && rule.allowed_origins.iter().any(|origin| matches(origin, self.origin))
            && self.requested_headers().all(|requested| {
                allowed_headers().any(|it| matches(&it.to_ascii_lowercase(), &requested))
            })
    }

    fn requested_headers(&self) -> impl Iterator<Item = String> {
        let names = self.headers.unwrap_or_default().split(',');
        names.map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty())
    }

    /// The response headers of the first rule that allows the request.
    pub(crate) fn answer(&self, rules: &[CORSRule]) -> Option<Vec<(HeaderName, HeaderValue)>> {
        let rule = rules.iter().find(|rule| self.allowed_by(rule))?;
        let any = rule.allowed_origins.iter().any(|origin| origin == "*");
        let mut answer = Vec::new();
        let mut add = |name: HeaderName, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer.push((name, value));
            }
        };
        let origin = if any { "*" } else { self.origin };
        add(ACCESS_CONTROL_ALLOW_ORIGIN, origin.to_owned());
        if !any {
            add(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned());
        }
        add(ACCESS_CONTROL_ALLOW_METHODS, rule.allowed_methods.join(", "));
        let requested: Vec<String> = self.requested_headers().collect();
        if self.preflight && !requested.is_empty() {
            add(ACCESS_CONTROL_ALLOW_HEADERS, requested.join(", "));
        }
        let exposed = rule.expose_headers.as_deref().unwrap_or_default();
        if !exposed.is_empty() {
            add(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.join(", "));
        }
        if let Some(seconds) = rule.max_age_seconds {
            add(ACCESS_CONTROL_MAX_AGE, seconds.to_string());
        }
        let vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
        add(VARY, vary.to_owned());
        Some(answer)
    }
}

/// A preflight that no rule allows; `resource_type` is `BUCKET` or `OBJECT`.
pub(crate) fn forbidden(message: &'static str, method: &str, resource_type: &str) -> ServiceError {
    errors::error(
        "AccessForbidden",
        403,
        format!("CORSResponse: {message}"),
        &[("Method", method), ("ResourceType", resource_type)],
    )
}

/// The message for a request that the rules do not allow.
pub(crate) const NOT_ALLOWED: &str = "This CORS request is not allowed. This is usually because the evalution of Origin, request \
     method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted \
     by the resource's CORS spec.";

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(origins: &[&str], methods: &[&str], headers: &[&str]) -> Vec<CORSRule> {
        let owned = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        vec![CORSRule {
            allowed_origins: owned(origins),
            allowed_methods: owned(methods),
            allowed_headers: Some(owned(headers)),
            max_age_seconds: Some(3000),
            ..CORSRule::default()
        }]
    }

    fn preflight(
        configuration: &[CORSRule],
        origin: &'static str,
        method: &'static str,
        headers: &'static str,
    ) -> Option<Vec<String>> {
        let mut map = HeaderMap::new();
        map.insert(ORIGIN, HeaderValue::from_static(origin));
        map.insert(ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static(method));
        map.insert(ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue::from_static(headers));
        let answer = Request::preflight(&map).unwrap().answer(configuration)?;
        Some(
            answer
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                .collect(),
        )
    }

    #[test]
    fn preflights() {
        let origin = "https://localhost:4200";
        let exact = rule(&[origin], &["GET", "PUT"], &["x-AMZ-*", "content-type"]);
        let answer = preflight(&exact, origin, "PUT", "X-Amz-Meta-A, Content-Type").unwrap();
        assert!(answer.contains(&"access-control-allow-origin: https://localhost:4200".to_owned()));
        assert!(answer.contains(&"access-control-allow-credentials: true".to_owned()));
        assert!(
            answer.contains(&"access-control-allow-headers: x-amz-meta-a, content-type".to_owned())
        );
        for (origin, method, headers) in [
            ("http://localhost:4200", "PUT", ""),
            (origin, "DELETE", ""),
            (origin, "PUT", "x-other"),
        ] {
            assert_eq!(preflight(&exact, origin, method, headers), None, "{origin} {method}");
        }
        let any = rule(&["*"], &["GET"], &["*"]);
        let answer = preflight(&any, origin, "GET", "x-other").unwrap();
        assert!(answer.contains(&"access-control-allow-origin: *".to_owned()));
        assert!(!answer.iter().any(|line| line.starts_with("access-control-allow-credentials")));
        let partial = rule(&["http://*.example.com"], &["GET"], &[]);
        assert!(preflight(&partial, "http://a.example.com", "GET", "").is_some());
        assert!(preflight(&partial, "http://example.com", "GET", "").is_none());
    }

    #[test]
    fn configurations() {
        let ok = rule(&["*"], &["GET"], &["*"]);
        assert!(validate(&ok).is_ok());
        for (configuration, code) in [
            (Vec::new(), "MalformedXML"),
            (rule(&["*"], &["MYMETHOD"], &[]), "InvalidRequest"),
            (rule(&["*a*"], &["GET"], &[]), "InvalidRequest"),
            (rule(&[], &["GET"], &[]), "MalformedXML"),
            (
                vec![CORSRule { expose_headers: Some(vec!["*".to_owned()]), ..ok[0].clone() }],
                "InvalidRequest",
            ),
        ] {
            assert_eq!(validate(&configuration).unwrap_err().code(), code);
        }
    }
}
