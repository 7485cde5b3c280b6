//! A gateway: its parts, and the handle that those who embed it hold.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use fogbank_authorization::Authorizer;
use fogbank_config::{Config, Fallback, Listen};
use fogbank_context::{AccountId, Region, Stopwatch};
use fogbank_service::{Caller, Invoker, Principal, Provider, Service};
use fogbank_state::World;
use fogbank_wire::conformance::Conformance;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::detection;
use crate::detection::host::{Host, OwnNames};
use crate::detection::identity::Principals;
use crate::handlers::arrival::cors::Rules;
use crate::handlers::arrival::metrics::Metrics;
use crate::handlers::operation::custom::CustomHandler;
use crate::internal::Init;
use crate::invoker::GatewayInvoker;
use crate::registration::REGISTRATIONS;
use crate::server::opening;
use crate::server::tls::Tls;
use crate::server::{ServeError, Server};
use crate::services::{Embedded, ProviderFactory, Services};
use crate::upstream::Upstream;
use crate::worlds::{Fork, ForkError, MAIN, Worlds};

/// What the handlers of all requests share.
pub(crate) struct Core {
    pub(crate) config: Arc<Config>,
    pub(crate) services: Services,
    pub(crate) worlds: Worlds,
    pub(crate) cors: Rules,
    pub(crate) metrics: Metrics,
    pub(crate) custom: Vec<Arc<dyn CustomHandler>>,
    /// Decides on requests, and remembers.
    pub(crate) authorizer: Authorizer,
    /// The keys of signatures that were compared.
    pub(crate) signing_keys: fogbank_signing::Keys,
    /// Echoes for conformance tests, where the settings ask for them.
    pub(crate) conformance: Option<Conformance>,
    pub(crate) addresses: OnceLock<Vec<SocketAddr>>,
    pub(crate) uptime: Stopwatch,
    pub(crate) upstream: Upstream,
    pub(crate) tls: Tls,
    pub(crate) init: Arc<Init>,
    /// Wakes the server up when a request asks it to stop.
    pub(crate) stop_requested: Notify,
    own_names: OwnNames,
    /// The principals of access keys.
    pub(crate) principals: Principals,
    invoker: Arc<dyn Invoker>,
    stopping: AtomicBool,
}

impl Core {
    async fn open(builder: Builder) -> Result<Arc<Self>, ServeError> {
        let config = builder.config;
        let tls = Tls::new(&config)?;
        let upstream = Upstream::new(&config)?;
        let services = Services::new(&config, REGISTRATIONS, &builder.embedded);
        let world = match builder.world {
            Some(world) => world,
            None => opening::open(&config).await?,
        };
        Ok(Arc::new_cyclic(|core| Self {
            services,
            worlds: Worlds::new(world),
            cors: Rules::new(&config),
            metrics: Metrics::default(),
            custom: builder.custom,
            authorizer: Authorizer::default(),
            signing_keys: fogbank_signing::Keys::default(),
            conformance: config.conformance.then(Conformance::default),
            addresses: OnceLock::new(),
            uptime: Stopwatch::start(),
            upstream,
            tls,
            init: Arc::default(),
            stop_requested: Notify::new(),
            own_names: OwnNames::new(&config.localstack_host.host),
            principals: Principals::default(),
            invoker: Arc::new(GatewayInvoker::new(core.clone())),
            stopping: AtomicBool::new(false),
            config,
        }))
    }

    /// The way of typed clients.
    pub(crate) fn invoker(&self) -> Arc<dyn Invoker> {
        self.invoker.clone()
    }

    /// What a host name without its port says.
    pub(crate) fn host<'h>(&self, name: &'h str) -> Host<'h> {
        let is_endpoint = |endpoint: &str| {
            detection::HOSTED.contains(&endpoint)
                || !fogbank_index::by_endpoint_prefix(endpoint).is_empty()
                || fogbank_index::by_name(endpoint).is_some()
        };
        Host::of(name, &self.own_names, is_endpoint)
    }

    /// Whether the server is stopping.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Refuses requests from now on.
    pub(crate) fn begin_stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Asks the server to stop.
    pub(crate) fn request_stop(&self) {
        self.stop_requested.notify_one();
    }

    /// Stops the services that run.
    pub(crate) async fn stop_services(&self) {
        for slot in self.services.iter() {
            slot.stop().await;
        }
    }

    /// Has services go on with what they do of their own accord in a world that comes from a data
    /// directory or a snapshot: a schedule does not wait for the first request.
    pub(crate) async fn carry_on(&self, world: &Arc<World>) {
        for slot in self.services.emulated().filter(|slot| world.keeps(slot.name())) {
            match slot.load(&self.config, || self.invoker()).await {
                Ok(provider) => {
                    let background = provider.and_then(|provider| provider.background.clone());
                    background.inspect(|begin| begin(world, &self.invoker()));
                }
                Err(error) => tracing::debug!(service = slot.name(), %error, "not carried on"),
            }
        }
    }

    /// Whether operations that are not emulated go to another server.
    pub(crate) fn falls_back(&self) -> bool {
        !matches!(self.config.fallback, Fallback::None)
    }

    /// Forks a world.
    pub(crate) async fn fork(&self, name: &str, parent: &str) -> Result<Fork, ForkError> {
        let source = self.worlds.get(parent).ok_or(ForkError::NoParent)?;
        if self.worlds.get(name).is_some() {
            return Err(ForkError::Taken);
        }
        let world = source.fork();
        let host = self.addresses.get().and_then(|list| list.first()).map(SocketAddr::ip);
        // With all ports taken, host name and header still lead there.
        let listener = self.worlds.listen(&self.config, host, world.clone()).await;
        let fork = Fork { world, parent: parent.to_owned(), listener };
        if self.worlds.insert(name, fork.clone()) {
            return Ok(fork);
        }
        if let Some((_, task)) = fork.listener {
            task.abort();
        }
        Err(ForkError::Taken)
    }

    /// Where clients reach a world: at its port, or by its host name where it has none.
    pub(crate) fn endpoint(&self, world: &str, port: Option<u16>) -> String {
        let Some(port) = port else { return format!("http://{world}.localhost:{}", self.port()) };
        let first = self.addresses.get().and_then(|list| list.first()).map(SocketAddr::ip);
        let host = first.filter(|ip| !ip.is_unspecified());
        let host = host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        format!("http://{}", SocketAddr::new(host, port))
    }

    /// The port that the server listens on first; 4566 before it listens.
    pub(crate) fn port(&self) -> u16 {
        self.addresses.get().and_then(|list| list.first()).map_or(4566, SocketAddr::port)
    }
}

