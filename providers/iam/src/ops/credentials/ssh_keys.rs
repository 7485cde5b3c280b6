//! SSH public keys of users.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use super::{status, status_of};
use crate::crypto::ssh::PublicKey;
use crate::errors;
use crate::ids::{self, prefix};
use crate::ops::entities::user_or_caller;
use crate::page::page;
use crate::store::{self, IamStore, KeyStatus, SshKey};

/// How many SSH public keys a user can have.
const LIMIT: usize = 5;

fn not_found(id: &str) -> ServiceError {
    errors::no_such_entity(format!("The Public Key with id {id} cannot be found."))
}

fn shape(user: &str, id: &str, key: &SshKey, body: String) -> SSHPublicKey {
    SSHPublicKey {
        user_name: user.to_owned(),
        ssh_public_key_id: id.to_owned(),
        fingerprint: key.fingerprint.clone(),
        ssh_public_key_body: body,
        status: status(key.status),
        upload_date: Some(key.uploaded.to_wire_secs()),
    }
}

pub(crate) fn upload(
    cx: &RequestContext,
    input: UploadSSHPublicKeyRequest,
) -> Result<UploadSSHPublicKeyResponse, ServiceError> {
    let store = IamStore::of(cx);
    let name = input.user_name;
    store.find::<store::User>(&name)?;
    let body = input.ssh_public_key_body;
    let read = PublicKey::read(&body).ok_or_else(|| {
        InvalidPublicKeyException::new("The public key is malformed or otherwise invalid.")
    })?;
    let id = ids::unique(prefix::SSH_PUBLIC_KEY, cx.ids());
    let key = SshKey {
        fingerprint: read.fingerprint(),
        status: KeyStatus::Active,
        uploaded: cx.now(),
        body,
    };
    let ssh_public_key = Some(shape(&name, &id, &key, key.body.clone()));
    store.edit(&name, |user: &mut Edit<'_, store::User>| {
        if user.ssh_keys.values().any(|other| other.fingerprint == key.fingerprint) {
            let message = "The SSH public key is already associated with the specified IAM user.";
            return Err(DuplicateSSHPublicKeyException::new(message).into());
        }
        if user.ssh_keys.len() >= LIMIT {
            return Err(errors::quota("SSHPublicKeysPerUser", LIMIT));
        }
        user.ssh_keys.insert(id, key);
        Ok(UploadSSHPublicKeyResponse { ssh_public_key })
    })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetSSHPublicKeyRequest,
) -> Result<GetSSHPublicKeyResponse, ServiceError> {
    let (name, id) = (&input.user_name, &input.ssh_public_key_id);
    let user = IamStore::of(cx).find::<store::User>(name)?;
    let key = user.ssh_keys.get(id).ok_or_else(|| not_found(id))?;
    let read = PublicKey::read(&key.body);
    let body = match (input.encoding.as_str(), read) {
        ("PEM", Some(read)) => read.pem(),
        (_, Some(read)) => read.ssh(),
        (_, None) => key.body.clone(),
    };
    Ok(GetSSHPublicKeyResponse { ssh_public_key: Some(shape(name, id, key, body)) })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: ListSSHPublicKeysRequest,
) -> Result<ListSSHPublicKeysResponse, ServiceError> {
    let name = user_or_caller(cx, input.user_name)?;
    let user = IamStore::of(cx).find::<store::User>(&name)?;
    let keys = user.ssh_keys.iter().map(|(id, key)| (id.clone(), (id, key)));
    let page = page(keys, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|(id, key)| SSHPublicKeyMetadata {
        user_name: name.clone(),
        ssh_public_key_id: id.clone(),
        status: status(key.status),
        upload_date: key.uploaded.to_wire_secs(),
    });
    Ok(ListSSHPublicKeysResponse {
        is_truncated: page.is_truncated(),
        ssh_public_keys: Some(page.items),
        marker: page.marker,
    })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: &UpdateSSHPublicKeyRequest,
) -> Result<Unit, ServiceError> {
    let id = &input.ssh_public_key_id;
    IamStore::of(cx).edit(&input.user_name, |user: &mut Edit<'_, store::User>| {
        user.ssh_keys.get_mut(id).ok_or_else(|| not_found(id))?.status = status_of(&input.status);
        Ok(Unit)
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteSSHPublicKeyRequest,
) -> Result<Unit, ServiceError> {
    let id = &input.ssh_public_key_id;
    IamStore::of(cx).edit(&input.user_name, |user: &mut Edit<'_, store::User>| {
        user.ssh_keys.remove(id).map(|_| Unit).ok_or_else(|| not_found(id))
    })
}
