//! Public keys of X.509 certificates, as far as signatures of assertions need them.

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed: a certificate's version.
const VERSION: u8 = 0xa0;

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
        let certificate = Elements(&bytes).expect(SEQUENCE)?;
        let mut fields = Elements(Elements(certificate).expect(SEQUENCE)?);
        let (tag, _) = fields.next()?;
        if tag == VERSION {
            fields.expect(INTEGER)?;
        }
        // Algorithm, issuer, validity, subject.
        for _ in 0..4 {
            fields.expect(SEQUENCE)?;
        }
        let mut key = Elements(fields.expect(SEQUENCE)?);
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

/// Reads elements of DER one after the other.
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, first], rest) = self.0.split_first_chunk()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = digits.iter().fold(0, |n, digit| n << 8 | usize::from(*digit));
                (length, rest)
            }
            _ => return None,
        };
        let (contents, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, contents))
    }

    fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, contents)| contents)
    }
}
