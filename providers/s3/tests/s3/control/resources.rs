use std::sync::Arc;

use fogbank_api_s3control as api;
use fogbank_provider_s3::{S3ControlProvider, S3Provider};
use fogbank_testkit::Cloud;

use crate::s3::cloud::{BUCKET, client, content, create, failure, get_input, member, put};

pub(super) const ACCOUNT: &str = "000000000000";

pub(super) fn cloud() -> Cloud {
    Cloud::new()
        .with(fogbank_api_s3::service(Arc::new(S3Provider::new())))
        .with(api::service(Arc::new(S3ControlProvider)))
}

pub(super) fn account() -> String {
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

#[tokio::test]
async fn grants_give_credentials() {
    let cloud = cloud();
    let control = api::S3ControlClient::new(cloud.caller());
    let instance =
        api::CreateAccessGrantsInstanceRequest { account_id: account(), ..Default::default() };
    control.create_access_grants_instance(instance).await.unwrap();
    let location = api::CreateAccessGrantsLocationRequest {
        account_id: account(),
        location_scope: "s3://bucket".into(),
        iam_role_arn: "arn:aws:iam::000000000000:role/grants".into(),
        tags: None,
    };
    let location = control.create_access_grants_location(location).await.unwrap();
    let grant = |prefix: &str, permission: &str, who: &str| api::CreateAccessGrantRequest {
        account_id: account(),
        access_grants_location_id: location.access_grants_location_id.clone().unwrap(),
        access_grants_location_configuration: Some(api::AccessGrantsLocationConfiguration {
            s3_sub_prefix: Some(prefix.to_owned()),
        }),
        grantee: api::Grantee {
            grantee_type: Some("IAM".into()),
            grantee_identifier: Some(who.to_owned()),
        },
        permission: permission.into(),
        ..Default::default()
    };
    let me = "arn:aws:iam::000000000000:root";
    control.create_access_grant(grant("/read/*", "READ", me)).await.unwrap();
    control
        .create_access_grant(grant("/*", "READWRITE", "arn:aws:iam::000000000000:user/o"))
        .await
        .unwrap();
    let list = api::ListCallerAccessGrantsRequest { account_id: account(), ..Default::default() };
    let mine = control.list_caller_access_grants(list).await.unwrap();
    let mine = mine.caller_access_grants_list.unwrap();
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0].grant_scope.as_deref(), Some("s3://bucket/read/*"));
    let ask = |target: &str, permission: &str| api::GetDataAccessRequest {
        account_id: account(),
        target: target.to_owned(),
        permission: permission.into(),
        ..Default::default()
    };
    let given = control.get_data_access(ask("s3://bucket/read/a/*", "READ")).await.unwrap();
    assert_eq!(given.matched_grant_target.as_deref(), Some("s3://bucket/read/*"));
    let key = given.credentials.unwrap().access_key_id.unwrap();
    let key = fogbank_service::AccessKey::find(cloud.world(), &key).unwrap();
    assert!(key.arn.resource.starts_with("assumed-role/grants/access-grants-"), "{}", key.arn);
    let policy = key.session.as_ref().unwrap().policy.clone().unwrap();
    assert!(policy.contains("arn:aws:s3:::bucket/read/*") && !policy.contains("PutObject"));
    for (target, permission, code) in [
        ("s3://bucket/read/a", "WRITE", "AccessDenied"),
        ("s3://bucket/other/a", "READ", "AccessDenied"),
        ("bucket/read/a", "READ", "InvalidRequest"),
        ("s3://bucket/read/a", "ALL", "InvalidRequest"),
    ] {
        let got = control.get_data_access(ask(target, permission)).await;
        assert_eq!(failure(got).0, code, "{target} {permission}");
    }
    let prefix = |prefix: &str| api::GetAccessGrantsInstanceForPrefixRequest {
        account_id: account(),
        s3_prefix: prefix.to_owned(),
    };
    control.get_access_grants_instance_for_prefix(prefix("s3://bucket/a")).await.unwrap();
    let missing = control.get_access_grants_instance_for_prefix(prefix("s3://other/a")).await;
    assert_eq!(failure(missing).0, "AccessGrantsInstanceNotExistsError");
}

#[tokio::test]
async fn routes_of_multi_region_access_points() {
    let cloud = cloud();
    let control = api::S3ControlClient::new(cloud.caller());
    let regions = ["us-east-1", "eu-west-1"];
    for region in regions {
        let s3 = client(&cloud, region);
        let constraint = (region != "us-east-1").then(|| region.into());
        let input = fogbank_api_s3::CreateBucketRequest {
            bucket: format!("in-{region}"),
            create_bucket_configuration: Some(fogbank_api_s3::CreateBucketConfiguration {
                location_constraint: constraint,
                ..Default::default()
            }),
            ..Default::default()
        };
        s3.create_bucket(input).await.unwrap();
        let input = fogbank_api_s3::PutObjectRequest {
            bucket: format!("in-{region}"),
            ..crate::s3::cloud::put_input("key", region)
        };
        s3.put_object(input).await.unwrap();
    }
    let create = api::CreateMultiRegionAccessPointRequest {
        account_id: account(),
        client_token: "token".into(),
        details: api::CreateMultiRegionAccessPointInput {
            name: "point".into(),
            regions: regions
                .iter()
                .map(|it| api::Region { bucket: format!("in-{it}"), ..Default::default() })
                .collect(),
            ..Default::default()
        },
    };
    control.create_multi_region_access_point(create).await.unwrap();
    let get = api::GetMultiRegionAccessPointRequest { account_id: account(), name: "point".into() };
    let point = control.get_multi_region_access_point(get).await.unwrap().access_point.unwrap();
    let mrap = format!("arn:aws:s3::{ACCOUNT}:accesspoint/{}", point.alias.unwrap());
    let submit = |region: &str, percent: i32| api::SubmitMultiRegionAccessPointRoutesRequest {
        account_id: account(),
        mrap: mrap.clone(),
        route_updates: vec![api::MultiRegionAccessPointRoute {
            region: Some(region.to_owned()),
            traffic_dial_percentage: percent,
            ..Default::default()
        }],
    };
    let answer = |region: &'static str| {
        let s3 = client(&cloud, region);
        let mut input = get_input("key");
        input.bucket = mrap.clone();
        async move { content(&s3, input).await.unwrap() }
    };
    assert_eq!(answer("eu-west-1").await, "eu-west-1");
    assert_eq!(answer("us-west-2").await, "us-east-1");
    control.submit_multi_region_access_point_routes(submit("us-east-1", 0)).await.unwrap();
    assert_eq!(answer("us-east-1").await, "eu-west-1");
    for (region, percent) in [("eu-west-1", 0), ("eu-west-1", 50), ("us-west-2", 100)] {
        let got = control.submit_multi_region_access_point_routes(submit(region, percent)).await;
        assert_eq!(failure(got).0, "InvalidRequest", "{region} {percent}");
    }
    let routes =
        api::GetMultiRegionAccessPointRoutesRequest { account_id: account(), mrap: mrap.clone() };
    let routes = control.get_multi_region_access_point_routes(routes).await.unwrap();
    let dials: Vec<i32> =
        routes.routes.unwrap().iter().map(|it| it.traffic_dial_percentage).collect();
    assert_eq!(dials, [0, 100]);
}
