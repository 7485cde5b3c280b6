//! Public keys of X.509 certificates, as far as signatures of assertions need them.

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fogbank_signing::der::{BIT_STRING, CONTEXT_0, INTEGER, Reader, SEQUENCE};

/// What an `Algorithm` of a signature ends with, and how it is verified.
const ALGORITHMS: &[(&str, &dyn VerificationAlgorithm)] = &[
    ("#rsa-sha1", &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
    ("#rsa-sha256", &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
    ("#rsa-sha384", &signature::RSA_PKCS1_2048_8192_SHA384),
    ("#rsa-sha512", &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
    ("#ecdsa-sha256", &signature::ECDSA_P256_SHA256_FIXED),
    ("#ecdsa-sha384", &signature::ECDSA_P384_SHA384_FIXED),
    ("#ecdsa-sha512", &signature::ECDSA_P521_SHA512_FIXED),
];

/// The public key of a certificate: an RSA key of PKCS #1, or a point of a curve.
pub(super) struct PublicKey(Vec<u8>);

impl PublicKey {
    /// Reads a certificate in base64.
    pub(super) fn of_certificate(text: &str) -> Option<Self> {
        let compact: String = text.split_whitespace().collect();
        let bytes = STANDARD.decode(compact).ok()?;
        let certificate = Reader(&bytes).expect(SEQUENCE)?;
        let mut fields = Reader(Reader(certificate).expect(SEQUENCE)?);
        let (tag, _) = fields.next()?;
        // The version, which the first one does not tell.
        if tag == CONTEXT_0 {
            fields.expect(INTEGER)?;
        }
        // Algorithm, issuer, validity, subject.
        for _ in 0..4 {
            fields.expect(SEQUENCE)?;
        }
        let mut key = Reader(fields.expect(SEQUENCE)?);
        key.expect(SEQUENCE)?;
        // The first byte counts bits that are not used; none are.
        let (unused, bits) = key.expect(BIT_STRING)?.split_first()?;
        (*unused == 0).then(|| Self(bits.to_vec()))
    }

    /// Whether a signature by this algorithm is one of the key.
    pub(super) fn verifies(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let known = ALGORITHMS.iter().find(|(name, _)| algorithm.ends_with(name));
        known.is_some_and(|(_, algorithm)| {
            UnparsedPublicKey::new(*algorithm, &self.0).verify(message, signature).is_ok()
        })
    }
}
