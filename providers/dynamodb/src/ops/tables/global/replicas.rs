//! `ReplicaUpdates` of `UpdateTable`: replicas come, change and go.

use std::convert::Infallible;

use fogbank_api_dynamodb as api;
use fogbank_context::Region;
use fogbank_service::{RequestContext, ServiceError};

use crate::engine::validation::Invalid;
use crate::ops::tables::create_table::new_stream;
use crate::store::{DynamoDbStore, Place, TableRef};
use crate::streams::closed_stream::ClosedStream;
use crate::table::features::Replica;
use crate::table::replication;
use crate::table::state::TableState;

/// The one view that the stream of a global table has.
const VIEW: &str = "NEW_AND_OLD_IMAGES";

fn overrides(
    replica: &mut Replica,
    key: Option<String>,
    throughput: Option<api::ProvisionedThroughputOverride>,
    on_demand: Option<api::OnDemandThroughputOverride>,
    indexes: Option<Vec<api::ReplicaGlobalSecondaryIndex>>,
    class: Option<api::TableClass>,
) {
    if key.is_some() {
        replica.key = key;
    }
    if let Some(throughput) = throughput {
        replica.read = throughput.read_capacity_units;
    }
    if let Some(on_demand) = on_demand {
        replica.on_demand_read = on_demand.max_read_request_units;
    }
    if let Some(class) = class {
        replica.class = Some(class.to_string());
    }
    for index in indexes.into_iter().flatten() {
        replica.indexes.retain(|(name, _, _)| *name != index.index_name);
        replica.indexes.push((
            index.index_name,
            index.provisioned_throughput_override.and_then(|it| it.read_capacity_units),
            index.on_demand_throughput_override.and_then(|it| it.max_read_request_units),
        ));
    }
}

fn not_part() -> ServiceError {
    crate::errors::validation(
        "Replica specified in the Replica Update or Replica Delete action of the request was not \
         found.",
    )
}

/// Changes the replicas of a table, and says which regions are new.
///
/// # Errors
/// A replica that is there already or not there, and more than one change in an update.
pub(in crate::ops::tables) fn change(
    cx: &RequestContext,
    table: &TableRef,
    updates: Vec<api::ReplicationGroupUpdate>,
    consistency: Option<&api::MultiRegionConsistency>,
) -> Result<Vec<String>, ServiceError> {
    let mut made = Vec::new();
    let own = table.place().region.as_str();
    for update in &updates {
        let create = update.create.as_ref().map(|it| &it.region_name);
        let change = update.update.as_ref().map(|it| &it.region_name);
        let delete = update.delete.as_ref().map(|it| &it.region_name);
        if create.or(change).or(delete).is_some_and(|region| region == own) {
            return Err(Invalid::new(
                "Cannot add, delete, or update the local region through ReplicaUpdates. Use \
                 CreateTable, DeleteTable, or UpdateTable as required.",
            )
            .into());
        }
    }
    if consistency == Some(&api::MultiRegionConsistency::Strong) {
        let creates = updates.iter().filter(|update| update.create.is_some()).count();
        if creates != 2 || updates.len() != 2 {
            return Err(Invalid::new(
                "MultiRegionConsistency STRONG requires exactly two replicas to be created, or one \
                 replica and one witness",
            )
            .into());
        }
        let count = table.describe(|state| state.items.len())?;
        if count > 0 {
            return Err(Invalid::new(
                "MultiRegionConsistency STRONG can only be specified for a table without items",
            )
            .into());
        }
        table.redefine(|definition| {
            definition.features.strong = true;
            Ok(())
        })?;
    }
    for update in updates {
        match (update.create, update.update, update.delete) {
            (Some(create), None, None) => {
                let mut replica =
                    Replica { region: create.region_name.clone(), ..Replica::default() };
                overrides(
                    &mut replica,
                    create.kms_master_key_id,
                    create.provisioned_throughput_override,
                    create.on_demand_throughput_override,
                    create.global_secondary_indexes,
                    create.table_class_override,
                );
                add(cx, table, replica, false)?;
                made.push(create.region_name);
            }
            (None, Some(update), None) => table.redefine(|definition| {
                let replicas = definition.features.replicas.iter_mut();
                let replica = replicas
                    .into_iter()
                    .find(|own| own.region == update.region_name)
                    .ok_or_else(not_part)?;
                overrides(
                    replica,
                    update.kms_master_key_id,
                    update.provisioned_throughput_override,
                    update.on_demand_throughput_override,
                    update.global_secondary_indexes,
                    update.table_class_override,
                );
                Ok(())
            })?,
            (None, None, Some(delete)) => remove(cx, table, &delete.region_name)?,
            _ => {
                return Err(Invalid::parameter(
                    "One of ReplicationGroupUpdate.Create, ReplicationGroupUpdate.Update, \
                     ReplicationGroupUpdate.Delete must be specified",
                )
                .into());
            }
        }
    }
    Ok(made)
}

