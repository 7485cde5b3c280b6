//! `PutTargets`, `RemoveTargets`, `ListTargetsByRule`.

use fogbank_api_events::*;
use fogbank_context::Arn;
use fogbank_service::shape::kept::Kept;
use fogbank_service::{RequestContext, ServiceError};

use super::rules;
use crate::delivery::Kind;
use crate::event::transform;
use crate::paging::page;
use crate::{TARGETS, errors};

/// The most targets of a rule.
const MOST: usize = 5;

/// Services that EventBridge sends to only in a role.
const IN_A_ROLE: &[&str] = &[
    "kinesis",
    "states",
    "ecs",
    "batch",
    "firehose",
    "ssm",
    "codebuild",
    "codepipeline",
    "sagemaker",
    "redshift",
    "redshift-serverless",
    "glue",
    "appsync",
];

/// Adds targets to a rule; each takes the place of one with the same id.
pub(crate) fn put(
    cx: &RequestContext,
    input: PutTargetsRequest,
) -> Result<PutTargetsResponse, ServiceError> {
    let (address, rule) = rules::find(cx, input.event_bus_name.as_deref(), &input.rule)?;
    if rule.managed_by.is_some() {
        return Err(errors::managed_rule(&input.rule));
    }
    for target in &input.targets {
        check(cx, target)?;
    }
    let key = rules::key(&address, &input.rule);
    let put = address.store(&cx.world).rules.try_update(&key, |rule| {
        for target in input.targets {
            match rule.targets.iter_mut().find(|old| old.id == target.id) {
                Some(old) => *old = Kept(target),
                None => rule.targets.push(Kept(target)),
            }
        }
        if rule.targets.len() > MOST { Err(errors::limit_exceeded()) } else { Ok(()) }
    });
    match put {
        Some(Ok(())) => {
            Ok(PutTargetsResponse { failed_entry_count: Some(0), failed_entries: Some(Vec::new()) })
        }
        Some(Err(error)) => Err(error),
        None => Err(errors::no_such_rule(&input.rule, &address.name)),
    }
}

fn check(cx: &RequestContext, target: &Target) -> Result<(), ServiceError> {
    let id = &target.id;
    let arn: Arn = target.arn.parse().map_err(|_| {
        errors::not_valid_because(&target.arn, "Provided Arn is not in correct format.")
    })?;
    transform::check(target)?;
    let queue_parameters = target.sqs_parameters.as_ref();
    let group = queue_parameters.and_then(|it| it.message_group_id.as_deref());
    if arn.service == "sqs" && arn.resource.ends_with(".fifo") && group.is_none() {
        let message = format!("Parameter(s) SqsParameters must be specified for target: {id}.");
        return Err(errors::validation(message));
    }
    if arn.service == "ecs" && target.ecs_parameters.is_none() {
        let message = format!("Parameter(s) EcsParameters must be specified for target: {id}.");
        return Err(errors::validation(message));
    }
    let in_a_role = IN_A_ROLE.contains(&arn.service.as_str())
        || arn.service == "events" && arn.resource.starts_with("api-destination/");
    if in_a_role && target.role_arn.is_none() && arn.service != "events" {
        return Err(errors::validation(format!("RoleArn is required for target {id}.")));
    }
    if let Some(queue) = target.dead_letter_config.as_ref().and_then(|it| it.arn.as_deref()) {
        let queue: Option<Arn> = queue.parse().ok();
        if queue.is_none_or(|queue| queue.service != "sqs" || queue.resource.ends_with(".fifo")) {
            let reason = "Dead letter queue must be a standard SQS queue.";
            return Err(errors::not_valid_because("DeadLetterConfig.Arn", reason));
        }
    }
    if Kind::of(&arn).is_none() {
        cx.unheeded(&TARGETS)?;
    }
    Ok(())
}

/// Removes targets from a rule.
pub(crate) fn remove(
    cx: &RequestContext,
    input: &RemoveTargetsRequest,
) -> Result<RemoveTargetsResponse, ServiceError> {
    let (address, rule) = rules::find(cx, input.event_bus_name.as_deref(), &input.rule)?;
    if rule.managed_by.is_some() && input.force != Some(true) {
        return Err(errors::managed_rule(&input.rule));
    }
    address.store(&cx.world).rules.update(&rules::key(&address, &input.rule), |rule| {
        rule.targets.retain(|target| !input.ids.contains(&target.id));
    });
    Ok(RemoveTargetsResponse { failed_entry_count: Some(0), failed_entries: Some(Vec::new()) })
}

/// Lists the targets of a rule.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListTargetsByRuleRequest,
) -> Result<ListTargetsByRuleResponse, ServiceError> {
    let (_, rule) = rules::find(cx, input.event_bus_name.as_deref(), &input.rule)?;
    // They are listed in the order in which they were put.
    let targets = rule.targets.iter().enumerate();
    let targets = targets.map(|(place, target)| (format!("{place:04}"), target.0.clone()));
    let (targets, next) = page(targets, input.limit, input.next_token.as_deref())?;
    Ok(ListTargetsByRuleResponse { targets: Some(targets), next_token: next })
}
