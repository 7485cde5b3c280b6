//! Operations on tables.

pub mod continuous_backups;
pub mod contributor_insights;
pub mod create_table;
pub mod describe_tables;
pub mod tags;
pub mod time_to_live;
pub mod update_table;
