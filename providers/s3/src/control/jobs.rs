//! Batch jobs: one operation on every object of a manifest, run on the world's clock by the role
//! that a job names.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops.html>.

mod job;
mod manifest;
mod report;
mod run;
mod runner;
mod task;

use std::sync::Arc;

use fogbank_api_s3control as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use super::store::RegionalStore;
use super::{check_account, page};
use crate::errors::{error, invalid_request};
use crate::ops::buckets::bucket_of_arn;
use crate::stored::Stored;
use job::{Status, operation_name};

pub(super) use job::Job;

/// How long a job is listed after it is over.
const KEPT: i64 = 90 * 86_400;
/// The most tags of a job.
const MOST_TAGS: usize = 50;

fn store(cx: &RequestContext) -> Arc<RegionalStore> {
    cx.world.regional::<RegionalStore>(cx.account, &cx.region)
}

fn no_such_job() -> ServiceError {
    error("NoSuchJobException", 404, "No such job", &[])
}

fn bad_request(message: &'static str) -> ServiceError {
    error("BadRequestException", 400, message, &[])
}

fn arn(cx: &RequestContext, id: &str) -> String {
    cx.arn("s3", format!("job/{id}")).to_string()
}

/// Whether a job is still known at a time.
fn is_kept(job: &Job, now: Timestamp) -> bool {
    job.ended.is_none_or(|ended| now.as_secs() - ended.as_secs() < KEPT)
}

fn read<T>(
    cx: &RequestContext,
    account: &str,
    id: &str,
    look: impl FnOnce(&Job) -> T,
) -> Result<T, ServiceError> {
    check_account(cx, account)?;
    run::wake(cx);
    let now = cx.now();
    let found = store(cx).jobs.read(id, |job| is_kept(job, now).then(|| look(job)));
    found.flatten().ok_or_else(no_such_job)
}

fn edit<T>(
    cx: &RequestContext,
    account: &str,
    id: &str,
    change: impl FnOnce(&mut Job) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    read(cx, account, id, |_| ())?;
    store(cx).jobs.update(id, |job| change(job)).ok_or_else(no_such_job)?
}

/// Checks what the model does not say of a new job.
fn check(input: &api::CreateJobRequest) -> Result<&'static str, ServiceError> {
    let operation = operation_name(&input.operation)
        .ok_or_else(|| invalid_request("Exactly one operation must be specified for the job"))?;
    if operation == "LambdaInvoke" {
        return Err(error(
            "NotImplemented",
            501,
            "Jobs that invoke functions are not emulated",
            &[],
        ));
    }
    if input.manifest.is_some() == input.manifest_generator.is_some() {
        return Err(invalid_request("Either Manifest or ManifestGenerator must be specified"));
    }
    if let Some(api::JobManifestGenerator::Unknown) = &input.manifest_generator {
        return Err(crate::errors::malformed_xml());
    }
    if let Some(manifest) = &input.manifest {
        check_manifest(&manifest.spec)?;
    }
    let report = &input.report;
    if report.enabled {
        let formats = api::JobReportFormat::VALUES;
        let scopes = api::JobReportScope::VALUES;
        let bucket = report.bucket.as_deref().and_then(bucket_of_arn);
        let known = bucket.is_some()
            && report.format.as_ref().is_some_and(|it| formats.contains(&it.as_str()))
            && report.report_scope.as_ref().is_some_and(|it| scopes.contains(&it.as_str()));
        if !known {
            return Err(invalid_request(
                "Bucket, Format and ReportScope must be specified when the report is enabled",
            ));
        }
    }
    let target = input.operation.s3_put_object_copy.as_ref().map(|it| it.target_resource.is_none());
    if target == Some(true) {
        return Err(invalid_request("The target resource of the copy must be specified"));
    }
    let tags = input.tags.as_deref().unwrap_or_default();
    check_tags(tags)?;
    Ok(operation)
}

fn check_manifest(spec: &api::JobManifestSpec) -> Result<(), ServiceError> {
    let fields: Vec<&str> =
        spec.fields.as_deref().unwrap_or_default().iter().map(|it| it.as_str()).collect();
    match spec.format.as_str() {
        "S3InventoryReport_CSV_20161130" if fields.is_empty() => Ok(()),
        "S3InventoryReport_CSV_20161130" => {
            Err(invalid_request("Fields cannot be specified for this manifest format"))
        }
        "S3BatchOperations_CSV_20180820" => {
            let twice = |name: &str| fields.iter().filter(|it| **it == name).count() > 1;
            let known = fields.iter().all(|it| api::JobManifestFieldName::VALUES.contains(it));
            let complete = fields.contains(&"Bucket") && fields.contains(&"Key");
            if !known || !complete || ["Bucket", "Key", "VersionId"].into_iter().any(twice) {
                return Err(invalid_request("Invalid manifest fields"));
            }
            Ok(())
        }
        _ => Err(crate::errors::malformed_xml()),
    }
}

