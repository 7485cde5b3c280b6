//! Which objects a job is about: what its manifest lists, or what a bucket has.

use std::io::Read as _;

use fogbank_api_s3control as api;
use fogbank_context::{AccountId, Timestamp};
use fogbank_service::ServiceError;
use fogbank_state::World;
use serde::Deserialize;

use super::job::Task;
use super::runner::Runner;
use crate::encryption::Encryption;
use crate::key::ObjectKey;
use crate::ops::buckets::bucket_of_arn;
use crate::store::{Bucket, S3Store, Version};
use crate::{object, replication};

/// The most bytes of a manifest that are read.
const MOST_BYTES: usize = 1 << 30;

/// Why a job cannot run: a code and words.
pub(super) type Failure = (String, String);

fn invalid(words: impl Into<String>) -> Failure {
    ("InvalidManifestContent".to_owned(), words.into())
}

fn unreadable(error: &ServiceError) -> Failure {
    let code = error.code();
    let words = match error.status() {
        403 => format!("Reading the manifest is forbidden: {code}"),
        _ => format!("Error reading the manifest. Caused by: {code}"),
    };
    (code.to_owned(), words)
}

/// The tasks of a manifest.
pub(super) async fn read(
    runner: &Runner,
    manifest: &api::JobManifest,
) -> Result<Vec<Task>, Failure> {
    let location = &manifest.location;
    let named = bucket_of_arn(&location.object_arn);
    let named = named.as_deref().and_then(|path| path.split_once('/'));
    let (bucket, key) = named.ok_or_else(|| invalid("The manifest's ARN names no object."))?;
    let (content, etag) = runner
        .fetch(bucket, key, location.object_version_id.clone(), MOST_BYTES)
        .await
        .map_err(|error| unreadable(&error))?;
    let expected = location.e_tag.trim_matches('"');
    if etag.trim_matches('"') != expected {
        let words = format!(
            "Error reading the manifest. Caused by: ETag mismatch. Expected ETag: {expected}"
        );
        return Err(invalid(words));
    }
    if manifest.spec.format.as_str() != "S3InventoryReport_CSV_20161130" {
        let fields = manifest.spec.fields.as_deref().unwrap_or_default();
        let fields: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
        return rows(&content, &fields);
    }
    let report: Inventory = serde_json::from_slice(&content)
        .map_err(|_| invalid("Manifest file is not properly formatted"))?;
    let fields: Vec<&str> = report.file_schema.split(',').map(str::trim).collect();
    let home = bucket_of_arn(&report.destination_bucket);
    let home = home.as_deref().unwrap_or(bucket);
    let mut tasks = Vec::new();
    for file in &report.files {
        let fetched = runner.fetch(home, &file.key, None, MOST_BYTES).await;
        let (packed, _) = fetched.map_err(|error| unreadable(&error))?;
        let mut table = Vec::new();
        let unpacked = flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut table);
        unpacked.map_err(|_| invalid("Manifest file is not properly formatted"))?;
        tasks.extend(rows(&table, &fields)?);
    }
    Ok(tasks)
}

/// The manifest of an inventory.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inventory {
    destination_bucket: String,
    file_schema: String,
    files: Vec<InventoryFile>,
}

#[derive(Deserialize)]
struct InventoryFile {
    key: String,
}

fn rows(content: &[u8], fields: &[&str]) -> Result<Vec<Task>, Failure> {
    let column = |name: &str| fields.iter().position(|field| *field == name);
    let (Some(bucket), Some(key)) = (column("Bucket"), column("Key")) else {
        let missing: Vec<&str> =
            ["Bucket", "Key"].into_iter().filter(|name| column(name).is_none()).collect();
        let words = format!("Required fields are missing in the schema: {}", missing.join(", "));
        return Err(invalid(words));
    };
    let version = column("VersionId");
    let text = std::str::from_utf8(content).map_err(|_| invalid("Invalid Manifest Content"))?;
    let marker = column("IsDeleteMarker");
    let mut tasks = Vec::new();
    for record in records(text) {
        if record.len() < fields.len() {
            return Err(invalid("Manifest file is not properly formatted"));
        }
        if marker.is_some_and(|at| record[at] == "true") {
            continue;
        }
        tasks.push(Task {
            bucket: record[bucket].clone(),
            key: decoded(&record[key]),
            version: version.map(|at| record[at].clone()),
            outcome: None,
        });
    }
    Ok(tasks)
}

/// A key as manifests write it: escaped as in a query.
fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// The records of a CSV file; values may be in quotes, which are doubled inside.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut value = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                value.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut value)),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut value));
                records.push(std::mem::take(&mut record));
            }
            other => value.push(other),
        }
    }
    if !value.is_empty() || !record.is_empty() {
        record.push(value);
        records.push(record);
    }
    records.retain(|record| record.iter().any(|value| !value.is_empty()));
    records
}

