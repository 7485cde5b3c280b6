//! One operation or small family a file.

pub(crate) mod parameters;
pub(crate) mod resource_policies;
pub(crate) mod service_settings;
pub(crate) mod tags;
