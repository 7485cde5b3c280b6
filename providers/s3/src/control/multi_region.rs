//! Multi-region access points: made, changed and deleted by operations that are done at once.

use fogbank_api_s3control as api;
use fogbank_service::{RequestContext, ServiceError};

use super::public_access::{block_of, shown};
use super::store::{Block, ControlStore, MultiRegion};
use super::{check_account, not_found, page};
use crate::access::is_public_text;
use crate::errors::{error, invalid_request};
use crate::store::S3Store;

fn missing(name: &str) -> ServiceError {
    not_found(
        "NoSuchMultiRegionAccessPoint",
        "The specified Multi-Region Access Point does not exist",
        ("MultiRegionAccessPointName", name),
    )
}

/// A token names its operation and its access point, so nothing is kept of it.
fn token(cx: &RequestContext, operation: &str, name: &str) -> String {
    let id = cx.ids().base62(20);
    let resource = format!("async-request/mrap/{operation}/{name}.{id}");
    cx.arn("s3", resource).to_string()
}

fn store(cx: &RequestContext) -> std::sync::Arc<ControlStore> {
    cx.world.account::<ControlStore>(cx.account)
}

pub(super) async fn create(
    cx: &RequestContext,
    input: api::CreateMultiRegionAccessPointRequest,
) -> Result<api::CreateMultiRegionAccessPointResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let details = input.details;
    let buckets = cx.world.global::<S3Store>();
    let mut regions = Vec::new();
    for region in &details.regions {
        let found = buckets.buckets.read(region.bucket.as_str(), |bucket| {
            (region.bucket.clone(), bucket.region.to_string(), bucket.owner.to_string())
        });
        regions.push(found.ok_or_else(|| {
            invalid_request("Multi-Region Access Points can only be created for existing buckets")
        })?);
    }
    let point = MultiRegion {
        alias: format!("{}.mrap", cx.ids().base62(13).to_lowercase()),
        created: cx.now(),
        block: details.public_access_block.as_ref().map_or(Block::ALL, block_of),
        regions,
        policy: None,
        dials: Default::default(),
    };
    if store(cx).multi_region.insert_new(details.name.clone(), point).is_err() {
        return Err(error(
            "MultiRegionAccessPointAlreadyOwnedByYou",
            409,
            "You already own a Multi-Region Access Point with this name",
            &[],
        ));
    }
    let request_token_arn = Some(token(cx, "create", &details.name));
    Ok(api::CreateMultiRegionAccessPointResult { request_token_arn })
}

pub(super) async fn delete(
    cx: &RequestContext,
    input: api::DeleteMultiRegionAccessPointRequest,
) -> Result<api::DeleteMultiRegionAccessPointResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let name = &input.details.name;
    store(cx).multi_region.remove(name.as_str()).ok_or_else(|| missing(name))?;
    Ok(api::DeleteMultiRegionAccessPointResult {
        request_token_arn: Some(token(cx, "delete", name)),
    })
}

pub(super) async fn describe(
    cx: &RequestContext,
    input: api::DescribeMultiRegionAccessPointOperationRequest,
) -> Result<api::DescribeMultiRegionAccessPointOperationResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let path = input.request_token_arn.split("async-request/mrap/").nth(1);
    let named = path.and_then(|path| path.split_once('/'));
    let (operation, name) = named.ok_or_else(|| {
        not_found(
            "NoSuchAsyncRequest",
            "The specified async request does not exist",
            ("RequestTokenARN", &input.request_token_arn),
        )
    })?;
    let operation = match operation {
        "create" => "CreateMultiRegionAccessPoint",
        "delete" => "DeleteMultiRegionAccessPoint",
        _ => "PutMultiRegionAccessPointPolicy",
    };
    let name = name.rsplit_once('.').map_or(name, |(name, _)| name);
    let regions = store(cx).multi_region.read(name, |point| {
        let response =
            |region: &(String, String, String)| api::MultiRegionAccessPointRegionalResponse {
                name: Some(region.1.clone()),
                request_status: Some("SUCCEEDED".to_owned()),
            };
        point.regions.iter().map(response).collect::<Vec<_>>()
    });
    Ok(api::DescribeMultiRegionAccessPointOperationResult {
        async_operation: Some(api::AsyncOperation {
            creation_time: Some(cx.now().to_wire()),
            operation: Some(operation.into()),
            request_token_arn: Some(input.request_token_arn),
            request_parameters: None,
            request_status: Some("SUCCEEDED".to_owned()),
            response_details: Some(api::AsyncResponseDetails {
                multi_region_access_point_details: Some(
                    api::MultiRegionAccessPointsAsyncResponse {
                        regions: Some(regions.unwrap_or_default()),
                    },
                ),
                error_details: None,
            }),
        }),
    })
}

fn report(name: &str, point: &MultiRegion) -> api::MultiRegionAccessPointReport {
    let regions = point.regions.iter().map(|(bucket, region, account)| api::RegionReport {
        bucket: Some(bucket.clone()),
        region: Some(region.clone()),
        bucket_account_id: Some(account.clone()),
    });
    api::MultiRegionAccessPointReport {
        name: Some(name.to_owned()),
        alias: Some(point.alias.clone()),
        created_at: Some(point.created.to_wire()),
        public_access_block: Some(shown(point.block)),
        status: Some("READY".into()),
        regions: Some(regions.collect()),
    }
}

