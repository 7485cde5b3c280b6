//! Global tables of version 2017.11.29: `CreateGlobalTable` and its siblings.

use std::sync::Arc;

use fogbank_api_dynamodb as api;
use fogbank_context::{Arn, Region};
use fogbank_service::{RequestContext, ServiceError};

use super::replicas::add;
use crate::engine::validation::Invalid;
use crate::store::{self, DynamoDbStore, GlobalTable, GlobalTableStore};
use crate::table::features::Replica;

fn store(cx: &RequestContext) -> Arc<GlobalTableStore> {
    cx.world.account::<GlobalTableStore>(cx.account)
}

/// The global table of this name.
pub(super) fn find(cx: &RequestContext, name: &str) -> Result<Arc<GlobalTable>, ServiceError> {
    store(cx).global_tables.get(name).ok_or_else(|| {
        let message = format!("Global table with name: '{name}' does not exist");
        api::GlobalTableNotFoundException::new(message).into()
    })
}

fn table(cx: &RequestContext, region: &str, name: &str) -> Result<store::TableRef, ServiceError> {
    let arn = Arn::regional("dynamodb", &Region::new(region), cx.account, format!("table/{name}"));
    store::table_of_any_region(cx, &arn.to_string())
}

/// Refuses a table that cannot be part of a global table.
fn check(cx: &RequestContext, region: &str, name: &str, empty: bool) -> Result<(), ServiceError> {
    let found = table(cx, region, name)?.describe(|state| {
        let stream = state.definition.stream.as_ref();
        let streams = stream.is_some_and(|it| it.enabled && it.view == "NEW_AND_OLD_IMAGES");
        (streams, state.items.is_empty())
    });
    let (streams, is_empty) = found.map_err(|_| {
        api::TableNotFoundException::new(format!("Table not found: {name} in region {region}"))
    })?;
    if !streams {
        return Err(Invalid::from(format!(
            "Table with name: '{name}' in region {region} must have streams enabled with the view \
             type NEW_AND_OLD_IMAGES"
        ))
        .into());
    }
    if empty && !is_empty {
        return Err(Invalid::from(format!(
            "Table with name: '{name}' in region {region} must be empty"
        ))
        .into());
    }
    Ok(())
}

/// Connects the tables of all regions of a group with each other.
fn connect(cx: &RequestContext, name: &str, regions: &[String]) -> Result<(), ServiceError> {
    for own in regions {
        let table = table(cx, own, name)?;
        let known = table.describe(|state| state.definition.features.replicas.clone())?;
        for other in regions.iter().filter(|other| *other != own) {
            if !known.iter().any(|replica| replica.region == *other) {
                let replica = Replica { region: other.clone(), ..Replica::default() };
                // The first region's list may have reached this one already.
                let _ = add(cx, &table, replica, true);
            }
        }
    }
    Ok(())
}

fn described(global: &GlobalTable, status: api::GlobalTableStatus) -> api::GlobalTableDescription {
    let replica = |region: &String| api::ReplicaDescription {
        region_name: Some(region.clone()),
        replica_status: Some(match status {
            api::GlobalTableStatus::Creating => api::ReplicaStatus::Creating,
            _ => api::ReplicaStatus::Active,
        }),
        ..api::ReplicaDescription::default()
    };
    api::GlobalTableDescription {
        replication_group: Some(global.regions.iter().map(replica).collect()),
        global_table_arn: Some(global.arn.clone()),
        creation_date_time: Some(global.created.to_wire()),
        global_table_name: Some(global.name.clone()),
        global_table_status: Some(status),
    }
}

/// Makes one global table of tables of the same name in several regions.
pub fn create_global_table(
    cx: &RequestContext,
    input: api::CreateGlobalTableInput,
) -> Result<api::CreateGlobalTableOutput, ServiceError> {
    let name = input.global_table_name;
    let regions: Vec<String> =
        input.replication_group.into_iter().filter_map(|replica| replica.region_name).collect();
    if regions.is_empty() {
        return Err(Invalid::parameter("ReplicationGroup must not be empty").into());
    }
    if store(cx).global_tables.contains(&name) {
        let message = format!("Global table with name: '{name}' already exists");
        return Err(api::GlobalTableAlreadyExistsException::new(message).into());
    }
    regions.iter().try_for_each(|region| check(cx, region, &name, true))?;
    connect(cx, &name, &regions)?;
    let arn = Arn::global(cx.partition(), "dynamodb", cx.account, format!("global-table/{name}"));
    let global =
        GlobalTable { name: name.clone(), arn: arn.to_string(), created: cx.now(), regions };
    let description = described(&global, api::GlobalTableStatus::Creating);
    store(cx).global_tables.insert(name, global);
    Ok(api::CreateGlobalTableOutput { global_table_description: Some(description) })
}

