//! Tables as `DescribeTable` shows them.

use fogbank_api_dynamodb as api;
use fogbank_context::Timestamp;

use super::definition::{
    Billing, IndexPhase, IndexProjection, IndexScope, OnDemandLimits, TableDefinition, Throughput,
    WarmThroughput,
};
use super::features::Replica;
use super::state::{ItemRows, TableState};
use crate::engine::schema::{KeyAttribute, KeySchema};

/// Units per second that AWS warms on-demand tables up for: reads, writes.
const WARM_ON_DEMAND: (i64, i64) = (12_000, 4_000);

/// What just happened to the table that is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It was made.
    Created,
    /// Nothing: somebody asked.
    Described,
    /// It was changed.
    Updated,
    /// It was deleted.
    Deleted,
}

pub(crate) fn attribute(definition: &KeyAttribute) -> api::AttributeDefinition {
    api::AttributeDefinition {
        attribute_name: definition.name.to_string(),
        attribute_type: api::ScalarAttributeType::from(definition.kind.name()),
    }
}

pub(crate) fn key_schema(keys: &KeySchema) -> Vec<api::KeySchemaElement> {
    let element = |key: &KeyAttribute, key_type: api::KeyType| api::KeySchemaElement {
        attribute_name: key.name.to_string(),
        key_type,
    };
    let hash = keys.hash.iter().map(|key| element(key, api::KeyType::Hash));
    hash.chain(keys.range.iter().map(|key| element(key, api::KeyType::Range))).collect()
}

pub(crate) fn throughput(throughput: &Throughput) -> api::ProvisionedThroughputDescription {
    api::ProvisionedThroughputDescription {
        last_increase_date_time: throughput.increased.map(Timestamp::to_wire),
        last_decrease_date_time: throughput.decreased.map(Timestamp::to_wire),
        number_of_decreases_today: Some(i64::from(throughput.decreases)),
        read_capacity_units: Some(throughput.read),
        write_capacity_units: Some(throughput.write),
    }
}

pub(crate) fn on_demand(limits: &OnDemandLimits) -> api::OnDemandThroughput {
    api::OnDemandThroughput {
        max_read_request_units: Some(limits.read.unwrap_or(-1)),
        max_write_request_units: Some(limits.write.unwrap_or(-1)),
    }
}

pub(crate) fn projection(projection: &IndexProjection) -> api::Projection {
    let (kind, names) = match projection {
        IndexProjection::All => (api::ProjectionType::All, None),
        IndexProjection::KeysOnly => (api::ProjectionType::KeysOnly, None),
        IndexProjection::Include(names) => (api::ProjectionType::Include, Some(names.clone())),
    };
    api::Projection { projection_type: Some(kind), non_key_attributes: names }
}

/// What a table or an index is warmed up for: what was asked for, or what AWS starts with. The
/// answer that makes a table says only what was asked for.
pub(crate) fn warm_units(
    moment: Moment,
    asked: Option<&WarmThroughput>,
    provisioned: Option<&Throughput>,
) -> Option<(i64, i64)> {
    match (asked, provisioned) {
        _ if moment == Moment::Deleted => None,
        (Some(asked), _) => Some((asked.read, asked.write)),
        (None, _) if moment == Moment::Created => None,
        (None, Some(provisioned)) => Some((provisioned.read, provisioned.write)),
        (None, None) => Some(WARM_ON_DEMAND),
    }
}

/// Number and size of the entries of an index.
fn measure(state: &TableState, at: usize) -> (i64, i64) {
    let count = state.index_rows(at).map_or(0, ItemRows::len);
    let bytes = state.index_bytes(at);
    (i64::try_from(count).unwrap_or(i64::MAX), i64::try_from(bytes).unwrap_or(i64::MAX))
}

fn local_index(state: &TableState, at: usize) -> api::LocalSecondaryIndexDescription {
    let index = &state.definition.indexes[at];
    let (count, bytes) = measure(state, at);
    api::LocalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(key_schema(&index.keys)),
        projection: Some(projection(&index.projection)),
        index_size_bytes: Some(bytes),
        item_count: Some(count),
        index_arn: Some(index_arn(&state.definition, &index.name)),
    }
}

