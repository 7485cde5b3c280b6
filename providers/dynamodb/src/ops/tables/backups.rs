//! `CreateBackup`, `DescribeBackup`, `DeleteBackup`, `ListBackups`.

pub mod continuous_backups;
pub mod restore;

use fogbank_api_dynamodb as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::backup::Backup;
use crate::engine::validation::Invalid;
use crate::store;
use crate::table::definition::{Billing, IndexScope};
use crate::table::description::{key_schema, on_demand, projection};
use crate::table::vector::VectorIndex;

/// How many backups one answer of `ListBackups` holds unless asked for fewer.
const PAGE: usize = 100;

/// The error of a table that requests about backups do not find.
pub(super) fn table_not_found(name: &str) -> ServiceError {
    api::TableNotFoundException::new(format!("Table not found: {name}")).into()
}

fn backup_not_found(arn: &str) -> ServiceError {
    api::BackupNotFoundException::new(format!("Backup not found: {arn}")).into()
}

fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// Finds a backup by its ARN.
pub(super) fn find(cx: &RequestContext, arn: &str) -> Result<std::sync::Arc<Backup>, ServiceError> {
    if !arn.starts_with("arn:") || !arn.contains(":dynamodb:") || !arn.contains("/backup/") {
        return Err(Invalid::new("Invalid Backup ARN").into());
    }
    let backup = store::tables(cx).backups.get(arn);
    backup.filter(|backup| !backup.is_gone(cx.now())).ok_or_else(|| backup_not_found(arn))
}

/// Keeps a table as it is now.
pub fn create_backup(
    cx: &RequestContext,
    input: api::CreateBackupInput,
) -> Result<api::CreateBackupOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let suffix = cx.ids().hex(8);
    let backup = table
        .store()
        .tables
        .read(&table.name, |state| Backup::of(state, input.backup_name, cx.now(), &suffix))
        .ok_or_else(|| table_not_found(&table.name))?;
    let details = details(&backup, api::BackupStatus::Creating);
    table.store().backups.insert(backup.arn.clone(), backup);
    Ok(api::CreateBackupOutput { backup_details: Some(details) })
}

/// Shows a backup.
pub fn describe_backup(
    cx: &RequestContext,
    input: &api::DescribeBackupInput,
) -> Result<api::DescribeBackupOutput, ServiceError> {
    let backup = find(cx, &input.backup_arn)?;
    let description = description(&backup, api::BackupStatus::Available);
    Ok(api::DescribeBackupOutput { backup_description: Some(description) })
}

/// Deletes a backup.
pub fn delete_backup(
    cx: &RequestContext,
    input: &api::DeleteBackupInput,
) -> Result<api::DeleteBackupOutput, ServiceError> {
    let backup = find(cx, &input.backup_arn)?;
    if backup.system {
        let expires =
            backup.expires.map(Timestamp::to_wire).unwrap_or_else(|| backup.created.to_wire());
        let format = aws_smithy_types::date_time::Format::DateTime;
        return Err(Invalid::from(format!(
            "Invalid Request: User is not allowed to delete the system backup with arn {}. It \
             will automatically expire on {}",
            backup.arn,
            expires.fmt(format).unwrap_or_default()
        ))
        .into());
    }
    store::tables(cx)
        .backups
        .remove(&input.backup_arn)
        .ok_or_else(|| backup_not_found(&input.backup_arn))?;
    let description = description(&backup, api::BackupStatus::Deleted);
    Ok(api::DeleteBackupOutput { backup_description: Some(description) })
}

/// Lists backups in the order in which they were made.
pub fn list_backups(
    cx: &RequestContext,
    input: &api::ListBackupsInput,
) -> Result<api::ListBackupsOutput, ServiceError> {
    let name = match &input.table_name {
        Some(name) => Some(store::table(cx, name)?.name),
        None => None,
    };
    let bound = |time: &Option<aws_smithy_types::DateTime>| time.as_ref().map(Timestamp::from_wire);
    let (lower, upper) =
        (bound(&input.time_range_lower_bound), bound(&input.time_range_upper_bound));
    if let (Some(lower), Some(upper)) = (lower, upper)
        && lower > upper
    {
        return Err(Invalid::parameter(
            "Time range lower bound must be less than or equal to upper bound",
        )
        .into());
    }
    let system = |backup: &Backup| match input.backup_type {
        None | Some(api::BackupTypeFilter::User) => !backup.system,
        Some(api::BackupTypeFilter::System) => backup.system,
        Some(api::BackupTypeFilter::All) => true,
        _ => false,
    };
    let mut found: Vec<_> = store::tables(cx)
        .backups
        .iter()
        .map(|(_, backup)| backup)
        .filter(|backup| !backup.is_gone(cx.now()) && system(backup))
        .filter(|backup| name.as_ref().is_none_or(|name| backup.definition.name == *name))
        .filter(|backup| lower.is_none_or(|lower| backup.created >= lower))
        .filter(|backup| upper.is_none_or(|upper| backup.created < upper))
        .collect();
    found.sort_by(|a, b| (a.created, &a.arn).cmp(&(b.created, &b.arn)));
    if let Some(start) = &input.exclusive_start_backup_arn {
        let behind = found.iter().position(|backup| backup.arn == *start).map_or(0, |at| at + 1);
        found.drain(..behind);
    }
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
    let more = found.len() > limit;
    found.truncate(limit);
    Ok(api::ListBackupsOutput {
        last_evaluated_backup_arn: found.last().filter(|_| more).map(|last| last.arn.clone()),
        backup_summaries: Some(found.iter().map(|backup| summary(backup)).collect()),
    })
}

