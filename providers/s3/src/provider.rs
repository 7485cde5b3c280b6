//! The operations of the trait, each a line of delegation.

use std::sync::Arc;

use async_trait::async_trait;
use fogbank_api_s3::*;
use fogbank_config::Config;
use fogbank_service::shape::Unit;
use fogbank_service::{Provider, RequestContext, ServiceError, Unheeded};

use crate::access::{self, BucketPolicies, On, Strictness};
use crate::background;
use crate::control::bucket_behind;
use crate::ops;
use crate::raw::Raw;

/// Amazon S3 over the state of a world.
#[derive(Clone, Copy, Debug, Default)]
pub struct S3Provider {
    strictness: Strictness,
    /// New buckets refuse objects with keys of customers.
    blocks_customer_keys: bool,
    /// Restorations take as long as at AWS.
    slow_restores: bool,
}

impl S3Provider {
    /// A provider; all its state is in the world of each request.
    pub fn new() -> Self {
        Self::default()
    }

    /// The provider whose new buckets refuse objects that are encrypted with keys of customers.
    #[must_use]
    pub fn with_customer_keys_blocked(mut self) -> Self {
        self.blocks_customer_keys = true;
        self
    }

    /// The provider whose restorations take as long as at AWS.
    #[must_use]
    pub fn with_slow_restores(mut self) -> Self {
        self.slow_restores = true;
        self
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

/// The parameters that have less effect than at AWS.
static UNHEEDED: &[&Unheeded] = &[&ops::by_id::INVENTORY_FORMAT];

/// The provider with what it answers beside its operations.
pub fn provider(config: &Config) -> Provider {
    let strictness = Strictness::of(config);
    let blocks_customer_keys = config.s3_block_sse_c;
    let slow_restores = config.s3_slow_restores;
    let provider = S3Provider { strictness, blocks_customer_keys, slow_restores };
    let service = fogbank_api_s3::service(Arc::new(provider));
    Provider::from(service)
        .with_raw(Arc::new(Raw { strictness }))
        .with_background(background::begin)
        .with_resource_policies(Arc::new(BucketPolicies))
        .with_unheeded(UNHEEDED)
}

#[async_trait]
impl S3 for S3Provider {
    async fn abort_multipart_upload(
        &self,
        cx: &RequestContext,
        mut input: AbortMultipartUploadRequest,
    ) -> Result<AbortMultipartUploadOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::abort_multipart_upload(cx, input).await
    }

    async fn complete_multipart_upload(
        &self,
        cx: &RequestContext,
        mut input: CompleteMultipartUploadRequest,
    ) -> Result<CompleteMultipartUploadOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::complete_multipart_upload(cx, input).await
    }

