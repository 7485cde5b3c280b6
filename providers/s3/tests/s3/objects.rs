use std::collections::BTreeMap;

use fogbank_api_s3::*;
use fogbank_service::ByteStream;

use super::cloud::{
    BUCKET, content, delete_input, failure, get_input, member, put, put_input, with_bucket,
};

#[tokio::test]
async fn what_is_put_is_got() {
    let (_cloud, s3) = with_bucket().await;
    let output = s3
        .put_object(PutObjectRequest {
            content_type: Some("text/plain".to_owned()),
            content_encoding: Some("aws-chunked,gzip".to_owned()),
            metadata: Some(BTreeMap::from([("Name".to_owned(), "v\u{fc}".to_owned())])),
            tagging: Some("a=1&b=2".to_owned()),
            storage_class: Some("STANDARD_IA".into()),
            ..put_input("k", "hello")
        })
        .await
        .unwrap();
    assert_eq!(output.e_tag.as_deref(), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    assert_eq!(output.checksum_type, Some("FULL_OBJECT".into()));
    assert!(output.checksum_crc64nvme.is_some());
    let got = s3.get_object(get_input("k")).await.unwrap();
    assert_eq!(got.content_length, Some(5));
    assert_eq!(got.content_type.as_deref(), Some("text/plain"));
    assert_eq!(got.content_encoding.as_deref(), Some("gzip"));
    assert_eq!(got.metadata.unwrap()["name"], "=?UTF-8?Q?v=C3=BC?=");
    assert_eq!(got.tag_count, Some(2));
    assert_eq!(got.storage_class, Some("STANDARD_IA".into()));
    assert_eq!(got.server_side_encryption, Some("AES256".into()));
    assert_eq!(got.version_id, None);
    assert!(got.body.as_bytes().is_some(), "a small body is in memory");
}

#[tokio::test]
async fn missing_things_have_their_errors() {
    let (_cloud, s3) = with_bucket().await;
    let error = s3.get_object(get_input("no")).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("NoSuchKey", 404));
    assert_eq!(member(&error, "Key"), Some("no"));
    let elsewhere = GetObjectRequest { bucket: "no-bucket".to_owned(), ..get_input("k") };
    let error = s3.get_object(elsewhere).await.unwrap_err();
    assert_eq!((error.code(), member(&error, "BucketName")), ("NoSuchBucket", Some("no-bucket")));
    let long = "k".repeat(1025);
    assert_eq!(failure(s3.put_object(put_input(&long, "")).await).0, "KeyTooLongError");
    assert_eq!(failure(s3.delete_object(delete_input("no", None)).await).1, 200);
}

#[tokio::test]
async fn bodies_are_checked() {
    let (_cloud, s3) = with_bucket().await;
    let base = || put_input("k", "hello");
    let table = [
        (PutObjectRequest { content_md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()), ..base() }, ""),
        (
            PutObjectRequest { content_md5: Some("AAAAAAAAAAAAAAAAAAAAAA==".into()), ..base() },
            "BadDigest",
        ),
        (PutObjectRequest { content_md5: Some("000".into()), ..base() }, "InvalidDigest"),
        (
            // Under a key the tag is no MD5; what came with the body is compared all the same.
            PutObjectRequest {
                content_md5: Some("AAAAAAAAAAAAAAAAAAAAAA==".into()),
                server_side_encryption: Some("aws:kms".into()),
                ..base()
            },
            "BadDigest",
        ),
        (PutObjectRequest { checksum_crc32: Some("NhCmhg==".into()), ..base() }, ""),
        (PutObjectRequest { checksum_crc32: Some("AAAAAA==".into()), ..base() }, "BadDigest"),
        (PutObjectRequest { checksum_crc32: Some("x".into()), ..base() }, "InvalidRequest"),
        (
            PutObjectRequest {
                checksum_crc32: Some("NhCmhg==".into()),
                checksum_sha1: Some("qvTGHdzF6KLavt4PO0gs2a6pQ00=".into()),
                ..base()
            },
            "InvalidRequest",
        ),
        (
            PutObjectRequest { storage_class: Some("OUTPOSTS".into()), ..base() },
            "InvalidStorageClass",
        ),
        (PutObjectRequest { tagging: Some("a=1&a=2".into()), ..base() }, "InvalidArgument"),
        (
            PutObjectRequest { acl: Some("public-read".into()), ..base() },
            "AccessControlListNotSupported",
        ),
        (
            PutObjectRequest { server_side_encryption: Some("rot13".into()), ..base() },
            "InvalidArgument",
        ),
        (PutObjectRequest { write_offset_bytes: Some(1), ..base() }, "NotImplemented"),
    ];
    for (index, (input, code)) in table.into_iter().enumerate() {
        assert_eq!(failure(s3.put_object(input).await).0, code, "{index}");
    }
}

