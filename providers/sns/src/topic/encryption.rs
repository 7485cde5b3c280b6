//! The key of KMS that protects the messages of a topic, and whether it can be used.
//!
//! As at AWS, KMS is asked for a data key on behalf of who publishes, and the answer holds for five
//! minutes. Messages stay as they are: nobody can look behind the topic.

use std::time::Duration;

use fogbank_api_kms::{DataKeySpec, GenerateDataKeyRequest, KmsClient};
use fogbank_api_sns as api;
use fogbank_context::Timestamp;
use fogbank_service::intent::Member;
use fogbank_service::{Intent, RequestContext, ServiceError};
use serde::{Deserialize, Serialize};

use crate::store::Topic;
use crate::topic::arn::Located;

/// SNS's own key, which everybody may use who may publish.
const OWN: &str = "alias/aws/sns";
/// How long a data key is used.
const PERIOD: Duration = Duration::from_secs(300);

/// When KMS gave a data key last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DataKey {
    /// The key that it is of, as the topic names it.
    of: String,
    /// For whom.
    principal: String,
    at: Timestamp,
}

/// Asks KMS for a data key before a message is published, where the last one is too old.
///
/// # Errors
/// `KMSNotFound` and its like.
pub(crate) async fn protect(
    cx: &RequestContext,
    at: &Located,
    topic: &Topic,
) -> Result<(), ServiceError> {
    let Some(key) = topic.attributes.others.get("KmsMasterKeyId") else { return Ok(()) };
    if key == OWN || key.ends_with(":alias/aws/sns") {
        return Ok(());
    }
    let service = cx.principal.service.map(str::to_owned);
    let principal = service.unwrap_or_else(|| cx.principal.arn.to_string());
    let holds = topic.data_key.as_ref().is_some_and(|last| {
        last.of == *key && last.principal == principal && cx.now().since(last.at) < PERIOD
    });
    if holds {
        return Ok(());
    }
    let context = ("aws:sns:topicArn".to_owned(), topic.arn.to_string());
    for operation in ["GenerateDataKey", "Decrypt"] {
        let intent = || {
            Intent::for_principal("sns.amazonaws.com", "kms", operation)
                .with("KeyId", key.as_str())
                .with("EncryptionContext", Member::Map([context.clone()].into()))
        };
        cx.caller().permit(intent).await.map_err(|denial| of_kms(cx, &denial))?;
    }
    let request = GenerateDataKeyRequest {
        key_id: key.clone(),
        key_spec: Some(DataKeySpec::Aes256),
        encryption_context: Some([context].into()),
        ..Default::default()
    };
    match KmsClient::new(cx.caller()).generate_data_key(request).await {
        Ok(_) => at.update(|topic| {
            topic.data_key = Some(DataKey { of: key.clone(), principal, at: cx.now() });
            Ok(())
        }),
        // Nothing emulates KMS.
        Err(error) if error.is_absence() => Ok(()),
        Err(error) => Err(of_kms(cx, &error)),
    }
}

/// An error of KMS, as SNS passes it on.
fn of_kms(cx: &RequestContext, error: &ServiceError) -> ServiceError {
    let message = error.passed_on("AWSKMS", &cx.ids().uuid());
    match error.code() {
        "AccessDeniedException" => api::KMSAccessDeniedException::new(message).into(),
        "DisabledException" => api::KMSDisabledException::new(message).into(),
        "KMSInvalidStateException" | "InvalidKeyUsageException" => {
            api::KMSInvalidStateException::new(message).into()
        }
        _ => api::KMSNotFoundException::new(message).into(),
    }
}
