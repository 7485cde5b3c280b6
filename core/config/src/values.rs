//! The types that settings have.

mod choices;
mod network;
mod quantities;
mod scalars;

pub use choices::{
    Durability, IamEnforcement, LogLevel, SqsEndpointStrategy, WebIdentityVerification,
};
pub use network::{ExternalHost, Fallback, Listen, Origin, PortRange, StateBackend, UpstreamUrl};
pub use quantities::{Probability, Size};
pub use scalars::ServiceFilter;
