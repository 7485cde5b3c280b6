use fogbank_api_s3::*;
use fogbank_context::{AccountId, Partition};
use fogbank_service::{HttpRequest, Principal};
use fogbank_testkit::Cloud;
use http::HeaderValue;

use super::cloud::{BUCKET, client, cloud, create, failure, get_input, put, put_input};

const OTHER: &str = "111111111111";

/// A client of another account.
fn stranger(cloud: &Cloud) -> S3Client {
    let account: AccountId = OTHER.parse().unwrap();
    let mut caller = cloud.caller().in_account(account);
    caller.principal = Principal {
        access_key_id: Some(OTHER.to_owned()),
        ..Principal::root(account, Partition::Aws)
    }
    .into();
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
            "{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sqs:*\",\
             \"Resource\":\"arn:aws:s3:::test-bucket\"}",
            "Policy has invalid action",
        ),
    ] {
        let error = s3.put_bucket_policy(policy(statement)).await.map(|_| ()).unwrap_err();
        assert_eq!((error.code(), error.message()), ("MalformedPolicy", Some(message)));
    }
}

fn allows_everyone() -> PutBucketPolicyRequest {
    PutBucketPolicyRequest {
        bucket: BUCKET.to_owned(),
        policy: format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\
             \"Principal\":\"*\",\"Action\":\"s3:GetObject\",\
             \"Resource\":\"arn:aws:s3:::{BUCKET}/*\"}}]}}"
        ),
        ..Default::default()
    }
}

#[tokio::test]
async fn blocks_of_public_access_refuse_with_their_reason() {
    let (_cloud, s3) = super::cloud::with_bucket().await;
    let denial = |operation: &str, resource: &str, reason: &str| {
        format!(
            "User: arn:aws:iam::000000000000:root is not authorized to perform: s3:{operation} on \
             resource: \"arn:aws:s3:::{resource}\" because {reason} block public access setting."
        )
    };
    let policies = "public policies are blocked by the BlockPublicPolicy";
    let error = s3.put_bucket_policy(allows_everyone()).await.map(|_| ()).unwrap_err();
    assert_eq!((error.code(), error.status()), ("AccessDenied", 403));
    assert_eq!(error.message(), Some(&*denial("PutBucketPolicy", BUCKET, policies)));

    s3.put_bucket_ownership_controls(PutBucketOwnershipControlsRequest {
        bucket: BUCKET.to_owned(),
        ownership_controls: OwnershipControls {
            rules: vec![OwnershipControlsRule { object_ownership: "ObjectWriter".into() }],
        },
        ..Default::default()
    })
    .await
    .unwrap();
    let lists = "public access control lists (ACLs) are blocked by the BlockPublicAcls";
    let put = PutObjectRequest { acl: Some("public-read".into()), ..put_input("key", "x") };
    let error = s3.put_object(put).await.map(|_| ()).unwrap_err();
    let resource = format!("{BUCKET}/key");
    assert_eq!(error.message(), Some(&*denial("PutObject", &resource, lists)));
    let acl = |name: &str| PutBucketAclRequest {
        bucket: BUCKET.to_owned(),
        acl: Some(name.into()),
        ..Default::default()
    };
    let error = s3.put_bucket_acl(acl("public-read")).await.map(|_| ()).unwrap_err();
    assert_eq!(error.message(), Some(&*denial("PutBucketAcl", BUCKET, lists)));
    // The group of log delivery is not the public.
    assert_eq!(failure(s3.put_bucket_acl(acl("log-delivery-write")).await).1, 200);

    // While the bucket gives to others, ACLs cannot be turned off.
    let enforced = || PutBucketOwnershipControlsRequest {
        bucket: BUCKET.to_owned(),
        ownership_controls: OwnershipControls {
            rules: vec![OwnershipControlsRule { object_ownership: "BucketOwnerEnforced".into() }],
        },
        ..Default::default()
    };
    let code = failure(s3.put_bucket_ownership_controls(enforced()).await).0;
    assert_eq!(code, "InvalidBucketAclWithObjectOwnership");
    s3.put_bucket_acl(acl("private")).await.unwrap();
    s3.put_bucket_ownership_controls(enforced()).await.unwrap();
}

#[tokio::test]
async fn new_buckets_take_no_public_acl() {
    let cloud = cloud();
    let s3 = client(&cloud, "us-east-1");
    let creation = |acl: &str, ownership: Option<&str>| CreateBucketRequest {
        bucket: BUCKET.to_owned(),
        acl: Some(acl.into()),
        object_ownership: ownership.map(Into::into),
        ..Default::default()
    };
    for (acl, ownership, code) in [
        ("public-read", None, "InvalidBucketAclWithObjectOwnership"),
        ("public-read", Some("ObjectWriter"), "InvalidBucketAclWithBlockPublicAccessError"),
        ("log-delivery-write", Some("ObjectWriter"), ""),
    ] {
        assert_eq!(failure(s3.create_bucket(creation(acl, ownership)).await).0, code);
    }
}

