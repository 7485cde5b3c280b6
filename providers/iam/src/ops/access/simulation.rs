//! `SimulateCustomPolicy` and `SimulatePrincipalPolicy`.

use std::collections::BTreeMap;

use fogbank_api_iam::*;
use fogbank_iam::{
    Keys, MatchedStatement, PolicyText, Simulated, Simulation, SourceType, simulate,
};
use fogbank_service::{RequestContext, ServiceError};

use super::subject::{Subject, SubjectPolicy, document};
use crate::ops::policies::managed;
use crate::page::page_in_order;
use crate::{arns, errors};

/// What both operations take.
struct Request {
    policies: Vec<PolicyText>,
    boundary: Vec<PolicyText>,
    organization: Vec<Vec<PolicyText>>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    caller: Option<String>,
    actions: Vec<String>,
    resources: Option<Vec<String>>,
    context: Option<Vec<ContextEntry>>,
    max_items: Option<i32>,
    marker: Option<String>,
}

pub(crate) fn custom(
    cx: &RequestContext,
    input: SimulateCustomPolicyRequest,
) -> Result<SimulatePolicyResponse, ServiceError> {
    let request = Request {
        policies: texts(input.policy_input_list, "PolicyInputList"),
        boundary: texts(
            input.permissions_boundary_policy_input_list.unwrap_or_default(),
            "PermissionsBoundaryPolicyInputList",
        ),
        organization: organization(input.ordered_organization_policy_input_list),
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        caller: input.caller_arn,
        actions: input.action_names,
        resources: input.resource_arns,
        context: input.context_entries,
        max_items: input.max_items,
        marker: input.marker,
    };
    run(cx, request)
}

/// The service control policies of a request, level by level.
fn organization(levels: Option<Vec<OrderedOrganizationPolicyType>>) -> Vec<Vec<PolicyText>> {
    let level = |(place, level): (usize, OrderedOrganizationPolicyType)| {
        let list = format!("OrderedOrganizationPolicyInputList.{}", place + 1);
        let documents = level.service_control_policy_input_list.unwrap_or_default();
        texts(documents, &format!("{list}.ServiceControlPolicyInputList"))
    };
    levels.unwrap_or_default().into_iter().enumerate().map(level).collect()
}

pub(crate) fn principal(
    cx: &RequestContext,
    input: SimulatePrincipalPolicyRequest,
) -> Result<SimulatePolicyResponse, ServiceError> {
    let subject = Subject::find(cx, &input.policy_source_arn)?;
    let excluded = input.policy_exclusion_list.unwrap_or_default();
    let is_excluded = |policy: &SubjectPolicy| excluded.iter().any(|id| is(id, policy));
    let own = subject.policies.iter().filter(|policy| !is_excluded(policy));
    let mut policies: Vec<_> = own.filter_map(of_subject).collect();
    policies.extend(texts(input.policy_input_list.unwrap_or_default(), "PolicyInputList"));
    let mut boundary = texts(
        input.permissions_boundary_policy_input_list.unwrap_or_default(),
        "PermissionsBoundaryPolicyInputList",
    );
    if boundary.is_empty()
        && let Some(arn) = &subject.boundary
        && let Ok(policy) = managed::by_arn(cx, arn)
        && let Some(document) = document(&policy)
    {
        boundary.push(PolicyText {
            id: policy.name().to_owned(),
            source: SourceType::UserManaged,
            document: document.to_string(),
        });
    }
    let is_user = input.policy_source_arn.contains(":user/");
    let caller = input.caller_arn.or_else(|| is_user.then(|| input.policy_source_arn.clone()));
    let request = Request {
        policies,
        boundary,
        organization: Vec::new(),
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        caller,
        actions: input.action_names,
        resources: input.resource_arns,
        context: input.context_entries,
        max_items: input.max_items,
        marker: input.marker,
    };
    run(cx, request)
}

fn is(id: &PolicyIdentifier, policy: &SubjectPolicy) -> bool {
    match id {
        PolicyIdentifier::PolicyArn(arn) => policy.arn.as_ref() == Some(arn),
        PolicyIdentifier::InlinePolicyIdentifier(inline) => {
            policy.arn.is_none()
                && inline.policy_name == policy.name
                && inline.attachment_type.as_str() == policy.noun
                && inline.attachment_name == policy.owner
        }
        _ => false,
    }
}

