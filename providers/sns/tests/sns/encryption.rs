//! Topics with a key of KMS.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_kms::{
    CreateAliasRequest, CreateKeyRequest, DisableKeyRequest, EnableKeyRequest, KmsClient,
    ScheduleKeyDeletionRequest,
};
use fogbank_provider_kms::KmsProvider;
use fogbank_service::ServiceError;

use crate::scene::Scene;

fn check(result: Result<fogbank_api_sns::PublishResponse, ServiceError>, code: &str, text: &str) {
    let error = result.expect_err(code);
    let message = error.message().unwrap_or_default();
    assert_eq!(error.code(), code);
    assert!(message.starts_with(text), "{message}");
    assert!(message.contains("(Service: AWSKMS; Status Code: 400; Error Code: "), "{message}");
}

#[tokio::test]
async fn the_key_of_a_topic_has_to_be_usable() {
    let mut scene = Scene::new();
    scene.cloud = scene.cloud.with(fogbank_api_kms::service(Arc::new(KmsProvider::new())));
    scene.sns = fogbank_api_sns::SnsClient::new(scene.cloud.caller());
    let kms = KmsClient::new(scene.cloud.caller());
    let publish = |topic: &str| {
        let topic = topic.to_owned();
        let scene = &scene;
        async move { scene.publish_with(&topic, "m", |_| ()).await }
    };

    let topic = scene.topic("unknown", &[("KmsMasterKeyId", "alias/nobody")]).await;
    check(publish(&topic).await, "KMSNotFound", "Alias ");
    let topic = scene.topic("own", &[("KmsMasterKeyId", "alias/aws/sns")]).await;
    publish(&topic).await.expect("published");

    let key = kms.create_key(CreateKeyRequest::default()).await.expect("a key");
    let key = key.key_metadata.expect("always there").key_id;
    let alias = CreateAliasRequest { alias_name: "alias/t".into(), target_key_id: key.clone() };
    kms.create_alias(alias).await.expect("an alias");
    let topic = scene.topic("t", &[("KmsMasterKeyId", "alias/t")]).await;
    publish(&topic).await.expect("published");
    kms.disable_key(DisableKeyRequest { key_id: key.clone() }).await.expect("disabled");
    publish(&topic).await.expect("with the data key of before");
    scene.cloud.advance(Duration::from_secs(301)).await;
    check(publish(&topic).await, "KMSDisabled", "arn:aws:kms:us-east-1:000000000000:key/");
    kms.enable_key(EnableKeyRequest { key_id: key.clone() }).await.expect("enabled");
    publish(&topic).await.expect("published");
    let input = ScheduleKeyDeletionRequest { key_id: key, pending_window_in_days: Some(7) };
    kms.schedule_key_deletion(input).await.expect("scheduled");
    scene.cloud.advance(Duration::from_secs(301)).await;
    check(publish(&topic).await, "KMSInvalidState", "arn:aws:kms:us-east-1:000000000000:key/");
}
