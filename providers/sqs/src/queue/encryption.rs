//! The key of KMS that protects a queue's messages, and whether it can be used.
//!
//! As at AWS, KMS is asked for a data key when a message is sent and to decrypt it when one is
//! received, on behalf of who sends or receives, and the answer holds for
//! `KmsDataKeyReusePeriodSeconds`. Messages stay as they are: nobody can look behind the queue.

use bytes::Bytes;
use fogbank_api_kms::{DataKeySpec, DecryptRequest, GenerateDataKeyRequest, KmsClient};
use fogbank_context::Timestamp;
use fogbank_service::intent::Member;
use fogbank_service::{Intent, RequestContext, ServiceError};
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::queue::locate::Located;

/// SQS's own key, which everybody may use who may use the queue.
const OWN: &str = "alias/aws/sqs";

/// A data key that KMS gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DataKey {
    /// The key that it is of, as the queue names it.
    of: String,
    /// For whom KMS was asked last.
    principal: String,
    /// When that was.
    at: Timestamp,
    /// The data key, encrypted.
    ciphertext: Bytes,
}

/// What KMS is to be asked.
struct Question {
    key: String,
    arn: String,
    ciphertext: Option<Bytes>,
}

/// Asks KMS for a data key before messages are sent, where the last one is too old.
///
/// # Errors
/// `KMS.NotFoundException` and its like.
pub(crate) async fn for_sending(cx: &RequestContext, at: &Located) -> Result<(), ServiceError> {
    let Some(Question { key, arn, .. }) = question(cx, at) else { return Ok(()) };
    for operation in ["GenerateDataKey", "Decrypt"] {
        permit(cx, operation, ("KeyId", key.as_str().into()), &arn).await?;
    }
    let request = GenerateDataKeyRequest {
        key_id: key.clone(),
        key_spec: Some(DataKeySpec::Aes256),
        encryption_context: Some([("aws:sqs:arn".to_owned(), arn)].into()),
        ..Default::default()
    };
    let ciphertext = match KmsClient::new(cx.caller()).generate_data_key(request).await {
        Ok(answer) => answer.ciphertext_blob.unwrap_or_default(),
        // Nothing emulates KMS.
        Err(error) if error.is_absence() => return Ok(()),
        Err(error) => return Err(errors::of_kms(cx, &error)),
    };
    let made = DataKey { of: key, principal: principal(cx), at: cx.now(), ciphertext };
    at.update(cx, |queue| {
        queue.data_key = Some(made);
        Ok(())
    })
}

/// Asks KMS to decrypt the data key before messages are received, where that was too long ago.
///
/// # Errors
/// As those of [`for_sending`].
pub(crate) async fn for_receiving(cx: &RequestContext, at: &Located) -> Result<(), ServiceError> {
    let Some(Question { arn, ciphertext: Some(ciphertext), .. }) = question(cx, at) else {
        return Ok(());
    };
    permit(cx, "Decrypt", ("CiphertextBlob", ciphertext.clone().into()), &arn).await?;
    let request = DecryptRequest {
        ciphertext_blob: Some(ciphertext),
        encryption_context: Some([("aws:sqs:arn".to_owned(), arn)].into()),
        ..Default::default()
    };
    match KmsClient::new(cx.caller()).decrypt(request).await {
        Ok(_) => at.update(cx, |queue| {
            if let Some(key) = queue.data_key.as_mut() {
                (key.principal, key.at) = (principal(cx), cx.now());
            }
            Ok(())
        }),
        Err(error) if error.is_absence() => Ok(()),
        Err(error) => Err(errors::of_kms(cx, &error)),
    }
}

/// Asks the policies whether who asked may use the key.
async fn permit(
    cx: &RequestContext,
    operation: &'static str,
    (member, value): (&'static str, Member),
    queue: &str,
) -> Result<(), ServiceError> {
    let intent = || {
        let context = [("aws:sqs:arn".to_owned(), queue.to_owned())].into();
        Intent::for_principal("sqs.amazonaws.com", "kms", operation)
            .with(member, value)
            .with("EncryptionContext", Member::Map(context))
    };
    cx.caller().permit(intent).await.map_err(|denial| errors::of_kms(cx, &denial))
}

/// What KMS is to be asked; nothing where it need not be.
fn question(cx: &RequestContext, at: &Located) -> Option<Question> {
    let look = |queue: &crate::store::Queue| {
        let (key, period) = queue.attributes.encryption()?;
        if key == OWN || key.ends_with(":alias/aws/sqs") {
            return None;
        }
        let last = queue.data_key.as_ref().filter(|last| last.of == key);
        let holds = last.is_some_and(|last| {
            cx.now().since(last.at) < period && last.principal == principal(cx)
        });
        let ciphertext =
            last.filter(|_| !queue.messages.is_empty()).map(|it| it.ciphertext.clone());
        let arn = queue.arn.to_string();
        (!holds).then(|| Question { key: key.to_owned(), arn, ciphertext })
    };
    at.store.queues.read(at.name.as_str(), look).flatten()
}

/// Who asks, as KMS sees it.
fn principal(cx: &RequestContext) -> String {
    cx.principal.service.map_or_else(|| cx.principal.arn.to_string(), str::to_owned)
}
