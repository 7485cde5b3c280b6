//! The server's own routes: `/_fogbank/…`, and `/_localstack/…` and `/_aws/…` for the same.

mod clock;
mod conformance;
mod diff;
mod iam;
mod init;
mod openapi;
mod snapshots;
mod state;
mod status;
mod worlds;

pub(crate) use init::Init;

use fogbank_service::{BoxFuture, RouteAnswer, RouteRequest};
use fogbank_wire::{Body, protocol_of};
use http::{HeaderValue, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::exchange::{Exchange, Response};

/// A request's way below the prefix, without the slash before it.
pub(crate) type Path = String;

/// Why a route does not do what it was asked.
#[derive(Debug)]
struct Refusal(StatusCode, String);

type Answer = Result<Response, Refusal>;
type Handler = for<'x> fn(&'x mut Exchange, &'x str) -> BoxFuture<'x, Answer>;

/// The routes: path, methods, handler. A handler gets what follows the path.
const ROUTES: &[(&str, &[Method], Handler)] = &[
    ("health", &[Method::GET, Method::HEAD, Method::POST], |x, _| Box::pin(status::health(x))),
    ("info", &[Method::GET], |x, _| Box::pin(status::info(x))),
    ("plugins", &[Method::GET], |x, _| Box::pin(status::plugins(x))),
    ("diagnose", &[Method::GET], |x, _| Box::pin(status::diagnose(x))),
    ("config", &[Method::GET], |x, _| Box::pin(status::config(x))),
    ("init", &[Method::GET], |x, rest| Box::pin(init::show(x, rest))),
    ("state", &[Method::POST], |x, rest| Box::pin(state::handle(x, rest))),
    ("worlds", &[Method::GET, Method::POST, Method::PATCH, Method::DELETE], |x, rest| {
        Box::pin(worlds::handle(x, rest))
    }),
    ("snapshots", &[Method::GET, Method::POST, Method::PUT, Method::DELETE], |x, rest| {
        Box::pin(snapshots::handle(x, rest))
    }),
    ("diff", &[Method::GET], |x, _| Box::pin(diff::handle(x))),
    ("openapi.json", &[Method::GET], |_, _| Box::pin(openapi::show())),
    ("conformance", &[Method::GET, Method::POST], |x, rest| Box::pin(conformance::handle(x, rest))),
    ("iam/why", &[Method::GET, Method::POST], |x, _| Box::pin(iam::why(x))),
    ("iam/suggest", &[Method::GET], |x, _| Box::pin(iam::suggest(x))),
    ("clock", &[Method::GET, Method::POST], |x, _| Box::pin(clock::handle(x))),
    ("ca.pem", &[Method::GET, Method::HEAD], |x, _| Box::pin(status::authority(x))),
];

/// The part of a path below one of the prefixes.
pub(crate) fn route(path: &str) -> Option<Path> {
    if path == "/moto-api/reset" {
        return Some("state/reset".to_owned());
    }
    ["/_fogbank/", "/_localstack/", "/_aws/"]
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix))
        .map(|rest| rest.trim_end_matches('/').to_owned())
}

/// Answers a request to a route.
pub(crate) async fn answer(x: &mut Exchange, path: Path) -> Response {
    let answer = match own(x, &path).await {
        Some(answer) => answer,
        None => of_provider(x, &path).await,
    };
    answer.unwrap_or_else(|Refusal(status, message)| {
        let mut response = json_response(&json!({ "message": message }));
        *response.status_mut() = status;
        response
    })
}

/// What follows `route` in `path`, when the path is the route or below it.
fn below<'p>(path: &'p str, route: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(route)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

async fn own(x: &mut Exchange, path: &str) -> Option<Answer> {
    let (rest, (_, methods, handler)) =
        ROUTES.iter().find_map(|route| Some((below(path, route.0)?, route)))?;
    if !methods.contains(&x.http().method) {
        let message = format!("{} is not a method of this route", x.http().method);
        return Some(Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, message)));
    }
    if let Err(refusal) = choose_world(x) {
        return Some(Err(refusal));
    }
    Some(handler(x, rest).await)
}

/// `?world=NAME` is another way to name the world.
fn choose_world(x: &mut Exchange) -> Result<(), Refusal> {
    let query = x.http().uri.query().unwrap_or_default();
    if let Some(name) = crate::detection::signature::parameter(query, "world") {
        let name = name.into_owned();
        x.world = x.core.worlds.get(&name).ok_or_else(|| no_world(&name))?;
    }
    Ok(())
}

fn no_world(name: &str) -> Refusal {
    Refusal(StatusCode::NOT_FOUND, format!("there is no world {name:?}"))
}

/// Routes that providers bring; the first part of their path is the service's name.
async fn of_provider(x: &mut Exchange, path: &str) -> Answer {
    let none = || Refusal(StatusCode::NOT_FOUND, format!("there is no route {path:?}"));
    let service = path.split('/').next().unwrap_or_default();
    let slot = x.core.services.by_name(service).ok_or_else(none)?.clone();
    let core = x.core.clone();
    let loaded = slot.load(&core.config, || core.invoker()).await;
    let provider = loaded
        .map_err(|error| Refusal(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?
        .ok_or_else(none)?;
    let (rest, route) = provider
        .routes
        .iter()
        .find_map(|route| Some((below(path, route.path)?, route)))
        .ok_or_else(none)?;
    let body = read_body(x).await?;
    let request = RouteRequest {
        http: x.http().clone(),
        rest: rest.to_owned(),
        body,
        world: x.world.clone(),
        invoker: x.core.invoker(),
    };
    Ok(match route.handler.handle(request).await {
        RouteAnswer::Http(response) => response.map(Body::stream),
        RouteAnswer::Operation(name, result) => {
            let operation = slot.model().operation_index(name);
            let wire = slot.wire(protocol_of(slot.model(), x.head()));
            match (operation, result) {
                (Some(operation), Ok(reply)) => wire.response(operation, reply, x.ids()),
                (operation, Err(error)) => wire.error(operation, &error, x.ids()),
                (None, Ok(_)) => return Err(none()),
            }
        }
    })
}

async fn read_body(x: &mut Exchange) -> Result<bytes::Bytes, Refusal> {
    let limit = x.core.config.max_body_size.as_len();
    x.body.read(limit).await.map_err(|error| Refusal(StatusCode::BAD_REQUEST, error.to_string()))
}

/// Reads a JSON body; an empty one counts as `{}`.
async fn read_json<T: DeserializeOwned>(x: &mut Exchange) -> Result<T, Refusal> {
    let body = read_body(x).await?;
    let text: &[u8] = if body.trim_ascii().is_empty() { b"{}" } else { &body };
    serde_json::from_slice(text)
        .map_err(|error| Refusal(StatusCode::BAD_REQUEST, format!("malformed body: {error}")))
}

fn json_response(value: &Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn with_status(value: &Value, status: StatusCode) -> Response {
    let mut response = json_response(value);
    *response.status_mut() = status;
    response
}
