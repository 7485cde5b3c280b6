//! Keys that are made of secrets.

use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};
use aws_lc_rs::{constant_time, hmac};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

use crate::canonical::digits;
use crate::claims::{Algorithm, Claims};

/// Keys that are kept before all are forgotten.
const MOST: usize = 1_000;

/// A key that compares signatures.
#[derive(Clone, Debug)]
pub struct SigningKey(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Hmac(Arc<hmac::Key>),
    /// The public key.
    Ecdsa(Arc<[u8]>),
}

impl SigningKey {
    /// The key of a secret for the scope of these claims; none when no key can be made of it.
    pub fn new(claims: &Claims, secret: &str) -> Option<Self> {
        match claims.algorithm {
            Algorithm::Hmac => Some(Self(Kind::Hmac(Arc::new(hmac_key(&claims.scope, secret))))),
            Algorithm::Ecdsa => {
                let public = public_key(&claims.access_key_id, secret)?;
                Some(Self(Kind::Ecdsa(public.into())))
            }
        }
    }

    /// Whether a signature in hexadecimal is that of this text.
    pub fn verifies(&self, to_sign: &str, signature: &str) -> bool {
        match &self.0 {
            Kind::Hmac(key) => {
                let tag = hmac::sign(key, to_sign.as_bytes());
                let hash = tag.as_ref().first_chunk().expect("a SHA-256 has 32 bytes");
                let (expected, stated) = (digits(hash), signature.as_bytes());
                constant_time::verify_slices_are_equal(&expected, stated).is_ok()
            }
            Kind::Ecdsa(public) => {
                let Some(bytes) = unhex(signature) else { return false };
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, public)
                    .verify(to_sign.as_bytes(), &bytes)
                    .is_ok()
            }
        }
    }
}

fn hmac_key(scope: &str, secret: &str) -> hmac::Key {
    let start = format!("AWS4{secret}");
    let start = hmac::Key::new(hmac::HMAC_SHA256, start.as_bytes());
    scope.split('/').fold(start, |key, part| {
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref())
    })
}

/// The public key of version 4a: the private one is derived from the secret by the key derivation
/// in counter mode of NIST SP 800-108.
fn public_key(access_key_id: &str, secret: &str) -> Option<Vec<u8>> {
    /// The order of the curve less two.
    const LARGEST: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
    ];
    let key = format!("AWS4A{secret}");
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    for counter in 1..=254_u8 {
        let mut input = vec![0, 0, 0, 1];
        input.extend_from_slice(Algorithm::Ecdsa.as_str().as_bytes());
        input.push(0);
        input.extend_from_slice(access_key_id.as_bytes());
        input.push(counter);
        input.extend_from_slice(&256_u32.to_be_bytes());
        let mut candidate: [u8; 32] = hmac::sign(&key, &input).as_ref().try_into().ok()?;
        if candidate > LARGEST {
            continue;
        }
        // One more than the candidate, which is no zero.
        for byte in candidate.iter_mut().rev() {
            let (sum, carry) = byte.overflowing_add(1);
            *byte = sum;
            if !carry {
                break;
            }
        }
        let pair = EcdsaKeyPair::from_private_key_der(
            &ECDSA_P256_SHA256_ASN1_SIGNING,
            &private_key_der(&candidate),
        );
        return Some(pair.ok()?.public_key().as_ref().to_vec());
    }
    None
}

/// `ECPrivateKey` of RFC 5915 on the curve P-256.
fn private_key_der(scalar: &[u8; 32]) -> Vec<u8> {
    let mut der = vec![0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
    der.extend_from_slice(scalar);
    der.extend_from_slice(&[
        0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
    ]);
    der
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// Keys that were made, because making one costs as much as all the rest: by access key.
#[derive(Debug, Default)]
pub struct Keys(RwLock<FxHashMap<String, Vec<Made>>>);

/// A key that was made.
#[derive(Debug)]
struct Made {
    secret: String,
    scope: String,
    key: SigningKey,
}

impl Keys {
    /// As [`SigningKey::new`].
    pub fn key(&self, claims: &Claims, secret: &str) -> Option<SigningKey> {
        if let Some(made) = self.0.read().get(&claims.access_key_id) {
            let mut same = made.iter().filter(|it| it.scope == claims.scope);
            if let Some(found) = same.find(|it| it.secret == secret) {
                return Some(found.key.clone());
            }
        }
        let key = SigningKey::new(claims, secret)?;
        let mut keys = self.0.write();
        if keys.values().map(Vec::len).sum::<usize>() >= MOST {
            keys.clear();
        }
        let (secret, scope) = (secret.to_owned(), claims.scope.clone());
        let made = Made { secret, scope, key: key.clone() };
        keys.entry(claims.access_key_id.clone()).or_default().push(made);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::hex;

    /// The example of the AWS SDKs' own tests of version 4a.
    #[test]
    fn the_key_of_version_4a_is_derived() {
        let secret = "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom";
        let public = public_key("AKISORANDOMAASORANDOM", secret).unwrap();
        let expected = "0415d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb\
                        0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0";
        assert_eq!(hex(&public), expected);
    }

    #[test]
    fn signatures_of_version_4a_are_compared() {
        let claims = Claims {
            algorithm: Algorithm::Ecdsa,
            access_key_id: "AKISORANDOMAASORANDOM".into(),
            scope: "20260131/s3/aws4_request".into(),
            signed_headers: "host".into(),
            signature: String::new(),
            time: "20260131T120000Z".into(),
            expires: None,
            presigned: false,
            token: None,
        };
        let key = SigningKey::new(&claims, "secret").unwrap();
        for signature in ["", "zz", "00", "3006020101020101", "é"] {
            assert!(!key.verifies("text", signature), "{signature}");
        }
    }
}
