//! Inventories: what a bucket holds, written to another bucket every day or every Sunday.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html>.

mod parquet;
mod row;

use std::io::Write as _;
use std::sync::Arc;

use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use fogbank_api_s3::InventoryConfiguration;
use fogbank_context::Timestamp;
use fogbank_state::World;
use md5::{Digest as _, Md5};
use serde::Serialize;

use crate::delivery::Delivery;
use crate::ops::buckets::{bucket_arn, bucket_of_arn};
use crate::store::{Bucket, S3Store};
use crate::stored::Stored;
use row::Row;

const DAY: i64 = 86_400;
const NAME: &str = "s3 inventory";
/// The principal that delivers.
const SERVICE: &str = "s3.amazonaws.com";

/// Sees to it that this world's inventories are written, from now on and in its forks.
pub(crate) fn begin(world: &Arc<World>) {
    world.background(NAME, schedule);
}

fn schedule(world: &Arc<World>) {
    let midnight = (world.clock().now().as_secs().div_euclid(DAY) + 1) * DAY;
    world.schedule(Timestamp::from_secs(midnight), NAME, |world, now| async move {
        write_all(&world, now);
        schedule(&world);
    });
}

fn is_sunday(now: Timestamp) -> bool {
    // The first day of the epoch was a Thursday.
    (now.as_secs().div_euclid(DAY) + 4).rem_euclid(7) == 0
}

fn write_all(world: &World, now: Timestamp) {
    let store = world.global::<S3Store>();
    for (_, bucket) in store.buckets.iter() {
        for configuration in bucket.configuration.inventory.values().map(Stored::get) {
            let due = configuration.schedule.frequency.as_str() == "Daily" || is_sunday(now);
            if configuration.is_enabled && due {
                write(world, &bucket, &configuration, now);
            }
        }
    }
}

/// The manifest of a report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    source_bucket: &'a str,
    destination_bucket: &'a str,
    version: &'static str,
    creation_timestamp: String,
    file_format: &'static str,
    file_schema: String,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    key: String,
    size: usize,
    #[serde(rename = "MD5checksum")]
    md5: String,
}

/// Hands the rows of a report to who writes them.
fn each(bucket: &Bucket, configuration: &InventoryConfiguration, mut take: impl FnMut(&Row<'_>)) {
    let prefix = configuration.filter.as_ref().map_or("", |filter| filter.prefix.as_str());
    let all = configuration.included_object_versions.as_str() == "All";
    for (key, current) in bucket.current.iter() {
        if !key.as_str().starts_with(prefix) {
            continue;
        }
        let older = bucket.older_of(key).filter(|_| all).map(|version| (version, false));
        let current = Some((current, true)).filter(|(version, _)| all || !version.is_marker());
        for (version, latest) in current.into_iter().chain(older) {
            take(&Row { bucket, key, version, latest, all });
        }
    }
}

/// The rows of a report in CSV, compressed.
fn csv(bucket: &Bucket, configuration: &InventoryConfiguration) -> Bytes {
    let fields = configuration.optional_fields.as_deref().unwrap_or_default();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    each(bucket, configuration, |row| {
        gzip.write_all(row.text(fields).as_bytes()).expect("memory takes all bytes");
    });
    gzip.finish().expect("memory takes all bytes").into()
}

/// A report in its format: the content, and the ending of its key.
fn table(
    bucket: &Bucket,
    configuration: &InventoryConfiguration,
    columns: &[String],
) -> (Bytes, &'static str) {
    let target = &configuration.destination.s3_bucket_destination;
    if target.format.as_str() != "Parquet" {
        return (csv(bucket, configuration), "csv.gz");
    }
    let fields = configuration.optional_fields.as_deref().unwrap_or_default();
    let mut rows = Vec::new();
    each(bucket, configuration, |row| rows.push(row.values(fields)));
    let content =
        parquet::table(columns, &rows).expect("the columns have the types of their values");
    (content, "parquet")
}

fn write(world: &World, bucket: &Bucket, configuration: &InventoryConfiguration, now: Timestamp) {
    let target = &configuration.destination.s3_bucket_destination;
    let Some(name) = bucket_of_arn(&target.bucket) else { return };
    let format = target.format.as_str();
    // ORC is not written.
    let file_format = match format {
        "CSV" => "CSV",
        "Parquet" => "Parquet",
        _ => return,
    };
    let prefix = target.prefix.as_deref().filter(|prefix| !prefix.is_empty());
    let prefix = prefix.map(|prefix| format!("{prefix}/")).unwrap_or_default();
    let base = format!("{prefix}{}/{}", bucket.name, configuration.id);
    let deliver = |key: String, content: Bytes, content_type: &'static str| {
        let delivery = Delivery {
            source: bucket,
            service: SERVICE,
            bucket: &name,
            key,
            content,
            content_type,
            grants: Vec::new(),
        };
        delivery.run(world)
    };

    let fields = configuration.optional_fields.as_deref().unwrap_or_default();
    let all = configuration.included_object_versions.as_str() == "All";
    let columns = row::columns(all, fields);
    let (content, ending) = table(bucket, configuration, &columns);
    let data = format!("{base}/data/{}.{ending}", world.ids().uuid());
    let file =
        File { key: data.clone(), size: content.len(), md5: hex::encode(Md5::digest(&content)) };
    let content_type = match format {
        "CSV" => "application/x-gzip",
        _ => "application/octet-stream",
    };
    if !deliver(data.clone(), content, content_type) {
        return;
    }
    let manifest = Manifest {
        source_bucket: bucket.name.as_str(),
        destination_bucket: &bucket_arn(bucket.region.partition(), &name),
        version: "2016-11-30",
        creation_timestamp: now.as_millis().to_string(),
        file_format,
        file_schema: match format {
            "CSV" => columns.join(", "),
            _ => parquet::schema(&columns),
        },
        files: vec![file],
    };
    let manifest = serde_json::to_vec_pretty(&manifest).expect("a manifest is plain data");
    let checksum = hex::encode(Md5::digest(&manifest));
    // 2026-01-31T00:00:00Z
    let iso = now.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    let minute = iso.get(..16).unwrap_or_default().replace(':', "-");
    let day = minute.replace('T', "-");
    let link = format!("s3://{name}/{data}");
    deliver(format!("{base}/hive/dt={day}/symlink.txt"), link.into(), "text/plain");
    let folder = format!("{base}/{minute}Z");
    deliver(format!("{folder}/manifest.json"), manifest.into(), "application/json");
    deliver(format!("{folder}/manifest.checksum"), checksum.into(), "text/plain");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sundays() {
        // 2026-01-04 was a Sunday.
        let sunday = Timestamp::from_secs(1_767_484_800);
        assert!(is_sunday(sunday));
        assert!(!is_sunday(Timestamp::from_secs(sunday.as_secs() - 1)));
        assert!(is_sunday(Timestamp::from_secs(sunday.as_secs() + 7 * DAY)));
    }
}
