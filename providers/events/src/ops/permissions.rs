//! `PutPermission`, `RemovePermission`: the policies of buses.

use fogbank_api_events::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::event::json::Json;
use crate::store::names::BusAddress;

/// The longest policy, in bytes.
const LONGEST: usize = 10_240;

/// Adds a statement to a bus's policy, or sets the policy as a whole.
pub(crate) fn put(cx: &RequestContext, input: PutPermissionRequest) -> Result<Unit, ServiceError> {
    let address = BusAddress::new(cx, input.event_bus_name.as_deref());
    let bus = address.find(&cx.world)?;
    let policy = match &input.policy {
        Some(policy) => {
            let statement_too = input.action.is_some()
                || input.principal.is_some()
                || input.statement_id.is_some()
                || input.condition.is_some();
            if statement_too {
                return Err(errors::validation(
                    "Parameter Policy must not be specified with any of Action, Principal, StatementId or Condition.",
                ));
            }
            if Json::parse(policy).is_none_or(|policy| policy.get("Statement").is_none()) {
                return Err(errors::not_valid("Policy"));
            }
            policy.clone()
        }
        None => {
            let statement = statement(&input, &bus.arn.to_string())?;
            with_statement(bus.policy.as_deref(), statement)
        }
    };
    if policy.len() > LONGEST {
        let message = "The policy exceeds the maximum length of 10240 bytes.";
        return Err(PolicyLengthExceededException::new(message).into());
    }
    set(cx, &address, Some(policy))
}

fn set(
    cx: &RequestContext,
    address: &BusAddress,
    policy: Option<String>,
) -> Result<Unit, ServiceError> {
    let now = cx.now();
    let store = address.store(&cx.world);
    let set = store.buses.update(&address.name, |bus| {
        bus.policy = policy;
        bus.modified = now;
    });
    set.map(|()| Unit).ok_or_else(|| errors::no_such("Event bus", &address.name))
}

/// The statement that a request describes.
fn statement(input: &PutPermissionRequest, bus: &str) -> Result<Json, ServiceError> {
    let missing =
        |name: &str| errors::validation(format!("Parameter(s) {name} must be specified."));
    let action = input.action.as_deref().ok_or_else(|| missing("Action"))?;
    let principal = input.principal.as_deref().ok_or_else(|| missing("Principal"))?;
    let id = input.statement_id.as_deref().ok_or_else(|| missing("StatementId"))?;
    if action != "events:PutEvents" {
        let reason = "Provided value in parameter 'action' is not supported.";
        return Err(errors::validation(reason));
    }
    let principal = match principal {
        "*" => Json::text("*"),
        account => {
            let partition = bus.split(':').nth(1).unwrap_or("aws");
            let root = format!("arn:{partition}:iam::{account}:root");
            Json::Object(vec![("AWS".into(), Json::text(root))])
        }
    };
    let mut members = vec![
        ("Sid".into(), Json::text(id)),
        ("Effect".into(), Json::text("Allow")),
        ("Principal".into(), principal),
        ("Action".into(), Json::text(action)),
        ("Resource".into(), Json::text(bus)),
    ];
    if let Some(condition) = &input.condition {
        let supported = input.principal.as_deref() == Some("*")
            && condition.r#type == "StringEquals"
            && condition.key == "aws:PrincipalOrgID";
        if !supported {
            return Err(errors::not_valid("Condition"));
        }
        let key = (condition.key.as_str().into(), Json::text(condition.value.as_str()));
        let operator = (condition.r#type.as_str().into(), Json::Object(vec![key]));
        members.push(("Condition".into(), Json::Object(vec![operator])));
    }
    Ok(Json::Object(members))
}

fn sid(statement: &Json) -> Option<&str> {
    statement.get("Sid").and_then(Json::as_str)
}

/// A policy with one more statement, which takes the place of one with the same id.
fn with_statement(policy: Option<&str>, statement: Json) -> String {
    let mut statements = statements(policy);
    match statements.iter_mut().find(|old| sid(old) == sid(&statement)) {
        Some(old) => *old = statement,
        None => statements.push(statement),
    }
    document(policy, statements)
}

fn statements(policy: Option<&str>) -> Vec<Json> {
    let policy = policy.and_then(Json::parse);
    match policy.as_ref().and_then(|policy| policy.get("Statement")) {
        Some(Json::Array(statements)) => statements.clone(),
        Some(statement) => vec![statement.clone()],
        None => Vec::new(),
    }
}

fn document(policy: Option<&str>, statements: Vec<Json>) -> String {
    let old = policy.and_then(Json::parse);
    let version = old.as_ref().and_then(|old| old.get("Version").cloned());
    let members = vec![
        ("Version".into(), version.unwrap_or_else(|| Json::text("2012-10-17"))),
        ("Statement".into(), Json::Array(statements)),
    ];
    Json::Object(members).to_string()
}

/// Removes a statement from a bus's policy, or the policy.
pub(crate) fn remove(
    cx: &RequestContext,
    input: &RemovePermissionRequest,
) -> Result<Unit, ServiceError> {
    let address = BusAddress::new(cx, input.event_bus_name.as_deref());
    let bus = address.find(&cx.world)?;
    if input.remove_all_permissions == Some(true) {
        if bus.policy.is_none() {
            return Err(errors::not_found("EventBus does not have a policy."));
        }
        return set(cx, &address, None);
    }
    let Some(id) = &input.statement_id else {
        return Err(errors::validation("Parameter(s) StatementId must be specified."));
    };
    let mut statements = statements(bus.policy.as_deref());
    let before = statements.len();
    statements.retain(|statement| sid(statement) != Some(id));
    if statements.len() == before {
        return Err(errors::not_found("Statement with the provided id does not exist."));
    }
    let policy = (!statements.is_empty()).then(|| document(bus.policy.as_deref(), statements));
    set(cx, &address, policy)
}
