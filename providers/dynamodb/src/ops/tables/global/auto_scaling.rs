//! `DescribeTableReplicaAutoScaling`, `UpdateTableReplicaAutoScaling`.
//!
//! The settings are kept and described; capacity is not enforced, so nothing is ever scaled.

use fogbank_api_dynamodb as api;
use fogbank_context::Region;
use fogbank_service::{RequestContext, ServiceError};

use crate::store::{self, DynamoDbStore, TableRef};
use crate::table::definition::{IndexScope, TableDefinition};
use crate::table::features::{ScalingPolicy, ScalingSettings};

/// Settings as a request changes them.
pub(super) fn settings_in(update: api::AutoScalingSettingsUpdate) -> ScalingSettings {
    ScalingSettings {
        minimum: update.minimum_units,
        maximum: update.maximum_units,
        disabled: update.auto_scaling_disabled,
        role: update.auto_scaling_role_arn,
        policy: update.scaling_policy_update.map(|policy| {
            let target = policy.target_tracking_scaling_policy_configuration;
            ScalingPolicy {
                name: policy.policy_name,
                disable_scale_in: target.disable_scale_in,
                in_cooldown: target.scale_in_cooldown,
                out_cooldown: target.scale_out_cooldown,
                target: target.target_value,
            }
        }),
    }
}

/// Settings as they are described; capacity that was never set to scale does not.
pub(super) fn settings_out(
    settings: Option<&ScalingSettings>,
) -> Option<api::AutoScalingSettingsDescription> {
    let Some(settings) = settings else {
        return Some(api::AutoScalingSettingsDescription {
            auto_scaling_disabled: Some(true),
            ..api::AutoScalingSettingsDescription::default()
        });
    };
    let policies = settings.policy.iter().map(|policy| api::AutoScalingPolicyDescription {
        policy_name: policy.name.clone(),
        target_tracking_scaling_policy_configuration: Some(
            api::AutoScalingTargetTrackingScalingPolicyConfigurationDescription {
                disable_scale_in: policy.disable_scale_in,
                scale_in_cooldown: policy.in_cooldown,
                scale_out_cooldown: policy.out_cooldown,
                target_value: policy.target,
            },
        ),
    });
    Some(api::AutoScalingSettingsDescription {
        minimum_units: settings.minimum,
        maximum_units: settings.maximum,
        auto_scaling_disabled: Some(settings.disabled == Some(true)),
        auto_scaling_role_arn: settings.role.clone(),
        scaling_policies: settings.policy.as_ref().map(|_| policies.collect()),
    })
}

/// The auto scaling of one region's table.
fn region(definition: &TableDefinition, region: &str) -> api::ReplicaAutoScalingDescription {
    let scaling = &definition.features.scaling;
    let own = scaling.get("");
    let provisioned = definition.is_provisioned();
    let shown = |settings: Option<&ScalingSettings>| match provisioned || settings.is_some() {
        true => settings_out(settings),
        false => None,
    };
    let indexes: Vec<_> = definition
        .indexes
        .iter()
        .filter(|index| index.scope == IndexScope::Global)
        .map(|index| {
            let own = scaling.get(&index.name);
            api::ReplicaGlobalSecondaryIndexAutoScalingDescription {
                index_name: Some(index.name.clone()),
                index_status: Some(api::IndexStatus::Active),
                provisioned_read_capacity_auto_scaling_settings: shown(
                    own.and_then(|own| own.read.as_ref()),
                ),
                provisioned_write_capacity_auto_scaling_settings: shown(
                    own.and_then(|own| own.write.as_ref()),
                ),
            }
        })
        .collect();
    api::ReplicaAutoScalingDescription {
        region_name: Some(region.to_owned()),
        global_secondary_indexes: Some(indexes),
        replica_provisioned_read_capacity_auto_scaling_settings: shown(
            own.and_then(|own| own.read.as_ref()),
        ),
        replica_provisioned_write_capacity_auto_scaling_settings: shown(
            own.and_then(|own| own.write.as_ref()),
        ),
        replica_status: Some(api::ReplicaStatus::Active),
    }
}

