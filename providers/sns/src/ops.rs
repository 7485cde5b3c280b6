//! One operation or small family a file.

pub(crate) mod data_protection;
pub(crate) mod endpoints;
pub(crate) mod page;
pub(crate) mod permissions;
pub(crate) mod platform_applications;
pub(crate) mod publish;
pub(crate) mod sms;
pub(crate) mod sms_sandbox;
pub(crate) mod subscribe;
pub(crate) mod subscription_attributes;
pub(crate) mod subscriptions;
pub(crate) mod tags;
pub(crate) mod topic_attributes;
pub(crate) mod topics;
pub(crate) mod unheeded;
