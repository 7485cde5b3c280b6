//! RestoreObject.

use std::time::Duration;

use fogbank_api_s3::{RestoreObjectOutput, RestoreObjectRequest, RestoreRequest};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::ObjectKey;
use crate::lifecycle::after_days;
use crate::members::{refuse, text};
use crate::notification::{self, Event};
use crate::object::{Object, Restored, is_archive};
use crate::ops::get_object::find;
use crate::restoration;
use crate::store;
use crate::version_id::Addressed;

/// What the output's path says of a copy that was there already and stays longer; the status of the
/// answer tells it, and no header does.
pub(crate) const PROLONGED: &str = "prolonged";

/// Makes a temporary copy of an archived object. It is there at once, unless restorations are
/// `slow`, as at AWS.
pub(crate) async fn restore_object(
    cx: &RequestContext,
    input: RestoreObjectRequest,
    slow: bool,
) -> Result<RestoreObjectOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let request = input.restore_request.as_ref().ok_or_else(errors::malformed_xml)?;
    refuse(request.select_parameters.is_some() || text!(request.r#type).is_some(), "Type")?;
    refuse(request.output_location.is_some(), "OutputLocation")?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    let owner = input.expected_bucket_owner.as_deref();
    let now = cx.now();
    let (version, prolonged) = store::edit(cx, &input.bucket, owner, |bucket| {
        let found = find(bucket, &key, addressed, "POST")?;
        let object = &found.object;
        let (days, time) = check(object, request)?;
        let before = object.restored.filter(|copy| now < copy.until);
        if before.is_some_and(|copy| copy.is_ongoing(now)) {
            return Err(errors::restore_in_progress());
        }
        let ready = match before {
            Some(copy) => copy.ready,
            None if slow => now + time,
            None => now,
        };
        let until = after_days(ready.max(now), days);
        let position = found.version.position;
        bucket.edit_object(&key, position, |it| it.restored = Some(Restored { ready, until }));
        let version = bucket.at(&key, position).cloned().unwrap_or(found.version);
        Ok((version, before.is_some()))
    })?;
    restoration::expect(&cx.world, &cx.invoker, (&input.bucket, &key), &version);
    let mut output = RestoreObjectOutput::default();
    if prolonged {
        output.restore_output_path = Some(PROLONGED.to_owned());
        return Ok(output);
    }
    let there =
        version.object.as_ref().and_then(|it| it.restored).is_some_and(|it| it.is_there(now));
    let names = ["ObjectRestore:Post", "ObjectRestore:Completed"];
    for name in names.into_iter().take(if there { 2 } else { 1 }) {
        notification::notify(cx, &input.bucket, Event::changed(name, &key, &version)).await;
    }
    Ok(output)
}

/// For how many days the copy is wanted, and how long making it takes.
fn check(object: &Object, request: &RestoreRequest) -> Result<(i32, Duration), ServiceError> {
    let class = object.storage_class.as_str();
    let job = request.glacier_job_parameters.as_ref();
    let tier = job.map(|job| job.tier.as_str()).or(text!(request.tier)).unwrap_or("Standard");
    if !["Bulk", "Expedited", "Standard"].contains(&tier) {
        return Err(errors::malformed_xml());
    }
    if class == "INTELLIGENT_TIERING" && request.days.is_some() {
        return Err(errors::invalid_argument(
            "INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days \
             when restoring this object",
            "Days",
            request.days.map(|days| days.to_string()).as_deref(),
        ));
    }
    if !is_archive(class) {
        return Err(errors::restore_not_allowed(class));
    }
    let days = request.days.filter(|days| *days > 0).ok_or_else(errors::malformed_xml)?;
    let time = restoration::time_of(class, tier).ok_or_else(|| {
        let message = "Retrieval option is not supported by this storage class";
        errors::invalid_argument(message, "Tier", Some(tier))
    })?;
    Ok((days, time))
}
