//! Secure strings, by way of KMS.
//!
//! A standard parameter's value is what `kms:Encrypt` made of it, in Base64: with the encryption
//! context `PARAMETER_ARN`, `kms:Decrypt` reads it. The value of an advanced parameter may be longer
//! than KMS encrypts, so a data key encrypts it, which KMS has encrypted.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fogbank_api_kms::{
    DataKeySpec, DecryptRequest, EncryptRequest, GenerateDataKeyRequest, KmsClient,
};
use fogbank_service::{Intent, RequestContext, ServiceError};

use super::Tier;
use crate::errors;

/// The key of secure strings that name none.
pub(crate) const DEFAULT_KEY: &str = "alias/aws/ssm";

const NONCE: usize = 12;

fn context(arn: &str) -> Option<BTreeMap<String, String>> {
    Some(BTreeMap::from([("PARAMETER_ARN".to_owned(), arn.to_owned())]))
}

/// What KMS says of its key, as Parameter Store passes it on.
fn of_kms(error: ServiceError) -> ServiceError {
    match error.code() {
        "NotFoundException"
        | "DisabledException"
        | "KMSInvalidStateException"
        | "InvalidKeyUsageException"
        | "KeyUnavailableException"
        | "InvalidGrantTokenException"
        | "IncorrectKeyException"
        | "InvalidCiphertextException" => {
            errors::invalid_key_id(error.message().unwrap_or_default())
        }
        _ => error,
    }
}

/// Asks the policies whether who asked may use the key.
async fn permit(
    cx: &RequestContext,
    operation: &'static str,
    arn: &str,
    member: &'static str,
    value: impl Into<fogbank_service::intent::Member>,
) -> Result<(), ServiceError> {
    let intent = || {
        Intent::for_principal("ssm.amazonaws.com", "kms", operation)
            .with(member, value)
            .with("EncryptionContext", context(arn).unwrap_or_default())
    };
    cx.caller().permit(intent).await
}

/// Encrypts a value.
///
/// # Errors
/// `InvalidKeyId`, and what KMS refuses.
pub(crate) async fn encrypt(
    cx: &RequestContext,
    key_id: &str,
    arn: &str,
    tier: Tier,
    value: &str,
) -> Result<String, ServiceError> {
    let kms = KmsClient::new(cx.caller());
    let operation = if tier == Tier::Standard { "Encrypt" } else { "GenerateDataKey" };
    permit(cx, operation, arn, "KeyId", key_id).await?;
    if tier == Tier::Standard {
        let input = EncryptRequest {
            key_id: key_id.to_owned(),
            plaintext: Bytes::copy_from_slice(value.as_bytes()),
            encryption_context: context(arn),
            ..Default::default()
        };
        let output = kms.encrypt(input).await.map_err(of_kms)?;
        return Ok(STANDARD.encode(output.ciphertext_blob.unwrap_or_default()));
    }
    let input = GenerateDataKeyRequest {
        key_id: key_id.to_owned(),
        encryption_context: context(arn),
        key_spec: Some(DataKeySpec::Aes256),
        ..Default::default()
    };
    let output = kms.generate_data_key(input).await.map_err(of_kms)?;
    let data_key = output.ciphertext_blob.unwrap_or_default();
    let key = data_cipher(&output.plaintext.unwrap_or_default())?;
    let nonce: [u8; NONCE] = cx.ids().bytes();
    let mut body = value.as_bytes().to_vec();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(arn.as_bytes()),
        &mut body,
    )
    .map_err(ServiceError::internal)?;
    let length = u16::try_from(data_key.len()).map_err(ServiceError::internal)?;
    let message = [&length.to_be_bytes()[..], &data_key, &nonce, &body].concat();
    Ok(STANDARD.encode(message))
}

/// Decrypts what [`encrypt`] made.
///
/// # Errors
/// `InvalidKeyId`, and what KMS refuses.
pub(crate) async fn decrypt(
    cx: &RequestContext,
    arn: &str,
    tier: Tier,
    value: &str,
) -> Result<String, ServiceError> {
    let message = STANDARD.decode(value).map_err(ServiceError::internal)?;
    let mut rest = &message[..];
    let mut take = |length: usize| -> Result<&[u8], ServiceError> {
        let (head, tail) = rest
            .split_at_checked(length)
            .ok_or_else(|| ServiceError::internal("a secure string is cut short"))?;
        rest = tail;
        Ok(head)
    };
    let blob = match tier {
        Tier::Standard => take(message.len())?,
        Tier::Advanced => {
            let length = take(2)?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            take(length)?
        }
    };
    let blob = Bytes::copy_from_slice(blob);
    permit(cx, "Decrypt", arn, "CiphertextBlob", blob.clone()).await?;
    let input = DecryptRequest {
        ciphertext_blob: Some(blob),
        encryption_context: context(arn),
        ..Default::default()
    };
    let kms = KmsClient::new(cx.caller());
    let plain = kms.decrypt(input).await.map_err(of_kms)?.plaintext.unwrap_or_default();
    if tier == Tier::Standard {
        return String::from_utf8(plain.to_vec()).map_err(ServiceError::internal);
    }
    let nonce = Nonce::try_assume_unique_for_key(take(NONCE)?).map_err(ServiceError::internal)?;
    let mut body = rest.to_vec();
    let open = data_cipher(&plain)?
        .open_in_place(nonce, Aad::from(arn.as_bytes()), &mut body)
        .map_err(ServiceError::internal)?;
    String::from_utf8(open.to_vec()).map_err(ServiceError::internal)
}

fn data_cipher(key: &[u8]) -> Result<LessSafeKey, ServiceError> {
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(ServiceError::internal)?;
    Ok(LessSafeKey::new(key))
}
