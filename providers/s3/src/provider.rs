//! The operations of the trait, each a line of delegation.

use std::sync::Arc;

use async_trait::async_trait;
use fogbank_api_s3::*;
use fogbank_config::Config;
use fogbank_service::shape::Unit;
use fogbank_service::{Provider, RequestContext, ServiceError};

use crate::access::{self, On, Strictness};
use crate::ops;
use crate::raw::Raw;

/// Amazon S3 over the state of a world.
#[derive(Clone, Copy, Debug, Default)]
pub struct S3Provider {
    strictness: Strictness,
}

impl S3Provider {
    /// A provider; all its state is in the world of each request.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets a request in, as far as presigned URL, ACLs and policies go.
    fn admit(&self, cx: &RequestContext, on: On<'_>) -> Result<(), ServiceError> {
        access::admit(cx, self.strictness, on)
    }

    /// As [`Self::admit`], for the object that a copy reads.
    fn admit_source(&self, cx: &RequestContext, header: &str) -> Result<(), ServiceError> {
        access::admit_source(cx, self.strictness, header)
    }
}

/// The provider with what it answers beside its operations.
pub fn provider(config: &Config) -> Provider {
    let strictness = Strictness::of(config);
    let service = fogbank_api_s3::service(Arc::new(S3Provider { strictness }));
    Provider::from(service).with_raw(Arc::new(Raw { strictness }))
}

