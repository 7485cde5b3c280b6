//! The report of a job, and the manifest that one generates.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html>.

use std::io::Write as _;

use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use fogbank_api_s3control as api;
use fogbank_service::ServiceError;
use md5::{Digest as _, Md5};
use serde_json::json;

use super::job::{Job, Task};
use super::runner::Runner;
use crate::listing::Encoding;
use crate::ops::buckets::{bucket_arn, bucket_of_arn};

const SCHEMA: &str = "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage";

fn value(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// The line of a task. The status of S3's answer stands before the code, unlike the schema says.
fn line(task: &Task) -> Option<(bool, String)> {
    let outcome = task.outcome.as_ref()?;
    let succeeded = outcome.code.is_none();
    let version = task.version.as_deref().unwrap_or_default();
    let values = [
        value(&task.bucket),
        value(&Encoding::Url.apply(&task.key)),
        value(version),
        if succeeded { "succeeded" } else { "failed" }.to_owned(),
        outcome.status.to_string(),
        outcome.code.clone().unwrap_or_default(),
        value(&outcome.message),
    ];
    Some((succeeded, format!("{}\n", values.join(","))))
}

fn folder(prefix: Option<&str>, id: &str) -> String {
    match prefix.map(|prefix| prefix.trim_end_matches('/')).filter(|prefix| !prefix.is_empty()) {
        Some(prefix) => format!("{prefix}/job-{id}"),
        None => format!("job-{id}"),
    }
}

/// Writes the report of a job.
pub(super) async fn write(
    runner: &Runner,
    id: &str,
    job: &Job,
    report: &api::JobReport,
) -> Result<(), ServiceError> {
    let bucket = report.bucket.as_deref().and_then(bucket_of_arn).unwrap_or_default();
    let owner = || report.expected_bucket_owner.clone();
    let folder = folder(report.prefix.as_deref(), id);
    let everything = report.report_scope.as_ref().is_some_and(|it| it.as_str() == "AllTasks");
    let lines: Vec<(bool, String)> = job.tasks.iter().filter_map(|(_, task)| line(task)).collect();
    let mut results = Vec::new();
    for (succeeded, status) in [(true, "succeeded"), (false, "failed")] {
        let content: String = lines
            .iter()
            .filter(|(it, _)| *it == succeeded)
            .map(|(_, line)| line.as_str())
            .collect();
        if content.is_empty() || (succeeded && !everything) {
            continue;
        }
        let key = format!("{folder}/results/{}.csv", runner.world.ids().hex(40));
        let md5 = hex::encode(Md5::digest(&content));
        runner.write(&bucket, key.clone(), Bytes::from(content), owner()).await?;
        results.push(json!({
            "TaskExecutionStatus": status, "Bucket": bucket, "MD5Checksum": md5, "Key": key,
        }));
    }
    let at = runner.world.clock().now().to_wire().fmt(Format::DateTime).unwrap_or_default();
    let manifest = json!({
        "Format": "Report_CSV_20180820",
        "ReportCreationDate": at,
        "Results": results,
        "ReportSchema": SCHEMA,
    });
    let manifest = manifest.to_string();
    let md5 = hex::encode(Md5::digest(&manifest));
    let key = format!("{folder}/manifest.json");
    runner.write(&bucket, key.clone(), Bytes::from(manifest), owner()).await?;
    runner.write(&bucket, format!("{key}.md5"), Bytes::from(md5), owner()).await?;
    Ok(())
}

/// Writes the manifest that was generated for a job: its key and entity tag.
pub(super) async fn write_manifest(
    runner: &Runner,
    id: &str,
    location: &api::S3ManifestOutputLocation,
    tasks: &[Task],
) -> Result<(String, String), ServiceError> {
    let bucket = bucket_of_arn(&location.bucket).unwrap_or_default();
    let owner = || location.expected_manifest_bucket_owner.clone();
    let folder = folder(location.manifest_prefix.as_deref(), id);
    let versioned = tasks.iter().any(|task| task.version.is_some());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    for task in tasks {
        let key = Encoding::Url.apply(&task.key);
        let version = task.version.as_deref().filter(|_| versioned);
        let version = version.map(|it| format!(",\"{it}\"")).unwrap_or_default();
        let line = format!("\"{}\",\"{key}\"{version}\n", task.bucket);
        gzip.write_all(line.as_bytes()).expect("memory takes all bytes");
    }
    let content = gzip.finish().expect("memory takes all bytes");
    let data = format!("{folder}/manifest/data/{}.csv.gz", runner.world.ids().uuid());
    let file = json!({
        "key": data, "size": content.len(), "MD5checksum": hex::encode(Md5::digest(&content)),
    });
    runner.write(&bucket, data, Bytes::from(content), owner()).await?;
    let schema = if versioned { "Bucket, Key, VersionId" } else { "Bucket, Key" };
    let source = tasks.first().map(|task| task.bucket.clone());
    let manifest = json!({
        "sourceBucket": source,
        "destinationBucket": bucket_arn(runner.region.partition(), &bucket),
        "version": "2021-11-30",
        "creationTimestamp": runner.world.clock().now().as_millis().to_string(),
        "fileFormat": "CSV",
        "fileSchema": schema,
        "files": [file],
    });
    let key = format!("{folder}/manifest/manifest.json");
    let etag = runner.write(&bucket, key.clone(), manifest.to_string().into(), owner()).await?;
    Ok((key, etag.trim_matches('"').to_owned()))
}
