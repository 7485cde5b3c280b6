//! States of keys: disabled, pending deletion, gone.

use fogbank_api_kms::*;

use crate::scene::{Scene, refused};

#[tokio::test]
async fn keys_are_disabled_deleted_and_saved() {
    let scene = Scene::new();
    let key = scene.key().await;
    let (id, arn) = (key.key_id, key.arn.expect("always there"));
    scene.kms.disable_key(DisableKeyRequest { key_id: id.clone() }).await.expect("disabled");
    let result = scene.encrypt(&id, b"x").await;
    refused(result, "DisabledException", &format!("{arn} is disabled."));

    let schedule =
        |days| ScheduleKeyDeletionRequest { key_id: id.clone(), pending_window_in_days: days };
    let scheduled = scene.kms.schedule_key_deletion(schedule(Some(7))).await.expect("scheduled");
    assert_eq!(scheduled.pending_window_in_days, Some(7));
    let pending = format!("{arn} is pending deletion.");
    refused(scene.encrypt(&id, b"x").await, "KMSInvalidStateException", &pending);
    let again = scene.kms.schedule_key_deletion(schedule(None)).await;
    refused(again, "KMSInvalidStateException", &pending);

    let cancel = || CancelKeyDeletionRequest { key_id: id.clone() };
    scene.kms.cancel_key_deletion(cancel()).await.expect("cancelled");
    assert_eq!(scene.state(&id).await, "Disabled");
    let again = scene.kms.cancel_key_deletion(cancel()).await;
    refused(again, "KMSInvalidStateException", &format!("{arn} is not pending deletion."));

    let alias = CreateAliasRequest { alias_name: "alias/a".into(), target_key_id: id.clone() };
    scene.kms.create_alias(alias).await.expect("an alias");
    scene.kms.schedule_key_deletion(schedule(Some(7))).await.expect("scheduled");
    scene.days(6).await;
    assert_eq!(scene.state(&id).await, "PendingDeletion");
    scene.days(1).await;
    assert_eq!(scene.state(&id).await, format!("Key '{arn}' does not exist"));
    let aliases = scene.kms.list_aliases(Default::default()).await.expect("a list");
    let aliases = aliases.aliases.expect("a list");
    assert!(aliases.iter().all(|alias| alias.target_key_id.is_none()));
    let keys = scene.kms.list_keys(Default::default()).await.expect("a list");
    assert!(keys.keys.expect("a list").is_empty());
}

#[tokio::test]
async fn keys_are_named_in_five_ways() {
    let scene = Scene::new();
    let key = scene.key().await;
    let (id, arn) = (key.key_id, key.arn.expect("always there"));
    let alias = CreateAliasRequest { alias_name: "alias/a".into(), target_key_id: id.clone() };
    scene.kms.create_alias(alias.clone()).await.expect("an alias");
    let alias_arn = "arn:aws:kms:us-east-1:000000000000:alias/a";
    refused(
        scene.kms.create_alias(alias).await,
        "AlreadyExistsException",
        &format!("An alias with the name {alias_arn} already exists"),
    );
    for name in [id.as_str(), arn.as_str(), "alias/a", alias_arn] {
        assert_eq!(scene.describe(name).await.expect("found").key_id, id);
    }
    let missing = "arn:aws:kms:us-east-1:000000000000:key/134f2428-cec1-4b25-a1ae-9048164dba47";
    for (name, message) in [
        ("fake", "Invalid keyId 'fake'"),
        ("134f2428-cec1-4b25-a1ae-9048164dba47", &format!("Key '{missing}' does not exist")),
        (missing, &format!("Key '{missing}' does not exist")),
        ("mrk-fake", "Invalid keyId 'mrk-fake'"),
        ("alias/b", "Alias arn:aws:kms:us-east-1:000000000000:alias/b is not found."),
        ("arn:aws:kms:eu-west-1:000000000000:key/x", "Invalid arn eu-west-1"),
    ] {
        refused(scene.describe(name).await, "NotFoundException", message);
    }
    let managed = scene.describe("alias/aws/s3").await.expect("made at once");
    assert_eq!(managed.key_manager, Some(KeyManagerType::Aws));
    let again = scene.describe("alias/aws/s3").await.expect("found");
    assert_eq!(again.key_id, managed.key_id);
}
