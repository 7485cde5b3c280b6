use std::time::Duration;

use fogbank_api_s3 as s3api;
use fogbank_api_s3control as api;
use fogbank_testkit::Cloud;

use super::resources::{ACCOUNT, account, cloud};
use crate::s3::cloud::{BUCKET, client, content, create, failure, get_input, put, set_versioning};

const REPORTS: &str = "reports";
/// Long enough for a job to be done.
const A_WHILE: Duration = Duration::from_secs(5);

struct Scene {
    cloud: Cloud,
    s3: s3api::S3Client,
    control: api::S3ControlClient,
}

impl Scene {
    async fn new() -> Self {
        let cloud = cloud();
        let s3 = client(&cloud, "us-east-1");
        create(&s3, BUCKET).await;
        create(&s3, REPORTS).await;
        let control = api::S3ControlClient::new(cloud.caller());
        Self { cloud, s3, control }
    }

    async fn manifest(&self, fields: &[&str], lines: &str) -> api::JobManifest {
        let input = s3api::PutObjectRequest {
            bucket: REPORTS.to_owned(),
            ..crate::s3::cloud::put_input("manifest.csv", lines)
        };
        let e_tag = self.s3.put_object(input).await.unwrap().e_tag.unwrap();
        api::JobManifest {
            spec: api::JobManifestSpec {
                format: "S3BatchOperations_CSV_20180820".into(),
                fields: Some(fields.iter().map(|field| (*field).into()).collect()),
            },
            location: api::JobManifestLocation {
                object_arn: format!("arn:aws:s3:::{REPORTS}/manifest.csv"),
                object_version_id: None,
                e_tag,
            },
        }
    }

    async fn create(&self, job: api::CreateJobRequest) -> String {
        self.control.create_job(job).await.unwrap().job_id.unwrap()
    }

    async fn describe(&self, id: &str) -> api::JobDescriptor {
        let request = api::DescribeJobRequest { account_id: account(), job_id: id.to_owned() };
        self.control.describe_job(request).await.unwrap().job.unwrap()
    }

    /// Status, tasks, tasks that succeeded, tasks that failed.
    async fn outcome(&self, id: &str) -> (String, i64, i64, i64) {
        let job = self.describe(id).await;
        let progress = job.progress_summary.unwrap();
        (
            job.status.unwrap().as_str().to_owned(),
            progress.total_number_of_tasks.unwrap(),
            progress.number_of_tasks_succeeded.unwrap(),
            progress.number_of_tasks_failed.unwrap(),
        )
    }

    async fn read(&self, key: &str) -> String {
        let input = s3api::GetObjectRequest { bucket: REPORTS.to_owned(), ..get_input(key) };
        content(&self.s3, input).await.unwrap()
    }

    async fn update(&self, id: &str, status: &str) -> Result<String, (String, u16)> {
        let request = api::UpdateJobStatusRequest {
            account_id: account(),
            job_id: id.to_owned(),
            requested_job_status: status.into(),
            status_update_reason: Some("because".to_owned()),
        };
        let updated = self.control.update_job_status(request).await;
        let updated = updated.map(|it| it.status.unwrap().as_str().to_owned());
        updated.map_err(|error| failure::<()>(Err(error)))
    }
}

fn tagging() -> api::JobOperation {
    api::JobOperation {
        s3_put_object_tagging: Some(api::S3SetObjectTaggingOperation {
            tag_set: Some(vec![api::S3Tag { key: "k".into(), value: "v".into() }]),
        }),
        ..Default::default()
    }
}

