//! Vector indexes: what they may be, which items they hold, and how near those are to a vector.
//!
//! The nearest items are found by looking at all that an index holds, so a search here is exact
//! where AWS's is approximate.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use fogbank_api_dynamodb as api;
use fogbank_state::Rows;
use serde::{Deserialize, Serialize};

use super::definition::{IndexProjection, TableDefinition};
use super::description::projection as projection_out;
use super::schema_rules;
use crate::engine::schema::{IndexKeyFault, KeyAttribute, KeySchema};
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Value};

/// The most vector indexes of a table.
const INDEXES: usize = 5;
/// The most dimensions of a vector.
const DIMENSIONS: i64 = 4096;
/// The most inline filters of an index.
const FILTERS: usize = 18;
/// Bytes of one dimension.
const DIMENSION_BYTES: usize = 4;
/// The fewest bytes that a write or a search is charged.
const LEAST_BYTES: usize = 1024;

/// How the nearness of two vectors is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Distance {
    /// One less the cosine of the angle: 0 for the same direction, 2 for the opposite one.
    Cosine,
    /// The inner product: the higher, the nearer.
    DotProduct,
    /// The length of the difference.
    Euclidean,
}

/// Each function with its name in the API.
const DISTANCES: [(Distance, api::VectorDistanceFunction); 3] = [
    (Distance::Cosine, api::VectorDistanceFunction::Cosine),
    (Distance::DotProduct, api::VectorDistanceFunction::DotProduct),
    (Distance::Euclidean, api::VectorDistanceFunction::Euclidean),
];

/// A vector index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VectorIndex {
    /// The name.
    pub name: String,
    /// The attribute that holds the vectors.
    pub attribute: Box<str>,
    /// How many numbers a vector has.
    pub dimensions: usize,
    /// How nearness is measured.
    pub distance: Distance,
    /// The partition key, which a search then has to name.
    pub hash: Option<KeyAttribute>,
    /// Attributes that a search may name.
    pub filters: Vec<KeyAttribute>,
    /// Which attributes the index holds beside its own.
    pub projection: IndexProjection,
}

/// The vectors of an index by the row keys of their items, and how many bytes they are.
#[derive(Clone, Default)]
pub struct VectorRows {
    /// The vectors.
    pub rows: Rows<Bytes, Arc<[f32]>>,
    /// The bytes of the vectors and of what is projected beside them.
    pub bytes: u64,
}

/// What is wrong with an item's vector.
fn fault(detail: &str, index: &str) -> Invalid {
    Invalid::parameter(format!("{detail}. IndexName: {index}"))
}

/// The numbers of a list, if it holds nothing else.
fn numbers(list: &[Value]) -> Result<Vec<f32>, usize> {
    let number = |(at, value): (usize, &Value)| match value {
        Value::N(number) => Ok(number.to_f32()),
        _ => Err(at),
    };
    list.iter().enumerate().map(number).collect()
}

impl Distance {
    /// How near two vectors of the same length are.
    pub fn score(self, a: &[f32], b: &[f32]) -> f64 {
        let pairs = || a.iter().zip(b).map(|(a, b)| (f64::from(*a), f64::from(*b)));
        let product = |of: &[f32]| of.iter().map(|it| f64::from(*it).powi(2)).sum::<f64>();
        match self {
            Distance::DotProduct => pairs().map(|(a, b)| a * b).sum(),
            Distance::Euclidean => pairs().map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt(),
            Distance::Cosine => {
                let lengths = (product(a) * product(b)).sqrt();
                let cosine = pairs().map(|(a, b)| a * b).sum::<f64>() / lengths;
                if lengths > 0.0 { 1.0 - cosine.clamp(-1.0, 1.0) } else { 1.0 }
            }
        }
    }

    /// A number by which the nearest comes first.
    pub fn rank(self, score: f64) -> f64 {
        if self == Distance::DotProduct { -score } else { score }
    }

    fn of(asked: &api::VectorDistanceFunction) -> Option<Distance> {
        DISTANCES.iter().find(|(_, name)| name == asked).map(|(own, _)| *own)
    }

    fn out(self) -> api::VectorDistanceFunction {
        DISTANCES[self as usize].1.clone()
    }
}