fn global_index(
    state: &TableState,
    at: usize,
    moment: Moment,
) -> api::GlobalSecondaryIndexDescription {
    let index = &state.definition.indexes[at];
    let (count, bytes) = measure(state, at);
    let none = Throughput::new(0, 0);
    api::GlobalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(key_schema(&index.keys)),
        projection: Some(projection(&index.projection)),
        index_status: Some(match index.phase {
            None => index_status(moment),
            Some(IndexPhase::Deleting(_)) => api::IndexStatus::Deleting,
            Some(_) => api::IndexStatus::Creating,
        }),
        backfilling: match index.phase {
            Some(IndexPhase::Allocating(..)) => Some(false),
            Some(IndexPhase::Backfilling(_)) => Some(true),
            _ => None,
        },
        provisioned_throughput: Some(throughput(index.throughput.as_ref().unwrap_or(&none))),
        index_size_bytes: Some(bytes),
        item_count: Some(count),
        index_arn: Some(index_arn(&state.definition, &index.name)),
        on_demand_throughput: index.on_demand.as_ref().map(on_demand),
        warm_throughput: warm_units(moment, index.warm.as_ref(), index.throughput.as_ref()).map(
            |(read, write)| api::GlobalSecondaryIndexWarmThroughputDescription {
                read_units_per_second: Some(read),
                write_units_per_second: Some(write),
                status: Some(match moment {
                    Moment::Created => api::IndexStatus::Updating,
                    _ => api::IndexStatus::Active,
                }),
            },
        ),
    }
}

fn vector_index(state: &TableState, at: usize, moment: Moment) -> api::VectorIndexDescription {
    let index = &state.definition.vectors[at];
    let info = index.out();
    let entries = state.vector_rows(at);
    api::VectorIndexDescription {
        index_name: info.index_name,
        search_schema: info.search_schema,
        projection: info.projection,
        vector_attribute: info.vector_attribute,
        dimensions: info.dimensions,
        distance_function: info.distance_function,
        index_status: Some(index_status(moment)),
        backfilling: None,
        index_size_bytes: entries.and_then(|entries| i64::try_from(entries.bytes).ok()),
        item_count: entries.and_then(|entries| i64::try_from(entries.rows.len()).ok()),
        index_arn: Some(index_arn(&state.definition, &index.name)),
    }
}

fn index_status(moment: Moment) -> api::IndexStatus {
    match moment {
        Moment::Created => api::IndexStatus::Creating,
        Moment::Deleted => api::IndexStatus::Deleting,
        Moment::Described | Moment::Updated => api::IndexStatus::Active,
    }
}

fn index_arn(definition: &TableDefinition, index: &str) -> String {
    format!("{}/index/{index}", definition.arn)
}

fn billing(definition: &TableDefinition, moment: Moment) -> Option<api::BillingModeSummary> {
    let (mode, since) = match definition.billing {
        _ if moment == Moment::Deleted => return None,
        Billing::PayPerRequest(_) if moment == Moment::Created => {
            (api::BillingMode::PayPerRequest, None)
        }
        Billing::PayPerRequest(since) => (api::BillingMode::PayPerRequest, Some(since.to_wire())),
        Billing::Provisioned if definition.was_on_demand => (api::BillingMode::Provisioned, None),
        Billing::Provisioned => return None,
    };
    Some(api::BillingModeSummary {
        billing_mode: Some(mode),
        last_update_to_pay_per_request_date_time: since,
    })
}

