//! The compact service model and the schemas decoded from it on first use.
//!
//! `cargo xtask regen` writes one compact model per AWS service: a [`ServiceModel`] in postcard,
//! compressed with zstd. [`Schemas`] holds those bytes and decodes them when the service's first
//! request asks, but for the [`Shapes`]: each is decoded, and its schema built, on its own first use,
//! and lives as long as the process.

mod build;
mod catalog;
mod constrained;
mod encode;
mod model;
mod routes;
mod schemas;
mod shapes;

pub use catalog::{Lookup, ServiceEntry, ServiceIndex};
pub use constrained::{mark_constrained, mark_referrers};
pub use encode::{DecodeError, decode, encode};
pub use model::*;
pub use routes::{Route, Routes, anonymous, encode_routes};
pub use schemas::Schemas;
pub use shapes::Shapes;
