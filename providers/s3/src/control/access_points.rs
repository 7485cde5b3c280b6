//! Access points of buckets.

use std::collections::BTreeMap;

use fogbank_api_s3control as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::public_access::{block_of, shown};
use super::store::{AccessPoint, Block};
use super::{check_account, not_found, page};
use crate::access::is_public_text;
use crate::errors::{error, invalid_request};
use crate::store::{Alias, S3Store};

pub(super) fn arn(cx: &RequestContext, name: &str) -> String {
    cx.arn("s3", format!("accesspoint/{name}")).to_string()
}

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

/// Names are 3 to 50 lower-case letters, digits and hyphens.
fn check_name(name: &str) -> Result<(), ServiceError> {
    let plain =
        name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
    if !(3..=50).contains(&name.len()) || !plain {
        let uri = format!("accesspoint/{name}");
        return Err(error(
            "InvalidURI",
            400,
            "Couldn't parse the specified URI.",
            &[("URI", &uri)],
        ));
    }
    let wrong = name.starts_with('-')
        || name.ends_with('-')
        || name.contains('.')
        || name.starts_with("xn--")
        || name.ends_with("-s3alias");
    if wrong {
        return Err(invalid_request("Your Amazon S3 AccessPoint name is invalid"));
    }
    Ok(())
}

fn store(cx: &RequestContext) -> std::sync::Arc<S3Store> {
    cx.world.global::<S3Store>()
}

/// The name in a label that may hold the ARN.
fn key(cx: &RequestContext, name: &str) -> String {
    if name.starts_with("arn:") { name.to_owned() } else { arn(cx, name) }
}

pub(super) fn read<T>(
    cx: &RequestContext,
    account: &str,
    name: &str,
    look: impl FnOnce(&AccessPoint) -> T,
) -> Result<T, ServiceError> {
    check_account(cx, account)?;
    store(cx).access_points.read(key(cx, name).as_str(), look).ok_or_else(|| missing(name))
}

fn edit(
    cx: &RequestContext,
    account: &str,
    name: &str,
    change: impl FnOnce(&mut AccessPoint),
) -> Result<(), ServiceError> {
    check_account(cx, account)?;
    let changed = store(cx).access_points.update(key(cx, name).as_str(), |point| change(point));
    changed.ok_or_else(|| missing(name))
}

pub(super) async fn create(
    cx: &RequestContext,
    input: api::CreateAccessPointRequest,
) -> Result<api::CreateAccessPointResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    check_name(&input.name)?;
    let owner = store(cx).buckets.read(input.bucket.as_str(), |bucket| bucket.owner);
    let owner = owner.ok_or_else(|| {
        invalid_request("Amazon S3 AccessPoint can only be created for existing bucket")
    })?;
    let arn = arn(cx, &input.name);
    let start: String = input.name.chars().take(20).collect();
    let alias = format!("{start}-{}-s3alias", cx.ids().base62(34).to_lowercase());
    let point = AccessPoint {
        name: input.name.clone(),
        account: cx.account,
        region: cx.region.to_string(),
        bucket: input.bucket,
        bucket_account: input.bucket_account_id.unwrap_or_else(|| owner.to_string()),
        alias: alias.clone(),
        vpc: input.vpc_configuration.map(|it| it.vpc_id),
        block: input.public_access_block_configuration.as_ref().map_or(Block::ALL, block_of),
        created: cx.now(),
        policy: None,
        scope: input.scope.map(scope_of),
        tags: input.tags.into_iter().flatten().map(|tag| (tag.key, tag.value)).collect(),
    };
    let store = store(cx);
    if store.access_points.insert_new(arn.clone(), point).is_err() {
        return Err(error(
            "AccessPointAlreadyOwnedByYou",
            409,
            "Your previous request to create the named accesspoint succeeded and you already own \
             it.",
            &[],
        ));
    }
    store.aliases.insert(alias.clone(), Alias { arn: arn.clone() });
    Ok(api::CreateAccessPointResult { access_point_arn: Some(arn), alias: Some(alias) })
}

