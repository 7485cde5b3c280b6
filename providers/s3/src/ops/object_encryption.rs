//! UpdateObjectEncryption.

use fogbank_api_s3 as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::encryption::Encryption;
use crate::errors;
use crate::key::ObjectKey;
use crate::ops::get_object::find;
use crate::store;
use crate::version_id::Addressed;

/// Puts an object under another key of KMS; content, tag and date stay.
pub(crate) async fn update_object_encryption(
    cx: &RequestContext,
    input: api::UpdateObjectEncryptionRequest,
) -> Result<api::UpdateObjectEncryptionResponse, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    let api::ObjectEncryption::Ssekms(wanted) = input.object_encryption else {
        return Err(errors::malformed_xml());
    };
    if !wanted.kms_key_arn.starts_with("arn:") {
        return Err(errors::invalid_argument(
            "The KMS key must be named by its ARN.",
            "KMSKeyArn",
            Some(&wanted.kms_key_arn),
        ));
    }
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let found = find(bucket, &key, addressed, "PUT")?;
        if matches!(found.object.encryption, Encryption::Customer { .. }) {
            return Err(errors::invalid_request(
                "The encryption of objects that are encrypted with customer-provided keys cannot \
                 be updated.",
            ));
        }
        let encryption = Encryption::Kms {
            dual_layer: false,
            key: wanted.kms_key_arn,
            context: None,
            bucket_key: wanted.bucket_key_enabled.unwrap_or(true),
        };
        bucket.edit_object(&key, found.version.position, |object| object.encryption = encryption);
        Ok(api::UpdateObjectEncryptionResponse::default())
    })
}
