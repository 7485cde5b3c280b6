//! The archive of a FIFO topic, and subscriptions that ask for what is in it.

use std::sync::Arc;
use std::time::Duration;

use fogbank_context::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::errors::Wrong;
use crate::message::Message;
use crate::message::time;
use crate::store::Topic;

const DAY: Duration = Duration::from_secs(86_400);

/// `ArchivePolicy`: how many days messages are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ArchivePolicy {
    days: u32,
}

/// `ReplayPolicy`: which archived messages a subscription wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReplayPolicy {
    /// The attribute's value as it was set.
    pub(crate) text: String,
    pub(crate) from: Timestamp,
    pub(crate) to: Option<Timestamp>,
}

/// A message in the archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Archived {
    pub(crate) at: Timestamp,
    pub(crate) message: Message,
}

fn object(name: &str, text: &str) -> Result<Map<String, Value>, Wrong> {
    serde_json::from_str(text).map_err(|_| Wrong(format!("{name}: failed to parse JSON.")))
}

impl ArchivePolicy {
    /// Reads the attribute's value; none when it is empty or `{}`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str, fifo: bool) -> Result<Option<Self>, Wrong> {
        if text.is_empty() {
            return Ok(None);
        }
        let document = object("ArchivePolicy", text)?;
        if document.is_empty() {
            return Ok(None);
        }
        if !fifo {
            return Err(Wrong::new("ArchivePolicy: Not supported for this topic type"));
        }
        let days = match document.get("MessageRetentionPeriod") {
            Some(Value::String(text)) => text.parse().ok(),
            Some(Value::Number(number)) => number.as_u64().and_then(|it| u32::try_from(it).ok()),
            _ => None,
        };
        match days.filter(|days| (1..=365).contains(days)) {
            Some(days) => Ok(Some(Self { days })),
            None => {
                let what = "MessageRetentionPeriod must be an integer between 1 and 365";
                Err(Wrong(format!("ArchivePolicy: {what}")))
            }
        }
    }

    /// The attribute's value.
    pub(crate) fn to_json(self) -> String {
        format!("{{\"MessageRetentionPeriod\":\"{}\"}}", self.days)
    }

    fn kept(self) -> Duration {
        DAY * self.days
    }
}

impl ReplayPolicy {
    /// Reads the attribute's value.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, Wrong> {
        let document = object("ReplayPolicy", text)?;
        let point = |name: &str| document.get(name).and_then(Value::as_str);
        if point("PointType") != Some("Timestamp") {
            return Err(Wrong::new("ReplayPolicy: PointType must be Timestamp"));
        }
        let instant = |name: &str| {
            let invalid = || Wrong(format!("ReplayPolicy: {name} is not a valid timestamp"));
            let text = point(name);
            text.map(|text| time::from_text(text).ok_or_else(invalid)).transpose()
        };
        let from = instant("StartingPoint")?;
        let from = from.ok_or_else(|| Wrong::new("ReplayPolicy: StartingPoint is required"))?;
        let to = instant("EndingPoint")?;
        if to.is_some_and(|to| to <= from) {
            return Err(Wrong::new("ReplayPolicy: EndingPoint must be after StartingPoint"));
        }
        Ok(Self { text: text.to_owned(), from, to })
    }
}

impl Topic {
    /// Keeps a message, and no longer those whose time is over.
    pub(crate) fn archive(&mut self, message: &Message, now: Timestamp) {
        let Some(policy) = self.attributes.archive_policy else { return };
        let oldest = now - policy.kept();
        while self.archive.first().is_some_and(|(_, archived)| archived.at < oldest) {
            self.archive.pop_first();
        }
        let archived = Archived { at: now, message: message.clone() };
        self.archive.insert(self.sequence, Arc::new(archived));
    }

    /// Starts or clears the archive as the policy says.
    pub(crate) fn follow_archive_policy(&mut self, now: Timestamp) {
        match self.attributes.archive_policy {
            Some(_) => self.archive_since = self.archive_since.or(Some(now)),
            None => {
                self.archive_since = None;
                self.archive.clear();
            }
        }
    }

    /// The messages that a subscription wants again, in their order.
    pub(crate) fn archived(&self, replay: &ReplayPolicy) -> Vec<Arc<Archived>> {
        let wanted = |at: Timestamp| at >= replay.from && replay.to.is_none_or(|to| at < to);
        self.archive.values().filter(|it| wanted(it.at)).cloned().collect()
    }
}
