//! Why requests are allowed or denied, and what a principal needs.

use std::collections::BTreeMap;

use fogbank_authorization::actions::Need;
use fogbank_authorization::identity::Who;
use fogbank_authorization::{Record, Sources, Uses};
use fogbank_context::Arn;
use fogbank_iam::{Identity, Keys};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, json_response, read_json};
use crate::detection::signature::parameter;
use crate::exchange::Exchange;
use crate::handlers::operation::authorization::{iam, resource_policies};

/// Decisions that are told at once.
const MOST: usize = 100;
/// Resources of an action that are listed one by one; more become a pattern.
const LISTED: usize = 10;

/// What somebody supposes.
#[derive(Deserialize)]
struct Supposed {
    principal: String,
    action: String,
    #[serde(default = "any")]
    resource: String,
    #[serde(default)]
    context: BTreeMap<String, OneOrMany>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn any() -> String {
    "*".to_owned()
}

/// The decisions on a request, the latest ones, or the decision on a supposed request.
pub(super) async fn why(x: &mut Exchange) -> Answer {
    if x.http().method == Method::POST { suppose(x).await } else { told(x) }
}

fn query(x: &Exchange, name: &str) -> Option<String> {
    let query = x.http().uri.query().unwrap_or_default();
    parameter(query, name).map(|value| value.into_owned())
}

fn told(x: &mut Exchange) -> Answer {
    let records = &x.core.authorizer.records;
    let found = match query(x, "request_id") {
        Some(id) => {
            let found = records.of_request(&id);
            if found.is_empty() {
                let message = format!("no request {id} was denied lately");
                return Err(Refusal(StatusCode::NOT_FOUND, message));
            }
            found
        }
        None => {
            let principal = query(x, "principal");
            let wanted = |record: &Record| {
                principal.as_ref().is_none_or(|principal| *principal == record.principal)
            };
            records.latest(wanted, MOST)
        }
    };
    Ok(json_response(&json!({ "decisions": found.iter().map(show).collect::<Vec<_>>() })))
}

fn show(record: &Record) -> Value {
    json!({
        "request_id": record.request_id,
        "at": super::clock::text(record.at),
        "principal": record.principal,
        "action": record.action,
        "resource": record.resource,
        "decision": record.verdict.as_str(),
        "reason": record.reason,
        "statements": record.details,
    })
}

async fn suppose(x: &mut Exchange) -> Answer {
    let supposed: Supposed = read_json(x).await?;
    let bad = |message: String| Refusal(StatusCode::BAD_REQUEST, message);
    let identity = match supposed.principal.ends_with(".amazonaws.com") {
        true => Identity::service(&supposed.principal),
        false => Identity::parse(&supposed.principal).map_err(|error| bad(error.to_string()))?,
    };
    let is_action = |(service, name): (&str, &str)| !service.is_empty() && !name.is_empty();
    let whole = !supposed.action.contains(['*', '?']);
    if !whole || !supposed.action.split_once(':').is_some_and(is_action) {
        return Err(bad(format!("{} is no action; one looks like s3:GetObject", supposed.action)));
    }
    if supposed.resource != "*" && supposed.resource.parse::<Arn>().is_err() {
        return Err(bad(format!(
            "{} is no resource; one looks like arn:aws:s3:::bucket/key, and * stands for none",
            supposed.resource
        )));
    }
    let user_id = String::new();
    let who = Who { identity, key: None, user_id };
    let core = x.core.clone();
    let iam = iam(&core).await;
    let service = supposed.action.split(':').next().unwrap_or_default();
    if let Some(slot) = core.services.by_name(service) {
        // Its resources have policies only once it runs.
        let _ = slot.load(&core.config, || core.invoker()).await;
    }
    let sources = Sources {
        identity: iam.as_ref().and_then(|provider| provider.identity_policies.as_deref()),
        resource: &|name| resource_policies(&core, name),
    };
    if let Some((arn, policies)) = who.policy_holder().zip(sources.identity)
        && policies.principal(&x.world, &arn).is_none()
    {
        let message = format!("IAM knows no {}", supposed.principal);
        return Err(Refusal(StatusCode::NOT_FOUND, message));
    }
    let keys: Keys = supposed
        .context
        .into_iter()
        .map(|(key, values)| match values {
            OneOrMany::One(value) => (key, vec![value]),
            OneOrMany::Many(values) => (key, values),
        })
        .collect();
    let need = Need { action: supposed.action, resource: supposed.resource };
    let (decision, details) = core.authorizer.suppose(&x.world, &who, &need, &keys, &sources);
    Ok(json_response(&json!({ "decisions": [{
        "principal": supposed.principal,
        "action": need.action,
        "resource": need.resource,
        "decision": if decision.is_allowed() { "allowed" } else { "denied" },
        "reason": decision.to_string(),
        "statements": details,
    }] })))
}

pub(super) async fn suggest(x: &mut Exchange) -> Answer {
    let records = &x.core.authorizer.records;
    let Some(principal) = query(x, "principal") else {
        return Ok(json_response(&json!({ "principals": records.principals() })));
    };
    let Some(uses) = records.uses(&principal) else {
        let message = format!(
            "{principal} did nothing that was noted; IAM_ENFORCEMENT=soft notes what principals do"
        );
        return Err(Refusal(StatusCode::NOT_FOUND, message));
    };
    Ok(json_response(&json!({ "policy": policy(&uses) })))
}

/// The least policy for these uses: one statement for the actions on the same resources.
fn policy(uses: &Uses) -> Value {
    let mut by_resources: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
    for (action, resources) in uses {
        let resources = if resources.len() > LISTED {
            vec![pattern(resources.iter().map(String::as_str))]
        } else {
            resources.iter().cloned().collect()
        };
        by_resources.entry(resources).or_default().push(action);
    }
    let statements: Vec<Value> = by_resources
        .into_iter()
        .map(|(resources, actions)| {
            json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// What many resources have in common, up to the last separator, and a wildcard.
fn pattern<'a>(mut resources: impl Iterator<Item = &'a str>) -> String {
    let first = resources.next().unwrap_or_default();
    let common = resources.fold(first, |common, other| {
        let same = common.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
        common.get(..same).unwrap_or_default()
    });
    let end = common.rfind(['/', ':']).map_or(0, |at| at + 1);
    format!("{}*", &common[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_joins_actions_and_resources() {
        let mut uses = Uses::new();
        for key in 0..12 {
            let resources = uses.entry("s3:GetObject".to_owned()).or_default();
            resources.insert(format!("arn:aws:s3:::b/in/{key}"));
        }
        for action in ["s3:ListBucket", "s3:GetBucketLocation"] {
            uses.entry(action.to_owned()).or_default().insert("arn:aws:s3:::b".to_owned());
        }
        let expected = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
              "Resource": ["arn:aws:s3:::b"] },
            { "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/in/*"] },
        ] });
        assert_eq!(policy(&uses), expected);
    }
}
