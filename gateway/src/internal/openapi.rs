//! The description of these routes, in the form that generators of clients read.

use http::header;

use super::Answer;
use crate::exchange::Response;
use fogbank_wire::Body;

/// OpenAPI 3.1.
const DOCUMENT: &str = include_str!("openapi.json");

/// The document as it stands.
pub(super) async fn show() -> Answer {
    let mut response = Response::new(Body::from(DOCUMENT.to_owned()));
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::DOCUMENT;
    use crate::internal::ROUTES;

    #[test]
    fn every_route_and_method_is_described() {
        let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
        let mut described = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().expect("paths") {
            let path = path.strip_prefix("/_fogbank/").expect("a path of ours");
            let begins = |route: &&str| {
                path.strip_prefix(route)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let route = ROUTES.iter().map(|route| route.0).find(begins).unwrap_or(path);
            for method in methods.as_object().expect("methods").keys() {
                if method != "parameters" {
                    described.insert((route.to_owned(), method.to_uppercase()));
                }
            }
        }
        let mut answered = BTreeSet::new();
        for (route, methods, _) in ROUTES.iter().filter(|route| route.0 != "conformance") {
            for method in methods.iter().filter(|method| *method != http::Method::HEAD) {
                answered.insert(((*route).to_owned(), method.to_string()));
            }
        }
        assert_eq!(described, answered);
    }
}
