use std::sync::Arc;

use fogbank_api_s3::*;
use fogbank_provider_s3::S3Provider;
use fogbank_testkit::Cloud;

use super::cloud::{BUCKET, client, create, failure, put, put_input, set_versioning, with_bucket};

/// Asks for a configuration: the output, or the code of the error.
macro_rules! ask {
    ($s3:expr, $operation:ident, $input:ident) => {
        $s3.$operation($input { bucket: BUCKET.to_owned(), ..Default::default() })
            .await
            .map_err(|error| error.code().to_owned())
    };
}

#[tokio::test]
async fn what_was_never_configured() {
    let (_cloud, s3) = with_bucket().await;
    let code = |result: Result<(), String>| result.unwrap_err();
    for (got, expected) in [
        (code(ask!(s3, get_bucket_policy, GetBucketPolicyRequest).map(drop)), "NoSuchBucketPolicy"),
        (
            code(ask!(s3, get_bucket_cors, GetBucketCorsRequest).map(drop)),
            "NoSuchCORSConfiguration",
        ),
        (code(ask!(s3, get_bucket_tagging, GetBucketTaggingRequest).map(drop)), "NoSuchTagSet"),
        (
            code(ask!(s3, get_bucket_website, GetBucketWebsiteRequest).map(drop)),
            "NoSuchWebsiteConfiguration",
        ),
        (
            code(ask!(s3, get_bucket_replication, GetBucketReplicationRequest).map(drop)),
            "ReplicationConfigurationNotFoundError",
        ),
        (
            code(
                ask!(
                    s3,
                    get_bucket_lifecycle_configuration,
                    GetBucketLifecycleConfigurationRequest
                )
                .map(drop),
            ),
            "NoSuchLifecycleConfiguration",
        ),
    ] {
        assert_eq!(got, expected);
    }
    let ownership = ask!(s3, get_bucket_ownership_controls, GetBucketOwnershipControlsRequest);
    let rule = ownership.unwrap().ownership_controls.unwrap().rules.remove(0);
    assert_eq!(rule.object_ownership.as_str(), "BucketOwnerEnforced");
    let block = ask!(s3, get_public_access_block, GetPublicAccessBlockRequest).unwrap();
    assert_eq!(block.public_access_block_configuration.unwrap().block_public_acls, Some(true));
    let encryption = ask!(s3, get_bucket_encryption, GetBucketEncryptionRequest).unwrap();
    assert_eq!(encryption.server_side_encryption_configuration.unwrap().rules.len(), 1);
}

#[tokio::test]
async fn documents_come_back_as_they_were() {
    let (_cloud, s3) = with_bucket().await;
    let rule = CORSRule {
        id: Some("r".to_owned()),
        allowed_methods: vec!["GET".to_owned()],
        allowed_origins: vec!["*".to_owned()],
        max_age_seconds: Some(7),
        ..Default::default()
    };
    s3.put_bucket_cors(PutBucketCorsRequest {
        bucket: BUCKET.to_owned(),
        cors_configuration: CORSConfiguration { cors_rules: vec![rule] },
        ..Default::default()
    })
    .await
    .unwrap();
    let rules = ask!(s3, get_bucket_cors, GetBucketCorsRequest).unwrap().cors_rules.unwrap();
    assert_eq!((rules[0].id.as_deref(), rules[0].max_age_seconds), (Some("r"), Some(7)));
    assert_eq!(rules[0].allowed_headers, None);

    let lifecycle = LifecycleRule {
        id: Some("seven days".to_owned()),
        status: "Enabled".into(),
        filter: Some(LifecycleRuleFilter { prefix: Some("logs/".into()), ..Default::default() }),
        expiration: Some(LifecycleExpiration { days: Some(7), ..Default::default() }),
        ..Default::default()
    };
    s3.put_bucket_lifecycle_configuration(PutBucketLifecycleConfigurationRequest {
        bucket: BUCKET.to_owned(),
        lifecycle_configuration: Some(BucketLifecycleConfiguration { rules: vec![lifecycle] }),
        ..Default::default()
    })
    .await
    .unwrap();
    // The clock stands at midnight of 2026-01-01, so the seventh day ends on the ninth.
    let expected = "expiry-date=\"Fri, 09 Jan 2026 00:00:00 GMT\", rule-id=\"seven days\"";
    assert_eq!(put(&s3, "logs/a", "").await.expiration.as_deref(), Some(expected));
    assert_eq!(put(&s3, "other", "").await.expiration, None);
}

