//! `DeriveSharedSecret`, `Encapsulate`, `Decapsulate`.

use aws_lc_rs::agreement;
use bytes::Bytes;
use fogbank_api_kms::{
    DecapsulateRequest, DecapsulateResponse, DeriveSharedSecretRequest, DeriveSharedSecretResponse,
    EncapsulateRequest, EncapsulateResponse,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::crypto::der;
use crate::crypto::engine::Engine;
use crate::errors;
use crate::key::spec::Usage;
use crate::recipient;
use crate::usage;

pub(crate) fn derive(
    cx: &RequestContext,
    input: &DeriveSharedSecretRequest,
) -> Result<DeriveSharedSecretResponse, ServiceError> {
    let tokens = input.grant_tokens.as_ref();
    let found = usage::find(cx, &input.key_id, tokens, Usage::KeyAgreement, "DeriveSharedSecret")?;
    let algorithm = input.key_agreement_algorithm.as_str();
    usage::check_algorithm(&found.key, found.key.spec.agreement, algorithm)?;
    let secret = agree(found.key.engine()?, &input.public_key)?;
    usage::begin(cx, &found, "DeriveSharedSecret", input.dry_run)?;
    let for_recipient = recipient::seal(cx, input.recipient.as_ref(), &secret)?;
    Ok(DeriveSharedSecretResponse {
        key_id: found.arn_member(),
        shared_secret: for_recipient.is_none().then_some(secret),
        ciphertext_for_recipient: for_recipient,
        key_agreement_algorithm: Some(input.key_agreement_algorithm.clone()),
        key_origin: Some(found.key.origin.as_str().into()),
    })
}

fn agree(engine: &Engine, public_key: &[u8]) -> Result<Bytes, ServiceError> {
    // AWS answers without words when the public key is not one, or is on another curve.
    let refused = || errors::validation("");
    let Engine::Ec(_, Some(private)) = engine else { return Err(errors::cryptography()) };
    // The library would take bare points, too.
    if public_key.first() != Some(&der::SEQUENCE) {
        return Err(refused());
    }
    let peer = agreement::UnparsedPublicKey::new(private.algorithm(), public_key);
    agreement::agree(private, peer, refused(), |secret| Ok(Bytes::copy_from_slice(secret)))
}

pub(crate) fn encapsulate(
    cx: &RequestContext,
    input: &EncapsulateRequest,
) -> Result<EncapsulateResponse, ServiceError> {
    let tokens = input.grant_tokens.as_ref();
    let usage_wanted = Usage::EncapsulateDecapsulate;
    let found = usage::find(cx, &input.key_id, tokens, usage_wanted, "Encapsulate")?;
    let algorithm = input.encapsulation_algorithm.as_str();
    usage::check_algorithm(&found.key, found.key.spec.encapsulation, algorithm)?;
    usage::begin(cx, &found, "Encapsulate", input.dry_run)?;
    let Engine::MlKem(_, public) = found.key.engine()? else {
        return Err(errors::cryptography());
    };
    let (ciphertext, secret) = public.encapsulate().map_err(|_| errors::cryptography())?;
    Ok(EncapsulateResponse {
        key_id: found.arn_member(),
        shared_secret: Some(Bytes::copy_from_slice(secret.as_ref())),
        shared_secret_ciphertext_blob: Some(Bytes::copy_from_slice(ciphertext.as_ref())),
        encapsulation_algorithm: Some(input.encapsulation_algorithm.clone()),
    })
}

pub(crate) fn decapsulate(
    cx: &RequestContext,
    input: &DecapsulateRequest,
) -> Result<DecapsulateResponse, ServiceError> {
    let tokens = input.grant_tokens.as_ref();
    let usage_wanted = Usage::EncapsulateDecapsulate;
    let found = usage::find(cx, &input.key_id, tokens, usage_wanted, "Decapsulate")?;
    let algorithm = input.encapsulation_algorithm.as_str();
    usage::check_algorithm(&found.key, found.key.spec.encapsulation, algorithm)?;
    let Engine::MlKem(private, _) = found.key.engine()? else {
        return Err(errors::cryptography());
    };
    let secret = private.decapsulate(input.shared_secret_ciphertext_blob.as_ref().into());
    let secret = secret.map_err(|_| errors::invalid_ciphertext())?;
    usage::begin(cx, &found, "Decapsulate", input.dry_run)?;
    Ok(DecapsulateResponse {
        key_id: found.arn_member(),
        shared_secret: Some(Bytes::copy_from_slice(secret.as_ref())),
        encapsulation_algorithm: Some(input.encapsulation_algorithm.clone()),
    })
}
