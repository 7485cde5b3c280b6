//! What an operation knows of its request.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn, Clock, IdSource, Partition, Region, Timestamp};
use fogbank_schema::{Operation, Protocol, ServiceModel};
use fogbank_state::World;

use crate::{Caller, Invoker, LateText};

/// Who sent a request.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The access key of the signature; none for anonymous requests.
    pub access_key_id: Option<String>,
    /// The account that the principal belongs to.
    pub account: AccountId,
    /// The ARN: of a user, of an assumed role, or the account's root.
    pub arn: Arn,
    /// The unique id that STS reports (`AIDA…`, `AROA…:session`, or the account id for root).
    pub user_id: String,
    /// The session token that came with the signature.
    pub session_token: Option<String>,
    /// The service on whose behalf a typed client calls, such as `sns.amazonaws.com`.
    pub service: Option<&'static str>,
}

impl Principal {
    /// The root of an account.
    pub fn root(account: AccountId, partition: Partition) -> Self {
        Self {
            access_key_id: None,
            account,
            arn: Arn::global(partition, "iam", account, "root"),
            user_id: account.to_string(),
            session_token: None,
            service: None,
        }
    }
}

/// The request's HTTP side, for the few operations that look behind their model.
#[derive(Clone, Debug, Default)]
pub struct HttpRequest {
    /// The method.
    pub method: http::Method,
    /// The URI as it came.
    pub uri: http::Uri,
    /// The headers as they came.
    pub headers: http::HeaderMap,
    /// `http` or `https`, as the client sees it.
    pub scheme: &'static str,
    /// Host and port as the client named them.
    pub host: String,
    /// The client's address.
    pub remote: Option<std::net::SocketAddr>,
    /// The signature came in the query string.
    pub presigned: bool,
}

/// What an operation knows of its request: who asks, where, when, and in which world.
pub struct RequestContext {
    /// The id that the response carries.
    pub request_id: String,
    /// The service's model.
    pub model: &'static ServiceModel<'static>,
    /// The operation.
    pub operation: &'static Operation<'static>,
    /// The protocol that the request speaks.
    pub protocol: Protocol,
    /// The account whose resources the request addresses.
    pub account: AccountId,
    /// The region that the request addresses.
    pub region: Region,
    /// Who asks.
    pub principal: Arc<Principal>,
    /// The world whose state the request sees.
    pub world: Arc<World>,
    /// The HTTP request; empty for calls of typed clients.
    pub http: HttpRequest,
    /// The way to other services.
    pub invoker: Arc<dyn Invoker>,
    /// What a service that calls brings in place of the input's text; see [`Caller::late`].
    pub late: Option<LateText>,
}

impl RequestContext {
    /// The world's current time.
    pub fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        self.world.clock()
    }

    /// The world's id source.
    pub fn ids(&self) -> &IdSource {
        self.world.ids()
    }

    /// The partition of the request's region.
    pub fn partition(&self) -> Partition {
        self.region.partition()
    }

    /// The ARN of a resource of this service in the request's account and region.
    pub fn arn(&self, service: &str, resource: impl Into<String>) -> Arn {
        Arn::regional(service, &self.region, self.account, resource)
    }

    /// A caller for typed clients: the same principal, account, region and world.
    pub fn caller(&self) -> Caller {
        Caller {
            invoker: self.invoker.clone(),
            request_id: self.request_id.clone(),
            principal: self.principal.clone(),
            account: self.account,
            region: self.region.clone(),
            world: self.world.clone(),
            late: None,
        }
    }
}
