//! Every AWS service, as far as detection must know it before a model is decoded.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::{Protocol, Schemas};

/// The position of a service in the catalog, which is in the order of names.
pub type ServiceIndex = u16;

/// What is known of a service without decoding its model.
#[derive(Debug)]
pub struct ServiceEntry {
    /// The service's name in botocore and the AWS CLI.
    pub name: &'static str,
    /// Smithy's `sdkId`.
    pub service_id: &'static str,
    /// The marketing name.
    pub full_name: &'static str,
    /// The API version, which requests of the query protocols carry.
    pub api_version: &'static str,
    /// The first label of the service's endpoints.
    pub endpoint_prefix: &'static str,
    /// The service field of the SigV4 credential scope.
    pub signing_name: &'static str,
    /// What stands before the dot in `X-Amz-Target`; for rpcv2Cbor the service name in the path.
    pub target_prefix: Option<&'static str>,
    /// Protocols in the model's order of preference.
    pub protocols: &'static [Protocol],
    /// `1.0` or `1.1` for services with an awsJson protocol.
    pub json_version: Option<&'static str>,
    /// One endpoint serves the whole partition.
    pub global: bool,
    /// The number of operations.
    pub operations: u16,
    /// The model and its schemas, decoded on first use.
    pub schemas: Schemas,
}

/// Services by a name that several may share, in the order of the names (bytewise).
#[derive(Debug)]
pub struct Lookup {
    rows: &'static [Row],
    /// The same by hash, made on the first question: every request asks.
    index: OnceLock<FxHashMap<&'static str, &'static [ServiceIndex]>>,
}

/// A name and its services.
type Row = (&'static str, &'static [ServiceIndex]);

impl Lookup {
    /// The table of these rows.
    pub const fn new(rows: &'static [Row]) -> Self {
        Self { rows, index: OnceLock::new() }
    }

    /// The services of this name; empty when there are none.
    pub fn get(&self, name: &str) -> &'static [ServiceIndex] {
        let index = self.index.get_or_init(|| self.rows.iter().copied().collect());
        index.get(name).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_others_are_not() {
        let lookup = Lookup::new(&[("dynamodb", &[7, 8]), ("sqs", &[3])]);
        assert_eq!(lookup.get("dynamodb"), [7, 8]);
        assert_eq!(lookup.get("sqs"), [3]);
        assert!(lookup.get("s3").is_empty());
    }
}
