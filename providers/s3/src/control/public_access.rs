//! The public access block of an account.

use fogbank_api_s3control as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::store::{Block, ControlStore, ONLY, Settings};
use super::{check_account, not_found};
use crate::errors::invalid_request;

pub(super) fn block_of(document: &api::PublicAccessBlockConfiguration) -> Block {
    Block {
        block_public_acls: document.block_public_acls == Some(true),
        ignore_public_acls: document.ignore_public_acls == Some(true),
        block_public_policy: document.block_public_policy == Some(true),
        restrict_public_buckets: document.restrict_public_buckets == Some(true),
    }
}

pub(super) fn shown(block: Block) -> api::PublicAccessBlockConfiguration {
    api::PublicAccessBlockConfiguration {
        block_public_acls: Some(block.block_public_acls),
        ignore_public_acls: Some(block.ignore_public_acls),
        block_public_policy: Some(block.block_public_policy),
        restrict_public_buckets: Some(block.restrict_public_buckets),
    }
}

fn set(cx: &RequestContext, block: Option<Block>) {
    let store = cx.world.account::<ControlStore>(cx.account);
    store.settings.insert(ONLY.to_owned(), Settings { block });
}

pub(super) async fn put(
    cx: &RequestContext,
    input: api::PutPublicAccessBlockRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let document = &input.public_access_block_configuration;
    let given = [
        document.block_public_acls,
        document.ignore_public_acls,
        document.block_public_policy,
        document.restrict_public_buckets,
    ];
    if given.iter().all(Option::is_none) {
        return Err(invalid_request("Must specify at least one configuration."));
    }
    set(cx, Some(block_of(document)));
    Ok(Unit)
}

pub(super) async fn get(
    cx: &RequestContext,
    input: api::GetPublicAccessBlockRequest,
) -> Result<api::GetPublicAccessBlockOutput, ServiceError> {
    check_account(cx, &input.account_id)?;
    let store = cx.world.account::<ControlStore>(cx.account);
    let block = store.settings.get(ONLY).and_then(|settings| settings.block).ok_or_else(|| {
        not_found(
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
            ("AccountId", &input.account_id),
        )
    })?;
    let public_access_block_configuration = Some(shown(block));
    Ok(api::GetPublicAccessBlockOutput { public_access_block_configuration })
}

pub(super) async fn delete(
    cx: &RequestContext,
    input: api::DeletePublicAccessBlockRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    set(cx, None);
    Ok(Unit)
}
