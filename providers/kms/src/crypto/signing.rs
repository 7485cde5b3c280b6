//! Signatures over messages and digests.

use aws_lc_rs::digest::{self, Algorithm, Digest, SHA256, SHA384, SHA512};
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_ASN1, ECDSA_P256K1_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ECDSA_P521_SHA512_ASN1, ED25519, KeyPair as _, ML_DSA_44, ML_DSA_65, ML_DSA_87, RsaEncoding,
    UnparsedPublicKey, VerificationAlgorithm,
};
use fogbank_api_kms::MessageType;
use fogbank_service::ServiceError;

use super::engine::Engine;
use super::external_mu;
use crate::errors;
use crate::key::spec::KeySpec;

/// An RSA signing algorithm in the library's terms.
struct Rsassa {
    name: &'static str,
    encoding: &'static dyn RsaEncoding,
    verification: &'static dyn VerificationAlgorithm,
}

static RSASSA: [Rsassa; 6] = [
    Rsassa {
        name: "RSASSA_PKCS1_V1_5_SHA_256",
        encoding: &signature::RSA_PKCS1_SHA256,
        verification: &signature::RSA_PKCS1_2048_8192_SHA256,
    },
    Rsassa {
        name: "RSASSA_PKCS1_V1_5_SHA_384",
        encoding: &signature::RSA_PKCS1_SHA384,
        verification: &signature::RSA_PKCS1_2048_8192_SHA384,
    },
    Rsassa {
        name: "RSASSA_PKCS1_V1_5_SHA_512",
        encoding: &signature::RSA_PKCS1_SHA512,
        verification: &signature::RSA_PKCS1_2048_8192_SHA512,
    },
    Rsassa {
        name: "RSASSA_PSS_SHA_256",
        encoding: &signature::RSA_PSS_SHA256,
        verification: &signature::RSA_PSS_2048_8192_SHA256,
    },
    Rsassa {
        name: "RSASSA_PSS_SHA_384",
        encoding: &signature::RSA_PSS_SHA384,
        verification: &signature::RSA_PSS_2048_8192_SHA384,
    },
    Rsassa {
        name: "RSASSA_PSS_SHA_512",
        encoding: &signature::RSA_PSS_SHA512,
        verification: &signature::RSA_PSS_2048_8192_SHA512,
    },
];

/// What is signed.
pub(crate) enum Subject<'a> {
    /// A message, of which the algorithm makes more than a digest.
    Message(&'a [u8]),
    /// A digest, ours or the caller's.
    Digest(Digest),
    /// The representative of a message in ML-DSA.
    Representative(&'a [u8]),
}

impl<'a> Subject<'a> {
    /// What a request wants signed, checked against the algorithm.
    pub(crate) fn new(
        algorithm: &str,
        message_type: Option<&MessageType>,
        message: &'a [u8],
    ) -> Result<Self, ServiceError> {
        let kind = message_type.unwrap_or(&MessageType::Raw);
        let unsuited = || {
            errors::validation(format!(
                "MessageType {kind} is not compatible with signing algorithm {algorithm}."
            ))
        };
        let hash: &'static Algorithm = match algorithm {
            "ED25519_SHA_512" => match kind {
                MessageType::Raw => return Ok(Self::Message(message)),
                _ => return Err(unsuited()),
            },
            "ED25519_PH_SHA_512" if *kind != MessageType::Digest => return Err(unsuited()),
            "ED25519_PH_SHA_512" => &SHA512,
            "ML_DSA_SHAKE_256" => match kind {
                MessageType::Raw => return Ok(Self::Message(message)),
                MessageType::ExternalMu if message.len() == external_mu::LENGTH => {
                    return Ok(Self::Representative(message));
                }
                MessageType::ExternalMu => return Err(invalid_length(algorithm)),
                _ => return Err(unsuited()),
            },
            name if name.ends_with("256") => &SHA256,
            name if name.ends_with("384") => &SHA384,
            _ => &SHA512,
        };
        match kind {
            MessageType::Raw => Ok(Self::Digest(digest::digest(hash, message))),
            MessageType::Digest => match Digest::import_less_safe(message, hash) {
                Ok(digest) => Ok(Self::Digest(digest)),
                Err(_) => Err(invalid_length(algorithm)),
            },
            _ => Err(unsuited()),
        }
    }
}

