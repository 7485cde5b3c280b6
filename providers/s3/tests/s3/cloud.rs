//! What the tests share: a cloud with S3, and short ways to say common requests.

use std::sync::Arc;

use fogbank_api_s3::*;
use fogbank_context::Region;
use fogbank_provider_s3::S3Provider;
use fogbank_service::{ByteStream, ServiceError};
use fogbank_testkit::Cloud;

pub(crate) const BUCKET: &str = "test-bucket";

pub(crate) fn cloud() -> Cloud {
    Cloud::new().with(fogbank_api_s3::service(Arc::new(S3Provider::new())))
}

pub(crate) fn client(cloud: &Cloud, region: &str) -> S3Client {
    S3Client::new(cloud.caller().in_region(Region::new(region)))
}

/// A cloud with one bucket.
pub(crate) async fn with_bucket() -> (Cloud, S3Client) {
    let cloud = cloud();
    let s3 = client(&cloud, "us-east-1");
    create(&s3, BUCKET).await;
    (cloud, s3)
}

pub(crate) async fn create(s3: &S3Client, bucket: &str) {
    let input = CreateBucketRequest { bucket: bucket.to_owned(), ..Default::default() };
    s3.create_bucket(input).await.expect("the bucket is new");
}

pub(crate) async fn set_versioning(s3: &S3Client, status: &str) {
    s3.put_bucket_versioning(PutBucketVersioningRequest {
        bucket: BUCKET.to_owned(),
        versioning_configuration: VersioningConfiguration {
            status: Some(status.into()),
            ..Default::default()
        },
        ..Default::default()
    })
    .await
    .expect("versioning can be set");
}

pub(crate) fn put_input(key: &str, content: &str) -> PutObjectRequest {
    PutObjectRequest {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        body: ByteStream::from(content.as_bytes().to_vec()),
        ..Default::default()
    }
}

pub(crate) async fn put(s3: &S3Client, key: &str, content: &str) -> PutObjectOutput {
    s3.put_object(put_input(key, content)).await.expect("the object can be put")
}

pub(crate) fn get_input(key: &str) -> GetObjectRequest {
    GetObjectRequest { bucket: BUCKET.to_owned(), key: key.to_owned(), ..Default::default() }
}

/// The content of an object.
pub(crate) async fn content(
    s3: &S3Client,
    input: GetObjectRequest,
) -> Result<String, ServiceError> {
    let output = s3.get_object(input).await?;
    let bytes = output.body.collect(100_000_000).await.expect("content can be read");
    Ok(String::from_utf8(bytes.to_vec()).expect("text was put"))
}

pub(crate) fn delete_input(key: &str, version_id: Option<&str>) -> DeleteObjectRequest {
    DeleteObjectRequest {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        version_id: version_id.map(str::to_owned),
        ..Default::default()
    }
}

/// Code and status of a failure; what succeeded has none.
pub(crate) fn failure<T>(result: Result<T, ServiceError>) -> (String, u16) {
    match result {
        Ok(_) => (String::new(), 200),
        Err(error) => (error.code().to_owned(), error.status()),
    }
}

/// An extra member of an error's document.
pub(crate) fn member<'a>(error: &'a ServiceError, name: &str) -> Option<&'a str> {
    let found = error.members().iter().find(|(other, _)| *other == name);
    found.map(|(_, value)| value.as_str())
}
