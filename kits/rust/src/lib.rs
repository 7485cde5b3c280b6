//! A fogbank server in the test process, and a world of its own for each test.
//!
//! ```no_run
//! # async fn orders() {
//! let world = fogbank_test::world().await;
//! let sqs = aws_sdk_sqs::Client::new(&world.sdk_config());
//! let queue = sqs.create_queue().queue_name("orders").send().await.unwrap();
//! world.clock().advance(std::time::Duration::from_secs(900)).await; // no waiting
//! # }
//! ```
//!
//! One server serves all tests of a process, on a free port of the loopback address. State that all
//! tests start from is prepared once in its main world: see [`prepare`]. A world is gone, with its
//! port, when it is dropped.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use fogbank_gateway::Gateway;
use tokio::runtime::Handle;
use tokio::sync::OnceCell;

pub use fogbank_context::Clock;

/// The server of this process and the runtime that it lives on, which outlives each test's.
struct Server {
    gateway: Gateway,
    runtime: Handle,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let (send, receive) = std::sync::mpsc::channel();
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
            let runtime = runtime.expect("a process can start threads");
            runtime.block_on(async {
                let gateway = Gateway::builder().start().await.expect("a loopback port is free");
                let server = Server { gateway, runtime: Handle::current() };
                if send.send(server).is_ok() {
                    std::future::pending::<()>().await;
                }
            });
        };
        let spawned = std::thread::Builder::new().name("fogbank".to_owned()).spawn(serve);
        spawned.expect("a process can start threads");
        receive.recv().expect("the server starts or says why not")
    })
}

/// Prepares state in the main world once in this process, before any world is forked with it:
/// whoever calls it later waits for the first. `prepare` gets the configuration of the main world.
pub async fn prepare<F: Future<Output = ()>>(prepare: impl FnOnce(SdkConfig) -> F) {
    static PREPARED: OnceCell<()> = OnceCell::const_new();
    let endpoint = server().gateway.url();
    PREPARED.get_or_init(|| prepare(sdk_config(&endpoint))).await;
}

/// A world of its own: a fork of the main world.
pub async fn world() -> World {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let server = server();
    let name = format!("test-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let forked = name.clone();
    // The fork's port is listened on by the server's runtime.
    let fork = server.runtime.spawn(async move { server.gateway.fork(&forked).await });
    let (world, endpoint) = match fork.await {
        Ok(fork) => fork.expect("nobody else gives these names"),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    };
    World { name, endpoint, world }
}

/// All state of all services, with a clock of its own; dropped with this handle.
#[derive(Debug)]
pub struct World {
    name: String,
    endpoint: String,
    world: Arc<fogbank_state::World>,
}

impl World {
    /// The endpoint for clients, such as `http://127.0.0.1:4510`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The configuration for clients of the AWS SDK: endpoint, region us-east-1, credentials of
    /// account 000000000000. `into_builder` changes any of it.
    pub fn sdk_config(&self) -> SdkConfig {
        sdk_config(&self.endpoint)
    }

    /// The world's clock: freeze it, set it, let time pass.
    pub fn clock(&self) -> &Clock {
        self.world.clock()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let server = server();
        let _on_its_runtime = server.runtime.enter();
        server.gateway.drop_fork(&self.name);
    }
}

fn sdk_config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::from_keys("test", "test", None);
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}
