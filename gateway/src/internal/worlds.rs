//! Worlds: listed, forked, renamed, emptied, dropped.

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, json_response, no_world, read_json, state, with_status};
use crate::exchange::{Exchange, Response};
use crate::worlds::{Fork, MAIN};

#[derive(Deserialize)]
struct NewWorld {
    name: Option<String>,
    from: Option<String>,
}

#[derive(Deserialize)]
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
    let host = x.core.addresses.get().and_then(|list| list.first()).map(|addr| addr.ip());
    let host =
        host.filter(|ip| !ip.is_unspecified()).map_or("127.0.0.1".to_owned(), |ip| match ip {
            std::net::IpAddr::V6(ip) => format!("[{ip}]"),
            ip @ std::net::IpAddr::V4(_) => ip.to_string(),
        });
    let endpoint = match port {
        Some(port) => format!("http://{host}:{port}"),
        None => format!("http://{name}.localhost:{}", x.core.port()),
    };
    json!({
        "name": name,
        "parent": parent,
        "port": port,
        "endpoint": endpoint,
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
    let source = x.core.worlds.get(&parent).ok_or_else(|| no_world(&parent))?;
    if x.core.worlds.get(&name).is_some() {
        return Err(taken(&name));
    }
    let world = source.fork();
    let host = x.core.addresses.get().and_then(|list| list.first()).map(|addr| addr.ip());
    let listener = x.core.worlds.listen(&x.core.config, host, world.clone()).await;
    // With all ports taken, host name and header still lead there.
    let fork = Fork { world, parent, listener };
    let shown = of_fork(x, &name, &fork);
    if !x.core.worlds.insert(&name, fork.clone()) {
        if let Some((_, task)) = fork.listener {
            task.abort();
        }
        return Err(taken(&name));
    }
    Ok(with_status(&shown, StatusCode::CREATED))
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
