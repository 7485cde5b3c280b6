//! Configurations of which a bucket has several, by id: analytics, intelligent tiering, inventory
//! and metrics.

use std::collections::BTreeMap;

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError, Unheeded};

use crate::configuration::Configuration;
use crate::errors;
use crate::inventory as inventory_reports;
use crate::listing;
use crate::ops::buckets::bucket_of_arn;
use crate::store;
use crate::stored::Stored;

/// Reports are written in one format only.
pub(crate) static INVENTORY_FORMAT: Unheeded = Unheeded {
    operations: "PutBucketInventoryConfiguration",
    parameter: "Destination.S3BucketDestination.Format",
    effect: "kept and returned; reports in ORC are not written",
};

/// The most configurations of a kind.
const MOST: usize = 1000;
/// The most of a page.
const PAGE: usize = 100;

type Kept<T> = BTreeMap<String, Stored<T>>;

/// One page of the configurations of a kind.
struct Page<T> {
    documents: Vec<T>,
    next: Option<String>,
}

/// The document has another id than the query string; only inventories say so.
fn mismatch(kind: &str) -> ServiceError {
    match kind {
        "analytics" | "intelligent_tiering" => errors::malformed_xml(),
        _ => errors::id_mismatch(),
    }
}

macro_rules! kind {
    ($kind:ident, $document:ty) => {
        mod $kind {
            use super::*;

            pub(super) fn put(
                cx: &RequestContext,
                bucket: (&str, Option<&str>),
                id: (String, &str),
                document: &$document,
            ) -> Result<Unit, ServiceError> {
                store::edit(cx, bucket.0, bucket.1, |bucket| {
                    if id.0 != id.1 {
                        return Err(mismatch(stringify!($kind)));
                    }
                    let kept = &bucket.configuration.$kind;
                    if kept.len() >= MOST && !kept.contains_key(&id.0) {
                        return Err(errors::error(
                            "TooManyConfigurations",
                            400,
                            "You are attempting to create a new configuration but have already \
                             reached the 1,000-configuration limit.",
                            &[],
                        ));
                    }
                    let stored = Stored::new(document);
                    bucket.configure(|it: &mut Configuration| it.$kind.insert(id.0, stored));
                    Ok(Unit)
                })
            }

            pub(super) fn get(
                cx: &RequestContext,
                bucket: (&str, Option<&str>),
                id: &str,
            ) -> Result<$document, ServiceError> {
                let bucket = store::get(cx, bucket.0, bucket.1)?;
                let kept: &Kept<$document> = &bucket.configuration.$kind;
                kept.get(id).map(Stored::get).ok_or_else(errors::no_such_configuration)
            }

            pub(super) fn delete(
                cx: &RequestContext,
                bucket: (&str, Option<&str>),
                id: &str,
            ) -> Result<Unit, ServiceError> {
                store::edit(cx, bucket.0, bucket.1, |bucket| {
                    if !bucket.configuration.$kind.contains_key(id) {
                        return Err(errors::no_such_configuration());
                    }
                    bucket.configure(|it: &mut Configuration| it.$kind.remove(id));
                    Ok(Unit)
                })
            }

            pub(super) fn list(
                cx: &RequestContext,
                bucket: (&str, Option<&str>),
                token: Option<&str>,
            ) -> Result<Page<$document>, ServiceError> {
                let bucket = store::get(cx, bucket.0, bucket.1)?;
                let after = token.map(listing::parse_token).transpose()?.unwrap_or_default();
                let mut rest = bucket.configuration.$kind.iter().filter(|(id, _)| **id > after);
                let page: Vec<_> = rest.by_ref().take(PAGE).collect();
                let more = rest.next().is_some();
                let next = page.last().filter(|_| more).map(|(id, _)| listing::token(id));
                Ok(Page { documents: page.iter().map(|(_, kept)| kept.get()).collect(), next })
            }
        }
    };
}

