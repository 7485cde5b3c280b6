//! A table: what it is ([`definition`]), what it holds ([`state`]), and what reads and writes cost.

pub mod allowance;
pub mod capacity;
pub mod definition;
pub mod description;
pub mod features;
pub mod history;
pub mod page;
pub mod replication;
pub mod schema_rules;
pub mod state;
pub mod vector;
pub mod write;
