//! Connections, API destinations and global endpoints.

use fogbank_api_events as api;
use fogbank_context::{Arn, Timestamp};
use fogbank_service::shape::kept::Kept;
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

/// A connection: how requests to API destinations are authorised. What is secret of it is kept in
/// Secrets Manager.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) arn: Arn,
    pub(crate) description: Option<String>,
    /// `AUTHORIZED`, `AUTHORIZING`, `DEAUTHORIZED`, …
    pub(crate) state: String,
    pub(crate) state_reason: Option<String>,
    pub(crate) authorization: Authorization,
    /// What goes with each request; the values of secret ones are empty here.
    pub(crate) invocation: Option<HttpParameters>,
    /// The secret's ARN, while there is one.
    pub(crate) secret: Option<String>,
    pub(crate) kms_key_identifier: Option<String>,
    /// The resource configurations of VPC Lattice: for the API, and for the authorization server.
    pub(crate) connectivity: (Option<String>, Option<String>),
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) authorized: Option<Timestamp>,
    /// Another number after each change.
    pub(crate) revision: u64,
}

impl Resource for Connection {
    const VERSION: u32 = 1;
}

/// How a connection authorises requests, without its secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Authorization {
    /// By user name and password.
    Basic(String),
    /// By a key in a header of this name.
    ApiKey(String),
    /// By a token of an authorization server.
    OAuth(OAuth),
}

/// An authorization server and the client that asks it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OAuth {
    pub(crate) client_id: String,
    pub(crate) endpoint: String,
    pub(crate) method: String,
    /// What goes with the requests for tokens; the values of secret ones are empty here.
    pub(crate) parameters: Option<HttpParameters>,
}

/// What goes with a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HttpParameters {
    pub(crate) headers: Option<Vec<HttpParameter>>,
    pub(crate) query: Option<Vec<HttpParameter>>,
    pub(crate) body: Option<Vec<HttpParameter>>,
}

/// A header, a member of the query or of the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HttpParameter {
    pub(crate) key: String,
    pub(crate) value: String,
    #[serde(default)]
    pub(crate) is_value_secret: bool,
}

/// An API destination.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ApiDestination {
    pub(crate) arn: Arn,
    pub(crate) description: Option<String>,
    pub(crate) connection: String,
    pub(crate) endpoint: String,
    pub(crate) method: String,
    pub(crate) rate_limit: i32,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// When the next request may be sent.
    #[serde(default)]
    pub(crate) free_at: Timestamp,
}

impl Resource for ApiDestination {
    const VERSION: u32 = 1;
}

/// A global endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) arn: Arn,
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) routing: Kept<api::RoutingConfig>,
    pub(crate) replication: Option<Kept<api::ReplicationConfig>>,
    pub(crate) buses: Vec<Kept<api::EndpointEventBus>>,
    pub(crate) role_arn: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

impl Resource for Endpoint {
    const VERSION: u32 = 1;
}
