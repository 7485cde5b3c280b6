//! One operation or small family a file.

pub(crate) mod batch_get;
pub(crate) mod create_secret;
pub(crate) mod cross_account;
pub(crate) mod delete_secret;
pub(crate) mod describe;
pub(crate) mod list_secrets;
pub(crate) mod policies;
pub(crate) mod random_password;
pub(crate) mod replication;
pub(crate) mod rotation;
pub(crate) mod secret_value;
pub(crate) mod tags;
pub(crate) mod update_secret;
pub(crate) mod versions;
