//! Systems Manager in process, through the typed client, on a frozen clock.

mod associations;
mod catalog;
mod documents;
mod labels;
mod listing;
mod nodes;
mod operations;
mod parameters;
mod scene;
mod secure_strings;
mod tags;
