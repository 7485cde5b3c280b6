//! What key schemas, indexes and throughput may be.

use fogbank_api_dynamodb as api;

use super::definition::{
    IndexDefinition, IndexProjection, IndexScope, OnDemandLimits, Throughput, WarmThroughput,
};
use super::vector::VectorIndex;
use crate::engine::schema::{KeyAttribute, KeySchema};
use crate::engine::validation::Invalid;
use crate::engine::value::Kind;

/// The most local indexes of a table.
const LOCAL_INDEXES: usize = 5;
/// The most global indexes of a table.
pub const GLOBAL_INDEXES: usize = 20;
/// The most attributes of each role in the key of a global index.
const KEY_PARTS: usize = 4;
/// The most attributes that the indexes of a table may name to be included.
const INCLUDED_ATTRIBUTES: usize = 100;
/// More capacity units than this are out of bounds.
const MOST_UNITS: i64 = 1_000_000_000_000;

/// The attribute definitions of a request.
pub fn attributes(list: Vec<api::AttributeDefinition>) -> Result<Vec<KeyAttribute>, Invalid> {
    let mut found: Vec<KeyAttribute> = Vec::with_capacity(list.len());
    for definition in list {
        if found.iter().any(|own| *own.name == *definition.attribute_name) {
            return Err(Invalid::from(format!(
                "Attribute Name is duplicated: {}",
                definition.attribute_name
            )));
        }
        let kind = match definition.attribute_type {
            api::ScalarAttributeType::S => Kind::S,
            api::ScalarAttributeType::N => Kind::N,
            api::ScalarAttributeType::B => Kind::B,
            other => {
                return Err(Invalid::parameter(format!("Unknown AttributeType: {other}")));
            }
        };
        found.push(KeyAttribute { name: definition.attribute_name.into(), kind });
    }
    Ok(found)
}

fn shown(elements: &[api::KeySchemaElement]) -> String {
    let element = |it: &api::KeySchemaElement| {
        format!("KeySchemaElement(attributeName={}, keyType={})", it.attribute_name, it.key_type)
    };
    elements.iter().map(element).collect::<Vec<_>>().join(", ")
}

fn names(list: &[KeyAttribute]) -> String {
    list.iter().map(|own| own.name.as_ref()).collect::<Vec<_>>().join(", ")
}

/// A key schema whose attributes are all defined. `parts` is how many attributes each role may
/// have: one in tables and local indexes.
fn key_schema(
    elements: &[api::KeySchemaElement],
    attributes: &[KeyAttribute],
    parts: usize,
) -> Result<KeySchema, Invalid> {
    if elements.len() > 2 * parts {
        return Err(Invalid::from(format!(
            "1 validation error detected: Value '[{}]' at 'keySchema' failed to satisfy \
             constraint: Member must have length less than or equal to {}",
            shown(elements),
            2 * parts
        )));
    }
    let is_hash = |it: &api::KeySchemaElement| it.key_type == api::KeyType::Hash;
    if !elements.first().is_some_and(is_hash) {
        return Err(Invalid::new(
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ));
    }
    for (at, element) in elements.iter().enumerate() {
        if elements[..at].iter().any(|own| own.attribute_name == element.attribute_name) {
            return Err(Invalid::new(match elements.len() {
                2 => {
                    "Both the Hash Key and the Range Key element in the KeySchema have the same name"
                }
                _ => "The KeySchema contains multiple key attributes with the same name",
            }));
        }
    }
    let hashes = elements.iter().take_while(|it| is_hash(it)).count();
    if parts > 1 && elements[hashes..].iter().any(is_hash) {
        return Err(Invalid::parameter(
            "All HASH key attributes must precede RANGE key attributes in the KeySchema",
        ));
    }
    for (count, role) in [(hashes, "HASH"), (elements.len() - hashes, "RANGE")] {
        if parts > 1 && count > parts {
            return Err(Invalid::parameter(format!(
                "The KeySchema exceeds the maximum allowed number of {role} key attributes"
            )));
        }
    }
    if hashes > parts || elements[hashes..].iter().any(is_hash) {
        return Err(Invalid::new(
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ));
    }
    let mut keys = Vec::with_capacity(elements.len());
    for element in elements {
        let defined = attributes.iter().find(|own| *own.name == *element.attribute_name);
        keys.push(defined.cloned().ok_or_else(|| undefined(elements, attributes))?);
    }
    let range = keys.split_off(hashes);
    Ok(KeySchema { hash: keys, range })
}

fn undefined(elements: &[api::KeySchemaElement], attributes: &[KeyAttribute]) -> Invalid {
    let keys: Vec<&str> = elements.iter().map(|it| it.attribute_name.as_str()).collect();
    Invalid::parameter(format!(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], \
         AttributeDefinitions: [{}]",
        keys.join(", "),
        names(attributes)
    ))
}

