//! What a provider hands to the gateway: its service, and what it does beside it.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use fogbank_state::World;

use crate::{
    BoxFuture, ByteStream, HttpRequest, IdentityPolicies, Invoker, OperationResult, RawHandler,
    ResourcePolicies, Service, ServiceError, Unheeded,
};

/// A provider, ready to answer for its service.
pub struct Provider {
    /// The operations.
    pub service: Arc<dyn Service>,
    /// Requests that the service answers although its model does not describe them.
    pub raw: Option<Arc<dyn RawHandler>>,
    /// Internal routes, such as `/_aws/sqs/messages`.
    pub routes: Vec<Route>,
    /// What the provider does when it starts and stops.
    pub lifecycle: Option<Arc<dyn Lifecycle>>,
    /// What authorisation learns of principals: IAM's.
    pub identity_policies: Option<Arc<dyn IdentityPolicies>>,
    /// What authorisation learns of the service's resources.
    pub resource_policies: Option<Arc<dyn ResourcePolicies>>,
    /// The parameters that have less effect than at AWS.
    pub unheeded: &'static [&'static Unheeded],
    /// The service takes texts that are not written yet; see [`Caller::late`](crate::Caller::late).
    pub takes_late: bool,
    /// What the service does in a world of its own accord.
    pub background: Option<Background>,
}

/// Begins what a service does in a world of its own accord: schedules, retries, lifecycle rules.
///
/// It is called for a world that has something of the service before its first request, because it
/// comes from a data directory or a snapshot; what is configured begins it too. It may be called again:
/// [`World::background`] counts a name once.
pub type Background = Arc<dyn Fn(&Arc<World>, &Arc<dyn Invoker>) + Send + Sync>;

impl From<Arc<dyn Service>> for Provider {
    fn from(service: Arc<dyn Service>) -> Self {
        Self {
            service,
            raw: None,
            routes: Vec::new(),
            lifecycle: None,
            identity_policies: None,
            resource_policies: None,
            unheeded: &[],
            takes_late: false,
            background: None,
        }
    }
}

impl Provider {
    /// With texts taken that are not written yet.
    #[must_use]
    pub fn with_late_texts(mut self) -> Self {
        self.takes_late = true;
        self
    }

    /// With an answer to requests that the model does not describe.
    #[must_use]
    pub fn with_raw(mut self, raw: Arc<dyn RawHandler>) -> Self {
        self.raw = Some(raw);
        self
    }

    /// With an internal route.
    #[must_use]
    pub fn with_route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    /// With the parameters that have less effect than at AWS.
    #[must_use]
    pub fn with_unheeded(mut self, rows: &'static [&'static Unheeded]) -> Self {
        self.unheeded = rows;
        self
    }

    /// With what it does in a world of its own accord.
    #[must_use]
    pub fn with_background(
        mut self,
        begin: impl Fn(&Arc<World>, &Arc<dyn Invoker>) + Send + Sync + 'static,
    ) -> Self {
        self.background = Some(Arc::new(begin));
        self
    }

    /// With something to do when it starts and stops.
    #[must_use]
    pub fn with_lifecycle(mut self, lifecycle: Arc<dyn Lifecycle>) -> Self {
        self.lifecycle = Some(lifecycle);
        self
    }

    /// With what authorisation learns of principals.
    #[must_use]
    pub fn with_identity_policies(mut self, policies: Arc<dyn IdentityPolicies>) -> Self {
        self.identity_policies = Some(policies);
        self
    }

    /// With what authorisation learns of the service's resources.
    #[must_use]
    pub fn with_resource_policies(mut self, policies: Arc<dyn ResourcePolicies>) -> Self {
        self.resource_policies = Some(policies);
        self
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("routes", &self.routes).finish_non_exhaustive()
    }
}

/// What a provider does when the gateway starts and stops it. Nothing, unless it says otherwise.
pub trait Lifecycle: Send + Sync + 'static {
    /// Before the service's first request; requests wait until it is done. An error leaves the
    /// service in the state ERROR, and its requests are answered with a 500.
    fn start<'a>(&'a self, invoker: Arc<dyn Invoker>) -> BoxFuture<'a, Result<(), ServiceError>> {
        drop(invoker);
        Box::pin(std::future::ready(Ok(())))
    }

    /// When the server stops or the service is stopped; no request is under way.
    fn stop<'a>(&'a self) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }

    /// After a world's state was reset, restored or loaded: forget what was derived from it.
    fn state_replaced(&self, world: &World) {
        let _ = world;
    }
}

/// An internal route of a provider, outside the service's own API.
#[derive(Clone)]
pub struct Route {
    /// The path below `/_aws/`, `/_fogbank/` and `/_localstack/`, such as `sqs/messages`; requests
    /// to deeper paths come here too.
    pub path: &'static str,
    /// Answers a request.
    pub handler: Arc<dyn RouteHandler>,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Route").field(&self.path).finish()
    }
}

/// The code behind an internal route.
pub trait RouteHandler: Send + Sync + 'static {
    /// Answers a request.
    fn handle(&self, request: RouteRequest) -> BoxFuture<'_, RouteAnswer>;
}

/// A request to an internal route.
pub struct RouteRequest {
    /// The request's HTTP side.
    pub http: HttpRequest,
    /// What follows the route's path, without its leading slash; percent-encoded as it came.
    pub rest: String,
    /// The body.
    pub body: Bytes,
    /// The world that is addressed.
    pub world: Arc<World>,
    /// The way to services.
    pub invoker: Arc<dyn Invoker>,
}

/// The answer of an internal route.
pub enum RouteAnswer {
    /// As it stands.
    Http(http::Response<ByteStream>),
    /// As the service's operation would answer, in the protocol that the request's
    /// `Content-Type` and `Accept` ask for.
    Operation(
        /// The operation's name in the model.
        &'static str,
        /// What it answers.
        OperationResult,
    ),
}