/// Adds a replica; `joins` when its table is there already, as in version 2017.11.29.
pub(super) fn add(
    cx: &RequestContext,
    table: &TableRef,
    replica: Replica,
    joins: bool,
) -> Result<(), ServiceError> {
    let Place { world, account, region } = table.place();
    let to = Region::new(&replica.region);
    let store = world.regional::<DynamoDbStore>(*account, &to);
    let known = table.describe(|state| {
        state.definition.features.replicas.iter().any(|own| own.region == replica.region)
    })?;
    if to == *region || known || (!joins && store.tables.contains(&table.name)) {
        return Err(Invalid::from(format!(
            "Failed to create a the new replica of table with name: '{}' because one or more \
             replicas already existed as tables.",
            table.name
        ))
        .into());
    }
    table.redefine(|definition| {
        match &definition.stream {
            Some(stream) if stream.enabled && stream.view != VIEW => {
                return Err(Invalid::new(
                    "Streams must be enabled on the table with the view type NEW_AND_OLD_IMAGES \
                     to add replicas",
                )
                .into());
            }
            Some(stream) if stream.enabled => {}
            _ => definition.stream = Some(new_stream(VIEW.to_owned(), cx.now())),
        }
        definition.features.version_one = joins;
        definition.features.replicas.push(replica);
        definition.features.replicas.sort_by(|a, b| a.region.cmp(&b.region));
        Ok(())
    })?;
    if joins {
        return Ok(());
    }
    let definition = table.describe(|state| {
        let source = &state.definition;
        replication::replica_definition(source, region, &to, cx.ids().uuid(), cx.now())
    })?;
    // Whoever makes the same table at this moment is overtaken.
    store.tables.insert(table.name.clone(), TableState::new(definition));
    copy(table, &store);
    Ok(())
}

/// Gives a new replica the items that are there.
fn copy(table: &TableRef, to: &DynamoDbStore) {
    let mut transaction = table.place().world.transaction();
    let source = transaction.lock(&table.store().tables, table.name.clone());
    let target = transaction.lock(&to.tables, table.name.clone());
    let done = transaction.run(|tx| {
        let items = tx.edit::<TableState>(source).map(|source| source.items.clone());
        if let (Some(items), Some(mut target)) = (items, tx.edit::<TableState>(target)) {
            target.fill(items);
        }
        Ok::<_, Infallible>(())
    });
    match done {
        Ok(()) => {}
        Err(never) => match never {},
    }
}

/// Removes a replica with its table.
fn remove(cx: &RequestContext, table: &TableRef, region: &str) -> Result<(), ServiceError> {
    let Place { world, account, .. } = table.place();
    let gone = Region::new(region);
    table.redefine(|definition| {
        let features = &mut definition.features;
        let before = features.replicas.len();
        features.replicas.retain(|replica| replica.region != region);
        if features.replicas.len() == before {
            return Err(not_part());
        }
        if features.replicas.is_empty() {
            (features.strong, features.version_one) = (false, false);
        }
        Ok(())
    })?;
    let store = world.regional::<DynamoDbStore>(*account, &gone);
    if let Some(state) = store.tables.remove(&table.name)
        && let Some(closed) = ClosedStream::of(&state, cx.now())
    {
        store.close_stream(closed);
    }
    Ok(())
}