/// The key schema of a table.
pub fn table_keys(
    elements: &[api::KeySchemaElement],
    attributes: &[KeyAttribute],
) -> Result<KeySchema, Invalid> {
    key_schema(elements, attributes, 1)
}

/// Refuses attribute definitions that neither the table nor an index uses.
pub fn check_all_used(
    keys: &KeySchema,
    indexes: &[IndexDefinition],
    vectors: &[VectorIndex],
    attributes: &[KeyAttribute],
) -> Result<(), Invalid> {
    let mut used: Vec<&str> = Vec::new();
    let schemas = std::iter::once(keys).chain(indexes.iter().map(|index| &index.keys));
    let searched = vectors.iter().flat_map(VectorIndex::schema);
    for key in schemas.flat_map(KeySchema::attributes).chain(searched) {
        if !used.contains(&key.name.as_ref()) {
            used.push(&key.name);
        }
    }
    if attributes.iter().all(|own| used.contains(&own.name.as_ref())) {
        return Ok(());
    }
    if indexes.is_empty() && vectors.is_empty() {
        return Err(Invalid::parameter(
            "Number of attributes in KeySchema does not exactly match number of attributes \
             defined in AttributeDefinitions",
        ));
    }
    Err(Invalid::parameter(format!(
        "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
        names(attributes),
        used.join(", ")
    )))
}