#[tokio::test]
async fn the_default_encryption_is_what_objects_get() {
    let (_cloud, s3) = with_bucket().await;
    let put_default = |algorithm: &str, key: Option<&str>| PutBucketEncryptionRequest {
        bucket: BUCKET.to_owned(),
        server_side_encryption_configuration: ServerSideEncryptionConfiguration {
            rules: vec![ServerSideEncryptionRule {
                apply_server_side_encryption_by_default: Some(ServerSideEncryptionByDefault {
                    sse_algorithm: algorithm.into(),
                    kms_master_key_id: key.map(str::to_owned),
                }),
                bucket_key_enabled: Some(true),
                ..Default::default()
            }],
        },
        ..Default::default()
    };
    let wrong = s3.put_bucket_encryption(put_default("AES256", Some("key"))).await;
    assert_eq!(failure(wrong).0, "InvalidArgument");
    s3.put_bucket_encryption(put_default("aws:kms", Some("key"))).await.unwrap();
    let output = put(&s3, "k", "hello").await;
    assert_eq!(output.server_side_encryption, Some("aws:kms".into()));
    assert_eq!(output.ssekms_key_id.as_deref(), Some("arn:aws:kms:us-east-1:000000000000:key/key"));
    assert_eq!(output.bucket_key_enabled, Some(true));
    assert_ne!(output.e_tag.as_deref(), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    let explicit = PutObjectRequest {
        server_side_encryption: Some("AES256".into()),
        ..put_input("k", "hello")
    };
    let output = s3.put_object(explicit).await.unwrap();
    assert_eq!(output.server_side_encryption, Some("AES256".into()));
}

#[tokio::test]
async fn acls_need_ownership_and_no_block() {
    let (_cloud, s3) = with_bucket().await;
    let acl = || PutBucketAclRequest {
        bucket: BUCKET.to_owned(),
        acl: Some("public-read".into()),
        ..Default::default()
    };
    assert_eq!(failure(s3.put_bucket_acl(acl()).await).0, "AccessControlListNotSupported");
    ask!(s3, delete_bucket_ownership_controls, DeleteBucketOwnershipControlsRequest).unwrap();
    assert_eq!(failure(s3.put_bucket_acl(acl()).await).0, "AccessDenied");
    ask!(s3, delete_public_access_block, DeletePublicAccessBlockRequest).unwrap();
    s3.put_bucket_acl(acl()).await.unwrap();
    let grants = ask!(s3, get_bucket_acl, GetBucketAclRequest).unwrap().grants.unwrap();
    assert_eq!(grants.len(), 2);
    let nothing = PutBucketAclRequest { bucket: BUCKET.to_owned(), ..Default::default() };
    assert_eq!(failure(s3.put_bucket_acl(nothing).await).0, "MissingSecurityHeader");
}

#[tokio::test]
async fn configurations_by_id() {
    let (_cloud, s3) = with_bucket().await;
    let put = |id: &str, document: &str| PutBucketMetricsConfigurationRequest {
        bucket: BUCKET.to_owned(),
        id: id.to_owned(),
        metrics_configuration: MetricsConfiguration { id: document.to_owned(), filter: None },
        ..Default::default()
    };
    let mismatch = s3.put_bucket_metrics_configuration(put("a", "b")).await;
    assert_eq!(failure(mismatch).0, "IdMismatch");
    for number in 0..102 {
        let id = format!("id-{number:03}");
        s3.put_bucket_metrics_configuration(put(&id, &id)).await.unwrap();
    }
    let list = |token: Option<String>| ListBucketMetricsConfigurationsRequest {
        bucket: BUCKET.to_owned(),
        continuation_token: token,
        ..Default::default()
    };
    let page = s3.list_bucket_metrics_configurations(list(None)).await.unwrap();
    assert_eq!(page.metrics_configuration_list.unwrap().len(), 100);
    let rest = s3.list_bucket_metrics_configurations(list(page.next_continuation_token)).await;
    assert_eq!(rest.unwrap().metrics_configuration_list.unwrap().len(), 2);
    let delete = || DeleteBucketMetricsConfigurationRequest {
        bucket: BUCKET.to_owned(),
        id: "id-000".to_owned(),
        ..Default::default()
    };
    s3.delete_bucket_metrics_configuration(delete()).await.unwrap();
    let twice = s3.delete_bucket_metrics_configuration(delete()).await;
    assert_eq!(failure(twice), ("NoSuchConfiguration".to_owned(), 404));
}

#[tokio::test]
async fn policies() {
    let (_cloud, s3) = with_bucket().await;
    let policy = |text: &str| PutBucketPolicyRequest {
        bucket: BUCKET.to_owned(),
        policy: text.to_owned(),
        ..Default::default()
    };
    let public = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::test-bucket/*"}]}"#;
    for (text, code) in [
        ("", "MalformedPolicy"),
        ("word", "MalformedPolicy"),
        ("{}", "MalformedPolicy"),
        (public, "AccessDenied"),
        (
            r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::test-bucket"}]}"#,
            "",
        ),
    ] {
        assert_eq!(failure(s3.put_bucket_policy(policy(text)).await).0, code, "{text}");
    }
    ask!(s3, delete_public_access_block, DeletePublicAccessBlockRequest).unwrap();
    s3.put_bucket_policy(policy(public)).await.unwrap();
    let status = ask!(s3, get_bucket_policy_status, GetBucketPolicyStatusRequest).unwrap();
    assert_eq!(status.policy_status.unwrap().is_public, Some(true));
    assert_eq!(
        ask!(s3, get_bucket_policy, GetBucketPolicyRequest).unwrap().policy.unwrap(),
        public
    );
}

#[tokio::test]
async fn replication_rules_have_one_schema() {
    let (_cloud, s3) = with_bucket().await;
    set_versioning(&s3, "Enabled").await;
    let rule = |destination: &str| ReplicationRule {
        status: "Enabled".into(),
        destination: Destination {
            bucket: format!("arn:aws:s3:::{destination}"),
            ..Default::default()
        },
        ..Default::default()
    };
    let markers = || Some(DeleteMarkerReplication { status: Some("Enabled".into()) });
    let filtered = || ReplicationRule {
        filter: Some(ReplicationRuleFilter::default()),
        priority: Some(1),
        delete_marker_replication: markers(),
        ..rule("target")
    };
    let tag = Tag { key: "k".to_owned(), value: "v".to_owned() };
    let tagged = ReplicationRuleFilter { tag: Some(tag), ..Default::default() };
    let criteria = || {
        Some(SourceSelectionCriteria {
            sse_kms_encrypted_objects: Some(SseKmsEncryptedObjects { status: "Enabled".into() }),
            ..Default::default()
        })
    };
    let mut keyed = filtered();
    keyed.destination.encryption_configuration =
        Some(EncryptionConfiguration { replica_kms_key_id: Some("key".to_owned()) });
    for (rules, message) in [
        (
            vec![ReplicationRule { source_selection_criteria: criteria(), ..filtered() }],
            "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
        ),
        (
            vec![keyed],
            "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
        ),
        (vec![rule(BUCKET)], "Destination bucket cannot be the same as the source bucket."),
        (vec![rule("target")], "Destination bucket must have versioning enabled."),
        (vec![filtered()], "Destination bucket must have versioning enabled."),
        (
            vec![rule("target"), rule("other")],
            "Number of distinct destination bucket ARNs cannot exceed 1",
        ),
        (
            vec![ReplicationRule { delete_marker_replication: markers(), ..rule("target") }],
            "DeleteMarkerReplication cannot be used for this version of Cross Region Replication \
             configuration schema. Please refer to S3 Developer Guide for more information.",
        ),
        (
            vec![ReplicationRule { priority: None, ..filtered() }],
            "Priority must be specified for this version of Cross Region Replication configuration \
             schema. Please refer to S3 Developer Guide for more information.",
        ),
        (
            vec![ReplicationRule { filter: Some(tagged), ..filtered() }],
            "Delete marker replication is not supported if any Tag filter is specified. Please \
             refer to S3 Developer Guide for more information.",
        ),
    ] {
        let input = PutBucketReplicationRequest {
            bucket: BUCKET.to_owned(),
            replication_configuration: ReplicationConfiguration {
                role: "arn:aws:iam::000000000000:role/r".to_owned(),
                rules,
            },
            ..Default::default()
        };
        let error = s3.put_bucket_replication(input).await.map(|_| ()).unwrap_err();
        assert_eq!((error.code(), error.message()), ("InvalidRequest", Some(message)));
    }
}

#[tokio::test]
async fn new_buckets_can_block_keys_of_customers() {
    let provider = S3Provider::new().with_customer_keys_blocked();
    let cloud = Cloud::new().with(fogbank_api_s3::service(Arc::new(provider)));
    let s3 = client(&cloud, "us-east-1");
    create(&s3, BUCKET).await;
    let blocked = || async {
        let output = ask!(s3, get_bucket_encryption, GetBucketEncryptionRequest).unwrap();
        let mut document = output.server_side_encryption_configuration.unwrap();
        let types = document.rules.remove(0).blocked_encryption_types;
        types.and_then(|it| it.encryption_type).is_some_and(|it| it == ["SSE-C".into()])
    };
    let write = || PutObjectRequest {
        sse_customer_algorithm: Some("AES256".to_owned()),
        sse_customer_key: Some("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=".to_owned()),
        sse_customer_key_md5: Some("mT2HRsMGJ5IX5C+0rreZ8Q==".to_owned()),
        ..put_input("key", "content")
    };
    let encrypt = |types: Option<&str>| PutBucketEncryptionRequest {
        bucket: BUCKET.to_owned(),
        server_side_encryption_configuration: ServerSideEncryptionConfiguration {
            rules: vec![ServerSideEncryptionRule {
                blocked_encryption_types: types
                    .map(|it| BlockedEncryptionTypes { encryption_type: Some(vec![it.into()]) }),
                ..Default::default()
            }],
        },
        ..Default::default()
    };
    assert!(blocked().await);
    assert_eq!(failure(s3.put_object(write()).await), ("AccessDenied".to_owned(), 403));
    // What says nothing of it leaves it.
    s3.put_bucket_encryption(encrypt(None)).await.unwrap();
    assert!(blocked().await);
    s3.put_bucket_encryption(encrypt(Some("NONE"))).await.unwrap();
    assert!(!blocked().await);
    s3.put_object(write()).await.unwrap();
    let delete = DeleteBucketEncryptionRequest { bucket: BUCKET.to_owned(), ..Default::default() };
    s3.delete_bucket_encryption(delete).await.unwrap();
    assert!(!blocked().await);
}

#[tokio::test]
async fn grants_of_logs_need_acls() {
    let (_cloud, s3) = with_bucket().await;
    let log = |kind: &str, uri: &str| PutBucketLoggingRequest {
        bucket: BUCKET.to_owned(),
        bucket_logging_status: BucketLoggingStatus {
            logging_enabled: Some(LoggingEnabled {
                target_bucket: BUCKET.to_owned(),
                target_prefix: "logs/".to_owned(),
                target_grants: Some(vec![TargetGrant {
                    grantee: Some(Grantee {
                        r#type: kind.into(),
                        uri: Some(uri.to_owned()),
                        ..Default::default()
                    }),
                    permission: Some("READ".into()),
                }]),
                ..Default::default()
            }),
        },
        ..Default::default()
    };
    let everyone = "http://acs.amazonaws.com/groups/global/AllUsers";
    let controls = PutBucketOwnershipControlsRequest {
        bucket: BUCKET.to_owned(),
        ownership_controls: OwnershipControls {
            rules: vec![OwnershipControlsRule { object_ownership: "ObjectWriter".into() }],
        },
        ..Default::default()
    };
    for (kind, uri, code) in [
        ("Group", everyone, "AccessControlListNotSupported"),
        ("Group", "http://example.com", "InvalidArgument"),
        ("Nobody", everyone, "MalformedACLError"),
    ] {
        assert_eq!(failure(s3.put_bucket_logging(log(kind, uri)).await).0, code, "{kind} {uri}");
    }
    s3.put_bucket_ownership_controls(controls).await.unwrap();
    s3.put_bucket_logging(log("Group", everyone)).await.unwrap();
}
