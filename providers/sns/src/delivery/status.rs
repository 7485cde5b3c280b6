//! The status of deliveries, for topics, applications and accounts that have it logged.
//!
//! AWS writes it to CloudWatch Logs. Here the entries are kept, under the names of the log groups
//! that AWS uses, and can be looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_context::{Arn, IdSource, Timestamp};
use fogbank_state::World;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use crate::delivery::Undelivered;
use crate::message::{Message, time};
use crate::ops::sms;
use crate::store::{DeliveryLog, LogEntry, PlatformApplication, SnsStore, Topic};
use crate::subscription::endpoint::Protocol;

/// How many entries of a log group are kept.
const MOST: usize = 1_000;
/// What the name of a log group of failures ends with.
const FAILURES: &str = "/Failure";
/// What stands for a topic in the log group of SMS that are published without one.
const PHONES: &str = "DirectPublishToPhoneNumber";

/// What the other side said when it took a message.
#[derive(Debug)]
pub(crate) enum Accepted {
    /// This status and text.
    Text(u16, String),
    /// A queue, which gave it this id.
    Queue(String),
}

/// A delivery whose end is to be logged.
#[derive(Debug)]
pub(crate) struct Watched {
    /// Whose log it is: a topic, an application, or an account and region.
    place: Arn,
    /// What stands for the place in the name of the log group.
    name: String,
    /// The message is of a topic.
    of_topic: bool,
    message: String,
    digest: String,
    published: Timestamp,
    destination: String,
    /// The type of an SMS, and how many parts it has.
    sms: Option<(String, usize)>,
    /// The token of an app on a device, where it is addressed without a topic.
    token: Option<String>,
    wanted: Wanted,
}

/// Which ends of a delivery are logged.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    success: bool,
    failure: bool,
}

impl Wanted {
    /// What a role for successes with a sample rate in percent and a role for failures ask for.
    fn new(ids: &IdSource, success: bool, rate: Option<&String>, failure: bool) -> Option<Self> {
        let rate = rate.and_then(|rate| rate.parse().ok()).unwrap_or(100);
        let success = success && ids.below(100) < rate;
        (success || failure).then_some(Self { success, failure })
    }

    /// What attributes with this prefix ask for.
    fn of(attributes: &BTreeMap<String, String>, prefix: &str, ids: &IdSource) -> Option<Self> {
        let get = |name: &str| attributes.get(&format!("{prefix}{name}"));
        let has = |name: &str| get(name).is_some_and(|role| !role.is_empty());
        let success = has("SuccessFeedbackRoleArn");
        let failure = has("FailureFeedbackRoleArn");
        Self::new(ids, success, get("SuccessFeedbackSampleRate"), failure)
    }

    /// What the account's SMS attributes ask for.
    fn of_sms(store: &SnsStore, ids: &IdSource) -> Option<Self> {
        let role = sms::attribute(store, "DeliveryStatusIAMRole").is_some();
        let rate = sms::attribute(store, "DeliveryStatusSuccessSamplingRate");
        Self::new(ids, role, rate.as_ref(), role)
    }
}

/// What the names of a topic's attributes for a protocol begin with.
fn prefix(protocol: Protocol) -> Option<&'static str> {
    Some(match protocol {
        Protocol::Application => "Application",
        Protocol::Firehose => "Firehose",
        Protocol::Http | Protocol::Https => "HTTP",
        Protocol::Lambda => "Lambda",
        Protocol::Sqs => "SQS",
        Protocol::Email | Protocol::EmailJson | Protocol::Sms => return None,
    })
}

impl Watched {
    /// A delivery from a topic; none when nobody wants to know.
    pub(crate) fn of_topic(
        world: &World,
        topic: &Topic,
        (protocol, destination): (Protocol, &str),
        (message, body): (&Message, &str),
    ) -> Option<Self> {
        let attributes = &topic.attributes.others;
        let wanted = match protocol {
            Protocol::Sms => Wanted::of_sms(&*store_of(world, &topic.arn)?, world.ids()),
            _ if attributes.is_empty() => None,
            _ => Wanted::of(attributes, prefix(protocol)?, world.ids()),
        }?;
        let mut watched = Self::new(&topic.arn, &topic.arn.resource, message, body, wanted);
        watched.of_topic = true;
        watched.destination = destination.to_owned();
        if protocol == Protocol::Sms {
            watched.sms = Some(sms_of(&*store_of(world, &topic.arn)?, message, body));
        }
        Some(watched)
    }

    /// An SMS without a topic.
    pub(crate) fn of_phone(
        world: &World,
        store: &SnsStore,
        place: &Arn,
        number: &str,
        (message, body): (&Message, &str),
    ) -> Option<Self> {
        let wanted = Wanted::of_sms(store, world.ids())?;
        let mut watched = Self::new(place, PHONES, message, body, wanted);
        watched.destination = number.to_owned();
        watched.sms = Some(sms_of(store, message, body));
        Some(watched)
    }

