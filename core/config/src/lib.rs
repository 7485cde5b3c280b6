//! Every setting of fogbank: where it may be given, what it may be, and what it is.
//!
//! [`SETTINGS`] is the one table. The typed [`Config`], the reading of `fogbank.toml`, of the
//! environment and of flags, the messages about wrong values, `fogbank config list` and the page
//! `docs/configuration.md` all derive from its rows, so a setting is added by adding a row.
//!
//! Later sources win: defaults, then `fogbank.toml`, then the environment, then flags; each
//! value remembers where it came from ([`Config::source`]).
//!
//! **Invariant.** Nothing that a user wrote is dropped in silence. A value is used, or it stops
//! the start with a [`Problem`], or a [`Notice`] says why it has no effect.

mod credentials;
mod file;
mod foreign;
mod load;
mod page;
mod problem;
mod providers;
mod setting;
mod suggest;
mod table;
mod values;

pub use credentials::{Credential, Credentials};
pub use foreign::{FOREIGN, Foreign};
pub use load::{Loaded, Loader, OTHER_VARIABLES};
pub use page::configuration_page;
pub use problem::{ConfigError, Notice, NoticeKind, Problem, Source};
pub use providers::{PROVIDER_OVERRIDE, ProviderChoice, ProviderOverrides};
pub use setting::{Bounds, Choice, Effect, Entry, Group, Kind, Setting};
pub use table::{Config, SETTINGS};
pub use values::{
    Durability, ExternalHost, Fallback, IamEnforcement, Listen, LogLevel, Origin, PortRange,
    Probability, ServiceFilter, Size, SqsEndpointStrategy, StateBackend, UpstreamUrl,
    WebIdentityVerification,
};