    async fn copy_object(
        &self,
        cx: &RequestContext,
        mut input: CopyObjectRequest,
    ) -> Result<CopyObjectOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
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
        ops::buckets::create_bucket(cx, input, self.blocks_customer_keys).await
    }

    async fn create_bucket_metadata_configuration(
        &self,
        cx: &RequestContext,
        mut input: CreateBucketMetadataConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::metadata_tables::create_bucket_metadata_configuration(cx, input).await
    }

    async fn create_bucket_metadata_table_configuration(
        &self,
        cx: &RequestContext,
        mut input: CreateBucketMetadataTableConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::metadata_tables::create_bucket_metadata_table_configuration(cx, input).await
    }

    async fn create_multipart_upload(
        &self,
        cx: &RequestContext,
        mut input: CreateMultipartUploadRequest,
    ) -> Result<CreateMultipartUploadOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::create_multipart_upload(cx, input).await
    }

    async fn create_session(
        &self,
        cx: &RequestContext,
        mut input: CreateSessionRequest,
    ) -> Result<CreateSessionOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::directory_buckets::create_session(cx, input).await
    }

    async fn delete_bucket(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::buckets::delete_bucket(cx, input).await
    }

    async fn delete_bucket_analytics_configuration(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketAnalyticsConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::delete_bucket_analytics_configuration(cx, input).await
    }

    async fn delete_bucket_cors(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketCorsRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::delete_bucket_cors(cx, input).await
    }

    async fn delete_bucket_encryption(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketEncryptionRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::delete_bucket_encryption(cx, input).await
    }

    async fn delete_bucket_intelligent_tiering_configuration(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketIntelligentTieringConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::delete_bucket_intelligent_tiering_configuration(cx, input).await
    }

    async fn delete_bucket_inventory_configuration(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketInventoryConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::delete_bucket_inventory_configuration(cx, input).await
    }

    async fn delete_bucket_lifecycle(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketLifecycleRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::lifecycle::delete_bucket_lifecycle(cx, input).await
    }

    async fn delete_bucket_metadata_configuration(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketMetadataConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::metadata_tables::delete_bucket_metadata_configuration(cx, input).await
    }

    async fn delete_bucket_metadata_table_configuration(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketMetadataTableConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::metadata_tables::delete_bucket_metadata_table_configuration(cx, input).await
    }

    async fn delete_bucket_metrics_configuration(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketMetricsConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::delete_bucket_metrics_configuration(cx, input).await
    }

    async fn delete_bucket_ownership_controls(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketOwnershipControlsRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::delete_bucket_ownership_controls(cx, input).await
    }

    async fn delete_bucket_policy(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketPolicyRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::policy::delete_bucket_policy(cx, input).await
    }

    async fn delete_bucket_replication(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketReplicationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::delete_bucket_replication(cx, input).await
    }

    async fn delete_bucket_tagging(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketTaggingRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::tagging::delete_bucket_tagging(cx, input).await
    }

    async fn delete_bucket_website(
        &self,
        cx: &RequestContext,
        mut input: DeleteBucketWebsiteRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::website::delete_bucket_website(cx, input).await
    }

    async fn delete_object(
        &self,
        cx: &RequestContext,
        mut input: DeleteObjectRequest,
    ) -> Result<DeleteObjectOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::delete_object::delete_object(cx, input).await
    }

    async fn delete_object_annotation(
        &self,
        cx: &RequestContext,
        mut input: DeleteObjectAnnotationRequest,
    ) -> Result<DeleteObjectAnnotationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::annotations::delete_object_annotation(cx, input).await
    }

    async fn delete_object_tagging(
        &self,
        cx: &RequestContext,
        mut input: DeleteObjectTaggingRequest,
    ) -> Result<DeleteObjectTaggingOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::tagging::delete_object_tagging(cx, input).await
    }

    async fn delete_objects(
        &self,
        cx: &RequestContext,
        mut input: DeleteObjectsRequest,
    ) -> Result<DeleteObjectsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::delete_object::delete_objects(cx, input).await
    }

    async fn delete_public_access_block(
        &self,
        cx: &RequestContext,
        mut input: DeletePublicAccessBlockRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::delete_public_access_block(cx, input).await
    }

    async fn get_bucket_abac(
        &self,
        cx: &RequestContext,
        mut input: GetBucketAbacRequest,
    ) -> Result<GetBucketAbacOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_abac(cx, input).await
    }

    async fn get_bucket_accelerate_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetBucketAccelerateConfigurationRequest,
    ) -> Result<GetBucketAccelerateConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_accelerate_configuration(cx, input).await
    }

    async fn get_bucket_acl(
        &self,
        cx: &RequestContext,
        mut input: GetBucketAclRequest,
    ) -> Result<GetBucketAclOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::acl::get_bucket_acl(cx, input).await
    }

    async fn get_bucket_analytics_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetBucketAnalyticsConfigurationRequest,
    ) -> Result<GetBucketAnalyticsConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::get_bucket_analytics_configuration(cx, input).await
    }

    async fn get_bucket_cors(
        &self,
        cx: &RequestContext,
        mut input: GetBucketCorsRequest,
    ) -> Result<GetBucketCorsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::get_bucket_cors(cx, input).await
    }

    async fn get_bucket_encryption(
        &self,
        cx: &RequestContext,
        mut input: GetBucketEncryptionRequest,
    ) -> Result<GetBucketEncryptionOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::get_bucket_encryption(cx, input).await
    }

    async fn get_bucket_intelligent_tiering_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetBucketIntelligentTieringConfigurationRequest,
    ) -> Result<GetBucketIntelligentTieringConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::get_bucket_intelligent_tiering_configuration(cx, input).await
    }

    async fn get_bucket_inventory_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetBucketInventoryConfigurationRequest,
    ) -> Result<GetBucketInventoryConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::get_bucket_inventory_configuration(cx, input).await
    }

    async fn get_bucket_lifecycle(
        &self,
        cx: &RequestContext,
        mut input: GetBucketLifecycleRequest,
    ) -> Result<GetBucketLifecycleOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::legacy::get_bucket_lifecycle(cx, input).await
    }

    async fn get_bucket_lifecycle_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetBucketLifecycleConfigurationRequest,
    ) -> Result<GetBucketLifecycleConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::lifecycle::get_bucket_lifecycle_configuration(cx, input).await
    }

    async fn get_bucket_location(
        &self,
        cx: &RequestContext,
        mut input: GetBucketLocationRequest,
    ) -> Result<GetBucketLocationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::buckets::get_bucket_location(cx, input).await
    }

    async fn get_bucket_logging(
        &self,
        cx: &RequestContext,
        mut input: GetBucketLoggingRequest,
    ) -> Result<GetBucketLoggingOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::get_bucket_logging(cx, input).await
    }

    async fn get_bucket_metadata_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetBucketMetadataConfigurationRequest,
    ) -> Result<GetBucketMetadataConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::metadata_tables::get_bucket_metadata_configuration(cx, input).await
    }

    async fn get_bucket_metadata_table_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetBucketMetadataTableConfigurationRequest,
    ) -> Result<GetBucketMetadataTableConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::metadata_tables::get_bucket_metadata_table_configuration(cx, input).await
    }

    async fn get_bucket_metrics_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetBucketMetricsConfigurationRequest,
    ) -> Result<GetBucketMetricsConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::get_bucket_metrics_configuration(cx, input).await
    }

    async fn get_bucket_notification(
        &self,
        cx: &RequestContext,
        mut input: GetBucketNotificationConfigurationRequest,
    ) -> Result<NotificationConfigurationDeprecated, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::legacy::get_bucket_notification(cx, input).await
    }

    async fn get_bucket_notification_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetBucketNotificationConfigurationRequest,
    ) -> Result<NotificationConfiguration, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::notification::get_bucket_notification_configuration(cx, input).await
    }

    async fn get_bucket_ownership_controls(
        &self,
        cx: &RequestContext,
        mut input: GetBucketOwnershipControlsRequest,
    ) -> Result<GetBucketOwnershipControlsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_ownership_controls(cx, input).await
    }

    async fn get_bucket_policy(
        &self,
        cx: &RequestContext,
        mut input: GetBucketPolicyRequest,
    ) -> Result<GetBucketPolicyOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::policy::get_bucket_policy(cx, input).await
    }

    async fn get_bucket_policy_status(
        &self,
        cx: &RequestContext,
        mut input: GetBucketPolicyStatusRequest,
    ) -> Result<GetBucketPolicyStatusOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::policy::get_bucket_policy_status(cx, input).await
    }

    async fn get_bucket_replication(
        &self,
        cx: &RequestContext,
        mut input: GetBucketReplicationRequest,
    ) -> Result<GetBucketReplicationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::get_bucket_replication(cx, input).await
    }

    async fn get_bucket_request_payment(
        &self,
        cx: &RequestContext,
        mut input: GetBucketRequestPaymentRequest,
    ) -> Result<GetBucketRequestPaymentOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_request_payment(cx, input).await
    }

    async fn get_bucket_tagging(
        &self,
        cx: &RequestContext,
        mut input: GetBucketTaggingRequest,
    ) -> Result<GetBucketTaggingOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::tagging::get_bucket_tagging(cx, input).await
    }

    async fn get_bucket_versioning(
        &self,
        cx: &RequestContext,
        mut input: GetBucketVersioningRequest,
    ) -> Result<GetBucketVersioningOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_bucket_versioning(cx, input).await
    }

    async fn get_bucket_website(
        &self,
        cx: &RequestContext,
        mut input: GetBucketWebsiteRequest,
    ) -> Result<GetBucketWebsiteOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::website::get_bucket_website(cx, input).await
    }

    async fn get_object(
        &self,
        cx: &RequestContext,
        mut input: GetObjectRequest,
    ) -> Result<GetObjectOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::get_object::get_object(cx, input).await
    }

    async fn get_object_acl(
        &self,
        cx: &RequestContext,
        mut input: GetObjectAclRequest,
    ) -> Result<GetObjectAclOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::acl::get_object_acl(cx, input).await
    }

    async fn get_object_annotation(
        &self,
        cx: &RequestContext,
        mut input: GetObjectAnnotationRequest,
    ) -> Result<GetObjectAnnotationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::annotations::get_object_annotation(cx, input).await
    }

    async fn get_object_attributes(
        &self,
        cx: &RequestContext,
        mut input: GetObjectAttributesRequest,
    ) -> Result<GetObjectAttributesOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_attributes::get_object_attributes(cx, input).await
    }

    async fn get_object_legal_hold(
        &self,
        cx: &RequestContext,
        mut input: GetObjectLegalHoldRequest,
    ) -> Result<GetObjectLegalHoldOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_lock::get_object_legal_hold(cx, input).await
    }

    async fn get_object_lock_configuration(
        &self,
        cx: &RequestContext,
        mut input: GetObjectLockConfigurationRequest,
    ) -> Result<GetObjectLockConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::object_lock::get_object_lock_configuration(cx, input).await
    }

    async fn get_object_retention(
        &self,
        cx: &RequestContext,
        mut input: GetObjectRetentionRequest,
    ) -> Result<GetObjectRetentionOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_lock::get_object_retention(cx, input).await
    }

    async fn get_object_tagging(
        &self,
        cx: &RequestContext,
        mut input: GetObjectTaggingRequest,
    ) -> Result<GetObjectTaggingOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::tagging::get_object_tagging(cx, input).await
    }

    async fn get_object_torrent(
        &self,
        cx: &RequestContext,
        mut input: GetObjectTorrentRequest,
    ) -> Result<GetObjectTorrentOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::refused::get_object_torrent(cx, input).await
    }

    async fn get_public_access_block(
        &self,
        cx: &RequestContext,
        mut input: GetPublicAccessBlockRequest,
    ) -> Result<GetPublicAccessBlockOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::get_public_access_block(cx, input).await
    }

    async fn head_bucket(
        &self,
        cx: &RequestContext,
        mut input: HeadBucketRequest,
    ) -> Result<HeadBucketOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::buckets::head_bucket(cx, input).await
    }

    async fn head_object(
        &self,
        cx: &RequestContext,
        mut input: HeadObjectRequest,
    ) -> Result<HeadObjectOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::get_object::head_object(cx, input).await
    }

    async fn list_bucket_analytics_configurations(
        &self,
        cx: &RequestContext,
        mut input: ListBucketAnalyticsConfigurationsRequest,
    ) -> Result<ListBucketAnalyticsConfigurationsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::list_bucket_analytics_configurations(cx, input).await
    }

    async fn list_bucket_intelligent_tiering_configurations(
        &self,
        cx: &RequestContext,
        mut input: ListBucketIntelligentTieringConfigurationsRequest,
    ) -> Result<ListBucketIntelligentTieringConfigurationsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::list_bucket_intelligent_tiering_configurations(cx, input).await
    }

    async fn list_bucket_inventory_configurations(
        &self,
        cx: &RequestContext,
        mut input: ListBucketInventoryConfigurationsRequest,
    ) -> Result<ListBucketInventoryConfigurationsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::list_bucket_inventory_configurations(cx, input).await
    }

    async fn list_bucket_metrics_configurations(
        &self,
        cx: &RequestContext,
        mut input: ListBucketMetricsConfigurationsRequest,
    ) -> Result<ListBucketMetricsConfigurationsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
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

    async fn list_directory_buckets(
        &self,
        cx: &RequestContext,
        input: ListDirectoryBucketsRequest,
    ) -> Result<ListDirectoryBucketsOutput, ServiceError> {
        self.admit(cx, On::Service)?;
        ops::directory_buckets::list_directory_buckets(cx, input).await
    }

    async fn list_multipart_uploads(
        &self,
        cx: &RequestContext,
        mut input: ListMultipartUploadsRequest,
    ) -> Result<ListMultipartUploadsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::multipart::list_multipart_uploads(cx, input).await
    }

    async fn list_object_annotations(
        &self,
        cx: &RequestContext,
        mut input: ListObjectAnnotationsRequest,
    ) -> Result<ListObjectAnnotationsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::annotations::list_object_annotations(cx, input).await
    }

    async fn list_object_versions(
        &self,
        cx: &RequestContext,
        mut input: ListObjectVersionsRequest,
    ) -> Result<ListObjectVersionsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::list_versions::list_object_versions(cx, input).await
    }

    async fn list_objects(
        &self,
        cx: &RequestContext,
        mut input: ListObjectsRequest,
    ) -> Result<ListObjectsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::list_objects::list_objects(cx, input).await
    }

    async fn list_objects_v2(
        &self,
        cx: &RequestContext,
        mut input: ListObjectsV2Request,
    ) -> Result<ListObjectsV2Output, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::list_objects::list_objects_v2(cx, input).await
    }

    async fn list_parts(
        &self,
        cx: &RequestContext,
        mut input: ListPartsRequest,
    ) -> Result<ListPartsOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::list_parts(cx, input).await
    }

    async fn put_bucket_abac(
        &self,
        cx: &RequestContext,
        mut input: PutBucketAbacRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_abac(cx, input).await
    }

    async fn put_bucket_accelerate_configuration(
        &self,
        cx: &RequestContext,
        mut input: PutBucketAccelerateConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_accelerate_configuration(cx, input).await
    }

    async fn put_bucket_acl(
        &self,
        cx: &RequestContext,
        mut input: PutBucketAclRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::acl::put_bucket_acl(cx, input).await
    }

    async fn put_bucket_analytics_configuration(
        &self,
        cx: &RequestContext,
        mut input: PutBucketAnalyticsConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::put_bucket_analytics_configuration(cx, input).await
    }

    async fn put_bucket_cors(
        &self,
        cx: &RequestContext,
        mut input: PutBucketCorsRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::put_bucket_cors(cx, input).await
    }

    async fn put_bucket_encryption(
        &self,
        cx: &RequestContext,
        mut input: PutBucketEncryptionRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::put_bucket_encryption(cx, input).await
    }

    async fn put_bucket_intelligent_tiering_configuration(
        &self,
        cx: &RequestContext,
        mut input: PutBucketIntelligentTieringConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::put_bucket_intelligent_tiering_configuration(cx, input).await
    }

    async fn put_bucket_inventory_configuration(
        &self,
        cx: &RequestContext,
        mut input: PutBucketInventoryConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::put_bucket_inventory_configuration(cx, input).await
    }

    async fn put_bucket_lifecycle(
        &self,
        cx: &RequestContext,
        mut input: PutBucketLifecycleRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::legacy::put_bucket_lifecycle(cx, input).await
    }

    async fn put_bucket_lifecycle_configuration(
        &self,
        cx: &RequestContext,
        mut input: PutBucketLifecycleConfigurationRequest,
    ) -> Result<PutBucketLifecycleConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::lifecycle::put_bucket_lifecycle_configuration(cx, input).await
    }

    async fn put_bucket_logging(
        &self,
        cx: &RequestContext,
        mut input: PutBucketLoggingRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::put_bucket_logging(cx, input).await
    }

    async fn put_bucket_metrics_configuration(
        &self,
        cx: &RequestContext,
        mut input: PutBucketMetricsConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::by_id::put_bucket_metrics_configuration(cx, input).await
    }

    async fn put_bucket_notification(
        &self,
        cx: &RequestContext,
        mut input: PutBucketNotificationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::legacy::put_bucket_notification(cx, input).await
    }

    async fn put_bucket_notification_configuration(
        &self,
        cx: &RequestContext,
        mut input: PutBucketNotificationConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::notification::put_bucket_notification_configuration(cx, input).await
    }

    async fn put_bucket_ownership_controls(
        &self,
        cx: &RequestContext,
        mut input: PutBucketOwnershipControlsRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_ownership_controls(cx, input).await
    }

    async fn put_bucket_policy(
        &self,
        cx: &RequestContext,
        mut input: PutBucketPolicyRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::policy::put_bucket_policy(cx, input).await
    }

    async fn put_bucket_replication(
        &self,
        cx: &RequestContext,
        mut input: PutBucketReplicationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::documents::put_bucket_replication(cx, input).await
    }

    async fn put_bucket_request_payment(
        &self,
        cx: &RequestContext,
        mut input: PutBucketRequestPaymentRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_request_payment(cx, input).await
    }

    async fn put_bucket_tagging(
        &self,
        cx: &RequestContext,
        mut input: PutBucketTaggingRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::tagging::put_bucket_tagging(cx, input).await
    }

    async fn put_bucket_versioning(
        &self,
        cx: &RequestContext,
        mut input: PutBucketVersioningRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_bucket_versioning(cx, input).await
    }

    async fn put_bucket_website(
        &self,
        cx: &RequestContext,
        mut input: PutBucketWebsiteRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::website::put_bucket_website(cx, input).await
    }

    async fn put_object(
        &self,
        cx: &RequestContext,
        mut input: PutObjectRequest,
    ) -> Result<PutObjectOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::put_object::put_object(cx, input).await
    }

    async fn put_object_acl(
        &self,
        cx: &RequestContext,
        mut input: PutObjectAclRequest,
    ) -> Result<PutObjectAclOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::acl::put_object_acl(cx, input).await
    }

    async fn put_object_annotation(
        &self,
        cx: &RequestContext,
        mut input: PutObjectAnnotationRequest,
    ) -> Result<PutObjectAnnotationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::annotations::put_object_annotation(cx, input).await
    }

    async fn put_object_legal_hold(
        &self,
        cx: &RequestContext,
        mut input: PutObjectLegalHoldRequest,
    ) -> Result<PutObjectLegalHoldOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_lock::put_object_legal_hold(cx, input).await
    }

    async fn put_object_lock_configuration(
        &self,
        cx: &RequestContext,
        mut input: PutObjectLockConfigurationRequest,
    ) -> Result<PutObjectLockConfigurationOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::object_lock::put_object_lock_configuration(cx, input).await
    }

    async fn put_object_retention(
        &self,
        cx: &RequestContext,
        mut input: PutObjectRetentionRequest,
    ) -> Result<PutObjectRetentionOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_lock::put_object_retention(cx, input).await
    }

    async fn put_object_tagging(
        &self,
        cx: &RequestContext,
        mut input: PutObjectTaggingRequest,
    ) -> Result<PutObjectTaggingOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::tagging::put_object_tagging(cx, input).await
    }

    async fn put_public_access_block(
        &self,
        cx: &RequestContext,
        mut input: PutPublicAccessBlockRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::switches::put_public_access_block(cx, input).await
    }

    async fn rename_object(
        &self,
        cx: &RequestContext,
        mut input: RenameObjectRequest,
    ) -> Result<RenameObjectOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::directory_buckets::rename_object(cx, input).await
    }

    async fn restore_object(
        &self,
        cx: &RequestContext,
        mut input: RestoreObjectRequest,
    ) -> Result<RestoreObjectOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::restore::restore_object(cx, input, self.slow_restores).await
    }

    async fn select_object_content(
        &self,
        cx: &RequestContext,
        mut input: SelectObjectContentRequest,
    ) -> Result<SelectObjectContentOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::select_object_content::select_object_content(cx, input).await
    }

    async fn update_bucket_metadata_annotation_table_configuration(
        &self,
        cx: &RequestContext,
        mut input: UpdateBucketMetadataAnnotationTableConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::metadata_tables::update_bucket_metadata_annotation_table_configuration(cx, input).await
    }

    async fn update_bucket_metadata_inventory_table_configuration(
        &self,
        cx: &RequestContext,
        mut input: UpdateBucketMetadataInventoryTableConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::metadata_tables::update_bucket_metadata_inventory_table_configuration(cx, input).await
    }

    async fn update_bucket_metadata_journal_table_configuration(
        &self,
        cx: &RequestContext,
        mut input: UpdateBucketMetadataJournalTableConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Bucket(&input.bucket))?;
        ops::metadata_tables::update_bucket_metadata_journal_table_configuration(cx, input).await
    }

    async fn update_object_encryption(
        &self,
        cx: &RequestContext,
        mut input: UpdateObjectEncryptionRequest,
    ) -> Result<UpdateObjectEncryptionResponse, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, input.version_id.as_deref()))?;
        ops::object_encryption::update_object_encryption(cx, input).await
    }

    async fn upload_part(
        &self,
        cx: &RequestContext,
        mut input: UploadPartRequest,
    ) -> Result<UploadPartOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        ops::multipart::upload_part(cx, input).await
    }

    async fn upload_part_copy(
        &self,
        cx: &RequestContext,
        mut input: UploadPartCopyRequest,
    ) -> Result<UploadPartCopyOutput, ServiceError> {
        input.bucket = bucket_behind(cx, input.bucket);
        self.admit(cx, On::Object(&input.bucket, &input.key, None))?;
        self.admit_source(cx, &input.copy_source)?;
        ops::multipart::upload_part_copy(cx, input).await
    }

    async fn write_get_object_response(
        &self,
        cx: &RequestContext,
        input: WriteGetObjectResponseRequest,
    ) -> Result<Unit, ServiceError> {
        self.admit(cx, On::Service)?;
        ops::refused::write_get_object_response(cx, input).await
    }
}
