//! What takes its time: jobs, tasks and requests.

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

/// A delegation request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delegation {
    /// The account that is asked.
    pub owner_account: Option<String>,
    /// What it is for.
    pub description: String,
    /// The ARN of the policy template.
    pub template: Option<String>,
    /// The template's parameters.
    pub parameters: Vec<DelegationParameter>,
    /// A message to the owner.
    pub message: Option<String>,
    /// The requestor's own id of the workflow.
    pub workflow: String,
    /// Where the owner is led afterwards.
    pub redirect_url: Option<String>,
    /// Where notifications go.
    pub channel: String,
    /// Seconds that the session lasts.
    pub session_duration: i32,
    /// Only the owner sends the token.
    pub only_send_by_owner: bool,
    /// Who asks.
    pub requestor: String,
    /// Whom it is assigned to.
    pub owner: Option<String>,
    /// Who approved it.
    pub approver: Option<String>,
    /// The state, as the API calls it.
    pub state: String,
    /// Notes of the owner.
    pub notes: Option<String>,
    /// Why it was rejected.
    pub rejection: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// A parameter of a policy template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DelegationParameter {
    /// The name.
    pub name: Option<String>,
    /// The type.
    pub kind: Option<String>,
    /// The values.
    pub values: Option<Vec<String>>,
}

impl Resource for Delegation {
    const VERSION: u32 = 1;
}