fn origin(point: &AccessPoint) -> &'static str {
    if point.vpc.is_some() { "VPC" } else { "Internet" }
}

pub(super) async fn get(
    cx: &RequestContext,
    input: api::GetAccessPointRequest,
) -> Result<api::GetAccessPointResult, ServiceError> {
    let region = cx.region.as_str();
    let endpoints = [
        ("ipv4", format!("s3-accesspoint.{region}.amazonaws.com")),
        ("fips", format!("s3-accesspoint-fips.{region}.amazonaws.com")),
        ("fips_dualstack", format!("s3-accesspoint-fips.dualstack.{region}.amazonaws.com")),
        ("dualstack", format!("s3-accesspoint.dualstack.{region}.amazonaws.com")),
    ];
    let endpoints: BTreeMap<String, String> =
        endpoints.into_iter().map(|(name, host)| (name.to_owned(), host)).collect();
    read(cx, &input.account_id, &input.name, |point| api::GetAccessPointResult {
        name: Some(point.name.clone()),
        bucket: Some(point.bucket.clone()),
        network_origin: Some(origin(point).into()),
        vpc_configuration: point.vpc.clone().map(|vpc_id| api::VpcConfiguration { vpc_id }),
        public_access_block_configuration: Some(shown(point.block)),
        creation_date: Some(point.created.to_wire()),
        alias: Some(point.alias.clone()),
        access_point_arn: Some(arn(cx, &point.name)),
        endpoints: Some(endpoints),
        bucket_account_id: Some(point.bucket_account.clone()),
        ..api::GetAccessPointResult::default()
    })
}

pub(super) async fn delete(
    cx: &RequestContext,
    input: api::DeleteAccessPointRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let store = store(cx);
    let removed = store.access_points.remove(key(cx, &input.name).as_str());
    let removed = removed.ok_or_else(|| missing(&input.name))?;
    store.aliases.remove(removed.alias.as_str());
    Ok(Unit)
}

pub(super) async fn list(
    cx: &RequestContext,
    input: api::ListAccessPointsRequest,
) -> Result<api::ListAccessPointsResult, ServiceError> {
    let shown = (input.next_token.as_deref(), input.max_results);
    let (list, next_token) =
        points_of(cx, &input.account_id, input.bucket.as_deref(), false, shown)?;
    Ok(api::ListAccessPointsResult { access_point_list: Some(list), next_token })
}

pub(super) async fn list_for_directories(
    cx: &RequestContext,
    input: api::ListAccessPointsForDirectoryBucketsRequest,
) -> Result<api::ListAccessPointsForDirectoryBucketsResult, ServiceError> {
    let bucket = input.directory_bucket.as_deref();
    let shown = (input.next_token.as_deref(), input.max_results);
    let (list, next_token) = points_of(cx, &input.account_id, bucket, true, shown)?;
    let access_point_list = Some(list);
    Ok(api::ListAccessPointsForDirectoryBucketsResult { access_point_list, next_token })
}

/// A page of the access points of directory buckets, or of all others: from a token, so many.
fn points_of(
    cx: &RequestContext,
    account: &str,
    bucket: Option<&str>,
    of_directories: bool,
    (token, most): (Option<&str>, Option<i32>),
) -> Result<(Vec<api::AccessPoint>, Option<String>), ServiceError> {
    check_account(cx, account)?;
    let store = store(cx);
    let points = store.access_points.iter().filter_map(|(_, point)| {
        let ours = point.account == cx.account
            && point.region == cx.region.as_str()
            && point.bucket.ends_with("--x-s3") == of_directories
            && bucket.is_none_or(|bucket| bucket == point.bucket);
        ours.then(|| {
            let shown = api::AccessPoint {
                name: point.name.clone(),
                network_origin: origin(&point).into(),
                vpc_configuration: point.vpc.clone().map(|vpc_id| api::VpcConfiguration { vpc_id }),
                bucket: point.bucket.clone(),
                access_point_arn: Some(arn(cx, &point.name)),
                alias: Some(point.alias.clone()),
                bucket_account_id: Some(point.bucket_account.clone()),
                ..api::AccessPoint::default()
            };
            (point.name.clone(), shown)
        })
    });
    page(points, token, most)
}

