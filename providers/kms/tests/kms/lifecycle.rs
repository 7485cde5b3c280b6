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

#[tokio::test]
async fn the_last_usage_is_noted() {
    let scene = Scene::new();
    let id = scene.key().await.key_id;
    let usage = || GetKeyLastUsageRequest { key_id: id.clone() };
    let unused = scene.kms.get_key_last_usage(usage()).await.expect("a key");
    assert!(unused.key_last_usage.is_none());
    let blob = scene.encrypt(&id, b"x").await.expect("encrypted").ciphertext_blob;
    scene.decrypt(&blob.expect("always there")).await.expect("decrypted");
    let used = scene.kms.get_key_last_usage(usage()).await.expect("a key");
    let operation = used.key_last_usage.expect("it was used").operation;
    assert_eq!(operation.expect("always there").as_str(), "Decrypt");
}

#[tokio::test]
async fn tags_choose_id_and_material() {
    let scene = Scene::new();
    let tag = |key: &str, value: &str| Tag { tag_key: key.into(), tag_value: value.into() };
    let create = |tags| CreateKeyRequest { tags: Some(tags), ..Default::default() };
    let key = scene.create(create(vec![tag("_custom_id_", "mine")])).await;
    assert_eq!(key.key_id, "mine");
    assert_eq!(scene.describe("mine").await.expect("found").arn, key.arn);
    let again = scene.kms.create_key(create(vec![tag("_custom_id_", "mine")])).await;
    assert_eq!(again.expect_err("taken").name(), "AlreadyExistsException");
    let material = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
    scene.create(create(vec![tag("_custom_key_material_", material)])).await;
    let bad = scene.kms.create_key(create(vec![tag("_custom_key_material_", "eA==")])).await;
    assert_eq!(bad.expect_err("too short").name(), "ValidationException");
}

#[tokio::test]
async fn custom_key_stores_are_not_found() {
    let scene = Scene::new();
    let missing = "Custom key store with ID cks-1 could not be found.";
    let id = || "cks-1".to_owned();
    let code = "CustomKeyStoreNotFoundException";
    let connect = ConnectCustomKeyStoreRequest { custom_key_store_id: id() };
    refused(scene.kms.connect_custom_key_store(connect).await, code, missing);
    let delete = DeleteCustomKeyStoreRequest { custom_key_store_id: id() };
    refused(scene.kms.delete_custom_key_store(delete).await, code, missing);
    let create = CreateKeyRequest {
        origin: Some(OriginType::AwsCloudhsm),
        custom_key_store_id: Some(id()),
        ..Default::default()
    };
    refused(scene.kms.create_key(create).await, code, missing);
    let stores = scene.kms.describe_custom_key_stores(Default::default()).await.expect("none");
    assert!(stores.custom_key_stores.expect("a list").is_empty());
}

#[tokio::test]
async fn aws_managed_keys_belong_to_aws() {
    let scene = Scene::new();
    let key = scene.describe("alias/aws/ssm").await.expect("made at once");
    let arn = key.arn.expect("always there");
    assert!(scene.encrypt("alias/aws/ssm", b"x").await.is_ok());
    let schedule =
        ScheduleKeyDeletionRequest { key_id: key.key_id.clone(), pending_window_in_days: None };
    refused(
        scene.kms.schedule_key_deletion(schedule).await,
        "AccessDeniedException",
        &format!(
            "User: arn:aws:iam::000000000000:root is not authorized to perform: \
             kms:ScheduleKeyDeletion on resource: {arn} because no resource-based policy allows \
             the kms:ScheduleKeyDeletion action"
        ),
    );
    let alias =
        CreateAliasRequest { alias_name: "alias/aws/mine".to_owned(), target_key_id: key.key_id };
    refused(scene.kms.create_alias(alias).await, "NotAuthorizedException", "");
    let delete = DeleteAliasRequest { alias_name: "mine".to_owned() };
    refused(scene.kms.delete_alias(delete).await, "ValidationException", "Invalid identifier");
}
