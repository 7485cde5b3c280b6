//! Delivery policies of HTTP subscriptions: how they are written, checked, merged and followed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::errors::Wrong;

/// The content type of deliveries for which none is set.
const CONTENT_TYPE: &str = "text/plain; charset=UTF-8";
/// The longest delay between attempts, in seconds.
const LONGEST_DELAY: i64 = 3_600;
/// The most attempts after the first.
const MOST_RETRIES: i64 = 100;

/// How failed deliveries are tried again. Delays are in seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RetryPolicy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min_delay_target: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_delay_target: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    num_retries: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    num_max_delay_retries: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    num_no_delay_retries: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    num_min_delay_retries: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backoff_function: Option<Backoff>,
}

/// How delays grow between the shortest and the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Backoff {
    Arithmetic,
    Exponential,
    Geometric,
    Linear,
}

/// How many messages a second an endpoint takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ThrottlePolicy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_receives_per_second: Option<i64>,
}

/// What requests look like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RequestPolicy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header_content_type: Option<String>,
}

/// The policy of a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicPolicy {
    #[serde(default)]
    http: HttpDefaults,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HttpDefaults {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_healthy_retry_policy: Option<RetryPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_sickly_retry_policy: Option<RetryPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_throttle_policy: Option<ThrottlePolicy>,
    #[serde(default)]
    disable_subscription_overrides: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_request_policy: Option<RequestPolicy>,
}

/// The policy of a subscription; AWS shows its absent members as null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SubscriptionPolicy {
    #[serde(default)]
    healthy_retry_policy: Option<RetryPolicy>,
    #[serde(default)]
    sickly_retry_policy: Option<RetryPolicy>,
    #[serde(default)]
    throttle_policy: Option<ThrottlePolicy>,
    #[serde(default)]
    request_policy: Option<RequestPolicy>,
    #[serde(default)]
    guaranteed: bool,
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("a policy is JSON")
}

/// Reads a policy; unknown members and other types are told in AWS's words.
fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Wrong> {
    serde_json::from_str(text).map_err(|error| {
        let told = error.to_string();
        match told.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
            Some((name, _)) => Wrong(format!("DeliveryPolicy: Unexpected JSON member: {name}")),
            None => Wrong::new("DeliveryPolicy: failed to parse JSON."),
        }
    })
}

impl RetryPolicy {
    /// What holds where nothing is set: three attempts more, 20 seconds apart.
    fn standard() -> Self {
        Self {
            min_delay_target: Some(20),
            max_delay_target: Some(20),
            num_retries: Some(3),
            ..Self::default()
        }
        .complete()
    }

    fn complete(&self) -> Self {
        let or_zero = |value: Option<i64>| Some(value.unwrap_or_default());
        Self {
            min_delay_target: Some(self.min_delay_target.unwrap_or(20)),
            max_delay_target: Some(self.max_delay_target.unwrap_or(20)),
            num_retries: Some(self.num_retries.unwrap_or(3)),
            num_max_delay_retries: or_zero(self.num_max_delay_retries),
            num_no_delay_retries: or_zero(self.num_no_delay_retries),
            num_min_delay_retries: or_zero(self.num_min_delay_retries),
            backoff_function: Some(self.backoff_function.unwrap_or(Backoff::Linear)),
        }
    }

    fn check(&self, path: &str) -> Result<(), Wrong> {
        let wrong = |name: &str, what: String| {
            Err(Wrong(format!("DeliveryPolicy: {path}.{name} must be {what}")))
        };
        for (name, value, least, most) in [
            ("minDelayTarget", self.min_delay_target, 1, LONGEST_DELAY),
            ("maxDelayTarget", self.max_delay_target, 1, LONGEST_DELAY),
            ("numRetries", self.num_retries, 0, MOST_RETRIES),
        ] {
            match value {
                None => return wrong(name, "specified".to_owned()),
                Some(value) if value < least => {
                    return wrong(name, format!("greater than or equal to {least}"));
                }
                Some(value) if value > most => {
                    return wrong(name, format!("less than or equal to {most}"));
                }
                Some(_) => {}
            }
        }
        let phases = [
            ("numNoDelayRetries", self.num_no_delay_retries),
            ("numMinDelayRetries", self.num_min_delay_retries),
            ("numMaxDelayRetries", self.num_max_delay_retries),
        ];
        for (name, value) in phases {
            if value.is_some_and(|value| value < 0) {
                return wrong(name, "greater than or equal to 0".to_owned());
            }
        }
        if self.min_delay_target > self.max_delay_target {
            return wrong("minDelayTarget", "less than or equal to maxDelayTarget".to_owned());
        }
        let all: i64 = phases.iter().filter_map(|(_, value)| *value).sum();
        if self.num_retries.is_some_and(|retries| all > retries) {
            let what = "greater than or equal to the sum of numNoDelayRetries, \
                        numMinDelayRetries and numMaxDelayRetries";
            return wrong("numRetries", what.to_owned());
        }
        Ok(())
    }

