use fogbank_api_s3::*;
use fogbank_service::mfa::{MfaDevice, MfaStore, code_at};

use super::cloud::{
    BUCKET, content, delete_input, failure, get_input, put, set_versioning, with_bucket,
};

fn of_version(key: &str, version_id: &str) -> GetObjectRequest {
    GetObjectRequest { version_id: Some(version_id.to_owned()), ..get_input(key) }
}

async fn listed(s3: &S3Client) -> Vec<(String, String, bool)> {
    let input = ListObjectVersionsRequest { bucket: BUCKET.to_owned(), ..Default::default() };
    let output = s3.list_object_versions(input).await.unwrap();
    let versions = output.versions.into_iter().flatten().map(|it| (it.version_id, it.is_latest));
    let markers =
        output.delete_markers.into_iter().flatten().map(|it| (it.version_id, it.is_latest));
    let versions = versions.map(|it| ("version", it)).chain(markers.map(|it| ("marker", it)));
    versions.map(|(kind, (id, latest))| (kind.to_owned(), id.unwrap(), latest.unwrap())).collect()
}

#[tokio::test]
async fn deletes_put_markers_and_deleting_them_brings_the_object_back() {
    let (_cloud, s3) = with_bucket().await;
    set_versioning(&s3, "Enabled").await;
    let first = put(&s3, "k", "one").await.version_id.unwrap();
    let second = put(&s3, "k", "two").await.version_id.unwrap();
    assert_ne!(first, second);
    let marker = s3.delete_object(delete_input("k", None)).await.unwrap();
    assert_eq!(marker.delete_marker, Some(true));
    let marker = marker.version_id.unwrap();
    let error = s3.get_object(get_input("k")).await.unwrap_err();
    assert_eq!(error.code(), "NoSuchKey");
    let headers: Vec<_> = error.headers().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(headers, ["x-amz-delete-marker", "x-amz-version-id"]);
    let of_marker = s3.get_object(of_version("k", &marker)).await;
    assert_eq!(failure(of_marker), ("MethodNotAllowed".to_owned(), 405));
    assert_eq!(content(&s3, of_version("k", &first)).await.unwrap(), "one");
    let done = s3.delete_object(delete_input("k", Some(&marker))).await.unwrap();
    assert_eq!((done.delete_marker, done.version_id), (Some(true), Some(marker.clone())));
    assert_eq!(content(&s3, get_input("k")).await.unwrap(), "two");
    s3.delete_object(delete_input("k", Some(&second))).await.unwrap();
    assert_eq!(content(&s3, get_input("k")).await.unwrap(), "one");
    assert_eq!(failure(s3.get_object(of_version("k", &second)).await).0, "NoSuchVersion");
    let invalid = format!("{}ABCD", &second[..28]);
    assert_eq!(failure(s3.get_object(of_version("k", &invalid)).await).0, "InvalidArgument");
}

#[tokio::test]
async fn the_null_version_is_overwritten_while_suspended() {
    let (_cloud, s3) = with_bucket().await;
    put(&s3, "k", "before").await;
    set_versioning(&s3, "Enabled").await;
    let kept = put(&s3, "k", "kept").await.version_id.unwrap();
    assert_eq!(content(&s3, of_version("k", "null")).await.unwrap(), "before");
    set_versioning(&s3, "Suspended").await;
    assert_eq!(put(&s3, "k", "null one").await.version_id, None);
    assert_eq!(put(&s3, "k", "null two").await.version_id, None);
    assert_eq!(content(&s3, of_version("k", "null")).await.unwrap(), "null two");
    let ids: Vec<String> = listed(&s3).await.into_iter().map(|(_, id, _)| id).collect();
    assert_eq!(ids, ["null".to_owned(), kept.clone()]);
    let marker = s3.delete_object(delete_input("k", None)).await.unwrap();
    assert_eq!((marker.delete_marker, marker.version_id.as_deref()), (Some(true), Some("null")));
    assert_eq!(failure(s3.get_object(get_input("k")).await).0, "NoSuchKey");
    assert_eq!(content(&s3, of_version("k", &kept)).await.unwrap(), "kept");
    assert_eq!(listed(&s3).await.len(), 2);
}

