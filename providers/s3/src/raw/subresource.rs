//! Requests for a sub-resource with a method that it does not have, such as `DELETE /bucket?acl`:
//! without this they would be about the bucket or the object itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fogbank_api_s3::SCHEMAS;
use fogbank_service::{HttpRequest, ServiceError};
use http::Method;

use super::Target;
use crate::access_log;
use crate::errors;

/// By sub-resource, and by whether it is of an object: the methods that it has, and an operation
/// on it.
type Known = BTreeMap<(&'static str, bool), (Vec<&'static str>, &'static str)>;

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known::new();
    for operation in &SCHEMAS.model().operations {
        let Some((path, query)) = operation.uri.split_once('?') else { continue };
        let first = query.split('&').next().unwrap_or_default();
        if first.contains('=') || !path.contains("{Bucket}") {
            continue;
        }
        let entry = known.entry((first, path.contains("{Key")));
        entry.or_insert_with(|| (Vec::new(), operation.name)).0.push(operation.method);
    }
    known
});

/// The answer to a request whose method its sub-resource does not have.
pub(super) fn misused(request: &HttpRequest) -> Option<ServiceError> {
    let query = request.uri.query()?;
    // S3 has words of its own for a list of uploads with a key.
    let lists_uploads = query == "uploads" || query.starts_with("uploads=");
    if request.method == Method::GET && lists_uploads {
        return None;
    }
    // HEAD looks at the bucket or the object, whatever else is named.
    if [Method::OPTIONS, Method::HEAD].contains(&request.method) {
        return None;
    }
    let names = || query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    if !names().any(|name| KNOWN.contains_key(&(name, false)) || KNOWN.contains_key(&(name, true)))
    {
        return None;
    }
    let target = Target::of(request);
    if target.website || target.bucket.is_empty() {
        return None;
    }
    let method = request.method.as_str();
    let of_object = !target.key.is_empty();
    let (name, operation) = names().find_map(|name| {
        let (methods, operation) = KNOWN.get(&(name, of_object))?;
        (!methods.contains(&method)).then_some((name, *operation))
    })?;
    let kind = access_log::resource_of(operation);
    let kind = kind.map_or_else(|| name.to_uppercase().replace('-', "_"), str::to_owned);
    Some(errors::method_not_allowed(method, &kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods() {
        let kind = |method: Method, uri: &str| {
            let request =
                HttpRequest { method, uri: uri.parse().unwrap(), ..HttpRequest::default() };
            misused(&request).map(|error| {
                let found = error.members().iter().find(|(name, _)| *name == "ResourceType");
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            })
        };
        for (method, uri, expected) in [
            (Method::DELETE, "/b?acl", Some("ACL")),
            (Method::DELETE, "/b?versioning", Some("VERSIONING")),
            (Method::PUT, "/b?location", Some("LOCATION")),
            (Method::PUT, "/b?policyStatus", Some("POLICY_STATUS")),
            (Method::POST, "/b?tagging", Some("TAGGING")),
            (Method::DELETE, "/b/k?acl", Some("ACL")),
            (Method::DELETE, "/b/k?legal-hold", Some("OBJECT_LOCK_LEGALHOLD")),
            (Method::DELETE, "/b/k?versionId=1&tagging", None),
            (Method::DELETE, "/b?tagging=", None),
            (Method::GET, "/b?versions&prefix=acl", None),
            (Method::HEAD, "/b?acl", None),
            (Method::PUT, "/b?foo", None),
            // What only buckets have is nothing to objects.
            (Method::DELETE, "/b/k?versioning", None),
            (Method::POST, "/b/k?uploads", None),
            (Method::GET, "/b/k?uploadId=1", None),
        ] {
            assert_eq!(kind(method.clone(), uri).as_deref(), expected, "{method} {uri}");
        }
    }
}
