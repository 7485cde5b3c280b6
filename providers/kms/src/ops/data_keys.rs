//! `GenerateDataKey`, `GenerateDataKeyPair`, both without plaintext too, and `GenerateRandom`.

use bytes::Bytes;
use fogbank_api_kms::{
    CustomKeyStoreNotFoundException, DataKeyPairSpec, DataKeySpec, EncryptionAlgorithmSpec,
    GenerateDataKeyPairRequest, GenerateDataKeyPairResponse,
    GenerateDataKeyPairWithoutPlaintextRequest, GenerateDataKeyPairWithoutPlaintextResponse,
    GenerateDataKeyRequest, GenerateDataKeyResponse, GenerateDataKeyWithoutPlaintextRequest,
    GenerateDataKeyWithoutPlaintextResponse, GenerateRandomRequest, GenerateRandomResponse,
};
use fogbank_service::{RequestContext, ServiceError};

use super::encryption::seal;
use crate::crypto::ciphertext::Context;
use crate::crypto::engine::{self, Engine};
use crate::errors;
use crate::key::locate::Located;
use crate::key::spec::{KeySpec, Usage};
use crate::recipient;
use crate::usage;

const SYMMETRIC: EncryptionAlgorithmSpec = EncryptionAlgorithmSpec::SymmetricDefault;

fn random(cx: &RequestContext, length: i32) -> Bytes {
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    cx.ids().fill(&mut bytes);
    bytes.into()
}

fn length(spec: Option<&DataKeySpec>, bytes: Option<i32>) -> Result<i32, ServiceError> {
    match (spec, bytes) {
        (Some(DataKeySpec::Aes128), None) => Ok(16),
        (Some(_), None) => Ok(32),
        (None, Some(bytes)) => Ok(bytes),
        _ => Err(errors::validation("Please specify either number of bytes or key spec.")),
    }
}

/// The symmetric key that is to encrypt a data key.
fn find(
    cx: &RequestContext,
    key_id: &str,
    tokens: Option<&Vec<String>>,
    operation: &str,
) -> Result<Located, ServiceError> {
    let found = usage::find(cx, key_id, tokens, Usage::EncryptDecrypt, operation)?;
    usage::check_algorithm(&found.key, found.key.spec.encryption, SYMMETRIC.as_str())?;
    Ok(found)
}

pub(crate) fn data_key(
    cx: &RequestContext,
    input: &GenerateDataKeyRequest,
) -> Result<GenerateDataKeyResponse, ServiceError> {
    let length = length(input.key_spec.as_ref(), input.number_of_bytes)?;
    let found = find(cx, &input.key_id, input.grant_tokens.as_ref(), "GenerateDataKey")?;
    usage::begin(cx, &found, "GenerateDataKey", input.dry_run)?;
    let plaintext = random(cx, length);
    let context = input.encryption_context.as_ref();
    let blob = seal(cx, &found, &SYMMETRIC, context, &plaintext)?;
    let for_recipient = recipient::seal(cx, input.recipient.as_ref(), &plaintext)?;
    Ok(GenerateDataKeyResponse {
        ciphertext_blob: Some(blob),
        plaintext: for_recipient.is_none().then_some(plaintext),
        key_id: found.arn_member(),
        ciphertext_for_recipient: for_recipient,
        key_material_id: None,
    })
}

pub(crate) fn data_key_without_plaintext(
    cx: &RequestContext,
    input: &GenerateDataKeyWithoutPlaintextRequest,
) -> Result<GenerateDataKeyWithoutPlaintextResponse, ServiceError> {
    const NAME: &str = "GenerateDataKeyWithoutPlaintext";
    let length = length(input.key_spec.as_ref(), input.number_of_bytes)?;
    let found = find(cx, &input.key_id, input.grant_tokens.as_ref(), NAME)?;
    usage::begin(cx, &found, NAME, input.dry_run)?;
    let context = input.encryption_context.as_ref();
    let blob = seal(cx, &found, &SYMMETRIC, context, &random(cx, length))?;
    Ok(GenerateDataKeyWithoutPlaintextResponse {
        ciphertext_blob: Some(blob),
        key_id: found.arn_member(),
        key_material_id: None,
    })
}

