//! The index of all services: what detection must know before a model is decoded.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use fogbank_schema::{Protocol, Route, ServiceIndex};

use crate::model::{ModelError, Service};
use crate::{File, PREAMBLE};

/// What the index takes from a service's model.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The entry of the static table, without its position.
    entry: String,
    name: String,
    service_id: String,
    signing_name: String,
    endpoint_prefix: String,
    target_prefix: Option<String>,
    /// The API version, where requests carry it.
    query_version: Option<String>,
    /// Methods and patterns of the REST protocols.
    routes: BTreeSet<(String, String)>,
}

impl Summary {
    /// The summary of a service.
    pub fn of(service: &Service) -> Self {
        let speaks = |protocols: &[Protocol]| {
            service.protocols.iter().any(|protocol| protocols.contains(protocol))
        };
        let query = speaks(&[Protocol::AwsQuery, Protocol::Ec2Query]);
        let rest = speaks(&[Protocol::RestJson1, Protocol::RestXml]);
        Self {
            entry: entry(service),
            name: service.name.clone(),
            service_id: service.service_id.clone(),
            signing_name: service.signing_name.clone(),
            endpoint_prefix: service.endpoint_prefix.clone(),
            target_prefix: service.target_prefix.clone(),
            query_version: query.then(|| service.api_version.clone()),
            routes: if rest { routes(service) } else { BTreeSet::new() },
        }
    }
}

fn routes(service: &Service) -> BTreeSet<(String, String)> {
    service
        .operations
        .values()
        .filter_map(|it| Some((it.method.clone(), fogbank_schema::anonymous(&it.uri)?)))
        .collect()
}

fn entry(service: &Service) -> String {
    let protocols: Vec<String> =
        service.protocols.iter().map(|protocol| format!("Protocol::{protocol:?}")).collect();
    format!(
        "ServiceEntry {{ name: {:?}, service_id: {:?}, full_name: {:?}, api_version: {:?}, \
         endpoint_prefix: {:?}, signing_name: {:?}, target_prefix: {:?}, protocols: &[{}], \
         json_version: {:?}, global: {}, operations: {}, \
         schemas: Schemas::new(include_bytes!(\"../models/{}.bin\")) }}",
        service.name,
        service.service_id,
        service.full_name,
        service.api_version,
        service.endpoint_prefix,
        service.signing_name,
        service.target_prefix,
        protocols.join(", "),
        service.json_version,
        service.global,
        service.operations.len(),
        service.name,
    )
}

/// The files of the index; summaries come in the order of their names.
///
/// # Errors
///
/// When the routes cannot be encoded.
pub fn files(summaries: &[Summary]) -> Result<Vec<File>, ModelError> {
    let folder = "generated/index";
    let routes = all_routes(summaries);
    let routes: Vec<Route<'_>> = routes
        .iter()
        .map(|((method, pattern), services)| Route { method, pattern, services: services.clone() })
        .collect();
    let encoded = fogbank_schema::encode_routes(&routes)
        .map_err(|error| ModelError::new("index", error.to_string()))?;
    Ok(vec![
        File::text(format!("{folder}/Cargo.toml"), CARGO_TOML.replace("PREAMBLE", PREAMBLE)),
        File::text(format!("{folder}/src/lib.rs"), LIB_RS.replace("PREAMBLE", PREAMBLE)),
        File::text(format!("{folder}/src/services.rs"), services(summaries)),
        File::text(format!("{folder}/src/lookups.rs"), lookups(summaries)),
        File { path: format!("{folder}/routes.bin"), content: encoded },
    ])
}

fn all_routes(summaries: &[Summary]) -> BTreeMap<(&str, &str), Vec<ServiceIndex>> {
    let mut routes: BTreeMap<_, Vec<ServiceIndex>> = BTreeMap::new();
    for (index, summary) in summaries.iter().enumerate() {
        for (method, pattern) in &summary.routes {
            let services = routes.entry((method.as_str(), pattern.as_str())).or_default();
            services.push(index as ServiceIndex);
        }
    }
    routes
}

fn services(summaries: &[Summary]) -> String {
    let mut out = format!(
        "// {PREAMBLE}\n\nuse fogbank_schema::{{Protocol, Schemas, ServiceEntry}};\n\n\
         pub(crate) static SERVICES: [ServiceEntry; {}] = [\n",
        summaries.len()
    );
    for summary in summaries {
        let _ = writeln!(out, "    {},", summary.entry);
    }
    out.push_str("];\n");
    out
}

