//! `fogbank start`: the server in this process.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use fogbank_config::Config;
use fogbank_context::Stopwatch;
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::Start;
use crate::exit::{Exit, Failure};
use crate::instance::Instance;
use crate::serve::{self, ServeError, Server};
use crate::style::{FAINT, GOOD, STRONG, WARNING, note, say};
use crate::target::url_of;
use crate::{configuration, logging};

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(crate) fn run(arguments: &Start, started: Stopwatch) -> Result<Exit, Failure> {
    let loaded = configuration::load(&arguments.settings)?;
    configuration::show_notices(&loaded);
    logging::start(loaded.config.log_level());
    if arguments.in_background.is_some() {
        // Its own session, so that closing the terminal does not end it.
        let _ = rustix::process::setsid();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Failed, format!("cannot start threads: {error}")))?;
    let config = Arc::new(loaded.config);
    runtime.block_on(serve(config, arguments.in_background.clone(), started))
}

async fn serve(
    config: Arc<Config>,
    log: Option<PathBuf>,
    started: Stopwatch,
) -> Result<Exit, Failure> {
    let stop = stop_signal()
        .map_err(|error| Failure::new(Exit::Failed, format!("cannot handle signals: {error}")))?;
    let server = serve::bind(Arc::clone(&config)).await.map_err(failure)?;
    let instance = describe(&server, log);
    // Without the file `stop` and `logs` do not find the server, but it serves all the same.
    let registration = instance.register();
    if let Err(error) = &registration {
        note!("{WARNING}warning:{WARNING:#} `fogbank stop` will not find this server: {error}");
    }
    announce(&instance, started);
    let ended = server.run(stop).await.map_err(failure);
    if ended.is_ok() {
        say!("fogbank has stopped");
    }
    // Last: whoever waits for the end of this server may read its log to the end then.
    drop(registration);
    ended.map(|()| Exit::Done)
}

fn describe(server: &Server, log: Option<PathBuf>) -> Instance {
    let addresses = server.addresses().to_vec();
    let endpoint = addresses
        .first()
        .map(|address| url_of(&address.ip().to_string(), address.port()))
        .unwrap_or_default();
    Instance { pid: std::process::id(), version: VERSION.to_owned(), endpoint, addresses, log }
}

fn announce(instance: &Instance, started: Stopwatch) {
    let elapsed = started.elapsed().as_millis();
    say!(
        "{GOOD}fogbank {VERSION}{GOOD:#} is ready on {STRONG}{}{STRONG:#} {FAINT}(in {elapsed} ms){FAINT:#}",
        instance.endpoint
    );
    for address in instance.addresses.iter().skip(1) {
        say!("  also on {}", url_of(&address.ip().to_string(), address.port()));
    }
}

/// For how long a second signal counts as the first one heard twice: wrappers such as `timeout` and
/// `cargo run` pass signals on that the terminal sends too.
const ECHO: Duration = Duration::from_millis(500);

/// Ready at the first SIGINT or SIGTERM; a later one ends the process at once.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tokio::spawn(async {
            tokio::time::sleep(ECHO).await;
            // These hear only what is sent from now on.
            let (Ok(mut interrupt), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                return;
            };
            let signal = tokio::select! {
                _ = interrupt.recv() => 2,
                _ = terminate.recv() => 15,
            };
            std::process::exit(128 + signal);
        });
    })
}

fn failure(error: ServeError) -> Failure {
    match &error {
        ServeError::Listen { address, source } if source.kind() == io::ErrorKind::AddrInUse => {
            address_in_use(address)
        }
        ServeError::Tls(_) => Failure::new(Exit::Configuration, error),
        _ => Failure::new(Exit::Failed, error),
    }
}

/// The failure to listen on an address that is taken.
pub(crate) fn address_in_use(address: &str) -> Failure {
    let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(0);
    let failure = |who: &str| Failure::new(Exit::AddressInUse, format!("{address} is in use{who}"));
    match Instance::on_port(port) {
        Some(found) => failure(&format!(" by fogbank {} (process {})", found.version, found.pid))
            .hint(format!("`fogbank stop --port {port}` stops it")),
        None => failure(" by another program")
            .hint("choose another address with --listen, or :0 for any free port"),
    }
}
