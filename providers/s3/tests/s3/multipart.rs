use fogbank_api_s3::*;
use fogbank_service::ByteStream;

use super::cloud::{BUCKET, content, failure, get_input, member, put, with_bucket};

const FIVE: usize = 5 * 1024 * 1024;

async fn begin(s3: &S3Client, key: &str, algorithm: Option<&str>, kind: Option<&str>) -> String {
    let input = CreateMultipartUploadRequest {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        checksum_algorithm: algorithm.map(Into::into),
        checksum_type: kind.map(Into::into),
        ..Default::default()
    };
    s3.create_multipart_upload(input).await.unwrap().upload_id.unwrap()
}

fn part_input(key: &str, upload: &str, number: i32, body: Vec<u8>) -> UploadPartRequest {
    UploadPartRequest {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        upload_id: upload.to_owned(),
        part_number: number,
        body: ByteStream::from(body),
        ..Default::default()
    }
}

fn completed(number: i32, part: &UploadPartOutput) -> CompletedPart {
    CompletedPart {
        part_number: Some(number),
        e_tag: part.e_tag.clone(),
        checksum_crc32: part.checksum_crc32.clone(),
        checksum_sha256: part.checksum_sha256.clone(),
        ..Default::default()
    }
}

fn complete_input(
    key: &str,
    upload: &str,
    parts: Vec<CompletedPart>,
) -> CompleteMultipartUploadRequest {
    CompleteMultipartUploadRequest {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        upload_id: upload.to_owned(),
        multipart_upload: Some(CompletedMultipartUpload { parts: Some(parts) }),
        ..Default::default()
    }
}

#[tokio::test]
async fn parts_in_any_order_become_an_object() {
    let (_cloud, s3) = with_bucket().await;
    for (algorithm, kind) in [
        (None, None),
        (Some("SHA256"), None),
        (Some("CRC32"), Some("FULL_OBJECT")),
        (Some("CRC32"), Some("COMPOSITE")),
    ] {
        let upload = begin(&s3, "k", algorithm, kind).await;
        let last = s3.upload_part(part_input("k", &upload, 9, b"end".to_vec())).await.unwrap();
        let first = s3.upload_part(part_input("k", &upload, 2, vec![b'a'; FIVE])).await.unwrap();
        let parts = match algorithm {
            None => vec![
                CompletedPart { checksum_crc32: None, ..completed(2, &first) },
                completed(9, &last),
            ],
            Some(_) => vec![completed(2, &first), completed(9, &last)],
        };
        let input = || complete_input("k", &upload, parts.clone());
        let output = s3.complete_multipart_upload(input()).await.unwrap();
        assert!(output.e_tag.as_deref().unwrap().ends_with("-2\""));
        let again = s3.complete_multipart_upload(input()).await.unwrap();
        assert_eq!(again.e_tag, output.e_tag, "a completion can be repeated");
        let head = HeadObjectRequest {
            bucket: BUCKET.to_owned(),
            key: "k".to_owned(),
            part_number: Some(2),
            checksum_mode: Some("ENABLED".into()),
            ..Default::default()
        };
        let head = s3.head_object(head).await.unwrap();
        assert_eq!(head.content_range.as_deref(), Some("bytes 5242880-5242882/5242883"));
        assert_eq!(head.parts_count, Some(2));
        let composite = kind == Some("COMPOSITE") || algorithm == Some("SHA256");
        assert_eq!(head.checksum_crc32.is_some() || head.checksum_sha256.is_some(), composite);
        let got = GetObjectRequest { part_number: Some(2), ..get_input("k") };
        assert_eq!(content(&s3, got).await.unwrap(), "end");
    }
}

#[tokio::test]
async fn completions_that_cannot_be() {
    let (_cloud, s3) = with_bucket().await;
    let upload = begin(&s3, "k", None, None).await;
    let first = s3.upload_part(part_input("k", &upload, 1, b"small".to_vec())).await.unwrap();
    let second = s3.upload_part(part_input("k", &upload, 2, b"end".to_vec())).await.unwrap();
    let (one, two) = (completed(1, &first), completed(2, &second));
    let wrong = CompletedPart { e_tag: Some("\"x\"".to_owned()), ..one.clone() };
    let missing = CompletedPart { part_number: Some(3), ..one.clone() };
    for (parts, code) in [
        (vec![], "MalformedXML"),
        (vec![wrong], "InvalidPart"),
        (vec![missing], "InvalidPart"),
        (vec![two.clone(), one.clone()], "InvalidPartOrder"),
        (vec![one.clone(), two.clone()], "EntityTooSmall"),
    ] {
        let result = s3.complete_multipart_upload(complete_input("k", &upload, parts)).await;
        assert_eq!(failure(result).0, code);
    }
    let result =
        s3.complete_multipart_upload(complete_input("k", &upload, vec![one.clone(), two])).await;
    let error = result.unwrap_err();
    assert_eq!(
        (member(&error, "PartNumber"), member(&error, "ProposedSize")),
        (Some("1"), Some("5"))
    );
    let sized = CompleteMultipartUploadRequest {
        mpu_object_size: Some(6),
        ..complete_input("k", &upload, vec![one])
    };
    assert_eq!(failure(s3.complete_multipart_upload(sized).await).0, "InvalidRequest");
    for number in [0, -1, 10_001] {
        let result = s3.upload_part(part_input("k", &upload, number, Vec::new())).await;
        assert_eq!(failure(result).0, "InvalidArgument", "{number}");
    }
    let abort = AbortMultipartUploadRequest {
        bucket: BUCKET.to_owned(),
        key: "k".to_owned(),
        upload_id: upload.clone(),
        ..Default::default()
    };
    s3.abort_multipart_upload(abort.clone()).await.unwrap();
    assert_eq!(failure(s3.abort_multipart_upload(abort).await), ("NoSuchUpload".to_owned(), 404));
}

