//! Access keys, and requests signed with them.

use fogbank_api_iam::*;
use fogbank_service::AccessKey as KnownKey;

use crate::scene::{Scene, fails};

#[tokio::test]
async fn requests_act_as_the_user() {
    let scene = Scene::new();
    let user = scene.user("u").await;
    let key = scene.access_key("u").await.unwrap();
    assert!(key.access_key_id.starts_with("AKIA") && key.access_key_id.len() == 20);
    assert_eq!(key.secret_access_key.len(), 40);
    let iam = scene.signed_with(&key.access_key_id);
    let found = iam.get_user(GetUserRequest::default()).await.unwrap().user;
    assert_eq!(found.user_id, user.user_id);
    let rename = UpdateUserRequest {
        user_name: "u".into(),
        new_user_name: Some("v".into()),
        ..Default::default()
    };
    scene.iam.update_user(rename).await.unwrap();
    let iam = scene.signed_with(&key.access_key_id);
    let found = iam.get_user(GetUserRequest::default()).await.unwrap().user;
    assert_eq!((&*found.user_name, found.user_id), ("v", user.user_id));
}

#[tokio::test]
async fn a_user_has_two_keys() {
    let scene = Scene::new();
    scene.user("u").await;
    let key = scene.access_key("u").await.unwrap();
    scene.access_key("u").await.unwrap();
    let message = "Cannot exceed quota for AccessKeysPerUser: 2";
    fails(scene.access_key("u").await, "LimitExceeded", message);
    let id = key.access_key_id;
    let update = UpdateAccessKeyRequest {
        user_name: Some("u".into()),
        access_key_id: id.clone(),
        status: StatusType::Inactive,
    };
    scene.iam.update_access_key(update).await.unwrap();
    assert!(KnownKey::find(scene.cloud.world(), &id).unwrap().inactive);
    let delete =
        || DeleteAccessKeyRequest { user_name: Some("u".into()), access_key_id: id.clone() };
    scene.iam.delete_access_key(delete()).await.unwrap();
    assert!(KnownKey::find(scene.cloud.world(), &id).is_none());
    let message = format!("The Access Key with id {id} cannot be found.");
    fails(scene.iam.delete_access_key(delete()).await, "NoSuchEntity", &message);
    let list = ListAccessKeysRequest { user_name: Some("u".into()), ..Default::default() };
    let keys = scene.iam.list_access_keys(list).await.unwrap().access_key_metadata;
    assert_eq!(keys.len(), 1);
}

#[tokio::test]
async fn who_is_no_user_names_one() {
    let scene = Scene::new();
    fails(
        scene.iam.create_access_key(CreateAccessKeyRequest::default()).await,
        "ValidationError",
        "Must specify userName when calling with non-User credentials",
    );
}
