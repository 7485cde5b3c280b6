//! The states of a service.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

/// Where a service stands between not loaded and stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ServiceState {
    /// It will be loaded by its first request.
    Available,
    /// It is being loaded; requests wait.
    Starting,
    /// It answers.
    Running,
    /// It is being stopped; requests are refused.
    Stopping,
    /// It was stopped; requests are refused.
    Stopped,
    /// It could not be loaded; requests are answered with the reason.
    Error,
    /// `SERVICES` leaves it out.
    Disabled,
}

impl ServiceState {
    const ALL: [ServiceState; 7] = [
        ServiceState::Available,
        ServiceState::Starting,
        ServiceState::Running,
        ServiceState::Stopping,
        ServiceState::Stopped,
        ServiceState::Error,
        ServiceState::Disabled,
    ];

    /// The word that `/_localstack/health` says.
    pub fn as_str(self) -> &'static str {
        match self {
            ServiceState::Available => "available",
            ServiceState::Starting => "starting",
            ServiceState::Running => "running",
            ServiceState::Stopping => "stopping",
            ServiceState::Stopped => "stopped",
            ServiceState::Error => "error",
            ServiceState::Disabled => "disabled",
        }
    }
}

impl fmt::Display for ServiceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A state that several tasks look at.
pub(super) struct SharedState(AtomicU8);

impl SharedState {
    pub(super) fn new(state: ServiceState) -> Self {
        Self(AtomicU8::new(state as u8))
    }

    pub(super) fn get(&self) -> ServiceState {
        ServiceState::ALL[usize::from(self.0.load(Ordering::Acquire))]
    }

    pub(super) fn set(&self, state: ServiceState) {
        self.0.store(state as u8, Ordering::Release);
    }
}
