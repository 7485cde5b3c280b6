//! The developer endpoint `/_aws/iam/registered-policies`: what product providers register with AWS
//! when they are taken on, which no operation does.
//!
//! `PUT /_aws/iam/registered-policies/<ARN>` with a document registers a policy template, or, where the
//! ARN is one of `arn:aws:iam::partner:policy/…`, a permissions boundary; `GET` answers with it, and
//! without an ARN with the list of all. What is registered never changes, so that another document
//! under the same ARN is refused.

use std::sync::Arc;

use bytes::Bytes;
use fogbank_context::Arn;
use fogbank_iam::Policy;
use fogbank_service::{BoxFuture, ByteStream, Route, RouteAnswer, RouteHandler, RouteRequest};
use http::{HeaderValue, Method, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::store::{DelegationStore, RegisteredPolicy};

struct Registry;

/// The route of the gateway.
pub(crate) fn route() -> Route {
    Route { path: "iam/registered-policies", handler: Arc::new(Registry) }
}

impl RouteHandler for Registry {
    fn handle(&self, request: RouteRequest) -> BoxFuture<'_, RouteAnswer> {
        let (status, body) = answer(&request)
            .unwrap_or_else(|(status, message)| (status, json!({ "message": message })));
        let mut response = Response::new(ByteStream::from(Bytes::from(body.to_string())));
        *response.status_mut() = status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        Box::pin(std::future::ready(RouteAnswer::Http(response)))
    }
}

fn answer(request: &RouteRequest) -> Result<(StatusCode, Value), (StatusCode, String)> {
    let table = &request.world.global::<DelegationStore>().registered_policies;
    let name = percent_decode_str(&request.rest).decode_utf8_lossy().into_owned();
    let bad = |message: &str| (StatusCode::BAD_REQUEST, message.to_owned());
    match request.http.method {
        Method::GET if name.is_empty() => Ok((StatusCode::OK, table.keys().into())),
        Method::GET => match table.get(&name) {
            Some(policy) => Ok((StatusCode::OK, document(&policy.document))),
            None => Err((StatusCode::NOT_FOUND, format!("{name} is not registered"))),
        },
        Method::PUT => {
            let arn: Arn = name.parse().map_err(|_| bad("the path ends in no ARN"))?;
            let text = std::str::from_utf8(&request.body).map_err(|_| bad("not UTF-8"))?;
            if is_boundary(&arn) {
                Policy::parse(text).map_err(|error| bad(&error.to_string()))?;
            } else if !document(text).is_object() {
                return Err(bad("the body is no policy template"));
            }
            let policy = RegisteredPolicy { document: text.into() };
            let fresh = table.insert_new(name.clone(), policy).is_ok();
            let same = table.read(&name, |policy| &*policy.document == text) == Some(true);
            match (fresh, same) {
                (true, _) => Ok((StatusCode::CREATED, json!({ "Arn": name }))),
                (false, true) => Ok((StatusCode::OK, json!({ "Arn": name }))),
                (false, false) => {
                    Err((StatusCode::CONFLICT, format!("{name} is registered already")))
                }
            }
        }
        _ => Err((StatusCode::METHOD_NOT_ALLOWED, "GET and PUT only".to_owned())),
    }
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// Whether an ARN is that of a permissions boundary of a product provider.
pub(crate) fn is_boundary(arn: &Arn) -> bool {
    arn.service == "iam" && arn.account == "partner" && arn.resource.starts_with("policy/")
}
