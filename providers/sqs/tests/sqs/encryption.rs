//! Queues with a key of KMS.

use std::sync::Arc;

use fogbank_api_kms::{
    CreateKeyRequest, DisableKeyRequest, EnableKeyRequest, KmsClient, ScheduleKeyDeletionRequest,
};
use fogbank_api_sqs::*;
use fogbank_provider_kms::KmsProvider;
use fogbank_provider_sqs::SqsProvider;
use fogbank_service::ServiceError;
use fogbank_testkit::Cloud;

use crate::scene::{Scene, message_of};

fn check<T>(result: Result<T, ServiceError>, code: &str, text: &str) {
    let Err(error) = result else { panic!("accepted, not {code}") };
    let message = error.message().unwrap_or_default();
    assert_eq!((error.code(), error.status()), (code, 400));
    assert!(message.starts_with(text), "{message}");
    assert!(message.contains("(Service: AWSKMS; Status Code: 400; Error Code: "), "{message}");
}

#[tokio::test]
async fn the_key_of_a_queue_has_to_be_usable() {
    let cloud = Cloud::new()
        .with(service(Arc::new(SqsProvider::new())))
        .with(fogbank_api_kms::service(Arc::new(KmsProvider::new())));
    let scene = Scene::of(cloud);
    let kms = KmsClient::new(scene.cloud.caller());
    let send = async |queue: &str| scene.sqs.send_message(message_of(queue, "m")).await;
    let receive = async |queue: &str| {
        let input = ReceiveMessageRequest { queue_url: queue.to_owned(), ..Default::default() };
        scene.sqs.receive_message(input).await
    };

    let queue = scene.create("unknown", &[("KmsMasterKeyId", "alias/nobody")]).await;
    check(send(&queue).await, "KMS.NotFoundException", "Alias ");
    let entry = SendMessageBatchRequestEntry {
        id: "a".into(),
        message_body: "m".into(),
        ..Default::default()
    };
    let batch = SendMessageBatchRequest { queue_url: queue.clone(), entries: vec![entry] };
    check(scene.sqs.send_message_batch(batch).await, "KMS.NotFoundException", "Alias ");
    receive(&queue).await.expect("nothing to decrypt");
    let queue = scene.create("own", &[("KmsMasterKeyId", "alias/aws/sqs")]).await;
    send(&queue).await.expect("sent");

    let key = kms.create_key(CreateKeyRequest::default()).await.expect("a key");
    let key = key.key_metadata.expect("always there").key_id;
    let attributes = [("KmsMasterKeyId", &*key), ("KmsDataKeyReusePeriodSeconds", "60")];
    let queue = scene.create("q", &attributes).await;
    for _ in 0..3 {
        send(&queue).await.expect("sent");
    }
    kms.disable_key(DisableKeyRequest { key_id: key.clone() }).await.expect("disabled");
    send(&queue).await.expect("with the data key of before");
    receive(&queue).await.expect("with the data key of before");
    scene.wait(60).await;
    let arn = "arn:aws:kms:us-east-1:000000000000:key/";
    check(send(&queue).await, "KMS.DisabledException", arn);
    check(receive(&queue).await, "KMS.DisabledException", arn);
    kms.enable_key(EnableKeyRequest { key_id: key.clone() }).await.expect("enabled");
    receive(&queue).await.expect("decrypted");
    let input = ScheduleKeyDeletionRequest { key_id: key, pending_window_in_days: Some(7) };
    kms.schedule_key_deletion(input).await.expect("scheduled");
    scene.wait(60).await;
    check(send(&queue).await, "KMS.InvalidStateException", arn);
    // Without a key, what was sent with one still needs it no more.
    let input = SetQueueAttributesRequest {
        queue_url: queue.clone(),
        attributes: [("KmsMasterKeyId".into(), String::new())].into(),
    };
    scene.sqs.set_queue_attributes(input).await.expect("set");
    send(&queue).await.expect("sent");
}
