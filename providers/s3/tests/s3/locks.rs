use std::time::Duration;

use fogbank_api_s3::*;
use fogbank_service::ServiceError;
use fogbank_testkit::Cloud;

use super::cloud::{BUCKET, client, cloud, delete_input, failure, put};

async fn locked_bucket() -> (Cloud, S3Client) {
    let cloud = cloud();
    let s3 = client(&cloud, "us-east-1");
    s3.create_bucket(CreateBucketRequest {
        bucket: BUCKET.to_owned(),
        object_lock_enabled_for_bucket: Some(true),
        ..Default::default()
    })
    .await
    .unwrap();
    (cloud, s3)
}

async fn set_default(s3: &S3Client, mode: &str, days: i32) {
    let retention =
        DefaultRetention { mode: Some(mode.into()), days: Some(days), ..Default::default() };
    s3.put_object_lock_configuration(PutObjectLockConfigurationRequest {
        bucket: BUCKET.to_owned(),
        object_lock_configuration: Some(ObjectLockConfiguration {
            object_lock_enabled: Some("Enabled".into()),
            rule: Some(ObjectLockRule { default_retention: Some(retention) }),
        }),
        ..Default::default()
    })
    .await
    .unwrap();
}

async fn delete(
    s3: &S3Client,
    version: &str,
    bypass: bool,
) -> Result<DeleteObjectOutput, ServiceError> {
    s3.delete_object(DeleteObjectRequest {
        bypass_governance_retention: bypass.then_some(true),
        ..delete_input("k", Some(version))
    })
    .await
}

#[tokio::test]
async fn retention_ends_with_time() {
    let (cloud, s3) = locked_bucket().await;
    set_default(&s3, "GOVERNANCE", 1).await;
    let version = put(&s3, "k", "v").await.version_id.unwrap();
    assert_eq!(failure(delete(&s3, &version, false).await), ("AccessDenied".to_owned(), 403));
    assert_eq!(
        failure(s3.delete_object(delete_input("k", None)).await).1,
        200,
        "a marker may be put"
    );
    cloud.advance(Duration::from_secs(86_401)).await;
    assert_eq!(failure(delete(&s3, &version, false).await).1, 200);
    let version = put(&s3, "k", "v").await.version_id.unwrap();
    assert_eq!(failure(delete(&s3, &version, true).await).1, 200, "governance can be bypassed");
    set_default(&s3, "COMPLIANCE", 1).await;
    let version = put(&s3, "k", "v").await.version_id.unwrap();
    assert_eq!(failure(delete(&s3, &version, true).await).0, "AccessDenied");
}

#[tokio::test]
async fn legal_holds() {
    let (_cloud, s3) = locked_bucket().await;
    let version = put(&s3, "k", "v").await.version_id.unwrap();
    let hold = |status: &str| PutObjectLegalHoldRequest {
        bucket: BUCKET.to_owned(),
        key: "k".to_owned(),
        legal_hold: Some(ObjectLockLegalHold { status: Some(status.into()) }),
        ..Default::default()
    };
    s3.put_object_legal_hold(hold("ON")).await.unwrap();
    assert_eq!(failure(delete(&s3, &version, true).await).0, "AccessDenied");
    assert_eq!(failure(s3.put_object_legal_hold(hold("maybe")).await).0, "MalformedXML");
    s3.put_object_legal_hold(hold("OFF")).await.unwrap();
    assert_eq!(failure(delete(&s3, &version, false).await).1, 200);
}

#[tokio::test]
async fn buckets_without_lock() {
    let (_cloud, s3) = super::cloud::with_bucket().await;
    put(&s3, "k", "v").await;
    let get = GetObjectRetentionRequest {
        bucket: BUCKET.to_owned(),
        key: "k".to_owned(),
        ..Default::default()
    };
    assert_eq!(failure(s3.get_object_retention(get).await).0, "InvalidRequest");
    let delete =
        DeleteObjectRequest { bypass_governance_retention: Some(true), ..delete_input("k", None) };
    assert_eq!(failure(s3.delete_object(delete).await).0, "InvalidArgument");
    let configuration =
        GetObjectLockConfigurationRequest { bucket: BUCKET.to_owned(), ..Default::default() };
    let result = s3.get_object_lock_configuration(configuration).await;
    assert_eq!(failure(result).0, "ObjectLockConfigurationNotFoundError");
}
