//! Lifecycle configurations.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors::{self, Missing};
use crate::lifecycle;
use crate::members::text;
use crate::store;
use crate::stored::Stored;

/// The least size of objects that change their class, unless said otherwise.
const DEFAULT_MINIMUM: &str = "all_storage_classes_128K";

pub(crate) async fn put_bucket_lifecycle_configuration(
    cx: &RequestContext,
    input: api::PutBucketLifecycleConfigurationRequest,
) -> Result<api::PutBucketLifecycleConfigurationOutput, ServiceError> {
    let minimum = text!(input.transition_default_minimum_object_size).unwrap_or(DEFAULT_MINIMUM);
    if ![DEFAULT_MINIMUM, "varies_by_storage_class"].contains(&minimum) {
        return Err(errors::invalid_request(format!(
            "Invalid TransitionDefaultMinimumObjectSize found: {minimum}"
        )));
    }
    lifecycle::begin(&cx.world, &cx.invoker);
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let document = input.lifecycle_configuration.as_ref().ok_or_else(errors::malformed_xml)?;
        lifecycle::validate(&document.rules)?;
        if bucket.configuration.mfa_delete == Some(true) {
            return Err(errors::invalid_bucket_state(
                "Lifecycle configuration cannot be set on a bucket with MFA delete enabled.",
            ));
        }
        let rules = document.rules.iter().map(|rule| {
            let mut rule = rule.clone();
            rule.id.get_or_insert_with(|| cx.ids().base62(48));
            Stored::new(&rule)
        });
        let rules = rules.collect();
        bucket.configure(|configuration| {
            configuration.lifecycle = rules;
            configuration.transition_minimum = Some(minimum.to_owned());
        });
        Ok(api::PutBucketLifecycleConfigurationOutput {
            transition_default_minimum_object_size: Some(minimum.into()),
        })
    })
}

pub(crate) async fn get_bucket_lifecycle_configuration(
    cx: &RequestContext,
    input: api::GetBucketLifecycleConfigurationRequest,
) -> Result<api::GetBucketLifecycleConfigurationOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let configuration = &bucket.configuration;
    if configuration.lifecycle.is_empty() {
        return Err(Missing::Lifecycle.of(&input.bucket));
    }
    let minimum = configuration.transition_minimum.as_deref().unwrap_or(DEFAULT_MINIMUM);
    Ok(api::GetBucketLifecycleConfigurationOutput {
        rules: Some(configuration.lifecycle.iter().map(Stored::get).collect()),
        transition_default_minimum_object_size: Some(minimum.into()),
    })
}

pub(crate) async fn delete_bucket_lifecycle(
    cx: &RequestContext,
    input: api::DeleteBucketLifecycleRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| {
            configuration.lifecycle.clear();
            configuration.transition_minimum = None;
        });
        Ok(Unit)
    })
}
