//! Delegation requests.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn, Timestamp};
use fogbank_service::{KeySession, RequestContext};
use fogbank_state::{Resource, Table, store};
use serde::{Deserialize, Serialize};

store! {
    /// What IAM keeps of all accounts together: requests of one account to another.
    pub struct DelegationStore: "iam", Global {
        /// The delegation requests by id.
        pub delegation_requests: Table<String, Delegation>,
        /// What product providers registered: policy templates and permissions boundaries by ARN.
        pub registered_policies: Table<String, RegisteredPolicy>,
    }
}

impl DelegationStore {
    /// The store of a request's world.
    pub fn of(cx: &RequestContext) -> Arc<Self> {
        cx.world.global()
    }
}

/// Where a delegation request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DelegationState {
    /// It has no owner.
    Unassigned,
    /// It has an owner.
    Assigned,
    /// The owner passed it on to who may approve it.
    PendingApproval,
    /// It was approved.
    Accepted,
    /// The exchange token was sent.
    Finalized,
    /// It was not.
    Rejected,
}

/// A request for temporary access.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delegation {
    /// The account that asks.
    pub requestor: AccountId,
    /// Its own name for the request.
    pub workflow: String,
    /// The account that is asked, once it is known.
    pub owner_account: Option<AccountId>,
    /// The ARN of who is asked.
    pub owner: Option<String>,
    /// The ARN of who approved it.
    pub approver: Option<String>,
    /// Where it stands.
    pub state: DelegationState,
    /// What it is for.
    pub description: String,
    /// A message of the account that asks.
    pub message: Option<String>,
    /// The template of the policy that is asked for.
    pub template: Option<String>,
    /// The parameters of the template.
    pub parameters: Option<Vec<DelegationParameter>>,
    /// Where the console leads afterwards.
    pub redirect: Option<String>,
    /// Seconds that a session may last.
    pub duration: i32,
    /// Only the owner sends the token.
    pub only_by_owner: bool,
    /// What the owner noted.
    pub notes: Option<String>,
    /// Why it was rejected.
    pub rejection: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// The ARN of the topic that is told of changes.
    #[serde(default)]
    pub channel: String,
    /// The policy that the template and its parameters make; none where the template is not
    /// registered.
    #[serde(default)]
    pub policy: Option<String>,
    /// Who approved it, for the sessions that the token is exchanged for.
    #[serde(default)]
    pub approval: Option<Approval>,
}

/// Who approved a request, as of then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Approval {
    /// The principal.
    pub arn: Arn,
    /// Its unique id.
    pub user_id: String,
    /// What its own session was made with, if it had one.
    pub session: Option<KeySession>,
}

/// A policy that a product provider registered with AWS.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RegisteredPolicy {
    /// The document; a template's has parameters.
    pub document: Arc<str>,
}

impl Resource for RegisteredPolicy {
    const VERSION: u32 = 1;
}

/// A parameter of a policy's template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DelegationParameter {
    /// The name.
    pub name: Option<String>,
    /// The values.
    pub values: Option<Vec<String>>,
    /// `string` or `stringList`.
    pub kind: Option<String>,
}

impl Resource for Delegation {
    const VERSION: u32 = 1;
}
