//! State Manager associations. They are recorded; no node takes them up.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use super::checks;
use crate::association::{self, Association};
use crate::errors;
use crate::kept::Kept;
use crate::ops::tags;
use crate::page::page;
use crate::store::{SsmStore, Tags, store};

/// How many associations a page has usually.
const PAGE: usize = 50;
/// The most associations of an account and region.
const MOST: usize = 2_000;
/// The most versions of an association.
const MOST_VERSIONS: usize = 1_000;

fn insert(
    cx: &RequestContext,
    store: &SsmStore,
    description: api::AssociationDescription,
) -> Result<api::AssociationDescription, ServiceError> {
    checks::instance(&description)?;
    checks::check(cx, &description)?;
    if description.instance_id.is_some()
        && association::id(
            store,
            None,
            description.name.as_deref(),
            description.instance_id.as_deref(),
        )
        .is_ok()
    {
        return Err(errors::association_already_exists(""));
    }
    if store.associations.len() >= MOST {
        return Err(errors::association_limit("You can have at most 2,000 active associations."));
    }
    let id = cx.ids().uuid();
    let now = Some(cx.now().to_wire());
    let overview = api::AssociationOverview {
        status: Some("Pending".to_owned()),
        detailed_status: Some("Creating".to_owned()),
        association_status_aggregated_count: None,
    };
    let targets = match (&description.instance_id, description.targets) {
        (Some(instance), None) => Some(vec![api::Target {
            key: Some("InstanceIds".to_owned()),
            values: Some(vec![instance.clone()]),
        }]),
        (_, targets) => Some(targets.unwrap_or_default()),
    };
    let version = match description.document_version {
        Some(version) => version,
        None => "$DEFAULT".to_owned(),
    };
    let description = api::AssociationDescription {
        association_id: Some(id.clone()),
        association_version: Some("1".to_owned()),
        date: now,
        last_update_association_date: now,
        overview: Some(overview),
        document_version: Some(version),
        apply_only_at_cron_interval: Some(description.apply_only_at_cron_interval == Some(true)),
        targets,
        ..description
    };
    let association =
        Association { versions: vec![Arc::new(Kept(description.clone()))], executions: Vec::new() };
    store.associations.insert(id, association);
    Ok(description)
}

pub(crate) fn create(
    cx: &RequestContext,
    input: api::CreateAssociationRequest,
) -> Result<api::CreateAssociationResult, ServiceError> {
    let added = tags::checked(&BTreeMap::new(), input.tags.unwrap_or_default())?;
    let description = api::AssociationDescription {
        name: Some(input.name),
        document_version: input.document_version,
        instance_id: input.instance_id,
        parameters: input.parameters,
        targets: input.targets,
        schedule_expression: input.schedule_expression,
        output_location: input.output_location,
        association_name: input.association_name,
        automation_target_parameter_name: input.automation_target_parameter_name,
        max_errors: input.max_errors,
        max_concurrency: input.max_concurrency,
        compliance_severity: input.compliance_severity,
        sync_compliance: input.sync_compliance,
        apply_only_at_cron_interval: input.apply_only_at_cron_interval,
        calendar_names: input.calendar_names,
        target_locations: input.target_locations,
        schedule_offset: input.schedule_offset,
        duration: input.duration,
        target_maps: input.target_maps,
        alarm_configuration: input.alarm_configuration,
        association_dispatch_assume_role: input.association_dispatch_assume_role,
        ..Default::default()
    };
    let store = store(cx);
    let description = insert(cx, &store, description)?;
    if let Some(id) = description.association_id.as_ref().filter(|_| !added.is_empty()) {
        store.tags.insert(format!("Association/{id}"), Tags(added));
    }
    Ok(api::CreateAssociationResult { association_description: Some(description) })
}

