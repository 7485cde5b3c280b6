//! The manifest and the root of a typed crate.

use crate::PREAMBLE;
use crate::names;
use crate::plan::Plan;

pub(super) fn cargo_toml(plan: &Plan<'_>) -> String {
    let package = names::api_package(&plan.service.name);
    let title = &plan.service.full_name;
    format!(
        r#"# {PREAMBLE}
[package]
name = "{package}"
description = "{title}: types, trait, dispatch and client."
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lib]
doctest = false

[lints]
workspace = true

[dependencies]
fogbank-schema.workspace = true
fogbank-service.workspace = true
"#
    )
}

pub(super) fn lib_rs(plan: &Plan<'_>) -> String {
    let service = plan.service;
    let title = &service.full_name;
    let version = &service.api_version;
    let name = &service.name;
    let trait_name = &plan.trait_name;
    let part = |there: bool, name: &str| match there {
        true => (format!("#[rustfmt::skip]\nmod {name};\n"), format!("pub use {name}::*;\n")),
        false => Default::default(),
    };
    let (mod_enums, use_enums) = part(!plan.enums.is_empty(), "enums");
    let (mod_errors, use_errors) = part(plan.types.iter().any(|it| it.error.is_some()), "errors");
    format!(
        r#"//! {title}, API version {version}: types, trait, dispatch and client.
//!
//! {PREAMBLE}
//!
//! A provider implements [`{trait_name}`]; [`service`] makes of it what the gateway calls; other
//! services call it through [`{trait_name}Client`].

#![allow(clippy::all, missing_docs)]

#[rustfmt::skip]
mod api;
#[rustfmt::skip]
mod client;
#[rustfmt::skip]
mod dispatch;
{mod_enums}{mod_errors}#[rustfmt::skip]
mod types;

pub use api::{trait_name};
pub use client::{trait_name}Client;
pub use dispatch::service;
{use_enums}{use_errors}pub use types::*;

/// The service's compact model and its schemas.
pub static SCHEMAS: fogbank_schema::Schemas =
    fogbank_schema::Schemas::new(include_bytes!("../../index/models/{name}.bin"));
"#
    )
}
