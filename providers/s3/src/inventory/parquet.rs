//! Reports in Parquet.

use std::sync::Arc;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// The columns of a report by their names in CSV: the name in Parquet, and the type.
const COLUMNS: [(&str, &str, &str); 21] = [
    ("Bucket", "bucket", TEXT),
    ("Key", "key", TEXT),
    ("VersionId", "version_id", TEXT),
    ("IsLatest", "is_latest", "boolean"),
    ("IsDeleteMarker", "is_delete_marker", "boolean"),
    ("Size", "size", "int64"),
    ("LastModifiedDate", "last_modified_date", DATE),
    ("ETag", "e_tag", TEXT),
    ("StorageClass", "storage_class", TEXT),
    ("IsMultipartUploaded", "is_multipart_uploaded", "boolean"),
    ("ReplicationStatus", "replication_status", TEXT),
    ("EncryptionStatus", "encryption_status", TEXT),
    ("ObjectLockRetainUntilDate", "object_lock_retain_until_date", DATE),
    ("ObjectLockMode", "object_lock_mode", TEXT),
    ("ObjectLockLegalHoldStatus", "object_lock_legal_hold_status", TEXT),
    ("IntelligentTieringAccessTier", "intelligent_tiering_access_tier", TEXT),
    ("BucketKeyStatus", "bucket_key_status", TEXT),
    ("ChecksumAlgorithm", "checksum_algorithm", TEXT),
    ("ObjectAccessControlList", "object_access_control_list", TEXT),
    ("ObjectOwner", "object_owner", TEXT),
    ("LifecycleExpirationDate", "lifecycle_expiration_date", DATE),
];

const TEXT: &str = "binary";
const DATE: &str = "int64 date";

/// The schema of a report with these columns, which its manifest carries, too.
pub(super) fn schema(columns: &[String]) -> String {
    let fields = columns.iter().map(|column| {
        let (name, kind) = row(column);
        let presence = if ["bucket", "key"].contains(&name) { "required" } else { "optional" };
        match kind {
            TEXT => format!("{presence} binary {name} (UTF8);"),
            DATE => format!("{presence} int64 {name} (TIMESTAMP_MILLIS);"),
            kind => format!("{presence} {kind} {name};"),
        }
    });
    format!("message s3.inventory {{ {} }}", fields.collect::<Vec<_>>().join(" "))
}

fn row(column: &str) -> (&'static str, &'static str) {
    let found = COLUMNS.iter().find(|(csv, ..)| *csv == column);
    found.map_or(("unknown", TEXT), |(_, name, kind)| (name, kind))
}

/// A report: rows of values as CSV has them, where what is empty is not there.
///
/// # Errors
///
/// None that the rows of an inventory lead to.
pub(super) fn table(columns: &[String], rows: &[Vec<String>]) -> Result<Bytes> {
    let schema = Arc::new(parse_message_type(&schema(columns))?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    let mut at = 0;
    while let Some(mut column) = group.next_column()? {
        let required = at < 2;
        let values: Vec<&str> = rows.iter().map(|row| row[at].as_str()).collect();
        let there = || values.iter().filter(|value| required || !value.is_empty());
        let levels: Vec<i16> = values.iter().map(|value| i16::from(!value.is_empty())).collect();
        let levels = (!required).then_some(&levels[..]);
        match column.untyped() {
            ColumnWriter::BoolColumnWriter(typed) => {
                let values: Vec<bool> = there().map(|value| *value == "true").collect();
                typed.write_batch(&values, levels, None)?;
            }
            ColumnWriter::Int64ColumnWriter(typed) => {
                let values: Vec<i64> = there().map(|value| number(value)).collect();
                typed.write_batch(&values, levels, None)?;
            }
            ColumnWriter::ByteArrayColumnWriter(typed) => {
                let values: Vec<ByteArray> = there().map(|value| ByteArray::from(*value)).collect();
                typed.write_batch(&values, levels, None)?;
            }
            _ => {}
        }
        column.close()?;
        at += 1;
    }
    group.close()?;
    Ok(writer.into_inner()?.into())
}

/// A number, or the milliseconds of a date.
fn number(text: &str) -> i64 {
    text.parse().unwrap_or_else(|_| {
        let date = DateTime::from_str(text, Format::DateTime).ok();
        date.and_then(|date| date.to_millis().ok()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader as _, SerializedFileReader};

    #[test]
    fn reports() {
        let columns = ["Bucket", "Key", "IsLatest", "Size", "LastModifiedDate", "ETag"];
        let columns = columns.map(str::to_owned).to_vec();
        let rows = [
            ["b", "a key", "true", "7", "1970-01-01T00:00:01.000Z", "e"]
                .map(str::to_owned)
                .to_vec(),
            ["b", "marker", "false", "", "", ""].map(str::to_owned).to_vec(),
        ];
        let file = SerializedFileReader::new(table(&columns, &rows).unwrap()).unwrap();
        let rows: Vec<String> =
            file.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert!(rows[0].contains("key: \"a key\", is_latest: true, size: 7"), "{}", rows[0]);
        assert!(rows[0].contains("1970-01-01 00:00:01"), "{}", rows[0]);
        assert!(rows[1].contains("size: null, last_modified_date: null"), "{}", rows[1]);
    }
}
