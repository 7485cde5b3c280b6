use std::time::Duration;

use fogbank_api_s3::*;

use super::cloud::{
    BUCKET, content, failure, get_input, put, put_input, set_versioning, with_bucket,
};

const DAY: Duration = Duration::from_secs(86_400);

async fn set_rule(s3: &S3Client, rule: LifecycleRule) {
    set_rule_from(s3, rule, "varies_by_storage_class").await;
}

/// Sets a rule with the least size of objects that change their class.
async fn set_rule_from(s3: &S3Client, rule: LifecycleRule, minimum: &str) {
    let rule = LifecycleRule {
        id: Some("rule".to_owned()),
        status: "Enabled".into(),
        filter: rule.filter.clone().or_else(|| {
            Some(LifecycleRuleFilter { prefix: Some("logs/".into()), ..Default::default() })
        }),
        ..rule
    };
    s3.put_bucket_lifecycle_configuration(PutBucketLifecycleConfigurationRequest {
        bucket: BUCKET.to_owned(),
        lifecycle_configuration: Some(BucketLifecycleConfiguration { rules: vec![rule] }),
        transition_default_minimum_object_size: Some(minimum.into()),
        ..Default::default()
    })
    .await
    .unwrap();
}

fn expiration(days: i32) -> LifecycleRule {
    LifecycleRule {
        expiration: Some(LifecycleExpiration { days: Some(days), ..Default::default() }),
        ..Default::default()
    }
}

#[tokio::test]
async fn objects_expire_at_midnight() {
    let (cloud, s3) = with_bucket().await;
    set_rule(&s3, expiration(2)).await;
    put(&s3, "logs/a", "a").await;
    put(&s3, "kept", "b").await;
    cloud.advance(2 * DAY).await;
    assert_eq!(content(&s3, get_input("logs/a")).await.unwrap(), "a");
    cloud.advance(DAY).await;
    assert_eq!(failure(s3.get_object(get_input("logs/a")).await).0, "NoSuchKey");
    assert_eq!(content(&s3, get_input("kept")).await.unwrap(), "b");
}

#[tokio::test]
async fn expiry_puts_markers_and_old_versions_go() {
    let (cloud, s3) = with_bucket().await;
    set_versioning(&s3, "Enabled").await;
    let rule = LifecycleRule {
        noncurrent_version_expiration: Some(NoncurrentVersionExpiration {
            noncurrent_days: Some(3),
            ..Default::default()
        }),
        ..expiration(1)
    };
    set_rule(&s3, rule).await;
    let version = put(&s3, "logs/a", "a").await.version_id;
    cloud.advance(2 * DAY).await;
    assert_eq!(failure(s3.get_object(get_input("logs/a")).await).0, "NoSuchKey");
    let old = || GetObjectRequest { version_id: version.clone(), ..get_input("logs/a") };
    assert_eq!(content(&s3, old()).await.unwrap(), "a");
    cloud.advance(4 * DAY).await;
    assert_eq!(failure(s3.get_object(old()).await).0, "NoSuchVersion");
}

#[tokio::test]
async fn objects_change_their_class_and_uploads_end() {
    let (cloud, s3) = with_bucket().await;
    let rule = LifecycleRule {
        transitions: Some(vec![Transition {
            days: Some(1),
            storage_class: Some("GLACIER".into()),
            ..Default::default()
        }]),
        abort_incomplete_multipart_upload: Some(AbortIncompleteMultipartUpload {
            days_after_initiation: Some(1),
        }),
        ..Default::default()
    };
    set_rule(&s3, rule).await;
    s3.put_object(put_input("logs/a", "a")).await.unwrap();
    let upload = s3
        .create_multipart_upload(CreateMultipartUploadRequest {
            bucket: BUCKET.to_owned(),
            key: "logs/b".to_owned(),
            ..Default::default()
        })
        .await
        .unwrap();
    assert_eq!(upload.abort_rule_id.as_deref(), Some("rule"));
    cloud.advance(3 * DAY).await;
    assert_eq!(failure(s3.get_object(get_input("logs/a")).await).0, "InvalidObjectState");
    let uploads = ListMultipartUploadsRequest { bucket: BUCKET.to_owned(), ..Default::default() };
    assert!(s3.list_multipart_uploads(uploads).await.unwrap().uploads.is_none());
    let restore = RestoreObjectRequest {
        bucket: BUCKET.to_owned(),
        key: "logs/a".to_owned(),
        restore_request: Some(RestoreRequest { days: Some(1), ..Default::default() }),
        ..Default::default()
    };
    s3.restore_object(restore).await.unwrap();
    assert_eq!(content(&s3, get_input("logs/a")).await.unwrap(), "a");
    cloud.advance(3 * DAY).await;
    assert_eq!(failure(s3.get_object(get_input("logs/a")).await).0, "InvalidObjectState");
}

