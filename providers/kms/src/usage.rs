//! What all cryptographic operations have in common: finding a key that may be used for them, and
//! noting that it was.

use std::time::Duration;

use fogbank_service::{RequestContext, ServiceError};

use crate::crypto::engine::Engine;
use crate::errors;
use crate::key::locate::{self, Located};
use crate::key::spec::Usage;
use crate::ops::grants;
use crate::store::{Key, LastUsage};

/// How fresh the note of a key's last usage is kept while the operation stays the same.
const FRESHNESS: Duration = Duration::from_secs(60);

/// The key of a cryptographic operation: found, enabled and of the right usage.
pub(crate) fn find(
    cx: &RequestContext,
    key_id: &str,
    grant_tokens: Option<&Vec<String>>,
    usage: Usage,
    operation: &str,
) -> Result<Located, ServiceError> {
    let located = locate::find(cx, key_id)?;
    grants::check_tokens(grant_tokens)?;
    check(&located, usage, operation)?;
    Ok(located)
}

/// Checks that a key is enabled and of the right usage.
pub(crate) fn check(located: &Located, usage: Usage, operation: &str) -> Result<(), ServiceError> {
    located.key.check_usable()?;
    if located.key.usage == usage {
        Ok(())
    } else {
        Err(errors::wrong_usage(located.arn(), located.key.usage, operation))
    }
}

/// Checks that the key's spec has an algorithm.
pub(crate) fn check_algorithm(
    key: &Key,
    algorithms: &[&str],
    algorithm: &str,
) -> Result<(), ServiceError> {
    if algorithms.contains(&algorithm) {
        Ok(())
    } else {
        Err(errors::incompatible_algorithm(algorithm, key.spec.name))
    }
}

/// The last step before the work: a dry run ends here, and the usage is noted.
pub(crate) fn begin(
    cx: &RequestContext,
    located: &Located,
    operation: &str,
    dry_run: Option<bool>,
) -> Result<(), ServiceError> {
    if dry_run == Some(true) {
        return Err(errors::dry_run());
    }
    let now = cx.now();
    let id = located.key.id();
    let fresh = located
        .store
        .usages
        .read(id, |last| last.operation == operation && now.since(last.at) < FRESHNESS);
    if fresh != Some(true) {
        let request = cx.request_id.clone();
        let usage = LastUsage { operation: operation.to_owned(), at: now, request };
        located.store.usages.insert(id.to_owned(), usage);
    }
    Ok(())
}

impl Key {
    /// The key's current material in working order.
    pub(crate) fn engine(&self) -> Result<&Engine, ServiceError> {
        let engine = self.current().and_then(|material| material.engine(self.spec));
        engine.unwrap_or_else(|| Err(self.wrong_state()))
    }
}