#[async_trait]
impl S3 for S3Provider {
    async fn abort_multipart_upload(
        &self,
        cx: &RequestContext,
        input: AbortMultipartUploadRequest,
    ) -> Result<AbortMultipartUploadOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::abort_multipart_upload(cx, input).await
    }

    async fn complete_multipart_upload(
        &self,
        cx: &RequestContext,
        input: CompleteMultipartUploadRequest,
    ) -> Result<CompleteMultipartUploadOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::complete_multipart_upload(cx, input).await
    }

    async fn copy_object(
        &self,
        cx: &RequestContext,
        input: CopyObjectRequest,
    ) -> Result<CopyObjectOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        self.admit_source(cx, &input.copy_source)?;
        ops::copy_object::copy_object(cx, input).await
    }

    async fn create_bucket(
        &self,
        cx: &RequestContext,
        input: CreateBucketRequest,
    ) -> Result<CreateBucketOutput, ServiceError> {
        self.admit(cx, On::Service)?;
        ops::buckets::create_bucket(cx, input).await
    }

    async fn create_multipart_upload(
        &self,
        cx: &RequestContext,
        input: CreateMultipartUploadRequest,
    ) -> Result<CreateMultipartUploadOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::create_multipart_upload(cx, input).await
    }

    async fn delete_bucket(
        &self,
        cx: &RequestContext,
        input: DeleteBucketRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::buckets::delete_bucket(cx, input).await
    }

    async fn delete_bucket_analytics_configuration(
        &self,
        cx: &RequestContext,
        input: DeleteBucketAnalyticsConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::delete_bucket_analytics_configuration(cx, input).await
    }

    async fn delete_bucket_cors(
        &self,
        cx: &RequestContext,
        input: DeleteBucketCorsRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::delete_bucket_cors(cx, input).await
    }

    async fn delete_bucket_encryption(
        &self,
        cx: &RequestContext,
        input: DeleteBucketEncryptionRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::delete_bucket_encryption(cx, input).await
    }

    async fn delete_bucket_intelligent_tiering_configuration(
        &self,
        cx: &RequestContext,
        input: DeleteBucketIntelligentTieringConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::delete_bucket_intelligent_tiering_configuration(cx, input).await
    }

    async fn delete_bucket_inventory_configuration(
        &self,
        cx: &RequestContext,
        input: DeleteBucketInventoryConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::delete_bucket_inventory_configuration(cx, input).await
    }

    async fn delete_bucket_lifecycle(
        &self,
        cx: &RequestContext,
        input: DeleteBucketLifecycleRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::lifecycle::delete_bucket_lifecycle(cx, input).await
    }

    async fn delete_bucket_metrics_configuration(
        &self,
        cx: &RequestContext,
        input: DeleteBucketMetricsConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::delete_bucket_metrics_configuration(cx, input).await
    }

    async fn delete_bucket_ownership_controls(
        &self,
        cx: &RequestContext,
        input: DeleteBucketOwnershipControlsRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::delete_bucket_ownership_controls(cx, input).await
    }

    async fn delete_bucket_policy(
        &self,
        cx: &RequestContext,
        input: DeleteBucketPolicyRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::policy::delete_bucket_policy(cx, input).await
    }

    async fn delete_bucket_replication(
        &self,
        cx: &RequestContext,
        input: DeleteBucketReplicationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::delete_bucket_replication(cx, input).await
    }

    async fn delete_bucket_tagging(
        &self,
        cx: &RequestContext,
        input: DeleteBucketTaggingRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::tagging::delete_bucket_tagging(cx, input).await
    }

    async fn delete_bucket_website(
        &self,
        cx: &RequestContext,
        input: DeleteBucketWebsiteRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::website::delete_bucket_website(cx, input).await
    }

    async fn delete_object(
        &self,
        cx: &RequestContext,
        input: DeleteObjectRequest,
    ) -> Result<DeleteObjectOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::delete_object::delete_object(cx, input).await
    }

    async fn delete_object_tagging(
        &self,
        cx: &RequestContext,
        input: DeleteObjectTaggingRequest,
    ) -> Result<DeleteObjectTaggingOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::tagging::delete_object_tagging(cx, input).await
    }

    async fn delete_objects(
        &self,
        cx: &RequestContext,
        input: DeleteObjectsRequest,
    ) -> Result<DeleteObjectsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::delete_object::delete_objects(cx, input).await
    }

    async fn delete_public_access_block(
        &self,
        cx: &RequestContext,
        input: DeletePublicAccessBlockRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::delete_public_access_block(cx, input).await
    }

    async fn get_bucket_abac(
        &self,
        cx: &RequestContext,
        input: GetBucketAbacRequest,
    ) -> Result<GetBucketAbacOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_abac(cx, input).await
    }

    async fn get_bucket_accelerate_configuration(
        &self,
        cx: &RequestContext,
        input: GetBucketAccelerateConfigurationRequest,
    ) -> Result<GetBucketAccelerateConfigurationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_accelerate_configuration(cx, input).await
    }

    async fn get_bucket_acl(
        &self,
        cx: &RequestContext,
        input: GetBucketAclRequest,
    ) -> Result<GetBucketAclOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::acl::get_bucket_acl(cx, input).await
    }

    async fn get_bucket_analytics_configuration(
        &self,
        cx: &RequestContext,
        input: GetBucketAnalyticsConfigurationRequest,
    ) -> Result<GetBucketAnalyticsConfigurationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::get_bucket_analytics_configuration(cx, input).await
    }

    async fn get_bucket_cors(
        &self,
        cx: &RequestContext,
        input: GetBucketCorsRequest,
    ) -> Result<GetBucketCorsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::get_bucket_cors(cx, input).await
    }

    async fn get_bucket_encryption(
        &self,
        cx: &RequestContext,
        input: GetBucketEncryptionRequest,
    ) -> Result<GetBucketEncryptionOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::get_bucket_encryption(cx, input).await
    }

    async fn get_bucket_intelligent_tiering_configuration(
        &self,
        cx: &RequestContext,
        input: GetBucketIntelligentTieringConfigurationRequest,
    ) -> Result<GetBucketIntelligentTieringConfigurationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::get_bucket_intelligent_tiering_configuration(cx, input).await
    }

    async fn get_bucket_inventory_configuration(
        &self,
        cx: &RequestContext,
        input: GetBucketInventoryConfigurationRequest,
    ) -> Result<GetBucketInventoryConfigurationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::get_bucket_inventory_configuration(cx, input).await
    }

    async fn get_bucket_lifecycle_configuration(
        &self,
        cx: &RequestContext,
        input: GetBucketLifecycleConfigurationRequest,
    ) -> Result<GetBucketLifecycleConfigurationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::lifecycle::get_bucket_lifecycle_configuration(cx, input).await
    }

    async fn get_bucket_location(
        &self,
        cx: &RequestContext,
        input: GetBucketLocationRequest,
    ) -> Result<GetBucketLocationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::buckets::get_bucket_location(cx, input).await
    }

    async fn get_bucket_logging(
        &self,
        cx: &RequestContext,
        input: GetBucketLoggingRequest,
    ) -> Result<GetBucketLoggingOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::get_bucket_logging(cx, input).await
    }

    async fn get_bucket_metrics_configuration(
        &self,
        cx: &RequestContext,
        input: GetBucketMetricsConfigurationRequest,
    ) -> Result<GetBucketMetricsConfigurationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::get_bucket_metrics_configuration(cx, input).await
    }

    async fn get_bucket_notification_configuration(
        &self,
        cx: &RequestContext,
        input: GetBucketNotificationConfigurationRequest,
    ) -> Result<NotificationConfiguration, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::notification::get_bucket_notification_configuration(cx, input).await
    }

    async fn get_bucket_ownership_controls(
        &self,
        cx: &RequestContext,
        input: GetBucketOwnershipControlsRequest,
    ) -> Result<GetBucketOwnershipControlsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_ownership_controls(cx, input).await
    }

    async fn get_bucket_policy(
        &self,
        cx: &RequestContext,
        input: GetBucketPolicyRequest,
    ) -> Result<GetBucketPolicyOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::policy::get_bucket_policy(cx, input).await
    }

    async fn get_bucket_policy_status(
        &self,
        cx: &RequestContext,
        input: GetBucketPolicyStatusRequest,
    ) -> Result<GetBucketPolicyStatusOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::policy::get_bucket_policy_status(cx, input).await
    }

    async fn get_bucket_replication(
        &self,
        cx: &RequestContext,
        input: GetBucketReplicationRequest,
    ) -> Result<GetBucketReplicationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::get_bucket_replication(cx, input).await
    }

    async fn get_bucket_request_payment(
        &self,
        cx: &RequestContext,
        input: GetBucketRequestPaymentRequest,
    ) -> Result<GetBucketRequestPaymentOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_request_payment(cx, input).await
    }

    async fn get_bucket_tagging(
        &self,
        cx: &RequestContext,
        input: GetBucketTaggingRequest,
    ) -> Result<GetBucketTaggingOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::tagging::get_bucket_tagging(cx, input).await
    }

    async fn get_bucket_versioning(
        &self,
        cx: &RequestContext,
        input: GetBucketVersioningRequest,
    ) -> Result<GetBucketVersioningOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_versioning(cx, input).await
    }

    async fn get_bucket_website(
        &self,
        cx: &RequestContext,
        input: GetBucketWebsiteRequest,
    ) -> Result<GetBucketWebsiteOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::website::get_bucket_website(cx, input).await
    }

    async fn get_object(
        &self,
        cx: &RequestContext,
        input: GetObjectRequest,
    ) -> Result<GetObjectOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::get_object::get_object(cx, input).await
    }

    async fn get_object_acl(
        &self,
        cx: &RequestContext,
        input: GetObjectAclRequest,
    ) -> Result<GetObjectAclOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::acl::get_object_acl(cx, input).await
    }

    async fn get_object_attributes(
        &self,
        cx: &RequestContext,
        input: GetObjectAttributesRequest,
    ) -> Result<GetObjectAttributesOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_attributes::get_object_attributes(cx, input).await
    }

    async fn get_object_legal_hold(
        &self,
        cx: &RequestContext,
        input: GetObjectLegalHoldRequest,
    ) -> Result<GetObjectLegalHoldOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_lock::get_object_legal_hold(cx, input).await
    }

    async fn get_object_lock_configuration(
        &self,
        cx: &RequestContext,
        input: GetObjectLockConfigurationRequest,
    ) -> Result<GetObjectLockConfigurationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::object_lock::get_object_lock_configuration(cx, input).await
    }

    async fn get_object_retention(
        &self,
        cx: &RequestContext,
        input: GetObjectRetentionRequest,
    ) -> Result<GetObjectRetentionOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_lock::get_object_retention(cx, input).await
    }

    async fn get_object_tagging(
        &self,
        cx: &RequestContext,
        input: GetObjectTaggingRequest,
    ) -> Result<GetObjectTaggingOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::tagging::get_object_tagging(cx, input).await
    }

    async fn get_public_access_block(
        &self,
        cx: &RequestContext,
        input: GetPublicAccessBlockRequest,
    ) -> Result<GetPublicAccessBlockOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_public_access_block(cx, input).await
    }

    async fn head_bucket(
        &self,
        cx: &RequestContext,
        input: HeadBucketRequest,
    ) -> Result<HeadBucketOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::buckets::head_bucket(cx, input).await
    }

    async fn head_object(
        &self,
        cx: &RequestContext,
        input: HeadObjectRequest,
    ) -> Result<HeadObjectOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::get_object::head_object(cx, input).await
    }

    async fn list_bucket_analytics_configurations(
        &self,
        cx: &RequestContext,
        input: ListBucketAnalyticsConfigurationsRequest,
    ) -> Result<ListBucketAnalyticsConfigurationsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::list_bucket_analytics_configurations(cx, input).await
    }

    async fn list_bucket_intelligent_tiering_configurations(
        &self,
        cx: &RequestContext,
        input: ListBucketIntelligentTieringConfigurationsRequest,
    ) -> Result<ListBucketIntelligentTieringConfigurationsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::list_bucket_intelligent_tiering_configurations(cx, input).await
    }

    async fn list_bucket_inventory_configurations(
        &self,
        cx: &RequestContext,
        input: ListBucketInventoryConfigurationsRequest,
    ) -> Result<ListBucketInventoryConfigurationsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::list_bucket_inventory_configurations(cx, input).await
    }

    async fn list_bucket_metrics_configurations(
        &self,
        cx: &RequestContext,
        input: ListBucketMetricsConfigurationsRequest,
    ) -> Result<ListBucketMetricsConfigurationsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::list_bucket_metrics_configurations(cx, input).await
    }

    async fn list_buckets(
        &self,
        cx: &RequestContext,
        input: ListBucketsRequest,
    ) -> Result<ListBucketsOutput, ServiceError> {
        self.admit(cx, On::Service)?;
        ops::buckets::list_buckets(cx, input).await
    }

    async fn list_multipart_uploads(
        &self,
        cx: &RequestContext,
        input: ListMultipartUploadsRequest,
    ) -> Result<ListMultipartUploadsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::multipart::list_multipart_uploads(cx, input).await
    }

    async fn list_object_versions(
        &self,
        cx: &RequestContext,
        input: ListObjectVersionsRequest,
    ) -> Result<ListObjectVersionsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::list_versions::list_object_versions(cx, input).await
    }

    async fn list_objects(
        &self,
        cx: &RequestContext,
        input: ListObjectsRequest,
    ) -> Result<ListObjectsOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::list_objects::list_objects(cx, input).await
    }

    async fn list_objects_v2(
        &self,
        cx: &RequestContext,
        input: ListObjectsV2Request,
    ) -> Result<ListObjectsV2Output, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::list_objects::list_objects_v2(cx, input).await
    }

    async fn list_parts(
        &self,
        cx: &RequestContext,
        input: ListPartsRequest,
    ) -> Result<ListPartsOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::list_parts(cx, input).await
    }

    async fn put_bucket_abac(
        &self,
        cx: &RequestContext,
        input: PutBucketAbacRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_abac(cx, input).await
    }

    async fn put_bucket_accelerate_configuration(
        &self,
        cx: &RequestContext,
        input: PutBucketAccelerateConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_accelerate_configuration(cx, input).await
    }

    async fn put_bucket_acl(
        &self,
        cx: &RequestContext,
        input: PutBucketAclRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::acl::put_bucket_acl(cx, input).await
    }

    async fn put_bucket_analytics_configuration(
        &self,
        cx: &RequestContext,
        input: PutBucketAnalyticsConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::put_bucket_analytics_configuration(cx, input).await
    }

    async fn put_bucket_cors(
        &self,
        cx: &RequestContext,
        input: PutBucketCorsRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::put_bucket_cors(cx, input).await
    }

    async fn put_bucket_encryption(
        &self,
        cx: &RequestContext,
        input: PutBucketEncryptionRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::put_bucket_encryption(cx, input).await
    }

    async fn put_bucket_intelligent_tiering_configuration(
        &self,
        cx: &RequestContext,
        input: PutBucketIntelligentTieringConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::put_bucket_intelligent_tiering_configuration(cx, input).await
    }

    async fn put_bucket_inventory_configuration(
        &self,
        cx: &RequestContext,
        input: PutBucketInventoryConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::put_bucket_inventory_configuration(cx, input).await
    }

    async fn put_bucket_lifecycle_configuration(
        &self,
        cx: &RequestContext,
        input: PutBucketLifecycleConfigurationRequest,
    ) -> Result<PutBucketLifecycleConfigurationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::lifecycle::put_bucket_lifecycle_configuration(cx, input).await
    }

    async fn put_bucket_logging(
        &self,
        cx: &RequestContext,
        input: PutBucketLoggingRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::put_bucket_logging(cx, input).await
    }

    async fn put_bucket_metrics_configuration(
        &self,
        cx: &RequestContext,
        input: PutBucketMetricsConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::put_bucket_metrics_configuration(cx, input).await
    }

    async fn put_bucket_notification_configuration(
        &self,
        cx: &RequestContext,
        input: PutBucketNotificationConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::notification::put_bucket_notification_configuration(cx, input).await
    }

    async fn put_bucket_ownership_controls(
        &self,
        cx: &RequestContext,
        input: PutBucketOwnershipControlsRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_ownership_controls(cx, input).await
    }

    async fn put_bucket_policy(
        &self,
        cx: &RequestContext,
        input: PutBucketPolicyRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::policy::put_bucket_policy(cx, input).await
    }

    async fn put_bucket_replication(
        &self,
        cx: &RequestContext,
        input: PutBucketReplicationRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::put_bucket_replication(cx, input).await
    }

    async fn put_bucket_request_payment(
        &self,
        cx: &RequestContext,
        input: PutBucketRequestPaymentRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_request_payment(cx, input).await
    }

    async fn put_bucket_tagging(
        &self,
        cx: &RequestContext,
        input: PutBucketTaggingRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::tagging::put_bucket_tagging(cx, input).await
    }

    async fn put_bucket_versioning(
        &self,
        cx: &RequestContext,
        input: PutBucketVersioningRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_versioning(cx, input).await
    }

    async fn put_bucket_website(
        &self,
        cx: &RequestContext,
        input: PutBucketWebsiteRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::website::put_bucket_website(cx, input).await
    }

    async fn put_object(
        &self,
        cx: &RequestContext,
        input: PutObjectRequest,
    ) -> Result<PutObjectOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::put_object::put_object(cx, input).await
    }

    async fn put_object_acl(
        &self,
        cx: &RequestContext,
        input: PutObjectAclRequest,
    ) -> Result<PutObjectAclOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::acl::put_object_acl(cx, input).await
    }

    async fn put_object_legal_hold(
        &self,
        cx: &RequestContext,
        input: PutObjectLegalHoldRequest,
    ) -> Result<PutObjectLegalHoldOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_lock::put_object_legal_hold(cx, input).await
    }

    async fn put_object_lock_configuration(
        &self,
        cx: &RequestContext,
        input: PutObjectLockConfigurationRequest,
    ) -> Result<PutObjectLockConfigurationOutput, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::object_lock::put_object_lock_configuration(cx, input).await
    }

    async fn put_object_retention(
        &self,
        cx: &RequestContext,
        input: PutObjectRetentionRequest,
    ) -> Result<PutObjectRetentionOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_lock::put_object_retention(cx, input).await
    }

    async fn put_object_tagging(
        &self,
        cx: &RequestContext,
        input: PutObjectTaggingRequest,
    ) -> Result<PutObjectTaggingOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::tagging::put_object_tagging(cx, input).await
    }

    async fn put_public_access_block(
        &self,
        cx: &RequestContext,
        input: PutPublicAccessBlockRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_public_access_block(cx, input).await
    }

    async fn restore_object(
        &self,
        cx: &RequestContext,
        input: RestoreObjectRequest,
    ) -> Result<RestoreObjectOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::restore::restore_object(cx, input).await
    }

    async fn upload_part(
        &self,
        cx: &RequestContext,
        input: UploadPartRequest,
    ) -> Result<UploadPartOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::upload_part(cx, input).await
    }

    async fn upload_part_copy(
        &self,
        cx: &RequestContext,
        input: UploadPartCopyRequest,
    ) -> Result<UploadPartCopyOutput, ServiceError> {
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        self.admit_source(cx, &input.copy_source)?;
        ops::multipart::upload_part_copy(cx, input).await
    }
}