/// The tasks for what a bucket has and a filter lets through.
pub(super) fn generate(
    world: &World,
    account: AccountId,
    generator: &api::S3JobManifestGenerator,
) -> Result<Vec<Task>, Failure> {
    let refused = |code: &str, words: &str| (code.to_owned(), words.to_owned());
    let name = bucket_of_arn(&generator.source_bucket).unwrap_or_default();
    let bucket = world.global::<S3Store>().buckets.get(name.as_str());
    let bucket =
        bucket.ok_or_else(|| refused("NoSuchBucket", "The specified bucket does not exist"))?;
    let expected = generator.expected_bucket_owner.as_deref().map(str::parse::<AccountId>);
    if bucket.owner != account || expected.is_some_and(|it| it != Ok(bucket.owner)) {
        return Err(refused("AccessDenied", "Access Denied"));
    }
    let filter = generator.filter.as_ref();
    let replicates = filter.and_then(|it| it.eligible_for_replication);
    let versioned = bucket.configuration.versioning != crate::store::Versioning::Off;
    let mut tasks = Vec::new();
    for (key, current) in bucket.current.iter() {
        // Replication is for all versions, everything else for the newest one.
        let older = bucket.older_of(key).filter(|_| replicates.is_some());
        for version in std::iter::once(current).chain(older) {
            if fits(&bucket, key, version, filter) {
                tasks.push(Task {
                    bucket: name.clone(),
                    key: key.as_str().to_owned(),
                    version: versioned.then(|| version.id_text()),
                    outcome: None,
                });
            }
        }
    }
    if tasks.is_empty() {
        let words = "Manifest generation found no keys matching the filter criteria.";
        return Err(refused("NoKeysFound", words));
    }
    Ok(tasks)
}

fn fits(
    bucket: &Bucket,
    key: &ObjectKey,
    version: &Version,
    filter: Option<&api::JobManifestGeneratorFilter>,
) -> bool {
    let Some(object) = version.object.as_deref() else { return false };
    let Some(filter) = filter else { return true };
    let any = |wanted: Option<&Vec<String>>, fits: fn(&str, &str) -> bool| {
        wanted.is_none_or(|all| all.iter().any(|it| fits(key.as_str(), it)))
    };
    let name = filter.key_name_constraint.as_ref();
    let named = name.is_none_or(|it| {
        any(it.match_any_prefix.as_ref(), |key, it| key.starts_with(it))
            && any(it.match_any_suffix.as_ref(), |key, it| key.ends_with(it))
            && any(it.match_any_substring.as_ref(), |key, it| key.contains(it))
    });
    let size = i64::try_from(object.size()).unwrap_or(i64::MAX);
    let status = object.replication.map_or("NONE", |it| it.as_str());
    let eligible = filter.eligible_for_replication.is_none_or(|wanted| {
        let replicates = replication::is_eligible(&bucket.configuration, key, object)
            && !object::is_archive(&object.storage_class);
        replicates == wanted
    });
    let at = |date: &aws_smithy_types::DateTime| Timestamp::from_wire(date);
    named
        && eligible
        && filter.created_after.as_ref().is_none_or(|it| version.modified > at(it))
        && filter.created_before.as_ref().is_none_or(|it| version.modified < at(it))
        && filter.object_size_greater_than_bytes.is_none_or(|it| size > it)
        && filter.object_size_less_than_bytes.is_none_or(|it| size < it)
        && filter
            .object_replication_statuses
            .as_ref()
            .is_none_or(|all| all.iter().any(|it| it.as_str() == status))
        && filter
            .match_any_storage_class
            .as_ref()
            .is_none_or(|all| all.iter().any(|it| it.as_str() == object.storage_class))
        && filter
            .match_any_object_encryption
            .as_ref()
            .is_none_or(|all| all.iter().any(|it| is_encrypted_so(&object.encryption, it)))
}

fn is_encrypted_so(encryption: &Encryption, filter: &api::ObjectEncryptionFilter) -> bool {
    use api::ObjectEncryptionFilter as F;
    let key_fits =
        |wanted: &Option<String>, key: &String| wanted.as_ref().is_none_or(|it| it == key);
    match (filter, encryption) {
        (F::Sses3(_), Encryption::S3) | (F::Ssec(_), Encryption::Customer { .. }) => true,
        (F::Ssekms(it), Encryption::Kms { dual_layer: false, key, bucket_key, .. }) => {
            key_fits(&it.kms_key_arn, key)
                && it.bucket_key_enabled.is_none_or(|wanted| wanted == *bucket_key)
        }
        (F::Dssekms(it), Encryption::Kms { dual_layer: true, key, .. }) => {
            key_fits(&it.kms_key_arn, key)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests() {
        let fields = ["Bucket", "Key", "VersionId"];
        let content = b"\"b\",\"a+key%2Bplus\",\"v,1\"\r\nb,\"with \"\"quotes\"\"\",\n\n";
        let tasks = rows(content, &fields).unwrap();
        let shown: Vec<_> =
            tasks.iter().map(|it| (it.key.as_str(), it.version.as_deref())).collect();
        assert_eq!(shown, [("a key+plus", Some("v,1")), ("with \"quotes\"", Some(""))]);
        let inventory = ["Bucket", "Key", "IsDeleteMarker", "Size"];
        let tasks = rows(b"b,k,true,1\nb,l,false,2", &inventory).unwrap();
        assert_eq!(tasks.len(), 1);
        for (content, fields, words) in [
            (&b"b,k"[..], &["Bucket"][..], "Required fields are missing in the schema: Key"),
            (b"b", &["Bucket", "Key"], "Manifest file is not properly formatted"),
            (b"\xff,k", &["Bucket", "Key"], "Invalid Manifest Content"),
        ] {
            assert_eq!(rows(content, fields).unwrap_err().1, words);
        }
    }
}
