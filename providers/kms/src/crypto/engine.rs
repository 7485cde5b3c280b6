//! Key material in working order.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, LessSafeKey, UnboundKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::kem::{self, DecapsulationKey};
use aws_lc_rs::rsa::{
    self, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, PqdsaKeyPair};
use aws_lc_rs::{agreement, hmac};
use bytes::Bytes;
use fogbank_context::IdSource;
use fogbank_service::ServiceError;

use super::der;
use crate::errors;
use crate::key::spec::{Family, KeySpec};

/// A key that encrypts, signs or agrees; made of its material when it is first used.
pub(crate) enum Engine {
    /// AES-GCM.
    Aes(LessSafeKey),
    /// An HMAC.
    Hmac(Box<hmac::Key>),
    /// RSA.
    Rsa(Box<RsaEngine>),
    /// ECDSA and ECDH.
    Ec(EcdsaKeyPair, Option<agreement::PrivateKey>),
    /// Ed25519.
    Ed25519(Ed25519KeyPair),
    /// ML-DSA.
    MlDsa(PqdsaKeyPair),
    /// ML-KEM.
    MlKem(DecapsulationKey, kem::EncapsulationKey),
}

/// An RSA key pair in the forms that the library wants.
pub(crate) struct RsaEngine {
    pub(crate) pair: rsa::KeyPair,
    pub(crate) decrypting: OaepPrivateDecryptingKey,
    pub(crate) encrypting: OaepPublicEncryptingKey,
}

impl Engine {
    /// Makes a key of material of this spec; none when the material is not of the spec.
    pub(crate) fn new(spec: KeySpec, material: &[u8]) -> Option<Self> {
        Some(match spec.family {
            Family::Aes => {
                // Only material that was chosen by tag has another length than 32 bytes.
                let algorithm = match material.len() {
                    16 => &AES_128_GCM,
                    24 => &AES_192_GCM,
                    _ => &AES_256_GCM,
                };
                Engine::Aes(LessSafeKey::new(UnboundKey::new(algorithm, material).ok()?))
            }
            Family::Hmac(algorithm, _) => {
                Engine::Hmac(Box::new(hmac::Key::new(algorithm, material)))
            }
            Family::Rsa(size) => {
                let pair = rsa::KeyPair::from_pkcs8(material).ok()?;
                if pair.public_modulus_len() != size.len() {
                    return None;
                }
                let private = PrivateDecryptingKey::from_pkcs8(material).ok()?;
                Engine::Rsa(Box::new(RsaEngine {
                    pair,
                    encrypting: OaepPublicEncryptingKey::new(private.public_key()).ok()?,
                    decrypting: OaepPrivateDecryptingKey::new(private).ok()?,
                }))
            }
            Family::Ec(signer, agreement) => Engine::Ec(
                EcdsaKeyPair::from_pkcs8(signer, material).ok()?,
                match agreement {
                    None => None,
                    Some(algorithm) => {
                        let key = agreement::PrivateKey::from_private_key_der(algorithm, material);
                        Some(key.ok()?)
                    }
                },
            ),
            Family::Ed25519 => {
                Engine::Ed25519(Ed25519KeyPair::from_pkcs8_maybe_unchecked(material).ok()?)
            }
            Family::MlDsa(algorithm) => {
                Engine::MlDsa(PqdsaKeyPair::from_pkcs8(algorithm, material).ok()?)
            }
            Family::MlKem(algorithm) => {
                let public = kem_public(algorithm, material)?;
                Engine::MlKem(
                    DecapsulationKey::new(algorithm, material).ok()?,
                    kem::EncapsulationKey::new(algorithm, public).ok()?,
                )
            }
            Family::Sm2 => return None,
        })
    }

