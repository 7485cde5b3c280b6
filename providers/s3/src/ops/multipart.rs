//! Multipart uploads.

mod complete;
mod create;
mod list;
mod part;

pub(crate) use complete::complete_multipart_upload;
pub(crate) use create::{abort_multipart_upload, create_multipart_upload};
pub(crate) use list::{list_multipart_uploads, list_parts};
pub(crate) use part::{upload_part, upload_part_copy};
