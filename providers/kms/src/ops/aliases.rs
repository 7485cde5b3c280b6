//! `CreateAlias`, `UpdateAlias`, `DeleteAlias`, `ListAliases`.

use std::collections::BTreeMap;

use fogbank_api_kms::{
    AliasListEntry, AlreadyExistsException, CreateAliasRequest, DeleteAliasRequest,
    ListAliasesRequest, ListAliasesResponse, UpdateAliasRequest,
};
use fogbank_context::Arn;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::locate::{self, Located};
use crate::key::{due, managed};
use crate::paging::page;
use crate::store::{Alias, KmsStore};

/// How many aliases a key can have.
const MAXIMUM: usize = 50;

fn check_name(name: &str) -> Result<(), ServiceError> {
    let Some(rest) = name.strip_prefix("alias/") else {
        return Err(errors::validation(
            "Alias must start with the prefix \"alias/\". Please see \
             https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ));
    };
    if rest.is_empty() || rest.contains(':') {
        return Err(errors::validation(format!("{name} contains invalid characters for an alias")));
    }
    if rest == "aws" || rest.starts_with("aws/") {
        return Err(ServiceError::new("NotAuthorizedException", 400, ""));
    }
    Ok(())
}

fn alias_arn(cx: &RequestContext, name: &str) -> String {
    Arn::regional("kms", &cx.region, cx.account, name).to_string()
}

/// The key that an alias is to stand for: of the same account, by id or ARN.
fn target(cx: &RequestContext, text: &str) -> Result<Located, ServiceError> {
    if text.starts_with("alias/") || text.contains(":alias/") {
        return Err(errors::validation("Aliases must refer to keys. Not aliases"));
    }
    let found = locate::find_key(cx, text)?;
    found.key.check_changeable()?;
    if found.key.arn.account_id() != Some(cx.account) {
        return Err(errors::no_such_key(found.arn()));
    }
    Ok(found)
}

pub(crate) fn create(cx: &RequestContext, input: CreateAliasRequest) -> Result<Unit, ServiceError> {
    check_name(&input.alias_name)?;
    let found = target(cx, &input.target_key_id)?;
    let target = found.key.id().to_owned();
    check_count(&found)?;
    let now = cx.now();
    let alias = Alias { target, created: now, updated: now };
    let arn = alias_arn(cx, &input.alias_name);
    found.store.aliases.insert_new(input.alias_name, alias).map_err(|_| {
        AlreadyExistsException::new(format!("An alias with the name {arn} already exists"))
    })?;
    Ok(Unit)
}

fn check_count(found: &Located) -> Result<(), ServiceError> {
    let of_key = |(_, alias): &(String, std::sync::Arc<Alias>)| alias.target == found.key.id();
    if found.store.aliases.iter().filter(of_key).count() < MAXIMUM {
        return Ok(());
    }
    Err(errors::limit_exceeded(format!(
        "The limit of {MAXIMUM} aliases has been reached for the key {}.",
        found.arn()
    )))
}

pub(crate) fn update(
    cx: &RequestContext,
    input: &UpdateAliasRequest,
) -> Result<Unit, ServiceError> {
    check_name(&input.alias_name)?;
    let store = cx.world.regional::<KmsStore>(cx.account, &cx.region);
    let missing = || errors::no_such_alias(&alias_arn(cx, &input.alias_name));
    let old = store.aliases.get(&input.alias_name).ok_or_else(missing)?;
    let found = target(cx, &input.target_key_id)?;
    let same_kind = store.keys.read(&old.target, |old| {
        let new = &found.key;
        let kind = |key: &crate::store::Key| (key.usage, key.spec.is_asymmetric());
        kind(old) == kind(new)
    });
    if same_kind == Some(false) {
        return Err(errors::validation(
            "The current and new KMS keys must be the same type and have the same key usage.",
        ));
    }
    let now = cx.now();
    let updated = store.aliases.update(&input.alias_name, |alias| {
        found.key.id().clone_into(&mut alias.target);
        alias.updated = now;
    });
    updated.map(|()| Unit).ok_or_else(missing)
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteAliasRequest,
) -> Result<Unit, ServiceError> {
    if !input.alias_name.starts_with("alias/") {
        return Err(errors::validation("Invalid identifier"));
    }
    check_name(&input.alias_name)?;
    let store = cx.world.regional::<KmsStore>(cx.account, &cx.region);
    let removed = store.aliases.remove(&input.alias_name);
    removed.map(|_| Unit).ok_or_else(|| errors::no_such_alias(&alias_arn(cx, &input.alias_name)))
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListAliasesRequest,
) -> Result<ListAliasesResponse, ServiceError> {
    let of_key = input.key_id.as_deref().map(|id| locate::find_key(cx, id)).transpose()?;
    let store = match &of_key {
        Some(found) => found.store.clone(),
        None => cx.world.regional::<KmsStore>(cx.account, &cx.region),
    };
    due::settle_all(cx, &store)?;
    let wanted = |alias: &Alias| of_key.as_ref().is_none_or(|key| key.key.id() == alias.target);
    let aliases = store.aliases.iter().filter(|(_, alias)| wanted(alias));
    let entry = |name: String, alias: Option<&Alias>| {
        let entry = AliasListEntry {
            alias_arn: Some(alias_arn(cx, &name)),
            alias_name: Some(name.clone()),
            target_key_id: alias.map(|alias| alias.target.clone()),
            creation_date: alias.map(|alias| alias.created.to_wire()),
            last_updated_date: alias.map(|alias| alias.updated.to_wire()),
        };
        (name, entry)
    };
    // The aliases of AWS managed keys are listed before their keys are made.
    let mut listed = BTreeMap::new();
    if of_key.is_none() {
        listed.extend(managed::aliases().map(|name| entry(name, None)));
    }
    listed.extend(aliases.map(|(name, alias)| entry(name, Some(&alias))));
    let page = page(listed, input.limit, 50, input.marker.as_deref())?;
    Ok(ListAliasesResponse {
        truncated: page.truncated(),
        next_marker: page.next,
        aliases: Some(page.items),
    })
}
