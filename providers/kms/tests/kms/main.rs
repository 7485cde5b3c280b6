//! AWS KMS in process, through the typed client, on a frozen clock.

mod encryption;
mod grants;
mod import;
mod lifecycle;
mod rotation;
mod scene;
mod signing;
