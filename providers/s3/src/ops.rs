//! The operations, one or a small family a file.

pub(crate) mod acl;
pub(crate) mod annotations;
pub(crate) mod buckets;
pub(crate) mod by_id;
pub(crate) mod copy_object;
pub(crate) mod delete_object;
pub(crate) mod directory_buckets;
pub(crate) mod documents;
pub(crate) mod get_object;
pub(crate) mod legacy;
pub(crate) mod lifecycle;
pub(crate) mod list_objects;
pub(crate) mod list_versions;
pub(crate) mod metadata_tables;
pub(crate) mod multipart;
pub(crate) mod notification;
pub(crate) mod object_attributes;
pub(crate) mod object_encryption;
pub(crate) mod object_lock;
pub(crate) mod policy;
pub(crate) mod put_object;
pub(crate) mod refused;
pub(crate) mod restore;
pub(crate) mod switches;
pub(crate) mod tagging;
pub(crate) mod website;
