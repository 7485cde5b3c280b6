//! Key material on its way into a key: wrapped with an RSA key of ours.

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded as _};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
    Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};

/// The OAEP algorithm of an encryption or wrapping algorithm.
pub(crate) fn oaep(name: &str) -> &'static OaepAlgorithm {
    if name.ends_with("SHA_1") { &OAEP_SHA1_MGF1SHA1 } else { &OAEP_SHA256_MGF1SHA256 }
}

/// The RSA key size of a wrapping key spec; none of SM2.
pub(crate) fn key_size(spec: &str) -> Option<KeySize> {
    match spec {
        "RSA_2048" => Some(KeySize::Rsa2048),
        "RSA_3072" => Some(KeySize::Rsa3072),
        "RSA_4096" => Some(KeySize::Rsa4096),
        _ => None,
    }
}

/// Decrypts with OAEP.
pub(crate) fn open_oaep(
    key: &OaepPrivateDecryptingKey,
    algorithm: &'static OaepAlgorithm,
    ciphertext: &[u8],
) -> Option<Vec<u8>> {
    let mut plaintext = vec![0; key.min_output_size()];
    let length = key.decrypt(algorithm, ciphertext, &mut plaintext, None).ok()?.len();
    plaintext.truncate(length);
    Some(plaintext)
}

/// Whether a wrapped key has the length that the wrapping key makes: as long as the key under RSA
/// alone, longer with an AES key in between.
pub(crate) fn fits(private_key: &[u8], algorithm: &str, wrapped: &[u8]) -> bool {
    let key = PrivateDecryptingKey::from_pkcs8(private_key);
    key.is_ok_and(|key| match algorithm.starts_with("RSA_AES_KEY_WRAP") {
        true => wrapped.len() > key.key_size_bytes(),
        false => wrapped.len() == key.key_size_bytes(),
    })
}

/// Takes material out of its wrapping; none when it was wrapped otherwise.
pub(crate) fn unwrap(private_key: &[u8], algorithm: &str, wrapped: &[u8]) -> Option<Vec<u8>> {
    let key = PrivateDecryptingKey::from_pkcs8(private_key).ok()?;
    let size = key.key_size_bytes();
    if algorithm == "RSAES_PKCS1_V1_5" {
        let key = Pkcs1PrivateDecryptingKey::new(key).ok()?;
        let mut material = vec![0; key.min_output_size()];
        let length = key.decrypt(wrapped, &mut material).ok()?.len();
        material.truncate(length);
        return Some(material);
    }
    let key = OaepPrivateDecryptingKey::new(key).ok()?;
    if algorithm.starts_with("RSAES_OAEP") {
        return open_oaep(&key, oaep(algorithm), wrapped);
    }
    // RSA_AES_KEY_WRAP: an AES key under RSA, then the material under the AES key.
    let (wrapped_key, wrapped) = wrapped.split_at_checked(size)?;
    let aes_key = open_oaep(&key, oaep(algorithm), wrapped_key)?;
    let mut material = vec![0; wrapped.len()];
    let kek = AesKek::new(&AES_256, &aes_key).ok()?;
    let length = kek.unwrap_with_padding(wrapped, &mut material).ok()?.len();
    material.truncate(length);
    Some(material)
}
