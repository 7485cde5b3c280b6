//! `ExportTableToPointInTime`, `DescribeExport`, `ListExports`.

use std::time::Duration;

use fogbank_api_dynamodb as api;
use fogbank_api_s3::S3Client;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};
use serde_json::{Value as Json, json};

use super::backups::table_not_found;
use super::restore::not_recoverable;
use crate::conversion::write_json;
use crate::engine::validation::Invalid;
use crate::store;
use crate::table::state::{Item, TableState};
use crate::transfer::Export;
use crate::transfer::filter::{Filter, Specification};
use crate::transfer::item_json::attributes_out;
use crate::transfer::objects::{self, Failure};

/// How many exports one answer lists.
const PAGE: usize = 25;
/// How long the window of an incremental export is at least and at most.
const SHORTEST: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);

fn time(value: &Option<aws_smithy_types::DateTime>) -> Option<Timestamp> {
    value.as_ref().map(Timestamp::from_wire)
}

fn invalid_time(message: &'static str) -> ServiceError {
    api::InvalidExportTimeException::new(message).into()
}

/// Writes the items of a table, or what changed of them, to S3 as they were at a time.
pub async fn export_table_to_point_in_time(
    cx: &RequestContext,
    input: api::ExportTableToPointInTimeInput,
) -> Result<api::ExportTableToPointInTimeOutput, ServiceError> {
    if !input.table_arn.starts_with("arn:") {
        return Err(Invalid::from(format!(
            "Invalid Request: Invalid TableArn: {}",
            input.table_arn
        ))
        .into());
    }
    let ion = input.export_format == Some(api::ExportFormat::Ion);
    let of_changes = input.export_type == Some(api::ExportType::IncrementalExport)
        && input.filter_specification.is_some();
    crate::ops::refuse_given(
        "ExportTableToPointInTime",
        &[("ExportFormat ION", ion), ("FilterSpecification of an incremental export", of_changes)],
    )?;
    let table = store::table(cx, &input.table_arn)?;
    if let Some(known) = known_token(&table, &input) {
        return known;
    }
    let state =
        table.store().tables.get(&table.name).ok_or_else(|| table_not_found(&table.name))?;
    let mut export = prepare(cx, &input, &state)?;
    export.filter = input.filter_specification.map(Specification::new).transpose()?;
    let filter = export.filter.as_ref().map(|it| Filter::new(it, &state.definition.keys));
    let filter = filter.transpose()?.unwrap_or_default();
    let running = described(&export, api::ExportStatus::InProgress);
    let lines = match &export.incremental {
        None => full(&state, &mut export, &filter),
        Some((from, to, view)) => {
            let (from, to, old) = (*from, *to, view == "NEW_AND_OLD_IMAGES");
            changes(&state, &mut export, from, to, old)
        }
    };
    drop(state);
    match write(cx, &mut export, lines).await {
        Ok(()) => {}
        Err(failure) => export.failure = Some((failure.code, failure.message)),
    }
    export.ended = cx.now();
    table.store().exports.insert(export.arn.clone(), export);
    Ok(api::ExportTableToPointInTimeOutput { export_description: Some(running) })
}

type Exported = Result<api::ExportTableToPointInTimeOutput, ServiceError>;

/// The answer to a request whose token was used before.
fn known_token(
    table: &store::TableRef,
    input: &api::ExportTableToPointInTimeInput,
) -> Option<Exported> {
    let token = input.client_token.as_ref()?;
    let exports = table.store().exports.iter().map(|(_, export)| export);
    let known = exports.into_iter().find(|export| export.token.as_ref() == Some(token))?;
    let same = known.bucket == input.s3_bucket
        && known.prefix == input.s3_prefix
        && known.table_arn == input.table_arn;
    Some(match same {
        true => Ok(api::ExportTableToPointInTimeOutput {
            export_description: Some(described(&known, status(&known))),
        }),
        false => Err(api::ExportConflictException::new(
            "There was a conflict with a previous request that had the same client token",
        )
        .into()),
    })
}

