//! One operation or small family a file.

pub(crate) mod agreement;
pub(crate) mod aliases;
pub(crate) mod create_key;
pub(crate) mod custom_key_stores;
pub(crate) mod data_keys;
pub(crate) mod describe;
pub(crate) mod encryption;
pub(crate) mod grants;
pub(crate) mod import;
pub(crate) mod lifecycle;
pub(crate) mod multi_region;
pub(crate) mod policies;
pub(crate) mod rotation;
pub(crate) mod signing;
pub(crate) mod tags;
