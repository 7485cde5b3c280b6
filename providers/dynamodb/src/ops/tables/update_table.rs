//! `UpdateTable`.

mod vectors;

use fogbank_api_dynamodb::{
    AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexUpdate, IndexStatus, ProvisionedThroughput, ReplicaStatus, SSEDescription,
    SSEStatus, SSEType, UpdateGlobalSecondaryIndexAction, UpdateTableInput, UpdateTableOutput,
    VectorIndexUpdate,
};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use super::create_table::{encryption, stream};
use super::global::replicas;
use crate::engine::validation::Invalid;
use crate::streams::closed_stream::ClosedStream;
use crate::table::definition::{Billing, IndexScope, TableDefinition, Throughput};
use crate::table::description::{Moment, describe};
use crate::table::schema_rules as rules;
use crate::table::vector::{self, VectorIndex};
use crate::{errors, store};

/// Changes a table; the change is done when the answer arrives.
pub fn update_table(
    cx: &RequestContext,
    input: UpdateTableInput,
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
    check_something_asked(&input)?;
    let now = cx.now();
    let created = created_index(input.global_secondary_index_updates.as_deref());
    let created_vectors = created_vectors(input.vector_index_updates.as_deref());
    let replaced = input
        .stream_specification
        .is_some()
        .then(|| table.describe(|state| ClosedStream::of(state, now)).ok().flatten());
    let replica_updates = input.replica_updates.clone();
    let consistency = input.multi_region_consistency.clone();
    let encryption = table.redefine(|definition| {
        let before = definition.encryption.clone();
        change(cx, definition, input, now)?;
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

fn created_vectors(updates: Option<&[VectorIndexUpdate]>) -> Option<String> {
    let create = updates?.iter().find_map(|update| update.create.as_ref())?;
    Some(create.index_name.clone())
}

fn created_index(updates: Option<&[GlobalSecondaryIndexUpdate]>) -> Option<String> {
    let create = updates?.iter().find_map(|update| update.create.as_ref())?;
    Some(create.index_name.clone())
}

fn check_something_asked(input: &UpdateTableInput) -> Result<(), Invalid> {
    let asked = input.provisioned_throughput.is_some()
        || input.billing_mode.is_some()
        || input.stream_specification.is_some()
        || input.global_secondary_index_updates.as_ref().is_some_and(|list| !list.is_empty())
        || input.sse_specification.is_some()
        || input.table_class.is_some()
        || input.deletion_protection_enabled.is_some()
        || input.on_demand_throughput.is_some()
        || input.replica_updates.is_some()
        || input.warm_throughput.is_some()
        || input.vector_index_updates.as_ref().is_some_and(|list| !list.is_empty());
    if asked {
        return Ok(());
    }
    Err(Invalid::new(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, \
         GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    ))
}

fn change(
    cx: &RequestContext,
    definition: &mut TableDefinition,
    input: UpdateTableInput,
    now: Timestamp,
) -> Result<(), ServiceError> {
    change_billing(
        definition,
        input.billing_mode.as_ref(),
        input.provisioned_throughput.as_ref(),
        now,
    )?;
    if let Some(specification) = input.stream_specification {
        change_stream(definition, specification, now)?;
    }
    let updates = input.global_secondary_index_updates.unwrap_or_default();
    let vector_updates = input.vector_index_updates.unwrap_or_default();
    let made_or_deleted =
        updates.iter().filter(|it| it.create.is_some() || it.delete.is_some()).count();
    if made_or_deleted + vector_updates.len() > 1 {
        return Err(fogbank_api_dynamodb::LimitExceededException::new(
            "Subscriber limit exceeded: Only 1 online index can be created or deleted \
             simultaneously per table",
        )
        .into());
    }
    for update in updates {
        change_index(definition, update, input.attribute_definitions.as_deref(), now)?;
    }
    for update in vector_updates {
        vectors::change(definition, update, input.attribute_definitions.as_deref())?;
    }
    vector::check_all(definition)?;
    if let Some(specification) = input.sse_specification {
        definition.encryption = encryption(cx, specification);
    }
    if let Some(class) = input.table_class {
        definition.class = Some((class.to_string(), Some(now)));
    }
    if let Some(protection) = input.deletion_protection_enabled {
        definition.deletion_protection = protection;
    }
    if let Some(limits) = input.on_demand_throughput {
        definition.on_demand = Some(rules::on_demand(limits));
    }
    if let Some(warm) = input.warm_throughput.and_then(rules::warm) {
        definition.warm = Some(warm);
    }
    Ok(())
}

fn change_billing(
    definition: &mut TableDefinition,
    mode: Option<&BillingMode>,
    given: Option<&ProvisionedThroughput>,
    now: Timestamp,
) -> Result<(), Invalid> {
    match mode {
        Some(BillingMode::PayPerRequest) => {
            if given.is_some() {
                return Err(Invalid::parameter(
                    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when \
                     BillingMode is PAY_PER_REQUEST",
                ));
            }
            if definition.is_provisioned() {
                definition.billing = Billing::PayPerRequest(now);
                definition.throughput = Throughput::new(0, 0);
                definition.indexes.iter_mut().for_each(|index| index.throughput = None);
            }
            return Ok(());
        }
        Some(_) if !definition.is_provisioned() => {
            let Some(given) = given else {
                return Err(Invalid::parameter(
                    "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
                ));
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
        ));
    }
    definition.throughput = changed(&definition.throughput, given, None, now)?;
    Ok(())
}

/// New throughput in place of old, of the table or of the index with this name.
fn changed(
    old: &Throughput,
    given: &ProvisionedThroughput,
    index: Option<&str>,
    now: Timestamp,
) -> Result<Throughput, Invalid> {
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
        )));
    }
    let raised = new.read > old.read || new.write > old.write;
    let lowered = new.read < old.read || new.write < old.write;
    new.increased = if raised { Some(now) } else { old.increased };
    new.decreased = if lowered { Some(now) } else { old.decreased };
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
            old.enabled = false;
            old.disabled = Some(now);
            Ok(())
        }
        (None, _) => Err(errors::validation(
            "Table has no stream to disable: TableName: ".to_owned() + &definition.name,
        )),
    }
}

