//! What takes its time: jobs and tasks.

use fogbank_context::Timestamp;
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

/// A last-accessed job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessJob {
    /// The ARN of the user, group, role or policy, or the path of the entity of an organisation.
    pub subject: String,
    /// The job is about an entity of an organisation.
    pub organization: bool,
    /// `SERVICE_LEVEL` or `ACTION_LEVEL`.
    pub granularity: String,
    /// When it was asked for.
    pub created: Timestamp,
}

impl Resource for AccessJob {
    const VERSION: u32 = 1;
}

/// A deletion of a service-linked role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeletionTask {
    /// The role's name.
    pub role: String,
    /// When it was asked for.
    pub created: Timestamp,
}

impl Resource for DeletionTask {
    const VERSION: u32 = 1;
}
