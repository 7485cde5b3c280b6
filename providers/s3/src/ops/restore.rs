//! RestoreObject.

use fogbank_api_s3::{RestoreObjectOutput, RestoreObjectRequest};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::ObjectKey;
use crate::lifecycle::after_days;
use crate::members::{refuse, text};
use crate::notification::{self, Event};
use crate::object::{Restored, is_archive};
use crate::ops::get_object::find;
use crate::store;
use crate::version_id::Addressed;

/// Makes a temporary copy of an archived object; here it is there at once.
pub(crate) async fn restore_object(
    cx: &RequestContext,
    input: RestoreObjectRequest,
) -> Result<RestoreObjectOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let request = input.restore_request.as_ref().ok_or_else(errors::malformed_xml)?;
    refuse(request.select_parameters.is_some() || text!(request.r#type).is_some(), "Type")?;
    refuse(request.output_location.is_some(), "OutputLocation")?;
    let days = request.days.filter(|days| *days > 0).ok_or_else(errors::malformed_xml)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    let owner = input.expected_bucket_owner.as_deref();
    let events = store::edit(cx, &input.bucket, owner, |bucket| {
        let found = find(bucket, &key, addressed, "POST")?;
        if !is_archive(&found.object.storage_class) {
            return Err(errors::invalid_object_state(&found.object.storage_class));
        }
        let restored = Some(Restored { until: after_days(cx.now(), days) });
        let position = found.version.position;
        bucket.edit_object(&key, position, |object| object.restored = restored);
        let post = Event::changed("ObjectRestore:Post", &key, &found.version);
        let restored = bucket.find(&key, addressed).unwrap_or(&found.version);
        let completed = Event::changed("ObjectRestore:Completed", &key, restored);
        Ok([post, completed])
    })?;
    for event in events {
        notification::notify(cx, &input.bucket, event).await;
    }
    Ok(RestoreObjectOutput::default())
}
