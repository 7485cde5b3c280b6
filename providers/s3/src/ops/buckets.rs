//! CreateBucket, HeadBucket, DeleteBucket, ListBuckets and GetBucketLocation.

use std::net::Ipv4Addr;

use fogbank_api_s3 as api;
use fogbank_context::{Arn, Partition, Region};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Rows, Tracked};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::acl;
use crate::bucket_name::BucketName;
use crate::configuration::{Configuration, Ownership, Zone};
use crate::errors;
use crate::listing;
use crate::members::{owner, text};
use crate::ops::tagging::tags_of;
use crate::store::{self, Bucket, Versioning};
use crate::tags::{Tagged, Tags};

/// The region whose endpoint creates buckets anywhere and forgives a second creation.
const CLASSIC: &str = "us-east-1";

/// The name of a bucket's ARN: without region and account.
pub(crate) fn bucket_arn(partition: Partition, bucket: &str) -> String {
    format!("arn:{partition}:s3:::{bucket}")
}

/// Whether AWS has a region of this name with S3 in it.
fn is_region(name: &str) -> bool {
    name == CLASSIC || (name != "EU" && api::BucketLocationConstraint::VALUES.contains(&name))
}

/// Creates a bucket in the region of its location constraint.
///
/// With `blocks_customer_keys` it is made with what AWS's new buckets have: it takes no objects with
/// keys of customers.
pub(crate) async fn create_bucket(
    cx: &RequestContext,
    input: api::CreateBucketRequest,
    blocks_customer_keys: bool,
) -> Result<api::CreateBucketOutput, ServiceError> {
    let requested = input.create_bucket_configuration.as_ref();
    let regional = match text!(input.bucket_namespace) {
        None | Some("global") => false,
        Some("account-regional") => true,
        Some(other) => {
            let message = format!("Invalid x-amz-bucket-namespace header: {other}");
            return Err(errors::invalid_argument(message, "x-amz-bucket-namespace", Some(other)));
        }
    };
    let zone = requested.map(zone).transpose()?.flatten();
    let name = match &zone {
        Some(zone) => BucketName::parse_directory(&input.bucket, &zone.id)?,
        None => BucketName::parse(&input.bucket)?,
    };
    let constraint = requested.and_then(|it| it.location_constraint.as_ref());
    let constraint = constraint.map(|it| it.as_str()).filter(|it| !it.is_empty());
    let zone_is_none = zone.is_none();
    let region = match zone {
        Some(_) => cx.region.clone(),
        None => location(cx, constraint)?,
    };
    // The names of that namespace say whose and where they are.
    let end = format!("-{}-{region}-an", cx.account);
    if regional && !(zone_is_none && name.as_str().ends_with(&end)) {
        return Err(errors::invalid_bucket_name(name.as_str()));
    }
    let tags = match requested.and_then(|it| it.tags.clone()) {
        Some(tags) => Tags::checked(tags_of(tags)?, Tagged::NewBucket)?,
        None => Tags::default(),
    };
    let mut configuration = configuration(cx, &input, constraint, tags.clone())?;
    // Directory buckets never took them.
    configuration.default_encryption.blocks_customer_keys = blocks_customer_keys && zone.is_none();
    configuration.zone = zone;
    let bucket = Bucket {
        name: name.clone(),
        owner: cx.account,
        region: region.clone(),
        created: cx.now(),
        configuration: Tracked::new(configuration),
        current: Rows::new(),
        older: Rows::new(),
        uploads: Rows::new(),
        parts: Rows::new(),
    };
    let buckets = &store::store(cx).buckets;
    if buckets.insert_new(name.clone(), bucket).is_err() {
        let existing = buckets.get(name.as_str());
        let Some(existing) = existing else {
            return Err(errors::bucket_already_exists(name.as_str()));
        };
        if existing.owner != cx.account {
            return Err(errors::bucket_already_exists(name.as_str()));
        }
        let same = region.as_str() == CLASSIC && existing.region.as_str() == CLASSIC;
        if !same || !tags.is_empty() {
            return Err(errors::bucket_already_owned_by_you(name.as_str()));
        }
    }
    Ok(api::CreateBucketOutput {
        location: Some(match region.as_str() {
            CLASSIC => format!("/{name}"),
            _ => format!("{}/", object_host(cx, name.as_str())),
        }),
        bucket_arn: Some(bucket_arn(cx.partition(), name.as_str())),
    })
}