#[tokio::test]
async fn versions_are_listed_newest_first_in_pages() {
    let (_cloud, s3) = with_bucket().await;
    set_versioning(&s3, "Enabled").await;
    let mut ids = Vec::new();
    for content in ["1", "2", "3", "4", "5"] {
        ids.push(put(&s3, "k", content).await.version_id.unwrap());
    }
    put(&s3, "other", "x").await;
    ids.reverse();
    let input = |key: Option<&str>, version: Option<&str>| ListObjectVersionsRequest {
        bucket: BUCKET.to_owned(),
        prefix: Some("k".to_owned()),
        max_keys: Some(3),
        key_marker: key.map(str::to_owned),
        version_id_marker: version.map(str::to_owned),
        ..Default::default()
    };
    let shown = |output: &ListObjectVersionsOutput| -> Vec<String> {
        output.versions.iter().flatten().filter_map(|it| it.version_id.clone()).collect()
    };
    let page = s3.list_object_versions(input(None, None)).await.unwrap();
    assert_eq!(shown(&page), ids[..3]);
    assert_eq!(page.next_version_id_marker.as_deref(), Some(ids[2].as_str()));
    // The page goes on where it was, also when the marker's version is gone.
    for id in &ids[..3] {
        s3.delete_object(delete_input("k", Some(id))).await.unwrap();
    }
    let page = s3.list_object_versions(input(Some("k"), Some(&ids[2]))).await.unwrap();
    assert_eq!(shown(&page), ids[3..]);
    assert_eq!(page.versions.unwrap()[0].is_latest, Some(true));
    let without_key = s3.list_object_versions(input(None, Some(&ids[2]))).await;
    assert_eq!(failure(without_key).0, "InvalidArgument");
}

#[tokio::test]
async fn versions_that_only_the_code_of_a_device_deletes() {
    let (cloud, s3) = with_bucket().await;
    let serial = "arn:aws:iam::000000000000:mfa/device";
    let device = MfaDevice {
        seed: b"seed".to_vec(),
        owner: "arn:aws:iam::000000000000:root".parse().unwrap(),
        last_step: 0,
    };
    cloud.world().global::<MfaStore>().devices.insert(serial.to_owned(), device);
    let code = || format!("{serial} {}", code_at(b"seed", cloud.world().clock().now()));
    let versioning = |mfa: Option<String>, delete: Option<&str>| PutBucketVersioningRequest {
        bucket: BUCKET.to_owned(),
        mfa,
        versioning_configuration: VersioningConfiguration {
            status: Some("Enabled".into()),
            mfa_delete: delete.map(Into::into),
        },
        ..Default::default()
    };
    let denied = ("AccessDenied".to_owned(), 403);
    for mfa in [None, Some(format!("{serial} 000000")), Some("nonsense".to_owned())] {
        let got = s3.put_bucket_versioning(versioning(mfa, Some("Enabled"))).await;
        assert_eq!(failure(got), denied);
    }
    s3.put_bucket_versioning(versioning(Some(code()), Some("Enabled"))).await.unwrap();
    // A code is good once.
    let got = s3.put_bucket_versioning(versioning(Some(code()), Some("Disabled"))).await;
    assert_eq!(failure(got), denied);
    assert_eq!(failure(s3.put_bucket_versioning(versioning(None, None)).await), denied);
    let get = GetBucketVersioningRequest { bucket: BUCKET.to_owned(), ..Default::default() };
    let got = s3.get_bucket_versioning(get).await.unwrap();
    assert_eq!(got.mfa_delete, Some("Enabled".into()));

    let version = put(&s3, "key", "content").await.version_id;
    let delete = |mfa: Option<String>| DeleteObjectRequest {
        mfa,
        ..delete_input("key", version.as_deref())
    };
    // Markers need no code.
    s3.delete_object(delete_input("key", None)).await.unwrap();
    assert_eq!(failure(s3.delete_object(delete(None)).await), denied);
    cloud.advance(std::time::Duration::from_secs(60)).await;
    s3.delete_object(delete(Some(code()))).await.unwrap();
}