/// What a gateway is made of.
pub struct Builder {
    config: Arc<Config>,
    embedded: Vec<Embedded>,
    custom: Vec<Arc<dyn CustomHandler>>,
    world: Option<Arc<World>>,
}

impl Default for Builder {
    fn default() -> Self {
        let listen = Listen { host: "127.0.0.1".to_owned(), port: 0 };
        let mut config = Config::default();
        config.gateway_listen = vec![listen];
        Self { config: Arc::new(config), embedded: Vec::new(), custom: Vec::new(), world: None }
    }
}

impl Builder {
    /// With these settings; without them the server takes a free port of the loopback address.
    #[must_use]
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.config = config.into();
        self
    }

    /// With a provider for a service, in place of a compiled-in one of the same name.
    #[must_use]
    pub fn provider(mut self, service: &str, provider: &str, factory: ProviderFactory) -> Self {
        let row = Embedded { service: service.into(), provider: provider.into(), factory };
        self.embedded.push(row);
        self
    }

    /// With the default provider for the service that this one implements.
    #[must_use]
    pub fn service(self, service: Arc<dyn Service>) -> Self {
        let name = service.schemas().model().metadata.name;
        let factory: ProviderFactory = Arc::new(move |_: &Config| Provider::from(service.clone()));
        self.provider(name, "default", factory)
    }

    /// With a handler between parsing and dispatch.
    #[must_use]
    pub fn custom_handler(mut self, handler: Arc<dyn CustomHandler>) -> Self {
        self.custom.push(handler);
        self
    }

    /// With this world in place of a new one.
    #[must_use]
    pub fn world(mut self, world: Arc<World>) -> Self {
        self.world = Some(world);
        self
    }

    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// When an address cannot be listened on, or the state cannot be opened.
    pub async fn bind(self) -> Result<Server, ServeError> {
        Server::bind(Core::open(self).await?).await
    }

    /// Begins to listen and answers in the background.
    ///
    /// # Errors
    ///
    /// Those of [`Builder::bind`].
    pub async fn start(self) -> Result<Gateway, ServeError> {
        let server = self.bind().await?;
        let core = server.core().clone();
        let addresses = server.addresses().to_vec();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(server.run(async {
            // A dropped handle stops the server too.
            let _ = stopped.await;
        }));
        Ok(Gateway { core, addresses, stop, task })
    }
}

/// A gateway that answers in the background, until it is shut down or dropped.
pub struct Gateway {
    core: Arc<Core>,
    addresses: Vec<SocketAddr>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeError>>,
}

impl Gateway {
    /// A gateway to be configured.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The first address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// All addresses that it listens on.
    pub fn addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The endpoint for clients, such as `http://127.0.0.1:4566`.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr())
    }

    /// The main world.
    pub fn world(&self) -> Arc<World> {
        self.core.worlds.main()
    }

    /// Forks the main world under a name that no other world has, and returns the fork with its
    /// endpoint; none when the name is taken. Runs on the runtime of the gateway.
    pub async fn fork(&self, name: &str) -> Option<(Arc<World>, String)> {
        let fork = self.core.fork(name, MAIN).await.ok()?;
        let port = fork.listener.as_ref().map(|listener| listener.0);
        Some((fork.world, self.core.endpoint(name, port)))
    }

    /// Drops a fork, with its port; false when there is none of this name.
    pub fn drop_fork(&self, name: &str) -> bool {
        let fork = self.core.worlds.remove(name);
        fork.inspect(|fork| fork.world.clock().cancel_all()).is_some()
    }

    /// A caller for typed clients, as the root of an account.
    pub fn caller(&self, account: AccountId, region: Region) -> Caller {
        Caller {
            invoker: self.core.invoker(),
            request_id: String::new(),
            principal: Arc::new(Principal::root(account, region.partition())),
            account,
            region,
            world: self.world(),
            late: None,
        }
    }

    /// Finishes the requests under way and stops.
    ///
    /// # Errors
    ///
    /// When the state could not be closed properly.
    pub async fn shutdown(self) -> Result<(), ServeError> {
        drop(self.stop);
        match self.task.await {
            Ok(result) => result,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}