fn change_index(
    definition: &mut TableDefinition,
    update: GlobalSecondaryIndexUpdate,
    attributes: Option<&[AttributeDefinition]>,
    now: Timestamp,
) -> Result<(), ServiceError> {
    match (update.create, update.update, update.delete) {
        (Some(create), None, None) => create_index(definition, create, attributes),
        (None, Some(update), None) => update_index(definition, update, now),
        (None, None, Some(delete)) => {
            position(definition, &delete.index_name)
                .map(|at| drop(definition.indexes.remove(at)))?;
            forget_unused_attributes(definition);
            Ok(())
        }
        (None, None, None) => Err(Invalid::parameter(
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
             GlobalSecondaryIndexUpdate.Delete must not be null",
        )
        .into()),
        _ => Err(Invalid::parameter(
            "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
             GlobalSecondaryIndexUpdate.Delete may be specified",
        )
        .into()),
    }
}

/// Definitions of attributes that no key uses any more are gone with the index.
pub(super) fn forget_unused_attributes(definition: &mut TableDefinition) {
    let TableDefinition { attributes, keys, indexes, vectors, .. } = definition;
    attributes.retain(|own| {
        keys.contains(&own.name)
            || indexes.iter().any(|index| index.keys.contains(&own.name))
            || vectors.iter().flat_map(VectorIndex::schema).any(|key| key.name == own.name)
    });
}

/// The position of a global index.
fn position(definition: &TableDefinition, name: &str) -> Result<usize, ServiceError> {
    let found = definition.index(name).filter(|(_, index)| index.scope == IndexScope::Global);
    found.map(|(at, _)| at).ok_or_else(|| {
        let message = format!("Requested resource not found: Index: {name} not found");
        fogbank_api_dynamodb::ResourceNotFoundException::new(message).into()
    })
}

fn create_index(
    definition: &mut TableDefinition,
    create: CreateGlobalSecondaryIndexAction,
    attributes: Option<&[AttributeDefinition]>,
) -> Result<(), ServiceError> {
    if definition.index(&create.index_name).is_some() {
        return Err(Invalid::new("Attempting to create an index which already exists").into());
    }
    define_attributes(definition, attributes)?;
    let index = GlobalSecondaryIndex {
        index_name: create.index_name,
        key_schema: create.key_schema,
        projection: create.projection,
        provisioned_throughput: create.provisioned_throughput,
        on_demand_throughput: create.on_demand_throughput,
        warm_throughput: create.warm_throughput,
    };
    let provisioned = definition.is_provisioned();
    let index = rules::global_index(index, &definition.attributes, provisioned)?;
    definition.indexes.push(index);
    rules::check_indexes(&definition.indexes)?;
    check_all_used(definition)
}

/// Adds the attribute definitions of a request to those of the table.
fn define_attributes(
    definition: &mut TableDefinition,
    attributes: Option<&[AttributeDefinition]>,
) -> Result<(), Invalid> {
    for new in rules::attributes(attributes.unwrap_or_default().to_vec())? {
        match definition.attributes.iter_mut().find(|own| own.name == new.name) {
            Some(own) => own.kind = new.kind,
            None => definition.attributes.push(new),
        }
    }
    Ok(())
}

fn check_all_used(definition: &TableDefinition) -> Result<(), ServiceError> {
    let TableDefinition { keys, indexes, vectors, attributes, .. } = definition;
    Ok(rules::check_all_used(keys, indexes, vectors, attributes)?)
}

fn update_index(
    definition: &mut TableDefinition,
    update: UpdateGlobalSecondaryIndexAction,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let at = position(definition, &update.index_name)?;
    let index = &mut definition.indexes[at];
    if let Some(given) = &update.provisioned_throughput {
        let old = index.throughput.clone().unwrap_or(Throughput::new(0, 0));
        index.throughput = Some(changed(&old, given, Some(&update.index_name), now)?);
    }
    if let Some(limits) = update.on_demand_throughput {
        index.on_demand = Some(rules::on_demand(limits));
    }
    if let Some(warm) = update.warm_throughput.and_then(rules::warm) {
        index.warm = Some(warm);
    }
    Ok(())
}
