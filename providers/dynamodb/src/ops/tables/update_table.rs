//! `UpdateTable`.

mod combinations;
mod decreases;
pub(super) mod indexes;
mod vectors;

use std::time::Duration;

use fogbank_api_dynamodb::{
    BillingMode, GlobalSecondaryIndexDescription, GlobalSecondaryIndexUpdate, IndexStatus,
    ProvisionedThroughput, ReplicaStatus, SSEDescription, SSEStatus, SSEType, UpdateTableInput,
    UpdateTableOutput, VectorIndexUpdate,
};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use super::create_table::{encryption, stream};
use super::global::replicas;
use crate::engine::validation::Invalid;
use crate::settings::Settings;
use crate::streams::closed_stream::ClosedStream;
use crate::table::definition::{
    Billing, IndexDefinition, IndexPhase, TableDefinition, Throughput, WarmThroughput,
};
use crate::table::description::{Moment, describe, warm_units};
use crate::table::schema_rules as rules;
use crate::table::vector;
use crate::{errors, store};

/// When a change happens, and how fast.
#[derive(Clone, Copy)]
struct Pace {
    now: Timestamp,
    /// How long indexes take to come and go.
    index_delay: Duration,
    /// Whether there may be too many changes.
    limited: bool,
}

/// Changes a table; but for indexes that take their time, the change is done when the answer arrives.
pub fn update_table(
    cx: &RequestContext,
    input: UpdateTableInput,
    settings: &Settings,
) -> Result<UpdateTableOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    crate::ops::refuse_given(
        "UpdateTable",
        &[
            ("GlobalTableWitnessUpdates", input.global_table_witness_updates.is_some()),
            (
                "GlobalTableSettingsReplicationMode",
                input.global_table_settings_replication_mode.is_some(),
            ),
            ("DisassociationProtectionEnabled", input.disassociation_protection_enabled.is_some()),
        ],
    )?;
    combinations::check(&input)?;
    let now = cx.now();
    let pace = Pace { now, index_delay: settings.index_delay, limited: settings.throttles };
    let created = created_index(input.global_secondary_index_updates.as_deref());
    let created_vectors = created_vectors(input.vector_index_updates.as_deref());
    let deleted = deleted_index(&table, input.global_secondary_index_updates.as_deref());
    let replaced = input
        .stream_specification
        .is_some()
        .then(|| table.describe(|state| ClosedStream::of(state, now)).ok().flatten());
    let replica_updates = input.replica_updates.clone();
    let consistency = input.multi_region_consistency.clone();
    let encryption = table.redefine(|definition| {
        let before = definition.encryption.clone();
        change(cx, definition, input, pace)?;
        Ok(before.filter(|_| definition.encryption.is_none()))
    })?;
    if let Some(replaced) = replaced.flatten() {
        close_replaced(&table, replaced);
    }
    let replicas = match replica_updates {
        Some(updates) => replicas::change(cx, &table, updates, consistency.as_ref())?,
        None => Vec::new(),
    };
    let mut description = table.describe(|state| describe(state, Moment::Updated))?;
    for replica in description.replicas.iter_mut().flatten() {
        if replica.region_name.as_ref().is_some_and(|region| replicas.contains(region)) {
            replica.replica_status = Some(ReplicaStatus::Creating);
        }
    }
    for index in description.global_secondary_indexes.iter_mut().flatten() {
        if created.is_some() && index.index_name == created {
            index.index_status = Some(IndexStatus::Creating);
            index.backfilling = Some(false);
        }
    }
    // An index that is gone already is shown once more.
    if let Some(deleted) = deleted {
        let shown = description.global_secondary_indexes.get_or_insert_default();
        if shown.iter().all(|index| index.index_name != deleted.index_name) {
            shown.push(deleted);
        }
    }
    for index in description.vector_indexes.iter_mut().flatten() {
        if created_vectors.is_some() && index.index_name == created_vectors {
            index.index_status = Some(IndexStatus::Creating);
            index.backfilling = Some(false);
        }
    }
    if let Some(encryption) = encryption {
        description.sse_description = Some(SSEDescription {
            status: Some(SSEStatus::Updating),
            sse_type: Some(SSEType::Kms),
            kms_master_key_arn: Some(encryption.key_arn),
            inaccessible_encryption_date_time: None,
        });
    }
    Ok(UpdateTableOutput { table_description: Some(description) })
}