#[tokio::test]
async fn buckets_can_block_keys_of_customers() {
    let (_cloud, s3) = super::cloud::with_bucket().await;
    let block = |types: &[&str]| PutBucketEncryptionRequest {
        bucket: BUCKET.to_owned(),
        server_side_encryption_configuration: ServerSideEncryptionConfiguration {
            rules: vec![ServerSideEncryptionRule {
                blocked_encryption_types: Some(BlockedEncryptionTypes {
                    encryption_type: Some(types.iter().map(|it| (*it).into()).collect()),
                }),
                ..Default::default()
            }],
        },
        ..Default::default()
    };
    let put = || PutObjectRequest {
        sse_customer_algorithm: Some("AES256".into()),
        sse_customer_key: Some("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=".into()),
        sse_customer_key_md5: Some("mT2HRsMGJ5IX5C+0rreZ8Q==".into()),
        ..put_input("key", "x")
    };
    let message = |result: Result<PutObjectOutput, fogbank_service::ServiceError>| {
        result.err().and_then(|error| error.message().map(str::to_owned)).unwrap_or_default()
    };
    s3.put_bucket_encryption(block(&["SSE-C"])).await.unwrap();
    let refused = message(s3.put_object(put()).await);
    assert!(refused.ends_with("specify a different server-side encryption type"), "{refused}");
    s3.put_bucket_encryption(block(&["NONE"])).await.unwrap();
    let taken = message(s3.put_object(put()).await);
    assert!(!taken.contains("blocked"), "{taken}");
    assert_eq!(failure(s3.put_bucket_encryption(block(&["ROT13"])).await).0, "MalformedXML");
}

#[tokio::test]
async fn policies_look_at_what_s3_knows() {
    let cloud = cloud();
    let s3 = client(&cloud, "us-east-1");
    create(&s3, BUCKET).await;
    let tagged = PutObjectRequest {
        tagging: Some("level=public".to_owned()),
        ..put_input("key", "content")
    };
    s3.put_object(tagged).await.unwrap();
    put(&s3, "plain", "content").await;
    let give = |action: &str, operator: &str, key: &str, value: &str| PutBucketPolicyRequest {
        bucket: BUCKET.to_owned(),
        policy: format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\
             \"Principal\":{{\"AWS\":\"arn:aws:iam::{OTHER}:root\"}},\"Action\":\"{action}\",\
             \"Resource\":\"arn:aws:s3:::{BUCKET}/*\",\
             \"Condition\":{{\"{operator}\":{{\"{key}\":\"{value}\"}}}}}}]}}"
        ),
        ..Default::default()
    };
    let asks = |headers: &[(&'static str, &'static str)], presigned: bool| {
        let mut http = HttpRequest { presigned, ..HttpRequest::default() };
        for (name, value) in headers {
            http.headers.insert(*name, HeaderValue::from_static(value));
        }
        stranger(&cloud.clone().with_http(http))
    };
    let equals = "StringEquals";
    for (operator, key, value, object, client, allowed) in [
        (equals, "s3:ExistingObjectTag/level", "public", "key", asks(&[], false), true),
        (equals, "s3:ExistingObjectTag/level", "public", "plain", asks(&[], false), false),
        (equals, "s3:authType", "REST-HEADER", "key", asks(&[], false), true),
        (equals, "s3:authType", "REST-HEADER", "key", asks(&[], true), false),
        (equals, "s3:ResourceAccount", "000000000000", "key", asks(&[], false), true),
        (equals, "s3:signatureversion", "AWS", "key", asks(&[], false), false),
        (equals, "s3:x-amz-content-sha256", "UNSIGNED-PAYLOAD", "key", asks(&[], false), false),
        (
            equals,
            "s3:x-amz-content-sha256",
            "UNSIGNED-PAYLOAD",
            "key",
            asks(&[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")], false),
            true,
        ),
        (
            "NumericLessThan",
            "s3:signatureAge",
            "600000",
            "key",
            asks(&[("x-amz-date", "20251231T235900Z")], false),
            true,
        ),
        (
            "NumericLessThan",
            "s3:signatureAge",
            "600000",
            "key",
            asks(&[("x-amz-date", "20251231T234900Z")], false),
            false,
        ),
    ] {
        s3.put_bucket_policy(give("s3:GetObject", operator, key, value)).await.unwrap();
        let status = failure(client.get_object(get_input(object)).await).1;
        assert_eq!(status == 200, allowed, "{key} {value} {object}");
    }
    for (key, value, tagging, allowed) in [
        ("s3:RequestObjectTag/level", "public", "level=public", true),
        ("s3:RequestObjectTag/level", "public", "level=secret", false),
        ("s3:RequestObjectTagKeys", "level", "level=any", true),
        ("s3:RequestObjectTagKeys", "level", "other=any", false),
    ] {
        let operator = if key.ends_with("Keys") { "ForAnyValue:StringEquals" } else { equals };
        s3.put_bucket_policy(give("s3:PutObject", operator, key, value)).await.unwrap();
        let client = asks(&[("x-amz-tagging", tagging)], false);
        let input =
            PutObjectRequest { tagging: Some(tagging.to_owned()), ..put_input("new", "content") };
        let status = failure(client.put_object(input).await).1;
        assert_eq!(status == 200, allowed, "{key} {tagging}");
    }
}
