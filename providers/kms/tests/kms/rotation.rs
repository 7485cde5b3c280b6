//! Rotation by the clock and on demand, also of multi-Region keys.

use fogbank_api_kms::*;

use crate::scene::{Scene, refused};

#[tokio::test]
async fn keys_rotate_by_the_clock() {
    let scene = Scene::new();
    let key = scene.key().await;
    let id = key.key_id.clone();
    let old = scene.encrypt(&id, b"old").await.expect("encrypted").ciphertext_blob;
    let enable = EnableKeyRotationRequest { key_id: id.clone(), rotation_period_in_days: Some(90) };
    scene.kms.enable_key_rotation(enable).await.expect("enabled");
    scene.days(89).await;
    let before = scene.describe(&id).await.expect("described").current_key_material_id;
    assert_eq!(before, key.current_key_material_id);
    scene.days(91).await;
    let after = scene.describe(&id).await.expect("described").current_key_material_id;
    assert_ne!(after, before);
    let list = ListKeyRotationsRequest { key_id: id.clone(), ..Default::default() };
    let rotations = scene.kms.list_key_rotations(list).await.expect("a list").rotations;
    let rotations = rotations.expect("always there");
    assert_eq!(rotations.len(), 2);
    assert!(rotations.iter().all(|it| it.rotation_type == Some(RotationType::Automatic)));
    assert_eq!(rotations[1].key_material_id, after);
    assert_eq!(scene.decrypt(&old.expect("always there")).await.expect("decrypted"), b"old");

    let disable = DisableKeyRotationRequest { key_id: id.clone() };
    scene.kms.disable_key_rotation(disable).await.expect("disabled");
    scene.days(900).await;
    assert_eq!(scene.describe(&id).await.expect("described").current_key_material_id, after);
}

#[tokio::test]
async fn keys_rotate_on_demand_ten_times() {
    let scene = Scene::new();
    let key = scene.key().await;
    let arn = key.arn.expect("always there");
    let rotate = || RotateKeyOnDemandRequest { key_id: key.key_id.clone() };
    for _ in 0..10 {
        let rotated = scene.kms.rotate_key_on_demand(rotate()).await.expect("rotated");
        assert_eq!(rotated.key_id.as_deref(), Some(arn.as_str()));
    }
    refused(
        scene.kms.rotate_key_on_demand(rotate()).await,
        "LimitExceededException",
        &format!(
            "The on-demand rotations limit has been reached for the given keyId. No more \
             on-demand rotations can be performed for this key: {arn}"
        ),
    );
    let rsa = scene.key_of("RSA_2048", "SIGN_VERIFY").await;
    let rotate = RotateKeyOnDemandRequest { key_id: rsa };
    let result = scene.kms.rotate_key_on_demand(rotate).await;
    refused(result, "UnsupportedOperationException", "");
}

#[tokio::test]
async fn replicas_decrypt_what_the_primary_encrypted() {
    let scene = Scene::new();
    let input = CreateKeyRequest { multi_region: Some(true), ..Default::default() };
    let key = scene.create(input).await;
    let id = key.key_id;
    let replicate = |region: &str| ReplicateKeyRequest {
        key_id: id.clone(),
        replica_region: region.to_owned(),
        ..Default::default()
    };
    let made = scene.kms.replicate_key(replicate("eu-west-1")).await.expect("replicated");
    let metadata = made.replica_key_metadata.expect("always there");
    assert_eq!(metadata.key_state, Some(KeyState::Creating));
    let arn = metadata.arn.expect("always there");
    let again = scene.kms.replicate_key(replicate("eu-west-1")).await;
    refused(again, "AlreadyExistsException", &format!("Key '{arn}' already exists"));

    let rotate = RotateKeyOnDemandRequest { key_id: id.clone() };
    scene.kms.rotate_key_on_demand(rotate).await.expect("rotated");
    let blob = scene.encrypt(&id, b"far").await.expect("encrypted").ciphertext_blob;
    let west = scene.in_region("eu-west-1");
    let decrypt = DecryptRequest { ciphertext_blob: blob, ..Default::default() };
    let opened = west.decrypt(decrypt).await.expect("decrypted");
    assert_eq!(opened.key_id.as_deref(), Some(arn.as_str()));

    let result = west.replicate_key(replicate("us-west-2")).await;
    let message = format!("{arn} is not a multi-region primary key.");
    refused(result, "UnsupportedOperationException", &message);

    let schedule =
        || ScheduleKeyDeletionRequest { key_id: id.clone(), pending_window_in_days: Some(7) };
    let scheduled = scene.kms.schedule_key_deletion(schedule()).await.expect("scheduled");
    assert_eq!(scheduled.key_state, Some(KeyState::PendingReplicaDeletion));
    west.schedule_key_deletion(schedule()).await.expect("scheduled");
    scene.days(7).await;
    west.list_keys(Default::default()).await.expect("a list");
    assert_eq!(scene.state(&id).await, "PendingDeletion");
    scene.days(7).await;
    assert!(scene.state(&id).await.ends_with("does not exist"));
}

#[tokio::test]
async fn a_replica_becomes_primary() {
    let scene = Scene::new();
    let input = CreateKeyRequest { multi_region: Some(true), ..Default::default() };
    let id = scene.create(input).await.key_id;
    let replicate = ReplicateKeyRequest {
        key_id: id.clone(),
        replica_region: "eu-west-1".to_owned(),
        ..Default::default()
    };
    scene.kms.replicate_key(replicate).await.expect("replicated");
    let update =
        UpdatePrimaryRegionRequest { key_id: id.clone(), primary_region: "eu-west-1".to_owned() };
    scene.kms.update_primary_region(update).await.expect("updated");
    let family = scene.describe(&id).await.expect("described").multi_region_configuration;
    let family = family.expect("a multi-Region key");
    assert_eq!(family.multi_region_key_type, Some(MultiRegionKeyType::Replica));
    let primary = family.primary_key.expect("always there");
    assert_eq!(primary.region.as_deref(), Some("eu-west-1"));
    let replicas = family.replica_keys.expect("always there");
    assert_eq!(replicas[0].region.as_deref(), Some("us-east-1"));
}
