//! Encryption and decryption with symmetric and RSA keys.

use std::collections::BTreeMap;

use bytes::Bytes;
use fogbank_api_kms::*;

use crate::scene::{Scene, refused};

const INCORRECT: &str =
    "The key ID in the request does not identify a CMK that can perform this operation.";

#[tokio::test]
async fn what_is_encrypted_names_its_key() {
    let scene = Scene::new();
    let key = scene.key().await;
    let other = scene.key().await;
    let sealed = scene.encrypt(&key.key_id, b"hello").await.expect("encrypted");
    assert_eq!(sealed.key_id, key.arn);
    let blob = sealed.ciphertext_blob.expect("always there");
    assert_eq!(scene.decrypt(&blob).await.expect("decrypted"), b"hello");

    let with = |key_id: &str| DecryptRequest {
        ciphertext_blob: Some(blob.clone()),
        key_id: Some(key_id.to_owned()),
        ..Default::default()
    };
    let named = scene.kms.decrypt(with(&key.key_id)).await.expect("decrypted");
    assert_eq!(named.key_id, key.arn);
    assert_eq!(named.key_material_id, key.current_key_material_id);
    refused(scene.kms.decrypt(with(&other.key_id)).await, "IncorrectKeyException", INCORRECT);
    let cut = Bytes::copy_from_slice(&blob[68..]);
    refused(scene.decrypt(&cut).await, "InvalidCiphertextException", "");
}

#[tokio::test]
async fn the_encryption_context_is_part_of_it() {
    let scene = Scene::new();
    let key = scene.key().await;
    let context = Some(BTreeMap::from([("purpose".to_owned(), "test".to_owned())]));
    let input = EncryptRequest {
        key_id: key.key_id,
        plaintext: Bytes::from_static(b"x"),
        encryption_context: context.clone(),
        ..Default::default()
    };
    let blob = scene.kms.encrypt(input).await.expect("encrypted").ciphertext_blob;
    let with = |encryption_context| DecryptRequest {
        ciphertext_blob: blob.clone(),
        encryption_context,
        ..Default::default()
    };
    assert!(scene.kms.decrypt(with(context)).await.is_ok());
    refused(scene.kms.decrypt(with(None)).await, "InvalidCiphertextException", "");
}

#[tokio::test]
async fn rsa_keys_encrypt_what_fits() {
    let scene = Scene::new();
    let key = scene.key_of("RSA_2048", "ENCRYPT_DECRYPT").await;
    refused(
        scene.encrypt(&key, b"x").await,
        "InvalidKeyUsageException",
        "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.",
    );
    for (algorithm, maximum) in [("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)] {
        let input = |length| EncryptRequest {
            key_id: key.clone(),
            plaintext: vec![7; length].into(),
            encryption_algorithm: Some(algorithm.into()),
            ..Default::default()
        };
        let sealed = scene.kms.encrypt(input(maximum)).await.expect("it fits");
        let open = DecryptRequest {
            ciphertext_blob: sealed.ciphertext_blob,
            key_id: Some(key.clone()),
            encryption_algorithm: Some(algorithm.into()),
            ..Default::default()
        };
        let opened = scene.kms.decrypt(open).await.expect("decrypted").plaintext;
        assert_eq!(opened, Some(vec![7; maximum].into()));
        let message = format!(
            "Algorithm {algorithm} and key spec RSA_2048 cannot encrypt data larger than {maximum} \
             bytes."
        );
        let result = scene.kms.encrypt(input(maximum + 1)).await;
        refused(result, "ValidationException", &message);
    }
}

#[tokio::test]
async fn data_keys_come_encrypted_and_not() {
    let scene = Scene::new();
    let key = scene.key().await;
    let input = |spec: Option<&str>, number_of_bytes| GenerateDataKeyRequest {
        key_id: key.key_id.clone(),
        key_spec: spec.map(Into::into),
        number_of_bytes,
        ..Default::default()
    };
    for (spec, bytes, length) in
        [(Some("AES_128"), None, 16), (Some("AES_256"), None, 32), (None, Some(3), 3)]
    {
        let output = scene.kms.generate_data_key(input(spec, bytes)).await.expect("a data key");
        let plaintext = output.plaintext.expect("no recipient");
        assert_eq!(plaintext.len(), length);
        let opened = scene.decrypt(&output.ciphertext_blob.expect("always there")).await;
        assert_eq!(opened.expect("decrypted"), plaintext);
    }
    for (spec, bytes) in [(None, None), (Some("AES_256"), Some(32))] {
        refused(
            scene.kms.generate_data_key(input(spec, bytes)).await,
            "ValidationException",
            "Please specify either number of bytes or key spec.",
        );
    }
    let dry = GenerateDataKeyRequest { dry_run: Some(true), ..input(None, Some(1)) };
    refused(
        scene.kms.generate_data_key(dry).await,
        "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.",
    );
}

#[tokio::test]
async fn re_encryption_changes_the_key() {
    let scene = Scene::new();
    let (from, to) = (scene.key().await, scene.key().await);
    let blob = scene.encrypt(&from.key_id, b"x").await.expect("encrypted").ciphertext_blob;
    let input = || ReEncryptRequest {
        ciphertext_blob: blob.clone(),
        destination_key_id: to.key_id.clone(),
        ..Default::default()
    };
    let moved = scene.kms.re_encrypt(input()).await.expect("re-encrypted");
    assert_eq!((moved.source_key_id, moved.key_id), (from.arn, to.arn.clone()));
    let disable = DisableKeyRequest { key_id: from.key_id.clone() };
    scene.kms.disable_key(disable).await.expect("disabled");
    let opened = scene.decrypt(&moved.ciphertext_blob.expect("always there")).await;
    assert_eq!(opened.expect("decrypted"), b"x");
    let mac = scene.key_of("HMAC_256", "GENERATE_VERIFY_MAC").await;
    let enable = EnableKeyRequest { key_id: from.key_id };
    scene.kms.enable_key(enable).await.expect("enabled");
    refused(
        scene.kms.re_encrypt(ReEncryptRequest { destination_key_id: mac.clone(), ..input() }).await,
        "InvalidKeyUsageException",
        &format!("{mac} key usage is GENERATE_VERIFY_MAC which is not valid for ReEncryptTo."),
    );
    let dry = || DecryptRequest {
        key_id: Some(to.key_id.clone()),
        dry_run: Some(true),
        dry_run_modifiers: Some(vec![DryRunModifierType::IgnoreCiphertext]),
        ..Default::default()
    };
    let result = scene.kms.decrypt(dry()).await;
    assert_eq!(result.expect_err("dry").name(), "DryRunOperationException");
    let wet = DecryptRequest { dry_run: None, ..dry() };
    let result = scene.kms.decrypt(wet).await;
    assert_eq!(result.expect_err("not dry").name(), "ValidationException");
}
