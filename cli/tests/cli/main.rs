//! The real binary, as users run it.

#![allow(clippy::unwrap_used)] // Helpers of tests may panic like tests.

mod aws;
mod configuration;
mod help;
mod place;
mod servers;
mod worlds;