fn lookups(summaries: &[Summary]) -> String {
    let mut out = format!("// {PREAMBLE}\n\nuse fogbank_schema::Lookup;\n");
    let lookup = |name: &str, key: fn(&Summary) -> Option<&str>| {
        let mut table: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, summary) in summaries.iter().enumerate() {
            if let Some(key) = key(summary) {
                table.entry(key).or_default().push(index);
            }
        }
        let mut out = format!("\npub(crate) static {name}: Lookup = Lookup::new(&[\n");
        for (key, services) in table {
            let _ = writeln!(out, "    ({key:?}, &{services:?}),");
        }
        out.push_str("]);\n");
        out
    };
    out.push_str(&lookup("BY_NAME", |it| Some(&it.name)));
    out.push_str(&lookup("BY_SERVICE_ID", |it| Some(&it.service_id)));
    out.push_str(&lookup("BY_SIGNING_NAME", |it| Some(&it.signing_name)));
    out.push_str(&lookup("BY_ENDPOINT_PREFIX", |it| Some(&it.endpoint_prefix)));
    out.push_str(&lookup("BY_TARGET_PREFIX", |it| it.target_prefix.as_deref()));
    out.push_str(&lookup("BY_QUERY_VERSION", |it| it.query_version.as_deref()));
    out
}

const CARGO_TOML: &str = r#"# PREAMBLE
[package]
name = "fogbank-index"
description = "The index of all AWS services and their compact models."
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
"#;

const LIB_RS: &str = r#"//! The index of all AWS services and their compact models.
//!
//! PREAMBLE
//!
//! The tables are static; a model or the routes are decoded when they are first asked for.

#[rustfmt::skip]
mod lookups;
#[rustfmt::skip]
mod services;

use fogbank_schema::{Routes, Schemas};
pub use fogbank_schema::{ServiceEntry, ServiceIndex};

static ROUTES: Routes = Routes::new(include_bytes!("../routes.bin"));

/// All services in the order of their names.
pub fn services() -> &'static [ServiceEntry] {
    &services::SERVICES
}

/// The service at this position of [`services`].
///
/// # Panics
///
/// When the position does not come from this index.
pub fn service(index: ServiceIndex) -> &'static ServiceEntry {
    &services::SERVICES[usize::from(index)]
}

/// The position of the service with this botocore name.
pub fn by_name(name: &str) -> Option<ServiceIndex> {
    lookups::BY_NAME.get(name).first().copied()
}

/// The services with this `sdkId`.
pub fn by_service_id(id: &str) -> &'static [ServiceIndex] {
    lookups::BY_SERVICE_ID.get(id)
}

/// The services that sign with this name in the credential scope.
pub fn by_signing_name(name: &str) -> &'static [ServiceIndex] {
    lookups::BY_SIGNING_NAME.get(name)
}

/// The services whose endpoints begin with this label.
pub fn by_endpoint_prefix(prefix: &str) -> &'static [ServiceIndex] {
    lookups::BY_ENDPOINT_PREFIX.get(prefix)
}

/// The services with this prefix in `X-Amz-Target`, or with this name in rpcv2Cbor's path.
pub fn by_target_prefix(prefix: &str) -> &'static [ServiceIndex] {
    lookups::BY_TARGET_PREFIX.get(prefix)
}

/// The services of the query protocols with this version and an operation of this name. Where
/// several have the version, their models are decoded; one alone is not asked for the operation.
pub fn by_query_action(version: &str, action: &str) -> Vec<ServiceIndex> {
    let candidates = lookups::BY_QUERY_VERSION.get(version);
    if candidates.len() < 2 {
        return candidates.to_vec();
    }
    candidates
        .iter()
        .copied()
        .filter(|index| service(*index).schemas.model().operation_index(action).is_some())
        .collect()
}

/// The services whose most specific REST routes fit a method and a path without its query.
/// Paths without a literal segment, such as those of S3 objects, fit nothing.
pub fn by_route(method: &str, path: &str) -> &'static [ServiceIndex] {
    ROUTES.services(method, path)
}

/// The model of the service with this botocore name and its schemas. A typed crate has the same
/// model in a static of its own.
pub fn schemas(name: &str) -> Option<&'static Schemas> {
    by_name(name).map(|index| &service(index).schemas)
}
"#;
