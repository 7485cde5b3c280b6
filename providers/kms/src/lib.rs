//! AWS Key Management Service.
//!
//! All 56 operations, with real cryptography: symmetric keys (AES-256-GCM, the encryption context
//! authenticated), RSA (OAEP, PKCS #1, PSS), ECDSA and ECDH on the NIST curves, secp256k1, Ed25519,
//! HMAC, ML-DSA, ML-KEM; data keys and key pairs, re-encryption, ciphertexts for Nitro enclaves;
//! aliases and AWS managed keys (made when their alias is first used), grants with constraints and
//! tokens, key policies, tags, automatic rotation and rotation on demand, multi-Region keys,
//! imported key material with its expiry, pending deletion. What happens by the clock is done when
//! the key is next looked at, as of the time when it was due.
//!
//! Knowingly different from AWS:
//!
//! - There are no custom key stores: what names a CloudHSM cluster or an external key store is
//!   answered with AWS's error for one that cannot be found or reached.
//! - SM2 is refused as outside of the regions of China.
//! - Replicas, rotations on demand and imports are done at once; only `ReplicateKey` answers with
//!   the state `Creating`, as AWS does.
//! - A key can be rotated on demand ten times.
//! - Key policies and grants decide where `IAM_ENFORCEMENT` asks for it, and grants at once. Without
//!   it AWS managed keys encrypt for everybody, not only through their service, and everybody
//!   retires grants; the other operations of AWS managed keys are refused as AWS refuses them.
//! - `KeyMaterialId` is answered by `Decrypt`, `ImportKeyMaterial` and `ListKeyRotations`, not by
//!   the operations that generate data keys or re-encrypt: recorded answers of AWS do not have it.
//! - An RSA ciphertext that the named OAEP hash does not open is tried with SHA-256.
//! - The signatures and measurements of attestation documents are not verified.
//! - The tags `_custom_id_` and `_custom_key_material_` of `CreateKey` choose the key's id and its
//!   material, as in LocalStack.

mod access;
mod crypto;
mod errors;
mod key;
mod ops;
mod paging;
mod provider;
mod recipient;
mod store;
mod usage;

pub use provider::KmsProvider;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_service::Provider::from(fogbank_api_kms::service(Arc::new(KmsProvider::new())))
        .with_resource_policies(Arc::new(access::KeyPolicies))
}
