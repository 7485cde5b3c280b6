//! `GlobalSecondaryIndexUpdates`.

use fogbank_api_dynamodb::{
    AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexUpdate, UpdateGlobalSecondaryIndexAction,
};
use fogbank_service::ServiceError;

use super::{Pace, changed};
use crate::engine::validation::Invalid;
use crate::table::definition::{
    IndexDefinition, IndexPhase, IndexScope, TableDefinition, Throughput, WarmThroughput,
};
use crate::table::description::{Moment, warm_units};
use crate::table::schema_rules as rules;

/// Checks what all updates of a request have to fulfil together.
pub(super) fn check(
    definition: &TableDefinition,
    updates: &[GlobalSecondaryIndexUpdate],
    billing: Option<&BillingMode>,
) -> Result<(), Invalid> {
    let names: Vec<&String> = updates.iter().filter_map(name).collect();
    if let Some((_, name)) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name))
    {
        return Err(Invalid::parameter(format!(
            "Only one global secondary index update per index is allowed simultaneously. Index: \
             {name}"
        )));
    }
    if billing != Some(&BillingMode::Provisioned) {
        return Ok(());
    }
    let has_units = |name: &str| {
        updates
            .iter()
            .filter_map(|update| update.update.as_ref())
            .any(|update| update.index_name == name && update.provisioned_throughput.is_some())
    };
    let without: Vec<&str> = definition
        .indexes
        .iter()
        .filter(|own| own.scope == IndexScope::Global && own.throughput.is_none())
        .map(|own| own.name.as_str())
        .filter(|name| !has_units(name))
        .collect();
    if without.is_empty() {
        return Ok(());
    }
    Err(Invalid::parameter(format!(
        "ProvisionedThroughput must be specified for index: {}",
        without.join(",")
    )))
}

fn name(update: &GlobalSecondaryIndexUpdate) -> Option<&String> {
    match (&update.create, &update.update, &update.delete) {
        (Some(create), ..) => Some(&create.index_name),
        (_, Some(update), _) => Some(&update.index_name),
        (.., Some(delete)) => Some(&delete.index_name),
        (None, None, None) => None,
    }
}

/// Whether a new index has the units that the table's way of billing asks for.
fn check_units(
    definition: &TableDefinition,
    create: &CreateGlobalSecondaryIndexAction,
) -> Result<(), Invalid> {
    let name = &create.index_name;
    match (definition.is_provisioned(), &create.provisioned_throughput) {
        (true, None) => Err(Invalid::parameter(format!(
            "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}"
        ))),
        (false, Some(_)) => Err(Invalid::parameter(format!(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {name} \
             when BillingMode is PAY_PER_REQUEST"
        ))),
        _ => Ok(()),
    }
}

/// Makes, changes or deletes an index.
pub(super) fn change(
    definition: &mut TableDefinition,
    update: GlobalSecondaryIndexUpdate,
    attributes: Option<&[AttributeDefinition]>,
    pace: Pace,
) -> Result<(), ServiceError> {
    match (update.create, update.update, update.delete) {
        (Some(create), None, None) => {
            self::create(definition, create, attributes, IndexPhase::creating(pace.now, pace.index_delay))
        }
        (None, Some(update), None) => self::update(definition, update, pace),
        (None, None, Some(delete)) => {
            let at = position(definition, &delete.index_name, "delete")?;
            if pace.index_delay.is_zero() {
                definition.indexes.remove(at);
                definition.forget_unused_attributes();
            } else {
                definition.indexes[at].phase = Some(IndexPhase::Deleting(pace.now + pace.index_delay));
            }
            Ok(())
        }
        (None, None, None) => Err(Invalid::parameter(
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
             GlobalSecondaryIndexUpdate.Delete must not be null",
        )
        .into()),
        _ => Err(Invalid::parameter(
            "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
        )
        .into()),
    }
}

/// The position of a global index that is to be changed or deleted.
fn position(definition: &TableDefinition, name: &str, verb: &str) -> Result<usize, ServiceError> {
    let found = definition.index(name);
    if found.is_some_and(|(_, index)| index.scope == IndexScope::Local) {
        return Err(Invalid::from(format!(
            "Cannot {verb} an index that is not a GlobalSecondaryIndex: {name}"
        ))
        .into());
    }
    found.map(|(at, _)| at).ok_or_else(|| {
        let message = format!("Requested resource not found: Index: {name} not found");
        fogbank_api_dynamodb::ResourceNotFoundException::new(message).into()
    })
}

fn create(
    definition: &mut TableDefinition,
    create: CreateGlobalSecondaryIndexAction,
    attributes: Option<&[AttributeDefinition]>,
    phase: Option<IndexPhase>,
) -> Result<(), ServiceError> {
    if definition.index(&create.index_name).is_some() {
        return Err(Invalid::new("Attempting to create an index which already exists").into());
    }
    check_units(definition, &create)?;
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
    definition.indexes.push(IndexDefinition { phase, ..index });
    if definition.indexes.iter().filter(|it| it.scope == IndexScope::Global).count()
        > rules::GLOBAL_INDEXES
    {
        return Err(fogbank_api_dynamodb::LimitExceededException::new(format!(
            "One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the \
             per-table limit of {}",
            rules::GLOBAL_INDEXES
        ))
        .into());
    }
    rules::check_indexes(&definition.indexes)?;
    check_all_used(definition)
}

/// Adds the attribute definitions of a request to those of the table.
pub(super) fn define_attributes(
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

pub(super) fn check_all_used(definition: &TableDefinition) -> Result<(), ServiceError> {
    let TableDefinition { keys, indexes, vectors, attributes, .. } = definition;
    Ok(rules::check_all_used(keys, indexes, vectors, attributes)?)
}

fn update(
    definition: &mut TableDefinition,
    update: UpdateGlobalSecondaryIndexAction,
    pace: Pace,
) -> Result<(), ServiceError> {
    let at = position(definition, &update.index_name, "update")?;
    let provisioned = definition.is_provisioned();
    let name = Some(update.index_name.as_str());
    if !provisioned && update.provisioned_throughput.is_some() {
        return Err(Invalid::parameter(format!(
            "The only Updates for index: {} when TableThroughputMode is PAY_PER_REQUEST can be to \
             OnDemandThroughput, WarmThroughput",
            update.index_name
        ))
        .into());
    }
    rules::check_on_demand(update.on_demand_throughput.as_ref(), name, provisioned, true)?;
    let index = &mut definition.indexes[at];
    if let Some(given) = &update.provisioned_throughput {
        let old = index.throughput.clone().unwrap_or(Throughput::new(0, 0));
        index.throughput = Some(changed(&old, given, Some(&update.index_name), pace)?);
    }
    if let Some(limits) = update.on_demand_throughput {
        index.on_demand = Some(rules::on_demand(limits));
    }
    if let Some(given) = update.warm_throughput {
        let units = index.throughput.as_ref();
        let current = warm_units(Moment::Described, index.warm.as_ref(), units).unwrap_or_default();
        rules::check_warm(&given, name, current)?;
        index.warm = Some(WarmThroughput {
            read: given.read_units_per_second.unwrap_or(current.0),
            write: given.write_units_per_second.unwrap_or(current.1),
        });
    }
    Ok(())
}
