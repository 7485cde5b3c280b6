//! `Sign`, `Verify`, `GenerateMac`, `VerifyMac`.

use aws_lc_rs::hmac;
use bytes::Bytes;
use fogbank_api_kms::{
    GenerateMacRequest, GenerateMacResponse, KMSInvalidMacException, KMSInvalidSignatureException,
    MacAlgorithmSpec, SignRequest, SignResponse, VerifyMacRequest, VerifyMacResponse,
    VerifyRequest, VerifyResponse,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::crypto::engine::Engine;
use crate::crypto::signing::{self, Subject};
use crate::errors;
use crate::key::locate::Located;
use crate::key::spec::Usage;
use crate::usage;

pub(crate) fn sign(cx: &RequestContext, input: &SignRequest) -> Result<SignResponse, ServiceError> {
    let tokens = input.grant_tokens.as_ref();
    let found = usage::find(cx, &input.key_id, tokens, Usage::SignVerify, "Sign")?;
    let algorithm = input.signing_algorithm.as_str();
    usage::check_algorithm(&found.key, found.key.spec.signing, algorithm)?;
    let subject = Subject::new(algorithm, input.message_type.as_ref(), &input.message)?;
    usage::begin(cx, &found, "Sign", input.dry_run)?;
    let signature = signing::sign(found.key.engine()?, algorithm, &subject)?;
    Ok(SignResponse {
        key_id: found.arn_member(),
        signature: Some(signature.into()),
        signing_algorithm: Some(input.signing_algorithm.clone()),
    })
}

pub(crate) fn verify(
    cx: &RequestContext,
    input: &VerifyRequest,
) -> Result<VerifyResponse, ServiceError> {
    let tokens = input.grant_tokens.as_ref();
    let found = usage::find(cx, &input.key_id, tokens, Usage::SignVerify, "Verify")?;
    let algorithm = input.signing_algorithm.as_str();
    let key = &found.key;
    usage::check_algorithm(key, key.spec.signing, algorithm)?;
    let subject = Subject::new(algorithm, input.message_type.as_ref(), &input.message)?;
    let engine = key.engine()?;
    let holds = signing::verify(engine, key.spec, algorithm, &subject, &input.signature);
    usage::begin(cx, &found, "Verify", input.dry_run)?;
    if !holds {
        return Err(KMSInvalidSignatureException::default().into());
    }
    Ok(VerifyResponse {
        key_id: found.arn_member(),
        signature_valid: Some(true),
        signing_algorithm: Some(input.signing_algorithm.clone()),
    })
}

/// The MAC of a message under a key that was found and checked.
fn mac(
    found: &Located,
    algorithm: &MacAlgorithmSpec,
    message: &[u8],
) -> Result<hmac::Tag, ServiceError> {
    usage::check_algorithm(&found.key, found.key.spec.mac, algorithm.as_str())?;
    match found.key.engine()? {
        Engine::Hmac(key) => Ok(hmac::sign(key, message)),
        _ => Err(errors::cryptography()),
    }
}

pub(crate) fn generate_mac(
    cx: &RequestContext,
    input: &GenerateMacRequest,
) -> Result<GenerateMacResponse, ServiceError> {
    let tokens = input.grant_tokens.as_ref();
    let found = usage::find(cx, &input.key_id, tokens, Usage::GenerateVerifyMac, "GenerateMac")?;
    let tag = mac(&found, &input.mac_algorithm, &input.message)?;
    usage::begin(cx, &found, "GenerateMac", input.dry_run)?;
    Ok(GenerateMacResponse {
        mac: Some(Bytes::copy_from_slice(tag.as_ref())),
        mac_algorithm: Some(input.mac_algorithm.clone()),
        key_id: found.arn_member(),
    })
}

pub(crate) fn verify_mac(
    cx: &RequestContext,
    input: &VerifyMacRequest,
) -> Result<VerifyMacResponse, ServiceError> {
    let tokens = input.grant_tokens.as_ref();
    let found = usage::find(cx, &input.key_id, tokens, Usage::GenerateVerifyMac, "VerifyMac")?;
    let tag = mac(&found, &input.mac_algorithm, &input.message)?;
    usage::begin(cx, &found, "VerifyMac", input.dry_run)?;
    aws_lc_rs::constant_time::verify_slices_are_equal(tag.as_ref(), &input.mac)
        .map_err(|_| KMSInvalidMacException::default())?;
    Ok(VerifyMacResponse {
        key_id: found.arn_member(),
        mac_valid: Some(true),
        mac_algorithm: Some(input.mac_algorithm.clone()),
    })
}
