//! Whether whoever looks at a delegation request could lend what it asks for.

use fogbank_api_iam::PermissionCheckResultType;
use fogbank_iam::{Allowance, Identity, Keys, Policies, Policy, PolicySet, Request, authorize};
use fogbank_service::RequestContext;
use serde_json::Value;

use crate::identity;

/// What AWS approximates: the caller's policies are asked for each action and resource of the
/// request's policy as these are written. Where conditions have a say, nobody can be sure.
pub(super) fn of_caller(cx: &RequestContext, policy: Option<&str>) -> PermissionCheckResultType {
    let Some(policy) = policy else { return PermissionCheckResultType::Unsure };
    let arn = &cx.principal.arn;
    if arn.resource == "root" {
        return PermissionCheckResultType::Allowed;
    }
    let Ok(who) = Identity::of_arn(arn) else { return PermissionCheckResultType::Unsure };
    let holder = who.role.as_deref().unwrap_or(&who.arn).parse().ok();
    let facts = holder.and_then(|arn| identity::policies_of(&cx.world, &arn));
    let Some(facts) = facts else { return PermissionCheckResultType::Unsure };
    let conditions = facts.policies.iter().any(|it| it.document.contains("\"Condition\""));
    let set = |documents: &[fogbank_service::PolicyDocument]| {
        let parsed = documents
            .iter()
            .filter_map(|it| Some((it.name.clone(), Policy::parse(&it.document).ok()?)));
        PolicySet::new(parsed)
    };
    let own = set(&facts.policies);
    let boundary = facts.boundary.as_ref().map(|it| set(std::slice::from_ref(it)));
    let allows = |(action, resource): (String, String)| {
        let request = Request {
            identity: &who,
            action: &action,
            resource: &resource,
            owner: None,
            keys: &Keys::default(),
        };
        let policies =
            Policies { identity: &own, boundary: boundary.as_ref(), ..Policies::default() };
        authorize(&request, &policies).allowance == Allowance::Allowed
    };
    match asked(policy).into_iter().all(allows) {
        true => PermissionCheckResultType::Allowed,
        false if conditions => PermissionCheckResultType::Unsure,
        false => PermissionCheckResultType::Denied,
    }
}

/// Actions and resources that a policy allows, as they are written.
fn asked(policy: &str) -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(policy).unwrap_or_default();
    let texts = |value: &Value| match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => {
            values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        // `NotAction` and `NotResource` ask for anything.
        _ => vec!["*".to_owned()],
    };
    let statements = match &document["Statement"] {
        Value::Array(statements) => statements.clone(),
        one => vec![one.clone()],
    };
    let allowing = statements.iter().filter(|statement| statement["Effect"] == "Allow");
    allowing
        .flat_map(|statement| {
            let resources = texts(&statement["Resource"]);
            texts(&statement["Action"]).into_iter().flat_map(move |action| {
                resources.clone().into_iter().map(move |resource| (action.clone(), resource))
            })
        })
        .collect()
}
