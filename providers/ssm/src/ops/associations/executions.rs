//! Executions of associations, and the associations of nodes.

use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use super::records::passes;
use crate::association;
use crate::document;
use crate::errors;
use crate::kept::Kept;
use crate::page::{of_nothing, page};
use crate::store::store;

/// How many executions a page has usually.
const PAGE: usize = 50;
/// The most executions that an association remembers.
const MOST_EXECUTIONS: usize = 100;

pub(crate) fn start_once(
    cx: &RequestContext,
    input: &api::StartAssociationsOnceRequest,
) -> Result<api::StartAssociationsOnceResult, ServiceError> {
    let store = store(cx);
    if !input.association_ids.iter().all(|id| store.associations.contains(id)) {
        return Err(association::unknown());
    }
    for id in &input.association_ids {
        store.associations.update(id, |association| {
            let execution = api::AssociationExecution {
                association_id: Some(id.clone()),
                association_version: association.current().association_version.clone(),
                execution_id: Some(cx.ids().uuid()),
                status: Some("Pending".to_owned()),
                detailed_status: Some("Creating".to_owned()),
                created_time: Some(cx.now().to_wire()),
                ..Default::default()
            };
            association.executions.push(Arc::new(Kept(execution)));
            let surplus = association.executions.len().saturating_sub(MOST_EXECUTIONS);
            association.executions.drain(..surplus);
        });
    }
    Ok(api::StartAssociationsOnceResult {})
}

pub(crate) fn executions(
    cx: &RequestContext,
    input: &api::DescribeAssociationExecutionsRequest,
) -> Result<api::DescribeAssociationExecutionsResult, ServiceError> {
    let association = store(cx).associations.get(&input.association_id);
    let association = association.ok_or_else(association::unknown)?;
    let filters = input.filters.as_deref().unwrap_or_default();
    let passes =
        |it: &api::AssociationExecution, filter: &api::AssociationExecutionFilter| match filter
            .key
            .as_str()
        {
            "ExecutionId" => it.execution_id.as_ref() == Some(&filter.value),
            "Status" => it.status.as_ref() == Some(&filter.value),
            _ => {
                let format = aws_smithy_types::date_time::Format::DateTimeWithOffset;
                let wanted = aws_smithy_types::DateTime::from_str(&filter.value, format).ok();
                let order = it
                    .created_time
                    .as_ref()
                    .zip(wanted)
                    .map(|(at, wanted)| at.secs().cmp(&wanted.secs()));
                match filter.r#type.as_str() {
                    "LESS_THAN" => order == Some(std::cmp::Ordering::Less),
                    "GREATER_THAN" => order == Some(std::cmp::Ordering::Greater),
                    _ => order == Some(std::cmp::Ordering::Equal),
                }
            }
        };
    let executions = association.executions.iter().rev().map(|it| it.0.clone());
    let executions = executions.filter(|it| filters.iter().all(|filter| passes(it, filter)));
    let (executions, next_token) = page(
        executions.collect(),
        |it: &api::AssociationExecution| it.execution_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeAssociationExecutionsResult {
        association_executions: Some(executions),
        next_token,
    })
}

/// The nodes of an execution: none takes it up.
pub(crate) fn execution_targets(
    cx: &RequestContext,
    input: &api::DescribeAssociationExecutionTargetsRequest,
) -> Result<api::DescribeAssociationExecutionTargetsResult, ServiceError> {
    let association = store(cx).associations.get(&input.association_id);
    let association = association.ok_or_else(association::unknown)?;
    let is = |it: &&Arc<Kept<api::AssociationExecution>>| {
        it.execution_id.as_ref() == Some(&input.execution_id)
    };
    if association.executions.iter().find(is).is_none() {
        return Err(errors::association_execution_does_not_exist(
            "The specified execution ID does not exist. Verify the ID number and try again.",
        ));
    }
    of_nothing(input.next_token.as_deref())?;
    Ok(api::DescribeAssociationExecutionTargetsResult {
        association_execution_targets: Some(Vec::new()),
        next_token: None,
    })
}

/// The associations that name a node.
fn of_instance(cx: &RequestContext, instance: &str) -> Vec<api::AssociationDescription> {
    let filter = api::AssociationFilter {
        key: api::AssociationFilterKey::InstanceId,
        value: instance.to_owned(),
    };
    let associations =
        store(cx).associations.iter().map(|(_, it)| it.current().clone()).collect::<Vec<_>>();
    associations.into_iter().filter(|it| passes(it, &filter)).collect()
}

pub(crate) fn effective(
    cx: &RequestContext,
    input: &api::DescribeEffectiveInstanceAssociationsRequest,
) -> Result<api::DescribeEffectiveInstanceAssociationsResult, ServiceError> {
    let content = |it: &api::AssociationDescription| {
        let document = document::find(cx, it.name.as_deref()?).ok()?;
        let version = document.version(it.document_version.as_deref(), None).ok()?;
        Some(version.content.clone())
    };
    let associations =
        of_instance(cx, &input.instance_id).into_iter().map(|it| api::InstanceAssociation {
            content: content(&it),
            association_id: it.association_id,
            instance_id: Some(input.instance_id.clone()),
            association_version: it.association_version,
        });
    let (associations, next_token) = page(
        associations.collect(),
        |it: &api::InstanceAssociation| it.association_id.clone().unwrap_or_default(),
        input.max_results,
        5,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeEffectiveInstanceAssociationsResult {
        associations: Some(associations),
        next_token,
    })
}

pub(crate) fn instance_status(
    cx: &RequestContext,
    input: &api::DescribeInstanceAssociationsStatusRequest,
) -> Result<api::DescribeInstanceAssociationsStatusResult, ServiceError> {
    let infos = of_instance(cx, &input.instance_id).into_iter().map(|it| {
        let overview = it.overview.unwrap_or_default();
        api::InstanceAssociationStatusInfo {
            association_id: it.association_id,
            name: it.name,
            document_version: it.document_version,
            association_version: it.association_version,
            instance_id: Some(input.instance_id.clone()),
            status: overview.status,
            detailed_status: overview.detailed_status,
            association_name: it.association_name,
            ..Default::default()
        }
    });
    let (infos, next_token) = page(
        infos.collect(),
        |it: &api::InstanceAssociationStatusInfo| it.association_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeInstanceAssociationsStatusResult {
        instance_association_status_infos: Some(infos),
        next_token,
    })
}
