//! Providers in process: a world on a frozen clock, typed clients, no server.
//!
//! ```ignore
//! let cloud = Cloud::new().with(fogbank_api_sqs::service(Arc::new(SqsProvider::new())));
//! let sqs = SqsClient::new(cloud.caller());
//! sqs.create_queue(CreateQueueRequest { queue_name: "q".into(), ..Default::default() }).await?;
//! cloud.advance(Duration::from_secs(30)).await;
//! ```
//!
//! Typed clients enter behind the wire, so what the wire checks (required members, lengths,
//! patterns) is not checked here; the tests of the wire and the end-to-end tests do that.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fogbank_context::{AccountId, Clock, IdSource, Partition, Region, Timestamp};
use fogbank_service::{
    BoxFuture, Caller, HttpRequest, Input, Invocation, Invoker, OperationResult, Principal,
    RequestContext, Service, ServiceError,
};
use fogbank_state::World;

/// The time at which the clock of a [`Cloud`] stands: 2026-01-01T00:00:00Z.
pub const START: Timestamp = Timestamp::from_secs(1_767_225_600);

/// Some services and a world for them.
#[derive(Clone)]
pub struct Cloud {
    services: Arc<BTreeMap<&'static str, Arc<dyn Service>>>,
    world: Arc<World>,
    http: Arc<HttpRequest>,
    takes_late: bool,
}

impl Default for Cloud {
    fn default() -> Self {
        Self::new()
    }
}

impl Cloud {
    /// A world without services, its clock frozen at [`START`], its ids seeded.
    pub fn new() -> Self {
        let world = World::with(Clock::frozen_at(START), IdSource::seeded(1));
        let http = HttpRequest {
            host: "localhost:4566".to_owned(),
            scheme: "http",
            ..HttpRequest::default()
        };
        Self { services: Arc::default(), world, http: Arc::new(http), takes_late: false }
    }

    /// The cloud with one more service.
    #[must_use]
    pub fn with(mut self, service: Arc<dyn Service>) -> Self {
        let services = Arc::make_mut(&mut self.services);
        services.insert(service.schemas().model().metadata.name, service);
        self
    }

    /// The same cloud, whose services take texts that are not written yet; others see none.
    #[must_use]
    pub fn with_late_texts(mut self) -> Self {
        self.takes_late = true;
        self
    }

    /// The same services over another world, such as a fork.
    #[must_use]
    pub fn in_world(mut self, world: Arc<World>) -> Self {
        self.world = world;
        self
    }

    /// The same cloud, whose requests carry this HTTP side.
    #[must_use]
    pub fn with_http(mut self, http: HttpRequest) -> Self {
        self.http = Arc::new(http);
        self
    }

    /// The world.
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// Lets time pass; what falls due runs before this returns.
    pub async fn advance(&self, duration: Duration) {
        self.world.clock().advance(duration).await;
    }

    /// A caller for typed clients: the root of account 000000000000 in us-east-1.
    pub fn caller(&self) -> Caller {
        Caller {
            invoker: Arc::new(self.clone()),
            request_id: String::new(),
            principal: Arc::new(Principal::root(AccountId::DEFAULT, Partition::Aws)),
            account: AccountId::DEFAULT,
            region: Region::us_east_1(),
            world: self.world.clone(),
            late: None,
        }
    }
}

impl Invoker for Cloud {
    fn takes_late(&self, _: &str) -> bool {
        self.takes_late
    }

    fn invoke(&self, call: Invocation) -> BoxFuture<'static, OperationResult> {
        let cloud = self.clone();
        Box::pin(async move {
            let service = cloud.services.get(call.service).ok_or_else(|| {
                ServiceError::new("ServiceUnavailable", 503, format!("no {} here", call.service))
            })?;
            let model = service.schemas().model();
            let cx = RequestContext {
                request_id: call.caller.world.ids().uuid(),
                model,
                operation: &model.operations[call.operation],
                protocol: model.metadata.protocols[0],
                account: call.caller.account,
                region: call.caller.region.clone(),
                principal: call.caller.principal.clone(),
                world: call.caller.world.clone(),
                http: (*cloud.http).clone(),
                invoker: Arc::new(cloud.clone()),
                late: call.caller.late.clone().filter(|_| cloud.takes_late),
            };
            service.invoke(call.operation, &cx, Input::Typed(call.input)).await
        })
    }
}
