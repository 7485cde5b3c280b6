//! Tables as `DescribeTable` shows them.

use fogbank_api_dynamodb as api;
use fogbank_context::Timestamp;

use super::definition::{
    Billing, IndexDefinition, IndexProjection, IndexScope, OnDemandLimits, TableDefinition,
    Throughput, WarmThroughput,
};
use super::state::{Item, ItemRows, TableState};
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

fn attribute(definition: &KeyAttribute) -> api::AttributeDefinition {
    api::AttributeDefinition {
        attribute_name: definition.name.to_string(),
        attribute_type: api::ScalarAttributeType::from(definition.kind.name()),
    }
}

fn key_schema(keys: &KeySchema) -> Vec<api::KeySchemaElement> {
    let element = |key: &KeyAttribute, key_type: api::KeyType| api::KeySchemaElement {
        attribute_name: key.name.to_string(),
        key_type,
    };
    let hash = keys.hash.iter().map(|key| element(key, api::KeyType::Hash));
    hash.chain(keys.range.iter().map(|key| element(key, api::KeyType::Range))).collect()
}

fn throughput(throughput: &Throughput) -> api::ProvisionedThroughputDescription {
    api::ProvisionedThroughputDescription {
        last_increase_date_time: throughput.increased.map(Timestamp::to_wire),
        last_decrease_date_time: throughput.decreased.map(Timestamp::to_wire),
        number_of_decreases_today: Some(0),
        read_capacity_units: Some(throughput.read),
        write_capacity_units: Some(throughput.write),
    }
}

fn on_demand(limits: &OnDemandLimits) -> api::OnDemandThroughput {
    api::OnDemandThroughput {
        max_read_request_units: Some(limits.read.unwrap_or(-1)),
        max_write_request_units: Some(limits.write.unwrap_or(-1)),
    }
}

fn projection(projection: &IndexProjection) -> api::Projection {
    let (kind, names) = match projection {
        IndexProjection::All => (api::ProjectionType::All, None),
        IndexProjection::KeysOnly => (api::ProjectionType::KeysOnly, None),
        IndexProjection::Include(names) => (api::ProjectionType::Include, Some(names.clone())),
    };
    api::Projection { projection_type: Some(kind), non_key_attributes: names }
}

/// What a table or an index is warmed up for: what was asked for, or what AWS starts with. The
/// answer that makes a table says only what was asked for.
fn warm_units(
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
fn measure(state: &TableState, index: &IndexDefinition, rows: Option<&ItemRows>) -> (i64, i64) {
    let Some(rows) = rows else { return (0, 0) };
    let size = |item: &Item| state.projected(index, item).size();
    let bytes: usize = rows.values().map(size).sum();
    (i64::try_from(rows.len()).unwrap_or(i64::MAX), i64::try_from(bytes).unwrap_or(i64::MAX))
}

fn local_index(state: &TableState, at: usize) -> api::LocalSecondaryIndexDescription {
    let index = &state.definition.indexes[at];
    let (count, bytes) = measure(state, index, state.index_rows(at));
    api::LocalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(key_schema(&index.keys)),
        projection: Some(projection(&index.projection)),
        index_size_bytes: Some(bytes),
        item_count: Some(count),
        index_arn: Some(index_arn(&state.definition, index)),
    }
}

fn global_index(
    state: &TableState,
    at: usize,
    moment: Moment,
) -> api::GlobalSecondaryIndexDescription {
    let index = &state.definition.indexes[at];
    let (count, bytes) = measure(state, index, state.index_rows(at));
    let none = Throughput::new(0, 0);
    api::GlobalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(key_schema(&index.keys)),
        projection: Some(projection(&index.projection)),
        index_status: Some(match moment {
            Moment::Created => api::IndexStatus::Creating,
            Moment::Deleted => api::IndexStatus::Deleting,
            Moment::Described | Moment::Updated => api::IndexStatus::Active,
        }),
        backfilling: None,
        provisioned_throughput: Some(throughput(index.throughput.as_ref().unwrap_or(&none))),
        index_size_bytes: Some(bytes),
        item_count: Some(count),
        index_arn: Some(index_arn(&state.definition, index)),
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

fn index_arn(definition: &TableDefinition, index: &IndexDefinition) -> String {
    format!("{}/index/{}", definition.arn, index.name)
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
        ..api::TableDescription::default()
    }
}
