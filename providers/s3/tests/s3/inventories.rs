use std::io::Read as _;
use std::time::Duration;

use fogbank_api_s3::*;

use super::cloud::{BUCKET, content, create, failure, get_input, put, set_versioning, with_bucket};

const DAY: Duration = Duration::from_secs(86_400);
const REPORTS: &str = "reports";

fn inventory(versions: &str, fields: &[&str]) -> PutBucketInventoryConfigurationRequest {
    PutBucketInventoryConfigurationRequest {
        bucket: BUCKET.to_owned(),
        id: "daily".to_owned(),
        inventory_configuration: InventoryConfiguration {
            destination: InventoryDestination {
                s3_bucket_destination: InventoryS3BucketDestination {
                    bucket: format!("arn:aws:s3:::{REPORTS}"),
                    format: "CSV".into(),
                    prefix: Some("in".to_owned()),
                    ..Default::default()
                },
            },
            is_enabled: true,
            id: "daily".to_owned(),
            included_object_versions: versions.into(),
            optional_fields: Some(fields.iter().map(|field| (*field).into()).collect()),
            schedule: InventorySchedule { frequency: "Daily".into() },
            ..Default::default()
        },
        ..Default::default()
    }
}

async fn allow(s3: &S3Client) {
    s3.put_bucket_policy(PutBucketPolicyRequest {
        bucket: REPORTS.to_owned(),
        policy: format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\
             \"Principal\":{{\"Service\":\"s3.amazonaws.com\"}},\"Action\":\"s3:PutObject\",\
             \"Resource\":\"arn:aws:s3:::{REPORTS}/*\",\"Condition\":{{\"ArnLike\":\
             {{\"aws:SourceArn\":\"arn:aws:s3:::{BUCKET}\"}}}}}}]}}"
        ),
        ..Default::default()
    })
    .await
    .unwrap();
}

async fn keys(s3: &S3Client) -> Vec<String> {
    let list = ListObjectsV2Request { bucket: REPORTS.to_owned(), ..Default::default() };
    let listed = s3.list_objects_v2(list).await.unwrap().contents.unwrap_or_default();
    listed.into_iter().filter_map(|object| object.key).collect()
}

fn report(key: &str) -> GetObjectRequest {
    GetObjectRequest { bucket: REPORTS.to_owned(), ..get_input(key) }
}

#[tokio::test]
async fn inventories_are_written_at_midnight() {
    let (cloud, s3) = with_bucket().await;
    create(&s3, REPORTS).await;
    set_versioning(&s3, "Enabled").await;
    put(&s3, "a key", "content").await;
    put(&s3, "gone", "x").await;
    s3.delete_object(super::cloud::delete_input("gone", None)).await.unwrap();
    let fields = ["Size", "ETag", "StorageClass", "IsMultipartUploaded", "EncryptionStatus"];
    s3.put_bucket_inventory_configuration(inventory("All", &fields)).await.unwrap();
    cloud.advance(DAY).await;
    assert!(keys(&s3).await.is_empty(), "nobody allowed the delivery");
    allow(&s3).await;
    cloud.advance(DAY).await;

    let keys = keys(&s3).await;
    let [manifest, checksum, data, link] =
        ["manifest.json", "manifest.checksum", ".csv.gz", "symlink.txt"]
            .map(|end| keys.iter().find(|key| key.ends_with(end)).unwrap().clone());
    assert_eq!(manifest, format!("in/{BUCKET}/daily/2026-01-03T00-00Z/manifest.json"));
    assert_eq!(link, format!("in/{BUCKET}/daily/hive/dt=2026-01-03-00-00/symlink.txt"));
    let manifest = content(&s3, report(&manifest)).await.unwrap();
    for part in [
        "\"fileFormat\": \"CSV\"",
        "\"fileSchema\": \"Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, ETag, \
         StorageClass, IsMultipartUploaded, EncryptionStatus\"",
        "\"destinationBucket\": \"arn:aws:s3:::reports\"",
        &data,
    ] {
        assert!(manifest.contains(part), "{part} in {manifest}");
    }
    assert_eq!(content(&s3, report(&checksum)).await.unwrap().len(), 32);
    assert_eq!(content(&s3, report(&link)).await.unwrap(), format!("s3://{REPORTS}/{data}"));
    let packed = s3.get_object(report(&data)).await.unwrap().body.collect(1 << 20).await.unwrap();
    let mut table = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut table).unwrap();
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 3);
    assert!(rows[0].starts_with("\"test-bucket\",\"a+key\",\""), "{}", rows[0]);
    let end = "\"true\",\"false\",\"7\",\"9a0364b9e99bb480dd25e1f0284c8555\",\"STANDARD\",\
               \"false\",\"SSE-S3\"";
    assert!(rows[0].ends_with(end), "{}", rows[0]);
    assert!(rows[1].contains("\"true\",\"true\",\"\""), "the marker: {}", rows[1]);
    assert!(rows[2].contains("\"false\",\"false\",\"1\""), "{}", rows[2]);
}

#[tokio::test]
async fn inventories_of_current_objects_every_sunday() {
    let (cloud, s3) = with_bucket().await;
    create(&s3, REPORTS).await;
    allow(&s3).await;
    put(&s3, "key", "content").await;
    let mut weekly = inventory("Current", &[]);
    weekly.inventory_configuration.schedule.frequency = "Weekly".into();
    s3.put_bucket_inventory_configuration(weekly).await.unwrap();
    // The clock stands at a Thursday.
    cloud.advance(2 * DAY).await;
    assert!(keys(&s3).await.is_empty());
    cloud.advance(DAY).await;
    assert_eq!(keys(&s3).await.len(), 4);
    let mut wrong = inventory("Current", &["Weight"]);
    assert_eq!(failure(s3.put_bucket_inventory_configuration(wrong).await).0, "MalformedXML");
    wrong = inventory("Some", &[]);
    assert_eq!(failure(s3.put_bucket_inventory_configuration(wrong).await).0, "MalformedXML");
}

#[tokio::test]
async fn inventories_in_parquet() {
    let (cloud, s3) = with_bucket().await;
    create(&s3, REPORTS).await;
    allow(&s3).await;
    put(&s3, "a key", "content").await;
    let mut parquet = inventory("Current", &["Size", "LastModifiedDate"]);
    parquet.inventory_configuration.destination.s3_bucket_destination.format = "Parquet".into();
    s3.put_bucket_inventory_configuration(parquet).await.unwrap();
    cloud.advance(DAY).await;
    let keys = keys(&s3).await;
    let named = |end: &str| keys.iter().find(|key| key.ends_with(end)).unwrap().clone();
    let manifest = content(&s3, report(&named("manifest.json"))).await.unwrap();
    for part in [
        "\"fileFormat\": \"Parquet\"",
        "message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); \
         optional int64 size; optional int64 last_modified_date (TIMESTAMP_MILLIS); }",
    ] {
        assert!(manifest.contains(part), "{part} in {manifest}");
    }
    let file = s3.get_object(report(&named(".parquet"))).await.unwrap();
    assert!(file.body.collect(1 << 20).await.unwrap().starts_with(b"PAR1"));
}
