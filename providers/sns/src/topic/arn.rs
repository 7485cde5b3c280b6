//! From the ARNs of a request to what they name.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn, Region};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::World;

use crate::errors;
use crate::store::{SnsStore, Topic};

/// The longest name of a topic.
const LONGEST_NAME: usize = 256;

/// The fields of an ARN, of which AWS wants six or more.
///
/// # Errors
/// `InvalidParameter` that counts what is there.
pub(crate) fn fields<'a>(text: &'a str, parameter: &str) -> Result<Vec<&'a str>, ServiceError> {
    let fields: Vec<_> = text.split(':').collect();
    if fields.len() < 6 {
        let count = fields.len();
        let reason = format!("An ARN must have at least 6 elements, not {count}");
        return Err(errors::reason(parameter, reason));
    }
    Ok(fields)
}

/// What an ARN of SNS names: where it is, and what follows the account.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    pub(crate) region: Region,
    pub(crate) account: AccountId,
    /// A topic's name, or what stands there for other resources.
    pub(crate) resource: &'a str,
    /// The id of a subscription.
    pub(crate) subscription: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// Reads an ARN.
    ///
    /// # Errors
    /// `InvalidParameter`, also for ARNs of other services.
    pub(crate) fn parse(text: &'a str, parameter: &str) -> Result<Self, ServiceError> {
        let fields = fields(text, parameter)?;
        let account = fields[4].parse();
        let (("arn", "sns"), Ok(account)) = ((fields[0], fields[2]), account) else {
            return Err(errors::parameter(parameter));
        };
        if fields[3].is_empty() || fields[5].is_empty() {
            return Err(errors::parameter(parameter));
        }
        Ok(Self {
            region: Region::new(fields[3]),
            account,
            resource: fields[5],
            subscription: fields.get(6).copied(),
        })
    }

    /// Its store.
    pub(crate) fn store(&self, world: &World) -> Arc<SnsStore> {
        world.regional(self.account, &self.region)
    }

    /// The ARN of the topic.
    pub(crate) fn topic_arn(&self) -> Arn {
        Arn::regional("sns", &self.region, self.account, self.resource)
    }
}

/// A topic that a request names: where it would be, whether or not it is there.
pub(crate) struct Located {
    pub(crate) store: Arc<SnsStore>,
    pub(crate) name: String,
    pub(crate) arn: Arn,
}

impl Located {
    /// The topic of an ARN, which has to be of the request's region.
    ///
    /// # Errors
    /// `InvalidParameter`.
    pub(crate) fn new(
        cx: &RequestContext,
        arn: &str,
        parameter: &str,
    ) -> Result<Self, ServiceError> {
        let place = Place::parse(arn, parameter)?;
        if place.region != cx.region || place.subscription.is_some() {
            return Err(errors::parameter(parameter));
        }
        Ok(Self {
            store: place.store(&cx.world),
            name: place.resource.to_owned(),
            arn: place.topic_arn(),
        })
    }

    /// The topic as it is.
    ///
    /// # Errors
    /// `NotFound`.
    pub(crate) fn get(&self) -> Result<Arc<Topic>, ServiceError> {
        self.store.topics.get(self.name.as_str()).ok_or_else(errors::no_topic)
    }

    /// Changes the topic, or on an error nothing.
    ///
    /// # Errors
    /// `NotFound`, and what the change answers.
    pub(crate) fn update<T>(
        &self,
        change: impl FnOnce(&mut fogbank_state::Edit<'_, Topic>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.store
            .topics
            .try_update(self.name.as_str(), change)
            .unwrap_or_else(|| Err(errors::no_topic()))
    }
}

/// Checks the name of a new topic.
///
/// # Errors
/// `InvalidParameter`.
pub(crate) fn check_name(name: &str, fifo: bool) -> Result<(), ServiceError> {
    let stem = if fifo { name.strip_suffix(".fifo") } else { Some(name) };
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let valid = stem.is_some_and(|stem| !stem.is_empty() && stem.bytes().all(allowed));
    if valid && name.len() <= LONGEST_NAME {
        return Ok(());
    }
    Err(errors::parameter("Topic Name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        let longest = "a".repeat(256);
        let too_long = "a".repeat(257);
        for (name, fifo, valid) in [
            ("a-_9", false, true),
            (longest.as_str(), false, true),
            (too_long.as_str(), false, false),
            ("", false, false),
            ("a b", false, false),
            ("t.fifo", false, false),
            ("t.fifo", true, true),
            ("t", true, false),
            (".fifo", true, false),
            ("ä", false, false),
        ] {
            assert_eq!(check_name(name, fifo).is_ok(), valid, "{name} {fifo}");
        }
    }

    #[test]
    fn arns_are_counted() {
        let count = |n| {
            Some(format!(
                "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not {n}"
            ))
        };
        for (text, message) in [
            ("x", count(1)),
            ("", count(1)),
            ("arn:aws:sns:us-east-1:random", count(5)),
            ("arn:aws:sqs:us-east-1:000000000000:t", Some("Invalid parameter: TopicArn".into())),
            ("arn:aws:sns:us-east-1:me:t", Some("Invalid parameter: TopicArn".into())),
            ("arn:aws:sns:us-east-1:000000000000:t", None),
        ] {
            let error = Place::parse(text, "TopicArn").err();
            assert_eq!(error.and_then(|it| it.message().map(str::to_owned)), message, "{text}");
        }
    }
}
