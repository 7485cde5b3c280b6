//! Object Lambda access points, as records.

use fogbank_api_s3control as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::public_access::shown;
use super::store::{Block, ObjectLambda, RegionalStore};
use super::{check_account, not_found, page};
use crate::access::is_public_text;
use crate::errors::error;
use crate::stored::Stored;

fn missing(name: &str) -> ServiceError {
    not_found(
        "NoSuchAccessPoint",
        "The specified accesspoint does not exist",
        ("AccessPointName", name),
    )
}

fn missing_policy(name: &str) -> ServiceError {
    not_found(
        "NoSuchAccessPointPolicy",
        "The specified accesspoint policy does not exist",
        ("AccessPointName", name),
    )
}

fn store(cx: &RequestContext) -> std::sync::Arc<RegionalStore> {
    cx.world.regional::<RegionalStore>(cx.account, &cx.region)
}

fn arn(cx: &RequestContext, name: &str) -> String {
    cx.arn("s3-object-lambda", format!("accesspoint/{name}")).to_string()
}

fn alias(point: &ObjectLambda) -> Option<api::ObjectLambdaAccessPointAlias> {
    let value = Some(point.alias.clone());
    Some(api::ObjectLambdaAccessPointAlias { value, status: Some("READY".into()) })
}

fn read<T>(
    cx: &RequestContext,
    account: &str,
    name: &str,
    look: impl FnOnce(&ObjectLambda) -> T,
) -> Result<T, ServiceError> {
    check_account(cx, account)?;
    store(cx).object_lambda.read(name, look).ok_or_else(|| missing(name))
}

fn edit(
    cx: &RequestContext,
    account: &str,
    name: &str,
    change: impl FnOnce(&mut ObjectLambda),
) -> Result<Unit, ServiceError> {
    check_account(cx, account)?;
    let changed = store(cx).object_lambda.update(name, |point| change(point));
    changed.map(|()| Unit).ok_or_else(|| missing(name))
}

pub(super) async fn create(
    cx: &RequestContext,
    input: api::CreateAccessPointForObjectLambdaRequest,
) -> Result<api::CreateAccessPointForObjectLambdaResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let start: String = input.name.chars().take(20).collect();
    let point = ObjectLambda {
        alias: format!("{start}-{}--ol-s3", cx.ids().base62(20).to_lowercase()),
        created: cx.now(),
        configuration: Stored::new(&input.configuration),
        policy: None,
    };
    let shown = alias(&point);
    if store(cx).object_lambda.insert_new(input.name.clone(), point).is_err() {
        return Err(error(
            "AccessPointAlreadyOwnedByYou",
            409,
            "Your previous request to create the named accesspoint succeeded and you already own \
             it.",
            &[],
        ));
    }
    Ok(api::CreateAccessPointForObjectLambdaResult {
        object_lambda_access_point_arn: Some(arn(cx, &input.name)),
        alias: shown,
    })
}

pub(super) async fn get(
    cx: &RequestContext,
    input: api::GetAccessPointForObjectLambdaRequest,
) -> Result<api::GetAccessPointForObjectLambdaResult, ServiceError> {
    read(cx, &input.account_id, &input.name, |point| api::GetAccessPointForObjectLambdaResult {
        name: Some(input.name.clone()),
        public_access_block_configuration: Some(shown(Block::ALL)),
        creation_date: Some(point.created.to_wire()),
        alias: alias(point),
    })
}

pub(super) async fn delete(
    cx: &RequestContext,
    input: api::DeleteAccessPointForObjectLambdaRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let removed = store(cx).object_lambda.remove(input.name.as_str());
    removed.map(|_| Unit).ok_or_else(|| missing(&input.name))
}

pub(super) async fn list(
    cx: &RequestContext,
    input: api::ListAccessPointsForObjectLambdaRequest,
) -> Result<api::ListAccessPointsForObjectLambdaResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let store = store(cx);
    let all = store.object_lambda.iter().map(|(name, point)| {
        let shown = api::ObjectLambdaAccessPoint {
            name: name.clone(),
            object_lambda_access_point_arn: Some(arn(cx, &name)),
            alias: alias(&point),
        };
        (name, shown)
    });
    let (points, next_token) = page(all, input.next_token.as_deref(), input.max_results)?;
    Ok(api::ListAccessPointsForObjectLambdaResult {
        object_lambda_access_point_list: Some(points),
        next_token,
    })
}

pub(super) async fn put_configuration(
    cx: &RequestContext,
    input: api::PutAccessPointConfigurationForObjectLambdaRequest,
) -> Result<Unit, ServiceError> {
    let stored = Stored::new(&input.configuration);
    edit(cx, &input.account_id, &input.name, |point| point.configuration = stored)
}

pub(super) async fn get_configuration(
    cx: &RequestContext,
    input: api::GetAccessPointConfigurationForObjectLambdaRequest,
) -> Result<api::GetAccessPointConfigurationForObjectLambdaResult, ServiceError> {
    let configuration =
        read(cx, &input.account_id, &input.name, |point| point.configuration.get())?;
    let configuration = Some(configuration);
    Ok(api::GetAccessPointConfigurationForObjectLambdaResult { configuration })
}

pub(super) async fn put_policy(
    cx: &RequestContext,
    input: api::PutAccessPointPolicyForObjectLambdaRequest,
) -> Result<Unit, ServiceError> {
    edit(cx, &input.account_id, &input.name, |point| point.policy = Some(input.policy))
}

pub(super) async fn get_policy(
    cx: &RequestContext,
    input: api::GetAccessPointPolicyForObjectLambdaRequest,
) -> Result<api::GetAccessPointPolicyForObjectLambdaResult, ServiceError> {
    let policy = read(cx, &input.account_id, &input.name, |point| point.policy.clone())?;
    let policy = Some(policy.ok_or_else(|| missing_policy(&input.name))?);
    Ok(api::GetAccessPointPolicyForObjectLambdaResult { policy })
}

pub(super) async fn delete_policy(
    cx: &RequestContext,
    input: api::DeleteAccessPointPolicyForObjectLambdaRequest,
) -> Result<Unit, ServiceError> {
    edit(cx, &input.account_id, &input.name, |point| point.policy = None)
}

pub(super) async fn policy_status(
    cx: &RequestContext,
    input: api::GetAccessPointPolicyStatusForObjectLambdaRequest,
) -> Result<api::GetAccessPointPolicyStatusForObjectLambdaResult, ServiceError> {
    let policy = read(cx, &input.account_id, &input.name, |point| point.policy.clone())?;
    let policy = policy.ok_or_else(|| missing_policy(&input.name))?;
    let policy_status = Some(api::PolicyStatus { is_public: Some(is_public_text(&policy)) });
    Ok(api::GetAccessPointPolicyStatusForObjectLambdaResult { policy_status })
}
