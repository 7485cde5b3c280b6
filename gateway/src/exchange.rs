//! What the handlers find out about a request, step by step.

use std::net::SocketAddr;
use std::sync::Arc;

use fogbank_context::{AccountId, Region};
use fogbank_schema::Protocol;
use fogbank_service::{AccessKey, HttpRequest, Principal, Provider, RequestContext, ServiceError};
use fogbank_state::World;
use fogbank_wire::{Body, RequestHead, RequestIds};
use http::{HeaderName, HeaderValue};

use crate::body::RequestBody;
use crate::detection::signature::Signature;
use crate::gateway::Core;
use crate::handlers::arrival::cors::Verdict;
use crate::noted::{Noted, Rare};
use crate::services::Slot;

/// A response on its way out.
pub(crate) type Response = http::Response<Body>;

/// What a request handler decides: to go on, or to stop with an answer.
pub(crate) type Step = Result<(), Stop>;

/// Why the chain stops before its end.
pub(crate) enum Stop {
    /// With this answer.
    Answer(Box<Response>),
    /// With this error, to be written in the service's protocol.
    Fault(ServiceError),
}

impl From<ServiceError> for Stop {
    fn from(error: ServiceError) -> Self {
        Stop::Fault(error)
    }
}

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Stop::Answer(Box::new(response))
    }
}

/// A request and all that is known of it.
pub(crate) struct Exchange {
    /// The gateway.
    pub(crate) core: Arc<Core>,
    /// The HTTP request; moves into `context` when that is made.
    http: HttpRequest,
    /// Which of the headers that few requests have it has.
    noted: Noted,
    /// The body.
    pub(crate) body: RequestBody,
    /// The world that the request addresses.
    pub(crate) world: Arc<World>,
    /// The id of the request; moves into `context` when that is made.
    pub(crate) request_id: String,
    /// What the signature claims.
    pub(crate) signature: Option<Signature>,
    /// The service.
    pub(crate) service: Option<Arc<Slot>>,
    /// The service's provider, once it is loaded.
    pub(crate) provider: Option<Arc<Provider>>,
    /// The protocol.
    pub(crate) protocol: Option<Protocol>,
    /// Path and query as the service's protocol sees them, where they differ from the URI.
    pub(crate) target: Option<http::Uri>,
    /// The operation, by its position in the model.
    pub(crate) operation: Option<usize>,
    /// The region that the host name or the path names.
    pub(crate) named_region: Option<Region>,
    /// The region.
    pub(crate) region: Option<Region>,
    /// The account.
    pub(crate) account: AccountId,
    /// Who asks.
    pub(crate) principal: Option<Arc<Principal>>,
    /// The access key of the signature, where a service of the world made it.
    pub(crate) access_key: Option<Arc<AccessKey>>,
    /// What the provider gets to know; there from dispatch on.
    pub(crate) context: Option<RequestContext>,
    /// The code of the error that is answered.
    pub(crate) failed: Option<String>,
    /// What the response to a web page's request carries.
    pub(crate) cors: Verdict,
    /// The span of the log; disabled unless somebody listens.
    pub(crate) span: tracing::Span,
}

impl Exchange {
    /// A request of which only its HTTP side is known.
    pub(crate) fn new(
        core: Arc<Core>,
        parts: http::request::Parts,
        body: RequestBody,
        scheme: &'static str,
        remote: SocketAddr,
        world: Arc<World>,
    ) -> Self {
        let host = host_of(&parts);
        let noted = Noted::of(&parts.headers);
        let account = core.config.default_account_id;
        Self {
            core,
            request_id: String::new(),
            noted,
            http: HttpRequest {
                method: parts.method,
                uri: parts.uri,
                headers: parts.headers,
                scheme,
                host,
                remote: Some(remote),
                presigned: false,
            },
            body,
            world,
            signature: None,
            service: None,
            provider: None,
            protocol: None,
            target: None,
            operation: None,
            named_region: None,
            region: None,
            account,
            principal: None,
            access_key: None,
            context: None,
            failed: None,
            cors: Verdict::default(),
            span: tracing::Span::none(),
        }
    }

