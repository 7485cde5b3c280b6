//! `fogbank clock`.

use serde_json::{Value, json};

use crate::arguments::worlds::{Clock, ClockCommand};
use crate::client::{Client, Method};
use crate::commands::world::text;
use crate::exit::{Exit, Failure};
use crate::style::{FAINT, STRONG, say};

pub(crate) fn run(arguments: &Clock) -> Result<Exit, Failure> {
    let client = Client::patient(arguments.place.target.url()?);
    let path = arguments.place.path("/_fogbank/clock");
    let clock = match request(&arguments.command) {
        None => client.get(&path)?,
        Some(body) => client.call(Method::Post, &path, Some(&body))?,
    };
    for ran in clock.get("ran").and_then(Value::as_array).into_iter().flatten() {
        say!("{FAINT}{}{FAINT:#}  {}", text(ran, "due"), text(ran, "what"));
    }
    let mode = match text(&clock, "mode") {
        "scaled" => format!("{} times real time", clock["rate"]),
        "real" => "real time".to_owned(),
        mode => mode.to_owned(),
    };
    say!("{STRONG}{}{STRONG:#} ({mode})", text(&clock, "now"));
    Ok(Exit::Done)
}

fn request(command: &ClockCommand) -> Option<Value> {
    Some(match command {
        ClockCommand::Show => return None,
        ClockCommand::Freeze => json!({ "action": "freeze" }),
        ClockCommand::Set { time } => json!({ "action": "set", "to": time }),
        ClockCommand::Advance { by } => json!({ "action": "advance", "by": by.as_secs_f64() }),
        ClockCommand::Scale { rate } => json!({ "action": "scale", "rate": rate }),
        ClockCommand::Real => json!({ "action": "real" }),
    })
}
