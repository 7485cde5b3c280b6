use std::sync::{Arc, Mutex};
use std::time::Duration;

use fogbank_api_s3::*;
use fogbank_provider_s3::S3Provider;
use fogbank_testkit::Cloud;

use super::super::cloud::{BUCKET, client, create, failure, get_input, put_input};
use super::super::notifications::{OneQueue, QUEUE, configuration};

const HOUR: Duration = Duration::from_secs(3600);

fn request(key: &str, days: Option<i32>, tier: &str) -> RestoreObjectRequest {
    RestoreObjectRequest {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        restore_request: Some(RestoreRequest {
            days,
            glacier_job_parameters: Some(GlacierJobParameters { tier: tier.into() }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

async fn archive(s3: &S3Client, key: &str, class: &str) {
    let input = PutObjectRequest { storage_class: Some(class.into()), ..put_input(key, "old") };
    s3.put_object(input).await.unwrap();
}

async fn state(s3: &S3Client, key: &str) -> Option<String> {
    let input =
        HeadObjectRequest { bucket: BUCKET.to_owned(), key: key.to_owned(), ..Default::default() };
    s3.head_object(input).await.unwrap().restore
}

async fn slow() -> (Cloud, S3Client, Arc<Mutex<Vec<serde_json::Value>>>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let provider = Arc::new(S3Provider::new().with_slow_restores());
    let cloud = Cloud::new()
        .with(fogbank_api_s3::service(provider))
        .with(fogbank_api_sqs::service(Arc::new(OneQueue(sent.clone()))));
    let s3 = client(&cloud, "us-east-1");
    create(&s3, BUCKET).await;
    (cloud, s3, sent)
}

#[tokio::test]
async fn copies_come_and_go_on_the_clock() {
    let (cloud, s3, sent) = slow().await;
    let events = configuration(QUEUE, &["s3:ObjectRestore:*"], "");
    s3.put_bucket_notification_configuration(events).await.unwrap();
    archive(&s3, "k", "GLACIER").await;
    s3.restore_object(request("k", Some(1), "Bulk")).await.unwrap();
    assert_eq!(state(&s3, "k").await.as_deref(), Some("ongoing-request=\"true\""));
    assert_eq!(failure(s3.get_object(get_input("k")).await), ("InvalidObjectState".into(), 403));
    let again = s3.restore_object(request("k", Some(1), "Bulk")).await;
    assert_eq!(failure(again), ("RestoreAlreadyInProgress".into(), 409));
    cloud.advance(12 * HOUR).await;
    let there = "ongoing-request=\"false\", expiry-date=\"Sat, 03 Jan 2026 00:00:00 GMT\"";
    assert_eq!(state(&s3, "k").await.as_deref(), Some(there));
    assert!(s3.get_object(get_input("k")).await.is_ok());
    cloud.advance(36 * HOUR).await;
    assert_eq!(state(&s3, "k").await, None);
    assert_eq!(failure(s3.get_object(get_input("k")).await).1, 403);
    let names = sent.lock().unwrap();
    let names = names[1..].iter().map(|it| it["Records"][0]["eventName"].as_str().unwrap());
    let expected = ["ObjectRestore:Post", "ObjectRestore:Completed", "ObjectRestore:Delete"];
    assert_eq!(names.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_copy_that_is_there_stays_longer() {
    let (cloud, s3, _) = slow().await;
    archive(&s3, "k", "GLACIER").await;
    s3.restore_object(request("k", Some(1), "Expedited")).await.unwrap();
    cloud.advance(HOUR).await;
    s3.restore_object(request("k", Some(3), "Standard")).await.unwrap();
    cloud.advance(60 * HOUR).await;
    assert!(s3.get_object(get_input("k")).await.is_ok());
    cloud.advance(60 * HOUR).await;
    assert_eq!(failure(s3.get_object(get_input("k")).await).1, 403);
}

#[tokio::test]
async fn what_is_not_restored() {
    let (_cloud, s3, _) = slow().await;
    for class in ["STANDARD", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE"] {
        archive(&s3, class, class).await;
    }
    for (key, days, tier, code) in [
        ("STANDARD", Some(1), "Standard", "InvalidObjectState"),
        ("INTELLIGENT_TIERING", Some(1), "Standard", "InvalidArgument"),
        ("GLACIER", None, "Standard", "MalformedXML"),
        ("GLACIER", Some(0), "Standard", "MalformedXML"),
        ("GLACIER", Some(1), "Fast", "MalformedXML"),
        ("DEEP_ARCHIVE", Some(1), "Expedited", "InvalidArgument"),
        ("missing", Some(1), "Standard", "NoSuchKey"),
    ] {
        let got = s3.restore_object(request(key, days, tier)).await;
        assert_eq!(failure(got).0, code, "{key} {tier}");
    }
}