/// Shows a global table.
pub fn describe_global_table(
    cx: &RequestContext,
    input: &api::DescribeGlobalTableInput,
) -> Result<api::DescribeGlobalTableOutput, ServiceError> {
    let global = find(cx, &input.global_table_name)?;
    let description = described(&global, api::GlobalTableStatus::Active);
    Ok(api::DescribeGlobalTableOutput { global_table_description: Some(description) })
}

/// Lists global tables by name.
pub fn list_global_tables(
    cx: &RequestContext,
    input: &api::ListGlobalTablesInput,
) -> api::ListGlobalTablesOutput {
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
    let mut found: Vec<Arc<GlobalTable>> = store(cx)
        .global_tables
        .iter()
        .map(|(_, global)| global)
        .filter(|global| input.region_name.as_ref().is_none_or(|it| global.regions.contains(it)))
        .filter(|global| {
            input.exclusive_start_global_table_name.as_ref().is_none_or(|it| global.name > *it)
        })
        .collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let shown = |global: &Arc<GlobalTable>| api::GlobalTable {
        global_table_name: Some(global.name.clone()),
        replication_group: Some(
            global
                .regions
                .iter()
                .map(|region| api::Replica { region_name: Some(region.clone()) })
                .collect(),
        ),
    };
    api::ListGlobalTablesOutput {
        last_evaluated_global_table_name: found.last().filter(|_| more).map(|it| it.name.clone()),
        global_tables: Some(found.iter().map(shown).collect()),
    }
}

/// Adds regions to a global table, or takes them from it; their tables stay.
pub fn update_global_table(
    cx: &RequestContext,
    input: api::UpdateGlobalTableInput,
) -> Result<api::UpdateGlobalTableOutput, ServiceError> {
    let name = input.global_table_name;
    let mut global = (*find(cx, &name)?).clone();
    let mut gone = Vec::new();
    for update in input.replica_updates {
        match (update.create, update.delete) {
            (Some(create), None) => {
                if global.regions.contains(&create.region_name) {
                    let message = format!(
                        "Replica for region {} already exists in global table with name: '{name}'",
                        create.region_name
                    );
                    return Err(api::ReplicaAlreadyExistsException::new(message).into());
                }
                check(cx, &create.region_name, &name, true)?;
                global.regions.push(create.region_name);
            }
            (None, Some(delete)) => {
                if !global.regions.contains(&delete.region_name) {
                    let message = format!(
                        "Replica for region {} does not exist in global table with name: '{name}'",
                        delete.region_name
                    );
                    return Err(api::ReplicaNotFoundException::new(message).into());
                }
                global.regions.retain(|own| *own != delete.region_name);
                gone.push(delete.region_name);
            }
            _ => {
                return Err(Invalid::parameter(
                    "Exactly one of ReplicaUpdate.Create and ReplicaUpdate.Delete must be specified",
                )
                .into());
            }
        }
    }
    for region in &gone {
        leave(cx, &name, region);
    }
    connect(cx, &name, &global.regions)?;
    let description = described(&global, api::GlobalTableStatus::Updating);
    let store = store(cx);
    match global.regions.is_empty() {
        true => drop(store.global_tables.remove(&name)),
        false => drop(store.global_tables.insert(name, global)),
    }
    Ok(api::UpdateGlobalTableOutput { global_table_description: Some(description) })
}

/// Takes the table of a region out of its group; the table stays.
fn leave(cx: &RequestContext, name: &str, region: &str) {
    let region = Region::new(region);
    let home = cx.world.regional::<DynamoDbStore>(cx.account, &region);
    let replicas = home.tables.update(name, |state| {
        let mut definition = (*state.definition).clone();
        let replicas = std::mem::take(&mut definition.features.replicas);
        definition.features.version_one = false;
        state.redefine(definition);
        replicas
    });
    let replicas = replicas.unwrap_or_default();
    crate::table::replication::forget(&cx.world, cx.account, &region, name, &replicas);
}