#[tokio::test]
async fn ranges_and_parts() {
    let (_cloud, s3) = with_bucket().await;
    put(&s3, "k", "0123456789").await;
    for (range, expected, content_range) in [
        ("bytes=2-4", "234", Some("bytes 2-4/10")),
        ("bytes=-3", "789", Some("bytes 7-9/10")),
        ("bytes=5-100", "56789", Some("bytes 5-9/10")),
        ("bytes=4-2", "0123456789", None),
    ] {
        let input = GetObjectRequest { range: Some(range.to_owned()), ..get_input("k") };
        let output = s3.get_object(input).await.unwrap();
        assert_eq!(output.content_range.as_deref(), content_range, "{range}");
        let bytes = output.body.collect(100).await.unwrap();
        assert_eq!(bytes, expected.as_bytes(), "{range}");
    }
    let input = GetObjectRequest { range: Some("bytes=10-".to_owned()), ..get_input("k") };
    let error = s3.get_object(input).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("InvalidRange", 416));
    assert_eq!(member(&error, "ActualObjectSize"), Some("10"));
    let input = GetObjectRequest { part_number: Some(2), ..get_input("k") };
    let error = s3.get_object(input).await.unwrap_err();
    assert_eq!(member(&error, "ActualPartCount"), Some("1"));
}

#[tokio::test]
async fn conditions_of_writes() {
    let (_cloud, s3) = with_bucket().await;
    let absent = || PutObjectRequest { if_none_match: Some("*".to_owned()), ..put_input("k", "v") };
    assert_eq!(failure(s3.put_object(absent()).await).1, 200);
    assert_eq!(failure(s3.put_object(absent()).await), ("PreconditionFailed".to_owned(), 412));
    let matching =
        |tag: &str| PutObjectRequest { if_match: Some(tag.to_owned()), ..put_input("k", "w") };
    assert_eq!(failure(s3.put_object(matching("x")).await).0, "PreconditionFailed");
    let tag = put(&s3, "k", "v").await.e_tag.unwrap();
    assert_eq!(failure(s3.put_object(matching(&tag)).await).1, 200);
    s3.delete_object(delete_input("k", None)).await.unwrap();
    assert_eq!(failure(s3.put_object(matching(&tag)).await).0, "NoSuchKey");
}

#[tokio::test]
async fn large_bodies_stream_through_the_blob_store() {
    let (_cloud, s3) = with_bucket().await;
    let chunk = bytes_of(b'x', 1 << 20);
    let chunks = (0..9).map({
        let chunk = chunk.clone();
        move |_| Ok(chunk.clone())
    });
    let body = ByteStream::new(futures_util::stream::iter(chunks), None);
    s3.put_object(PutObjectRequest { body, ..put_input("big", "") }).await.unwrap();
    let output = s3.get_object(get_input("big")).await.unwrap();
    assert_eq!(output.content_length, Some(9 << 20));
    assert!(output.body.as_bytes().is_none(), "a large body is not in memory");
    assert_eq!(output.body.collect(10 << 20).await.unwrap().len(), 9 << 20);
    let range = Some("bytes=1048570-1048580".to_owned());
    let input = GetObjectRequest { range, ..get_input("big") };
    assert_eq!(content(&s3, input).await.unwrap(), "x".repeat(11));
    let short = ByteStream::new(futures_util::stream::iter([Ok(chunk)]), Some(2 << 20));
    let result = s3.put_object(PutObjectRequest { body: short, ..put_input("cut", "") }).await;
    assert_eq!(failure(result).0, "IncompleteBody");
    assert_eq!(failure(s3.get_object(get_input("cut")).await).0, "NoSuchKey");
}

