//! IAM through the typed client, on a frozen clock.

mod access_keys;
mod entities;
mod policies;
mod scene;
