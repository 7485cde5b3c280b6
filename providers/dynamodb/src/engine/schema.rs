//! Key schemas: which attributes identify an item, and the bytes by which it is found.

use serde::{Deserialize, Serialize};

use crate::engine::validation::Invalid;
use crate::engine::value::limits::{HASH_KEY_BYTES, RANGE_KEY_BYTES};
use crate::engine::value::{Attributes, Kind, Value, key_bytes};

/// Bytes of the hash that a row key starts with.
pub const HASH_BYTES: usize = 4;

/// A key attribute and its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAttribute {
    /// The name of the attribute.
    pub name: Box<str>,
    /// `S`, `N` or `B`.
    pub kind: Kind,
}

/// The key of a table (one or two attributes) or of an index (up to four of each role).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySchema {
    /// The partition key.
    pub hash: Vec<KeyAttribute>,
    /// The sort key; empty if there is none.
    pub range: Vec<KeyAttribute>,
}

/// How an item's value for an index key is unfit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexKeyFault {
    /// It has another type than the index declares.
    Kind {
        /// The key attribute.
        key: Box<str>,
        /// The type that the index declares.
        expected: Kind,
        /// The type of the value.
        actual: Kind,
    },
    /// It is an empty string or empty bytes.
    Empty {
        /// The key attribute.
        key: Box<str>,
        /// The type of the value.
        kind: Kind,
    },
    /// It is longer than a key may be.
    Size(Invalid),
}

/// A hash that scatters partitions over the row keys, so that a scan can be cut into segments.
/// FNV-1a with a final mix; rows are stored under it, so it must never change.
fn partition_hash(bytes: &[u8]) -> [u8; HASH_BYTES] {
    let mut hash = bytes.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    });
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash ^= hash >> 33;
    ((hash >> 32) as u32).to_be_bytes()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::S(text) => text.is_empty(),
        Value::B(bytes) => bytes.is_empty(),
        _ => false,
    }
}

fn empty_kind(kind: Kind) -> &'static str {
    if kind == Kind::B { "binary" } else { "string" }
}

fn check_sizes<'a>(
    hash: impl Iterator<Item = &'a Value>,
    range: impl Iterator<Item = &'a Value>,
) -> Result<(), Invalid> {
    if hash.map(Value::size).sum::<usize>() > HASH_KEY_BYTES {
        return Err(Invalid::parameter(
            "Size of hashkey has exceeded the maximum size limit of2048 bytes",
        ));
    }
    if range.map(Value::size).sum::<usize>() > RANGE_KEY_BYTES {
        return Err(Invalid::parameter(
            "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
        ));
    }
    Ok(())
}

