//! The first versions of the lifecycle and notification APIs, which the later ones replaced. Both
//! look at the same configuration.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::{lifecycle, notification};
use crate::errors;

pub(crate) async fn put_bucket_lifecycle(
    cx: &RequestContext,
    input: api::PutBucketLifecycleRequest,
) -> Result<Unit, ServiceError> {
    let rules = input.lifecycle_configuration.map(|it| it.rules).unwrap_or_default();
    let rules = rules.into_iter().map(|rule| api::LifecycleRule {
        expiration: rule.expiration,
        id: rule.id,
        prefix: Some(rule.prefix),
        status: rule.status,
        transitions: rule.transition.map(|it| vec![it]),
        noncurrent_version_transitions: rule.noncurrent_version_transition.map(|it| vec![it]),
        noncurrent_version_expiration: rule.noncurrent_version_expiration,
        abort_incomplete_multipart_upload: rule.abort_incomplete_multipart_upload,
        ..api::LifecycleRule::default()
    });
    let request = api::PutBucketLifecycleConfigurationRequest {
        bucket: input.bucket,
        expected_bucket_owner: input.expected_bucket_owner,
        lifecycle_configuration: Some(api::BucketLifecycleConfiguration { rules: rules.collect() }),
        ..api::PutBucketLifecycleConfigurationRequest::default()
    };
    lifecycle::put_bucket_lifecycle_configuration(cx, request).await?;
    Ok(Unit)
}

/// The rules as the first version had them: those with filters lose them.
pub(crate) async fn get_bucket_lifecycle(
    cx: &RequestContext,
    input: api::GetBucketLifecycleRequest,
) -> Result<api::GetBucketLifecycleOutput, ServiceError> {
    let request = api::GetBucketLifecycleConfigurationRequest {
        bucket: input.bucket,
        expected_bucket_owner: input.expected_bucket_owner,
    };
    let output = lifecycle::get_bucket_lifecycle_configuration(cx, request).await?;
    let rules = output.rules.unwrap_or_default().into_iter().map(|rule| {
        let filtered = rule.filter.and_then(|filter| filter.prefix);
        api::Rule {
            expiration: rule.expiration,
            id: rule.id,
            prefix: rule.prefix.or(filtered).unwrap_or_default(),
            status: rule.status,
            transition: rule.transitions.and_then(|all| all.into_iter().next()),
            noncurrent_version_transition: rule
                .noncurrent_version_transitions
                .and_then(|all| all.into_iter().next()),
            noncurrent_version_expiration: rule.noncurrent_version_expiration,
            abort_incomplete_multipart_upload: rule.abort_incomplete_multipart_upload,
        }
    });
    Ok(api::GetBucketLifecycleOutput { rules: Some(rules.collect()) })
}

fn events(one: Option<api::Event>, several: Option<Vec<api::Event>>) -> Vec<api::Event> {
    several.unwrap_or_default().into_iter().chain(one).collect()
}

pub(crate) async fn put_bucket_notification(
    cx: &RequestContext,
    input: api::PutBucketNotificationRequest,
) -> Result<Unit, ServiceError> {
    let document = input.notification_configuration;
    let missing = errors::malformed_xml;
    let queue = document.queue_configuration.map(|it| -> Result<_, ServiceError> {
        Ok(vec![api::QueueConfiguration {
            id: it.id,
            queue_arn: it.queue.ok_or_else(missing)?,
            events: events(it.event, it.events),
            filter: None,
        }])
    });
    let topic = document.topic_configuration.map(|it| -> Result<_, ServiceError> {
        Ok(vec![api::TopicConfiguration {
            id: it.id,
            topic_arn: it.topic.ok_or_else(missing)?,
            events: events(it.event, it.events),
            filter: None,
        }])
    });
    let function = document.cloud_function_configuration.map(|it| -> Result<_, ServiceError> {
        Ok(vec![api::LambdaFunctionConfiguration {
            id: it.id,
            lambda_function_arn: it.cloud_function.ok_or_else(missing)?,
            events: events(it.event, it.events),
            filter: None,
        }])
    });
    let request = api::PutBucketNotificationConfigurationRequest {
        bucket: input.bucket,
        expected_bucket_owner: input.expected_bucket_owner,
        notification_configuration: api::NotificationConfiguration {
            queue_configurations: queue.transpose()?,
            topic_configurations: topic.transpose()?,
            lambda_function_configurations: function.transpose()?,
            event_bridge_configuration: None,
        },
        skip_destination_validation: None,
    };
    notification::put_bucket_notification_configuration(cx, request).await
}

/// The first configuration of each kind, which is all that the first version could have.
pub(crate) async fn get_bucket_notification(
    cx: &RequestContext,
    input: api::GetBucketNotificationConfigurationRequest,
) -> Result<api::NotificationConfigurationDeprecated, ServiceError> {
    let output = notification::get_bucket_notification_configuration(cx, input).await?;
    let queue = output.queue_configurations.and_then(|all| all.into_iter().next());
    let topic = output.topic_configurations.and_then(|all| all.into_iter().next());
    let function = output.lambda_function_configurations.and_then(|all| all.into_iter().next());
    Ok(api::NotificationConfigurationDeprecated {
        queue_configuration: queue.map(|it| api::QueueConfigurationDeprecated {
            id: it.id,
            event: it.events.first().cloned(),
            events: Some(it.events),
            queue: Some(it.queue_arn),
        }),
        topic_configuration: topic.map(|it| api::TopicConfigurationDeprecated {
            id: it.id,
            event: it.events.first().cloned(),
            events: Some(it.events),
            topic: Some(it.topic_arn),
        }),
        cloud_function_configuration: function.map(|it| api::CloudFunctionConfiguration {
            id: it.id,
            event: it.events.first().cloned(),
            events: Some(it.events),
            cloud_function: Some(it.lambda_function_arn),
            invocation_role: None,
        }),
    })
}
