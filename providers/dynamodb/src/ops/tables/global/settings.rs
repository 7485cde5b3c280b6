//! `DescribeGlobalTableSettings`, `UpdateGlobalTableSettings`, of version 2017.11.29.

use fogbank_api_dynamodb as api;
use fogbank_context::Region;
use fogbank_service::{RequestContext, ServiceError};

use super::auto_scaling::{settings_in, settings_out};
use super::version_one::find;
use crate::store::DynamoDbStore;
use crate::table::definition::{Billing, IndexScope, TableDefinition, Throughput};
use crate::table::features::ScalingSettings;

fn settings(
    region: &str,
    definition: &TableDefinition,
    status: api::ReplicaStatus,
) -> api::ReplicaSettingsDescription {
    let scaling = &definition.features.scaling;
    let own = scaling.get("");
    let provisioned = definition.is_provisioned();
    let shown = |settings: Option<&ScalingSettings>| {
        (provisioned || settings.is_some()).then(|| settings_out(settings)).flatten()
    };
    let indexes: Vec<_> = definition
        .indexes
        .iter()
        .filter(|index| index.scope == IndexScope::Global)
        .map(|index| api::ReplicaGlobalSecondaryIndexSettingsDescription {
            index_name: index.name.clone(),
            index_status: Some(api::IndexStatus::Active),
            provisioned_read_capacity_units: index.throughput.as_ref().map(|it| it.read),
            provisioned_write_capacity_units: index.throughput.as_ref().map(|it| it.write),
            ..api::ReplicaGlobalSecondaryIndexSettingsDescription::default()
        })
        .collect();
    api::ReplicaSettingsDescription {
        region_name: region.to_owned(),
        replica_status: Some(status),
        replica_billing_mode_summary: match definition.billing {
            Billing::PayPerRequest(since) => Some(api::BillingModeSummary {
                billing_mode: Some(api::BillingMode::PayPerRequest),
                last_update_to_pay_per_request_date_time: Some(since.to_wire()),
            }),
            Billing::Provisioned => None,
        },
        replica_provisioned_read_capacity_units: Some(definition.throughput.read),
        replica_provisioned_write_capacity_units: Some(definition.throughput.write),
        replica_provisioned_read_capacity_auto_scaling_settings: shown(
            own.and_then(|own| own.read.as_ref()),
        ),
        replica_provisioned_write_capacity_auto_scaling_settings: shown(
            own.and_then(|own| own.write.as_ref()),
        ),
        replica_global_secondary_index_settings: (!indexes.is_empty()).then_some(indexes),
        ..api::ReplicaSettingsDescription::default()
    }
}

fn all(
    cx: &RequestContext,
    name: &str,
    regions: &[String],
    status: api::ReplicaStatus,
) -> Vec<api::ReplicaSettingsDescription> {
    let shown = |region: &String| {
        let store = cx.world.regional::<DynamoDbStore>(cx.account, &Region::new(region));
        store.tables.read(name, |state| settings(region, &state.definition, status.clone()))
    };
    regions.iter().filter_map(shown).collect()
}

/// Shows the settings of a global table, region by region.
pub fn describe(
    cx: &RequestContext,
    input: api::DescribeGlobalTableSettingsInput,
) -> Result<api::DescribeGlobalTableSettingsOutput, ServiceError> {
    let global = find(cx, &input.global_table_name)?;
    let settings = all(cx, &input.global_table_name, &global.regions, api::ReplicaStatus::Active);
    Ok(api::DescribeGlobalTableSettingsOutput {
        global_table_name: Some(input.global_table_name),
        replica_settings: Some(settings),
    })
}

/// Changes the settings of a global table: some in all regions, some in those that are named.
pub fn update(
    cx: &RequestContext,
    input: api::UpdateGlobalTableSettingsInput,
) -> Result<api::UpdateGlobalTableSettingsOutput, ServiceError> {
    let global = find(cx, &input.global_table_name)?;
    let replicas = input.replica_settings_update.unwrap_or_default();
    if let Some(replica) = replicas.iter().find(|it| !global.regions.contains(&it.region_name)) {
        let message = format!(
            "Replica for region {} does not exist in global table with name: '{}'",
            replica.region_name, input.global_table_name
        );
        return Err(api::ReplicaNotFoundException::new(message).into());
    }
    let scaling =
        input.global_table_provisioned_write_capacity_auto_scaling_settings_update.map(settings_in);
    let index_writes =
        input.global_table_global_secondary_index_settings_update.unwrap_or_default();
    for region in &global.regions {
        let store = cx.world.regional::<DynamoDbStore>(cx.account, &Region::new(region));
        let own = replicas.iter().find(|replica| replica.region_name == *region);
        let done = store.tables.update(&input.global_table_name, |state| {
            let mut definition = (*state.definition).clone();
            change_billing(cx, &mut definition, input.global_table_billing_mode.as_ref());
            if let Some(units) = input.global_table_provisioned_write_capacity_units {
                definition.throughput.write = units;
            }
            if let Some(scaling) = &scaling {
                definition.features.scaling.entry(String::new()).or_default().write =
                    Some(scaling.clone());
            }
            for index in &index_writes {
                change_index(
                    &mut definition,
                    &index.index_name,
                    None,
                    index.provisioned_write_capacity_units,
                )?;
            }
            if let Some(own) = own {
                if let Some(units) = own.replica_provisioned_read_capacity_units {
                    definition.throughput.read = units;
                }
                if let Some(update) =
                    &own.replica_provisioned_read_capacity_auto_scaling_settings_update
                {
                    definition.features.scaling.entry(String::new()).or_default().read =
                        Some(settings_in(update.clone()));
                }
                if let Some(class) = &own.replica_table_class {
                    definition.class = Some((class.to_string(), Some(cx.now())));
                }
                for index in own.replica_global_secondary_index_settings_update.iter().flatten() {
                    change_index(
                        &mut definition,
                        &index.index_name,
                        index.provisioned_read_capacity_units,
                        None,
                    )?;
                }
            }
            state.redefine(definition);
            Ok::<_, ServiceError>(())
        });
        done.unwrap_or(Ok(()))?;
    }
    let settings = all(cx, &input.global_table_name, &global.regions, api::ReplicaStatus::Updating);
    Ok(api::UpdateGlobalTableSettingsOutput {
        global_table_name: Some(input.global_table_name),
        replica_settings: Some(settings),
    })
}

fn change_billing(
    cx: &RequestContext,
    definition: &mut TableDefinition,
    mode: Option<&api::BillingMode>,
) {
    match mode {
        Some(api::BillingMode::PayPerRequest) if definition.is_provisioned() => {
            definition.billing = Billing::PayPerRequest(cx.now());
            definition.throughput = Throughput::new(0, 0);
            definition.indexes.iter_mut().for_each(|index| index.throughput = None);
        }
        Some(api::BillingMode::Provisioned) if !definition.is_provisioned() => {
            definition.billing = Billing::Provisioned;
            definition.was_on_demand = true;
        }
        _ => {}
    }
}

fn change_index(
    definition: &mut TableDefinition,
    name: &str,
    read: Option<i64>,
    write: Option<i64>,
) -> Result<(), ServiceError> {
    let index = definition.indexes.iter_mut().find(|index| index.name == name);
    let index = index.ok_or_else(|| {
        api::IndexNotFoundException::new(format!("Index with name: '{name}' does not exist"))
    })?;
    let throughput = index.throughput.get_or_insert_with(|| Throughput::new(1, 1));
    throughput.read = read.unwrap_or(throughput.read);
    throughput.write = write.unwrap_or(throughput.write);
    Ok(())
}
