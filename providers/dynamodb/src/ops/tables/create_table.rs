//! `CreateTable`.

use std::collections::BTreeMap;

use fogbank_api_dynamodb::{
    BillingMode, CreateTableInput, CreateTableOutput, GlobalSecondaryIndex, LocalSecondaryIndex,
    ProvisionedThroughput, SSESpecification, StreamSpecification, Tag,
};
use fogbank_context::{Arn, Timestamp};
use fogbank_service::{RequestContext, ServiceError};

use crate::engine::schema::{KeyAttribute, KeySchema};
use crate::engine::validation::Invalid;
use crate::table::definition::{
    Billing, Encryption, IndexDefinition, StreamDefinition, TableDefinition, Throughput,
};
use crate::table::description::{Moment, describe};
use crate::table::features::{Features, ResourcePolicy};
use crate::table::schema_rules as rules;
use crate::table::state::TableState;
use crate::table::vector::{self, VectorIndex};
use crate::{errors, store};

/// Makes a table, which can be used at once.
pub fn create_table(
    cx: &RequestContext,
    input: CreateTableInput,
) -> Result<CreateTableOutput, ServiceError> {
    if !input.table_name.starts_with("arn:") {
        store::check_new_name(&input.table_name)?;
    }
    let table = store::table(cx, &input.table_name)?;
    refuse_unsupported(&input)?;
    super::tags::check(input.tags.as_deref().unwrap_or_default())?;
    let now = cx.now();
    let attributes = rules::attributes(
        input.attribute_definitions.ok_or_else(|| absent("attributeDefinitions"))?,
    )?;
    let elements = input.key_schema.ok_or_else(|| absent("keySchema"))?;
    let keys = rules::table_keys(&elements, &attributes)?;
    let on_demand = input.billing_mode == Some(BillingMode::PayPerRequest);
    rules::check_on_demand(input.on_demand_throughput.as_ref(), None, !on_demand, false)?;
    let throughput = throughput(input.provisioned_throughput.as_ref(), on_demand)?;
    let indexes = indexes(
        input.local_secondary_indexes,
        input.global_secondary_indexes,
        &keys,
        &attributes,
        !on_demand,
    )?;
    let vectors = input
        .vector_indexes
        .unwrap_or_default()
        .into_iter()
        .map(|index| VectorIndex::new(index, &attributes))
        .collect::<Result<Vec<_>, _>>()?;
    rules::check_all_used(&keys, &indexes, &vectors, &attributes)?;
    let policy = input.resource_policy.map(|document| ResourcePolicy {
        document: document.into(),
        revision: now.as_millis().to_string(),
    });
    policy.as_ref().map_or(Ok(()), |policy| super::resource_policy::check(&policy.document))?;
    let arn = cx.arn("dynamodb", format!("table/{}", table.name)).to_string();
    let definition = TableDefinition {
        name: table.name.clone(),
        id: cx.ids().uuid(),
        created: now,
        attributes,
        keys,
        indexes,
        vectors,
        billing: if on_demand { Billing::PayPerRequest(now) } else { Billing::Provisioned },
        was_on_demand: false,
        recovery: None,
        throughput,
        on_demand: input.on_demand_throughput.map(rules::on_demand),
        warm: input.warm_throughput.and_then(rules::warm),
        stream: input.stream_specification.map(|it| first_stream(it, now)).transpose()?.flatten(),
        encryption: input.sse_specification.and_then(|it| encryption(cx, it)),
        class: input.table_class.map(|class| (class.to_string(), None)),
        deletion_protection: input.deletion_protection_enabled == Some(true),
        tags: tags(input.tags.unwrap_or_default()),
        time_to_live: None,
        time_to_live_changed: None,
        features: Features { policy, ..Features::default() },
        arn,
    };
    vector::check_all(&definition)?;
    let state = TableState::new(definition);
    let description = describe(&state, Moment::Created);
    table
        .store()
        .tables
        .insert_new(table.name.clone(), state)
        .map_err(|_| errors::table_exists(&table.name))?;
    Ok(CreateTableOutput { table_description: Some(description) })
}

fn absent(member: &str) -> Invalid {
    Invalid::from(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
         Member must not be null"
    ))
}

/// What belongs to parts of DynamoDB that are not emulated.
fn refuse_unsupported(input: &CreateTableInput) -> Result<(), ServiceError> {
    let parameters = [
        ("GlobalTableSourceArn", input.global_table_source_arn.is_some()),
        (
            "GlobalTableSettingsReplicationMode",
            input.global_table_settings_replication_mode.is_some(),
        ),
    ];
    crate::ops::refuse_given("CreateTable", &parameters)
}

