//! Notification configurations.

use fogbank_api_s3 as api;
use fogbank_context::Arn;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError, Unheeded};

use crate::errors;
use crate::notification::check_destination;
use crate::store;
use crate::stored::Stored;

/// Nothing emulates EventBridge.
pub(crate) static EVENT_BRIDGE: Unheeded = Unheeded {
    operations: "PutBucketNotificationConfiguration",
    parameter: "EventBridgeConfiguration",
    effect: "kept and returned; no event is put to EventBridge",
};

/// Events that S3 knows, and the wildcards.
fn check_events(events: &[api::Event]) -> Result<(), ServiceError> {
    if events.is_empty() {
        return Err(errors::malformed_xml());
    }
    for event in events {
        if !api::Event::VALUES.contains(&event.as_str()) {
            return Err(errors::invalid_argument(
                "The event is not supported for notifications",
                "Event",
                Some(event.as_str()),
            ));
        }
    }
    Ok(())
}

fn check_filter(
    filter: Option<&mut api::NotificationConfigurationFilter>,
) -> Result<(), ServiceError> {
    let Some(key) = filter.and_then(|filter| filter.key.as_mut()) else { return Ok(()) };
    for rule in key.filter_rules.iter_mut().flatten() {
        let (Some(name), Some(_)) = (rule.name.as_ref(), rule.value.as_ref()) else {
            return Err(errors::malformed_xml());
        };
        let name = match name.as_str().to_ascii_lowercase().as_str() {
            "prefix" => "Prefix",
            "suffix" => "Suffix",
            _ => {
                return Err(errors::invalid_argument(
                    "filter rule name must be either prefix or suffix",
                    "FilterRule.Name",
                    Some(name.as_str()),
                ));
            }
        };
        rule.name = Some(name.into());
    }
    Ok(())
}

fn check_arn(arn: &str, service: &str, argument: &'static str) -> Result<(), ServiceError> {
    match arn.parse::<Arn>() {
        Ok(arn) if arn.service == service => Ok(()),
        _ => Err(errors::invalid_argument("The ARN could not be parsed", argument, Some(arn))),
    }
}

/// Checks a configuration's form and gives ids to its parts; the destinations it names.
fn check(
    cx: &RequestContext,
    document: &mut api::NotificationConfiguration,
) -> Result<Vec<String>, ServiceError> {
    let mut destinations = Vec::new();
    let id = || cx.ids().base62(48);
    for queue in document.queue_configurations.iter_mut().flatten() {
        check_arn(&queue.queue_arn, "sqs", "Queue")?;
        check_events(&queue.events)?;
        check_filter(queue.filter.as_mut())?;
        queue.id.get_or_insert_with(id);
        destinations.push(queue.queue_arn.clone());
    }
    for topic in document.topic_configurations.iter_mut().flatten() {
        check_arn(&topic.topic_arn, "sns", "Topic")?;
        check_events(&topic.events)?;
        check_filter(topic.filter.as_mut())?;
        topic.id.get_or_insert_with(id);
        destinations.push(topic.topic_arn.clone());
    }
    for function in document.lambda_function_configurations.iter_mut().flatten() {
        check_arn(&function.lambda_function_arn, "lambda", "CloudFunction")?;
        check_events(&function.events)?;
        check_filter(function.filter.as_mut())?;
        function.id.get_or_insert_with(id);
        destinations.push(function.lambda_function_arn.clone());
    }
    Ok(destinations)
}

pub(crate) async fn put_bucket_notification_configuration(
    cx: &RequestContext,
    input: api::PutBucketNotificationConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let owner = input.expected_bucket_owner.as_deref();
    store::read(cx, &input.bucket, owner, |_| Ok(()))?;
    let mut document = input.notification_configuration;
    let destinations = check(cx, &mut document)?;
    if document.event_bridge_configuration.is_some() {
        cx.unheeded(&EVENT_BRIDGE)?;
    }
    if input.skip_destination_validation != Some(true) {
        let mut problems = Vec::new();
        for arn in &destinations {
            problems.extend(check_destination(cx, &input.bucket, arn).await);
        }
        if !problems.is_empty() {
            return Err(unable_to_validate(problems));
        }
    }
    let empty = destinations.is_empty() && document.event_bridge_configuration.is_none();
    store::edit(cx, &input.bucket, owner, |bucket| {
        let stored = (!empty).then(|| Stored::new(&document));
        bucket.configure(|configuration| configuration.notification = stored);
        Ok(Unit)
    })
}

/// All destinations that failed, in one error with numbered members.
fn unable_to_validate(problems: Vec<(String, String)>) -> ServiceError {
    const NAMES: [(&str, &str); 5] = [
        ("ArgumentName1", "ArgumentValue1"),
        ("ArgumentName2", "ArgumentValue2"),
        ("ArgumentName3", "ArgumentValue3"),
        ("ArgumentName4", "ArgumentValue4"),
        ("ArgumentName5", "ArgumentValue5"),
    ];
    let message = "Unable to validate the following destination configurations";
    let error = errors::error("InvalidArgument", 400, message, &[]);
    problems.into_iter().zip(NAMES).fold(error, |error, ((name, value), members)| {
        error.with_member(members.0, name).with_member(members.1, value)
    })
}

pub(crate) async fn get_bucket_notification_configuration(
    cx: &RequestContext,
    input: api::GetBucketNotificationConfigurationRequest,
) -> Result<api::NotificationConfiguration, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let stored = bucket.configuration.notification.as_ref();
    Ok(stored.map(Stored::get).unwrap_or_default())
}
