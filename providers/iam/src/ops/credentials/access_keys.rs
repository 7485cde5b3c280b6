//! Access keys of users.

use std::sync::Arc;

use fogbank_api_iam::*;
use fogbank_context::Arn;
use fogbank_service::access_keys::{AccessKey as KnownKey, AccessKeyStore, KeyUse};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use super::{status, status_of};
use crate::ops::access::uses;
use crate::ops::entities::{user_or_caller, user_or_root};
use crate::page::page;
use crate::store::{self, Entity as _, IamStore, KeyStatus, UserAccessKey};
use crate::{arns, errors, ids};

/// How many access keys a user can have.
pub(crate) const LIMIT: usize = 2;

fn not_found(id: &str) -> ServiceError {
    errors::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

/// Lets requests signed with a key act as a user, or no longer.
fn register(cx: &RequestContext, id: &str, secret: String, user: &store::User) {
    let arn: Arn = arns::of(cx, store::User::NOUN, &user.path, &user.name);
    let key = KnownKey {
        secret,
        session_token: None,
        account: cx.account,
        arn,
        user_id: user.id.clone(),
        expires: None,
        session: None,
        inactive: false,
    };
    cx.world.global::<AccessKeyStore>().keys.insert(id.to_owned(), key);
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateAccessKeyRequest,
) -> Result<CreateAccessKeyResponse, ServiceError> {
    let name = user_or_caller(cx, input.user_name)?;
    let (id, secret) = (ids::access_key(cx.account, cx.ids()), ids::secret(cx.ids()));
    let created = cx.now();
    let user = IamStore::of(cx).edit(&name, |user: &mut Edit<'_, store::User>| {
        if user.access_keys.len() >= LIMIT {
            return Err(errors::quota("AccessKeysPerUser", LIMIT));
        }
        user.access_keys.insert(id.clone(), UserAccessKey { status: KeyStatus::Active, created });
        Ok((**user).clone())
    })?;
    register(cx, &id, secret.clone(), &user);
    let access_key = AccessKey {
        user_name: name,
        access_key_id: id,
        status: StatusType::Active,
        secret_access_key: secret,
        create_date: Some(created.to_wire_secs()),
    };
    Ok(CreateAccessKeyResponse { access_key })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: ListAccessKeysRequest,
) -> Result<ListAccessKeysResponse, ServiceError> {
    let Some(name) = user_or_root(cx, input.user_name)? else {
        return Ok(ListAccessKeysResponse { is_truncated: Some(false), ..Default::default() });
    };
    let user = IamStore::of(cx).find::<store::User>(&name)?;
    let keys = user.access_keys.iter().map(|(id, key)| (id.clone(), (id, key)));
    let page = page(keys, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|(id, key)| AccessKeyMetadata {
        user_name: Some(name.clone()),
        access_key_id: Some(id.clone()),
        status: Some(status(key.status)),
        create_date: Some(key.created.to_wire_secs()),
    });
    Ok(ListAccessKeysResponse {
        is_truncated: page.is_truncated(),
        access_key_metadata: page.items,
        marker: page.marker,
    })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateAccessKeyRequest,
) -> Result<Unit, ServiceError> {
    let id = input.access_key_id;
    let name = user_or_caller(cx, input.user_name)?;
    let status = status_of(&input.status);
    if status == KeyStatus::Expired {
        return Err(errors::invalid_input("Expired is not a valid status of an access key."));
    }
    IamStore::of(cx).edit(&name, |user: &mut Edit<'_, store::User>| {
        user.access_keys.get_mut(&id).ok_or_else(|| not_found(&id))?.status = status;
        Ok(())
    })?;
    let keys = &cx.world.global::<AccessKeyStore>().keys;
    keys.update(&id, |key| key.inactive = status == KeyStatus::Inactive);
    Ok(Unit)
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: DeleteAccessKeyRequest,
) -> Result<Unit, ServiceError> {
    let id = input.access_key_id;
    let name = user_or_caller(cx, input.user_name)?;
    IamStore::of(cx).edit(&name, |user: &mut Edit<'_, store::User>| {
        user.access_keys.remove(&id).map(drop).ok_or_else(|| not_found(&id))
    })?;
    let known = cx.world.global::<AccessKeyStore>();
    let removed = known.keys.remove(&id);
    // What it was used for stays known of its user.
    if let (Some(key), Some(used)) = (removed, known.uses.remove(&id)) {
        uses::hand_over(&known, &key.arn.to_string(), &used);
    }
    Ok(Unit)
}

/// The name of the user whom a key belongs to.
fn owner(cx: &RequestContext, id: &str) -> Option<String> {
    let key = KnownKey::find(&cx.world, id).filter(|key| key.account == cx.account)?;
    arns::path_and_name(&key.arn, "user").map(|(_, name)| name.to_owned())
}

/// The latest request signed with a key.
pub(crate) fn last_use(cx: &RequestContext, id: &str) -> Option<Arc<KeyUse>> {
    cx.world.global::<AccessKeyStore>().uses.get(id)
}

pub(crate) fn last_used(
    cx: &RequestContext,
    input: &GetAccessKeyLastUsedRequest,
) -> Result<GetAccessKeyLastUsedResponse, ServiceError> {
    let id = &input.access_key_id;
    let user_name = owner(cx, id).ok_or_else(|| {
        let (user, action) = (&cx.principal.arn, "iam:GetAccessKeyLastUsed");
        let message = format!(
            "User: {user} is not authorized to perform: {action} on resource: access key {id}"
        );
        ServiceError::new("AccessDenied", 403, message)
    })?;
    let last = last_use(cx, id);
    let word = |word: fn(&KeyUse) -> &String| {
        last.as_deref().map_or_else(|| "N/A".to_owned(), |last| word(last).clone())
    };
    let used = AccessKeyLastUsed {
        last_used_date: last.as_ref().map(|last| last.at.to_wire_secs()),
        service_name: word(|last| &last.service),
        region: word(|last| &last.region),
    };
    Ok(GetAccessKeyLastUsedResponse {
        user_name: Some(user_name),
        access_key_last_used: Some(used),
    })
}
