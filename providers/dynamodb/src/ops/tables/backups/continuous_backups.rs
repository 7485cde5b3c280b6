//! `DescribeContinuousBackups`, `UpdateContinuousBackups`: point-in-time recovery as a setting.

use std::time::Duration;

use fogbank_api_dynamodb::{
    ContinuousBackupsDescription, ContinuousBackupsStatus, DescribeContinuousBackupsInput,
    DescribeContinuousBackupsOutput, PointInTimeRecoveryDescription, PointInTimeRecoveryStatus,
    TableNotFoundException, UpdateContinuousBackupsInput, UpdateContinuousBackupsOutput,
};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::engine::validation::Invalid;
use crate::store::{self, TableRef};
use crate::table::definition::TableDefinition;

/// How many days back a table can be restored unless asked for fewer.
const RECOVERY_DAYS: i32 = 35;
/// The latest time to which a table can be restored lies this far back.
const LAG: Duration = Duration::from_secs(300);

fn table(cx: &RequestContext, name: &str) -> Result<TableRef, ServiceError> {
    let table = store::table(cx, name)?;
    match table.store().tables.contains(&table.name) {
        true => Ok(table),
        false => {
            Err(TableNotFoundException::new(format!("Table not found: {}", table.name)).into())
        }
    }
}

/// The earliest and the latest time to which a table can be restored, if it can.
pub(in crate::ops::tables) fn window(
    definition: &TableDefinition,
    now: Timestamp,
) -> Option<(Timestamp, Timestamp)> {
    let (since, days) = definition.recovery?;
    let oldest = now - Duration::from_secs(u64::from(days.unsigned_abs()) * 86_400);
    let earliest = since.max(oldest);
    Some((earliest, (now - LAG).max(earliest)))
}

fn description(recovery: Option<(Timestamp, i32)>, now: Timestamp) -> ContinuousBackupsDescription {
    let point_in_time = match recovery {
        None => PointInTimeRecoveryDescription {
            point_in_time_recovery_status: Some(PointInTimeRecoveryStatus::Disabled),
            ..PointInTimeRecoveryDescription::default()
        },
        Some((since, days)) => {
            let oldest = now - Duration::from_secs(u64::from(days.unsigned_abs()) * 86_400);
            let earliest = since.max(oldest);
            PointInTimeRecoveryDescription {
                point_in_time_recovery_status: Some(PointInTimeRecoveryStatus::Enabled),
                recovery_period_in_days: Some(days),
                earliest_restorable_date_time: Some(earliest.to_wire()),
                latest_restorable_date_time: Some((now - LAG).max(earliest).to_wire()),
            }
        }
    };
    ContinuousBackupsDescription {
        continuous_backups_status: ContinuousBackupsStatus::Enabled,
        point_in_time_recovery_description: Some(point_in_time),
    }
}

/// Says whether a table could be restored to a point in time.
pub fn describe_continuous_backups(
    cx: &RequestContext,
    input: &DescribeContinuousBackupsInput,
) -> Result<DescribeContinuousBackupsOutput, ServiceError> {
    let recovery = table(cx, &input.table_name)?.describe(|state| state.definition.recovery)?;
    Ok(DescribeContinuousBackupsOutput {
        continuous_backups_description: Some(description(recovery, cx.now())),
    })
}

/// Switches point-in-time recovery on or off.
pub fn update_continuous_backups(
    cx: &RequestContext,
    input: &UpdateContinuousBackupsInput,
) -> Result<UpdateContinuousBackupsOutput, ServiceError> {
    let asked = &input.point_in_time_recovery_specification;
    if !asked.point_in_time_recovery_enabled && asked.recovery_period_in_days.is_some() {
        return Err(Invalid::new(
            "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time \
             recovery.",
        )
        .into());
    }
    let now = cx.now();
    let recovery = table(cx, &input.table_name)?.redefine(|definition| {
        let since = definition.recovery.map_or(now, |(since, _)| since);
        let days = asked.recovery_period_in_days.unwrap_or(RECOVERY_DAYS);
        definition.recovery = asked.point_in_time_recovery_enabled.then_some((since, days));
        Ok(definition.recovery)
    })?;
    Ok(UpdateContinuousBackupsOutput {
        continuous_backups_description: Some(description(recovery, now)),
    })
}
