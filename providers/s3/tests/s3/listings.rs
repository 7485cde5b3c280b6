use fogbank_api_s3::*;

use super::cloud::{BUCKET, delete_input, failure, put, set_versioning, with_bucket};

fn page(token: Option<String>, limit: i32) -> ListObjectsV2Request {
    ListObjectsV2Request {
        bucket: BUCKET.to_owned(),
        max_keys: Some(limit),
        continuation_token: token,
        ..Default::default()
    }
}

#[tokio::test]
async fn every_key_is_on_exactly_one_page() {
    let (_cloud, s3) = with_bucket().await;
    let mut keys: Vec<String> = (0..23).map(|n| format!("dir{}/\u{1f600}{n}", n % 3)).collect();
    for key in &keys {
        put(&s3, key, "").await;
    }
    keys.sort();
    let (mut listed, mut token) = (Vec::new(), None);
    loop {
        let output = s3.list_objects_v2(page(token, 5)).await.unwrap();
        assert_eq!(output.key_count, i32::try_from(output.contents.iter().flatten().count()).ok());
        listed.extend(output.contents.into_iter().flatten().filter_map(|object| object.key));
        token = output.next_continuation_token;
        assert_eq!(output.is_truncated, Some(token.is_some()));
        if token.is_none() {
            break;
        }
    }
    assert_eq!(listed, keys);
    let grouped = ListObjectsV2Request { delimiter: Some("/".to_owned()), ..page(None, 1000) };
    let output = s3.list_objects_v2(grouped).await.unwrap();
    let prefixes: Vec<_> =
        output.common_prefixes.unwrap().into_iter().filter_map(|it| it.prefix).collect();
    assert_eq!(prefixes, ["dir0/", "dir1/", "dir2/"]);
    assert_eq!(
        failure(s3.list_objects_v2(page(Some(String::new()), 5)).await).0,
        "InvalidArgument"
    );
}

#[tokio::test]
async fn markers_of_version_1_and_deleted_keys() {
    let (_cloud, s3) = with_bucket().await;
    set_versioning(&s3, "Enabled").await;
    for key in ["a", "b", "c", "d"] {
        put(&s3, key, "").await;
    }
    s3.delete_object(delete_input("b", None)).await.unwrap();
    let list = |marker: &str, delimiter: Option<&str>| ListObjectsRequest {
        bucket: BUCKET.to_owned(),
        marker: Some(marker.to_owned()),
        delimiter: delimiter.map(str::to_owned),
        max_keys: Some(2),
        ..Default::default()
    };
    let keys = |output: &ListObjectsOutput| -> Vec<String> {
        output.contents.iter().flatten().filter_map(|object| object.key.clone()).collect()
    };
    let first = s3.list_objects(list("", None)).await.unwrap();
    assert_eq!((keys(&first), first.next_marker), (vec!["a".to_owned(), "c".to_owned()], None));
    let with_delimiter = s3.list_objects(list("", Some("/"))).await.unwrap();
    assert_eq!(with_delimiter.next_marker.as_deref(), Some("c"));
    let rest = s3.list_objects(list("c", None)).await.unwrap();
    assert_eq!((keys(&rest), rest.is_truncated), (vec!["d".to_owned()], Some(false)));
}

#[tokio::test]
async fn sizes_of_pages() {
    let (_cloud, s3) = with_bucket().await;
    let of = |max_keys| (max_keys, BUCKET.to_owned());
    let (limit, bucket) = of(Some(-1));
    let first = ListObjectsRequest { bucket, max_keys: limit, ..Default::default() };
    let (limit, bucket) = of(Some(-1));
    let versions = ListObjectVersionsRequest { bucket, max_keys: limit, ..Default::default() };
    let (limit, bucket) = of(Some(-1));
    let uploads = ListMultipartUploadsRequest { bucket, max_uploads: limit, ..Default::default() };
    let message = |error: fogbank_service::ServiceError| {
        assert_eq!(error.code(), "InvalidArgument");
        error.message().unwrap_or_default().to_owned()
    };
    let range = "must be an integer between 0 and 2147483647";
    assert_eq!(
        message(s3.list_objects(first).await.unwrap_err()),
        format!("Argument maxKeys {range}")
    );
    assert_eq!(
        message(s3.list_objects_v2(page(None, -1)).await.unwrap_err()),
        format!("Argument maxKeys {range}")
    );
    assert_eq!(
        message(s3.list_object_versions(versions).await.unwrap_err()),
        "max-keys cannot be negative"
    );
    assert_eq!(
        message(s3.list_multipart_uploads(uploads).await.unwrap_err()),
        format!("Argument max-uploads {range}")
    );
    let none = s3.list_objects_v2(page(None, 0)).await.unwrap();
    assert_eq!((none.is_truncated, none.key_count, none.max_keys), (Some(false), Some(0), Some(0)));
    let many = s3.list_objects_v2(page(None, 5000)).await.unwrap();
    assert_eq!(many.max_keys, Some(1000));
}