fn invalid_length(algorithm: &str) -> ServiceError {
    errors::validation(format!("Digest is invalid length for algorithm {algorithm}."))
}

/// Signs.
pub(crate) fn sign(
    engine: &Engine,
    algorithm: &str,
    subject: &Subject<'_>,
) -> Result<Vec<u8>, ServiceError> {
    try_sign(engine, algorithm, subject).ok_or_else(errors::cryptography)
}

fn try_sign(engine: &Engine, algorithm: &str, subject: &Subject<'_>) -> Option<Vec<u8>> {
    match (engine, subject) {
        (Engine::Rsa(rsa), Subject::Digest(digest)) => {
            let scheme = RSASSA.iter().find(|scheme| scheme.name == algorithm)?;
            let mut signature = vec![0; rsa.pair.public_modulus_len()];
            let signed = rsa.pair.sign_digest(scheme.encoding, digest, &mut signature);
            signed.ok().map(|()| signature)
        }
        (Engine::Ec(pair, _), Subject::Digest(digest)) => {
            Some(pair.sign_digest(digest).ok()?.as_ref().to_vec())
        }
        (Engine::Ed25519(pair), Subject::Message(message)) => {
            Some(pair.sign(message).as_ref().to_vec())
        }
        (Engine::Ed25519(pair), Subject::Digest(digest)) => super::ed25519ph::sign(pair, digest),
        (Engine::MlDsa(pair), Subject::Message(message)) => {
            let mut signature = vec![0; pair.algorithm().signature_len()];
            let length = pair.sign(message, &mut signature).ok()?;
            signature.truncate(length);
            Some(signature)
        }
        (Engine::MlDsa(pair), Subject::Representative(mu)) => external_mu::sign(pair, mu),
        _ => None,
    }
}

/// Whether a signature holds.
pub(crate) fn verify(
    engine: &Engine,
    spec: KeySpec,
    algorithm: &str,
    subject: &Subject<'_>,
    signature: &[u8],
) -> bool {
    let (verification, public): (&'static dyn VerificationAlgorithm, &[u8]) = match engine {
        Engine::Rsa(rsa) => {
            let Some(scheme) = RSASSA.iter().find(|scheme| scheme.name == algorithm) else {
                return false;
            };
            (scheme.verification, rsa::KeyPair::public_key(&rsa.pair).as_ref())
        }
        Engine::Ec(pair, _) => {
            let verification = match spec.name {
                "ECC_NIST_P256" => &ECDSA_P256_SHA256_ASN1,
                "ECC_NIST_P384" => &ECDSA_P384_SHA384_ASN1,
                "ECC_NIST_P521" => &ECDSA_P521_SHA512_ASN1,
                _ => &ECDSA_P256K1_SHA256_ASN1,
            };
            (verification, pair.public_key().as_ref())
        }
        Engine::Ed25519(pair) => match subject {
            Subject::Message(_) => (&ED25519, pair.public_key().as_ref()),
            Subject::Digest(digest) => return super::ed25519ph::verify(pair, digest, signature),
            Subject::Representative(_) => return false,
        },
        Engine::MlDsa(pair) => {
            if let Subject::Representative(mu) = subject {
                return external_mu::verify(pair, mu, signature);
            }
            let verification = match spec.name {
                "ML_DSA_44" => &ML_DSA_44,
                "ML_DSA_65" => &ML_DSA_65,
                _ => &ML_DSA_87,
            };
            (verification, pair.public_key().as_ref())
        }
        Engine::Aes(_) | Engine::Hmac(_) | Engine::MlKem(..) => return false,
    };
    let key = UnparsedPublicKey::new(verification, public);
    match subject {
        Subject::Message(message) => key.verify(message, signature).is_ok(),
        Subject::Digest(digest) => key.verify_digest(digest, signature).is_ok(),
        Subject::Representative(_) => false,
    }
}
