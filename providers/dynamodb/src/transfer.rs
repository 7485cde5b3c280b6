//! Exports to and imports from S3: what is remembered of them, and their formats.

pub mod csv;
pub mod filter;
pub mod item_json;
pub mod objects;

use fogbank_context::Timestamp;
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

/// An export of a table to S3.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Export {
    /// The ARN.
    pub arn: String,
    /// The table.
    pub table_arn: String,
    /// The id of the table.
    pub table_id: String,
    /// The request's token.
    pub token: Option<String>,
    /// The bucket, its owner and the prefix of the keys.
    pub bucket: String,
    /// The account that owns the bucket.
    pub owner: Option<String>,
    /// What the keys start with.
    pub prefix: Option<String>,
    /// `S3SseAlgorithm`.
    pub algorithm: Option<String>,
    /// `S3SseKmsKeyId`.
    pub key: Option<String>,
    /// The time whose items are exported; of full exports.
    pub time: Timestamp,
    /// From, to and view type, of incremental exports.
    pub incremental: Option<(Timestamp, Timestamp, String)>,
    /// Which items it takes.
    pub filter: Option<filter::Specification>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// The key of the manifest.
    pub manifest: Option<String>,
    /// The bytes and the number of the items.
    pub bytes: u64,
    /// How many items were exported.
    pub count: u64,
    /// Code and message, if it failed.
    pub failure: Option<(String, String)>,
}

impl Resource for Export {
    const VERSION: u32 = 1;
}

/// An import of items from S3: into a new table, or as a bulk operation on a table.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Import {
    /// The ARN.
    pub arn: String,
    /// Whether it is a bulk operation.
    pub bulk: bool,
    /// The table.
    pub table_arn: String,
    /// The id of the table.
    pub table_id: String,
    /// The request, for its token.
    pub token: Option<String>,
    /// What the request asked for, to tell whether another is the same.
    pub request: String,
    /// The bucket that was read.
    pub bucket: String,
    /// The account that owns the bucket.
    pub owner: Option<String>,
    /// What the keys start with.
    pub prefix: Option<String>,
    /// `InputFormat`.
    pub format: String,
    /// `InputCompressionType`.
    pub compression: Option<String>,
    /// Delimiter and header of CSV.
    pub csv: Option<(Option<String>, Option<Vec<String>>)>,
    /// The table as it was made, of imports.
    pub definition: Option<std::sync::Arc<crate::table::definition::TableDefinition>>,
    /// Where a bulk operation reports: bucket, prefix, kinds of output.
    pub output: Option<(Option<String>, Option<String>, Vec<String>)>,
    /// `MaxWriteRequestUnits` and `PerformanceTier` of a bulk operation.
    pub pace: (Option<i64>, Option<String>),
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Bytes that were read.
    pub bytes: u64,
    /// Items that were read.
    pub processed: u64,
    /// Items that were stored.
    pub imported: u64,
    /// Items that could not be stored.
    pub errors: u64,
    /// Code and message, if it failed.
    pub failure: Option<(String, String)>,
}

impl Resource for Import {
    const VERSION: u32 = 1;
}