kind!(analytics, api::AnalyticsConfiguration);
kind!(intelligent_tiering, api::IntelligentTieringConfiguration);
kind!(inventory, api::InventoryConfiguration);
kind!(metrics, api::MetricsConfiguration);

/// The bucket and its expected owner.
macro_rules! bucket {
    ($input:expr) => {
        ($input.bucket.as_str(), $input.expected_bucket_owner.as_deref())
    };
}

/// The output of a list operation.
macro_rules! listed {
    ($output:ident, $list:ident, $input:expr, $page:expr) => {{
        let page = $page;
        Ok(api::$output {
            is_truncated: Some(page.next.is_some()),
            continuation_token: $input.continuation_token,
            next_continuation_token: page.next,
            $list: (!page.documents.is_empty()).then_some(page.documents),
        })
    }};
}

pub(crate) async fn put_bucket_analytics_configuration(
    cx: &RequestContext,
    input: api::PutBucketAnalyticsConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let document = &input.analytics_configuration;
    analytics::put(cx, bucket!(input), (input.id.clone(), &document.id), document)
}

pub(crate) async fn get_bucket_analytics_configuration(
    cx: &RequestContext,
    input: api::GetBucketAnalyticsConfigurationRequest,
) -> Result<api::GetBucketAnalyticsConfigurationOutput, ServiceError> {
    let document = analytics::get(cx, bucket!(input), &input.id)?;
    Ok(api::GetBucketAnalyticsConfigurationOutput { analytics_configuration: Some(document) })
}

pub(crate) async fn delete_bucket_analytics_configuration(
    cx: &RequestContext,
    input: api::DeleteBucketAnalyticsConfigurationRequest,
) -> Result<Unit, ServiceError> {
    analytics::delete(cx, bucket!(input), &input.id)
}

pub(crate) async fn list_bucket_analytics_configurations(
    cx: &RequestContext,
    input: api::ListBucketAnalyticsConfigurationsRequest,
) -> Result<api::ListBucketAnalyticsConfigurationsOutput, ServiceError> {
    let page = analytics::list(cx, bucket!(input), input.continuation_token.as_deref())?;
    listed!(ListBucketAnalyticsConfigurationsOutput, analytics_configuration_list, input, page)
}

pub(crate) async fn put_bucket_intelligent_tiering_configuration(
    cx: &RequestContext,
    input: api::PutBucketIntelligentTieringConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let document = &input.intelligent_tiering_configuration;
    let tiers = document.tierings.iter();
    let known = ["Enabled", "Disabled"].contains(&document.status.as_str())
        && !document.tierings.is_empty()
        && { tiers }
            .all(|it| api::IntelligentTieringAccessTier::VALUES.contains(&it.access_tier.as_str()));
    if !known {
        return Err(errors::malformed_xml());
    }
    intelligent_tiering::put(cx, bucket!(input), (input.id.clone(), &document.id), document)
}

pub(crate) async fn get_bucket_intelligent_tiering_configuration(
    cx: &RequestContext,
    input: api::GetBucketIntelligentTieringConfigurationRequest,
) -> Result<api::GetBucketIntelligentTieringConfigurationOutput, ServiceError> {
    let document = intelligent_tiering::get(cx, bucket!(input), &input.id)?;
    Ok(api::GetBucketIntelligentTieringConfigurationOutput {
        intelligent_tiering_configuration: Some(document),
    })
}

pub(crate) async fn delete_bucket_intelligent_tiering_configuration(
    cx: &RequestContext,
    input: api::DeleteBucketIntelligentTieringConfigurationRequest,
) -> Result<Unit, ServiceError> {
    intelligent_tiering::delete(cx, bucket!(input), &input.id)
}

pub(crate) async fn list_bucket_intelligent_tiering_configurations(
    cx: &RequestContext,
    input: api::ListBucketIntelligentTieringConfigurationsRequest,
) -> Result<api::ListBucketIntelligentTieringConfigurationsOutput, ServiceError> {
    let page = intelligent_tiering::list(cx, bucket!(input), input.continuation_token.as_deref())?;
    listed!(
        ListBucketIntelligentTieringConfigurationsOutput,
        intelligent_tiering_configuration_list,
        input,
        page
    )
}