/// What an index holds, as a request says it.
pub fn projection(projection: api::Projection) -> Result<IndexProjection, Invalid> {
    let included = projection.non_key_attributes;
    let kind = projection.projection_type;
    match (kind, included) {
        (None, _) => Err(Invalid::parameter("Unknown ProjectionType: null")),
        (Some(api::ProjectionType::Include), Some(names)) => {
            let repeated = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
            match repeated {
                None => Ok(IndexProjection::Include(names)),
                Some((_, name)) => Err(Invalid::parameter(format!(
                    "Duplicate element in NonKeyAttributes: {name}"
                ))),
            }
        }
        (Some(api::ProjectionType::Include), None) => Err(Invalid::parameter(
            "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        )),
        (Some(kind), Some(_)) => Err(Invalid::parameter(format!(
            "ProjectionType is {kind}, but NonKeyAttributes is specified"
        ))),
        (Some(api::ProjectionType::All), None) => Ok(IndexProjection::All),
        (Some(api::ProjectionType::KeysOnly), None) => Ok(IndexProjection::KeysOnly),
        (Some(kind), None) => Err(Invalid::parameter(format!("Unknown ProjectionType: {kind}"))),
    }
}

/// A local index.
pub fn local_index(
    index: api::LocalSecondaryIndex,
    keys: &KeySchema,
    attributes: &[KeyAttribute],
) -> Result<IndexDefinition, Invalid> {
    if keys.range.is_empty() {
        return Err(Invalid::parameter(
            "Table KeySchema does not have a range key, which is required when specifying a \
             LocalSecondaryIndex",
        ));
    }
    let own = key_schema(&index.key_schema, attributes, 1)?;
    let name = index.index_name;
    if own.range.is_empty() {
        return Err(Invalid::parameter(format!(
            "Index KeySchema does not have a range key for index: {name}"
        )));
    }
    if own.hash != keys.hash {
        return Err(Invalid::parameter(format!(
            "Index KeySchema does not have the same leading hash key as table KeySchema for \
             index: {name}. index hash key: {}, table hash key: {}",
            names(&own.hash),
            names(&keys.hash)
        )));
    }
    Ok(IndexDefinition {
        name,
        scope: IndexScope::Local,
        keys: own,
        projection: projection(index.projection)?,
        throughput: None,
        on_demand: None,
        warm: None,
        phase: None,
    })
}

/// A global index of a table with this way of billing.
pub fn global_index(
    index: api::GlobalSecondaryIndex,
    attributes: &[KeyAttribute],
    provisioned: bool,
) -> Result<IndexDefinition, Invalid> {
    let keys = key_schema(&index.key_schema, attributes, KEY_PARTS)?;
    let projection = projection(index.projection)?;
    let name = index.index_name;
    let throughput = match (provisioned, index.provisioned_throughput) {
        (true, Some(given)) => Some(throughput(&given, Some(&name))?),
        (true, None) => {
            return Err(Invalid::parameter(format!(
                "ProvisionedThroughput is not specified for index: {name}"
            )));
        }
        (false, Some(_)) => {
            return Err(Invalid::parameter(format!(
                "ProvisionedThroughput should not be specified for index: {name} when \
                 BillingMode is PAY_PER_REQUEST"
            )));
        }
        (false, None) => None,
    };
    Ok(IndexDefinition {
        name,
        scope: IndexScope::Global,
        keys,
        projection,
        throughput,
        on_demand: index.on_demand_throughput.map(on_demand),
        warm: index.warm_throughput.and_then(warm),
        phase: None,
    })
}

/// Checks what all indexes of a table have to fulfil together.
pub fn check_indexes(indexes: &[IndexDefinition]) -> Result<(), Invalid> {
    let count = |scope| indexes.iter().filter(|index| index.scope == scope).count();
    for (at, index) in indexes.iter().enumerate() {
        if indexes[..at].iter().any(|own| own.name == index.name) {
            return Err(Invalid::parameter(format!("Duplicate index name: {}", index.name)));
        }
    }
    if count(IndexScope::Local) > LOCAL_INDEXES {
        return Err(Invalid::parameter(
            "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
        ));
    }
    if count(IndexScope::Global) > GLOBAL_INDEXES {
        return Err(Invalid::parameter(
            "GlobalSecondaryIndex count exceeds the per-table limit of 20",
        ));
    }
    let included: usize = indexes
        .iter()
        .map(|index| match &index.projection {
            IndexProjection::Include(names) => names.len(),
            _ => 0,
        })
        .sum();
    if included > INCLUDED_ATTRIBUTES {
        return Err(Invalid::parameter(
            "Number of projected attributes across all indexes exceeds the limit of 100",
        ));
    }
    Ok(())
}

/// Provisioned throughput of a table, or of an index with this name.
pub fn throughput(
    given: &api::ProvisionedThroughput,
    index: Option<&str>,
) -> Result<Throughput, Invalid> {
    let units = [
        (given.read_capacity_units, "ReadCapacityUnits"),
        (given.write_capacity_units, "WriteCapacityUnits"),
    ];
    for (value, name) in units {
        if value > MOST_UNITS {
            let place = index.map_or(String::new(), |index| format!(" for index {index}"));
            return Err(Invalid::from(format!(
                "Given value {value} for {name} is out of bounds{place}"
            )));
        }
    }
    Ok(Throughput::new(given.read_capacity_units, given.write_capacity_units))
}

/// Checks limits of on-demand capacity, of a table or of the index with this name. -1 takes a limit
/// away where there may be one (`clears`).
pub fn check_on_demand(
    given: Option<&api::OnDemandThroughput>,
    index: Option<&str>,
    provisioned: bool,
    clears: bool,
) -> Result<(), Invalid> {
    let Some(given) = given else { return Ok(()) };
    let units = [
        (given.max_read_request_units, "MaxReadRequestUnits"),
        (given.max_write_request_units, "MaxWriteRequestUnits"),
    ];
    for (value, name) in units {
        let Some(value) = value else { continue };
        if provisioned {
            let place = index.map_or(String::new(), |index| format!(" for index : {index}"));
            return Err(Invalid::parameter(format!(
                "{name} for OnDemandThroughput{place} cannot be specified when the table \
                 BillingMode is PROVISIONED"
            )));
        }
        if value <= 0 && !(clears && value == -1) {
            let place = index.map_or("table".to_owned(), |index| format!("index : {index}"));
            return Err(Invalid::parameter(format!(
                "Requested {name} for OnDemandThroughput for {place} is outside of valid range"
            )));
        }
    }
    Ok(())
}

/// Refuses to warm a table or the index with this name up for less than it is warmed up for.
pub fn check_warm(
    given: &api::WarmThroughput,
    index: Option<&str>,
    current: (i64, i64),
) -> Result<(), Invalid> {
    let units = [
        (given.read_units_per_second, current.0, "ReadUnitsPerSecond"),
        (given.write_units_per_second, current.1, "WriteUnitsPerSecond"),
    ];
    let place = index.map_or("table".to_owned(), |index| format!("index {index}"));
    match units.iter().find(|(asked, current, _)| asked.is_some_and(|asked| asked < *current)) {
        None => Ok(()),
        Some((_, _, name)) => Err(Invalid::parameter(format!(
            "Requested {name} for WarmThroughput for {place} is lower than current \
             WarmThroughput, decreasing WarmThroughput is not supported"
        ))),
    }
}

/// Limits of on-demand capacity; -1 takes a limit away.
pub fn on_demand(given: api::OnDemandThroughput) -> OnDemandLimits {
    let limit = |value: Option<i64>| value.filter(|value| *value >= 0);
    OnDemandLimits {
        read: limit(given.max_read_request_units),
        write: limit(given.max_write_request_units),
    }
}

/// Capacity to warm up for, if both values are given.
pub fn warm(given: api::WarmThroughput) -> Option<WarmThroughput> {
    Some(WarmThroughput {
        read: given.read_units_per_second?,
        write: given.write_units_per_second?,
    })
}