    /// The delay before each attempt after the first.
    pub(crate) fn delays(&self) -> Vec<Duration> {
        let number = |value: Option<i64>| {
            usize::try_from(value.unwrap_or_default().clamp(0, MOST_RETRIES)).unwrap_or_default()
        };
        let seconds = |value: Option<i64>| {
            f64::from(i32::try_from(value.unwrap_or(20).clamp(1, LONGEST_DELAY)).unwrap_or(20))
        };
        let (least, most) = (seconds(self.min_delay_target), seconds(self.max_delay_target));
        let retries = number(self.num_retries);
        let (none, min, max) = (
            number(self.num_no_delay_retries),
            number(self.num_min_delay_retries),
            number(self.num_max_delay_retries),
        );
        let growing = retries.saturating_sub(none + min + max);
        let backoff = self.backoff_function.unwrap_or(Backoff::Linear);
        let delays = std::iter::repeat_n(0.0, none)
            .chain(std::iter::repeat_n(least, min))
            .chain((0..growing).map(|step| backoff.delay(step, growing, least, most)))
            .chain(std::iter::repeat_n(most, max));
        delays.take(retries).map(Duration::from_secs_f64).collect()
    }
}

impl Backoff {
    /// The delay of one step of several, between the least and the most.
    fn delay(self, step: usize, steps: usize, least: f64, most: f64) -> f64 {
        if steps < 2 {
            return least;
        }
        #[allow(clippy::cast_precision_loss)] // There are at most a hundred steps.
        let part = step as f64 / (steps - 1) as f64;
        match self {
            Self::Linear => least + (most - least) * part,
            Self::Arithmetic => least + (most - least) * part * (part + 1.0) / 2.0,
            Self::Geometric => least * (most / least).powf(part),
            Self::Exponential => {
                let grown = (2_f64.powf(part * 10.0) - 1.0) / 1023.0;
                least + (most - least) * grown
            }
        }
    }
}

impl TopicPolicy {
    /// Reads the attribute's value.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, Wrong> {
        let policy: Self = read(text)?;
        if let Some(retry) = &policy.http.default_healthy_retry_policy {
            retry.check("http.defaultHealthyRetryPolicy")?;
        }
        if let Some(retry) = &policy.http.default_sickly_retry_policy {
            retry.check("http.defaultSicklyRetryPolicy")?;
        }
        Ok(policy)
    }

    /// `DeliveryPolicy`.
    pub(crate) fn to_json(&self) -> String {
        json(self)
    }

    /// `EffectiveDeliveryPolicy`.
    pub(crate) fn effective(policy: Option<&Self>) -> String {
        let mut policy = policy.cloned().unwrap_or_default();
        let http = &mut policy.http;
        let retry = http.default_healthy_retry_policy.as_ref();
        http.default_healthy_retry_policy =
            Some(retry.map_or_else(RetryPolicy::standard, RetryPolicy::complete));
        let request = http.default_request_policy.take();
        http.default_request_policy = Some(request.unwrap_or_else(standard_request));
        json(&policy)
    }
}

fn standard_request() -> RequestPolicy {
    RequestPolicy { header_content_type: Some(CONTENT_TYPE.to_owned()) }
}

