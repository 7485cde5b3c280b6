//! What is different between two snapshots or worlds.

use fogbank_state::{Change, Difference, Snapshot};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Answer, Refusal, json_response, snapshots};
use crate::detection::signature::parameter;
use crate::exchange::Exchange;

/// `diff?from=NAME&to=NAME`; a name is that of a snapshot or of a world, and `snapshot:NAME` or
/// `world:NAME` says which.
pub(super) async fn handle(x: &mut Exchange) -> Answer {
    let from = side(x, "from").await?;
    let to = side(x, "to").await?;
    let differences = tokio::task::spawn_blocking(move || from.diff(&to)).await;
    let differences =
        differences.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    let rows: Vec<Value> = differences.iter().map(show).collect();
    Ok(json_response(&json!({ "differences": rows })))
}

async fn side(x: &Exchange, parameter_name: &str) -> Result<Snapshot, Refusal> {
    let query = x.http().uri.query().unwrap_or_default();
    let name = parameter(query, parameter_name).map(std::borrow::Cow::into_owned);
    let name = name.ok_or_else(|| {
        let message = format!("{parameter_name} names a snapshot or a world");
        Refusal(StatusCode::BAD_REQUEST, message)
    })?;
    let (kind, name) = name.split_once(':').unwrap_or(("", &name));
    let world = if kind == "snapshot" { None } else { x.core.worlds.get(name) };
    let has_snapshot = kind != "world" && snapshots::exists(x, name);
    match (world, has_snapshot) {
        (Some(_), true) => {
            let message =
                format!("{name:?} is a snapshot and a world: say snapshot:{name} or world:{name}");
            Err(Refusal(StatusCode::CONFLICT, message))
        }
        (Some(world), false) => Ok(world.snapshot()),
        (None, true) => snapshots::read(x, name).await,
        (None, false) => {
            let message = format!("there is no snapshot or world {name:?}");
            Err(Refusal(StatusCode::NOT_FOUND, message))
        }
    }
}

fn show(difference: &Difference) -> Value {
    let Difference { store, table, key, change } = difference;
    let mut row = json!({
        "service": &*store.service,
        "scope": store.scope,
        "table": table,
        "key": key,
        "resource": format!("{table}/{key}"),
    });
    row["change"] = match change {
        Change::Added => "added".into(),
        Change::Removed => "removed".into(),
        Change::Changed { header, rows } => {
            let rows: Map<String, Value> = rows
                .iter()
                .map(|(name, counts)| {
                    let shown = json!({
                        "added": counts.added,
                        "removed": counts.removed,
                        "changed": counts.changed,
                    });
                    (name.clone(), shown)
                })
                .collect();
            row["header"] = (*header).into();
            row["rows"] = rows.into();
            "changed".into()
        }
    };
    row
}
