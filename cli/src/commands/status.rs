//! `fogbank status`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::arguments::{Format, Status, StatusOf};
use crate::client::Client;
use crate::exit::{Exit, Failure};
use crate::instance::Instance;
use crate::style::{FAINT, GOOD, STRONG, say};

pub(crate) fn run(arguments: &Status) -> Result<Exit, Failure> {
    let client = Client::new(arguments.target.url()?, Duration::from_secs(5));
    let health = match (client.health(), arguments.format) {
        (Ok(health), _) => health,
        (Err(failure), Format::Json) if failure.exit == Exit::Unreachable => {
            print_json(&json!({ "running": false, "endpoint": client.url() }));
            return Ok(Exit::Unreachable);
        }
        (Err(failure), _) => return Err(failure),
    };
    let services = services(&health);
    match (arguments.what, arguments.format) {
        (StatusOf::Services, Format::Json) => print_json(&json!(services)),
        (StatusOf::Services, Format::Table) => print_services(&services),
        (StatusOf::Server, Format::Json) => {
            let instance = instance(client.url());
            print_json(&json!({
                "running": true,
                "endpoint": client.url(),
                "version": health.get("version"),
                "pid": instance.as_ref().map(|found| found.pid),
                "log": instance.as_ref().and_then(|found| found.log.as_ref()),
                "services": services,
            }));
        }
        (StatusOf::Server, Format::Table) => print_server(&client, &health, &services),
    }
    Ok(Exit::Done)
}

fn services(health: &Value) -> BTreeMap<&str, &str> {
    let services = health.get("services").and_then(Value::as_object);
    let states = services.into_iter().flatten();
    states.filter_map(|(name, state)| Some((name.as_str(), state.as_str()?))).collect()
}

/// What is known of the server when it runs on this machine.
fn instance(url: &str) -> Option<Instance> {
    Instance::all().into_iter().find(|instance| instance.endpoint == url)
}

fn print_server(client: &Client, health: &Value, services: &BTreeMap<&str, &str>) {
    let version = health.get("version").and_then(Value::as_str).unwrap_or("of unknown version");
    say!("{GOOD}fogbank {version}{GOOD:#} runs on {STRONG}{}{STRONG:#}", client.url());
    if let Some(instance) = instance(client.url()) {
        say!("process   {}", instance.pid);
        if let Some(log) = instance.log {
            say!("log       {}", log.display());
        }
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for state in services.values() {
        *counts.entry(state).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
    say!("services  {}", if counts.is_empty() { "none".to_owned() } else { counts.join(", ") });
}

fn print_services(services: &BTreeMap<&str, &str>) {
    let width = services.keys().map(|name| name.len()).max().unwrap_or(0);
    for (name, state) in services {
        let style = if *state == "running" { GOOD } else { FAINT };
        say!("{name:width$}  {style}{state}{style:#}");
    }
}

fn print_json(value: &Value) {
    say!("{value:#}");
}