impl VectorIndex {
    /// The index that a request describes, for a table with these attribute definitions.
    pub fn new(asked: api::VectorIndex, attributes: &[KeyAttribute]) -> Result<Self, Invalid> {
        let distance = Distance::of(&asked.distance_function).ok_or_else(|| {
            Invalid::parameter(format!("Unknown DistanceFunction: {}", asked.distance_function))
        })?;
        if asked.dimensions > DIMENSIONS {
            return Err(Invalid::parameter(format!(
                "Dimensions must be between 1 and {DIMENSIONS} inclusive for index: {}",
                asked.index_name
            )));
        }
        let (mut hash, mut filters): (Option<KeyAttribute>, Vec<KeyAttribute>) = (None, Vec::new());
        for element in asked.search_schema.unwrap_or_default() {
            let name = element.attribute_name;
            let key = attributes.iter().find(|own| *own.name == *name).cloned();
            let key = key.ok_or(Invalid::parameter(
                "One element in SearchSchema is not defined in attribute definitions",
            ))?;
            if hash.iter().chain(&filters).any(|own| own.name == key.name) {
                return Err(Invalid::parameter(format!(
                    "SearchSchema contains a duplicate attribute: {name}"
                )));
            }
            match element.search_schema_element_type {
                api::SearchSchemaElementType::Hash if hash.is_some() => {
                    return Err(Invalid::parameter("SearchSchema can have only one HASH element"));
                }
                api::SearchSchemaElementType::Hash => hash = Some(key),
                _ => filters.push(key),
            }
        }
        if filters.len() > FILTERS {
            return Err(Invalid::parameter(format!(
                "Number of INLINE_FILTER elements exceeds the limit of {FILTERS} for index: {}",
                asked.index_name
            )));
        }
        Ok(Self {
            name: asked.index_name,
            attribute: asked.vector_attribute.attribute_name.into(),
            dimensions: usize::try_from(asked.dimensions).unwrap_or_default(),
            distance,
            hash,
            filters,
            projection: schema_rules::projection(asked.projection)?,
        })
    }

    /// The attributes of the search schema, the partition key first.
    pub fn schema(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.hash.iter().chain(&self.filters)
    }

    /// The vector of an item that the index holds.
    pub fn vector_of(&self, item: &Attributes) -> Option<Arc<[f32]>> {
        if self.hash.as_ref().is_some_and(|hash| !item.contains(&hash.name)) {
            return None;
        }
        let Value::L(list) = item.get(&self.attribute)? else { return None };
        let vector = numbers(list).ok()?;
        (vector.len() == self.dimensions).then(|| vector.into())
    }

    /// The numbers to search for.
    ///
    /// # Errors
    /// Something else than a number, or another number of them than vectors have.
    pub fn wanted(&self, list: &[Value]) -> Result<Vec<f32>, Invalid> {
        let wanted = numbers(list).map_err(|at| {
            let actual = list[at].kind().name();
            Invalid::parameter(format!(
                "Invalid type for parameter SearchVector[{at}], Expected: N, Actual: {actual}"
            ))
        })?;
        if wanted.len() == self.dimensions {
            return Ok(wanted);
        }
        Err(Invalid::from(format!(
            "Input search vector dimension {} does not match vector index dimension {}",
            wanted.len(),
            self.dimensions
        )))
    }

    /// Refuses an item whose vector the index cannot hold.
    pub fn check_vector(&self, item: &Attributes) -> Result<(), Invalid> {
        let Some(value) = item.get(&self.attribute) else { return Ok(()) };
        let (name, index) = (&self.attribute, &self.name);
        let Value::L(list) = value else {
            let actual = value.kind().name();
            let detail =
                format!("Invalid type for parameter {name}, Expected: L, Actual: {actual}");
            return Err(fault(&detail, index));
        };
        if let Err(at) = numbers(list) {
            let actual = list[at].kind().name();
            let detail =
                format!("Invalid type for parameter {name}[{at}], Expected: N, Actual: {actual}");
            return Err(fault(&detail, index));
        }
        if list.len() != self.dimensions {
            let detail = format!(
                "Invalid size for parameter {name}, Expected: {}, Actual: {}",
                self.dimensions,
                list.len()
            );
            return Err(fault(&detail, index));
        }
        Ok(())
    }

    /// What of an item is unfit for the partition key of the index.
    pub fn key_fault(&self, item: &Attributes) -> Option<IndexKeyFault> {
        let keys = KeySchema { hash: self.hash.iter().cloned().collect(), range: Vec::new() };
        keys.check_index_item(item).err()
    }