pub(super) async fn put_policy(
    cx: &RequestContext,
    input: api::PutAccessPointPolicyRequest,
) -> Result<Unit, ServiceError> {
    if fogbank_iam::Policy::parse(&input.policy).is_err() {
        return Err(error("MalformedPolicy", 400, "This policy contains invalid Json", &[]));
    }
    let blocks = read(cx, &input.account_id, &input.name, |it| it.block.block_public_policy)?;
    if blocks && is_public_text(&input.policy) {
        return Err(crate::errors::access_denied());
    }
    edit(cx, &input.account_id, &input.name, |point| point.policy = Some(input.policy))?;
    Ok(Unit)
}

pub(super) async fn get_policy(
    cx: &RequestContext,
    input: api::GetAccessPointPolicyRequest,
) -> Result<api::GetAccessPointPolicyResult, ServiceError> {
    let policy = read(cx, &input.account_id, &input.name, |point| point.policy.clone())?;
    let policy = policy.ok_or_else(|| missing_policy(&input.name))?;
    Ok(api::GetAccessPointPolicyResult { policy: Some(policy) })
}

pub(super) async fn delete_policy(
    cx: &RequestContext,
    input: api::DeleteAccessPointPolicyRequest,
) -> Result<Unit, ServiceError> {
    edit(cx, &input.account_id, &input.name, |point| point.policy = None)?;
    Ok(Unit)
}

pub(super) async fn policy_status(
    cx: &RequestContext,
    input: api::GetAccessPointPolicyStatusRequest,
) -> Result<api::GetAccessPointPolicyStatusResult, ServiceError> {
    let policy = read(cx, &input.account_id, &input.name, |point| point.policy.clone())?;
    let policy = policy.ok_or_else(|| missing_policy(&input.name))?;
    let policy_status = Some(api::PolicyStatus { is_public: Some(is_public_text(&policy)) });
    Ok(api::GetAccessPointPolicyStatusResult { policy_status })
}

fn scope_of(scope: api::Scope) -> (Vec<String>, Vec<String>) {
    let permissions = scope.permissions.unwrap_or_default();
    let permissions = permissions.into_iter().map(|it| it.as_str().to_owned()).collect();
    (scope.prefixes.unwrap_or_default(), permissions)
}

pub(super) async fn put_scope(
    cx: &RequestContext,
    input: api::PutAccessPointScopeRequest,
) -> Result<Unit, ServiceError> {
    let scope = scope_of(input.scope);
    edit(cx, &input.account_id, &input.name, |point| point.scope = Some(scope))?;
    Ok(Unit)
}

pub(super) async fn get_scope(
    cx: &RequestContext,
    input: api::GetAccessPointScopeRequest,
) -> Result<api::GetAccessPointScopeResult, ServiceError> {
    let scope = read(cx, &input.account_id, &input.name, |point| point.scope.clone())?;
    let (prefixes, permissions) = scope.unwrap_or_default();
    let permissions = permissions.iter().map(|it| it.as_str().into()).collect();
    let scope = api::Scope { prefixes: Some(prefixes), permissions: Some(permissions) };
    Ok(api::GetAccessPointScopeResult { scope: Some(scope) })
}

pub(super) async fn delete_scope(
    cx: &RequestContext,
    input: api::DeleteAccessPointScopeRequest,
) -> Result<Unit, ServiceError> {
    edit(cx, &input.account_id, &input.name, |point| point.scope = None)?;
    Ok(Unit)
}