fn kind(backup: &Backup) -> api::BackupType {
    if backup.system { api::BackupType::System } else { api::BackupType::User }
}

fn summary(backup: &Backup) -> api::BackupSummary {
    api::BackupSummary {
        table_name: Some(backup.definition.name.clone()),
        table_id: Some(backup.definition.id.clone()),
        table_arn: Some(backup.definition.arn.clone()),
        backup_arn: Some(backup.arn.clone()),
        backup_name: Some(backup.name.clone()),
        backup_creation_date_time: Some(backup.created.to_wire()),
        backup_expiry_date_time: backup.expires.map(Timestamp::to_wire),
        backup_status: Some(api::BackupStatus::Available),
        backup_type: Some(kind(backup)),
        backup_size_bytes: Some(number(backup.bytes)),
    }
}

fn details(backup: &Backup, status: api::BackupStatus) -> api::BackupDetails {
    api::BackupDetails {
        backup_arn: backup.arn.clone(),
        backup_name: backup.name.clone(),
        backup_size_bytes: Some(number(backup.bytes)),
        backup_status: status,
        backup_type: kind(backup),
        backup_creation_date_time: backup.created.to_wire(),
        backup_expiry_date_time: backup.expires.map(Timestamp::to_wire),
    }
}

fn description(backup: &Backup, status: api::BackupStatus) -> api::BackupDescription {
    let definition = &backup.definition;
    let units = |throughput: &crate::table::definition::Throughput| api::ProvisionedThroughput {
        read_capacity_units: throughput.read,
        write_capacity_units: throughput.write,
    };
    let of_scope = |scope| definition.indexes.iter().filter(move |index| index.scope == scope);
    let local: Vec<_> = of_scope(IndexScope::Local)
        .map(|index| api::LocalSecondaryIndexInfo {
            index_name: Some(index.name.clone()),
            key_schema: Some(key_schema(&index.keys)),
            projection: Some(projection(&index.projection)),
        })
        .collect();
    let global: Vec<_> = of_scope(IndexScope::Global)
        .map(|index| api::GlobalSecondaryIndexInfo {
            index_name: Some(index.name.clone()),
            key_schema: Some(key_schema(&index.keys)),
            projection: Some(projection(&index.projection)),
            provisioned_throughput: index.throughput.as_ref().map(units),
            on_demand_throughput: index.on_demand.as_ref().map(on_demand),
        })
        .collect();
    api::BackupDescription {
        backup_details: Some(details(backup, status)),
        source_table_details: Some(api::SourceTableDetails {
            table_name: definition.name.clone(),
            table_id: definition.id.clone(),
            table_arn: Some(definition.arn.clone()),
            table_size_bytes: Some(number(backup.bytes)),
            key_schema: key_schema(&definition.keys),
            table_creation_date_time: definition.created.to_wire(),
            provisioned_throughput: units(&definition.throughput),
            on_demand_throughput: definition.on_demand.as_ref().map(on_demand),
            item_count: Some(number(backup.items.len())),
            billing_mode: Some(match definition.billing {
                Billing::Provisioned => api::BillingMode::Provisioned,
                Billing::PayPerRequest(_) => api::BillingMode::PayPerRequest,
            }),
        }),
        source_table_feature_details: Some(api::SourceTableFeatureDetails {
            local_secondary_indexes: (!local.is_empty()).then_some(local),
            global_secondary_indexes: (!global.is_empty()).then_some(global),
            stream_description: definition.stream.as_ref().filter(|it| it.enabled).map(|stream| {
                api::StreamSpecification {
                    stream_enabled: true,
                    stream_view_type: Some(api::StreamViewType::from(stream.view.as_str())),
                }
            }),
            time_to_live_description: definition.time_to_live.clone().map(|attribute| {
                api::TimeToLiveDescription {
                    time_to_live_status: Some(api::TimeToLiveStatus::Enabled),
                    attribute_name: Some(attribute),
                }
            }),
            sse_description: definition.encryption.as_ref().map(|encryption| api::SSEDescription {
                status: Some(api::SSEStatus::Enabled),
                sse_type: Some(api::SSEType::Kms),
                kms_master_key_arn: Some(encryption.key_arn.clone()),
                inaccessible_encryption_date_time: None,
            }),
            vector_indexes: (!definition.vectors.is_empty())
                .then(|| definition.vectors.iter().map(VectorIndex::out).collect()),
        }),
    }
}
