//! Ed25519ph (RFC 8032): Ed25519 over a SHA-512 digest, which `aws-lc-rs` does not offer.

use aws_lc_rs::digest::Digest;
use aws_lc_rs::encoding::{AsBigEndian as _, Curve25519SeedBin};
use aws_lc_rs::signature::Ed25519KeyPair;
use ed25519_dalek::{Signature, SigningKey};
use sha2::digest::consts::U64;
use sha2::digest::{FixedOutput, HashMarker, Output, OutputSizeUser, Update};

/// SHA-512 that is finished before it starts: the library wants the state, requests have the digest.
#[derive(Clone)]
struct Finished([u8; 64]);

impl Default for Finished {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl OutputSizeUser for Finished {
    type OutputSize = U64;
}

impl HashMarker for Finished {}

impl Update for Finished {
    fn update(&mut self, _: &[u8]) {}
}

impl FixedOutput for Finished {
    fn finalize_into(self, out: &mut Output<Self>) {
        out.copy_from_slice(&self.0);
    }
}

fn finished(digest: &Digest) -> Option<Finished> {
    Some(Finished(digest.as_ref().try_into().ok()?))
}

fn key(pair: &Ed25519KeyPair) -> Option<SigningKey> {
    let seed = pair.seed().ok()?;
    let seed: Curve25519SeedBin<'_> = seed.as_be_bytes().ok()?;
    Some(SigningKey::from_bytes(seed.as_ref().try_into().ok()?))
}

/// Signs a SHA-512 digest.
pub(crate) fn sign(pair: &Ed25519KeyPair, digest: &Digest) -> Option<Vec<u8>> {
    let signature = key(pair)?.sign_prehashed(finished(digest)?, None).ok()?;
    Some(signature.to_bytes().to_vec())
}

/// Whether the signature of a SHA-512 digest holds.
pub(crate) fn verify(pair: &Ed25519KeyPair, digest: &Digest, signature: &[u8]) -> bool {
    let holds = || {
        let signature = Signature::from_slice(signature).ok()?;
        let key = key(pair)?.verifying_key();
        key.verify_prehashed(finished(digest)?, None, &signature).ok()
    };
    holds().is_some()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA512, digest};

    use super::*;

    /// RFC 8032, section 7.3.
    #[test]
    fn signs_as_the_rfc_does() {
        let seed = "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42";
        let expected = "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41\
                        31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406";
        let seed = hex::decode(seed).expect("hexadecimal");
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed");
        let digest = digest(&SHA512, b"abc");
        let signature = sign(&pair, &digest).expect("signed");
        assert_eq!(hex::encode(&signature), expected);
        assert!(verify(&pair, &digest, &signature));
        assert!(!verify(&pair, &digest, &[0; 64]));
    }
}