fn of_subject(policy: &SubjectPolicy) -> Option<PolicyText> {
    let id = match &policy.arn {
        Some(_) => policy.name.clone(),
        None => format!("{}_{}_{}", policy.noun, policy.owner, policy.name),
    };
    let source = match (&policy.arn, policy.noun) {
        (Some(arn), _) if arn.contains(":iam::aws:") => SourceType::AwsManaged,
        (Some(_), _) => SourceType::UserManaged,
        (None, "user") => SourceType::User,
        (None, "group") => SourceType::Group,
        (None, _) => SourceType::Role,
    };
    let document = policy.document.as_ref()?.to_string();
    Some(PolicyText { id, source, document })
}

fn texts(documents: Vec<String>, list: &str) -> Vec<PolicyText> {
    let text = |(place, document)| PolicyText {
        id: format!("{list}.{}", place + 1),
        source: SourceType::None,
        document,
    };
    documents.into_iter().enumerate().map(text).collect()
}

fn run(cx: &RequestContext, request: Request) -> Result<SimulatePolicyResponse, ServiceError> {
    if request.boundary.len() > 1 {
        return Err(errors::invalid_input("Only one permissions boundary policy is allowed."));
    }
    if request.resource_policy.is_some() && request.caller.is_none() {
        return Err(errors::invalid_input(
            "CallerArn is required if a resource policy is specified and PolicySourceArn is not a \
             user.",
        ));
    }
    for action in &request.actions {
        if !action.contains(':') {
            return Err(errors::invalid_input(format!("Invalid Action: {action}")));
        }
    }
    let owner = match request.resource_owner {
        None => Some(cx.account),
        Some(text) => arns::parse(&text)?.account_id(),
    };
    let entries = request.context.unwrap_or_default();
    let context: Keys = entries
        .into_iter()
        .filter_map(|entry| Some((entry.context_key_name?, entry.context_key_values?)))
        .collect();
    let resource = request.resource_policy.map(|document| PolicyText {
        id: "ResourcePolicy".to_owned(),
        source: SourceType::Resource,
        document,
    });
    let simulation = Simulation {
        identity: request.policies,
        boundary: request.boundary,
        organization: request.organization,
        resource,
        owner,
        caller: request.caller,
        actions: request.actions,
        resources: request.resources.unwrap_or_default(),
        context,
    };
    let simulated = simulate(&simulation)
        .map_err(|(id, error)| errors::invalid_input(format!("Invalid Input {id}: {error}")))?;
    let page = page_in_order(simulated, request.marker.as_deref(), request.max_items)?;
    let page = page.map(result);
    Ok(SimulatePolicyResponse {
        is_truncated: page.is_truncated(),
        evaluation_results: Some(page.items),
        marker: page.marker,
    })
}

/// How AWS names the kind of a policy in its answers.
fn source(source: SourceType) -> PolicySourceType {
    match source {
        SourceType::Resource => PolicySourceType::from("Resource Policy"),
        _ => PolicySourceType::from("IAM Policy"),
    }
}

fn statement(matched: &MatchedStatement) -> Statement {
    let position = |(line, column): (usize, usize)| Position {
        line: i32::try_from(line).ok(),
        column: i32::try_from(column).ok(),
    };
    Statement {
        source_policy_id: Some(matched.policy.clone()),
        source_policy_type: Some(source(matched.source)),
        start_position: matched.span.map(|span| position(span.start)),
        end_position: matched.span.map(|span| position(span.end)),
    }
}

fn result(simulated: Simulated) -> EvaluationResult {
    let statements = || Some(simulated.matched.iter().map(statement).collect::<Vec<_>>());
    let decision = || PolicyEvaluationDecisionType::from(simulated.decision);
    let boundary = || {
        simulated.allowed_by_boundary.map(|allowed| PermissionsBoundaryDecisionDetail {
            allowed_by_permissions_boundary: Some(allowed),
        })
    };
    let specific = (simulated.resource != "*").then(|| ResourceSpecificResult {
        eval_resource_name: simulated.resource.clone(),
        eval_resource_decision: decision(),
        matched_statements: statements(),
        missing_context_values: Some(simulated.missing_context.clone()),
        eval_decision_details: None,
        permissions_boundary_decision_detail: boundary(),
    });
    EvaluationResult {
        eval_action_name: simulated.action.clone(),
        eval_resource_name: Some(simulated.resource.clone()),
        eval_decision: decision(),
        matched_statements: statements(),
        missing_context_values: Some(simulated.missing_context.clone()),
        organizations_decision_detail: Some(OrganizationsDecisionDetail {
            allowed_by_organizations: Some(simulated.allowed_by_organization),
        }),
        permissions_boundary_decision_detail: boundary(),
        eval_decision_details: Some(BTreeMap::new()),
        resource_specific_results: specific.map(|specific| vec![specific]),
    }
}
