use fogbank_api_s3::*;
use fogbank_context::{AccountId, Partition};
use fogbank_service::Principal;
use fogbank_testkit::Cloud;

use super::cloud::{BUCKET, client, cloud, create, failure, get_input, put, put_input};

const OTHER: &str = "111111111111";

/// A client of another account.
fn stranger(cloud: &Cloud) -> S3Client {
    let account: AccountId = OTHER.parse().unwrap();
    let mut caller = cloud.caller().in_account(account);
    caller.principal = Principal {
        access_key_id: Some(OTHER.to_owned()),
        ..Principal::root(account, Partition::Aws)
    };
    S3Client::new(caller)
}

fn denied() -> (String, u16) {
    ("AccessDenied".to_owned(), 403)
}

async fn open_to_acls(s3: &S3Client) {
    s3.put_bucket_ownership_controls(PutBucketOwnershipControlsRequest {
        bucket: BUCKET.to_owned(),
        ownership_controls: OwnershipControls {
            rules: vec![OwnershipControlsRule { object_ownership: "ObjectWriter".into() }],
        },
        ..Default::default()
    })
    .await
    .unwrap();
    s3.delete_public_access_block(DeletePublicAccessBlockRequest {
        bucket: BUCKET.to_owned(),
        ..Default::default()
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn other_accounts_need_to_be_given_access() {
    let cloud = cloud();
    let (s3, other) = (client(&cloud, "us-east-1"), stranger(&cloud));
    create(&s3, BUCKET).await;
    put(&s3, "key", "content").await;
    assert_eq!(failure(other.get_object(get_input("key")).await), denied());
    assert_eq!(failure(other.get_object(get_input("nothing")).await), denied());
    assert_eq!(failure(other.put_object(put_input("key", "x")).await), denied());
    let list = || ListObjectsV2Request { bucket: BUCKET.to_owned(), ..Default::default() };
    assert_eq!(failure(other.list_objects_v2(list()).await), denied());
    let copy = CopyObjectRequest {
        bucket: "their-bucket".to_owned(),
        key: "copy".to_owned(),
        copy_source: format!("{BUCKET}/key"),
        ..Default::default()
    };
    create(&other, "their-bucket").await;
    assert_eq!(failure(other.copy_object(copy.clone()).await), denied());

    open_to_acls(&s3).await;
    let acl = PutObjectAclRequest {
        bucket: BUCKET.to_owned(),
        key: "key".to_owned(),
        acl: Some("authenticated-read".into()),
        ..Default::default()
    };
    s3.put_object_acl(acl).await.unwrap();
    assert_eq!(failure(other.get_object(get_input("key")).await).1, 200);
    assert_eq!(failure(other.copy_object(copy).await).1, 200);
    assert_eq!(failure(other.get_object(get_input("nothing")).await), denied());
    let acl = PutBucketAclRequest {
        bucket: BUCKET.to_owned(),
        acl: Some("public-read-write".into()),
        ..Default::default()
    };
    s3.put_bucket_acl(acl).await.unwrap();
    assert_eq!(failure(other.get_object(get_input("nothing")).await).0, "NoSuchKey");
    assert_eq!(failure(other.put_object(put_input("theirs", "x")).await).1, 200);
    assert_eq!(failure(other.list_objects_v2(list()).await).1, 200);
}

#[tokio::test]
async fn policies_give_and_deny() {
    let cloud = cloud();
    let (s3, other) = (client(&cloud, "us-east-1"), stranger(&cloud));
    create(&s3, BUCKET).await;
    put(&s3, "public/key", "content").await;
    put(&s3, "secret/key", "content").await;
    let policy = |statement: &str| PutBucketPolicyRequest {
        bucket: BUCKET.to_owned(),
        policy: format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}"),
        ..Default::default()
    };
    let give = format!(
        "{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"arn:aws:iam::{OTHER}:root\"}},\
         \"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::{BUCKET}/*\"}}"
    );
    let deny = format!(
        "{{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\
         \"Resource\":\"arn:aws:s3:::{BUCKET}/secret/*\"}}"
    );
    s3.put_bucket_policy(policy(&format!("{give},{deny}"))).await.unwrap();
    assert_eq!(failure(other.get_object(get_input("public/key")).await).1, 200);
    assert_eq!(failure(other.get_object(get_input("secret/key")).await), denied());
    assert_eq!(failure(other.put_object(put_input("public/key", "x")).await), denied());
    for (statement, message) in [
        ("{}", "Missing required field Effect"),
        ("{\"Effect\":\"Allow\"}", "Missing required field Action"),
        (
            "{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}",
            "Policy has invalid action",
        ),
    ] {
        let error = s3.put_bucket_policy(policy(statement)).await.map(|_| ()).unwrap_err();
        assert_eq!((error.code(), error.message()), ("MalformedPolicy", Some(message)));
    }
}