    /// Whether the index holds an attribute that is no vector.
    pub fn holds(&self, table: &TableDefinition, attribute: &str) -> bool {
        match &self.projection {
            IndexProjection::All => true,
            projection => {
                table.keys.contains(attribute)
                    || self.schema().any(|own| *own.name == *attribute)
                    || matches!(projection, IndexProjection::Include(names)
                        if names.iter().any(|name| name == attribute))
            }
        }
    }

    /// The bytes of an item's entry.
    pub fn entry_bytes(&self, table: &TableDefinition, item: &Attributes) -> usize {
        let beside = item
            .iter()
            .filter(|(name, _)| **name != *self.attribute && self.holds(table, name))
            .map(|(name, value)| name.len() + value.size());
        self.dimensions * DIMENSION_BYTES + beside.sum::<usize>()
    }

    /// What a search that looked at so many vectors is charged, in bytes.
    pub fn search_bytes(&self, vectors: usize) -> f64 {
        (vectors * self.dimensions * DIMENSION_BYTES).max(LEAST_BYTES) as f64
    }

    /// The definition in the API's words.
    pub fn out(&self) -> api::VectorIndexInfo {
        let element = |kind: api::SearchSchemaElementType| {
            move |own: &KeyAttribute| api::SearchSchemaElement {
                attribute_name: own.name.to_string(),
                search_schema_element_type: kind.clone(),
            }
        };
        let hash = self.hash.iter().map(element(api::SearchSchemaElementType::Hash));
        let filters = self.filters.iter().map(element(api::SearchSchemaElementType::InlineFilter));
        let schema: Vec<_> = hash.chain(filters).collect();
        api::VectorIndexInfo {
            index_name: Some(self.name.clone()),
            vector_attribute: Some(api::VectorAttributeDefinition {
                attribute_name: self.attribute.to_string(),
            }),
            search_schema: (!schema.is_empty()).then_some(schema),
            projection: Some(projection_out(&self.projection)),
            dimensions: i64::try_from(self.dimensions).ok(),
            distance_function: Some(self.distance.out()),
        }
    }
}

/// Bytes that a write is charged for changing entries of vector indexes, by index.
pub fn written_bytes(
    table: &TableDefinition,
    old: Option<&Attributes>,
    new: Option<&Attributes>,
) -> BTreeMap<String, f64> {
    let touched = table.vectors.iter().filter_map(|index| {
        let held = |item: &&Attributes| index.vector_of(item).is_some();
        let (before, after) = (old.filter(held), new.filter(held));
        if before == after {
            return None;
        }
        let bytes = |item: Option<&Attributes>| item.map_or(0, |it| index.entry_bytes(table, it));
        let bytes = bytes(before).max(bytes(after)).max(LEAST_BYTES);
        Some((index.name.clone(), bytes as f64))
    });
    touched.collect()
}

/// Checks what all vector indexes of a table have to fulfil together.
pub fn check_all(table: &TableDefinition) -> Result<(), Invalid> {
    let indexes = &table.vectors;
    if !indexes.is_empty() && table.is_provisioned() {
        return Err(Invalid::parameter(
            "Vector indexes are supported only on tables whose BillingMode is PAY_PER_REQUEST",
        ));
    }
    if indexes.len() > INDEXES {
        return Err(Invalid::parameter(format!(
            "VectorIndex count exceeds the per-table limit of {INDEXES}"
        )));
    }
    for (at, index) in indexes.iter().enumerate() {
        let same_name = |name: &str| name == index.name;
        if table.indexes.iter().any(|own| same_name(&own.name))
            || indexes[..at].iter().any(|own| same_name(&own.name))
        {
            return Err(Invalid::parameter(format!("Duplicate index name: {}", index.name)));
        }
        if table.keys.contains(&index.attribute) {
            return Err(Invalid::parameter(format!(
                "The vector attribute {} is part of the table's key",
                index.attribute
            )));
        }
        let clashes = |own: &&VectorIndex| {
            own.attribute == index.attribute && own.dimensions != index.dimensions
        };
        if let Some(other) = indexes[..at].iter().find(clashes) {
            return Err(Invalid::parameter(format!(
                "Vector indexes {} and {} on the attribute {} have different Dimensions",
                other.name, index.name, index.attribute
            )));
        }
    }
    Ok(())
}