#[tokio::test]
async fn small_objects_stay_in_their_class() {
    let sized =
        || Some(LifecycleRuleFilter { object_size_greater_than: Some(1), ..Default::default() });
    let (everything, varies) = ("all_storage_classes_128K", "varies_by_storage_class");
    for (size, class, minimum, filter, moved) in [
        (1000, "GLACIER", everything, None, false),
        (1000, "GLACIER", varies, None, true),
        (1000, "GLACIER_IR", varies, None, false),
        (1000, "GLACIER_IR", everything, sized(), true),
        (131_072, "GLACIER_IR", everything, None, true),
    ] {
        let (cloud, s3) = with_bucket().await;
        let rule = LifecycleRule {
            filter,
            transitions: Some(vec![Transition {
                days: Some(1),
                storage_class: Some(class.into()),
                ..Default::default()
            }]),
            ..Default::default()
        };
        set_rule_from(&s3, rule, minimum).await;
        put(&s3, "logs/a", &"a".repeat(size)).await;
        cloud.advance(3 * DAY).await;
        let head = HeadObjectRequest {
            bucket: BUCKET.to_owned(),
            key: "logs/a".to_owned(),
            ..Default::default()
        };
        let found = s3.head_object(head).await.unwrap().storage_class;
        assert_eq!(found.is_some(), moved, "{size} {class} {minimum}");
    }
}

#[tokio::test]
async fn some_older_versions_stay_and_lonely_markers_go() {
    let (cloud, s3) = with_bucket().await;
    set_versioning(&s3, "Enabled").await;
    let rule = LifecycleRule {
        noncurrent_version_transitions: Some(vec![NoncurrentVersionTransition {
            noncurrent_days: Some(1),
            newer_noncurrent_versions: Some(1),
            storage_class: Some("GLACIER".into()),
        }]),
        noncurrent_version_expiration: Some(NoncurrentVersionExpiration {
            noncurrent_days: Some(5),
            ..Default::default()
        }),
        ..expiration(20)
    };
    set_rule(&s3, rule).await;
    for content in ["1", "2", "3"] {
        put(&s3, "logs/a", content).await;
    }
    let versions = || async {
        let list = ListObjectVersionsRequest { bucket: BUCKET.to_owned(), ..Default::default() };
        let listed = s3.list_object_versions(list).await.unwrap();
        let classes = listed.versions.unwrap_or_default().into_iter();
        let classes: Vec<String> =
            classes.map(|it| it.storage_class.unwrap().as_str().to_owned()).collect();
        (classes, listed.delete_markers.unwrap_or_default().len())
    };
    cloud.advance(3 * DAY).await;
    let classes = ["STANDARD", "STANDARD", "GLACIER"].map(str::to_owned).to_vec();
    assert_eq!(versions().await, (classes, 0));
    cloud.advance(4 * DAY).await;
    assert_eq!(versions().await, (vec!["STANDARD".to_owned()], 0));
    cloud.advance(15 * DAY).await;
    assert_eq!(versions().await.1, 1, "the current version expired");
    cloud.advance(7 * DAY).await;
    assert_eq!(versions().await, (Vec::new(), 1), "the older version went");
    cloud.advance(30 * DAY).await;
    assert_eq!(versions().await, (Vec::new(), 0), "the marker is old enough to go");
}
