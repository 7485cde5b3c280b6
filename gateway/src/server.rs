//! Listens, accepts and stops.

pub(crate) mod connections;
mod joining;
pub(crate) mod opening;
pub(crate) mod tls;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use fogbank_config::Config;
use fogbank_state::World;
use fogbank_wire::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

use crate::chain;
use crate::exchange::{Exchange, Response};
use crate::gateway::{Builder, Core};
use crate::server::connections::{Busy, Connections, Progress, Watched};
use crate::server::joining::Joining;

/// The number of headers that hyper reads without allocating for them. Beyond it the answer is a
/// bare 431, unless the settings allow more; below it the chain answers in AWS's words. To allow
/// more costs every request 740 instructions (callgrind), so only who asks for it pays.
const HEADERS_INLINE: usize = 100;

/// How much of a body is read at once, in bytes: little enough that it is still in the processor's
/// memory when it is hashed and written.
const READ: usize = 128 * 1024;

/// How long to wait after `accept` failed, as it does when no file descriptors are left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How often to look whether the last requests to a dropped world are answered.
const DROP_PAUSE: Duration = Duration::from_millis(20);

/// Why a server did not start or stop properly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address is not free, or not this machine's.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address as it was configured.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// The state cannot be opened.
    #[error("cannot open the state: {0}")]
    State(#[from] fogbank_state::JournalError),
    /// The certificate that the settings name cannot be used.
    #[error("TLS: {0}")]
    Tls(#[from] tls::TlsError),
}

/// Begins to listen with these settings and the compiled-in services.
///
/// # Errors
///
/// When an address cannot be listened on.
pub async fn bind(config: Arc<Config>) -> Result<Server, ServeError> {
    Builder::default().config(config).bind().await
}

/// A server that listens; [`Server::run`] answers.
pub struct Server {
    core: Arc<Core>,
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
}

impl Server {
    pub(crate) async fn bind(core: Arc<Core>) -> Result<Self, ServeError> {
        core.init.run(&core.config.init_dir, "boot").await;
        let mut listeners = Vec::new();
        let mut addresses = Vec::new();
        for listen in &core.config.gateway_listen {
            let failed = |source| ServeError::Listen { address: listen.to_string(), source };
            let listener = listen_on(&listen.resolve().map_err(failed)?).await.map_err(failed)?;
            addresses.push(listener.local_addr().map_err(failed)?);
            listeners.push(listener);
        }
        core.addresses.get_or_init(|| addresses.clone());
        Ok(Self { core, listeners, addresses })
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// The addresses that it listens on, with the ports that the system chose.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Answers until `stop` is ready; then finishes the requests under way, for at most the
    /// configured time, and stops the services.
    ///
    /// # Errors
    ///
    /// When the state could not be closed properly.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        let Self { core, listeners, .. } = self;
        let desk = Arc::new(Desk::new(core.clone()));
        let world = core.worlds.main();
        core.carry_on(&world).await;
        let accepting: Vec<_> = listeners
            .into_iter()
            .map(|listener| tokio::spawn(desk.clone().accept(listener, world.clone())))
            .collect();
        core.worlds.open_desk(&desk);
        core.init.run(&core.config.init_dir, "start").await;
        if core.config.eager_service_loading {
            load_all(&core).await;
        }
        let ready = {
            let core = core.clone();
            tokio::spawn(async move { core.init.run(&core.config.init_dir, "ready").await })
        };
        tokio::select! {
            () = stop => {}
            () = core.stop_requested.notified() => {}
            () = desk.connections.watch_over() => {}
        }
        ready.abort();
        core.init.run(&core.config.init_dir, "shutdown").await;
        for task in &accepting {
            task.abort();
        }
        core.worlds.close();
        desk.stop().await;
        core.stop_services().await;
        crate::server::opening::close(core.worlds.main()).await;
        Ok(())
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

/// Listens on the first of these addresses that it can.
async fn listen_on(addresses: &[SocketAddr]) -> io::Result<TcpListener> {
    TcpListener::bind(addresses).await
}

/// Loads all services that something answers for; failures show in their state.
async fn load_all(core: &Arc<Core>) {
    for slot in core.services.emulated() {
        if let Err(error) = slot.load(&core.config, || core.invoker()).await
            && slot.state() != crate::services::ServiceState::Disabled
        {
            tracing::error!(service = slot.name(), %error, "not loaded");
        }
    }
}

/// Where connections are taken in.
pub(crate) struct Desk {
    core: Arc<Core>,
    protocol: auto::Builder<TokioExecutor>,
    graceful: parking_lot::Mutex<Option<GracefulShutdown>>,
    connections: Connections,
}

impl Desk {
    fn new(core: Arc<Core>) -> Self {
        let mut protocol = auto::Builder::new(TokioExecutor::new());
        protocol.http1().header_read_timeout(None).timer(TokioTimer::new());
        if core.config.max_header_count > HEADERS_INLINE {
            protocol.http1().max_headers(core.config.max_header_count);
        }
        let head = core.config.max_header_size.as_len();
        protocol.http1().max_buf_size(READ.max(head.saturating_mul(2)));
        let head = u32::try_from(head).unwrap_or(u32::MAX);
        protocol.http2().timer(TokioTimer::new()).max_header_list_size(head.saturating_mul(2));
        Self {
            core,
            protocol,
            graceful: parking_lot::Mutex::new(Some(GracefulShutdown::new())),
            connections: Connections::default(),
        }
    }

    /// Accepts connections for a world, for as long as it is polled.
    pub(crate) async fn accept(self: Arc<Self>, listener: TcpListener, world: Arc<World>) {
        loop {
            match listener.accept().await {
                Ok((socket, remote)) => self.take(socket, remote, &world),
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn take(self: &Arc<Self>, socket: TcpStream, remote: SocketAddr, world: &Arc<World>) {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a connection broke at once");
            return;
        }
        let progress = Arc::new(Progress::default());
        let visit = Visit { remote, world: world.clone(), progress: progress.clone() };
        let task = tokio::spawn(self.clone().welcome(socket, visit));
        self.connections.watch(&progress, task.abort_handle(), Arc::downgrade(world));
    }

    /// Finds out whether the client speaks TLS, and serves it.
    async fn welcome(self: Arc<Self>, socket: TcpStream, visit: Visit) {
        let mut first = [0];
        match socket.peek(&mut first).await {
            Ok(1) if first[0] == tls::HANDSHAKE => Box::pin(self.secure(socket, visit)).await,
            Ok(1) => self.converse(socket, "http", visit).await,
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "a connection broke before its first request"),
        }
    }

    async fn secure(self: Arc<Self>, socket: TcpStream, visit: Visit) {
        let acceptor = match self.core.tls.acceptor() {
            Ok(acceptor) => acceptor,
            Err(error) => return tracing::error!(%error, "there is no TLS"),
        };
        match acceptor.accept(socket).await {
            Ok(stream) => self.converse(stream, "https", visit).await,
            Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
        }
    }

    /// Answers the requests of a connection.
    async fn converse<S>(self: Arc<Self>, stream: S, scheme: &'static str, visit: Visit)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Visit { remote, world, progress } = visit;
        let core = self.core.clone();
        let service = service_fn(move |request: http::Request<Incoming>| {
            let busy = progress.enter();
            let (core, world) = (core.clone(), world.clone());
            async move {
                let (parts, body) = request.into_parts();
                let exchange = Exchange::new(core, parts, body.into(), scheme, remote, world);
                // Boxed: it is large, and moves on with each future around it.
                let exchange = Box::new(exchange);
                let response = chain::answer(exchange).await;
                Ok::<_, Infallible>(watch_body(response, busy))
            }
        });
        let stream = TokioIo::new(Joining::new(stream));
        let connection = self.protocol.serve_connection(stream, service).into_owned();
        let connection = match &*self.graceful.lock() {
            Some(graceful) => graceful.watch(connection),
            None => return,
        };
        drop(self);
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended in an error");
        }
    }

    /// Closes the connections of a world, those at work when they have answered.
    pub(crate) async fn close_connections_of(self: Arc<Self>, world: Weak<World>) {
        while self.connections.close_idle_of(&world) {
            tokio::time::sleep(DROP_PAUSE).await;
        }
    }

    /// Lets the requests under way finish.
    async fn stop(&self) {
        let Some(graceful) = self.graceful.lock().take() else { return };
        let limit = self.core.config.shutdown_timeout;
        if tokio::time::timeout(limit, graceful.shutdown()).await.is_err() {
            tracing::warn!("requests were still under way when the time to finish them was over");
        }
        self.core.begin_stop();
    }
}

/// Whose connection it is.
struct Visit {
    remote: SocketAddr,
    world: Arc<World>,
    progress: Arc<Progress>,
}

/// Watches how a streaming response gets on; others leave at once.
fn watch_body(response: Response, busy: Busy) -> Response {
    response.map(|body| match body {
        Body::Full(bytes) => Body::Full(bytes),
        Body::Stream { chunks, remaining } => {
            Body::Stream { chunks: Box::pin(Watched::new(chunks, busy)), remaining }
        }
    })
}
