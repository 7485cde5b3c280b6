//! Plaintexts for Nitro enclaves: encrypted to the public key of an attestation document.

use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use bytes::Bytes;
use fogbank_api_kms::RecipientInfo;
use fogbank_service::{RequestContext, ServiceError};
use minicbor::Decoder;
use minicbor::data::Type;

use crate::crypto::der;
use crate::errors;

const ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03];
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const RSAES_OAEP: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x07];
const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const AES_256_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];

/// The `CiphertextForRecipient` of a plaintext; none when the request has no recipient.
pub(crate) fn seal(
    cx: &RequestContext,
    recipient: Option<&RecipientInfo>,
    plaintext: &[u8],
) -> Result<Option<Bytes>, ServiceError> {
    let Some(recipient) = recipient else { return Ok(None) };
    let document = recipient.attestation_document.as_ref();
    let public_key = document.and_then(|document| public_key(document)).ok_or_else(|| {
        errors::validation("The attestation document is malformed or has no public key.")
    })?;
    let sealed = envelope(cx, &public_key, plaintext).ok_or_else(errors::cryptography)?;
    Ok(Some(sealed.into()))
}

/// The public key of an attestation document: a COSE_Sign1 array around a map.
fn public_key(document: &[u8]) -> Option<OaepPublicEncryptingKey> {
    let mut outer = Decoder::new(document);
    if outer.datatype().ok()? == Type::Tag {
        outer.tag().ok()?;
    }
    if outer.array().ok()? != Some(4) {
        return None;
    }
    outer.skip().ok()?;
    outer.skip().ok()?;
    let mut inner = Decoder::new(outer.bytes().ok()?);
    for _ in 0..inner.map().ok()?? {
        if inner.str().ok()? == "public_key" {
            let key = PublicEncryptingKey::from_der(inner.bytes().ok()?).ok()?;
            return OaepPublicEncryptingKey::new(key).ok();
        }
        inner.skip().ok()?;
    }
    None
}

/// A CMS `EnvelopedData` document (RFC 5652): AES-256-CBC under a key that RSA-OAEP encrypts.
fn envelope(
    cx: &RequestContext,
    recipient: &OaepPublicEncryptingKey,
    plaintext: &[u8],
) -> Option<Vec<u8>> {
    let session_key = cx.ids().bytes::<32>();
    let iv = cx.ids().bytes::<16>();
    let mut encrypted_key = vec![0; recipient.ciphertext_size()];
    recipient.encrypt(&OAEP_SHA256_MGF1SHA256, &session_key, &mut encrypted_key, None).ok()?;
    let cipher = UnboundCipherKey::new(&AES_256, &session_key).ok()?;
    let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(cipher).ok()?;
    let mut content = plaintext.to_vec();
    let context = EncryptionContext::Iv128(FixedLength::from(&iv));
    cipher.less_safe_encrypt(&mut content, context).ok()?;

    let oid = |bytes: &[u8]| der::value(der::OID, &[bytes]);
    let sequence = |parts: &[&[u8]]| der::value(der::SEQUENCE, parts);
    let hash = sequence(&[&oid(SHA_256), &[der::NULL, 0]]);
    let mask = sequence(&[&oid(MGF1), &hash]);
    let parameters =
        sequence(&[&der::value(der::CONTEXT_0, &[&hash]), &der::value(0xa1, &[&mask])]);
    let subject_key_id = digest(&SHA256, &encrypted_key);
    let recipient_info = sequence(&[
        &[der::INTEGER, 1, 2],
        &der::value(der::CONTEXT_0_STRING, &[&subject_key_id.as_ref()[..20]]),
        &sequence(&[&oid(RSAES_OAEP), &parameters]),
        &der::value(der::OCTET_STRING, &[&encrypted_key]),
    ]);
    let content_info = sequence(&[
        &oid(DATA),
        &sequence(&[&oid(AES_256_CBC), &der::value(der::OCTET_STRING, &[&iv])]),
        &der::value(der::CONTEXT_0_STRING, &[&content]),
    ]);
    let enveloped = sequence(&[
        &[der::INTEGER, 1, 2],
        &der::value(der::SET, &[&recipient_info]),
        &content_info,
    ]);
    Some(sequence(&[&oid(ENVELOPED_DATA), &der::value(der::CONTEXT_0, &[&enveloped])]))
}