    /// A push message without a topic.
    pub(crate) fn of_application(
        world: &World,
        application: &PlatformApplication,
        (endpoint, token): (&str, Option<&String>),
        (message, body): (&Message, &str),
    ) -> Option<Self> {
        let wanted = Wanted::of(&application.attributes, "", world.ids())?;
        let arn = &application.arn;
        let mut watched = Self::new(arn, &arn.resource, message, body, wanted);
        watched.destination = endpoint.to_owned();
        watched.token = token.cloned();
        Some(watched)
    }

    fn new(place: &Arn, name: &str, message: &Message, body: &str, wanted: Wanted) -> Self {
        Self {
            place: place.clone(),
            name: name.to_owned(),
            of_topic: false,
            message: message.id.clone(),
            digest: hex::encode(Md5::digest(body)),
            published: message.at,
            destination: String::new(),
            sms: None,
            token: None,
            wanted,
        }
    }

    /// Logs how the delivery ended after this many attempts.
    pub(crate) fn ended(
        &self,
        world: &World,
        attempts: usize,
        end: Result<&Accepted, &Undelivered>,
    ) {
        let wanted = if end.is_ok() { self.wanted.success } else { self.wanted.failure };
        let Some(store) = store_of(world, &self.place).filter(|_| wanted) else { return };
        let now = world.clock().now();
        let (status, response) = match end {
            Ok(Accepted::Text(status, text)) => (*status, text.clone()),
            Ok(Accepted::Queue(id)) => {
                let request = world.ids().uuid();
                (200, json!({ "sqsRequestId": request, "sqsMessageId": id }).to_string())
            }
            Err(undelivered) => (undelivered.status, undelivered.response(world.ids())),
        };
        let dwell = u64::try_from(now.since(self.published).as_millis()).unwrap_or(u64::MAX);
        let mut delivery = json!({
            "destination": self.destination,
            "providerResponse": response,
            "dwellTimeMs": dwell,
        });
        let mut more = |members: Value| {
            if let (Value::Object(all), Value::Object(members)) = (&mut delivery, members) {
                all.extend(members);
            }
        };
        match (&self.sms, &self.token) {
            (Some((kind, parts)), _) => more(json!({
                "phoneCarrier": "Unknown",
                "mcc": 0,
                "mnc": 0,
                "numberOfMessageParts": parts,
                "priceInUSD": 0.0,
                "smsType": kind,
                "dwellTimeMsUntilDeviceAck": dwell,
            })),
            (None, Some(token)) => {
                more(json!({ "attempts": attempts, "statusCode": status, "token": token }));
            }
            (None, None) => more(json!({
                "deliveryId": world.ids().uuid(),
                "attempts": attempts,
                "statusCode": status,
            })),
        }
        let mut notification = json!({
            "messageId": self.message,
            "timestamp": time::to_log(self.published),
        });
        if self.of_topic && self.sms.is_none() {
            notification["messageMD5Sum"] = json!(self.digest);
            notification["topicArn"] = json!(self.place.to_string());
        }
        let (suffix, word) = if end.is_ok() { ("", "SUCCESS") } else { (FAILURES, "FAILURE") };
        let entry = json!({ "notification": notification, "delivery": delivery, "status": word });
        let entry = Arc::new(LogEntry { at: now, text: entry.to_string() });
        let region = self.place.region.as_ref().map_or("", |region| region.as_str());
        let group = format!("sns/{region}/{}/{}{suffix}", self.place.account, self.name);
        store.logs.update_or_insert(group, DeliveryLog::default, |log| {
            let number = log.next;
            log.next += 1;
            log.entries.insert(number, entry);
            while log.entries.len() > MOST {
                log.entries.pop_first();
            }
        });
    }
}

/// The store that the log of a place is in.
fn store_of(world: &World, place: &Arn) -> Option<Arc<SnsStore>> {
    Some(world.regional(place.account_id()?, place.region.as_ref()?))
}

/// The type and the number of parts of an SMS.
fn sms_of(store: &SnsStore, message: &Message, body: &str) -> (String, usize) {
    let own = message.attributes.get("AWS.SNS.SMS.SMSType").map(|attribute| attribute.text());
    let kind = own.or_else(|| sms::attribute(store, "DefaultSMSType"));
    // One part has 160 characters of the alphabet of GSM, or 70 of any other.
    let part = if body.is_ascii() { 160 } else { 70 };
    let parts = body.chars().count().div_ceil(part).max(1);
    (kind.unwrap_or_else(|| "Promotional".to_owned()), parts)
}
