//! Notification configurations.

use fogbank_api_s3 as api;
use fogbank_context::Arn;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::members::text;
use crate::notification::check_destination;
use crate::store;
use crate::stored::Stored;

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
    let rules = key.filter_rules.as_deref().unwrap_or_default();
    for (name, shown) in [("Prefix", "prefix"), ("Suffix", "suffix")] {
        if rules.iter().filter(|rule| text!(rule.name) == Some(name)).count() > 1 {
            return Err(errors::invalid_argument(
                format!("Cannot specify more than one {shown} rule in a filter."),
                "FilterRule",
                None,
            ));
        }
    }
    Ok(())
}

/// What a configuration asks for, as far as it can collide with another.
struct Asked<'a> {
    id: Option<&'a str>,
    events: &'a [api::Event],
    prefix: &'a str,
    suffix: &'a str,
    filtered: bool,
}

impl<'a> Asked<'a> {
    fn of(
        id: Option<&'a String>,
        events: &'a [api::Event],
        filter: Option<&'a api::NotificationConfigurationFilter>,
    ) -> Self {
        let rules = filter.and_then(|it| it.key.as_ref()).and_then(|it| it.filter_rules.as_deref());
        let rules = rules.unwrap_or_default();
        let value = |name: &str| {
            let rule = rules.iter().find(|rule| text!(rule.name) == Some(name));
            rule.and_then(|rule| rule.value.as_deref()).unwrap_or_default()
        };
        Self {
            id: id.map(String::as_str),
            events,
            prefix: value("Prefix"),
            suffix: value("Suffix"),
            filtered: !rules.is_empty(),
        }
    }

    fn all(document: &'a api::NotificationConfiguration) -> Vec<Self> {
        let queues = document.queue_configurations.iter().flatten();
        let topics = document.topic_configurations.iter().flatten();
        let functions = document.lambda_function_configurations.iter().flatten();
        queues
            .map(|it| Self::of(it.id.as_ref(), &it.events, it.filter.as_ref()))
            .chain(topics.map(|it| Self::of(it.id.as_ref(), &it.events, it.filter.as_ref())))
            .chain(functions.map(|it| Self::of(it.id.as_ref(), &it.events, it.filter.as_ref())))
            .collect()
    }

    /// The events that both are told of, as they name them.
    fn common(&self, other: &Self) -> Option<(&'a str, &'a str)> {
        let overlap = |one: &str, two: &str| match (one.strip_suffix('*'), two.strip_suffix('*')) {
            (None, None) => one == two,
            (Some(one), None) => two.starts_with(one),
            (None, Some(two)) => one.starts_with(two),
            (Some(one), Some(two)) => one.starts_with(two) || two.starts_with(one),
        };
        let pairs =
            self.events.iter().flat_map(|one| other.events.iter().map(move |two| (one, two)));
        let mut pairs = pairs.map(|(one, two)| (one.as_str(), two.as_str()));
        pairs.find(|(one, two)| overlap(one, two))
    }

    /// Whether there can be a key that is of both.
    fn meets(&self, other: &Self) -> bool {
        let prefixes =
            self.prefix.starts_with(other.prefix) || other.prefix.starts_with(self.prefix);
        prefixes && (self.suffix.ends_with(other.suffix) || other.suffix.ends_with(self.suffix))
    }
}

/// Checks that no two configurations of a bucket want the same event of the same key.
fn check_collisions(document: &api::NotificationConfiguration) -> Result<(), ServiceError> {
    let all = Asked::all(document);
    for (index, one) in all.iter().enumerate() {
        for two in &all[..index] {
            if one.id.is_some() && one.id == two.id {
                return Err(errors::invalid_argument(
                    "Same ID used for multiple configurations. IDs must be unique",
                    "Id",
                    one.id,
                ));
            }
            let Some((first, second)) = two.common(one).filter(|_| one.meets(two)) else {
                continue;
            };
            if !one.filtered && !two.filtered {
                return Err(errors::invalid_argument(
                    "Configurations overlap. Configurations on the same bucket cannot share a \
                     common event type.",
                    "Event",
                    Some(&format!("{first}, {second}")),
                ));
            }
            let message = "Configuration is ambiguously defined. Cannot have overlapping suffixes \
                           in two rules if the prefixes are overlapping for the same event type.";
            return Err(errors::error("InvalidArgument", 400, message, &[]));
        }
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
    check_collisions(document)?;
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