fn prepare(
    cx: &RequestContext,
    input: &api::ExportTableToPointInTimeInput,
    state: &TableState,
) -> Result<Export, ServiceError> {
    let now = cx.now();
    let definition = &state.definition;
    let (earliest, _) = super::continuous_backups::window(definition, now)
        .ok_or_else(|| not_recoverable(&definition.name))?;
    let inside = |at: Timestamp| at.as_secs() >= earliest.as_secs() && at <= now;
    let incremental = match (&input.export_type, &input.incremental_export_specification) {
        (Some(api::ExportType::IncrementalExport), given) => {
            let from = given.as_ref().and_then(|it| time(&it.export_from_time));
            let from = from.ok_or(Invalid::new(
                "Invalid Request: ExportFromTime is required for an incremental export",
            ))?;
            let to = given.as_ref().and_then(|it| time(&it.export_to_time)).unwrap_or(now);
            let view = given.as_ref().and_then(|it| it.export_view_type.as_ref());
            if from >= to {
                return Err(invalid_time("ExportFromTime must be before ExportToTime"));
            }
            if to.since(from) < SHORTEST || to.since(from) > LONGEST {
                return Err(invalid_time(
                    "The time range between ExportFromTime and ExportToTime must be between 15 \
                     minutes and 24 hours",
                ));
            }
            if !inside(from) || !inside(to) {
                return Err(invalid_time(
                    "The specified export time is outside of the point in time recovery window",
                ));
            }
            let view = view.map_or("NEW_AND_OLD_IMAGES".to_owned(), ToString::to_string);
            Some((from, to, view))
        }
        (_, Some(_)) => {
            return Err(Invalid::new(
                "Invalid Request: IncrementalExportSpecification can only be specified for an \
                 incremental export",
            )
            .into());
        }
        (_, None) => None,
    };
    let at = time(&input.export_time).unwrap_or(now);
    if incremental.is_none() && !inside(at) {
        return Err(invalid_time(
            "The specified ExportTime is outside of the point in time recovery window",
        ));
    }
    let id = format!("{:014}-{}", now.as_millis(), cx.ids().hex(8));
    let root = match input.s3_prefix.as_deref().filter(|prefix| !prefix.is_empty()) {
        Some(prefix) => format!("{}/AWSDynamoDB/{id}", prefix.trim_end_matches('/')),
        None => format!("AWSDynamoDB/{id}"),
    };
    Ok(Export {
        arn: format!("{}/export/{id}", definition.arn),
        table_arn: definition.arn.clone(),
        table_id: definition.id.clone(),
        token: Some(input.client_token.clone().unwrap_or_else(|| cx.ids().uuid())),
        bucket: input.s3_bucket.clone(),
        owner: input.s3_bucket_owner.clone(),
        prefix: input.s3_prefix.clone(),
        algorithm: Some(
            input.s3_sse_algorithm.as_ref().map_or("AES256".to_owned(), ToString::to_string),
        ),
        key: input.s3_sse_kms_key_id.clone(),
        time: at,
        incremental,
        started: now,
        ended: now,
        manifest: Some(root),
        ..Export::default()
    })
}

fn full(state: &TableState, export: &mut Export, filter: &Filter) -> String {
    let mut lines = String::new();
    for (row, item) in state.items_at(export.time).iter() {
        let Some(item) = filter.of(row, item) else { continue };
        export.bytes += item.size() as u64;
        export.count += 1;
        lines.push_str("{\"Item\":");
        write_json(&mut lines, &item);
        lines.push_str("}\n");
    }
    lines
}