fn bytes_of(byte: u8, length: usize) -> bytes::Bytes {
    vec![byte; length].into()
}

fn copy_input(source: &str, key: &str) -> CopyObjectRequest {
    CopyObjectRequest {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        copy_source: source.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn copies() {
    let (_cloud, s3) = with_bucket().await;
    s3.put_object(PutObjectRequest {
        metadata: Some(BTreeMap::from([("a".to_owned(), "1".to_owned())])),
        tagging: Some("t=1".to_owned()),
        ..put_input("source key", "content")
    })
    .await
    .unwrap();
    let output = s3.copy_object(copy_input("test-bucket/source%20key", "copy")).await.unwrap();
    assert!(output.copy_object_result.unwrap().checksum_crc64nvme.is_some());
    let got = s3.get_object(get_input("copy")).await.unwrap();
    assert_eq!((got.metadata.unwrap()["a"].as_str(), got.tag_count), ("1", Some(1)));
    let replace = CopyObjectRequest {
        metadata_directive: Some("REPLACE".into()),
        content_type: Some("text/css".to_owned()),
        ..copy_input("/test-bucket/copy", "copy")
    };
    s3.copy_object(replace).await.unwrap();
    let got = s3.get_object(get_input("copy")).await.unwrap();
    assert_eq!(got.content_type.as_deref(), Some("text/css"));
    assert!(got.metadata.unwrap().is_empty());
    for (input, code) in [
        (copy_input("test-bucket/copy", "copy"), "InvalidRequest"),
        (copy_input("test-bucket/no", "copy"), "NoSuchKey"),
        (copy_input("no-bucket/k", "copy"), "NoSuchBucket"),
        (copy_input("nothing", "copy"), "InvalidArgument"),
        (
            CopyObjectRequest {
                copy_source_if_none_match: got.e_tag.clone(),
                ..copy_input("test-bucket/copy", "c2")
            },
            "PreconditionFailed",
        ),
        (
            CopyObjectRequest {
                metadata_directive: Some("KEEP".into()),
                ..copy_input("test-bucket/copy", "c2")
            },
            "InvalidArgument",
        ),
    ] {
        assert_eq!(failure(s3.copy_object(input).await).0, code);
    }
}

#[tokio::test]
async fn delete_objects_answers_for_each() {
    let (_cloud, s3) = with_bucket().await;
    put(&s3, "a", "1").await;
    let identifier = |key: &str, version: Option<&str>| ObjectIdentifier {
        key: key.to_owned(),
        version_id: version.map(str::to_owned),
        ..Default::default()
    };
    let input = DeleteObjectsRequest {
        bucket: BUCKET.to_owned(),
        delete: Delete {
            objects: vec![
                identifier("a", None),
                identifier("missing", None),
                identifier("b", Some("HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD")),
            ],
            quiet: None,
        },
        ..Default::default()
    };
    let output = s3.delete_objects(input).await.unwrap();
    let deleted: Vec<_> = output.deleted.unwrap().into_iter().filter_map(|it| it.key).collect();
    assert_eq!(deleted, ["a", "missing"]);
    let errors = output.errors.unwrap();
    assert_eq!(errors[0].code.as_deref(), Some("NoSuchVersion"));
}

#[tokio::test]
async fn attributes() {
    let (_cloud, s3) = with_bucket().await;
    put(&s3, "k", "hello").await;
    let input = |names: &[&str]| GetObjectAttributesRequest {
        bucket: BUCKET.to_owned(),
        key: "k".to_owned(),
        object_attributes: names.iter().map(|name| (*name).into()).collect(),
        ..Default::default()
    };
    let output = s3.get_object_attributes(input(&["ETag", "ObjectSize"])).await.unwrap();
    assert_eq!(output.e_tag.as_deref(), Some("5d41402abc4b2a76b9719d911017c592"));
    assert_eq!((output.object_size, output.storage_class), (Some(5), None));
    let wrong = s3.get_object_attributes(input(&["Colour"])).await;
    assert_eq!(failure(wrong).0, "InvalidArgument");
}
