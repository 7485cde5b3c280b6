//! One operation or small family a file.

/// State Manager.
pub(crate) mod associations {
    mod checks;
    pub(crate) mod executions;
    pub(crate) mod records;
}

/// Documents.
pub(crate) mod documents {
    pub(crate) mod calendar;
    pub(crate) mod create;
    pub(crate) mod delete;
    pub(crate) mod get;
    pub(crate) mod permissions;
    pub(crate) mod versions;
}

/// Maintenance windows.
pub(crate) mod maintenance {
    pub(crate) mod executions;
    pub(crate) mod targets;
    pub(crate) mod tasks;
    pub(crate) mod window;
    pub(crate) mod windows;
}

/// Nodes: activations, inventory, compliance, and the syncs of their data.
pub(crate) mod nodes {
    pub(crate) mod activations;
    pub(crate) mod compliance;
    pub(crate) mod data_sync;
    pub(crate) mod deletions;
    pub(crate) mod inventory;
}

/// OpsCenter and Application Manager.
pub(crate) mod ops_center {
    pub(crate) mod access_requests;
    mod filters;
    pub(crate) mod items;
    pub(crate) mod metadata;
    pub(crate) mod summary;
}

/// Parameter Store.
pub(crate) mod parameters {
    pub(crate) mod delete;
    pub(crate) mod describe;
    pub(crate) mod get;
    pub(crate) mod history;
    pub(crate) mod labels;
    pub(crate) mod put;
}

/// Patch Manager.
pub(crate) mod patches {
    pub(crate) mod baselines;
    pub(crate) mod catalog;
    pub(crate) mod groups;
    pub(crate) mod patch;
}

pub(crate) mod automation;
pub(crate) mod cloud_connectors;
pub(crate) mod commands;
pub(crate) mod previews;
pub(crate) mod resource_policies;
pub(crate) mod service_settings;
pub(crate) mod sessions;
pub(crate) mod tags;
