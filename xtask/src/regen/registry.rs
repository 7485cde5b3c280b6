//! `registry.toml`: the services that are typed and the providers behind them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Outcome, root};

/// What `registry.toml` says of a service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The name of the provider in `providers/<service>`; none while there is no such crate.
    pub(crate) provider: Option<String>,
    /// The service in whose crate the provider lives, when two services share their state: the
    /// crate has a function `provider_<service>` then.
    pub(crate) within: Option<String>,
}

/// The typed services by name.
pub(crate) type Registry = BTreeMap<String, Entry>;

/// Reads `registry.toml`.
pub(crate) fn read() -> Outcome<Registry> {
    let text = root::read("registry.toml")?;
    toml::from_str(&text).map_err(|error| format!("registry.toml: {error}").into())
}
