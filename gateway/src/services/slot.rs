//! One service: who answers for it, and whether it is loaded.

use std::sync::{Arc, OnceLock};

use fogbank_config::{Config, UpstreamUrl};
use fogbank_schema::{Protocol, Schemas, ServiceModel};
use fogbank_service::{Invoker, Provider, ServiceError};
use fogbank_wire::{Limits, ServiceWire};
use http::HeaderValue;
use parking_lot::RwLock;

use super::state::SharedState;
use super::{ProviderFactory, ServiceState};
use crate::faults;

/// Who answers for a service.
pub(crate) enum Plan {
    /// `SERVICES` leaves it out.
    Disabled {
        /// There would be a provider.
        emulated: bool,
    },
    /// A provider of this process.
    Provider(ProviderFactory),
    /// Another server.
    Upstream(UpstreamUrl),
    /// Nobody: requests are understood and answered with `NotImplemented`.
    NotEmulated,
    /// The configuration names a provider that there is not.
    NoSuchProvider(String),
}

/// A service of AWS.
pub(crate) struct Slot {
    name: &'static str,
    schemas: &'static Schemas,
    limits: Limits,
    plan: Plan,
    state: SharedState,
    running: RwLock<Option<Arc<Provider>>>,
    failure: RwLock<String>,
    transition: tokio::sync::Mutex<()>,
    description: OnceLock<Box<Description>>,
}

/// What is derived from the service's model, on its first request.
struct Description {
    wires: [OnceLock<ServiceWire>; 7],
    labels: Box<[OnceLock<HeaderValue>]>,
}

impl Slot {
    pub(super) fn new(
        name: &'static str,
        schemas: &'static Schemas,
        plan: Plan,
        limits: Limits,
    ) -> Self {
        let state = match plan {
            Plan::Disabled { .. } => ServiceState::Disabled,
            _ => ServiceState::Available,
        };
        Self {
            name,
            schemas,
            limits,
            plan,
            state: SharedState::new(state),
            running: RwLock::default(),
            failure: RwLock::default(),
            transition: tokio::sync::Mutex::default(),
            description: OnceLock::new(),
        }
    }

    /// The service's name in botocore.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Who answers.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether something would answer for the service, were it not switched off.
    pub(crate) fn is_emulated(&self) -> bool {
        match &self.plan {
            Plan::Provider(_) | Plan::Upstream(_) | Plan::NoSuchProvider(_) => true,
            Plan::Disabled { emulated } => *emulated,
            Plan::NotEmulated => false,
        }
    }

    /// The state.
    pub(crate) fn state(&self) -> ServiceState {
        self.state.get()
    }

    fn description(&self) -> &Description {
        self.description.get_or_init(|| {
            let operations = self.model().operations.len();
            Box::new(Description {
                wires: Default::default(),
                labels: std::iter::repeat_with(OnceLock::new).take(operations).collect(),
            })
        })
    }

    /// The service's schemas.
    pub(crate) fn schemas(&self) -> &'static Schemas {
        self.schemas
    }

    /// The service's model; decoded on the first call.
    pub(crate) fn model(&self) -> &'static ServiceModel<'static> {
        self.schemas.model()
    }

    /// The protocol that the model prefers.
    pub(crate) fn first_protocol(&self) -> Protocol {
        self.model().metadata.protocols.first().copied().unwrap_or(Protocol::AwsJson1_1)
    }

    /// The service in one of its protocols.
    pub(crate) fn wire(&self, protocol: Protocol) -> &ServiceWire {
        self.description().wires[protocol as usize]
            .get_or_init(|| ServiceWire::with_limits(self.schemas, protocol, self.limits))
    }

    /// The value of `x-fogbank-operation` for an operation.
    pub(crate) fn label(&self, operation: usize) -> &HeaderValue {
        self.description().labels[operation].get_or_init(|| {
            let label = format!("{}.{}", self.name, self.model().operations[operation].name);
            HeaderValue::from_str(&label).expect("names of operations are visible ASCII")
        })
    }

    /// The provider, if it is loaded.
    pub(crate) fn running(&self) -> Option<Arc<Provider>> {
        self.running.read().clone()
    }

    /// The provider; loads it if need be. None when nobody answers in this process.
    ///
    /// # Errors
    ///
    /// When the service is disabled or stopped, or cannot be loaded.
    pub(crate) async fn load(
        &self,
        config: &Config,
        invoker: impl FnOnce() -> Arc<dyn Invoker>,
    ) -> Result<Option<Arc<Provider>>, ServiceError> {
        let factory = match &self.plan {
            Plan::Provider(factory) => factory,
            Plan::NotEmulated | Plan::Upstream(_) => return Ok(None),
            Plan::Disabled { .. } => return Err(faults::service_disabled(self.name)),
            Plan::NoSuchProvider(name) => return Err(faults::unknown_provider(self.name, name)),
        };
        if let Some(running) = self.running() {
            return Ok(Some(running));
        }
        let _transition = self.transition.lock().await;
        if let Some(running) = self.running() {
            return Ok(Some(running));
        }
        match self.state() {
            ServiceState::Stopping | ServiceState::Stopped => {
                return Err(faults::service_stopped(self.name));
            }
            ServiceState::Error => {
                return Err(faults::service_failed(self.name, &self.failure.read()));
            }
            _ => {}
        }
        self.start(factory, config, invoker()).await.map(Some)
    }

    /// Makes and starts the provider; the caller holds the transition.
    async fn start(
        &self,
        factory: &ProviderFactory,
        config: &Config,
        invoker: Arc<dyn Invoker>,
    ) -> Result<Arc<Provider>, ServiceError> {
        self.state.set(ServiceState::Starting);
        let failing = Failing(self);
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| factory(config)));
        let Ok(provider) = made else {
            *self.failure.write() = "its provider panicked".to_owned();
            return Err(faults::service_failed(self.name, "its provider panicked"));
        };
        if let Some(lifecycle) = &provider.lifecycle
            && let Err(error) = lifecycle.start(invoker).await
        {
            tracing::error!(service = self.name, %error, "the service did not start");
            *self.failure.write() = error.to_string();
            return Err(faults::service_failed(self.name, &error.to_string()));
        }
        std::mem::forget(failing);
        let provider = Arc::new(provider);
        *self.running.write() = Some(provider.clone());
        self.state.set(ServiceState::Running);
        tracing::debug!(service = self.name, "loaded");
        Ok(provider)
    }

    /// Stops the provider; requests are refused from now on.
    pub(crate) async fn stop(&self) {
        let _transition = self.transition.lock().await;
        if let Some(provider) = self.take_running() {
            self.state.set(ServiceState::Stopping);
            if let Some(lifecycle) = &provider.lifecycle {
                lifecycle.stop().await;
            }
            self.state.set(ServiceState::Stopped);
        }
    }

    /// Stops the provider and loads it anew with the next request.
    pub(crate) async fn restart(&self) {
        self.stop().await;
        let _transition = self.transition.lock().await;
        if matches!(self.state(), ServiceState::Stopped | ServiceState::Error) {
            self.failure.write().clear();
            self.state.set(ServiceState::Available);
        }
    }

    fn take_running(&self) -> Option<Arc<Provider>> {
        self.running.write().take()
    }
}

/// Takes the state STARTING back, unless it is forgotten.
struct Failing<'s>(&'s Slot);

impl Drop for Failing<'_> {
    fn drop(&mut self) {
        // A client that goes away while it waits leaves the service as it was.
        let failed = std::thread::panicking() || !self.0.failure.read().is_empty();
        self.0.state.set(if failed { ServiceState::Error } else { ServiceState::Available });
    }
}
