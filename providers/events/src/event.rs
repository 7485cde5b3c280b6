//! Events, as rules see them and targets get them.

pub(crate) mod json;
pub(crate) mod transform;

use std::sync::Arc;

use fogbank_context::{Date, Timestamp};

use json::Json;

/// An event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// The event as targets get it.
    pub(crate) json: Arc<Json>,
    /// When it came.
    pub(crate) ingested: Timestamp,
    /// For X-Ray, passed on beside the event.
    pub(crate) trace_header: Option<String>,
    /// How many bytes it counts.
    pub(crate) size: i64,
}

/// What an event is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) id: String,
    pub(crate) detail_type: String,
    pub(crate) source: String,
    pub(crate) account: String,
    pub(crate) time: Timestamp,
    pub(crate) region: String,
    pub(crate) resources: Vec<String>,
    pub(crate) detail: Json,
}

impl Event {
    /// An event that comes now.
    pub(crate) fn new(parts: Parts, now: Timestamp, trace_header: Option<String>) -> Self {
        let detail = parts.detail.to_string();
        let texts = [&parts.source, &parts.detail_type, &detail];
        let length: usize = texts.into_iter().chain(&parts.resources).map(String::len).sum();
        let size = i64::try_from(length + TIME_LENGTH).unwrap_or(i64::MAX);
        let members = [
            ("version", Json::text("0")),
            ("id", Json::text(parts.id)),
            ("detail-type", Json::text(parts.detail_type)),
            ("source", Json::text(parts.source)),
            ("account", Json::text(parts.account)),
            ("time", Json::text(iso(parts.time))),
            ("region", Json::text(parts.region)),
            ("resources", Json::Array(parts.resources.into_iter().map(Json::text).collect())),
            ("detail", parts.detail),
        ];
        let members = members.map(|(name, value)| (name.into(), value)).into();
        Self { json: Arc::new(Json::Object(members)), ingested: now, trace_header, size }
    }

    /// An event that was written down.
    pub(crate) fn read(text: &str, ingested: Timestamp) -> Option<Self> {
        let json = Json::parse(text).filter(Json::is_object)?;
        Some(Self { json: Arc::new(json), ingested, trace_header: None, size: 0 })
    }

    /// The event as a replay brings it.
    pub(crate) fn replayed(&self, replay: &str, now: Timestamp) -> Self {
        self.with(now, |members| {
            let at = members.iter().position(|(name, _)| &**name == "resources");
            let name = ("replay-name".into(), Json::text(replay));
            members.insert(at.unwrap_or(members.len()), name);
        })
    }

    /// The event as another region gets it: under another id.
    pub(crate) fn in_another_region(&self, id: String) -> Self {
        self.with(self.ingested, |members| {
            let old = members.iter_mut().find(|(name, _)| &**name == "id");
            if let Some((_, value)) = old {
                *value = Json::text(id);
            }
        })
    }

    fn with(&self, ingested: Timestamp, change: impl FnOnce(&mut Vec<(Box<str>, Json)>)) -> Self {
        let mut json = (*self.json).clone();
        if let Json::Object(members) = &mut json {
            change(members);
        }
        Self { json: Arc::new(json), ingested, ..self.clone() }
    }

    /// A member that is a text, or nothing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.json.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    /// Whether a replay brings it.
    pub(crate) fn is_replayed(&self) -> bool {
        self.json.get("replay-name").is_some()
    }
}

/// What the time of an event counts of its size.
const TIME_LENGTH: usize = 20;

/// A time to the second: `2026-01-31T23:59:59Z`.
pub(crate) fn iso(at: Timestamp) -> String {
    let seconds = at.as_secs();
    let Date { year, month, day } = Date::from_days(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
