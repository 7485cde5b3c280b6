use std::sync::Arc;

use fogbank_api_s3control as api;
use fogbank_provider_s3::{S3ControlProvider, S3Provider};
use fogbank_testkit::Cloud;

use super::cloud::{BUCKET, client, content, create, failure, get_input, member, put};

const ACCOUNT: &str = "000000000000";

fn cloud() -> Cloud {
    Cloud::new()
        .with(fogbank_api_s3::service(Arc::new(S3Provider::new())))
        .with(api::service(Arc::new(S3ControlProvider)))
}

fn account() -> String {
    ACCOUNT.to_owned()
}

fn create_point(name: &str, bucket: &str) -> api::CreateAccessPointRequest {
    api::CreateAccessPointRequest {
        account_id: account(),
        name: name.to_owned(),
        bucket: bucket.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn access_points_stand_for_their_buckets() {
    let cloud = cloud();
    let (s3, control) = (client(&cloud, "us-east-1"), api::S3ControlClient::new(cloud.caller()));
    create(&s3, BUCKET).await;
    put(&s3, "key", "content").await;
    let point = control.create_access_point(create_point("point", BUCKET)).await.unwrap();
    let arn = point.access_point_arn.unwrap();
    assert_eq!(arn, "arn:aws:s3:us-east-1:000000000000:accesspoint/point");
    for name in [point.alias.unwrap(), arn, format!("point-{ACCOUNT}")] {
        let mut input = get_input("key");
        input.bucket = name.clone();
        assert_eq!(content(&s3, input).await.unwrap(), "content", "{name}");
    }
    for (name, bucket, code) in [
        ("point", BUCKET, "AccessPointAlreadyOwnedByYou"),
        ("other", "no-such-bucket", "InvalidRequest"),
        ("sa", BUCKET, "InvalidURI"),
        ("xn-_a", BUCKET, "InvalidURI"),
        ("-hyphen", BUCKET, "InvalidRequest"),
        ("with.dot", BUCKET, "InvalidRequest"),
    ] {
        let got = control.create_access_point(create_point(name, bucket)).await;
        assert_eq!(failure(got).0, code, "{name}");
    }
    let delete =
        fogbank_api_s3::DeleteBucketRequest { bucket: BUCKET.to_owned(), ..Default::default() };
    assert_eq!(failure(s3.delete_bucket(delete).await).0, "BucketHasAccessPointsAttached");
    let list = api::ListAccessPointsRequest { account_id: account(), ..Default::default() };
    let listed = control.list_access_points(list).await.unwrap().access_point_list.unwrap();
    assert_eq!(listed.len(), 1);
    let request = api::DeleteAccessPointRequest { account_id: account(), name: "point".into() };
    control.delete_access_point(request).await.unwrap();
    let request = api::GetAccessPointRequest { account_id: account(), name: "point".into() };
    let error = control.get_access_point(request).await.map(|_| ()).unwrap_err();
    assert_eq!(
        (error.code(), member(&error, "AccessPointName")),
        ("NoSuchAccessPoint", Some("point"))
    );
}

#[tokio::test]
async fn the_public_access_block_of_an_account() {
    let control = api::S3ControlClient::new(cloud().caller());
    let get = || api::GetPublicAccessBlockRequest { account_id: account() };
    let put = |on: Option<bool>, account: &str| api::PutPublicAccessBlockRequest {
        account_id: account.to_owned(),
        public_access_block_configuration: api::PublicAccessBlockConfiguration {
            block_public_acls: on,
            ..Default::default()
        },
    };
    let error = control.get_public_access_block(get()).await.map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "NoSuchPublicAccessBlockConfiguration");
    let refused = control.put_public_access_block(put(None, ACCOUNT)).await;
    assert_eq!(failure(refused).0, "InvalidRequest");
    let refused = control.put_public_access_block(put(Some(true), "111111111111")).await;
    assert_eq!(failure(refused), ("AccessDenied".to_owned(), 403));
    control.put_public_access_block(put(Some(true), ACCOUNT)).await.unwrap();
    let kept = control.get_public_access_block(get()).await.unwrap();
    let kept = kept.public_access_block_configuration.unwrap();
    assert_eq!((kept.block_public_acls, kept.ignore_public_acls), (Some(true), Some(false)));
}

#[tokio::test]
async fn tags_of_buckets() {
    let cloud = cloud();
    let (s3, control) = (client(&cloud, "us-east-1"), api::S3ControlClient::new(cloud.caller()));
    create(&s3, BUCKET).await;
    let tag = |arn: &str, key: &str, value: &str| api::TagResourceRequest {
        account_id: account(),
        resource_arn: arn.to_owned(),
        tags: vec![api::Tag { key: key.to_owned(), value: value.to_owned() }],
    };
    let arn = format!("arn:aws:s3:::{BUCKET}");
    control.tag_resource(tag(&arn, "key", "value")).await.unwrap();
    for (arn, key, value, code) in [
        ("arn:aws:s3:::nothing", "k", "v", "NoSuchResource"),
        (&*arn, "aws:k", "v", "InvalidTag"),
        (&*arn, "k", "a,b", "InvalidTag"),
    ] {
        let got = control.tag_resource(tag(arn, key, value)).await;
        assert_eq!(failure(got).0, code, "{arn} {key}");
    }
    let request =
        api::ListTagsForResourceRequest { account_id: account(), resource_arn: arn.clone() };
    let tags = control.list_tags_for_resource(request).await.unwrap().tags.unwrap();
    assert_eq!((tags[0].key.as_str(), tags[0].value.as_str()), ("key", "value"));
}

#[tokio::test]
async fn grants_need_an_instance_and_a_location() {
    let control = api::S3ControlClient::new(cloud().caller());
    let location = || api::CreateAccessGrantsLocationRequest {
        account_id: account(),
        location_scope: "s3://".into(),
        iam_role_arn: "arn:aws:iam::000000000000:role/grants".into(),
        tags: None,
    };
    let refused = control.create_access_grants_location(location()).await;
    assert_eq!(failure(refused), ("AccessGrantsInstanceNotExistsError".to_owned(), 404));
    let instance =
        api::CreateAccessGrantsInstanceRequest { account_id: account(), ..Default::default() };
    control.create_access_grants_instance(instance).await.unwrap();
    let made = control.create_access_grants_location(location()).await.unwrap();
    assert_eq!(made.access_grants_location_id.as_deref(), Some("default"));
    let grant = api::CreateAccessGrantRequest {
        account_id: account(),
        access_grants_location_id: "default".into(),
        access_grants_location_configuration: Some(api::AccessGrantsLocationConfiguration {
            s3_sub_prefix: Some("bucket/*".into()),
        }),
        permission: "READ".into(),
        ..Default::default()
    };
    let grant = control.create_access_grant(grant).await.unwrap();
    assert_eq!(grant.grant_scope.as_deref(), Some("s3://bucket/*"));
    let delete = api::DeleteAccessGrantsInstanceRequest { account_id: account() };
    let refused = control.delete_access_grants_instance(delete).await;
    assert_eq!(failure(refused).0, "AccessGrantsInstanceNotEmptyError");
}