/// The zone of a directory bucket; none for general purpose buckets.
fn zone(requested: &api::CreateBucketConfiguration) -> Result<Option<Zone>, ServiceError> {
    if requested.location.is_none() && requested.bucket.is_none() {
        return Ok(None);
    }
    let bucket = requested.bucket.as_ref().ok_or_else(errors::malformed_xml)?;
    let location = requested.location.as_ref().ok_or_else(errors::malformed_xml)?;
    let kind = text!(location.r#type).unwrap_or("AvailabilityZone");
    let redundancy = text!(bucket.data_redundancy).unwrap_or("SingleAvailabilityZone");
    let known = ["AvailabilityZone", "LocalZone"].contains(&kind)
        && ["SingleAvailabilityZone", "SingleLocalZone"].contains(&redundancy)
        && text!(bucket.r#type).is_none_or(|it| it == "Directory");
    match location.name.clone().filter(|name| known && !name.is_empty()) {
        Some(id) => Ok(Some(Zone { id, kind: kind.to_owned() })),
        None => Err(errors::malformed_xml()),
    }
}

/// The address of a bucket as a virtual host, without a path.
pub(crate) fn object_host(cx: &RequestContext, bucket: &str) -> String {
    let host = &cx.http.host;
    let own = format!("{bucket}.");
    let host = host.strip_prefix(&own).unwrap_or(host);
    let host = host.strip_prefix("s3.").unwrap_or(host);
    let (name, port) = host.split_once(':').unwrap_or((host, "4566"));
    // Names below this one resolve to this machine; below others they may not.
    let local = name.is_empty() || name == "localhost" || name.parse::<Ipv4Addr>().is_ok();
    if local {
        return format!("http://{bucket}.s3.localhost.localstack.cloud:{port}");
    }
    format!("http://{bucket}.s3.{host}")
}

/// The address of an object, with its key escaped.
pub(crate) fn object_url(cx: &RequestContext, bucket: &str, key: &str) -> String {
    const PLAIN: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'*');
    format!("{}/{}", object_host(cx, bucket), utf8_percent_encode(key, PLAIN))
}

/// Where a bucket with this constraint goes.
fn location(cx: &RequestContext, constraint: Option<&str>) -> Result<Region, ServiceError> {
    let endpoint = cx.region.as_str();
    match constraint {
        None if endpoint == CLASSIC => Ok(cx.region.clone()),
        None => Err(errors::illegal_location_constraint("unspecified")),
        Some("EU") if endpoint == CLASSIC || endpoint == "eu-west-1" => {
            Ok(Region::new("eu-west-1"))
        }
        Some(constraint) if endpoint == CLASSIC => {
            if constraint == CLASSIC || !is_region(constraint) {
                return Err(errors::invalid_location_constraint(constraint));
            }
            Ok(Region::new(constraint))
        }
        Some(constraint) if constraint == endpoint => Ok(cx.region.clone()),
        Some(constraint) => Err(errors::illegal_location_constraint(constraint)),
    }
}

fn configuration(
    cx: &RequestContext,
    input: &api::CreateBucketRequest,
    constraint: Option<&str>,
    tags: Tags,
) -> Result<Configuration, ServiceError> {
    let ownership = match text!(input.object_ownership) {
        None => Ownership::default(),
        Some(name) => Ownership::by_name(name).ok_or_else(|| {
            let message = format!("Invalid x-amz-object-ownership header: {name}");
            errors::invalid_argument(message, "x-amz-object-ownership", None)
        })?,
    };
    let object_lock = input.object_lock_enabled_for_bucket == Some(true);
    let mut configuration = Configuration {
        location_constraint: constraint.map(str::to_owned),
        versioning: if object_lock { Versioning::Enabled } else { Versioning::Off },
        ownership,
        object_lock,
        tags,
        ..Configuration::default()
    };
    let grants = acl::GrantHeaders {
        full_control: input.grant_full_control.as_deref(),
        read: input.grant_read.as_deref(),
        read_acp: input.grant_read_acp.as_deref(),
        write: input.grant_write.as_deref(),
        write_acp: input.grant_write_acp.as_deref(),
    };
    let owner = acl::canonical_id(cx.account);
    let acl = acl::of_headers(text!(input.acl), grants, &owner, &owner)?;
    let set = acl.is_some() && text!(input.acl) != Some("private");
    if set && ownership == Ownership::BucketOwnerEnforced {
        return Err(errors::acl_with_ownership());
    }
    // New buckets block public access.
    if acl.as_ref().is_some_and(acl::Acl::grants_publicly) {
        return Err(errors::error(
            "InvalidBucketAclWithBlockPublicAccessError",
            400,
            "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
            &[],
        ));
    }
    configuration.acl = acl.filter(|_| set);
    Ok(configuration)
}

/// Whether a bucket exists and where.
pub(crate) async fn head_bucket(
    cx: &RequestContext,
    input: api::HeadBucketRequest,
) -> Result<api::HeadBucketOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    Ok(api::HeadBucketOutput {
        bucket_arn: Some(bucket_arn(cx.partition(), bucket.name.as_str())),
        bucket_region: Some(bucket.region.to_string()),
        access_point_alias: Some(false),
        bucket_location_type: bucket.configuration.zone.as_ref().map(|it| it.kind.as_str().into()),
        bucket_location_name: bucket.configuration.zone.as_ref().map(|it| it.id.clone()),
    })
}

