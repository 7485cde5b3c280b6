//! `fogbank iam`.

use serde_json::{Value, json};

use crate::arguments::Format;
use crate::arguments::iam::{Iam, IamCommand, Why};
use crate::client::{Client, Method};
use crate::commands::world::text;
use crate::exit::{Exit, Failure};
use crate::style::{FAINT, STRONG, say};

pub(crate) fn run(arguments: &Iam) -> Result<Exit, Failure> {
    let client = Client::patient(arguments.place.target.url()?);
    match &arguments.command {
        IamCommand::Why(why) => {
            let path = arguments.place.path("/_fogbank/iam/why");
            explain(&client, &path, why)
        }
        IamCommand::Suggest { principal } => {
            let path = arguments.place.path("/_fogbank/iam/suggest");
            suggest(&client, &path, principal.as_deref())
        }
    }
}

fn explain(client: &Client, path: &str, why: &Why) -> Result<Exit, Failure> {
    let answer = match (&why.principal, &why.action, &why.request) {
        (Some(principal), Some(action), _) => {
            let mut context = json!({});
            for (key, value) in &why.context {
                match context.get_mut(key).and_then(Value::as_array_mut) {
                    Some(values) => values.push(value.as_str().into()),
                    None => context[key] = json!([value]),
                }
            }
            let body = json!({
                "principal": principal,
                "action": action,
                "resource": why.resource,
                "context": context,
            });
            client.call(Method::Post, path, Some(&body))?
        }
        (_, _, Some(request)) => client.get_with_query(path, &[("request_id", request)])?,
        _ => client.get(path)?,
    };
    let decisions = answer.get("decisions").and_then(Value::as_array).cloned().unwrap_or_default();
    if why.format == Format::Json {
        say!("{:#}", Value::Array(decisions));
        return Ok(Exit::Done);
    }
    if decisions.is_empty() {
        say!("nothing was denied");
    }
    let mut denied = false;
    for decision in &decisions {
        denied |= text(decision, "decision") == "denied";
        let (principal, action) = (text(decision, "principal"), text(decision, "action"));
        let resource = text(decision, "resource");
        say!("{STRONG}{principal}{STRONG:#} {action} on {resource}");
        if !text(decision, "request_id").is_empty() {
            let (id, at) = (text(decision, "request_id"), text(decision, "at"));
            say!("  {FAINT}request {id} at {at}: {}{FAINT:#}", text(decision, "decision"));
        }
        say!("  {}", text(decision, "reason"));
        for statement in decision.get("statements").and_then(Value::as_array).into_iter().flatten()
        {
            say!("  {FAINT}- {}{FAINT:#}", statement.as_str().unwrap_or_default());
        }
    }
    let asked = why.principal.is_some();
    Ok(if denied && asked { Exit::Failed } else { Exit::Done })
}

fn suggest(client: &Client, path: &str, principal: Option<&str>) -> Result<Exit, Failure> {
    let Some(principal) = principal else {
        let answer = client.get(path)?;
        let names = answer.get("principals").and_then(Value::as_array);
        match names.filter(|names| !names.is_empty()) {
            Some(names) => {
                names.iter().for_each(|name| say!("{}", name.as_str().unwrap_or_default()));
            }
            None => say!(
                "nobody did anything that was noted; IAM_ENFORCEMENT=soft notes what principals do"
            ),
        }
        return Ok(Exit::Done);
    };
    let answer = client.get_with_query(path, &[("principal", principal)])?;
    say!("{:#}", answer["policy"]);
    Ok(Exit::Done)
}
