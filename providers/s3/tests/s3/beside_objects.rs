use fogbank_api_s3::*;
use fogbank_service::ByteStream;

use super::cloud::{
    BUCKET, client, content, create, failure, get_input, put, put_input, set_versioning,
    with_bucket,
};

const ZONAL: &str = "fast--use1-az4--x-s3";

async fn create_zonal(s3: &S3Client) {
    s3.create_bucket(CreateBucketRequest {
        bucket: ZONAL.to_owned(),
        create_bucket_configuration: Some(CreateBucketConfiguration {
            location: Some(LocationInfo {
                r#type: Some("AvailabilityZone".into()),
                name: Some("use1-az4".into()),
            }),
            bucket: Some(BucketInfo {
                data_redundancy: Some("SingleAvailabilityZone".into()),
                r#type: Some("Directory".into()),
            }),
            ..Default::default()
        }),
        ..Default::default()
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn directory_buckets_append() {
    let (_cloud, s3) = with_bucket().await;
    create_zonal(&s3).await;
    let append = |content: &str, offset: i64| PutObjectRequest {
        bucket: ZONAL.to_owned(),
        write_offset_bytes: Some(offset),
        ..put_input("log", content)
    };
    assert_eq!(s3.put_object(append("123456", 0)).await.unwrap().size, Some(6));
    let second = s3.put_object(append("789", 6)).await.unwrap();
    assert_eq!(second.size, Some(9));
    // The check value of CRC-64/NVME.
    assert_eq!(second.checksum_crc64nvme.as_deref(), Some("rosUhgp5mIg="));
    let get = GetObjectRequest { bucket: ZONAL.to_owned(), ..get_input("log") };
    assert_eq!(content(&s3, get).await.unwrap(), "123456789");
    let wrong = [
        (append("x", 0), "InvalidWriteOffset"),
        (append("x", 8), "InvalidWriteOffset"),
        (append("x", -1), "InvalidWriteOffset"),
        (
            PutObjectRequest { checksum_crc32: Some("AAAAAA==".into()), ..append("x", 9) },
            "InvalidRequest",
        ),
        (
            PutObjectRequest { if_none_match: Some("*".into()), ..append("x", 9) },
            "PreconditionFailed",
        ),
        (PutObjectRequest { bucket: BUCKET.to_owned(), ..append("x", 0) }, "NotImplemented"),
    ];
    for (input, code) in wrong {
        assert_eq!(failure(s3.put_object(input).await).0, code);
    }
}

#[tokio::test]
async fn directory_buckets_delete_what_is_exactly_described() {
    let (_cloud, s3) = with_bucket().await;
    create_zonal(&s3).await;
    s3.put_object(PutObjectRequest { bucket: ZONAL.to_owned(), ..put_input("k", "four") })
        .await
        .unwrap();
    let delete = |bucket: &str, size: i64| DeleteObjectRequest {
        bucket: bucket.to_owned(),
        key: "k".to_owned(),
        if_match_size: Some(size),
        ..Default::default()
    };
    for (bucket, size, code) in [
        (BUCKET, 4, "NotImplemented"),
        (ZONAL, 5, "PreconditionFailed"),
        (ZONAL, 4, ""),
        (ZONAL, 4, "NoSuchKey"),
    ] {
        assert_eq!(failure(s3.delete_object(delete(bucket, size)).await).0, code);
    }
}

#[tokio::test]
async fn directory_buckets_have_sessions_and_rename() {
    let (cloud, s3) = with_bucket().await;
    create_zonal(&s3).await;
    let session =
        |bucket: &str| CreateSessionRequest { bucket: bucket.to_owned(), ..Default::default() };
    let credentials = s3.create_session(session(ZONAL)).await.unwrap().credentials;
    assert!(credentials.access_key_id.starts_with("ASIA"));
    assert_eq!(failure(s3.create_session(session(BUCKET)).await).0, "InvalidRequest");
    let listed = s3.list_directory_buckets(ListDirectoryBucketsRequest::default()).await.unwrap();
    assert_eq!(listed.buckets.unwrap()[0].name.as_deref(), Some(ZONAL));
    let listed = s3.list_buckets(ListBucketsRequest::default()).await.unwrap();
    assert_eq!(listed.buckets.unwrap().len(), 1);

    let mut input = put_input("old", "content");
    input.bucket = ZONAL.to_owned();
    s3.put_object(input).await.unwrap();
    let rename = |source: &str| RenameObjectRequest {
        bucket: ZONAL.to_owned(),
        key: "new".to_owned(),
        rename_source: source.to_owned(),
        ..Default::default()
    };
    s3.rename_object(rename(&format!("/{ZONAL}/old"))).await.unwrap();
    let mut input = get_input("new");
    input.bucket = ZONAL.to_owned();
    let output = s3.get_object(input).await.unwrap();
    assert_eq!(output.storage_class.unwrap().as_str(), "EXPRESS_ONEZONE");
    assert_eq!(failure(s3.rename_object(rename("old")).await).0, "NoSuchKey");
    drop(cloud);
}

#[tokio::test]
async fn annotations() {
    let (_cloud, s3) = with_bucket().await;
    put(&s3, "key", "content").await;
    let name = |name: &str| PutObjectAnnotationRequest {
        bucket: BUCKET.to_owned(),
        key: "key".to_owned(),
        annotation_name: name.to_owned(),
        annotation_payload: ByteStream::from(b"{}".to_vec()),
        ..Default::default()
    };
    for it in ["a", "b"] {
        s3.put_object_annotation(name(it)).await.unwrap();
    }
    let refused = s3.put_object_annotation(name(&"n".repeat(513))).await;
    assert_eq!(failure(refused).0, "AnnotationNameTooLong");
    let list = ListObjectAnnotationsRequest {
        bucket: BUCKET.to_owned(),
        key: "key".to_owned(),
        max_annotation_results: Some(1),
        ..Default::default()
    };
    let listed = s3.list_object_annotations(list).await.unwrap();
    assert_eq!(listed.annotations.unwrap()[0].annotation_name, "a");
    assert!(listed.next_continuation_token.is_some());
    let get = GetObjectAnnotationRequest {
        bucket: BUCKET.to_owned(),
        key: "key".to_owned(),
        annotation_name: "c".to_owned(),
        ..Default::default()
    };
    assert_eq!(failure(s3.get_object_annotation(get).await), ("NoSuchAnnotation".to_owned(), 404));
}

#[tokio::test]
async fn what_is_written_is_replicated() {
    let (cloud, s3) = with_bucket().await;
    set_versioning(&s3, "Enabled").await;
    create(&s3, "copies").await;
    s3.put_bucket_versioning(PutBucketVersioningRequest {
        bucket: "copies".to_owned(),
        versioning_configuration: VersioningConfiguration {
            status: Some("Enabled".into()),
            ..Default::default()
        },
        ..Default::default()
    })
    .await
    .unwrap();
    let rule = ReplicationRule {
        status: "Enabled".into(),
        priority: Some(1),
        filter: Some(ReplicationRuleFilter { prefix: Some("logs/".into()), ..Default::default() }),
        delete_marker_replication: Some(DeleteMarkerReplication { status: Some("Enabled".into()) }),
        destination: Destination { bucket: "arn:aws:s3:::copies".into(), ..Default::default() },
        ..Default::default()
    };
    let configure = |rule: ReplicationRule| PutBucketReplicationRequest {
        bucket: BUCKET.to_owned(),
        replication_configuration: ReplicationConfiguration {
            role: "arn:aws:iam::000000000000:role/replication".into(),
            rules: vec![rule],
        },
        ..Default::default()
    };
    s3.put_bucket_replication(configure(rule.clone())).await.unwrap();
    put(&s3, "logs/a", "content").await;
    put(&s3, "other", "content").await;
    let copy = |key: &str| GetObjectRequest { bucket: "copies".to_owned(), ..get_input(key) };
    assert_eq!(content(&s3, copy("logs/a")).await.unwrap(), "content");
    assert_eq!(failure(s3.get_object(copy("other")).await).0, "NoSuchKey");
    let status =
        |output: GetObjectOutput| output.replication_status.map(|it| it.as_str().to_owned());
    let source = s3.get_object(get_input("logs/a")).await.unwrap();
    assert_eq!(status(source).as_deref(), Some("COMPLETED"));
    let replica = s3.get_object(copy("logs/a")).await.unwrap();
    assert_eq!(status(replica).as_deref(), Some("REPLICA"));
    let delete = DeleteObjectRequest {
        bucket: BUCKET.to_owned(),
        key: "logs/a".to_owned(),
        ..Default::default()
    };
    s3.delete_object(delete).await.unwrap();
    assert_eq!(failure(s3.get_object(copy("logs/a")).await).0, "NoSuchKey");

    // Objects with keys of KMS want a rule that says so, and another key.
    let protected = |key: &str| PutObjectRequest {
        server_side_encryption: Some("aws:kms".into()),
        ..put_input(key, "content")
    };
    s3.put_object(protected("logs/kms")).await.unwrap();
    assert_eq!(failure(s3.get_object(copy("logs/kms")).await).0, "NoSuchKey");
    let mut keyed = rule;
    let key = "arn:aws:kms:us-east-1:000000000000:key/replicas";
    keyed.source_selection_criteria = Some(SourceSelectionCriteria {
        sse_kms_encrypted_objects: Some(SseKmsEncryptedObjects { status: "Enabled".into() }),
        ..Default::default()
    });
    keyed.destination.encryption_configuration =
        Some(EncryptionConfiguration { replica_kms_key_id: Some(key.to_owned()) });
    s3.put_bucket_replication(configure(keyed)).await.unwrap();
    s3.put_object(protected("logs/kms")).await.unwrap();
    let replica = s3.get_object(copy("logs/kms")).await.unwrap();
    assert_eq!(replica.ssekms_key_id.as_deref(), Some(key));
    drop(client(&cloud, "us-east-1"));
}