fn check_tags(tags: &[api::S3Tag]) -> Result<(), ServiceError> {
    if tags.len() > MOST_TAGS {
        let message = "The number of tags exceeds the limit of 50 tags.";
        return Err(error("TooManyTagsException", 400, message, &[]));
    }
    super::tags::check(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))
}

pub(super) async fn create(
    cx: &RequestContext,
    input: api::CreateJobRequest,
) -> Result<api::CreateJobResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    check(&input)?;
    let now = cx.now();
    let generator = match &input.manifest_generator {
        Some(api::JobManifestGenerator::S3JobManifestGenerator(it)) => Some(Stored::new(it)),
        _ => None,
    };
    let job = Job {
        created: now,
        status: Status::New,
        priority: input.priority,
        token: input.client_request_token,
        description: input.description,
        confirm: input.confirmation_required == Some(true),
        operation: Stored::new(&input.operation),
        manifest: input.manifest.as_ref().map(Stored::new),
        generator,
        generated: None,
        report: Stored::new(&input.report),
        role: input.role_arn,
        tags: input.tags.into_iter().flatten().map(|tag| (tag.key, tag.value)).collect(),
        reason: None,
        failure: None,
        suspended: None,
        started: None,
        ended: None,
        touched: now,
        succeeded: 0,
        failed: 0,
        tasks: fogbank_state::Rows::new(),
    };
    let store = store(cx);
    let earlier = store.jobs.iter().find(|(_, other)| other.token == job.token);
    if let Some((id, other)) = earlier {
        if !is_repeated(&job, &other) {
            return Err(error(
                "IdempotencyException",
                400,
                "The request token was used for another job before.",
                &[],
            ));
        }
        return Ok(api::CreateJobResult { job_id: Some(id) });
    }
    let id = cx.ids().uuid();
    store.jobs.insert(id.clone(), job);
    run::later(cx.invoker.clone(), &cx.world, (cx.account, cx.region.clone()), id.clone());
    Ok(api::CreateJobResult { job_id: Some(id) })
}

/// Whether a job asks for the same as another with its token.
fn is_repeated(job: &Job, other: &Job) -> bool {
    job.operation == other.operation
        && job.manifest == other.manifest
        && job.generator == other.generator
        && job.report == other.report
        && job.role == other.role
        && job.confirm == other.confirm
        && job.description == other.description
}

pub(super) async fn describe(
    cx: &RequestContext,
    input: api::DescribeJobRequest,
) -> Result<api::DescribeJobResult, ServiceError> {
    let id = input.job_id;
    let descriptor = read(cx, &input.account_id, &id, |job| api::JobDescriptor {
        job_id: Some(id.clone()),
        confirmation_required: Some(job.confirm),
        description: job.description.clone(),
        job_arn: Some(arn(cx, &id)),
        status: Some(job.status.name().into()),
        manifest: job.manifest.as_ref().map(Stored::get),
        operation: Some(job.operation.get()),
        priority: Some(job.priority),
        progress_summary: job.progress(),
        status_update_reason: job.reason.clone(),
        failure_reasons: Some(
            { job.failure.iter() }
                .map(|(code, reason)| api::JobFailure {
                    failure_code: Some(code.clone()),
                    failure_reason: Some(reason.clone()),
                })
                .collect(),
        ),
        report: Some(job.report.get()),
        creation_time: Some(job.created.to_wire()),
        termination_date: job.ended.map(Timestamp::to_wire),
        role_arn: Some(job.role.clone()),
        suspended_date: job.suspended.map(Timestamp::to_wire),
        suspended_cause: job.suspended.map(|_| "AwaitingConfirmation".to_owned()),
        manifest_generator: { job.generator.as_ref() }
            .map(|it| api::JobManifestGenerator::S3JobManifestGenerator(it.get())),
        generated_manifest_descriptor: job.generated.as_ref().map(|(arn, etag)| {
            api::S3GeneratedManifestDescriptor {
                format: Some("S3InventoryReport_CSV_20211130".into()),
                location: Some(api::JobManifestLocation {
                    object_arn: arn.clone(),
                    object_version_id: None,
                    e_tag: etag.clone(),
                }),
            }
        }),
    })?;
    Ok(api::DescribeJobResult { job: Some(descriptor) })
}

