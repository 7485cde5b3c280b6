//! Tokens of authorization servers: OAuth's client credentials.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;

use super::{Courier, Credentials, Failure, PATIENCE, with_query};
use crate::event::json::Json;
use crate::store::OAuth;

/// Asks for a token.
pub(super) async fn ask(
    courier: &Courier,
    oauth: &OAuth,
    credentials: &Credentials,
) -> Result<String, Failure> {
    let refused = |message: String| Failure::passing("ERROR_FROM_TARGET", message);
    let request =
        request(oauth, credentials).map_err(|reason| Failure::new("INVALID_PARAMETER", reason))?;
    let sent = courier.post.outgoing.send(request);
    let response = match tokio::time::timeout(PATIENCE, sent).await {
        Err(_) => {
            let message = "The authorization server did not answer in time.";
            return Err(Failure::passing("TIMEOUT", message));
        }
        Ok(Err(reason)) => return Err(Failure::passing("CONNECTION_FAILURE", reason)),
        Ok(Ok(response)) => response,
    };
    let status = response.status();
    if !status.is_success() {
        return Err(refused(format!("The authorization server answered {status}.")));
    }
    let text = String::from_utf8_lossy(response.body());
    let token = Json::parse(&text);
    let token = token.as_ref().and_then(|answer| answer.get("access_token")?.as_str());
    token
        .map(str::to_owned)
        .ok_or_else(|| refused("The authorization server's answer has no access_token.".to_owned()))
}

fn request(oauth: &OAuth, credentials: &Credentials) -> Result<Request<Full<Bytes>>, String> {
    let extra = |kind: &str| credentials.parameters("oauth_http_parameters", kind);
    let mut form = vec![
        ("client_id".to_owned(), credentials.text("client_id").to_owned()),
        ("client_secret".to_owned(), credentials.text("client_secret").to_owned()),
    ];
    form.extend(extra("body_parameters"));
    if !form.iter().any(|(name, _)| name == "grant_type") {
        form.push(("grant_type".to_owned(), "client_credentials".to_owned()));
    }
    let mut query = extra("query_string_parameters");
    let method = oauth.method.to_ascii_uppercase();
    let in_query = method == "GET";
    let body = if in_query {
        query.append(&mut form);
        String::new()
    } else {
        with_query("", &form).trim_start_matches('?').to_owned()
    };
    let mut request = Request::builder()
        .method(method.as_str())
        .uri(with_query(&oauth.endpoint, &query))
        .header("user-agent", super::AGENT)
        .header("accept", "application/json");
    if !in_query {
        request =
            request.header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    }
    for (name, value) in extra("header_parameters") {
        request = request.header(name, value);
    }
    request.body(Full::from(body)).map_err(|error| error.to_string())
}
