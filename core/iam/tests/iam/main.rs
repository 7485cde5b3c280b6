//! The policy engine: tables of cases, properties, and an independent evaluator beside it.

#![allow(clippy::unwrap_used)]

mod decisions;
mod differential;
mod principals;
mod properties;
mod simulation;