    /// The HTTP request.
    pub(crate) fn http(&self) -> &HttpRequest {
        self.context.as_ref().map_or(&self.http, |context| &context.http)
    }

    /// Changes the HTTP request; only before dispatch.
    pub(crate) fn change_http(&mut self, change: impl FnOnce(&mut HttpRequest)) {
        change(&mut self.http);
        self.noted = Noted::of(&self.http.headers);
    }

    /// What the head has.
    pub(crate) fn noted(&self) -> Noted {
        self.noted
    }

    /// A header that few requests have, as text.
    pub(crate) fn rare_header(&self, rare: Rare, name: &HeaderName) -> Option<&str> {
        if self.noted.has(rare) { self.header(name) } else { None }
    }

    /// The HTTP request's head as the wire reads it.
    pub(crate) fn head(&self) -> RequestHead<'_> {
        let http = self.http();
        let uri = self.target.as_ref().unwrap_or(&http.uri);
        RequestHead {
            method: &http.method,
            path: uri.path(),
            query: uri.query(),
            headers: &http.headers,
        }
    }

    /// A header as text.
    pub(crate) fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.http().headers.get(name)?.to_str().ok()
    }

    /// The service; detection has found it.
    pub(crate) fn service(&self) -> Result<&Arc<Slot>, Stop> {
        self.service.as_ref().ok_or_else(|| crate::faults::unknown_service().into())
    }

    /// The id of the request.
    pub(crate) fn request_id(&self) -> &str {
        self.context.as_ref().map_or(&self.request_id, |context| &context.request_id)
    }

    /// What the response takes over from the request.
    pub(crate) fn ids(&self) -> RequestIds<'_> {
        // The dialects differ by these headers alone.
        if self.noted.has(Rare::Accept) || self.noted.has(Rare::Cbor) {
            return RequestIds::of(self.request_id(), self.head());
        }
        let head = self.http().method == http::Method::HEAD;
        RequestIds { head, ..RequestIds::new(self.request_id()) }
    }

    /// Who asks, once that is known.
    pub(crate) fn principal(&self) -> Option<&Principal> {
        self.context.as_ref().map(|context| &*context.principal).or(self.principal.as_deref())
    }

    /// Service and operation, once they are known.
    pub(crate) fn label(&self) -> Option<&HeaderValue> {
        self.service.as_ref().zip(self.operation).map(|(slot, operation)| slot.label(operation))
    }

    /// Moves everything that the provider gets to know into the context.
    pub(crate) fn make_context(&mut self, operation: usize) -> Result<(), Stop> {
        let slot = self.service()?;
        let model = slot.model();
        let protocol = self.protocol.unwrap_or_else(|| slot.first_protocol());
        let region = self.region.take().unwrap_or_else(|| self.core.config.default_region.clone());
        let principal = self
            .principal
            .take()
            .unwrap_or_else(|| Arc::new(Principal::root(self.account, region.partition())));
        self.context = Some(RequestContext {
            request_id: std::mem::take(&mut self.request_id),
            model,
            operation: &model.operations[operation],
            protocol,
            account: self.account,
            region,
            principal,
            world: self.world.clone(),
            http: std::mem::take(&mut self.http),
            invoker: self.core.invoker(),
            late: None,
        });
        Ok(())
    }
}

/// Host and port as the client named them, in lower case.
fn host_of(parts: &http::request::Parts) -> String {
    let header = || parts.headers.get(http::header::HOST)?.to_str().ok();
    let host = parts.uri.authority().map(|authority| authority.as_str()).or_else(header);
    let mut host = host.unwrap_or_default().to_owned();
    host.make_ascii_lowercase();
    host
}
