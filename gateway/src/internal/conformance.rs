//! `/_fogbank/conformance`: the cases of this project's conformance tests.

use http::{Method, StatusCode};

use super::{Answer, Refusal, json_response, read_body};
use crate::exchange::Exchange;

/// POST registers a case and answers its token; GET with a token reports what was read.
pub(super) async fn handle(x: &mut Exchange, rest: &str) -> Answer {
    let core = x.core.clone();
    let Some(conformance) = &core.conformance else {
        let message = "conformance tests are off (FOGBANK_CONFORMANCE=1 turns them on)".to_owned();
        return Err(Refusal(StatusCode::NOT_FOUND, message));
    };
    if x.http().method == Method::POST {
        let body = read_body(x).await?;
        let registered = conformance.register(&body);
        return registered
            .map(|token| json_response(&token))
            .map_err(|error| Refusal(StatusCode::BAD_REQUEST, error.to_string()));
    }
    let unknown = || Refusal(StatusCode::NOT_FOUND, format!("there is no case {rest:?}"));
    conformance.report(rest).map(|report| json_response(&report)).ok_or_else(unknown)
}
