//! Operations that S3 answers with an error in this configuration.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::ObjectKey;
use crate::ops::get_object::find;
use crate::store;
use crate::version_id::Addressed;

/// S3 gives out no torrents any more.
pub(crate) async fn get_object_torrent(
    cx: &RequestContext,
    input: api::GetObjectTorrentRequest,
) -> Result<api::GetObjectTorrentOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let owner = input.expected_bucket_owner.as_deref();
    store::read(cx, &input.bucket, owner, |bucket| {
        find(bucket, &key, Addressed::Current, "GET").map(drop)
    })?;
    Err(errors::method_not_allowed("GET", "TORRENT"))
}

/// Only a function behind an Object Lambda access point has a request to answer.
pub(crate) async fn write_get_object_response(
    _cx: &RequestContext,
    _input: api::WriteGetObjectResponseRequest,
) -> Result<Unit, ServiceError> {
    Err(errors::error(
        "ValidationError",
        400,
        "The request route and token belong to no request of an Object Lambda access point.",
        &[],
    ))
}
