//! Global tables: replicas of the current version, the version before it, and their auto scaling.

pub mod auto_scaling;
pub mod replicas;
pub mod settings;
pub mod version_one;
