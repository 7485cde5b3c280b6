//! A batch job as it is kept.

use fogbank_api_s3control as api;
use fogbank_context::Timestamp;
use fogbank_state::{Resource, Rows, rows};
use serde::{Deserialize, Serialize};

use crate::stored::Stored;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    New,
    Suspended,
    Ready,
    Active,
    Cancelled,
    Failed,
    Complete,
}

impl Status {
    /// The name in the model.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Suspended => "Suspended",
            Self::Ready => "Ready",
            Self::Active => "Active",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
            Self::Complete => "Complete",
        }
    }

    /// Whether nothing happens to the job any more.
    pub(super) fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Failed | Self::Complete)
    }
}

/// A batch job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(super) created: Timestamp,
    pub(super) status: Status,
    pub(super) priority: i32,
    /// By which a repeated request is recognized.
    pub(super) token: String,
    pub(super) description: Option<String>,
    pub(super) confirm: bool,
    pub(super) operation: Stored<api::JobOperation>,
    pub(super) manifest: Option<Stored<api::JobManifest>>,
    pub(super) generator: Option<Stored<api::S3JobManifestGenerator>>,
    /// Where the generated manifest was written: the ARN of the object and its entity tag.
    pub(super) generated: Option<(String, String)>,
    pub(super) report: Stored<api::JobReport>,
    pub(super) role: String,
    pub(super) tags: Vec<(String, String)>,
    /// Why the status was changed last, in the words of who changed it.
    pub(super) reason: Option<String>,
    /// Why the job failed: code and words.
    pub(super) failure: Option<(String, String)>,
    pub(super) suspended: Option<Timestamp>,
    pub(super) started: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    /// When something was done last.
    pub(super) touched: Timestamp,
    pub(super) succeeded: u64,
    pub(super) failed: u64,
    #[serde(skip)]
    pub(super) tasks: Rows<u64, Task>,
}

impl Resource for Job {
    const VERSION: u32 = 1;
    rows!(tasks);
}

/// An object that a job is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(super) bucket: String,
    pub(super) key: String,
    /// The version; empty where the manifest has a column for it and says nothing.
    pub(super) version: Option<String>,
    pub(super) outcome: Option<Outcome>,
}

/// What became of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// The status of S3's answer.
    pub(super) status: u16,
    /// The code of the error; none when the task succeeded.
    pub(super) code: Option<String>,
    pub(super) message: String,
}

impl Job {
    /// Ends the job.
    pub(super) fn end(&mut self, status: Status, now: Timestamp) {
        self.status = status;
        self.ended = Some(now);
        self.touched = now;
    }

    /// Ends the job as failed.
    pub(super) fn fail(&mut self, failure: (String, String), now: Timestamp) {
        self.failure = Some(failure);
        self.end(Status::Failed, now);
    }

    /// How many tasks there are and how they went.
    pub(super) fn progress(&self) -> Option<api::JobProgressSummary> {
        let number = |it: u64| i64::try_from(it).ok();
        let until = self.ended.unwrap_or(self.touched).as_secs();
        let active = self.started.map_or(0, |started| until - started.as_secs());
        Some(api::JobProgressSummary {
            total_number_of_tasks: i64::try_from(self.tasks.len()).ok(),
            number_of_tasks_succeeded: number(self.succeeded),
            number_of_tasks_failed: number(self.failed),
            timers: Some(api::JobTimers { elapsed_time_in_active_seconds: Some(active) }),
        })
    }
}

/// The name of the operation that a job runs; none when there is not exactly one.
pub(super) fn operation_name(operation: &api::JobOperation) -> Option<&'static str> {
    let given = [
        ("LambdaInvoke", operation.lambda_invoke.is_some()),
        ("S3PutObjectCopy", operation.s3_put_object_copy.is_some()),
        ("S3PutObjectAcl", operation.s3_put_object_acl.is_some()),
        ("S3PutObjectTagging", operation.s3_put_object_tagging.is_some()),
        ("S3DeleteObjectTagging", operation.s3_delete_object_tagging.is_some()),
        ("S3InitiateRestoreObject", operation.s3_initiate_restore_object.is_some()),
        ("S3PutObjectLegalHold", operation.s3_put_object_legal_hold.is_some()),
        ("S3PutObjectRetention", operation.s3_put_object_retention.is_some()),
        ("S3ReplicateObject", operation.s3_replicate_object.is_some()),
        ("S3ComputeObjectChecksum", operation.s3_compute_object_checksum.is_some()),
        ("S3UpdateObjectEncryption", operation.s3_update_object_encryption.is_some()),
    ];
    let mut names = given.into_iter().filter(|(_, there)| *there).map(|(name, _)| name);
    names.next().filter(|_| names.next().is_none())
}
