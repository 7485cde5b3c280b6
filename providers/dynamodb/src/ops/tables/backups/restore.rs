//! `RestoreTableFromBackup`, `RestoreTableToPointInTime`.

use fogbank_api_dynamodb as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use super::{find, table_not_found};
use crate::engine::validation::Invalid;
use crate::ops::tables::create_table::encryption;
use crate::store;
use crate::table::definition::{
    Billing, IndexDefinition, IndexPhase, IndexScope, TableDefinition, Throughput,
};
use crate::table::description::{Moment, describe};
use crate::table::features::{Features, Restored};
use crate::table::schema_rules as rules;
use crate::table::state::{ItemRows, TableState};
use crate::table::vector::{self, VectorIndex};

const ONE_SOURCE: Invalid =
    Invalid::new("Must provide exactly one of: sourceTableArn, sourceTableName");
const ONE_TIME: Invalid = Invalid::new(
    "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, \
     but not both",
);

/// What a restored table has otherwise than its source.
struct Overrides {
    billing: Option<api::BillingMode>,
    global: Option<Vec<api::GlobalSecondaryIndex>>,
    local: Option<Vec<api::LocalSecondaryIndex>>,
    vectors: Option<Vec<api::VectorIndex>>,
    throughput: Option<api::ProvisionedThroughput>,
    on_demand: Option<api::OnDemandThroughput>,
    encryption: Option<api::SSESpecification>,
}

/// The overrides of either request; the two have the same.
macro_rules! overrides {
    ($input:expr) => {
        Overrides {
            billing: $input.billing_mode_override,
            global: $input.global_secondary_index_override,
            local: $input.local_secondary_index_override,
            vectors: $input.vector_index_override,
            throughput: $input.provisioned_throughput_override,
            on_demand: $input.on_demand_throughput_override,
            encryption: $input.sse_specification_override,
        }
    };
}

/// Makes a table of a backup.
pub fn restore_table_from_backup(
    cx: &RequestContext,
    input: api::RestoreTableFromBackupInput,
) -> Result<api::RestoreTableFromBackupOutput, ServiceError> {
    let backup = find(cx, &input.backup_arn)?;
    let restored = Restored {
        backup_arn: Some(backup.arn.clone()),
        table_arn: backup.definition.arn.clone(),
        at: backup.created,
    };
    let source = ((*backup.definition).clone(), backup.items.clone());
    let description = restore(cx, &input.target_table_name, source, restored, overrides!(input))?;
    Ok(api::RestoreTableFromBackupOutput { table_description: Some(description) })
}

/// Makes a table of what another one was at a time.
pub fn restore_table_to_point_in_time(
    cx: &RequestContext,
    input: api::RestoreTableToPointInTimeInput,
) -> Result<api::RestoreTableToPointInTimeOutput, ServiceError> {
    let source = match (&input.source_table_arn, &input.source_table_name) {
        (Some(_), Some(_)) => {
            return Err(ONE_SOURCE.into());
        }
        (Some(one), None) | (None, Some(one)) => store::table_of_any_region(cx, one)?,
        (None, None) => {
            return Err(ONE_SOURCE.into());
        }
    };
    let latest = input.use_latest_restorable_time == Some(true);
    let asked = match (latest, &input.restore_date_time) {
        (true, Some(_)) => {
            return Err(ONE_TIME.into());
        }
        (false, None) => {
            return Err(ONE_TIME.into());
        }
        (true, None) => None,
        (false, Some(time)) => Some(Timestamp::from_wire(time)),
    };
    let now = cx.now();
    let (definition, items, at) = source
        .store()
        .tables
        .read(&source.name, |state| {
            let definition = (*state.definition).clone();
            let (earliest, _) = super::continuous_backups::window(&definition, now)
                .ok_or_else(|| not_recoverable(&source.name))?;
            let at = asked.unwrap_or(now);
            // Whole seconds are what most clients can say; the second of the start belongs to it.
            if at.as_secs() < earliest.as_secs() || at > now {
                return Err(api::InvalidRestoreTimeException::new(
                    "An invalid restore time was specified. RestoreDateTime must be between \
                     EarliestRestorableDateTime and LatestRestorableDateTime.",
                )
                .into());
            }
            Ok::<_, ServiceError>((definition, state.items_at(at), at))
        })
        .ok_or_else(|| table_not_found(&source.name))??;
    let restored = Restored { backup_arn: None, table_arn: definition.arn.clone(), at };
    let source = (definition, items);
    let description = restore(cx, &input.target_table_name, source, restored, overrides!(input))?;
    Ok(api::RestoreTableToPointInTimeOutput { table_description: Some(description) })
}

/// The error of a table whose changes are not remembered.
pub(in crate::ops::tables) fn not_recoverable(name: &str) -> ServiceError {
    api::PointInTimeRecoveryUnavailableException::new(format!(
        "Point in time recovery is not enabled for table '{name}'"
    ))
    .into()
}