fn job(operation: api::JobOperation, manifest: Option<api::JobManifest>) -> api::CreateJobRequest {
    api::CreateJobRequest {
        account_id: account(),
        operation,
        manifest,
        report: api::JobReport {
            bucket: Some(format!("arn:aws:s3:::{REPORTS}")),
            format: Some("Report_CSV_20180820".into()),
            enabled: true,
            prefix: Some("out".to_owned()),
            report_scope: Some("AllTasks".into()),
            ..Default::default()
        },
        client_request_token: "token".to_owned(),
        priority: 10,
        role_arn: "arn:aws:iam::000000000000:role/batch".to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn jobs_run_over_their_manifest() {
    let scene = Scene::new().await;
    put(&scene.s3, "a key", "content").await;
    let lines = format!("{BUCKET},a+key\n{BUCKET},missing\n");
    let manifest = scene.manifest(&["Bucket", "Key"], &lines).await;
    let id = scene.create(job(tagging(), Some(manifest))).await;
    assert_eq!(scene.outcome(&id).await, ("New".to_owned(), 0, 0, 0));
    scene.cloud.advance(A_WHILE).await;
    assert_eq!(scene.outcome(&id).await, ("Complete".to_owned(), 2, 1, 1));
    let described = scene.describe(&id).await;
    assert_eq!(described.job_arn.unwrap(), format!("arn:aws:s3:us-east-1:{ACCOUNT}:job/{id}"));
    assert!(described.termination_date.is_some() && described.failure_reasons.unwrap().is_empty());
    let tags = s3api::GetObjectTaggingRequest {
        bucket: BUCKET.to_owned(),
        key: "a key".to_owned(),
        ..Default::default()
    };
    assert_eq!(scene.s3.get_object_tagging(tags).await.unwrap().tag_set[0].value, "v");

    let report = scene.read(&format!("out/job-{id}/manifest.json")).await;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["Format"], "Report_CSV_20180820");
    let results = report["Results"].as_array().unwrap();
    let mut lines = Vec::new();
    for (result, status) in results.iter().zip(["succeeded", "failed"]) {
        assert_eq!(result["TaskExecutionStatus"], status);
        lines.push(scene.read(result["Key"].as_str().unwrap()).await);
    }
    assert_eq!(lines[0], format!("{BUCKET},a+key,,succeeded,200,,Successful\n"));
    let missing = "failed,404,NoSuchKey,The specified key does not exist.";
    assert_eq!(lines[1], format!("{BUCKET},missing,,{missing}\n"));
    assert_eq!(scene.read(&format!("out/job-{id}/manifest.json.md5")).await.len(), 32);
}

#[tokio::test]
async fn every_operation_that_jobs_have() {
    let scene = Scene::new().await;
    set_versioning(&scene.s3, "Enabled").await;
    let version = put(&scene.s3, "key", "content").await.version_id.unwrap();
    put(&scene.s3, "key", "newer").await;
    let fields = ["Bucket", "Key", "VersionId"];
    let copy = api::JobOperation {
        s3_put_object_copy: Some(api::S3CopyObjectOperation {
            target_resource: Some(format!("arn:aws:s3:::{REPORTS}")),
            target_key_prefix: Some("copies".into()),
            storage_class: Some("STANDARD_IA".into()),
            new_object_metadata: Some(api::S3ObjectMetadata {
                content_type: Some("text/x".into()),
                ..Default::default()
            }),
            new_object_tagging: Some(vec![api::S3Tag { key: "a b".into(), value: "c=d".into() }]),
            ..Default::default()
        }),
        ..Default::default()
    };
    let canned = api::JobOperation {
        s3_put_object_acl: Some(api::S3SetObjectAclOperation {
            access_control_policy: Some(api::S3AccessControlPolicy {
                canned_access_control_list: Some("private".into()),
                ..Default::default()
            }),
        }),
        ..Default::default()
    };
    let untag = api::JobOperation {
        s3_delete_object_tagging: Some(Default::default()),
        ..Default::default()
    };
    let hold = api::JobOperation {
        s3_put_object_legal_hold: Some(api::S3SetObjectLegalHoldOperation {
            legal_hold: api::S3ObjectLockLegalHold { status: "ON".into() },
        }),
        ..Default::default()
    };
    let checksum = api::JobOperation {
        s3_compute_object_checksum: Some(api::S3ComputeObjectChecksumOperation {
            checksum_algorithm: Some("SHA256".into()),
            checksum_type: None,
        }),
        ..Default::default()
    };
    let replicate =
        api::JobOperation { s3_replicate_object: Some(Default::default()), ..Default::default() };
    let sum = "7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=";
    for (number, (operation, end)) in [
        (copy, "succeeded,200,,Successful"),
        (tagging(), "succeeded,200,,Successful"),
        (untag, "succeeded,200,,Successful"),
        (canned, "succeeded,200,,Successful"),
        (hold, "failed,400,InvalidRequest,Bucket is missing Object Lock Configuration"),
        (checksum, sum),
        (replicate, "failed,400,ObjectNotEligible,Object is not eligible for replication"),
    ]
    .into_iter()
    .enumerate()
    {
        let lines = format!("{BUCKET},key,{version}");
        let manifest = scene.manifest(&fields, &lines).await;
        let token = format!("token {number}");
        let id = scene
            .create(api::CreateJobRequest {
                client_request_token: token,
                ..job(operation, Some(manifest))
            })
            .await;
        scene.cloud.advance(A_WHILE).await;
        assert_eq!(scene.outcome(&id).await.0, "Complete", "{end}");
        let report = scene.read(&format!("out/job-{id}/manifest.json")).await;
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let results = scene.read(report["Results"][0]["Key"].as_str().unwrap()).await;
        assert!(results.contains(end), "{results} has no {end}");
    }
    let copied = s3api::GetObjectRequest { bucket: REPORTS.into(), ..get_input("copies/key") };
    let copied = scene.s3.get_object(copied).await.unwrap();
    assert_eq!(copied.storage_class, Some("STANDARD_IA".into()));
    assert_eq!((copied.content_type.as_deref(), copied.tag_count), (Some("text/x"), Some(1)));
    assert_eq!(copied.body.collect(100).await.unwrap(), "content");
}

#[tokio::test]
async fn jobs_that_fail() {
    let scene = Scene::new().await;
    set_versioning(&scene.s3, "Enabled").await;
    let fields = ["Bucket", "Key", "VersionId"];
    let good = scene.manifest(&fields, &format!("{BUCKET},key,")).await;
    let mut etag = good.clone();
    etag.location.e_tag = "0".repeat(32);
    let mut missing = good.clone();
    missing.location.object_arn = format!("arn:aws:s3:::{REPORTS}/nothing");
    let mut inventory = good.clone();
    inventory.spec =
        api::JobManifestSpec { format: "S3InventoryReport_CSV_20161130".into(), fields: None };
    let mut wide = good.clone();
    let more = ["Bucket", "Key", "Ignore", "Ignore"].map(Into::into);
    wide.spec.fields = Some(more.to_vec());
    for (number, (manifest, words)) in [
        (etag, "ETag mismatch. Expected ETag: 00000000000000000000000000000000"),
        (missing, "Error reading the manifest. Caused by: NoSuchKey"),
        (inventory, "Manifest file is not properly formatted"),
        (wide, "Manifest file is not properly formatted"),
    ]
    .into_iter()
    .enumerate()
    {
        let request = job(tagging(), Some(manifest));
        let token = number.to_string();
        let id =
            scene.create(api::CreateJobRequest { client_request_token: token, ..request }).await;
        scene.cloud.advance(A_WHILE).await;
        let job = scene.describe(&id).await;
        assert_eq!(job.status, Some("Failed".into()));
        let reason = job.failure_reasons.unwrap().remove(0).failure_reason.unwrap();
        assert!(reason.ends_with(words), "{reason}");
    }
    let id = scene.create(job(tagging(), Some(good.clone()))).await;
    scene.cloud.advance(A_WHILE).await;
    let report = scene.read(&format!("out/job-{id}/manifest.json")).await;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let results = scene.read(report["Results"][0]["Key"].as_str().unwrap()).await;
    let words = "failed,400,InvalidRequest,Task failed due to missing VersionId";
    assert_eq!(results, format!("{BUCKET},key,,{words}\n"));
    // A report that cannot be written fails a job that did its work.
    let mut lost = job(tagging(), Some(good));
    lost.client_request_token = "lost".to_owned();
    lost.report.bucket = Some("arn:aws:s3:::no-such-bucket".to_owned());
    let id = scene.create(lost).await;
    scene.cloud.advance(A_WHILE).await;
    let job = scene.describe(&id).await;
    assert_eq!(job.status, Some("Failed".into()));
    let reason = job.failure_reasons.unwrap().remove(0).failure_reason.unwrap();
    assert!(reason.ends_with("Please check your permissions."), "{reason}");
}

#[tokio::test]
async fn jobs_are_confirmed_and_cancelled() {
    let scene = Scene::new().await;
    put(&scene.s3, "key", "content").await;
    let manifest = scene.manifest(&["Bucket", "Key"], &format!("{BUCKET},key")).await;
    let request = |token: &str| api::CreateJobRequest {
        confirmation_required: Some(true),
        client_request_token: token.to_owned(),
        ..job(tagging(), Some(manifest.clone()))
    };
    let id = scene.create(request("one")).await;
    // The same request again is the same job, another one with its token is not.
    assert_eq!(scene.create(request("one")).await, id);
    let other = api::CreateJobRequest { description: Some("other".into()), ..request("one") };
    let refused = scene.control.create_job(other).await;
    assert_eq!(failure(refused), ("IdempotencyException".to_owned(), 400));
    scene.cloud.advance(A_WHILE).await;
    let suspended = scene.describe(&id).await;
    assert_eq!(suspended.status, Some("Suspended".into()));
    assert_eq!(suspended.suspended_cause.as_deref(), Some("AwaitingConfirmation"));
    assert_eq!(scene.update(&id, "Ready").await.unwrap(), "Ready");
    assert_eq!(scene.update(&id, "Ready").await.unwrap_err().0, "JobStatusException");
    scene.cloud.advance(A_WHILE).await;
    assert_eq!(scene.outcome(&id).await, ("Complete".to_owned(), 1, 1, 0));
    assert_eq!(scene.update(&id, "Cancelled").await.unwrap_err().0, "JobStatusException");
    let second = scene.create(request("two")).await;
    assert_eq!(scene.update(&second, "Cancelled").await.unwrap(), "Cancelled");
    scene.cloud.advance(A_WHILE).await;
    let cancelled = scene.describe(&second).await;
    assert_eq!(cancelled.status, Some("Cancelled".into()));
    assert_eq!(cancelled.status_update_reason.as_deref(), Some("because"));

    let list = |statuses: &[&str], most: Option<i32>, token: Option<String>| api::ListJobsRequest {
        account_id: account(),
        job_statuses: Some(statuses.iter().map(|it| (*it).into()).collect()),
        max_results: most,
        next_token: token,
    };
    let listed = scene.control.list_jobs(list(&["Cancelled"], None, None)).await.unwrap();
    assert_eq!(listed.jobs.unwrap()[0].job_id.as_ref(), Some(&second));
    let first = scene.control.list_jobs(list(&[], Some(1), None)).await.unwrap();
    assert_eq!(first.jobs.unwrap()[0].job_id.as_ref(), Some(&second), "the newest comes first");
    let rest = scene.control.list_jobs(list(&[], Some(1), first.next_token)).await.unwrap();
    assert_eq!(rest.jobs.unwrap()[0].job_id.as_ref(), Some(&id));
    assert_eq!(rest.next_token, None);
    // A job is known for ninety days after it is over.
    scene.cloud.advance(Duration::from_secs(91 * 86_400)).await;
    let gone = api::DescribeJobRequest { account_id: account(), job_id: id };
    let gone = scene.control.describe_job(gone).await;
    assert_eq!(failure(gone), ("NoSuchJobException".to_owned(), 404));
}

#[tokio::test]
async fn jobs_over_what_a_bucket_has() {
    let scene = Scene::new().await;
    for key in ["a/1", "a/2", "b/1"] {
        put(&scene.s3, key, "content").await;
    }
    let generator = |prefix: &str| {
        let generator = api::S3JobManifestGenerator {
            source_bucket: format!("arn:aws:s3:::{BUCKET}"),
            enable_manifest_output: true,
            manifest_output_location: Some(api::S3ManifestOutputLocation {
                bucket: format!("arn:aws:s3:::{REPORTS}"),
                manifest_format: "S3InventoryReport_CSV_20211130".into(),
                ..Default::default()
            }),
            filter: Some(api::JobManifestGeneratorFilter {
                key_name_constraint: Some(api::KeyNameConstraint {
                    match_any_prefix: Some(vec![prefix.to_owned()]),
                    ..Default::default()
                }),
                object_size_greater_than_bytes: Some(1),
                ..Default::default()
            }),
            ..Default::default()
        };
        api::CreateJobRequest {
            client_request_token: prefix.to_owned(),
            manifest_generator: Some(api::JobManifestGenerator::S3JobManifestGenerator(generator)),
            ..job(tagging(), None)
        }
    };
    let id = scene.create(generator("a/")).await;
    let none = scene.create(generator("z/")).await;
    scene.cloud.advance(A_WHILE).await;
    assert_eq!(scene.outcome(&id).await, ("Complete".to_owned(), 2, 2, 0));
    let location = scene.describe(&id).await.generated_manifest_descriptor.unwrap();
    let arn = location.location.unwrap().object_arn;
    let manifest = scene.read(arn.split_once('/').unwrap().1).await;
    assert!(manifest.contains("\"fileSchema\":\"Bucket, Key\""), "{manifest}");
    let failed = scene.describe(&none).await;
    let reason = failed.failure_reasons.unwrap().remove(0).failure_reason.unwrap();
    assert_eq!(reason, "Manifest generation found no keys matching the filter criteria.");
}

#[tokio::test]
async fn what_jobs_cannot_be() {
    let scene = Scene::new().await;
    let manifest = scene.manifest(&["Bucket", "Key"], "").await;
    let good = || job(tagging(), Some(manifest.clone()));
    let with = |change: fn(&mut api::CreateJobRequest)| {
        let mut request = good();
        change(&mut request);
        request
    };
    for (request, code) in [
        (with(|it| it.operation.s3_replicate_object = Some(Default::default())), "InvalidRequest"),
        (with(|it| it.operation = Default::default()), "InvalidRequest"),
        (with(|it| it.manifest = None), "InvalidRequest"),
        (with(|it| it.report.bucket = None), "InvalidRequest"),
        (with(|it| it.report.report_scope = Some("Some".into())), "InvalidRequest"),
        (with(|it| it.account_id = "111111111111".into()), "AccessDenied"),
        (
            with(|it| it.manifest.as_mut().unwrap().spec.fields = Some(vec!["Key".into()])),
            "InvalidRequest",
        ),
        (
            with(|it| {
                let tag = |n: usize| api::S3Tag { key: n.to_string(), value: String::new() };
                it.tags = Some((0..51).map(tag).collect());
            }),
            "TooManyTagsException",
        ),
        (
            with(|it| {
                let invoke = api::LambdaInvokeOperation::default();
                it.operation =
                    api::JobOperation { lambda_invoke: Some(invoke), ..Default::default() };
            }),
            "NotImplemented",
        ),
    ] {
        assert_eq!(failure(scene.control.create_job(request).await).0, code);
    }
    let id = scene.create(good()).await;
    let tags = |key: &str| api::PutJobTaggingRequest {
        account_id: account(),
        job_id: id.clone(),
        tags: vec![api::S3Tag { key: key.to_owned(), value: "v".to_owned() }],
    };
    assert_eq!(failure(scene.control.put_job_tagging(tags("aws:k")).await).0, "InvalidTag");
    scene.control.put_job_tagging(tags("k")).await.unwrap();
    let get = || api::GetJobTaggingRequest { account_id: account(), job_id: id.clone() };
    let kept = scene.control.get_job_tagging(get()).await.unwrap().tags.unwrap();
    assert_eq!(kept.len(), 1);
    let delete = api::DeleteJobTaggingRequest { account_id: account(), job_id: id.clone() };
    scene.control.delete_job_tagging(delete).await.unwrap();
    assert!(scene.control.get_job_tagging(get()).await.unwrap().tags.unwrap().is_empty());
    let priority = |id: &str| api::UpdateJobPriorityRequest {
        account_id: account(),
        job_id: id.to_owned(),
        priority: 7,
    };
    assert_eq!(scene.control.update_job_priority(priority(&id)).await.unwrap().priority, 7);
    let refused = scene.control.update_job_priority(priority("no-such-job")).await;
    assert_eq!(failure(refused), ("NoSuchJobException".to_owned(), 404));
}
