//! Signatures, MACs, key agreement, encapsulation: every spec with every algorithm.

use bytes::Bytes;
use fogbank_api_kms::*;

use crate::scene::{Scene, refused};

/// Specs with their signing algorithms; the length of digests, or 0 where there are none.
const SIGNING: &[(&str, &[(&str, usize)])] = &[
    (
        "RSA_2048",
        &[
            ("RSASSA_PKCS1_V1_5_SHA_256", 32),
            ("RSASSA_PKCS1_V1_5_SHA_384", 48),
            ("RSASSA_PKCS1_V1_5_SHA_512", 64),
            ("RSASSA_PSS_SHA_256", 32),
            ("RSASSA_PSS_SHA_384", 48),
            ("RSASSA_PSS_SHA_512", 64),
        ],
    ),
    ("ECC_NIST_P256", &[("ECDSA_SHA_256", 32)]),
    ("ECC_NIST_P384", &[("ECDSA_SHA_384", 48)]),
    ("ECC_NIST_P521", &[("ECDSA_SHA_512", 64)]),
    ("ECC_SECG_P256K1", &[("ECDSA_SHA_256", 32)]),
    ("ECC_NIST_EDWARDS25519", &[("ED25519_SHA_512", 0), ("ED25519_PH_SHA_512", 64)]),
    ("ML_DSA_44", &[("ML_DSA_SHAKE_256", 0)]),
    ("ML_DSA_65", &[("ML_DSA_SHAKE_256", 0)]),
    ("ML_DSA_87", &[("ML_DSA_SHAKE_256", 0)]),
];

#[tokio::test]
async fn signatures_hold_for_what_was_signed() {
    let scene = Scene::new();
    for (spec, algorithms) in SIGNING {
        let key = scene.key_of(spec, "SIGN_VERIFY").await;
        let listed = scene.describe(&key).await.expect("described").signing_algorithms;
        let listed: Vec<_> = listed.into_iter().flatten().map(|name| name.to_string()).collect();
        for (algorithm, digest) in *algorithms {
            assert!(listed.contains(&(*algorithm).to_owned()), "{spec} {algorithm}");
            if *algorithm != "ED25519_PH_SHA_512" {
                check(&scene, &key, algorithm, "RAW", Bytes::from_static(b"a message")).await;
            }
            if *digest > 0 {
                check(&scene, &key, algorithm, "DIGEST", vec![3; *digest].into()).await;
                let input = SignRequest {
                    message_type: Some(MessageType::Digest),
                    ..sign(&key, algorithm, Bytes::from_static(b"short"))
                };
                let message = format!("Digest is invalid length for algorithm {algorithm}.");
                refused(scene.kms.sign(input).await, "ValidationException", &message);
            }
        }
    }
}

fn sign(key: &str, algorithm: &str, message: Bytes) -> SignRequest {
    SignRequest {
        key_id: key.to_owned(),
        message,
        signing_algorithm: algorithm.into(),
        ..Default::default()
    }
}

async fn check(scene: &Scene, key: &str, algorithm: &str, kind: &str, message: Bytes) {
    let input =
        SignRequest { message_type: Some(kind.into()), ..sign(key, algorithm, message.clone()) };
    let signature = scene.kms.sign(input).await.expect("signed").signature.expect("always there");
    let verify = |message: Bytes| VerifyRequest {
        key_id: key.to_owned(),
        message,
        message_type: Some(kind.into()),
        signature: signature.clone(),
        signing_algorithm: algorithm.into(),
        ..Default::default()
    };
    let verified = scene.kms.verify(verify(message.clone())).await.expect("it holds");
    assert_eq!(verified.signature_valid, Some(true));
    let mut other = message.to_vec();
    other[0] ^= 1;
    let result = scene.kms.verify(verify(other.into())).await;
    refused(result, "KMSInvalidSignatureException", "");
}

