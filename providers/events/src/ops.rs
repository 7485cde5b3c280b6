//! One operation or small family a file.

pub(crate) mod api_destinations;
pub(crate) mod archives;
pub(crate) mod connections;
pub(crate) mod endpoints;
pub(crate) mod event_buses;
pub(crate) mod event_sources;
pub(crate) mod partner_event_sources;
pub(crate) mod permissions;
pub(crate) mod put_events;
pub(crate) mod replays;
pub(crate) mod rules;
pub(crate) mod tags;
pub(crate) mod targets;
pub(crate) mod test_event_pattern;