/// Keeps a stream that has another in its place now, and lets the new one start empty.
fn close_replaced(table: &store::TableRef, old: ClosedStream) {
    let other = table.store().tables.update(&table.name, |state| {
        let same = state.definition.stream.as_ref().is_some_and(|new| new.label == old.label);
        if !same {
            state.records.clear();
        }
        !same
    });
    if other == Some(true) {
        table.store().close_stream(old);
    }
}

/// The index that is to be deleted, as the answer shows it.
fn deleted_index(
    table: &store::TableRef,
    updates: Option<&[GlobalSecondaryIndexUpdate]>,
) -> Option<GlobalSecondaryIndexDescription> {
    let delete = updates?.iter().find_map(|update| update.delete.as_ref())?;
    let description = table.describe(|state| describe(state, Moment::Updated)).ok()?;
    let mut indexes = description.global_secondary_indexes?.into_iter();
    let found = indexes.find(|it| it.index_name.as_ref() == Some(&delete.index_name))?;
    let index_status = Some(IndexStatus::Deleting);
    Some(GlobalSecondaryIndexDescription { index_status, ..found })
}

fn created_vectors(updates: Option<&[VectorIndexUpdate]>) -> Option<String> {
    let create = updates?.iter().find_map(|update| update.create.as_ref())?;
    Some(create.index_name.clone())
}

fn created_index(updates: Option<&[GlobalSecondaryIndexUpdate]>) -> Option<String> {
    let create = updates?.iter().find_map(|update| update.create.as_ref())?;
    Some(create.index_name.clone())
}

/// How many indexes are made or deleted already. Deleting one that is still filled is no second change.
fn under_way(definition: &TableDefinition, updates: &[GlobalSecondaryIndexUpdate]) -> usize {
    let asked = updates.iter().any(|it| it.create.is_some() || it.delete.is_some());
    let ends = |index: &IndexDefinition| {
        let deleted = updates.iter().filter_map(|it| it.delete.as_ref());
        matches!(index.phase, Some(IndexPhase::Backfilling(_)))
            && deleted.into_iter().any(|it| it.index_name == index.name)
    };
    let busy = definition.indexes.iter().filter(|index| index.phase.is_some() && !ends(index));
    if asked { busy.count() } else { 0 }
}

fn change(
    cx: &RequestContext,
    definition: &mut TableDefinition,
    input: UpdateTableInput,
    pace: Pace,
) -> Result<(), ServiceError> {
    let now = pace.now;
    errors::check_not_updating(definition)?;
    change_billing(
        definition,
        input.billing_mode.as_ref(),
        input.provisioned_throughput.as_ref(),
        pace,
    )?;
    if let Some(specification) = input.stream_specification {
        change_stream(definition, specification, now)?;
    }
    let updates = input.global_secondary_index_updates.unwrap_or_default();
    let vector_updates = input.vector_index_updates.unwrap_or_default();
    let made_or_deleted =
        updates.iter().filter(|it| it.create.is_some() || it.delete.is_some()).count();
    if made_or_deleted + vector_updates.len() + under_way(definition, &updates) > 1 {
        return Err(fogbank_api_dynamodb::LimitExceededException::new(
            "Subscriber limit exceeded: Only 1 online index can be created or deleted \
             simultaneously per table",
        )
        .into());
    }
    indexes::check(definition, &updates, input.billing_mode.as_ref())?;
    for update in updates {
        indexes::change(definition, update, input.attribute_definitions.as_deref(), pace)?;
    }
    for update in vector_updates {
        vectors::change(definition, update, input.attribute_definitions.as_deref())?;
    }
    vector::check_all(definition)?;
    if let Some(specification) = input.sse_specification {
        let wanted = encryption(cx, specification);
        if wanted == definition.encryption {
            return Err(Invalid::parameter(match wanted {
                None => "Table is already encrypted by default",
                Some(_) => {
                    "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId \
                     parameter if you want to change Master Key"
                }
            })
            .into());
        }
        definition.encryption = wanted;
    }
    if let Some(class) = input.table_class {
        definition.class = Some((class.to_string(), Some(now)));
    }
    if let Some(protection) = input.deletion_protection_enabled {
        definition.deletion_protection = protection;
    }
    let provisioned = definition.is_provisioned();
    rules::check_on_demand(input.on_demand_throughput.as_ref(), None, provisioned, true)?;
    if let Some(limits) = input.on_demand_throughput {
        definition.on_demand = Some(rules::on_demand(limits));
    }
    if let Some(given) = input.warm_throughput {
        let units = definition.provisioned_throughput();
        let current = warm_units(Moment::Described, definition.warm.as_ref(), units);
        let current = current.unwrap_or_default();
        rules::check_warm(&given, None, current)?;
        definition.warm = Some(WarmThroughput {
            read: given.read_units_per_second.unwrap_or(current.0),
            write: given.write_units_per_second.unwrap_or(current.1),
        });
    }
    Ok(())
}