/// The tables of all regions of a table, itself first.
fn everywhere(
    cx: &RequestContext,
    table: &TableRef,
) -> Result<Vec<(String, std::sync::Arc<TableDefinition>)>, ServiceError> {
    let own = table.describe(|state| std::sync::Arc::clone(&state.definition))?;
    let mut all = vec![(table.place().region.as_str().to_owned(), std::sync::Arc::clone(&own))];
    for replica in &own.features.replicas {
        let region = Region::new(&replica.region);
        let store = cx.world.regional::<DynamoDbStore>(table.place().account, &region);
        let definition = store.tables.read(&table.name, |state| state.definition.clone());
        all.extend(definition.map(|definition| (replica.region.clone(), definition)));
    }
    Ok(all)
}

fn description(
    cx: &RequestContext,
    table: &TableRef,
    status: api::TableStatus,
) -> Result<Option<api::TableAutoScalingDescription>, ServiceError> {
    let all = everywhere(cx, table)?;
    Ok(Some(api::TableAutoScalingDescription {
        table_name: Some(table.name.clone()),
        table_status: Some(status),
        replicas: Some(all.iter().map(|(name, own)| region(own, name)).collect()),
    }))
}

/// Shows the auto scaling of a table in all its regions.
pub fn describe(
    cx: &RequestContext,
    input: &api::DescribeTableReplicaAutoScalingInput,
) -> Result<api::DescribeTableReplicaAutoScalingOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    Ok(api::DescribeTableReplicaAutoScalingOutput {
        table_auto_scaling_description: description(cx, &table, api::TableStatus::Active)?,
    })
}

/// Changes the auto scaling: of writes in all regions, of reads in those that are named.
pub fn update(
    cx: &RequestContext,
    input: api::UpdateTableReplicaAutoScalingInput,
) -> Result<api::UpdateTableReplicaAutoScalingOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let all = everywhere(cx, &table)?;
    let mut reads: Vec<(String, String, ScalingSettings)> = Vec::new();
    for replica in input.replica_updates.into_iter().flatten() {
        if !all.iter().any(|(region, _)| *region == replica.region_name) {
            return Err(crate::errors::validation(format!(
                "The specified replica in region {} does not exist",
                replica.region_name
            )));
        }
        let name = replica.region_name;
        let own = replica.replica_provisioned_read_capacity_auto_scaling_update;
        reads.extend(own.map(|own| (name.clone(), String::new(), settings_in(own))));
        for index in replica.replica_global_secondary_index_updates.into_iter().flatten() {
            let own = index.provisioned_read_capacity_auto_scaling_update;
            let index = index.index_name.unwrap_or_default();
            reads.extend(own.map(|own| (name.clone(), index, settings_in(own))));
        }
    }
    let mut writes: Vec<(String, ScalingSettings)> = Vec::new();
    let own = input.provisioned_write_capacity_auto_scaling_update;
    writes.extend(own.map(|own| (String::new(), settings_in(own))));
    for index in input.global_secondary_index_updates.into_iter().flatten() {
        let own = index.provisioned_write_capacity_auto_scaling_update;
        let index = index.index_name.unwrap_or_default();
        writes.extend(own.map(|own| (index, settings_in(own))));
    }
    let known = |name: &str| name.is_empty() || all[0].1.index(name).is_some();
    let named =
        writes.iter().map(|(index, _)| index).chain(reads.iter().map(|(_, index, _)| index));
    if let Some(index) = named.into_iter().find(|index| !known(index)) {
        let message = format!("Requested resource not found: Index: {index} not found");
        return Err(api::ResourceNotFoundException::new(message).into());
    }
    for (region, _) in &all {
        let store = cx.world.regional::<DynamoDbStore>(table.place().account, &Region::new(region));
        store.tables.update(&table.name, |state| {
            let mut definition = (*state.definition).clone();
            let scaling = &mut definition.features.scaling;
            for (index, settings) in &writes {
                scaling.entry(index.clone()).or_default().write = Some(settings.clone());
            }
            for (own, index, settings) in reads.iter().filter(|(own, _, _)| own == region) {
                let _ = own;
                scaling.entry(index.clone()).or_default().read = Some(settings.clone());
            }
            state.redefine(definition);
        });
    }
    Ok(api::UpdateTableReplicaAutoScalingOutput {
        table_auto_scaling_description: description(cx, &table, api::TableStatus::Updating)?,
    })
}