fn throughput(
    given: Option<&ProvisionedThroughput>,
    on_demand: bool,
) -> Result<Throughput, Invalid> {
    match (given, on_demand) {
        (Some(_), true) => Err(Invalid::parameter(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode \
             is PAY_PER_REQUEST",
        )),
        (None, false) => Err(Invalid::parameter(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is \
             PROVISIONED",
        )),
        (Some(given), false) => rules::throughput(given, None),
        (None, true) => Ok(Throughput::new(0, 0)),
    }
}

fn indexes(
    local: Option<Vec<LocalSecondaryIndex>>,
    global: Option<Vec<GlobalSecondaryIndex>>,
    keys: &KeySchema,
    attributes: &[KeyAttribute],
    provisioned: bool,
) -> Result<Vec<IndexDefinition>, Invalid> {
    if local.as_ref().is_some_and(Vec::is_empty) {
        return Err(Invalid::parameter("List of LocalSecondaryIndexes is empty"));
    }
    if global.as_ref().is_some_and(Vec::is_empty) {
        return Err(Invalid::parameter("List of GlobalSecondaryIndexes is empty"));
    }
    let local = local.into_iter().flatten().map(|it| rules::local_index(it, keys, attributes));
    let global =
        global.into_iter().flatten().map(|it| rules::global_index(it, attributes, provisioned));
    let all = local.chain(global).collect::<Result<Vec<_>, _>>()?;
    rules::check_indexes(&all)?;
    Ok(all)
}

/// The stream that a new table has, if its specification switches one on.
fn first_stream(
    specification: StreamSpecification,
    now: Timestamp,
) -> Result<Option<StreamDefinition>, Invalid> {
    match (specification.stream_enabled, specification.stream_view_type) {
        (false, None) => Ok(None),
        (false, Some(_)) => Err(Invalid::parameter(
            "Table is being created with a stream disabled, UpdateViewType should not be specified",
        )),
        (true, None) => Err(Invalid::parameter(
            "Table is being created with a stream enabled, UpdateViewType is required",
        )),
        (true, Some(view)) => Ok(Some(new_stream(view.to_string(), now))),
    }
}

/// The stream that a specification switches on for a table that is there, if it does.
pub(super) fn stream(
    specification: StreamSpecification,
    now: Timestamp,
) -> Result<Option<StreamDefinition>, Invalid> {
    match (specification.stream_enabled, specification.stream_view_type) {
        (false, None) => Ok(None),
        (false, Some(_)) => Err(Invalid::parameter(
            "If stream is being disabled, then UpdateViewType must not be specified",
        )),
        (true, None) => {
            Err(Invalid::parameter("If stream is being enabled then UpdateViewType is required"))
        }
        (true, Some(view)) => Ok(Some(new_stream(view.to_string(), now))),
    }
}

/// A stream that is switched on now.
pub(super) fn new_stream(view: String, now: Timestamp) -> StreamDefinition {
    StreamDefinition { view, label: label(now), created: now, enabled: true, disabled: None }
}

/// The label of a stream: the time, to the millisecond.
fn label(now: Timestamp) -> String {
    let text = now.to_wire().fmt(aws_smithy_types::date_time::Format::DateTime).unwrap_or_default();
    let whole = text.split(['.', 'Z']).next().unwrap_or_default();
    format!("{whole}.{:03}", now.as_millis().rem_euclid(1000))
}

/// Encryption with a key of KMS, if the specification asks for it.
pub(super) fn encryption(
    cx: &RequestContext,
    specification: SSESpecification,
) -> Option<Encryption> {
    if specification.enabled != Some(true) {
        return None;
    }
    let key_arn = match specification.kms_master_key_id {
        Some(arn) if arn.starts_with("arn:") => arn,
        Some(alias) if alias.starts_with("alias/") => cx.arn("kms", alias).to_string(),
        Some(id) => cx.arn("kms", format!("key/{id}")).to_string(),
        None => managed_key(cx).to_string(),
    };
    Some(Encryption { key_arn })
}

/// The key that AWS manages for DynamoDB in an account and region.
fn managed_key(cx: &RequestContext) -> Arn {
    let account: String = cx.account.to_string();
    cx.arn("kms", format!("key/00000000-0000-4000-8000-{account}"))
}

/// The tags of a request by key.
pub(super) fn tags(list: Vec<Tag>) -> BTreeMap<String, String> {
    list.into_iter().map(|tag| (tag.key, tag.value)).collect()
}