fn change_billing(
    definition: &mut TableDefinition,
    mode: Option<&BillingMode>,
    given: Option<&ProvisionedThroughput>,
    pace: Pace,
) -> Result<(), ServiceError> {
    match mode {
        Some(BillingMode::PayPerRequest) => {
            if given.is_some() {
                return Err(Invalid::parameter(
                    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when \
                     BillingMode is PAY_PER_REQUEST",
                )
                .into());
            }
            if definition.is_provisioned() {
                definition.billing = Billing::PayPerRequest(pace.now);
                definition.throughput = Throughput::new(0, 0);
                definition.indexes.iter_mut().for_each(|index| index.throughput = None);
            }
            return Ok(());
        }
        Some(_) if !definition.is_provisioned() => {
            let Some(given) = given else {
                return Err(Invalid::parameter(
                    "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
                )
                .into());
            };
            definition.billing = Billing::Provisioned;
            definition.was_on_demand = true;
            definition.throughput = rules::throughput(given, None)?;
            return Ok(());
        }
        _ => {}
    }
    let Some(given) = given else { return Ok(()) };
    if !definition.is_provisioned() {
        return Err(Invalid::parameter(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode \
             is PAY_PER_REQUEST",
        )
        .into());
    }
    definition.throughput = changed(&definition.throughput, given, None, pace)?;
    Ok(())
}

/// New throughput in place of old, of the table or of the index with this name.
fn changed(
    old: &Throughput,
    given: &ProvisionedThroughput,
    index: Option<&str>,
    pace: Pace,
) -> Result<Throughput, ServiceError> {
    let mut new = rules::throughput(given, index)?;
    if (new.read, new.write) == (old.read, old.write) {
        let what = index.map_or("table".to_owned(), |index| format!("index {index}"));
        return Err(Invalid::from(format!(
            "The provisioned throughput for the {what} will not change. The requested value \
             equals the current value. Current ReadCapacityUnits provisioned for the {what}: {r}. \
             Requested ReadCapacityUnits: {r}. Current WriteCapacityUnits provisioned for the \
             {what}: {w}. Requested WriteCapacityUnits: {w}. Refer to the Amazon DynamoDB \
             Developer Guide for current limits and how to request higher limits.",
            r = old.read,
            w = old.write
        ))
        .into());
    }
    let raised = new.read > old.read || new.write > old.write;
    let lowered = new.read < old.read || new.write < old.write;
    if lowered && pace.limited {
        decreases::check(old, pace.now)?;
    }
    new.increased = if raised { Some(pace.now) } else { old.increased };
    new.decreased = if lowered { Some(pace.now) } else { old.decreased };
    new.decreases = decreases::today(old, pace.now) + u32::from(lowered);
    Ok(new)
}

fn change_stream(
    definition: &mut TableDefinition,
    specification: fogbank_api_dynamodb::StreamSpecification,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let enabled = definition.stream.as_ref().is_some_and(|stream| stream.enabled);
    match (stream(specification, now)?, &mut definition.stream) {
        (Some(_), _) if enabled => Err(errors::validation(
            "Table already has an enabled stream: TableName: ".to_owned() + &definition.name,
        )),
        (Some(new), old) => {
            *old = Some(new);
            Ok(())
        }
        (None, Some(old)) if old.enabled => {
            if !definition.features.replicas.is_empty() {
                return Err(Invalid::parameter(
                    "Disabling Stream is not allowed for a Global Table replica.",
                )
                .into());
            }
            old.enabled = false;
            old.disabled = Some(now);
            Ok(())
        }
        (None, _) => Err(errors::validation(
            "Table has no stream to disable: TableName: ".to_owned() + &definition.name,
        )),
    }
}
