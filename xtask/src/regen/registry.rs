//! `registry.toml`: the services that are typed and the providers behind them.

use std::collections::BTreeMap;

use fogbank_codegen::emit::registration::Provider;
use serde::Deserialize;

use crate::{Outcome, root};

/// What `registry.toml` says of a service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The name of the provider in `providers/<service>`; none while there is no such crate.
    provider: Option<String>,
    /// A function of the provider's crate, `fn(&Config) -> Provider`, that makes it; without it
    /// the provider is `XProvider::new()`.
    entry: Option<String>,
}

impl Entry {
    pub(crate) fn provider(&self) -> Option<Provider> {
        let name = self.provider.clone()?;
        Some(Provider { name, entry: self.entry.clone() })
    }
}

/// The typed services by name.
pub(crate) type Registry = BTreeMap<String, Entry>;

/// Reads `registry.toml`.
pub(crate) fn read() -> Outcome<Registry> {
    let text = root::read("registry.toml")?;
    toml::from_str(&text).map_err(|error| format!("registry.toml: {error}").into())
}