/// A new key pair: the private half as PKCS #8, encrypted and not, and the public half.
struct Pair {
    sealed: Bytes,
    private: Bytes,
    public: Bytes,
}

async fn pair(
    cx: &RequestContext,
    found: &Located,
    spec: &DataKeyPairSpec,
    context: Option<&Context>,
) -> Result<Pair, ServiceError> {
    let name = spec.as_str();
    let spec = KeySpec::named(name).filter(|spec| spec.is_asymmetric() && name != "SM2");
    let spec =
        spec.ok_or_else(|| errors::unsupported(format!("KeyPairSpec {name} is not supported.")))?;
    let private = engine::generate(spec, cx.ids()).await?;
    let engine = Engine::new(spec, &private).ok_or_else(errors::cryptography)?;
    let public = engine.public_key().ok_or_else(errors::cryptography)?;
    let sealed = seal(cx, found, &SYMMETRIC, context, &private)?;
    Ok(Pair { sealed, private, public })
}

pub(crate) async fn key_pair(
    cx: &RequestContext,
    input: GenerateDataKeyPairRequest,
) -> Result<GenerateDataKeyPairResponse, ServiceError> {
    let found = find(cx, &input.key_id, input.grant_tokens.as_ref(), "GenerateDataKeyPair")?;
    usage::begin(cx, &found, "GenerateDataKeyPair", input.dry_run)?;
    let context = input.encryption_context.as_ref();
    let pair = pair(cx, &found, &input.key_pair_spec, context).await?;
    let for_recipient = recipient::seal(cx, input.recipient.as_ref(), &pair.private)?;
    Ok(GenerateDataKeyPairResponse {
        private_key_ciphertext_blob: Some(pair.sealed),
        private_key_plaintext: for_recipient.is_none().then_some(pair.private),
        public_key: Some(pair.public),
        key_id: found.arn_member(),
        key_pair_spec: Some(input.key_pair_spec),
        ciphertext_for_recipient: for_recipient,
        key_material_id: None,
    })
}

pub(crate) async fn key_pair_without_plaintext(
    cx: &RequestContext,
    input: GenerateDataKeyPairWithoutPlaintextRequest,
) -> Result<GenerateDataKeyPairWithoutPlaintextResponse, ServiceError> {
    const NAME: &str = "GenerateDataKeyPairWithoutPlaintext";
    let found = find(cx, &input.key_id, input.grant_tokens.as_ref(), NAME)?;
    usage::begin(cx, &found, NAME, input.dry_run)?;
    let context = input.encryption_context.as_ref();
    let pair = pair(cx, &found, &input.key_pair_spec, context).await?;
    Ok(GenerateDataKeyPairWithoutPlaintextResponse {
        private_key_ciphertext_blob: Some(pair.sealed),
        public_key: Some(pair.public),
        key_id: found.arn_member(),
        key_pair_spec: Some(input.key_pair_spec),
        key_material_id: None,
    })
}

pub(crate) fn random_bytes(
    cx: &RequestContext,
    input: &GenerateRandomRequest,
) -> Result<GenerateRandomResponse, ServiceError> {
    let length =
        input.number_of_bytes.ok_or_else(|| errors::validation("NumberOfBytes is required."))?;
    if let Some(store) = &input.custom_key_store_id {
        return Err(CustomKeyStoreNotFoundException::new(format!(
            "Custom key store with ID {store} could not be found."
        ))
        .into());
    }
    let plaintext = random(cx, length);
    let for_recipient = recipient::seal(cx, input.recipient.as_ref(), &plaintext)?;
    Ok(GenerateRandomResponse {
        plaintext: for_recipient.is_none().then_some(plaintext),
        ciphertext_for_recipient: for_recipient,
    })
}
