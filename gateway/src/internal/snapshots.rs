//! Snapshots of worlds, kept as portable files in `DATA_DIR`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_types::DateTime;
use bytes::Bytes;
use fogbank_context::Timestamp;
use fogbank_service::ByteStream;
use fogbank_state::{JournalError, Snapshot};
use fogbank_wire::Body;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, clock, json_response, read_body, read_json, state, with_status};
use crate::exchange::{Exchange, Response};

/// The name of the snapshot of `state/save` and `state/load`.
pub(super) const SAVED: &str = "saved";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSnapshot {
    name: String,
    services: Option<Vec<String>>,
}

/// `snapshots`, `snapshots/NAME` and `snapshots/NAME/load`.
pub(super) async fn handle(x: &mut Exchange, rest: &str) -> Answer {
    let (name, action) = rest.split_once('/').unwrap_or((rest, ""));
    match (x.http().method.as_str(), name, action) {
        ("GET", "", "") => list(x).await,
        ("POST", "", "") => {
            let NewSnapshot { name, services } = read_json(x).await?;
            let shown = save(x, &name, services).await?;
            Ok(with_status(&shown, StatusCode::CREATED))
        }
        ("POST", name, "load") => Ok(json_response(&load(x, name).await?)),
        ("GET", name, "") => {
            let bytes =
                tokio::fs::read(existing(x, name)?).await.map_err(|error| failed(&error))?;
            let mut response = Response::new(Body::stream(ByteStream::from(bytes)));
            let binary = HeaderValue::from_static("application/octet-stream");
            response.headers_mut().insert(header::CONTENT_TYPE, binary);
            Ok(response)
        }
        ("PUT", name, "") => {
            let bytes = read_body(x).await?;
            let shown = put(x, name, &bytes)?;
            Ok(with_status(&shown, StatusCode::CREATED))
        }
        ("DELETE", name, "") => {
            std::fs::remove_file(existing(x, name)?).map_err(|error| failed(&error))?;
            Ok(with_status(&Value::Null, StatusCode::NO_CONTENT).map(|_| Body::default()))
        }
        _ => Err(Refusal(StatusCode::NOT_FOUND, format!("there is no route snapshots/{rest}"))),
    }
}

fn folder(x: &Exchange) -> PathBuf {
    x.core.config.data_dir.join("snapshots")
}

fn path(x: &Exchange, name: &str) -> Result<PathBuf, Refusal> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.is_empty() || name.len() > 128 || name.starts_with('.') || !name.bytes().all(word) {
        let message = format!("{name:?} is no name of a snapshot: 1 to 128 of A-Z a-z 0-9 - _ .");
        return Err(Refusal(StatusCode::BAD_REQUEST, message));
    }
    Ok(folder(x).join(format!("{name}.fogbank")))
}

fn existing(x: &Exchange, name: &str) -> Result<PathBuf, Refusal> {
    let path = path(x, name)?;
    if path.is_file() { Ok(path) } else { Err(none(name)) }
}

/// Whether there is a snapshot of this name.
pub(super) fn exists(x: &Exchange, name: &str) -> bool {
    path(x, name).is_ok_and(|path| path.is_file())
}

/// Reads a snapshot.
pub(super) async fn read(x: &Exchange, name: &str) -> Result<Snapshot, Refusal> {
    let path = existing(x, name)?;
    let blobs = x.world.blobs().clone();
    blocking(move || Snapshot::import(&path, &blobs)).await
}

fn none(name: &str) -> Refusal {
    Refusal(StatusCode::NOT_FOUND, format!("there is no snapshot {name:?}"))
}

