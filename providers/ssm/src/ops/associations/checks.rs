//! What AWS checks of associations.

use std::time::Duration;

use fogbank_api_ssm as api;
use fogbank_schedule::Schedule;
use fogbank_service::{RequestContext, ServiceError};

use crate::document;
use crate::errors;

/// The shortest and the longest rate.
const SHORTEST: Duration = Duration::from_secs(30 * 60);
const LONGEST: Duration = Duration::from_secs(31 * 86_400);
/// The keys of targets, beside those of tags (`tag:…`) and types of resources (`AWS::EC2::Instance`).
const TARGETS: &[&str] = &[
    "InstanceIds",
    "ParameterValues",
    "aws:NoOpAutomationTag",
    "resource-groups:Name",
    "resource-groups:ResourceTypeFilters",
    "tag-key",
];

/// What an association that names a node as AWS did at first can't have.
///
/// # Errors
/// `ValidationException`.
pub(super) fn instance(it: &api::AssociationDescription) -> Result<(), ServiceError> {
    let given = [
        ("AssociationName", it.association_name.is_some()),
        ("DocumentVersion", it.document_version.is_some()),
        ("MaxErrors", it.max_errors.is_some()),
        ("MaxConcurrency", it.max_concurrency.is_some()),
        ("OutputLocation", it.output_location.is_some()),
        ("ScheduleExpression", it.schedule_expression.is_some()),
    ];
    let given = given.iter().find(|(_, given)| *given && it.instance_id.is_some());
    given.map_or(Ok(()), |(name, _)| {
        Err(errors::validation(format!(
            "InstanceId can't be used with {name}. To use {name}, specify the node in Targets."
        )))
    })
}

fn schedule(it: &api::AssociationDescription) -> Result<(), ServiceError> {
    let invalid = || {
        errors::invalid_schedule(
            "The schedule is invalid. Verify your cron or rate expression and try again.",
        )
    };
    let schedule = it.schedule_expression.as_deref().map(Schedule::parse);
    let schedule = schedule.map(|it| it.ok_or_else(invalid)).transpose()?;
    if let Some(Schedule::Rate(every)) = &schedule
        && !(SHORTEST..=LONGEST).contains(every)
    {
        return Err(invalid());
    }
    let is_cron = matches!(schedule, Some(Schedule::Cron(_)));
    let scheduled_only = it.apply_only_at_cron_interval == Some(true);
    match it.schedule_offset {
        Some(_) if !is_cron || !scheduled_only => Err(errors::validation(
            "ScheduleOffset can be used only with a cron expression and with \
             ApplyOnlyAtCronInterval.",
        )),
        _ => Ok(()),
    }
}

fn targets(it: &api::AssociationDescription) -> Result<(), ServiceError> {
    let targets = it.targets.as_deref().unwrap_or_default();
    if !targets.is_empty() && it.target_maps.as_ref().is_some_and(|maps| !maps.is_empty()) {
        return Err(errors::invalid_target_maps(
            "Both Targets and TargetMaps can't be specified together.",
        ));
    }
    let known = |key: &str| TARGETS.contains(&key) || key.starts_with("tag:") || key.contains("::");
    match targets.iter().all(|target| target.key.as_deref().is_some_and(known)) {
        true => Ok(()),
        false => Err(errors::invalid_target("Unsupported Target Type")),
    }
}

/// The types of documents that can be associated.
const TYPES: &[&str] = &["Automation", "Command", "Policy"];

/// What can be said of a new association, or of a changed one.
///
/// # Errors
/// What AWS says of the document, the schedule, the targets or the parameters.
pub(super) fn check(
    cx: &RequestContext,
    it: &api::AssociationDescription,
) -> Result<(), ServiceError> {
    let name = it.name.as_deref().unwrap_or_default();
    let document = document::find(cx, name)?;
    if let Some(version) = &it.document_version {
        document.version(Some(version), None)?;
    }
    schedule(it)?;
    targets(it)?;
    let version = document.version(it.document_version.as_deref(), None)?;
    let declared = version.description.parameters.clone().unwrap_or_default();
    let kind = version.description.document_type.clone().unwrap_or(api::DocumentType::Command);
    if !TYPES.contains(&kind.as_str()) {
        return Err(errors::invalid_document(format!(
            "Document type {kind} is not supported for associations"
        )));
    }
    let schema = version.description.schema_version.as_deref().unwrap_or_default();
    if it.instance_id.is_some() && !schema.starts_with("1.") {
        return Err(errors::invalid_document(format!(
            "Document schema version, {schema}, is not supported by association that is created \
             with instance id"
        )));
    }
    let target = it.automation_target_parameter_name.as_deref();
    let has_targets = it.targets.as_ref().is_some_and(|targets| !targets.is_empty());
    if kind == api::DocumentType::Automation && has_targets != target.is_some() {
        return Err(errors::validation(
            "Must specify both Automation Target Parameter Name and Targets",
        ));
    }
    let known = |name: &String| declared.iter().any(|it| it.name.as_ref() == Some(name));
    if let Some(name) = it.parameters.iter().flatten().map(|(name, _)| name).find(|it| !known(it)) {
        return Err(errors::invalid_parameters(format!(
            "Parameter \"{name}\" is not declared in document {}.",
            document.name
        )));
    }
    let given = it.parameters.clone().unwrap_or_default();
    document::content::check_values(version, &given, target).map_err(errors::invalid_parameters)
}