#[tokio::test]
async fn macs_hold_for_what_was_signed() {
    let scene = Scene::new();
    for (size, length) in [(224, 28), (256, 32), (384, 48), (512, 64)] {
        let key = scene.key_of(&format!("HMAC_{size}"), "GENERATE_VERIFY_MAC").await;
        let algorithm = MacAlgorithmSpec::from(format!("HMAC_SHA_{size}"));
        let input = |mac_algorithm| GenerateMacRequest {
            key_id: key.clone(),
            message: Bytes::from_static(b"m"),
            mac_algorithm,
            ..Default::default()
        };
        let output = scene.kms.generate_mac(input(algorithm.clone())).await.expect("a MAC");
        let mac = output.mac.expect("always there");
        assert_eq!(mac.len(), length);
        let verify = |message: &'static [u8]| VerifyMacRequest {
            key_id: key.clone(),
            message: Bytes::from_static(message),
            mac: mac.clone(),
            mac_algorithm: algorithm.clone(),
            ..Default::default()
        };
        assert!(scene.kms.verify_mac(verify(b"m")).await.is_ok());
        refused(scene.kms.verify_mac(verify(b"n")).await, "KMSInvalidMacException", "");
        let other = if size == 256 { "HMAC_SHA_512" } else { "HMAC_SHA_256" };
        refused(
            scene.kms.generate_mac(input(other.into())).await,
            "InvalidKeyUsageException",
            &format!("Algorithm {other} is incompatible with key spec HMAC_{size}."),
        );
    }
}

#[tokio::test]
async fn two_keys_agree() {
    let scene = Scene::new();
    for spec in ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"] {
        let keys =
            [scene.key_of(spec, "KEY_AGREEMENT").await, scene.key_of(spec, "KEY_AGREEMENT").await];
        let mut secrets = Vec::new();
        for (own, peer) in [(0, 1), (1, 0)] {
            let public = GetPublicKeyRequest { key_id: keys[peer].clone(), ..Default::default() };
            let public = scene.kms.get_public_key(public).await.expect("a public key");
            let input = DeriveSharedSecretRequest {
                key_id: keys[own].clone(),
                key_agreement_algorithm: KeyAgreementAlgorithmSpec::Ecdh,
                public_key: public.public_key.expect("always there"),
                ..Default::default()
            };
            let output = scene.kms.derive_shared_secret(input).await.expect("a secret");
            secrets.push(output.shared_secret.expect("no recipient"));
        }
        assert_eq!(secrets[0], secrets[1]);
    }
    let key = scene.key_of("ECC_NIST_P256", "SIGN_VERIFY").await;
    let input = DeriveSharedSecretRequest {
        key_id: key.clone(),
        key_agreement_algorithm: KeyAgreementAlgorithmSpec::Ecdh,
        public_key: Bytes::from_static(b"x"),
        ..Default::default()
    };
    refused(
        scene.kms.derive_shared_secret(input).await,
        "InvalidKeyUsageException",
        &format!("{key} key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret."),
    );
}

#[tokio::test]
async fn secrets_are_encapsulated() {
    let scene = Scene::new();
    for spec in ["ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"] {
        let key = scene.key_of(spec, "ENCAPSULATE_DECAPSULATE").await;
        let input = EncapsulateRequest {
            key_id: key.clone(),
            encapsulation_algorithm: EncapsulationAlgorithmSpec::MlKem,
            ..Default::default()
        };
        let made = scene.kms.encapsulate(input).await.expect("encapsulated");
        let input = DecapsulateRequest {
            key_id: key,
            shared_secret_ciphertext_blob: made
                .shared_secret_ciphertext_blob
                .expect("always there"),
            encapsulation_algorithm: EncapsulationAlgorithmSpec::MlKem,
            ..Default::default()
        };
        let opened = scene.kms.decapsulate(input).await.expect("decapsulated");
        assert_eq!(opened.shared_secret, made.shared_secret);
    }
}

#[tokio::test]
async fn usages_and_specs_go_together() {
    let scene = Scene::new();
    let create = |spec: &str, usage: Option<&str>| CreateKeyRequest {
        key_spec: Some(spec.into()),
        key_usage: usage.map(Into::into),
        ..Default::default()
    };
    for (spec, usage, message) in [
        (
            "HMAC_256",
            None,
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption \
             keys.",
        ),
        (
            "RSA_2048",
            Some("KEY_AGREEMENT"),
            "KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048",
        ),
        (
            "SYMMETRIC_DEFAULT",
            Some("SIGN_VERIFY"),
            "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT",
        ),
    ] {
        let result = scene.kms.create_key(create(spec, usage)).await;
        refused(result, "ValidationException", message);
    }
    let key = scene.key().await.arn.expect("always there");
    refused(
        scene.kms.sign(sign(&key, "ECDSA_SHA_256", Bytes::from_static(b"x"))).await,
        "InvalidKeyUsageException",
        &format!("{key} key usage is ENCRYPT_DECRYPT which is not valid for Sign."),
    );
}
