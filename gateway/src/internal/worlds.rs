//! Worlds: listed, forked, renamed, emptied, dropped.

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, json_response, no_world, read_json, state, with_status};
use crate::exchange::{Exchange, Response};
use crate::worlds::{Fork, ForkError, MAIN};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWorld {
    name: Option<String>,
    from: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    name: String,
}

/// `worlds`, `worlds/NAME` and `worlds/NAME/reset`.
pub(super) async fn handle(x: &mut Exchange, rest: &str) -> Answer {
    let (name, action) = rest.split_once('/').unwrap_or((rest, ""));
    match (x.http().method.as_str(), name, action) {
        ("GET", "", "") => Ok(list(x)),
        ("POST", "", "") => fork(x).await,
        ("GET", name, "") => Ok(json_response(&one(x, name)?)),
        ("POST", name, "reset") => {
            x.world = x.core.worlds.get(name).ok_or_else(|| no_world(name))?;
            state::reset(x);
            Ok(json_response(&one(x, name)?))
        }
        ("PATCH", MAIN, "") => {
            Err(Refusal(StatusCode::CONFLICT, "the main world keeps its name".to_owned()))
        }
        ("PATCH", name, "") => rename(x, name).await,
        ("DELETE", MAIN, "") => {
            Err(Refusal(StatusCode::CONFLICT, "the main world cannot be dropped".to_owned()))
        }
        ("DELETE", name, "") => {
            let fork = x.core.worlds.remove(name).ok_or_else(|| no_world(name))?;
            fork.world.clock().cancel_all();
            Ok(with_status(&Value::Null, StatusCode::NO_CONTENT).map(|_| Default::default()))
        }
        _ => {
            let method = Method::as_str(&x.http().method);
            Err(Refusal(StatusCode::NOT_FOUND, format!("there is no route {method} worlds/{rest}")))
        }
    }
}

fn list(x: &Exchange) -> Response {
    let mut worlds = vec![show(x, MAIN, None, Some(x.core.port()))];
    for (name, fork) in x.core.worlds.forks() {
        worlds.push(of_fork(x, &name, &fork));
    }
    json_response(&json!({ "worlds": worlds }))
}

fn one(x: &Exchange, name: &str) -> Result<Value, Refusal> {
    if name == MAIN {
        return Ok(show(x, MAIN, None, Some(x.core.port())));
    }
    let forks = x.core.worlds.forks();
    forks.get(name).map(|fork| of_fork(x, name, fork)).ok_or_else(|| no_world(name))
}

fn of_fork(x: &Exchange, name: &str, fork: &Fork) -> Value {
    let port = fork.listener.as_ref().map(|listener| listener.0);
    show(x, name, Some(&fork.parent), port)
}

fn show(x: &Exchange, name: &str, parent: Option<&str>, port: Option<u16>) -> Value {
    json!({
        "name": name,
        "parent": parent,
        "port": port,
        "endpoint": x.core.endpoint(name, port),
        "host": format!("{name}.localhost:{}", x.core.port()),
    })
}

/// Whether a name can be a label of a host name.
fn is_label(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn check_name(name: &str) -> Result<(), Refusal> {
    if is_label(name) {
        return Ok(());
    }
    let message = format!("{name:?} is no name of a world: 1 to 63 of a-z, 0-9 and -");
    Err(Refusal(StatusCode::BAD_REQUEST, message))
}

fn taken(name: &str) -> Refusal {
    Refusal(StatusCode::CONFLICT, format!("there is a world {name:?} already"))
}

async fn fork(x: &mut Exchange) -> Answer {
    let NewWorld { name, from } = read_json(x).await?;
    let name = match name {
        Some(name) => name,
        None => format!("world-{}", x.core.worlds.main().ids().hex(8)),
    };
    check_name(&name)?;
    let parent = from.unwrap_or_else(|| MAIN.to_owned());
    let forked = x.core.fork(&name, &parent).await;
    let fork = forked.map_err(|error| match error {
        ForkError::NoParent => no_world(&parent),
        ForkError::Taken => taken(&name),
    })?;
    Ok(with_status(&of_fork(x, &name, &fork), StatusCode::CREATED))
}

async fn rename(x: &mut Exchange, name: &str) -> Answer {
    let Change { name: new } = read_json(x).await?;
    check_name(&new)?;
    match x.core.worlds.rename(name, &new) {
        None => Err(no_world(name)),
        Some(false) => Err(taken(&new)),
        Some(true) => Ok(json_response(&one(x, &new)?)),
    }
}
