//! Whether the server is well, and what it is.

use std::sync::atomic::Ordering;

use fogbank_wire::Body;
use http::{HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Answer, Refusal, json_response, read_json};
use crate::exchange::{Exchange, Response};
use crate::services::Plan;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const EDITION: &str = "fogbank";

#[derive(Deserialize)]
struct Action {
    action: Option<String>,
}

/// The states of the services; a POST stops or restarts.
pub(super) async fn health(x: &mut Exchange) -> Answer {
    if x.http().method == Method::POST {
        return act(x).await;
    }
    let services = services(x);
    Ok(json_response(&json!({ "services": services, "edition": EDITION, "version": VERSION })))
}

fn services(x: &Exchange) -> Map<String, Value> {
    let listed = x.core.services.emulated();
    listed.map(|slot| (slot.name().to_owned(), slot.state().as_str().into())).collect()
}

async fn act(x: &mut Exchange) -> Answer {
    let Action { action } = read_json(x).await?;
    match action.as_deref() {
        Some("restart") => {
            for slot in x.core.services.iter() {
                slot.restart().await;
            }
        }
        Some("kill") => x.core.request_stop(),
        _ => {
            let message = "the action is one of restart, kill".to_owned();
            return Err(Refusal(StatusCode::BAD_REQUEST, message));
        }
    }
    Ok(json_response(&json!({ "status": "ok" })))
}

/// Who the server is.
pub(super) async fn info(x: &mut Exchange) -> Answer {
    Ok(json_response(&json!({
        "version": VERSION,
        "edition": EDITION,
        "is_license_activated": false,
        "system": std::env::consts::OS,
        "is_docker": std::path::Path::new("/.dockerenv").exists(),
        "server_time_utc": super::clock::text(x.world.clock().now()),
        "uptime": x.core.uptime.elapsed().as_secs(),
    })))
}

/// The providers that the configuration chooses.
pub(super) async fn plugins(x: &mut Exchange) -> Answer {
    let rows: Vec<Value> = x
        .core
        .services
        .emulated()
        .map(|slot| {
            let provider = match slot.plan() {
                Plan::Provider(_) => "in process".to_owned(),
                Plan::Upstream(url) => format!("upstream:{}", url.uri()),
                Plan::NoSuchProvider(name) => format!("unknown: {name}"),
                Plan::Disabled { .. } | Plan::NotEmulated => "none".to_owned(),
            };
            json!({ "service": slot.name(), "provider": provider, "state": slot.state().as_str() })
        })
        .collect();
    Ok(json_response(&json!({ "providers": rows })))
}

/// The certificate of the authority that signs the server's own, for clients to trust.
pub(super) async fn authority(x: &mut Exchange) -> Answer {
    let failed = |error| Refusal(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}"));
    let Some(pem) = x.core.tls.authority_pem().map_err(failed)? else {
        let message = "the certificate is the configuration's own (CUSTOM_SSL_CERT_PATH)";
        return Err(Refusal(StatusCode::NOT_FOUND, message.to_owned()));
    };
    let mut response = Response::new(Body::from(pem));
    let kind = HeaderValue::from_static("application/x-pem-file");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// The settings and their values, passwords hidden.
pub(super) async fn config(x: &mut Exchange) -> Answer {
    Ok(json_response(&Value::Object(settings(x))))
}

fn settings(x: &Exchange) -> Map<String, Value> {
    let entries = x.core.config.entries();
    entries.map(|entry| (entry.setting.env.to_owned(), entry.value.as_ref().into())).collect()
}

/// Everything that helps to understand a report of a fault.
pub(super) async fn diagnose(x: &mut Exchange) -> Answer {
    let metrics = &x.core.metrics;
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    Ok(json_response(&json!({
        "version": VERSION,
        "system": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "uptime": x.core.uptime.elapsed().as_secs(),
        "config": settings(x),
        "services": services(x),
        "worlds": x.core.worlds.forks().keys().collect::<Vec<_>>(),
        "requests": {
            "received": count(&metrics.requests),
            "under_way": count(&metrics.in_flight),
            "client_errors": count(&metrics.client_errors),
            "server_errors": count(&metrics.server_errors),
        },
    })))
}