/// The description of a table at a moment.
pub fn describe(state: &TableState, moment: Moment) -> api::TableDescription {
    let definition = &state.definition;
    let positions = |scope: IndexScope| -> Vec<usize> {
        let indexes = definition.indexes.iter().enumerate();
        indexes.filter(|(_, index)| index.scope == scope).map(|(at, _)| at).collect()
    };
    let local = positions(IndexScope::Local);
    let global = positions(IndexScope::Global);
    let provisioned = definition.is_provisioned().then_some(&definition.throughput);
    let warm = warm_units(moment, definition.warm.as_ref(), provisioned);
    let alive = moment != Moment::Deleted;
    let stream = definition.stream.as_ref();
    api::TableDescription {
        attribute_definitions: alive.then(|| definition.attributes.iter().map(attribute).collect()),
        table_name: Some(definition.name.clone()),
        key_schema: alive.then(|| key_schema(&definition.keys)),
        table_status: Some(match moment {
            Moment::Created => api::TableStatus::Creating,
            Moment::Described if definition.is_updating() => api::TableStatus::Updating,
            Moment::Described => api::TableStatus::Active,
            Moment::Updated => api::TableStatus::Updating,
            Moment::Deleted => api::TableStatus::Deleting,
        }),
        creation_date_time: alive.then(|| definition.created.to_wire()),
        provisioned_throughput: Some(throughput(&definition.throughput)),
        table_size_bytes: i64::try_from(state.bytes()).ok(),
        item_count: i64::try_from(state.items.len()).ok(),
        table_arn: Some(definition.arn.clone()),
        table_id: Some(definition.id.clone()),
        billing_mode_summary: billing(definition, moment),
        local_secondary_indexes: (!local.is_empty())
            .then(|| local.iter().map(|at| local_index(state, *at)).collect()),
        global_secondary_indexes: (!global.is_empty())
            .then(|| global.iter().map(|at| global_index(state, *at, moment)).collect()),
        stream_specification: stream.filter(|stream| stream.enabled).map(|stream| {
            api::StreamSpecification {
                stream_enabled: true,
                stream_view_type: Some(api::StreamViewType::from(stream.view.as_str())),
            }
        }),
        latest_stream_label: stream.map(|stream| stream.label.clone()),
        latest_stream_arn: stream.map(|s| format!("{}/stream/{}", definition.arn, s.label)),
        sse_description: definition.encryption.as_ref().map(|encryption| api::SSEDescription {
            status: Some(api::SSEStatus::Enabled),
            sse_type: Some(api::SSEType::Kms),
            kms_master_key_arn: Some(encryption.key_arn.clone()),
            inaccessible_encryption_date_time: None,
        }),
        table_class_summary: definition.class.as_ref().map(|(class, changed)| {
            api::TableClassSummary {
                table_class: Some(api::TableClass::from(class.as_str())),
                last_update_date_time: changed.map(Timestamp::to_wire),
            }
        }),
        deletion_protection_enabled: Some(definition.deletion_protection),
        on_demand_throughput: definition.on_demand.as_ref().map(on_demand),
        warm_throughput: warm.map(|(read, write)| api::TableWarmThroughputDescription {
            read_units_per_second: Some(read),
            write_units_per_second: Some(write),
            status: Some(match moment {
                Moment::Created => api::TableStatus::Updating,
                _ => api::TableStatus::Active,
            }),
        }),
        replicas: replicas(definition, moment),
        global_table_version: (!definition.features.replicas.is_empty()).then(|| {
            if definition.features.version_one { "2017.11.29" } else { "2019.11.21" }.to_owned()
        }),
        multi_region_consistency: definition
            .features
            .strong
            .then_some(api::MultiRegionConsistency::Strong),
        vector_indexes: (!definition.vectors.is_empty()).then(|| {
            let positions = 0..definition.vectors.len();
            positions.map(|at| vector_index(state, at, moment)).collect()
        }),
        restore_summary: definition.features.restored.as_ref().filter(|_| alive).map(|restored| {
            api::RestoreSummary {
                source_backup_arn: restored.backup_arn.clone(),
                source_table_arn: Some(restored.table_arn.clone()),
                restore_date_time: restored.at.to_wire(),
                restore_in_progress: moment == Moment::Created,
            }
        }),
        ..api::TableDescription::default()
    }
}

/// The other regions of a global table of the current version.
fn replicas(definition: &TableDefinition, moment: Moment) -> Option<Vec<api::ReplicaDescription>> {
    let features = &definition.features;
    if features.replicas.is_empty() || features.version_one || moment == Moment::Deleted {
        return None;
    }
    Some(features.replicas.iter().map(|it| replica(it, api::ReplicaStatus::Active)).collect())
}

/// A replica with its own settings.
pub fn replica(replica: &Replica, status: api::ReplicaStatus) -> api::ReplicaDescription {
    let read = |units: Option<i64>| {
        units.map(|units| api::ProvisionedThroughputOverride { read_capacity_units: Some(units) })
    };
    let most = |units: Option<i64>| {
        units.map(|units| api::OnDemandThroughputOverride { max_read_request_units: Some(units) })
    };
    let indexes = replica.indexes.iter().map(|(name, units, limit)| {
        api::ReplicaGlobalSecondaryIndexDescription {
            index_name: Some(name.clone()),
            provisioned_throughput_override: read(*units),
            on_demand_throughput_override: most(*limit),
            warm_throughput: None,
        }
    });
    api::ReplicaDescription {
        region_name: Some(replica.region.clone()),
        replica_status: Some(status),
        kms_master_key_id: replica.key.clone(),
        provisioned_throughput_override: read(replica.read),
        on_demand_throughput_override: most(replica.on_demand_read),
        global_secondary_indexes: (!replica.indexes.is_empty()).then(|| indexes.collect()),
        replica_table_class_summary: replica.class.as_deref().map(|class| api::TableClassSummary {
            table_class: Some(api::TableClass::from(class)),
            last_update_date_time: None,
        }),
        ..api::ReplicaDescription::default()
    }
}
