//! `fogbank world`.

use serde_json::{Value, json};

use crate::arguments::Format;
use crate::arguments::worlds::{World, WorldCommand};
use crate::client::{Client, Method};
use crate::exit::{Exit, Failure};
use crate::style::{STRONG, say};

const WORLDS: &str = "/_fogbank/worlds";

pub(crate) fn run(arguments: &World) -> Result<Exit, Failure> {
    let client = Client::patient(arguments.target.url()?);
    match &arguments.command {
        WorldCommand::Fork { name, from } => {
            let mut body = json!({});
            for (key, value) in [("name", name), ("from", from)] {
                if let Some(value) = value {
                    body[key] = value.as_str().into();
                }
            }
            let world = client.call(Method::Post, WORLDS, Some(&body))?;
            say!(
                "{} is ready on {STRONG}{}{STRONG:#}",
                text(&world, "name"),
                text(&world, "endpoint")
            );
        }
        WorldCommand::List { format } => list(&client, *format)?,
        WorldCommand::Drop { names } => {
            for name in names {
                client.call(Method::Delete, &format!("{WORLDS}/{name}"), None)?;
                say!("{name} is gone");
            }
        }
        WorldCommand::Reset { name } => {
            client.call(Method::Post, &format!("{WORLDS}/{name}/reset"), Some(&json!({})))?;
            say!("{name} is empty");
        }
        WorldCommand::Rename { name, to } => {
            let body = json!({ "name": to });
            client.call(Method::Patch, &format!("{WORLDS}/{name}"), Some(&body))?;
            say!("{name} is now {to}");
        }
    }
    Ok(Exit::Done)
}

fn list(client: &Client, format: Format) -> Result<(), Failure> {
    let answer = client.get(WORLDS)?;
    let worlds = answer.get("worlds").and_then(Value::as_array).cloned().unwrap_or_default();
    if format == Format::Json {
        say!("{:#}", Value::Array(worlds));
        return Ok(());
    }
    let width = worlds.iter().map(|world| text(world, "name").len()).max().unwrap_or(0);
    for world in &worlds {
        let parent = match text(world, "parent") {
            "" => String::new(),
            parent => format!("  fork of {parent}"),
        };
        say!("{:width$}  {}{parent}", text(world, "name"), text(world, "endpoint"));
    }
    Ok(())
}

/// A member of a document that is a string; empty when it is not.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
