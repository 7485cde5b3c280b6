//! The keys that sign the tokens of `GetWebIdentityToken`, and verify them again.

use aws_lc_rs::digest::{SHA256, SHA384, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use fogbank_context::AccountId;
use fogbank_service::ServiceError;
use fogbank_state::{Resource, World};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::store::StsStore;

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 and 2048 bits.
    Rs256,
    /// ECDSA with P-384 and SHA-384.
    Es384,
}

impl Algorithm {
    /// The algorithm with this name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Es384].into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The name in tokens.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es384 => "ES384",
        }
    }
}

/// A key of an account for an algorithm.
#[derive(Clone, Serialize, Deserialize)]
pub struct SigningKey {
    /// The `kid` of tokens.
    pub id: String,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// Both halves, as PKCS #8.
    pub private_key: Bytes,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Resource for SigningKey {
    const VERSION: u32 = 1;
}

/// A key pair, ready for use.
enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl SigningKey {
    /// The account's key for an algorithm; made when it is first used.
    ///
    /// # Errors
    /// An internal fault, when no key can be made.
    pub(crate) fn of(
        world: &World,
        account: AccountId,
        algorithm: Algorithm,
    ) -> Result<Self, ServiceError> {
        let keys = &world.global::<StsStore>().web_identity_keys;
        let name = format!("{account}/{}", algorithm.name());
        if let Some(key) = keys.get(&name) {
            return Ok(SigningKey::clone(&key));
        }
        let private_key = generate(algorithm).map_err(ServiceError::internal)?;
        let made = Self { id: world.ids().uuid(), algorithm, private_key };
        Ok(keys.update_or_insert(name, || made, |key| key.clone()))
    }

    fn pair(&self) -> Option<Pair> {
        Some(match self.algorithm {
            Algorithm::Rs256 => Pair::Rsa(RsaKeyPair::from_pkcs8(&self.private_key).ok()?),
            Algorithm::Es384 => {
                let scheme = &ECDSA_P384_SHA384_FIXED_SIGNING;
                Pair::Ec(EcdsaKeyPair::from_pkcs8(scheme, &self.private_key).ok()?)
            }
        })
    }

    /// The signed token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> Option<String> {
        let header = json!({ "kid": self.id, "typ": "JWT", "alg": self.algorithm.name() });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(claims));
        let signature = match self.pair()? {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let digest = digest(&SHA256, text.as_bytes());
                pair.sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature).ok()?;
                signature
            }
            Pair::Ec(pair) => {
                let digest = digest(&SHA384, text.as_bytes());
                pair.sign_digest(&digest).ok()?.as_ref().to_vec()
            }
        };
        Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Whether the signature of a token is one of this key.
    fn verifies(&self, token: &str) -> bool {
        let Some((text, signature)) = token.rsplit_once('.') else { return false };
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        let verified = |scheme, public: &[u8]| {
            UnparsedPublicKey::new(scheme, public).verify(text.as_bytes(), &signature).is_ok()
        };
        match self.pair() {
            Some(Pair::Rsa(pair)) => {
                verified(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
            }
            Some(Pair::Ec(pair)) => verified(&ECDSA_P384_SHA384_FIXED, pair.public_key().as_ref()),
            None => false,
        }
    }

    /// The public half as a JSON Web Key.
    fn to_jwk(&self) -> Option<Value> {
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut key = match self.pair()? {
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                let modulus = public.modulus().big_endian_without_leading_zero();
                let exponent = public.exponent().big_endian_without_leading_zero();
                json!({ "kty": "RSA", "n": encoded(modulus), "e": encoded(exponent) })
            }
            Pair::Ec(pair) => {
                // An uncompressed point: a mark and two coordinates.
                let (x, y) = pair.public_key().as_ref().get(1..)?.split_at_checked(48)?;
                json!({ "kty": "EC", "crv": "P-384", "x": encoded(x), "y": encoded(y) })
            }
        };
        key["kid"] = json!(self.id);
        key["use"] = json!("sig");
        key["alg"] = json!(self.algorithm.name());
        Some(key)
    }
}

fn generate(algorithm: Algorithm) -> Result<Bytes, aws_lc_rs::error::Unspecified> {
    Ok(match algorithm {
        Algorithm::Rs256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
            let document: Pkcs8V1Der<'_> = pair.as_der()?;
            Bytes::copy_from_slice(document.as_ref())
        }
        Algorithm::Es384 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING)?;
            Bytes::copy_from_slice(pair.to_pkcs8v1()?.as_ref())
        }
    })
}

/// Whether a token was signed with the key of this world that it names.
pub(crate) fn is_signed_here(world: &World, key_id: &str, token: &str) -> bool {
    let keys = &world.global::<StsStore>().web_identity_keys;
    let found = keys.iter().find(|(_, key)| key.id == key_id);
    found.is_some_and(|(_, key)| key.verifies(token))
}

/// The public halves of all keys, as a JSON Web Key Set.
pub(crate) fn key_set(world: &World) -> Value {
    let keys = world.global::<StsStore>().web_identity_keys.iter();
    let keys: Vec<_> = keys.filter_map(|(_, key)| key.to_jwk()).collect();
    json!({ "keys": keys })
}