/// Deletes a bucket without objects and versions; uploads under way go with it.
pub(crate) async fn delete_bucket(
    cx: &RequestContext,
    input: api::DeleteBucketRequest,
) -> Result<Unit, ServiceError> {
    let name = input.bucket.as_str();
    store::read(cx, name, input.expected_bucket_owner.as_deref(), |_| Ok(()))?;
    let store = store::store(cx);
    if store.access_points.iter().any(|(_, point)| point.bucket == name) {
        return Err(errors::error(
            "BucketHasAccessPointsAttached",
            409,
            "The bucket you tried to delete has access points attached. Delete your access points \
             before deleting your bucket.",
            &[("BucketName", name)],
        ));
    }
    let mut versioned = false;
    let removed = store.buckets.remove_if(name, |bucket| {
        versioned = bucket.configuration.versioning != Versioning::Off;
        bucket.is_empty()
    });
    match removed {
        Some(_) => {
            store.access_logs.remove(name);
            Ok(Unit)
        }
        None => Err(errors::bucket_not_empty(name, versioned)),
    }
}

/// The caller's buckets, in the order of their names.
pub(crate) async fn list_buckets(
    cx: &RequestContext,
    input: api::ListBucketsRequest,
) -> Result<api::ListBucketsOutput, ServiceError> {
    if let Some(region) = input.bucket_region.as_deref()
        && !is_region(region)
    {
        return Err(errors::invalid_argument(
            format!("Argument value {region} is not a valid AWS Region"),
            "bucket-region",
            None,
        ));
    }
    let after = match input.continuation_token.as_deref() {
        None | Some("") => String::new(),
        Some(token) => listing::parse_token(token)?,
    };
    let limit = match input.max_buckets {
        None => usize::MAX,
        Some(limit) => {
            usize::try_from(limit).ok().filter(|it| (1..=10_000).contains(it)).ok_or_else(|| {
                errors::invalid_argument(
                    "Argument max-buckets must be an integer between 1 and 10000",
                    "max-buckets",
                    Some(&limit.to_string()),
                )
            })?
        }
    };
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let region = input.bucket_region.as_deref();
    let shown = |bucket: &Bucket| {
        bucket.owner == cx.account
            && bucket.configuration.zone.is_none()
            && bucket.name.as_str() > after.as_str()
            && bucket.name.as_str().starts_with(prefix)
            && region.is_none_or(|region| bucket.region.as_str() == region)
    };
    let partition = cx.partition();
    let store = store::store(cx);
    let mut buckets = store.buckets.iter().filter(|(_, bucket)| shown(bucket));
    let page: Vec<api::Bucket> = buckets
        .by_ref()
        .take(limit)
        .map(|(name, bucket)| api::Bucket {
            name: Some(name.to_string()),
            creation_date: Some(bucket.created.to_wire_secs()),
            bucket_region: Some(bucket.region.to_string()),
            bucket_arn: Some(bucket_arn(partition, name.as_str())),
        })
        .collect();
    let last = page.last().and_then(|bucket| bucket.name.as_deref());
    let token = last.filter(|_| buckets.next().is_some()).map(listing::token);
    Ok(api::ListBucketsOutput {
        continuation_token: token,
        buckets: Some(page),
        owner: owner(&acl::canonical_id(cx.account)),
        prefix: input.prefix,
    })
}

/// The location constraint of a bucket; null for us-east-1.
pub(crate) async fn get_bucket_location(
    cx: &RequestContext,
    input: api::GetBucketLocationRequest,
) -> Result<api::GetBucketLocationOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let constraint = match (&bucket.configuration.location_constraint, bucket.region.as_str()) {
        (Some(constraint), _) => Some(constraint.as_str()),
        (None, CLASSIC) => None,
        (None, region) => Some(region),
    };
    Ok(api::GetBucketLocationOutput { location_constraint: constraint.map(Into::into) })
}

/// The bucket that an ARN or a name addresses.
pub(crate) fn bucket_of_arn(text: &str) -> Option<String> {
    let arn: Arn = text.parse().ok()?;
    (arn.service == "s3").then(|| arn.resource.clone())
}