pub(super) async fn get(
    cx: &RequestContext,
    input: api::GetMultiRegionAccessPointRequest,
) -> Result<api::GetMultiRegionAccessPointResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let name = input.name.as_str();
    let found = store(cx).multi_region.read(name, |point| report(name, point));
    let access_point = Some(found.ok_or_else(|| missing(name))?);
    Ok(api::GetMultiRegionAccessPointResult { access_point })
}

pub(super) async fn list(
    cx: &RequestContext,
    input: api::ListMultiRegionAccessPointsRequest,
) -> Result<api::ListMultiRegionAccessPointsResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let store = store(cx);
    let all = store.multi_region.iter().map(|(name, point)| {
        let report = report(&name, &point);
        (name, report)
    });
    let (points, next_token) = page(all, input.next_token.as_deref(), input.max_results)?;
    Ok(api::ListMultiRegionAccessPointsResult { access_points: Some(points), next_token })
}

pub(super) async fn put_policy(
    cx: &RequestContext,
    input: api::PutMultiRegionAccessPointPolicyRequest,
) -> Result<api::PutMultiRegionAccessPointPolicyResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let details = input.details;
    let changed = store(cx)
        .multi_region
        .update(details.name.as_str(), |point| point.policy = Some(details.policy));
    changed.ok_or_else(|| missing(&details.name))?;
    let request_token_arn = Some(token(cx, "policy", &details.name));
    Ok(api::PutMultiRegionAccessPointPolicyResult { request_token_arn })
}

fn policy(cx: &RequestContext, name: &str) -> Result<Option<String>, ServiceError> {
    let policy = store(cx).multi_region.read(name, |point| point.policy.clone());
    policy.ok_or_else(|| missing(name))
}

pub(super) async fn get_policy(
    cx: &RequestContext,
    input: api::GetMultiRegionAccessPointPolicyRequest,
) -> Result<api::GetMultiRegionAccessPointPolicyResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let policy = policy(cx, &input.name)?;
    Ok(api::GetMultiRegionAccessPointPolicyResult {
        policy: Some(api::MultiRegionAccessPointPolicyDocument {
            // What was proposed is established at once, and stays what was proposed last.
            proposed: policy
                .clone()
                .map(|policy| api::ProposedMultiRegionAccessPointPolicy { policy: Some(policy) }),
            established: policy.map(|policy| api::EstablishedMultiRegionAccessPointPolicy {
                policy: Some(policy),
            }),
        }),
    })
}

pub(super) async fn policy_status(
    cx: &RequestContext,
    input: api::GetMultiRegionAccessPointPolicyStatusRequest,
) -> Result<api::GetMultiRegionAccessPointPolicyStatusResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let public = policy(cx, &input.name)?.is_some_and(|policy| is_public_text(&policy));
    let established = Some(api::PolicyStatus { is_public: Some(public) });
    Ok(api::GetMultiRegionAccessPointPolicyStatusResult { established })
}

/// The access point with the ARN or the alias that a route names.
fn by_alias(cx: &RequestContext, text: &str) -> Option<String> {
    let alias = text.rsplit('/').next().unwrap_or(text);
    let store = store(cx);
    store.multi_region.iter().find(|(_, point)| point.alias == alias).map(|(name, _)| name)
}

pub(super) async fn routes(
    cx: &RequestContext,
    input: api::GetMultiRegionAccessPointRoutesRequest,
) -> Result<api::GetMultiRegionAccessPointRoutesResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let name = by_alias(cx, &input.mrap).ok_or_else(|| missing(&input.mrap))?;
    let routes = store(cx).multi_region.read(name.as_str(), |point| {
        let route =
            |(bucket, region, _): &(String, String, String)| api::MultiRegionAccessPointRoute {
                bucket: Some(bucket.clone()),
                region: Some(region.clone()),
                traffic_dial_percentage: point.dial(bucket),
            };
        point.regions.iter().map(route).collect()
    });
    Ok(api::GetMultiRegionAccessPointRoutesResult { mrap: Some(input.mrap), routes })
}

/// Opens and closes routes; a route is a bucket or a region of the access point.
pub(super) async fn submit_routes(
    cx: &RequestContext,
    input: api::SubmitMultiRegionAccessPointRoutesRequest,
) -> Result<api::SubmitMultiRegionAccessPointRoutesResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let name = by_alias(cx, &input.mrap).ok_or_else(|| missing(&input.mrap))?;
    let changed = store(cx).multi_region.try_update(name.as_str(), |point| {
        for route in &input.route_updates {
            if ![0, 100].contains(&route.traffic_dial_percentage) {
                return Err(invalid_request("TrafficDialPercentage must be 0 or 100"));
            }
            let fits = |(bucket, region, _): &&(String, String, String)| match &route.bucket {
                Some(wanted) => wanted == bucket,
                None => route.region.as_ref() == Some(region),
            };
            let found = point.regions.iter().find(fits).map(|(bucket, ..)| bucket.clone());
            let bucket = found.ok_or_else(|| {
                invalid_request("The route is none of the Multi-Region Access Point's")
            })?;
            point.dials.insert(bucket, route.traffic_dial_percentage);
        }
        if point.regions.iter().all(|(bucket, ..)| point.dial(bucket) == 0) {
            return Err(invalid_request("At least one route must be active"));
        }
        Ok(())
    });
    changed.unwrap_or_else(|| Err(missing(&input.mrap)))?;
    Ok(api::SubmitMultiRegionAccessPointRoutesResult::default())
}