impl KeySchema {
    /// All key attributes, partition key first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.hash.iter().chain(&self.range)
    }

    /// Whether the attribute is part of the key.
    pub fn contains(&self, name: &str) -> bool {
        self.attributes().any(|key| key.name.as_ref() == name)
    }

    /// The key attributes of an item.
    pub fn key_of(&self, item: &Attributes) -> Attributes {
        item.only(self.attributes().map(|key| key.name.as_ref()))
    }

    /// Refuses an empty string or empty bytes as the value of a key attribute.
    pub fn check_not_empty(&self, key: &KeyAttribute, value: &Value) -> Result<(), Invalid> {
        if !is_empty(value) {
            return Ok(());
        }
        Err(Invalid::from(format!(
            "One or more parameter values are not valid. The AttributeValue for a key attribute \
             cannot contain an empty {} value. Key: {}",
            empty_kind(key.kind),
            key.name
        )))
    }

    /// The bytes that the rows of the partition of these values start with.
    pub fn partition_prefix(hash: &[&Value]) -> Vec<u8> {
        let mut bytes = vec![0; HASH_BYTES];
        for value in hash {
            key_bytes::encode(value, &mut bytes);
        }
        let scatter = partition_hash(&bytes[HASH_BYTES..]);
        bytes[..HASH_BYTES].copy_from_slice(&scatter);
        bytes
    }

    /// The row key of an item whose key attributes are known to be there.
    fn row_key(&self, item: &Attributes) -> Option<Vec<u8>> {
        let mut hash = [&Value::Null; 4];
        for (slot, key) in hash.iter_mut().zip(&self.hash) {
            *slot = item.get(&key.name)?;
        }
        let mut bytes = Self::partition_prefix(hash.get(..self.hash.len())?);
        for key in &self.range {
            key_bytes::encode(item.get(&key.name)?, &mut bytes);
        }
        Some(bytes)
    }

    fn check_key_sizes(&self, item: &Attributes) -> Result<(), Invalid> {
        check_sizes(
            self.hash.iter().filter_map(|key| item.get(&key.name)),
            self.range.iter().filter_map(|key| item.get(&key.name)),
        )
    }

    /// The row key for a `Key` parameter, which holds the key attributes and nothing else.
    pub fn row_key_of_key(&self, key: &Attributes) -> Result<Vec<u8>, Invalid> {
        const MISMATCH: Invalid =
            Invalid::new("The provided key element does not match the schema");
        if key.len() != self.hash.len() + self.range.len() {
            return Err(MISMATCH);
        }
        for attribute in self.attributes() {
            match key.get(&attribute.name) {
                Some(value) if value.kind() == attribute.kind => {
                    self.check_not_empty(attribute, value)?;
                }
                _ => return Err(MISMATCH),
            }
        }
        self.check_key_sizes(key)?;
        self.row_key(key).ok_or(MISMATCH)
    }

    /// The row key for an item that is to be stored in a table with this schema.
    pub fn row_key_of_item(&self, item: &Attributes) -> Result<Vec<u8>, Invalid> {
        for key in self.attributes() {
            let Some(value) = item.get(&key.name) else { return Err(missing(&key.name)) };
            if value.kind() != key.kind {
                return Err(Invalid::parameter(format!(
                    "Type mismatch for key {} expected: {} actual: {}",
                    key.name,
                    key.kind.name(),
                    value.kind().name()
                )));
            }
            self.check_not_empty(key, value)?;
        }
        self.check_key_sizes(item)?;
        self.row_key(item).ok_or_else(|| missing(""))
    }

    /// What of an item is unfit for an index with this schema. Attributes may be missing.
    pub fn check_index_item(&self, item: &Attributes) -> Result<(), IndexKeyFault> {
        for key in self.attributes() {
            let Some(value) = item.get(&key.name) else { continue };
            if value.kind() != key.kind {
                return Err(IndexKeyFault::Kind {
                    key: key.name.clone(),
                    expected: key.kind,
                    actual: value.kind(),
                });
            }
            if is_empty(value) {
                return Err(IndexKeyFault::Empty { key: key.name.clone(), kind: key.kind });
            }
        }
        self.check_key_sizes(item).map_err(IndexKeyFault::Size)
    }

    /// The row key in an index with this schema, in front of the table's own row key. `None` if
    /// the item lacks a key attribute and so does not appear in the index.
    pub fn index_row_key(&self, item: &Attributes, table_row_key: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = self.row_key(item)?;
        bytes.extend_from_slice(table_row_key);
        Some(bytes)
    }
}

impl IndexKeyFault {
    /// AWS's words for an item that is put whole.
    pub fn for_put(&self, index: &str) -> Invalid {
        match self {
            IndexKeyFault::Kind { key, expected, actual } => Invalid::parameter(format!(
                "Type mismatch for Index Key {key} Expected: {} Actual: {} IndexName: {index}",
                expected.name(),
                actual.name()
            )),
            IndexKeyFault::Empty { key, kind } => Invalid::from(format!(
                "One or more parameter values are not valid. A value specified for a secondary \
                 index key is not supported. The AttributeValue for a key attribute cannot \
                 contain an empty {} value. IndexName: {index}, IndexKey: {key}",
                empty_kind(*kind)
            )),
            IndexKeyFault::Size(invalid) => invalid.clone(),
        }
    }

    /// AWS's words for an update; `AttributeUpdates` (`legacy`) have those of a put.
    pub fn for_update(&self, index: &str, legacy: bool) -> Invalid {
        match self {
            IndexKeyFault::Empty { kind, .. } => Invalid::from(format!(
                "One or more parameter values are not valid. The update expression attempted to \
                 update a secondary index key to a value that is not supported. The \
                 AttributeValue for a key attribute cannot contain an empty {} value.",
                empty_kind(*kind)
            )),
            IndexKeyFault::Kind { .. } if !legacy => Invalid::new(
                "The update expression attempted to update the secondary index key to unsupported \
                 type",
            ),
            IndexKeyFault::Size(_) if !legacy => Invalid::new(
                "The update expression attempted to update the secondary index key beyond allowed \
                 size limits",
            ),
            other => other.for_put(index),
        }
    }
}

fn missing(name: &str) -> Invalid {
    Invalid::parameter(format!("Missing the key {name} in the item"))
}

/// The part of the row keys that a segment of a parallel scan reads, as its first row key and the
/// first one behind it; `None` stands for the end of the table.
pub fn segment_bounds(segment: u32, total: u32) -> (Vec<u8>, Option<Vec<u8>>) {
    let bound = |n: u32| u64::from(n) * (1 << (8 * HASH_BYTES)) / u64::from(total.max(1));
    let bytes = |hash: u64| (hash as u32).to_be_bytes().to_vec();
    let end = bound(segment + 1);
    (bytes(bound(segment)), (end >> (8 * HASH_BYTES) == 0).then(|| bytes(end)))
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