fn failed(error: &dyn std::fmt::Display) -> Refusal {
    Refusal(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

/// A file that cannot be read is no fault of the server's.
fn unreadable(error: &JournalError) -> Refusal {
    match error {
        JournalError::Damaged { .. } | JournalError::Format { .. } => {
            Refusal(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
        }
        _ => failed(error),
    }
}

/// A file that takes the name of a snapshot when it is complete; deleted when it never is.
struct Partial(PathBuf);

impl Partial {
    fn beside(path: &Path) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(path.with_extension(format!("{}-{number}.partial", std::process::id())))
    }

    fn complete(self, path: &Path) -> Result<(), Refusal> {
        std::fs::rename(&self.0, path).map_err(|error| failed(&error))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Fails when the file has its final name.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Runs work that blocks.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(unreadable(&error)),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// Writes the addressed world, or some services of it, into a file.
pub(super) async fn save(
    x: &Exchange,
    name: &str,
    services: Option<Vec<String>>,
) -> Result<Value, Refusal> {
    let path = path(x, name)?;
    std::fs::create_dir_all(folder(x)).map_err(|error| failed(&error))?;
    let snapshot = x.world.snapshot();
    let found: Vec<String> = snapshot.services().into_keys().collect();
    let kept: Vec<String> = match services {
        None => found,
        Some(wanted) => {
            let known =
                |name: &String| found.contains(name) || x.core.services.by_name(name).is_some();
            if let Some(name) = wanted.iter().find(|name| !known(name)) {
                let message = format!("there is no service {name:?}");
                return Err(Refusal(StatusCode::BAD_REQUEST, message));
            }
            found.into_iter().filter(|name| wanted.contains(name)).collect()
        }
    };
    let partial = Partial::beside(&path);
    let (wanted, file) = (kept.clone(), partial.0.clone());
    blocking(move || snapshot.export(&file, |service| wanted.iter().any(|name| name == service)))
        .await?;
    partial.complete(&path)?;
    Ok(show(name, &path, Some(kept)))
}

/// Replaces the contents of the addressed world by those of a file.
pub(super) async fn load(x: &Exchange, name: &str) -> Result<Value, Refusal> {
    let path = existing(x, name)?;
    let world = x.world.clone();
    let services = blocking(move || {
        let snapshot = Snapshot::import(&path, world.blobs())?;
        let services: Vec<String> = snapshot.services().into_keys().collect();
        world.restore(&snapshot);
        Ok(services)
    })
    .await?;
    state::tell_replaced(x);
    x.core.carry_on(&x.world).await;
    let known = |name: &String| {
        x.core.services.by_name(name).is_some_and(|slot| slot.is_emulated())
            || x.core.services.by_name(name).is_none()
    };
    let (loaded, skipped): (Vec<_>, Vec<_>) = services.into_iter().partition(known);
    let reason = "this server does not emulate the service; its state is kept as it is";
    let skipped: Vec<_> =
        skipped.iter().map(|name| json!({ "service": name, "reason": reason })).collect();
    Ok(json!({ "loaded": loaded, "skipped": skipped }))
}

fn put(x: &Exchange, name: &str, bytes: &Bytes) -> Result<Value, Refusal> {
    let path = path(x, name)?;
    std::fs::create_dir_all(folder(x)).map_err(|error| failed(&error))?;
    let partial = Partial::beside(&path);
    std::fs::write(&partial.0, bytes).map_err(|error| failed(&error))?;
    let services = match Snapshot::import(&partial.0, x.world.blobs()) {
        Ok(snapshot) => snapshot.services().into_keys().collect(),
        Err(error) => {
            let reason = match error {
                JournalError::Damaged { at, .. } => format!("damaged or cut off at byte {at}"),
                JournalError::Format { found, known, .. } => {
                    format!("of format {found}, and this version reads up to {known}")
                }
                error => return Err(failed(&error)),
            };
            let message = format!("what was sent is no snapshot: it is {reason}");
            return Err(Refusal(StatusCode::BAD_REQUEST, message));
        }
    };
    partial.complete(&path)?;
    Ok(show(name, &path, Some(services)))
}

async fn list(x: &Exchange) -> Answer {
    let folder = folder(x);
    let rows = blocking(move || Ok(list_folder(&folder))).await?;
    Ok(json_response(&json!({ "snapshots": rows })))
}

/// The snapshots by name; of one that cannot be read the services are not known.
fn list_folder(folder: &Path) -> Vec<Value> {
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "fogbank")
            && let Some(name) = path.file_stem().and_then(|name| name.to_str())
        {
            let services = Snapshot::services_in(&path).ok();
            rows.push(show(name, &path, services.map(|names| names.into_iter().collect())));
        }
    }
    rows.sort_by_key(|row| row["name"].as_str().unwrap_or_default().to_owned());
    rows
}

fn show(name: &str, path: &Path, services: Option<Vec<String>>) -> Value {
    let metadata = std::fs::metadata(path).ok();
    let created = metadata.as_ref().and_then(|data| data.modified().ok()).map(|at| {
        let at = DateTime::from(at);
        clock::text(Timestamp::from_wire(&at))
    });
    let bytes = metadata.map_or(0, |data| data.len());
    json!({ "name": name, "created": created, "services": services, "bytes": bytes })
}
