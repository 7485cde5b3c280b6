//! Buckets on Outposts. No account has an Outpost, so every one of them is missing.

use fogbank_service::{RequestContext, ServiceError};

use super::check_account;
use crate::errors::{error, invalid_request, no_such_bucket};

fn no_such_outpost() -> ServiceError {
    error("NoSuchOutpost", 404, "The specified outpost does not exist.", &[])
}

fn of_outpost<T>(outpost: Option<&str>) -> Result<T, ServiceError> {
    match outpost {
        Some(_) => Err(no_such_outpost()),
        None => Err(invalid_request("The Outpost ID must be specified")),
    }
}

/// The answer to the creation of a bucket on an Outpost.
pub(super) fn create<T>(outpost: Option<&str>) -> Result<T, ServiceError> {
    of_outpost(outpost)
}

/// The answer to the list of the buckets of an Outpost.
pub(super) fn list<T>(
    cx: &RequestContext,
    account: &str,
    outpost: Option<&str>,
) -> Result<T, ServiceError> {
    check_account(cx, account)?;
    of_outpost(outpost)
}

/// The answer to everything that is asked of a bucket on an Outpost.
pub(super) fn missing<T>(
    cx: &RequestContext,
    account: &str,
    bucket: &str,
) -> Result<T, ServiceError> {
    check_account(cx, account)?;
    if bucket.starts_with("arn:") && bucket.contains(":outpost/") {
        return Err(no_such_outpost());
    }
    Err(no_such_bucket(bucket))
}
