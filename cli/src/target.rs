//! Which server a command talks to.

use clap::Args;
use fogbank_config::Config;

use crate::arguments::worlds::InWorld;
use crate::configuration;
use crate::exit::{Exit, Failure};
use crate::instance::Instance;

/// The server that a command talks to.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Target {
    /// URL of the server; otherwise the one that runs on this machine
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "FOGBANK_ENDPOINT",
        hide_env_values = true
    )]
    pub(crate) endpoint: Option<String>,
    /// Port of the server on this machine
    #[arg(short, long, global = true, conflicts_with = "endpoint")]
    pub(crate) port: Option<u16>,
}

impl Target {
    /// The server's URL without a slash at its end. Whether a server answers there is not known.
    pub(crate) fn url(&self) -> Result<String, Failure> {
        if let Some(endpoint) = &self.endpoint {
            return endpoint_url(endpoint);
        }
        if let Some(port) = self.port {
            return Ok(Instance::on_port(port)
                .map_or_else(|| format!("http://127.0.0.1:{port}"), |found| found.endpoint));
        }
        let config = configuration::ambient()?;
        Ok(match local_instance(&config, None)? {
            Some(instance) => instance.endpoint,
            None => configured_url(&config),
        })
    }
}

impl InWorld {
    /// A path with the world that is meant.
    pub(crate) fn path(&self, path: &str) -> String {
        match &self.world {
            Some(world) => format!("{path}?world={world}"),
            None => path.to_owned(),
        }
    }
}

/// The server on this machine that is meant: on the stated port, or on the configured one, or
/// the only one there is.
pub(crate) fn local_instance(
    config: &Config,
    port: Option<u16>,
) -> Result<Option<Instance>, Failure> {
    if let Some(port) = port {
        return Ok(Instance::on_port(port));
    }
    let configured = config.gateway_listen.first().map_or(0, |listen| listen.port);
    if let Some(instance) = Instance::on_port(configured) {
        return Ok(Some(instance));
    }
    let mut all = Instance::all();
    if all.len() > 1 {
        let ports: Vec<String> = all.iter().map(|found| found.port().to_string()).collect();
        let message = format!("several servers run here, on the ports {}", ports.join(", "));
        return Err(Failure::new(Exit::Failed, message).hint("choose one with --port"));
    }
    Ok(all.pop())
}

/// Like [`local_instance`], for commands that need no more than a port; a wrong configuration
/// does not matter when the port is stated.
pub(crate) fn find_local(port: Option<u16>) -> Result<Instance, Failure> {
    let found = match port {
        Some(port) => Instance::on_port(port),
        None => local_instance(&configuration::ambient()?, None)?,
    };
    found.ok_or_else(|| {
        let place = port.map(|port| format!(" on port {port}")).unwrap_or_default();
        Failure::new(Exit::Unreachable, format!("no fogbank runs{place} on this machine"))
            .hint("`fogbank start -d` starts one")
    })
}

/// The URL under which clients of this machine reach an address.
pub(crate) fn url_of(host: &str, port: u16) -> String {
    match host {
        "0.0.0.0" => format!("http://127.0.0.1:{port}"),
        "::" => format!("http://[::1]:{port}"),
        host if host.contains(':') => format!("http://[{host}]:{port}"),
        host => format!("http://{host}:{port}"),
    }
}

fn configured_url(config: &Config) -> String {
    match config.gateway_listen.first() {
        Some(listen) => url_of(&listen.host, listen.port),
        None => url_of("127.0.0.1", 4566),
    }
}

fn endpoint_url(text: &str) -> Result<String, Failure> {
    let url = text.trim_end_matches('/');
    match url.parse::<http::Uri>() {
        Ok(uri) if uri.scheme_str() == Some("http") && uri.host().is_some() => Ok(url.to_owned()),
        _ => Err(Failure::new(Exit::Failed, format!("{text:?} is not an http:// URL"))),
    }
}
