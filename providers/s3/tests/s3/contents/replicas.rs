use fogbank_api_s3::*;

use super::super::cloud::{BUCKET, create, delete_input, put, set_versioning, with_bucket};

const TARGET: &str = "target-bucket";

async fn versions(s3: &S3Client, bucket: &str) -> Vec<(Option<String>, bool)> {
    let input = ListObjectVersionsRequest { bucket: bucket.to_owned(), ..Default::default() };
    let output = s3.list_object_versions(input).await.unwrap();
    let markers = output.delete_markers.unwrap_or_default().into_iter();
    let markers = markers.map(|it| (it.version_id, true));
    let objects = output.versions.unwrap_or_default().into_iter().map(|it| (it.version_id, false));
    markers.chain(objects).collect()
}

#[tokio::test]
async fn replicas_have_the_ids_of_their_sources() {
    let (_cloud, s3) = with_bucket().await;
    create(&s3, TARGET).await;
    set_versioning(&s3, "Enabled").await;
    let versioning =
        VersioningConfiguration { status: Some("Enabled".into()), ..Default::default() };
    s3.put_bucket_versioning(PutBucketVersioningRequest {
        bucket: TARGET.to_owned(),
        versioning_configuration: versioning,
        ..Default::default()
    })
    .await
    .unwrap();
    // What is there before makes the positions differ.
    let before =
        PutObjectRequest { bucket: TARGET.to_owned(), key: "k".into(), ..Default::default() };
    s3.put_object(before).await.unwrap();
    let rule = ReplicationRule {
        status: "Enabled".into(),
        priority: Some(1),
        filter: Some(ReplicationRuleFilter::default()),
        delete_marker_replication: Some(DeleteMarkerReplication { status: Some("Enabled".into()) }),
        destination: Destination { bucket: format!("arn:aws:s3:::{TARGET}"), ..Default::default() },
        ..Default::default()
    };
    s3.put_bucket_replication(PutBucketReplicationRequest {
        bucket: BUCKET.to_owned(),
        replication_configuration: ReplicationConfiguration {
            role: "arn:aws:iam::000000000000:role/r".to_owned(),
            rules: vec![rule],
        },
        ..Default::default()
    })
    .await
    .unwrap();
    let first = put(&s3, "k", "one").await.version_id;
    put(&s3, "k", "two").await;
    s3.delete_object(delete_input("k", None)).await.unwrap();
    let (here, there) = (versions(&s3, BUCKET).await, versions(&s3, TARGET).await);
    assert_eq!(here.len(), 3);
    assert!(here.iter().all(|version| there.contains(version)), "{here:?} {there:?}");
    let old = GetObjectRequest {
        bucket: TARGET.to_owned(),
        key: "k".into(),
        version_id: first,
        ..Default::default()
    };
    assert_eq!(super::super::cloud::content(&s3, old).await.unwrap(), "one");
}