/// The jobs, the newest first.
pub(super) async fn list(
    cx: &RequestContext,
    input: api::ListJobsRequest,
) -> Result<api::ListJobsResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    run::wake(cx);
    let now = cx.now();
    let statuses = input.job_statuses.unwrap_or_default();
    if statuses.iter().any(|it| !api::JobStatus::VALUES.contains(&it.as_str())) {
        return Err(invalid_request("Invalid job status"));
    }
    let wanted = |job: &Job| {
        statuses.is_empty() || statuses.iter().any(|it| it.as_str() == job.status.name())
    };
    let store = store(cx);
    let mut all: Vec<(String, api::JobListDescriptor)> = { store.jobs.iter() }
        .filter(|(_, job)| is_kept(job, now) && wanted(job))
        .map(|(id, job)| {
            // Later ones come first.
            let order = format!("{:020}/{id}", u64::MAX - job.created.as_millis().unsigned_abs());
            let shown = api::JobListDescriptor {
                job_id: Some(id),
                description: job.description.clone(),
                operation: operation_name(&job.operation.get()).map(Into::into),
                priority: Some(job.priority),
                status: Some(job.status.name().into()),
                creation_time: Some(job.created.to_wire()),
                termination_date: job.ended.map(Timestamp::to_wire),
                progress_summary: job.progress(),
            };
            (order, shown)
        })
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    let token = input.next_token.as_deref();
    let (jobs, next_token) = page(all.into_iter(), token, input.max_results).map_err(|_| {
        error("InvalidNextTokenException", 400, "The continuation token is invalid.", &[])
    })?;
    Ok(api::ListJobsResult { next_token, jobs: Some(jobs) })
}

pub(super) async fn update_priority(
    cx: &RequestContext,
    input: api::UpdateJobPriorityRequest,
) -> Result<api::UpdateJobPriorityResult, ServiceError> {
    edit(cx, &input.account_id, &input.job_id, |job| {
        if job.status.is_over() {
            return Err(bad_request("The priority of a job that is over cannot be changed."));
        }
        job.priority = input.priority;
        Ok(())
    })?;
    Ok(api::UpdateJobPriorityResult { job_id: input.job_id, priority: input.priority })
}

/// Confirms a job that waits for it, or cancels one that is not over.
pub(super) async fn update_status(
    cx: &RequestContext,
    input: api::UpdateJobStatusRequest,
) -> Result<api::UpdateJobStatusResult, ServiceError> {
    let now = cx.now();
    let wanted = match input.requested_job_status.as_str() {
        "Ready" => Status::Ready,
        "Cancelled" => Status::Cancelled,
        _ => return Err(invalid_request("Invalid requested job status")),
    };
    let reason = input.status_update_reason.clone();
    let (from, status) = edit(cx, &input.account_id, &input.job_id, |job| {
        let from = job.status;
        let fits = match wanted {
            Status::Ready => from == Status::Suspended,
            _ => !from.is_over(),
        };
        if !fits {
            let message =
                format!("The job cannot go from the status {} to {}.", from.name(), wanted.name());
            return Err(error("JobStatusException", 400, message, &[]));
        }
        job.reason = reason;
        match wanted {
            Status::Cancelled => job.end(Status::Cancelled, now),
            _ => (job.status, job.touched) = (Status::Ready, now),
        }
        Ok((from, job.status))
    })?;
    let at = (cx.account, cx.region.clone());
    if wanted == Status::Ready {
        run::later(cx.invoker.clone(), &cx.world, at, input.job_id.clone());
    } else if from == Status::Active {
        run::report(cx, &input.job_id).await;
    }
    Ok(api::UpdateJobStatusResult {
        job_id: Some(input.job_id),
        status: Some(status.name().into()),
        status_update_reason: input.status_update_reason,
    })
}

pub(super) async fn tags(
    cx: &RequestContext,
    input: api::GetJobTaggingRequest,
) -> Result<api::GetJobTaggingResult, ServiceError> {
    let tags = read(cx, &input.account_id, &input.job_id, |job| job.tags.clone())?;
    let tags = tags.into_iter().map(|(key, value)| api::S3Tag { key, value }).collect();
    Ok(api::GetJobTaggingResult { tags: Some(tags) })
}

pub(super) async fn put_tags(
    cx: &RequestContext,
    input: api::PutJobTaggingRequest,
) -> Result<api::PutJobTaggingResult, ServiceError> {
    check_tags(&input.tags)?;
    edit(cx, &input.account_id, &input.job_id, |job| {
        job.tags = input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
        Ok(api::PutJobTaggingResult::default())
    })
}

pub(super) async fn delete_tags(
    cx: &RequestContext,
    input: api::DeleteJobTaggingRequest,
) -> Result<api::DeleteJobTaggingResult, ServiceError> {
    edit(cx, &input.account_id, &input.job_id, |job| {
        job.tags.clear();
        Ok(api::DeleteJobTaggingResult::default())
    })
}