    /// The public half as an X.509 `SubjectPublicKeyInfo`; none of symmetric keys.
    pub(crate) fn public_key(&self) -> Option<Bytes> {
        let der: Vec<u8> = match self {
            Engine::Aes(_) | Engine::Hmac(_) => return None,
            Engine::Rsa(engine) => x509(engine.pair.public_key())?,
            Engine::Ec(pair, _) => x509(pair.public_key())?,
            Engine::Ed25519(pair) => x509(pair.public_key())?,
            Engine::MlDsa(pair) => x509(pair.public_key())?,
            Engine::MlKem(_, public) => {
                let last = match public.algorithm().id() {
                    kem::AlgorithmId::MlKem512 => 1,
                    kem::AlgorithmId::MlKem768 => 2,
                    _ => 3,
                };
                let oid = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x04, last];
                let algorithm = der::value(der::SEQUENCE, &[&der::value(der::OID, &[&oid])]);
                let bytes = public.key_bytes().ok()?;
                let key = der::value(der::BIT_STRING, &[&[0], bytes.as_ref()]);
                der::value(der::SEQUENCE, &[&algorithm, &key])
            }
        };
        Some(Bytes::from(der))
    }
}

fn x509(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Option<Vec<u8>> {
    Some(key.as_der().ok()?.as_ref().to_vec())
}

/// The encapsulation key that is part of a decapsulation key (FIPS 203, section 7.1).
fn kem_public<'a>(
    algorithm: &kem::Algorithm<kem::AlgorithmId>,
    material: &'a [u8],
) -> Option<&'a [u8]> {
    let k = match algorithm.id() {
        kem::AlgorithmId::MlKem512 => 2,
        kem::AlgorithmId::MlKem768 => 3,
        _ => 4,
    };
    material.get(384 * k..768 * k + 32)
}

/// New material of a spec: the bytes of symmetric and HMAC keys, PKCS #8 of key pairs.
///
/// RSA keys take their time, on a thread of their own.
pub(crate) async fn generate(spec: KeySpec, ids: &IdSource) -> Result<Bytes, ServiceError> {
    let random = |length: usize| {
        let mut bytes = vec![0; length];
        ids.fill(&mut bytes);
        Ok(Bytes::from(bytes))
    };
    match spec.family {
        Family::Aes => random(32),
        Family::Hmac(_, length) => random(length),
        Family::Rsa(size) => {
            let generated = tokio::task::spawn_blocking(move || generate_rsa(size)).await;
            generated.map_err(ServiceError::internal)?.ok_or_else(errors::cryptography)
        }
        _ => generate_pair(spec).ok_or_else(errors::cryptography),
    }
}

/// A new RSA key as PKCS #8.
pub(crate) fn generate_rsa(size: rsa::KeySize) -> Option<Bytes> {
    let pair = rsa::KeyPair::generate(size).ok()?;
    let der: Pkcs8V1Der<'static> = pair.as_der().ok()?;
    Some(Bytes::copy_from_slice(der.as_ref()))
}

fn generate_pair(spec: KeySpec) -> Option<Bytes> {
    let document = match spec.family {
        Family::Ec(signer, _) => EcdsaKeyPair::generate(signer).ok()?.to_pkcs8v1().ok()?,
        Family::Ed25519 => Ed25519KeyPair::generate().ok()?.to_pkcs8v1().ok()?,
        Family::MlDsa(algorithm) => PqdsaKeyPair::generate(algorithm).ok()?.to_pkcs8v1().ok()?,
        Family::MlKem(algorithm) => {
            let key = DecapsulationKey::generate(algorithm).ok()?;
            return Some(Bytes::copy_from_slice(key.key_bytes().ok()?.as_ref()));
        }
        Family::Aes | Family::Hmac(..) | Family::Rsa(_) | Family::Sm2 => return None,
    };
    Some(Bytes::copy_from_slice(document.as_ref()))
}

/// An engine that is made when it is first asked for; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Prepared(Arc<OnceLock<Engine>>);

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prepared")
    }
}

impl Prepared {
    /// The engine of this material.
    pub(crate) fn get(&self, spec: KeySpec, material: &[u8]) -> Result<&Engine, ServiceError> {
        if let Some(engine) = self.0.get() {
            return Ok(engine);
        }
        let engine = Engine::new(spec, material).ok_or_else(errors::cryptography)?;
        Ok(self.0.get_or_init(|| engine))
    }
}