fn restore(
    cx: &RequestContext,
    name: &str,
    (mut source, items): (TableDefinition, ItemRows),
    restored: Restored,
    overrides: Overrides,
) -> Result<api::TableDescription, ServiceError> {
    let target = store::table(cx, name)?;
    let exists = || -> ServiceError {
        api::TableAlreadyExistsException::new(format!("Table already exists: {}", target.name))
            .into()
    };
    if target.store().tables.contains(&target.name) {
        return Err(exists());
    }
    // What was under way with indexes is done in the new table.
    source.indexes.retain(|index| !matches!(index.phase, Some(IndexPhase::Deleting(_))));
    source.indexes.iter_mut().for_each(|index| index.phase = None);
    let mut definition = TableDefinition {
        name: target.name.clone(),
        arn: cx.arn("dynamodb", format!("table/{}", target.name)).to_string(),
        id: cx.ids().uuid(),
        created: cx.now(),
        stream: None,
        deletion_protection: false,
        recovery: None,
        tags: Default::default(),
        time_to_live: None,
        time_to_live_changed: None,
        features: Features { restored: Some(restored), ..Features::default() },
        ..source
    };
    apply(cx, &mut definition, overrides)?;
    let state = TableState::with_items(definition, items);
    let description = describe(&state, Moment::Created);
    target.store().tables.insert_new(target.name.clone(), state).map_err(|_| exists())?;
    Ok(description)
}

fn apply(
    cx: &RequestContext,
    definition: &mut TableDefinition,
    overrides: Overrides,
) -> Result<(), ServiceError> {
    let on_demand = match &overrides.billing {
        Some(mode) => *mode == api::BillingMode::PayPerRequest,
        None => !definition.is_provisioned(),
    };
    match (&overrides.throughput, on_demand) {
        (Some(_), true) => {
            return Err(Invalid::new(match overrides.billing {
                Some(_) => {
                    "Invalid Request: Cannot override ProvisionedThroughput if BillingMode is \
                     overridden to PAY_PER_REQUEST"
                }
                None => {
                    "Invalid Request: Cannot override ProvisionedThroughput unless BillingMode is \
                     PROVISIONED"
                }
            })
            .into());
        }
        (Some(given), false) => definition.throughput = rules::throughput(given, None)?,
        (None, true) => definition.throughput = Throughput::new(0, 0),
        (None, false) if !definition.is_provisioned() => {
            return Err(Invalid::new(
                "Invalid Request: Must override ProvisionedThroughput if BillingMode is overridden \
                 to PROVISIONED",
            )
            .into());
        }
        (None, false) => {}
    }
    definition.billing = match on_demand {
        true => Billing::PayPerRequest(cx.now()),
        false => Billing::Provisioned,
    };
    if let Some(limits) = overrides.on_demand {
        definition.on_demand = Some(rules::on_demand(limits));
    }
    if let Some(list) = overrides.local {
        let wanted = list
            .into_iter()
            .map(|it| rules::local_index(it, &definition.keys, &definition.attributes))
            .collect::<Result<Vec<_>, _>>()?;
        replace(definition, IndexScope::Local, wanted)?;
    }
    if let Some(list) = overrides.global {
        let wanted = list
            .into_iter()
            .map(|it| rules::global_index(it, &definition.attributes, !on_demand))
            .collect::<Result<Vec<_>, _>>()?;
        replace(definition, IndexScope::Global, wanted)?;
    }
    for index in definition.indexes.iter_mut().filter(|it| it.scope == IndexScope::Global) {
        index.throughput = match on_demand {
            true => None,
            false => index.throughput.take().or_else(|| Some(definition.throughput.clone())),
        };
    }
    if let Some(list) = overrides.vectors {
        let wanted = list
            .into_iter()
            .map(|it| VectorIndex::new(it, &definition.attributes))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(other) = wanted.iter().find(|index| !definition.vectors.contains(index)) {
            return Err(unknown_index(&other.name).into());
        }
        definition.vectors = wanted;
    }
    vector::check_all(definition)?;
    definition.forget_unused_attributes();
    if let Some(specification) = overrides.encryption {
        definition.encryption = encryption(cx, specification);
    }
    Ok(())
}

fn unknown_index(name: &str) -> Invalid {
    Invalid::from(format!(
        "Invalid Request: Index {name} does not match a secondary index that existed in the source \
         table and cannot be created during the restore operation"
    ))
}

/// Keeps only those indexes of a scope that are wanted; each has to be as it was.
fn replace(
    definition: &mut TableDefinition,
    scope: IndexScope,
    wanted: Vec<IndexDefinition>,
) -> Result<(), Invalid> {
    for index in &wanted {
        let known = definition.index(&index.name).is_some_and(|(_, own)| {
            own.scope == scope && own.keys == index.keys && own.projection == index.projection
        });
        if !known {
            return Err(unknown_index(&index.name));
        }
    }
    definition.indexes.retain(|own| own.scope != scope);
    let local = definition.indexes.iter().filter(|own| own.scope == IndexScope::Local).count();
    let at = if scope == IndexScope::Local { 0 } else { local };
    definition.indexes.splice(at..at, wanted);
    Ok(())
}