pub(crate) fn create_batch(
    cx: &RequestContext,
    input: api::CreateAssociationBatchRequest,
) -> Result<api::CreateAssociationBatchResult, ServiceError> {
    let store = store(cx);
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in input.entries {
        let kept = entry.clone();
        let description = api::AssociationDescription {
            name: Some(entry.name),
            instance_id: entry.instance_id,
            parameters: entry.parameters,
            automation_target_parameter_name: entry.automation_target_parameter_name,
            document_version: entry.document_version,
            targets: entry.targets,
            schedule_expression: entry.schedule_expression,
            output_location: entry.output_location,
            association_name: entry.association_name,
            max_errors: entry.max_errors,
            max_concurrency: entry.max_concurrency,
            compliance_severity: entry.compliance_severity,
            sync_compliance: entry.sync_compliance,
            apply_only_at_cron_interval: entry.apply_only_at_cron_interval,
            calendar_names: entry.calendar_names,
            target_locations: entry.target_locations,
            schedule_offset: entry.schedule_offset,
            duration: entry.duration,
            target_maps: entry.target_maps,
            alarm_configuration: entry.alarm_configuration,
            association_dispatch_assume_role: input.association_dispatch_assume_role.clone(),
            ..Default::default()
        };
        match insert(cx, &store, description) {
            Ok(description) => successful.push(description),
            Err(error) => failed.push(api::FailedCreateAssociation {
                entry: Some(kept),
                message: Some(error.message().unwrap_or(error.code()).to_owned()),
                fault: Some(api::SsmFault::Client),
            }),
        }
    }
    Ok(api::CreateAssociationBatchResult { successful: Some(successful), failed: Some(failed) })
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribeAssociationRequest,
) -> Result<api::DescribeAssociationResult, ServiceError> {
    let store = store(cx);
    let (name, instance) = (input.name.as_deref(), input.instance_id.as_deref());
    let id = association::id(&store, input.association_id.as_deref(), name, instance)?;
    let association = store.associations.get(&id).ok_or_else(association::unknown)?;
    let version = input.association_version.as_deref().unwrap_or("$LATEST");
    let version = association.version(version).ok_or_else(|| {
        errors::invalid_association_version(
            "The version you specified isn't valid. Use ListAssociationVersions to view all \
             versions of an association according to the association ID. Or, use the $LATEST \
             parameter to view the latest version of the association.",
        )
    })?;
    Ok(api::DescribeAssociationResult { association_description: Some(version.clone()) })
}

/// Everything that an update leaves out is taken away, but the document's name.
pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateAssociationRequest,
) -> Result<api::UpdateAssociationResult, ServiceError> {
    let store = store(cx);
    let id = input.association_id;
    let before = store.associations.get(&id).ok_or_else(association::unknown)?;
    let old = before.current().clone();
    let latest = input.association_version.as_deref().unwrap_or("$LATEST");
    if latest != "$LATEST" && Some(latest) != old.association_version.as_deref() {
        return Err(errors::invalid_association_version(
            "The association version isn't the latest version.",
        ));
    }
    let number: u64 =
        old.association_version.as_deref().and_then(|it| it.parse().ok()).unwrap_or(1);
    let description = api::AssociationDescription {
        name: input.name.or(old.name),
        instance_id: old.instance_id,
        association_version: Some((number + 1).to_string()),
        date: old.date,
        last_update_association_date: Some(cx.now().to_wire()),
        overview: Some(api::AssociationOverview {
            status: Some("Pending".to_owned()),
            detailed_status: Some("Creating".to_owned()),
            association_status_aggregated_count: None,
        }),
        document_version: Some(input.document_version.unwrap_or_else(|| "$DEFAULT".to_owned())),
        automation_target_parameter_name: input.automation_target_parameter_name,
        parameters: input.parameters,
        association_id: Some(id.clone()),
        targets: input.targets.or(old.targets),
        schedule_expression: input.schedule_expression,
        output_location: input.output_location,
        association_name: input.association_name,
        max_errors: input.max_errors,
        max_concurrency: input.max_concurrency,
        compliance_severity: input.compliance_severity,
        sync_compliance: input.sync_compliance,
        apply_only_at_cron_interval: Some(input.apply_only_at_cron_interval == Some(true)),
        calendar_names: input.calendar_names,
        target_locations: input.target_locations,
        schedule_offset: input.schedule_offset,
        duration: input.duration,
        target_maps: input.target_maps,
        alarm_configuration: input.alarm_configuration,
        association_dispatch_assume_role: input.association_dispatch_assume_role,
        ..Default::default()
    };
    checks::check(cx, &description)?;
    let shown = description.clone();
    let edited = store.associations.try_update(&id, |association| {
        if association.versions.len() >= MOST_VERSIONS {
            return Err(errors::association_version_limit(
                "You have reached the maximum number versions allowed for an association. Each \
                 association has a limit of 1,000 versions.",
            ));
        }
        association.versions.push(Arc::new(Kept(description)));
        Ok(())
    });
    edited.ok_or_else(association::unknown)??;
    Ok(api::UpdateAssociationResult { association_description: Some(shown) })
}

