//! Imported key material.

use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use bytes::Bytes;
use fogbank_api_kms::*;
use fogbank_context::Timestamp;
use fogbank_service::ServiceError;
use fogbank_testkit::START;

use crate::scene::{Scene, refused};

const DAY: i64 = 86_400;

async fn external(scene: &Scene, spec: &str, usage: &str) -> KeyMetadata {
    let input = CreateKeyRequest {
        origin: Some(OriginType::External),
        key_spec: Some(spec.into()),
        key_usage: Some(usage.into()),
        ..Default::default()
    };
    scene.create(input).await
}

/// Wraps material for a key, and asks for its import.
async fn import(
    scene: &Scene,
    key: &str,
    material: &[u8],
    valid_to: Option<i64>,
    import_type: Option<ImportType>,
) -> Result<ImportKeyMaterialResponse, ServiceError> {
    let input = GetParametersForImportRequest {
        key_id: key.to_owned(),
        wrapping_algorithm: AlgorithmSpec::RsaesOaepSha256,
        wrapping_key_spec: WrappingKeySpec::Rsa2048,
    };
    let parameters = scene.kms.get_parameters_for_import(input).await?;
    let public = parameters.public_key.expect("always there");
    let public = PublicEncryptingKey::from_der(&public).expect("a public key");
    let public = OaepPublicEncryptingKey::new(public).expect("an RSA key");
    let mut wrapped = vec![0; public.ciphertext_size()];
    public.encrypt(&OAEP_SHA256_MGF1SHA256, material, &mut wrapped, None).expect("it fits");
    let model = match valid_to {
        Some(_) => ExpirationModelType::KeyMaterialExpires,
        None => ExpirationModelType::KeyMaterialDoesNotExpire,
    };
    let input = ImportKeyMaterialRequest {
        key_id: key.to_owned(),
        import_token: parameters.import_token.expect("always there"),
        encrypted_key_material: wrapped.into(),
        expiration_model: Some(model),
        valid_to: valid_to.map(|days| Timestamp::from_secs(START.as_secs() + days * DAY).to_wire()),
        import_type,
        ..Default::default()
    };
    scene.kms.import_key_material(input).await
}

#[tokio::test]
async fn material_is_imported_expires_and_comes_back() {
    let scene = Scene::new();
    let key = external(&scene, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT").await;
    let (id, arn) = (key.key_id, key.arn.expect("always there"));
    let pending = format!("{arn} is pending import.");
    refused(scene.encrypt(&id, b"x").await, "KMSInvalidStateException", &pending);

    import(&scene, &id, &[1; 32], Some(10), None).await.expect("imported");
    let metadata = scene.describe(&id).await.expect("described");
    assert_eq!(metadata.expiration_model, Some(ExpirationModelType::KeyMaterialExpires));
    assert!(metadata.valid_to.is_some());
    let blob = scene.encrypt(&id, b"x").await.expect("encrypted").ciphertext_blob;
    let blob = blob.expect("always there");
    scene.days(10).await;
    refused(scene.decrypt(&blob).await, "KMSInvalidStateException", &pending);

    let other = import(&scene, &id, &[2; 32], None, None).await;
    assert_eq!(other.expect_err("other material").name(), "IncorrectKeyMaterialException");
    import(&scene, &id, &[1; 32], None, None).await.expect("the same again");
    assert_eq!(scene.decrypt(&blob).await.expect("decrypted"), b"x");

    let delete = DeleteImportedKeyMaterialRequest { key_id: id.clone(), ..Default::default() };
    scene.kms.delete_imported_key_material(delete).await.expect("deleted");
    assert_eq!(scene.state(&id).await, "PendingImport");
}

#[tokio::test]
async fn new_material_waits_for_its_rotation() {
    let scene = Scene::new();
    let key = external(&scene, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT").await;
    let (id, arn) = (key.key_id, key.arn.expect("always there"));
    let new = || Some(ImportType::NewKeyMaterial);
    let first = import(&scene, &id, &[1; 32], None, None).await.expect("imported");
    let rotate = || RotateKeyOnDemandRequest { key_id: id.clone() };
    refused(
        scene.kms.rotate_key_on_demand(rotate()).await,
        "KMSInvalidStateException",
        &format!("No available key material pending rotation for the key: {arn}."),
    );
    let blob = scene.encrypt(&id, b"x").await.expect("encrypted").ciphertext_blob;
    let second = import(&scene, &id, &[2; 32], None, new()).await.expect("imported");
    let third = import(&scene, &id, &[3; 32], None, new()).await.expect_err("one waits");
    assert!(third.message().expect("a message").ends_with("is pending rotation."));
    let current = scene.describe(&id).await.expect("described").current_key_material_id;
    assert_eq!(current, first.key_material_id);

    scene.kms.rotate_key_on_demand(rotate()).await.expect("rotated");
    let current = scene.describe(&id).await.expect("described").current_key_material_id;
    assert_eq!(current, second.key_material_id);
    assert_eq!(scene.decrypt(&blob.expect("always there")).await.expect("decrypted"), b"x");
    let list = ListKeyRotationsRequest {
        key_id: id.clone(),
        include_key_material: Some(IncludeKeyMaterial::AllKeyMaterial),
        ..Default::default()
    };
    let rotations = scene.kms.list_key_rotations(list).await.expect("a list").rotations;
    let states: Vec<_> =
        rotations.into_iter().flatten().filter_map(|entry| entry.key_material_state).collect();
    assert_eq!(states, [KeyMaterialState::NonCurrent, KeyMaterialState::Current]);
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let scene = Scene::new();
    let own = scene.key().await.arn.expect("always there");
    refused(
        import(&scene, &own, &[1; 32], None, None).await,
        "UnsupportedOperationException",
        &format!("{own} origin is AWS_KMS which is not valid for this operation."),
    );
    let key = external(&scene, "HMAC_256", "GENERATE_VERIFY_MAC").await.key_id;
    let short = import(&scene, &key, &[1; 16], None, None).await;
    assert_eq!(short.expect_err("too short").name(), "IncorrectKeyMaterialException");
    let past = import(&scene, &key, &[1; 32], Some(-1), None).await;
    assert_eq!(past.expect_err("in the past").name(), "ValidationException");
    let unknown = ImportKeyMaterialRequest {
        key_id: key.clone(),
        import_token: Bytes::from_static(b"no token"),
        encrypted_key_material: Bytes::from_static(b"x"),
        expiration_model: Some(ExpirationModelType::KeyMaterialDoesNotExpire),
        ..Default::default()
    };
    let result = scene.kms.import_key_material(unknown).await;
    assert_eq!(result.expect_err("unknown").name(), "InvalidImportTokenException");
    import(&scene, &key, &[1; 32], None, None).await.expect("it fits");
    assert_eq!(scene.state(&key).await, "Enabled");
}
