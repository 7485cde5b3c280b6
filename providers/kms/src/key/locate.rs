//! From what a request calls a key to the key.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn, Region};
use fogbank_service::{RequestContext, ServiceError};

use super::{due, managed};
use crate::errors;
use crate::store::{Key, KmsStore};

/// A key, and where it was found.
pub(crate) struct Located {
    /// The store of its account and region.
    pub(crate) store: Arc<KmsStore>,
    /// The key as it was then.
    pub(crate) key: Arc<Key>,
}

impl Located {
    /// The key's ARN.
    pub(crate) fn arn(&self) -> &str {
        &self.key.arn_text
    }

    /// The key's ARN, for a response.
    pub(crate) fn arn_member(&self) -> Option<String> {
        Some(self.arn().to_owned())
    }

    /// Changes the key, wherever it was meanwhile; an error takes the change back.
    pub(crate) fn change<T>(
        &self,
        edit: impl FnOnce(&mut Key) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let changed = self.store.keys.try_update(self.key.id(), |key| edit(key));
        changed.unwrap_or_else(|| Err(errors::no_such_key(self.arn())))
    }
}

/// What a request calls a key.
enum Name<'a> {
    Id(&'a str),
    Alias(&'a str),
}

/// The key that a request names by id, ARN, alias name or alias ARN.
pub(crate) fn find(cx: &RequestContext, text: &str) -> Result<Located, ServiceError> {
    let (account, name) = parse(cx, text)?;
    match name {
        Name::Id(id) => by_id(cx, account, id),
        Name::Alias(alias) => by_alias(cx, account, alias),
    }
}

/// The key that a request names by id or ARN, for operations that take no aliases.
pub(crate) fn find_key(cx: &RequestContext, text: &str) -> Result<Located, ServiceError> {
    let (account, name) = parse(cx, text)?;
    match name {
        Name::Id(id) => by_id(cx, account, id),
        Name::Alias(_) if text.starts_with("arn:") => {
            Err(errors::invalid_arn(format!("Invalid ARN {text}")))
        }
        Name::Alias(_) => Err(errors::invalid_key_id(text)),
    }
}

/// As [`find_key`], for operations that AWS denies to everybody on AWS managed keys.
pub(crate) fn find_customer_key(
    cx: &RequestContext,
    text: &str,
    operation: &str,
) -> Result<Located, ServiceError> {
    let found = find_key(cx, text)?;
    managed::refuse(cx, &found, operation)?;
    Ok(found)
}

/// The key of an alias' target, if the alias is there.
pub(crate) fn by_alias(
    cx: &RequestContext,
    account: AccountId,
    alias: &str,
) -> Result<Located, ServiceError> {
    let store = cx.world.regional::<KmsStore>(account, &cx.region);
    if let Some(target) = store.aliases.read(alias, |alias| alias.target.clone()) {
        return by_id(cx, account, &target);
    }
    if let Some(service) = managed::service_of(alias) {
        let key = managed::create(cx, account, alias, service)?;
        return by_id(cx, account, &key);
    }
    let arn = Arn::regional("kms", &cx.region, account, alias);
    Err(errors::no_such_alias(&arn.to_string()))
}

/// The key of an id in the request's region.
pub(crate) fn by_id(
    cx: &RequestContext,
    account: AccountId,
    id: &str,
) -> Result<Located, ServiceError> {
    let store = cx.world.regional::<KmsStore>(account, &cx.region);
    let found = match store.keys.get(id) {
        Some(key) if key.due().is_some_and(|due| due <= cx.now()) => {
            drop(key);
            due::settle(cx, &store, id)?;
            store.keys.get(id)
        }
        found => found,
    };
    match found {
        Some(key) => Ok(Located { store, key }),
        None if is_key_id(id) => {
            let arn = Arn::regional("kms", &cx.region, account, format!("key/{id}"));
            Err(errors::no_such_key(&arn.to_string()))
        }
        None => Err(errors::invalid_key_id(id)),
    }
}

fn parse<'a>(cx: &RequestContext, text: &'a str) -> Result<(AccountId, Name<'a>), ServiceError> {
    if !text.starts_with("arn:") {
        let name = if text.starts_with("alias/") { Name::Alias(text) } else { Name::Id(text) };
        return Ok((cx.account, name));
    }
    let malformed = || errors::invalid_arn(format!("Invalid ARN {text}"));
    let arn: Arn = text.parse().map_err(|_| malformed())?;
    if arn.service != "kms" {
        return Err(malformed());
    }
    let account = arn.account_id().ok_or_else(malformed)?;
    match &arn.region {
        Some(region) if *region == cx.region => {}
        Some(region) => return Err(errors::not_found(format!("Invalid arn {region}"))),
        None => return Err(malformed()),
    }
    let resource = &text[text.len() - arn.resource.len()..];
    match resource.strip_prefix("key/") {
        Some(id) => Ok((account, Name::Id(id))),
        None if resource.starts_with("alias/") => Ok((account, Name::Alias(resource))),
        None => Err(malformed()),
    }
}

/// Whether a text has the form of a key id: a UUID, or `mrk-` and 32 hexadecimal digits.
fn is_key_id(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(digits) = text.strip_prefix("mrk-") {
        return digits.len() == 32 && is_hex(digits);
    }
    let lengths = text.split('-').map(|part| if is_hex(part) { part.len() } else { 0 });
    lengths.eq([8, 4, 4, 4, 12])
}

/// The store of another region with the keys related to this one.
pub(crate) fn store_of(cx: &RequestContext, key: &Key, region: &Region) -> Arc<KmsStore> {
    let account = key.arn.account_id().expect("keys are made in an account");
    cx.world.regional::<KmsStore>(account, region)
}
