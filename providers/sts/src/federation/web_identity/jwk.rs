//! Signatures of tokens by the JSON Web Keys of their issuers (RFC 7515, RFC 7518).

use aws_lc_rs::signature::{
    self, EcdsaVerificationAlgorithm, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

const RSA: &[(&str, &RsaParameters)] = &[
    ("RS256", &signature::RSA_PKCS1_2048_8192_SHA256),
    ("RS384", &signature::RSA_PKCS1_2048_8192_SHA384),
    ("RS512", &signature::RSA_PKCS1_2048_8192_SHA512),
];
const EC: &[(&str, &EcdsaVerificationAlgorithm)] = &[
    ("ES256", &signature::ECDSA_P256_SHA256_FIXED),
    ("ES384", &signature::ECDSA_P384_SHA384_FIXED),
    ("ES512", &signature::ECDSA_P521_SHA512_FIXED),
];

/// What the keys of an issuer say of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// One of them signed it.
    Signed,
    /// None of them did.
    Forged,
    /// The token names a key that is not among them.
    UnknownKey,
}

/// Asks the keys of an issuer about a token, by the key that it names if it names one.
pub(crate) fn verify(token: &str, header: &Value, keys: &[Value]) -> Verdict {
    let named = header["kid"].as_str();
    let mut candidates = keys.iter().filter(|key| named.is_none() || key["kid"].as_str() == named);
    let Some(first) = candidates.next() else { return Verdict::UnknownKey };
    let algorithm = header["alg"].as_str().unwrap_or_default();
    let verified = std::iter::once(first)
        .chain(candidates)
        .any(|key| is_signed(token, algorithm, key).is_some());
    if verified { Verdict::Signed } else { Verdict::Forged }
}

fn bytes(key: &Value, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(key[name].as_str()?.trim_end_matches('=')).ok()
}

fn is_signed(token: &str, algorithm: &str, key: &Value) -> Option<()> {
    let (text, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature.trim_end_matches('=')).ok()?;
    if let Some((_, parameters)) = RSA.iter().find(|(name, _)| *name == algorithm) {
        let key = RsaPublicKeyComponents { n: bytes(key, "n")?, e: bytes(key, "e")? };
        return key.verify(parameters, text.as_bytes(), &signature).ok();
    }
    let (_, parameters) = EC.iter().find(|(name, _)| *name == algorithm)?;
    // An uncompressed point: a mark and two coordinates.
    let point = [vec![4], bytes(key, "x")?, bytes(key, "y")?].concat();
    UnparsedPublicKey::new(*parameters, point).verify(text.as_bytes(), &signature).ok()
}
