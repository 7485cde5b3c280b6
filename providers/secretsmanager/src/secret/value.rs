//! Values: kept as they are, or encrypted with a data key of the KMS key that the secret names.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use bytes::Bytes;
use fogbank_api_kms::{
    DataKeySpec, DecryptRequest, DescribeKeyRequest, GenerateDataKeyRequest, KmsClient,
};
use fogbank_service::intent::Member;
use fogbank_service::{Caller, Intent, RequestContext, ServiceError};

use crate::errors;
use crate::store::{DataKey, Stored};

/// The alias of the key that encrypts when a secret names none.
pub(crate) const DEFAULT_KEY: &str = "alias/aws/secretsmanager";

/// A value in the clear.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// `SecretString`.
    Text(String),
    /// `SecretBinary`.
    Binary(Bytes),
}

impl Value {
    /// The value of a request, if it has one.
    pub(crate) fn of(
        text: Option<String>,
        binary: Option<Bytes>,
    ) -> Result<Option<Self>, ServiceError> {
        match (text, binary) {
            (Some(_), Some(_)) => Err(errors::two_values()),
            (Some(text), None) => Ok(Some(Self::Text(text))),
            (None, Some(bytes)) => Ok(Some(Self::Binary(bytes))),
            (None, None) => Ok(None),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// The two members of a response.
    pub(crate) fn members(self) -> (Option<String>, Option<Bytes>) {
        match self {
            Self::Text(text) => (Some(text), None),
            Self::Binary(bytes) => (None, Some(bytes)),
        }
    }
}

/// The KMS key of a request; none for the service's own.
pub(crate) fn named_key(key: Option<String>) -> Option<String> {
    key.filter(|key| !key.is_empty() && key != DEFAULT_KEY)
}

/// Checks that a KMS key is there and encrypts.
pub(crate) async fn check_key(caller: &Caller, key: Option<&str>) -> Result<(), ServiceError> {
    let Some(key) = key else { return Ok(()) };
    let input = DescribeKeyRequest { key_id: key.to_owned(), ..Default::default() };
    let described = KmsClient::new(caller.clone()).describe_key(input).await;
    described.map(drop).map_err(|cause| errors::encryption(&cause))
}

fn context(arn: &str, version: &str) -> Option<BTreeMap<String, String>> {
    Some(BTreeMap::from([
        ("SecretARN".to_owned(), arn.to_owned()),
        ("SecretVersionId".to_owned(), version.to_owned()),
    ]))
}

/// Asks the policies whether who asked may use the KMS key.
async fn permit(
    caller: &Caller,
    operation: &'static str,
    (member, value): (&'static str, Member),
    (arn, version): (&str, &str),
) -> Result<(), ServiceError> {
    let intent = || {
        Intent::for_principal("secretsmanager.amazonaws.com", "kms", operation)
            .with(member, value)
            .with("EncryptionContext", context(arn, version).unwrap_or_default())
    };
    caller.permit(intent).await.map_err(|_| errors::no_access_to_key())
}

/// The value as it is kept: encrypted under the KMS key, if there is one.
pub(crate) async fn seal(
    cx: &RequestContext,
    caller: &Caller,
    kms_key: Option<&str>,
    arn: &str,
    version: &str,
    value: &Value,
) -> Result<Stored, ServiceError> {
    let is_text = matches!(value, Value::Text(_));
    let Some(key) = kms_key else {
        let bytes = Bytes::copy_from_slice(value.bytes());
        return Ok(Stored { is_text, bytes, data_key: None });
    };
    for operation in ["GenerateDataKey", "Decrypt"] {
        permit(caller, operation, ("KeyId", key.into()), (arn, version)).await?;
    }
    let input = GenerateDataKeyRequest {
        key_id: key.to_owned(),
        key_spec: Some(DataKeySpec::Aes256),
        encryption_context: context(arn, version),
        ..Default::default()
    };
    let made = KmsClient::new(caller.clone()).generate_data_key(input).await;
    let made = made.map_err(|cause| errors::encryption(&cause))?;
    let (Some(plaintext), Some(sealed), Some(kms_key)) =
        (made.plaintext, made.ciphertext_blob, made.key_id)
    else {
        return Err(ServiceError::internal("KMS made a data key without its parts"));
    };
    let nonce = cx.ids().bytes::<12>();
    let mut bytes = value.bytes().to_vec();
    cipher(&plaintext)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes)
        .map_err(|_| ServiceError::internal("a value was too long to encrypt"))?;
    let data_key = Some(DataKey { kms_key, sealed, nonce });
    Ok(Stored { is_text, bytes: bytes.into(), data_key })
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, ServiceError> {
    let key = UnboundKey::new(&AES_256_GCM, key);
    key.map(LessSafeKey::new).map_err(|_| ServiceError::internal("KMS made a key of another size"))
}

/// The value in the clear.
pub(crate) async fn open(
    caller: &Caller,
    arn: &str,
    version: &str,
    stored: &Stored,
) -> Result<Value, ServiceError> {
    let bytes = match &stored.data_key {
        None => stored.bytes.clone(),
        Some(data_key) => {
            let sealed = data_key.sealed.clone();
            permit(caller, "Decrypt", ("CiphertextBlob", sealed.into()), (arn, version)).await?;
            let input = DecryptRequest {
                ciphertext_blob: Some(data_key.sealed.clone()),
                encryption_context: context(arn, version),
                ..Default::default()
            };
            let opened = KmsClient::new(caller.clone()).decrypt(input).await;
            let opened = opened.map_err(|cause| errors::decryption(&cause))?;
            let key = cipher(&opened.plaintext.unwrap_or_default())?;
            let mut bytes = stored.bytes.to_vec();
            let nonce = Nonce::assume_unique_for_key(data_key.nonce);
            let length = key
                .open_in_place(nonce, Aad::empty(), &mut bytes)
                .map_err(|_| ServiceError::internal("a saved value does not open"))?
                .len();
            bytes.truncate(length);
            Bytes::from(bytes)
        }
    };
    if stored.is_text {
        String::from_utf8(bytes.into()).map(Value::Text).map_err(ServiceError::internal)
    } else {
        Ok(Value::Binary(bytes))
    }
}
