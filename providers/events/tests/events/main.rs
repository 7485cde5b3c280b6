//! Amazon EventBridge through the typed client.

mod api_destinations;
mod archives;
mod buses;
mod connections;
mod delivery;
mod partners;
mod put_events;
mod rules;
mod scene;
mod schedules;
