//! The services, their states, and how each is loaded on its first request.

mod slot;
mod state;

pub(crate) use slot::{Plan, Slot};
pub use state::ServiceState;

use std::sync::Arc;

use fogbank_config::{Config, ProviderChoice};
use fogbank_index::{ServiceEntry, ServiceIndex};
use fogbank_schema::Schemas;
use fogbank_service::Provider;
use fogbank_wire::Limits;

/// Makes a provider, ready to be started.
pub type ProviderFactory = Arc<dyn Fn(&Config) -> Provider + Send + Sync>;

/// A provider that is compiled in; `registration.rs` lists them.
pub(crate) struct Registration {
    /// The service's name in botocore.
    pub(crate) service: &'static str,
    /// The provider's name, by which `PROVIDER_OVERRIDE_<SERVICE>` chooses it.
    pub(crate) provider: &'static str,
    /// The service's schemas, of its generated crate.
    pub(crate) schemas: &'static Schemas,
    /// Makes the provider; none for typed services that have no provider yet.
    pub(crate) start: Option<fn(&Config) -> Provider>,
}

/// A provider that somebody who embeds the gateway brings along.
#[derive(Clone)]
pub(crate) struct Embedded {
    pub(crate) service: String,
    pub(crate) provider: String,
    pub(crate) factory: ProviderFactory,
}

/// The name of the provider that serves unless another is chosen.
const DEFAULT_PROVIDER: &str = "default";

/// All services of AWS, in the order of the index.
pub(crate) struct Services(Vec<Arc<Slot>>);

impl Services {
    /// The services with the providers that the configuration chooses.
    pub(crate) fn new(
        config: &Config,
        registrations: &'static [Registration],
        embedded: &[Embedded],
    ) -> Self {
        let limits =
            Limits { nesting_depth: config.max_nesting_depth, form_fields: config.max_form_fields };
        let slot = |entry: &'static ServiceEntry| {
            let typed = registrations.iter().find(|row| row.service == entry.name);
            let schemas = typed.map_or(&entry.schemas, |row| row.schemas);
            let plan = plan(entry.name, config, registrations, embedded);
            Arc::new(Slot::new(entry.name, schemas, plan, limits))
        };
        Self(fogbank_index::services().iter().map(slot).collect())
    }

    /// A service by its position in the index.
    pub(crate) fn slot(&self, at: ServiceIndex) -> &Arc<Slot> {
        &self.0[usize::from(at)]
    }

    /// A service by its name.
    pub(crate) fn by_name(&self, name: &str) -> Option<&Arc<Slot>> {
        fogbank_index::by_name(name).map(|at| self.slot(at))
    }

    /// All services, in the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Slot>> {
        self.0.iter()
    }

    /// The services that something answers for, or that `SERVICES` switched off.
    pub(crate) fn emulated(&self) -> impl Iterator<Item = &Arc<Slot>> {
        self.0.iter().filter(|slot| slot.is_emulated())
    }
}

/// Who answers for a service.
fn plan(
    name: &str,
    config: &Config,
    registrations: &[Registration],
    embedded: &[Embedded],
) -> Plan {
    if !config.services.allows(name) {
        let registered = registrations.iter().any(|row| row.service == name && row.start.is_some());
        let emulated = registered || embedded.iter().any(|row| row.service == name);
        return Plan::Disabled { emulated };
    }
    let wanted = match config.providers.get(name) {
        Some(ProviderChoice::Upstream(url)) => return Plan::Upstream(url.clone()),
        Some(ProviderChoice::Named(provider)) => provider.as_str(),
        None => DEFAULT_PROVIDER,
    };
    let chosen = |service: &str, provider: &str| service == name && provider == wanted;
    if let Some(row) = embedded.iter().find(|row| chosen(&row.service, &row.provider)) {
        return Plan::Provider(row.factory.clone());
    }
    match registrations.iter().find(|row| chosen(row.service, row.provider)) {
        Some(Registration { start: Some(start), .. }) => Plan::Provider(Arc::new(*start)),
        Some(Registration { start: None, .. }) => Plan::NotEmulated,
        None if wanted == DEFAULT_PROVIDER => Plan::NotEmulated,
        None => Plan::NoSuchProvider(wanted.to_owned()),
    }
}