pub(crate) fn update_status(
    cx: &RequestContext,
    input: &api::UpdateAssociationStatusRequest,
) -> Result<api::UpdateAssociationStatusResult, ServiceError> {
    let store = store(cx);
    let id = association::id(&store, None, Some(&input.name), Some(&input.instance_id))?;
    let edited = store.associations.try_update(&id, |association| {
        let status = association.current().status.as_ref();
        let same = |before: &api::AssociationStatus| before.name == input.association_status.name;
        if status.is_some_and(same) {
            return Err(errors::status_unchanged(
                "The updated status is the same as the current status.",
            ));
        }
        association.change(|current| current.status = Some(input.association_status.clone()));
        Ok(association.current().clone())
    });
    let description = edited.ok_or_else(association::unknown)??;
    Ok(api::UpdateAssociationStatusResult { association_description: Some(description) })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeleteAssociationRequest,
) -> Result<api::DeleteAssociationResult, ServiceError> {
    let store = store(cx);
    let (name, instance) = (input.name.as_deref(), input.instance_id.as_deref());
    let id = association::id(&store, input.association_id.as_deref(), name, instance)?;
    store.associations.remove(&id);
    store.tags.remove(&format!("Association/{id}"));
    Ok(api::DeleteAssociationResult {})
}

pub(super) fn passes(it: &api::AssociationDescription, filter: &api::AssociationFilter) -> bool {
    let value = filter.value.as_str();
    match filter.key.as_str() {
        "InstanceId" => {
            let targets = it.targets.iter().flatten();
            it.instance_id.as_deref() == Some(value)
                || targets
                    .into_iter()
                    .filter(|target| target.key.as_deref() == Some("InstanceIds"))
                    .any(|target| target.values.iter().flatten().any(|id| id == value))
        }
        "Name" => it.name.as_deref() == Some(value),
        "AssociationId" => it.association_id.as_deref() == Some(value),
        "AssociationStatusName" => {
            it.overview.as_ref().and_then(|it| it.status.as_deref()) == Some(value)
        }
        "AssociationName" => it.association_name.as_deref() == Some(value),
        "ResourceGroupName" => it.targets.iter().flatten().any(|target| {
            target.key.as_deref() == Some("resource-groups:Name")
                && target.values.iter().flatten().any(|name| name == value)
        }),
        // None has been executed.
        _ => false,
    }
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &api::ListAssociationsRequest,
) -> Result<api::ListAssociationsResult, ServiceError> {
    let filters = input.association_filter_list.as_deref().unwrap_or_default();
    let mut associations = Vec::new();
    for (_, association) in store(cx).associations.iter() {
        let it = association.current().clone();
        if !filters.iter().all(|filter| passes(&it, filter)) {
            continue;
        }
        associations.push(api::Association {
            name: it.name,
            instance_id: it.instance_id,
            association_id: it.association_id,
            association_version: it.association_version,
            document_version: it.document_version,
            targets: it.targets,
            last_execution_date: it.last_execution_date,
            overview: it.overview,
            schedule_expression: it.schedule_expression,
            association_name: it.association_name,
            schedule_offset: it.schedule_offset,
            duration: it.duration,
            target_maps: it.target_maps,
        });
    }
    let (associations, next_token) = page(
        associations,
        |it: &api::Association| it.association_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListAssociationsResult { associations: Some(associations), next_token })
}

pub(crate) fn versions(
    cx: &RequestContext,
    input: &api::ListAssociationVersionsRequest,
) -> Result<api::ListAssociationVersionsResult, ServiceError> {
    let association = store(cx).associations.get(&input.association_id);
    let association = association.ok_or_else(association::unknown)?;
    let versions = association.versions.iter().map(|version| {
        let it = version.0.clone();
        api::AssociationVersionInfo {
            association_id: it.association_id,
            association_version: it.association_version,
            created_date: it.last_update_association_date,
            name: it.name,
            document_version: it.document_version,
            parameters: it.parameters,
            targets: it.targets,
            schedule_expression: it.schedule_expression,
            output_location: it.output_location,
            association_name: it.association_name,
            max_errors: it.max_errors,
            max_concurrency: it.max_concurrency,
            compliance_severity: it.compliance_severity,
            sync_compliance: it.sync_compliance,
            apply_only_at_cron_interval: it.apply_only_at_cron_interval,
            calendar_names: it.calendar_names,
            target_locations: it.target_locations,
            schedule_offset: it.schedule_offset,
            duration: it.duration,
            target_maps: it.target_maps,
            association_dispatch_assume_role: it.association_dispatch_assume_role,
        }
    });
    let (versions, next_token) = page(
        versions.collect(),
        |it: &api::AssociationVersionInfo| it.association_version.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListAssociationVersionsResult { association_versions: Some(versions), next_token })
}