#[tokio::test]
async fn a_change_of_the_key_makes_conditions_undecidable() {
    let (_cloud, s3) = with_bucket().await;
    put(&s3, "k", "before").await;
    let upload = begin(&s3, "k", None, None).await;
    let part = s3.upload_part(part_input("k", &upload, 1, b"x".to_vec())).await.unwrap();
    let tag = put(&s3, "k", "during").await.e_tag;
    let input = CompleteMultipartUploadRequest {
        if_match: tag.clone(),
        ..complete_input("k", &upload, vec![completed(1, &part)])
    };
    let result = s3.complete_multipart_upload(input).await;
    assert_eq!(failure(result), ("ConditionalRequestConflict".to_owned(), 409));
    let upload = begin(&s3, "k", None, None).await;
    let part = s3.upload_part(part_input("k", &upload, 1, b"x".to_vec())).await.unwrap();
    let input = CompleteMultipartUploadRequest {
        if_match: tag,
        ..complete_input("k", &upload, vec![completed(1, &part)])
    };
    assert_eq!(failure(s3.complete_multipart_upload(input).await).1, 200);
}

#[tokio::test]
async fn parts_copied_from_objects() {
    let (_cloud, s3) = with_bucket().await;
    put(&s3, "source", "0123456789").await;
    let upload = begin(&s3, "k", None, None).await;
    let copy = |range: Option<&str>| UploadPartCopyRequest {
        bucket: BUCKET.to_owned(),
        key: "k".to_owned(),
        upload_id: upload.clone(),
        part_number: 1,
        copy_source: "test-bucket/source".to_owned(),
        copy_source_range: range.map(str::to_owned),
        ..Default::default()
    };
    for (range, code) in [
        ("0-8", "InvalidArgument"),
        ("bytes=0-100", "InvalidArgument"),
        ("bytes=10-11", "InvalidRequest"),
    ] {
        assert_eq!(failure(s3.upload_part_copy(copy(Some(range))).await).0, code, "{range}");
    }
    // The tag of a whole object is known; that of all its bytes comes to the same.
    let whole = s3.get_object(get_input("source")).await.unwrap().e_tag;
    for range in [None, Some("bytes=0-9")] {
        let result = s3.upload_part_copy(copy(range)).await.unwrap().copy_part_result;
        assert_eq!(result.unwrap().e_tag, whole, "{range:?}");
    }
    let result = s3.upload_part_copy(copy(Some("bytes=2-4"))).await.unwrap().copy_part_result;
    let part =
        CompletedPart { part_number: Some(1), e_tag: result.unwrap().e_tag, ..Default::default() };
    s3.complete_multipart_upload(complete_input("k", &upload, vec![part])).await.unwrap();
    assert_eq!(content(&s3, get_input("k")).await.unwrap(), "234");
}

#[tokio::test]
async fn uploads_and_parts_are_listed() {
    let (_cloud, s3) = with_bucket().await;
    let first = begin(&s3, "a", None, None).await;
    let second = begin(&s3, "a", None, None).await;
    begin(&s3, "dir/b", None, None).await;
    for number in [1, 2, 3] {
        s3.upload_part(part_input("a", &first, number, Vec::new())).await.unwrap();
    }
    let list = |key: Option<&str>, id: Option<&str>| ListMultipartUploadsRequest {
        bucket: BUCKET.to_owned(),
        delimiter: Some("/".to_owned()),
        max_uploads: Some(1),
        key_marker: key.map(str::to_owned),
        upload_id_marker: id.map(str::to_owned),
        ..Default::default()
    };
    let page = s3.list_multipart_uploads(list(None, None)).await.unwrap();
    assert_eq!(page.next_upload_id_marker.as_deref(), Some(first.as_str()));
    let page = s3.list_multipart_uploads(list(Some("a"), Some(&first))).await.unwrap();
    assert_eq!(page.uploads.unwrap()[0].upload_id.as_deref(), Some(second.as_str()));
    let page = s3.list_multipart_uploads(list(Some("a"), None)).await.unwrap();
    assert_eq!(page.common_prefixes.unwrap()[0].prefix.as_deref(), Some("dir/"));
    let wrong = s3.list_multipart_uploads(list(Some("a"), Some("x"))).await;
    assert_eq!(failure(wrong).0, "InvalidArgument");
    let parts = ListPartsRequest {
        bucket: BUCKET.to_owned(),
        key: "a".to_owned(),
        upload_id: first,
        max_parts: Some(2),
        part_number_marker: Some(1),
        ..Default::default()
    };
    let parts = s3.list_parts(parts).await.unwrap();
    assert_eq!((parts.is_truncated, parts.next_part_number_marker), (Some(false), Some(3)));
    assert_eq!(parts.parts.unwrap().len(), 2);
}
