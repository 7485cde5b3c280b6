use fogbank_api_s3::*;
use fogbank_context::AccountId;

use super::cloud::{BUCKET, client, cloud, create, failure, put, set_versioning, with_bucket};

fn creation(bucket: &str, constraint: Option<&str>) -> CreateBucketRequest {
    CreateBucketRequest {
        bucket: bucket.to_owned(),
        create_bucket_configuration: constraint.map(|constraint| CreateBucketConfiguration {
            location_constraint: Some(constraint.into()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn location_constraints() {
    let cloud = cloud();
    let cases = [
        ("us-east-1", None, "", Some("us-east-1")),
        ("us-east-1", Some("eu-west-3"), "", Some("eu-west-3")),
        ("us-east-1", Some("EU"), "", Some("eu-west-1")),
        ("us-east-1", Some("us-east-1"), "InvalidLocationConstraint", None),
        ("us-east-1", Some("nowhere"), "InvalidLocationConstraint", None),
        ("us-west-1", None, "IllegalLocationConstraintException", None),
        ("us-west-1", Some("us-west-1"), "", Some("us-west-1")),
        ("us-west-1", Some("us-east-2"), "IllegalLocationConstraintException", None),
    ];
    for (index, (region, constraint, code, location)) in cases.into_iter().enumerate() {
        let s3 = client(&cloud, region);
        let bucket = format!("bucket-{index}");
        let result = s3.create_bucket(creation(&bucket, constraint)).await;
        assert_eq!(failure(result).0, code, "{region} {constraint:?}");
        let head = s3
            .head_bucket(HeadBucketRequest { bucket: bucket.clone(), ..Default::default() })
            .await;
        assert_eq!(head.ok().and_then(|it| it.bucket_region).as_deref(), location);
    }
}

#[tokio::test]
async fn names_are_one_namespace() {
    let cloud = cloud();
    let here = client(&cloud, "us-east-1");
    create(&here, BUCKET).await;
    assert_eq!(failure(here.create_bucket(creation(BUCKET, None)).await).1, 200);
    let elsewhere = client(&cloud, "us-west-2");
    let second = elsewhere.create_bucket(creation(BUCKET, Some("us-west-2"))).await;
    assert_eq!(failure(second), ("BucketAlreadyOwnedByYou".to_owned(), 409));
    let other: AccountId = "111111111111".parse().unwrap();
    let theirs = S3Client::new(cloud.caller().in_account(other));
    let taken = theirs.create_bucket(creation(BUCKET, None)).await;
    assert_eq!(failure(taken), ("BucketAlreadyExists".to_owned(), 409));
    let listed = theirs.list_buckets(ListBucketsRequest::default()).await.unwrap();
    assert!(listed.buckets.unwrap().is_empty());
}

#[tokio::test]
async fn a_bucket_goes_when_it_is_empty() {
    let (_cloud, s3) = with_bucket().await;
    set_versioning(&s3, "Enabled").await;
    put(&s3, "k", "v").await;
    s3.delete_object(super::cloud::delete_input("k", None)).await.unwrap();
    let delete = || DeleteBucketRequest { bucket: BUCKET.to_owned(), ..Default::default() };
    let error = s3.delete_bucket(delete()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("BucketNotEmpty", 409));
    assert!(error.message().unwrap().ends_with("You must delete all versions in the bucket."));
    let versions = s3
        .list_object_versions(ListObjectVersionsRequest {
            bucket: BUCKET.to_owned(),
            ..Default::default()
        })
        .await
        .unwrap();
    let ids = versions.versions.unwrap().into_iter().map(|it| it.version_id);
    let markers = versions.delete_markers.unwrap().into_iter().map(|it| it.version_id);
    for id in ids.chain(markers) {
        s3.delete_object(super::cloud::delete_input("k", id.as_deref())).await.unwrap();
    }
    s3.delete_bucket(delete()).await.unwrap();
    assert_eq!(failure(s3.delete_bucket(delete()).await).0, "NoSuchBucket");
}

#[tokio::test]
async fn buckets_are_listed_in_pages() {
    let cloud = cloud();
    let s3 = client(&cloud, "us-east-1");
    for bucket in ["alpha", "beta-one", "beta-two", "gamma"] {
        create(&s3, bucket).await;
    }
    s3.create_bucket(creation("beta-west", Some("us-west-2"))).await.unwrap();
    let names = |output: &ListBucketsOutput| -> Vec<String> {
        output.buckets.iter().flatten().filter_map(|bucket| bucket.name.clone()).collect()
    };
    let page = |token: Option<String>| ListBucketsRequest {
        prefix: Some("beta".to_owned()),
        max_buckets: Some(2),
        continuation_token: token,
        ..Default::default()
    };
    let first = s3.list_buckets(page(None)).await.unwrap();
    assert_eq!(names(&first), ["beta-one", "beta-two"]);
    let second = s3.list_buckets(page(first.continuation_token)).await.unwrap();
    assert_eq!(names(&second), ["beta-west"]);
    assert!(second.continuation_token.is_none());
    let regional = |region: &str| ListBucketsRequest {
        bucket_region: Some(region.to_owned()),
        ..Default::default()
    };
    let west = s3.list_buckets(regional("us-west-2")).await.unwrap();
    assert_eq!(names(&west), ["beta-west"]);
    assert_eq!(failure(s3.list_buckets(regional("eu-east-1")).await).0, "InvalidArgument");
}

#[tokio::test]
async fn the_expected_owner_is_checked() {
    let (_cloud, s3) = with_bucket().await;
    for (owner, code) in [
        ("000000000000", ""),
        ("111111111111", "AccessDenied"),
        ("0000", "InvalidBucketOwnerAWSAccountID"),
        ("abcd", "InvalidBucketOwnerAWSAccountID"),
    ] {
        let result = s3
            .head_bucket(HeadBucketRequest {
                bucket: BUCKET.to_owned(),
                expected_bucket_owner: Some(owner.to_owned()),
            })
            .await;
        assert_eq!(failure(result).0, code, "{owner}");
    }
}