pub(crate) async fn put_bucket_inventory_configuration(
    cx: &RequestContext,
    input: api::PutBucketInventoryConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let document = &input.inventory_configuration;
    let target = &document.destination.s3_bucket_destination;
    if input.id == document.id {
        if bucket_of_arn(&target.bucket).is_none() {
            return Err(errors::error(
                "InvalidS3DestinationBucket",
                400,
                "Invalid bucket ARN.",
                &[],
            ));
        }
        let known = |values: &[&str], value: &str| values.contains(&value);
        let fields = document.optional_fields.iter().flatten();
        let valid = known(api::InventoryFormat::VALUES, target.format.as_str())
            && known(api::InventoryFrequency::VALUES, document.schedule.frequency.as_str())
            && known(
                api::InventoryIncludedObjectVersions::VALUES,
                document.included_object_versions.as_str(),
            )
            && fields.into_iter().all(|it| known(api::InventoryOptionalField::VALUES, it.as_str()));
        if !valid {
            return Err(errors::malformed_xml());
        }
        if target.format.as_str() == "ORC" {
            cx.unheeded(&INVENTORY_FORMAT)?;
        }
    }
    inventory_reports::begin(&cx.world);
    inventory::put(cx, bucket!(input), (input.id.clone(), &document.id), document)
}

pub(crate) async fn get_bucket_inventory_configuration(
    cx: &RequestContext,
    input: api::GetBucketInventoryConfigurationRequest,
) -> Result<api::GetBucketInventoryConfigurationOutput, ServiceError> {
    let document = inventory::get(cx, bucket!(input), &input.id)?;
    Ok(api::GetBucketInventoryConfigurationOutput { inventory_configuration: Some(document) })
}

pub(crate) async fn delete_bucket_inventory_configuration(
    cx: &RequestContext,
    input: api::DeleteBucketInventoryConfigurationRequest,
) -> Result<Unit, ServiceError> {
    inventory::delete(cx, bucket!(input), &input.id)
}

pub(crate) async fn list_bucket_inventory_configurations(
    cx: &RequestContext,
    input: api::ListBucketInventoryConfigurationsRequest,
) -> Result<api::ListBucketInventoryConfigurationsOutput, ServiceError> {
    let page = inventory::list(cx, bucket!(input), input.continuation_token.as_deref())?;
    listed!(ListBucketInventoryConfigurationsOutput, inventory_configuration_list, input, page)
}

pub(crate) async fn put_bucket_metrics_configuration(
    cx: &RequestContext,
    input: api::PutBucketMetricsConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let document = &input.metrics_configuration;
    metrics::put(cx, bucket!(input), (input.id.clone(), &document.id), document)
}

pub(crate) async fn get_bucket_metrics_configuration(
    cx: &RequestContext,
    input: api::GetBucketMetricsConfigurationRequest,
) -> Result<api::GetBucketMetricsConfigurationOutput, ServiceError> {
    let document = metrics::get(cx, bucket!(input), &input.id)?;
    Ok(api::GetBucketMetricsConfigurationOutput { metrics_configuration: Some(document) })
}

pub(crate) async fn delete_bucket_metrics_configuration(
    cx: &RequestContext,
    input: api::DeleteBucketMetricsConfigurationRequest,
) -> Result<Unit, ServiceError> {
    metrics::delete(cx, bucket!(input), &input.id)
}

pub(crate) async fn list_bucket_metrics_configurations(
    cx: &RequestContext,
    input: api::ListBucketMetricsConfigurationsRequest,
) -> Result<api::ListBucketMetricsConfigurationsOutput, ServiceError> {
    let page = metrics::list(cx, bucket!(input), input.continuation_token.as_deref())?;
    listed!(ListBucketMetricsConfigurationsOutput, metrics_configuration_list, input, page)
}