fn changes(
    state: &TableState,
    export: &mut Export,
    from: Timestamp,
    to: Timestamp,
    with_old: bool,
) -> String {
    let (before, after) = (state.items_at(from), state.items_at(to));
    let mut lines = String::new();
    for (row, at) in state.rows_changed(from, to) {
        let (old, new): (Option<&Item>, Option<&Item>) = (before.get(&row), after.get(&row));
        let Some(item) = new.or(old) else { continue };
        let micros = (at.as_nanos() / 1000).to_string();
        let mut line = json!({
            "Metadata": { "WriteTimestampMicros": { "N": micros } },
            "Keys": attributes_out(&state.definition.keys.key_of(item)),
        });
        if let Some(old) = old.filter(|_| with_old) {
            line["OldImage"] = attributes_out(old);
        }
        if let Some(new) = new {
            line["NewImage"] = attributes_out(new);
        }
        export.bytes += new.or(old).map_or(0, |item| item.size() as u64);
        export.count += 1;
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    lines
}

/// Writes data and manifests; the export's manifest holds the folder until then.
async fn write(cx: &RequestContext, export: &mut Export, lines: String) -> Result<(), Failure> {
    let s3 = S3Client::new(cx.caller());
    let root = export.manifest.take().unwrap_or_default();
    let bucket = export.bucket.clone();
    objects::write(&s3, &bucket, format!("{root}/_started"), Vec::new()).await?;
    let data = objects::gzip(lines.as_bytes())?;
    let key = format!("{root}/data/{}.json.gz", cx.ids().base62(26).to_lowercase());
    let md5 = objects::md5(&data);
    let etag = objects::write(&s3, &bucket, key.clone(), data).await?;
    let files = format!(
        "{}\n",
        json!({
            "itemCount": export.count, "md5Checksum": md5, "etag": etag, "dataFileS3Key": key,
        })
    );
    let files_key = format!("{root}/manifest-files.json");
    let summary = summary(export, &files_key, cx.now()).to_string();
    let manifest = format!("{root}/manifest-summary.json");
    for (key, text) in [(&files_key, files), (&manifest, summary)] {
        let sum = objects::md5(text.as_bytes());
        objects::write(&s3, &bucket, key.clone(), text.into_bytes()).await?;
        let key = format!("{}.md5", key.trim_end_matches(".json"));
        objects::write(&s3, &bucket, key, sum.into_bytes()).await?;
    }
    export.manifest = Some(manifest);
    Ok(())
}

fn summary(export: &Export, files_key: &str, now: Timestamp) -> Json {
    let text = |at: Timestamp| {
        at.to_wire().fmt(aws_smithy_types::date_time::Format::DateTime).unwrap_or_default()
    };
    let mut summary = json!({
        "version": if export.incremental.is_some() { "2023-08-01" } else { "2020-06-30" },
        "exportArn": export.arn,
        "startTime": text(export.started),
        "endTime": text(now),
        "tableArn": export.table_arn,
        "tableId": export.table_id,
        "s3Bucket": export.bucket,
        "s3Prefix": export.prefix,
        "s3SseAlgorithm": export.algorithm,
        "s3SseKmsKeyId": export.key,
        "manifestFilesS3Key": files_key,
        "billedSizeBytes": export.bytes,
        "itemCount": export.count,
        "outputFormat": "DYNAMODB_JSON",
    });
    match &export.incremental {
        None => {
            summary["exportTime"] = Json::from(text(export.time));
            summary["exportType"] = Json::from("FULL_EXPORT");
        }
        Some((from, to, view)) => {
            summary["exportFromTime"] = Json::from(text(*from));
            summary["exportToTime"] = Json::from(text(*to));
            summary["exportType"] = Json::from("INCREMENTAL_EXPORT");
            summary["outputView"] = Json::from(view.as_str());
        }
    }
    summary
}

fn status(export: &Export) -> api::ExportStatus {
    match export.failure {
        Some(_) => api::ExportStatus::Failed,
        None => api::ExportStatus::Completed,
    }
}

fn kind(export: &Export) -> api::ExportType {
    match export.incremental {
        Some(_) => api::ExportType::IncrementalExport,
        None => api::ExportType::FullExport,
    }
}

fn described(export: &Export, status: api::ExportStatus) -> api::ExportDescription {
    let done = status != api::ExportStatus::InProgress;
    let whole = status == api::ExportStatus::Completed;
    let number = |count: u64| i64::try_from(count).ok();
    api::ExportDescription {
        export_arn: Some(export.arn.clone()),
        export_status: Some(status),
        start_time: Some(export.started.to_wire()),
        end_time: done.then(|| export.ended.to_wire()),
        export_manifest: export.manifest.clone().filter(|_| whole),
        table_arn: Some(export.table_arn.clone()),
        table_id: Some(export.table_id.clone()),
        export_time: export.incremental.is_none().then(|| export.time.to_wire()),
        client_token: export.token.clone(),
        s3_bucket: Some(export.bucket.clone()),
        s3_bucket_owner: export.owner.clone(),
        s3_prefix: export.prefix.clone(),
        s3_sse_algorithm: export.algorithm.as_deref().map(api::S3SseAlgorithm::from),
        s3_sse_kms_key_id: export.key.clone(),
        failure_code: export.failure.as_ref().filter(|_| done).map(|(code, _)| code.clone()),
        failure_message: export.failure.as_ref().filter(|_| done).map(|(_, text)| text.clone()),
        export_format: Some(api::ExportFormat::DynamodbJson),
        billed_size_bytes: number(export.bytes).filter(|_| whole),
        item_count: number(export.count).filter(|_| whole),
        export_type: Some(kind(export)),
        incremental_export_specification: export.incremental.as_ref().map(|(from, to, view)| {
            api::IncrementalExportSpecification {
                export_from_time: Some(from.to_wire()),
                export_to_time: Some(to.to_wire()),
                export_view_type: Some(api::ExportViewType::from(view.as_str())),
            }
        }),
        filter_specification: export.filter.as_ref().map(Specification::described),
    }
}

/// Shows an export.
pub fn describe_export(
    cx: &RequestContext,
    input: &api::DescribeExportInput,
) -> Result<api::DescribeExportOutput, ServiceError> {
    let export = store::tables(cx).exports.get(&input.export_arn).ok_or_else(|| {
        api::ExportNotFoundException::new(format!("Export not found: {}", input.export_arn))
    })?;
    let description = described(&export, status(&export));
    Ok(api::DescribeExportOutput { export_description: Some(description) })
}

/// Lists exports, the latest first.
pub fn list_exports(
    cx: &RequestContext,
    input: api::ListExportsInput,
) -> Result<api::ListExportsOutput, ServiceError> {
    let exports = store::tables(cx).exports.iter().map(|(_, export)| export);
    let mut found: Vec<_> = exports
        .into_iter()
        .filter(|export| input.table_arn.as_ref().is_none_or(|arn| export.table_arn == *arn))
        .collect();
    found.sort_by(|a, b| (b.started, &b.arn).cmp(&(a.started, &a.arn)));
    let limit = input.max_results.and_then(|most| usize::try_from(most).ok()).unwrap_or(PAGE);
    let (page, next_token) = super::page(found, input.next_token, limit)?;
    let summary = |export: &std::sync::Arc<Export>| api::ExportSummary {
        export_arn: Some(export.arn.clone()),
        export_status: Some(status(export)),
        export_type: Some(kind(export)),
    };
    Ok(api::ListExportsOutput {
        export_summaries: Some(page.iter().map(summary).collect()),
        next_token,
    })
}
