//! Requests to API destinations.
//!
//! What a connection adds to a request counts more than what the target does.

mod token;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fogbank_api_secretsmanager::{GetSecretValueRequest, SecretsManagerClient};
use fogbank_context::Arn;
use http::{Request, StatusCode};
use http_body_util::Full;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Courier, Failure, Undelivered};
use crate::event::json::Json;
use crate::store::{ApiDestination, Authorization, Connection, EventsStore, HttpParameter};

/// How long a destination may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
const AGENT: &str = "Amazon/EventBridge/ApiDestinations";
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A connection with its secrets.
#[derive(Debug)]
pub(crate) struct Credentials {
    secret: Json,
}

impl Credentials {
    /// A member of the secret.
    fn text(&self, name: &str) -> &str {
        self.secret.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    /// The secret.
    pub(crate) fn into_secret(self) -> Json {
        self.secret
    }

    /// What goes with requests, with secret values: the parameters of a kind under a name.
    fn parameters(&self, group: &str, kind: &str) -> Vec<(String, String)> {
        let list = self.secret.get(group).and_then(|group| group.get(kind));
        let Some(Json::Array(list)) = list else { return Vec::new() };
        let text = |item: &Json, name: &str| {
            item.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
        };
        list.iter().map(|item| (text(item, "key"), text(item, "value"))).collect()
    }
}

/// What a connection's secret holds.
pub(crate) async fn credentials(
    courier: &Courier,
    connection: &Connection,
) -> Result<Credentials, Failure> {
    let unauthorized = || {
        let message = format!("The connection {} is not authorized.", connection.arn);
        Failure::new("NO_PERMISSIONS", message)
    };
    let arn = connection.secret.clone().ok_or_else(unauthorized)?;
    let place = connection.arn.account_id().zip(connection.arn.region.clone());
    let (account, region) = place.ok_or_else(unauthorized)?;
    let client = SecretsManagerClient::new(courier.caller(account, &region));
    let input = GetSecretValueRequest { secret_id: arn, ..Default::default() };
    let value = client.get_secret_value(input).await.map_err(|error| Failure::of(&error))?;
    let secret = value.secret_string.as_deref().and_then(Json::parse).ok_or_else(unauthorized)?;
    Ok(Credentials { secret })
}

/// Calls an API destination.
pub(super) async fn invoke(
    courier: &Courier,
    parcel: &Undelivered,
    arn: &Arn,
) -> Result<(), Failure> {
    let missing = || Failure::new("NO_RESOURCE", format!("{arn} does not exist."));
    let (account, region) = arn.account_id().zip(arn.region.clone()).ok_or_else(missing)?;
    let store = courier.world.regional::<EventsStore>(account, &region);
    let name = arn.resource.split('/').nth(1).unwrap_or_default();
    let destination = store.api_destinations.get(name).filter(|it| it.arn == *arn);
    let destination = destination.ok_or_else(missing)?;
    let connection = destination.connection.split('/').nth(1).unwrap_or_default();
    let connection = store.connections.get(connection).ok_or_else(missing)?;
    let credentials = credentials(courier, &connection).await?;
    let mut headers = Vec::new();
    match &connection.authorization {
        Authorization::Basic(_) => {
            let (user, password) = (credentials.text("username"), credentials.text("password"));
            let encoded = STANDARD.encode(format!("{user}:{password}"));
            headers.push(("authorization".to_owned(), format!("Basic {encoded}")));
        }
        Authorization::ApiKey(name) => {
            headers.push((name.clone(), credentials.text("api_key_value").to_owned()));
        }
        Authorization::OAuth(oauth) => {
            let token = token::ask(courier, oauth, &credentials).await?;
            headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        }
    }
    wait_for_turn(courier, &store, name).await;
    let request = request(parcel, &destination, &credentials, headers)
        .map_err(|reason| Failure::new("INVALID_PARAMETER", reason))?;
    let sent = courier.post.outgoing.send(request);
    match tokio::time::timeout(PATIENCE, sent).await {
        Err(_) => Err(Failure::passing("TIMEOUT", "The destination did not answer in time.")),
        Ok(Err(reason)) => Err(Failure::passing("CONNECTION_FAILURE", reason)),
        Ok(Ok(response)) => judge(response.status()),
    }
}

fn judge(status: StatusCode) -> Result<(), Failure> {
    let message = || format!("The destination answered {status}.");
    match status.as_u16() {
        200..300 => Ok(()),
        429 => Err(Failure::passing("THROTTLING", message())),
        401 | 407 | 409 | 500.. => Err(Failure::passing("ERROR_FROM_TARGET", message())),
        _ => Err(Failure::new("ERROR_FROM_TARGET", message())),
    }
}

/// Waits as long as the destination's rate limit asks for.
async fn wait_for_turn(courier: &Courier, store: &EventsStore, name: &str) {
    let clock = courier.world.clock();
    let now = clock.now();
    let turn = store.api_destinations.update(name, |destination| {
        let rate = u32::try_from(destination.rate_limit).unwrap_or(1).max(1);
        let turn = destination.free_at.max(now);
        destination.free_at = turn + Duration::from_secs(1) / rate;
        turn
    });
    if let Some(turn) = turn.filter(|turn| *turn > now) {
        clock.sleep_until(turn).await;
    }
}

/// The request: of the destination, what the target and the connection add.
fn request(
    parcel: &Undelivered,
    destination: &ApiDestination,
    credentials: &Credentials,
    authorization: Vec<(String, String)>,
) -> Result<Request<Full<Bytes>>, String> {
    let target = parcel.target.http_parameters.clone().unwrap_or_default();
    let extra = |kind: &str| credentials.parameters("invocation_http_parameters", kind);
    let values = target.path_parameter_values.unwrap_or_default();
    let query = target.query_string_parameters.unwrap_or_default().into_iter().collect();
    let query = over(query, extra("query_string_parameters"), |one, other| one == other);
    let uri = with_query(&with_path(&destination.endpoint, &values), &query);
    let headers = target.header_parameters.unwrap_or_default().into_iter().collect();
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let headers = over(headers, extra("header_parameters"), same);
    let headers = over(headers, authorization, same);
    let body = with_members(&parcel.input, extra("body_parameters"));
    let bodiless = matches!(destination.method.as_str(), "GET" | "HEAD");
    let body = if bodiless { String::new() } else { body };
    let mut request = Request::builder().method(destination.method.as_str()).uri(uri);
    let mut own = vec![
        ("user-agent", AGENT.to_owned()),
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("range", "bytes=0-1048575".to_owned()),
        ("accept-encoding", "gzip,deflate".to_owned()),
    ];
    own.extend(parcel.trace_header.clone().map(|header| ("x-amzn-trace-id", header)));
    for (name, value) in own {
        if !headers.iter().any(|(other, _)| same(name, other)) {
            request = request.header(name, value);
        }
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(Full::from(body)).map_err(|error| error.to_string())
}

/// Both lists; the second counts where both have a name.
fn over(
    first: Vec<(String, String)>,
    second: Vec<(String, String)>,
    same: impl Fn(&str, &str) -> bool,
) -> Vec<(String, String)> {
    let mut all: Vec<_> = first
        .into_iter()
        .filter(|(name, _)| !second.iter().any(|(other, _)| same(name, other)))
        .collect();
    all.extend(second);
    all
}

/// The URL with values in the place of each `*` of its path; what is left over follows it.
fn with_path(url: &str, values: &[String]) -> String {
    let mut values = values.iter().map(|value| utf8_percent_encode(value, UNRESERVED).to_string());
    let (url, query) = url.split_once('?').map_or((url, None), |(url, query)| (url, Some(query)));
    let mut parts = url.split('*');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        path.push_str(&values.next().unwrap_or_else(|| "*".to_owned()));
        path.push_str(part);
    }
    for value in values {
        if !path.ends_with('/') {
            path.push('/');
        }
        path.push_str(&value);
    }
    query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"))
}

/// The URL with more of a query.
pub(super) fn with_query(url: &str, query: &[(String, String)]) -> String {
    let mut url = url.to_owned();
    for (name, value) in query {
        url.push(if url.contains('?') { '&' } else { '?' });
        let encoded = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
        url.push_str(&format!("{}={}", encoded(name), encoded(value)));
    }
    url
}

/// A JSON object with more members; any other text as it is.
fn with_members(body: &str, members: Vec<(String, String)>) -> String {
    if members.is_empty() {
        return body.to_owned();
    }
    match Json::parse(body) {
        Some(Json::Object(mut own)) => {
            own.retain(|(name, _)| !members.iter().any(|(other, _)| **name == **other));
            own.extend(members.into_iter().map(|(name, value)| (name.into(), Json::text(value))));
            Json::Object(own).to_string()
        }
        _ => body.to_owned(),
    }
}

/// Parameters as the secret holds them.
pub(crate) fn secret_parameters(list: &[HttpParameter]) -> Json {
    let item = |parameter: &HttpParameter| {
        Json::Object(vec![
            ("key".into(), Json::text(parameter.key.as_str())),
            ("value".into(), Json::text(parameter.value.as_str())),
            ("is_value_secret".into(), Json::Bool(parameter.is_value_secret)),
        ])
    };
    Json::Array(list.iter().map(item).collect())
}

/// Asks the authorization server of a connection for a token, to see whether it gives one.
pub(crate) async fn authorize(courier: &Courier, connection: &Connection) -> Result<(), Failure> {
    let Authorization::OAuth(oauth) = &connection.authorization else { return Ok(()) };
    let credentials = credentials(courier, connection).await?;
    token::ask(courier, oauth, &credentials).await.map(drop)
}