impl SubscriptionPolicy {
    /// Reads the attribute's value.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, Wrong> {
        let policy: Self = read(text)?;
        if let Some(retry) = &policy.healthy_retry_policy {
            retry.check("healthyRetryPolicy")?;
        }
        if let Some(retry) = &policy.sickly_retry_policy {
            retry.check("sicklyRetryPolicy")?;
        }
        Ok(policy)
    }

    /// `DeliveryPolicy`.
    pub(crate) fn to_json(&self) -> String {
        json(self)
    }

    /// What holds for a subscription: its own policy, the topic's, the system's.
    pub(crate) fn effective(own: Option<&Self>, topic: Option<&TopicPolicy>) -> Self {
        let standard = TopicPolicy::default();
        let topic = &topic.unwrap_or(&standard).http;
        let own = own.cloned().filter(|_| !topic.disable_subscription_overrides);
        let own = own.unwrap_or_default();
        let retry = own.healthy_retry_policy.or(topic.default_healthy_retry_policy.clone());
        Self {
            healthy_retry_policy: Some(
                retry.as_ref().map_or_else(RetryPolicy::standard, RetryPolicy::complete),
            ),
            sickly_retry_policy: own
                .sickly_retry_policy
                .or(topic.default_sickly_retry_policy.clone()),
            throttle_policy: own.throttle_policy.or(topic.default_throttle_policy.clone()),
            request_policy: Some(
                own.request_policy
                    .or(topic.default_request_policy.clone())
                    .unwrap_or_else(standard_request),
            ),
            guaranteed: own.guaranteed,
        }
    }

    /// How failed deliveries are tried again.
    pub(crate) fn retry(&self) -> RetryPolicy {
        self.healthy_retry_policy.clone().unwrap_or_else(RetryPolicy::standard)
    }

    /// The most messages a second, where there is a limit.
    pub(crate) fn most_per_second(&self) -> Option<u32> {
        let most = self.throttle_policy.as_ref()?.max_receives_per_second?;
        u32::try_from(most).ok().filter(|most| *most > 0)
    }

    /// The content type of deliveries.
    pub(crate) fn content_type(&self) -> &str {
        let request = self.request_policy.as_ref();
        request.and_then(|it| it.header_content_type.as_deref()).unwrap_or(CONTENT_TYPE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_of_topics_are_shown_as_aws_shows_them() {
        let standard = r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}"#;
        assert_eq!(TopicPolicy::effective(None), standard);
        let text = r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1}}}"#;
        let policy = TopicPolicy::parse(text).expect("valid");
        let shown = r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1},"disableSubscriptionOverrides":false}}"#;
        assert_eq!(policy.to_json(), shown);
        let none = TopicPolicy::parse(r#"{"http":{"defaultHealthyRetryPolicy":null}}"#);
        let shown = r#"{"http":{"disableSubscriptionOverrides":false}}"#;
        assert_eq!(none.expect("valid").to_json(), shown);
    }

    #[test]
    fn policies_are_checked() {
        let retry = |least: i64, most: i64, retries: i64| {
            format!(
                r#"{{"healthyRetryPolicy":{{"minDelayTarget":{least},"maxDelayTarget":{most},"numRetries":{retries}}}}}"#
            )
        };
        for (text, wrong) in [
            (retry(1, 1, 0), ""),
            (
                retry(0, 1, 0),
                "healthyRetryPolicy.minDelayTarget must be greater than or equal to 1",
            ),
            (
                retry(1, 3601, 0),
                "healthyRetryPolicy.maxDelayTarget must be less than or equal to 3600",
            ),
            (retry(1, 1, 101), "healthyRetryPolicy.numRetries must be less than or equal to 100"),
            (
                r#"{"healthyRetryPolicy":{"numRetries":1}}"#.into(),
                "healthyRetryPolicy.minDelayTarget must be specified",
            ),
            (r#"{"http":{}}"#.into(), "Unexpected JSON member: http"),
        ] {
            let found = SubscriptionPolicy::parse(&text).err().map_or(String::new(), |it| it.0);
            let wrong =
                if wrong.is_empty() { String::new() } else { format!("DeliveryPolicy: {wrong}") };
            assert_eq!(found, wrong, "{text}");
        }
    }

    #[test]
    fn attempts_go_through_the_phases() {
        let policy = RetryPolicy {
            min_delay_target: Some(1),
            max_delay_target: Some(5),
            num_retries: Some(8),
            num_no_delay_retries: Some(1),
            num_min_delay_retries: Some(2),
            num_max_delay_retries: Some(2),
            backoff_function: Some(Backoff::Linear),
        };
        let delays: Vec<_> = policy.delays().iter().map(Duration::as_secs).collect();
        assert_eq!(delays, [0, 1, 1, 1, 3, 5, 5, 5]);
        assert_eq!(RetryPolicy::standard().delays(), [Duration::from_secs(20); 3]);
    }
}
