//! The HTTP server in front of all services.
//!
//! [`Gateway::builder`] starts a server in process, for tests and benches; [`bind`] is for the
//! `fogbank` command. A request goes through the handlers that [`chain`](crate) lists: the chain
//! finds the service by what AWS's clients send, the account and region by the signature, loads
//! the service if this is its first request, and has the wire read the input and write the answer.
//!
//! **Invariant.** Nothing here knows what a service does; what one service needs beyond its model
//! comes with its [`fogbank_service::Provider`]. The exceptions are S3's and SQS's ways of being
//! addressed, which are part of finding the service.

mod body;
mod chain;
mod detection;
mod exchange;
mod faults;
#[cfg(test)]
mod fidelity;
mod gateway;
mod handlers;
mod internal;
mod invoker;
mod noted;
mod registration;
mod server;
mod services;
mod upstream;
mod worlds;

pub use gateway::{Builder, Gateway};
pub use handlers::operation::custom::{CustomHandler, ParsedRequest};
pub use server::tls::TlsError;
pub use server::{ServeError, Server, bind};
pub use services::{ProviderFactory, ServiceState};
