//! IAM through the typed client, on a frozen clock.

mod access;
mod access_keys;
mod account;
mod credentials;
mod delegation;
mod entities;
mod federation;
mod policies;
mod scene;
