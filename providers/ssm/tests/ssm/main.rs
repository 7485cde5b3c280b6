//! Systems Manager in process, through the typed client, on a frozen clock.

mod labels;
mod listing;
mod parameters;
mod scene;
mod secure_strings;
mod tags;
