//! One line of delegation per operation.

use std::sync::Arc;

use async_trait::async_trait;
use fogbank_api_s3control::*;
use fogbank_config::Config;
use fogbank_service::shape::Unit;
use fogbank_service::{Provider, RequestContext, ServiceError};

use super::raw::Statuses;
use super::{
    access_points, data_access, grants, jobs, multi_region, object_lambda, outposts, public_access,
    storage_lens, tags,
};

/// Amazon S3 Control over the state of a world.
#[derive(Clone, Copy, Debug, Default)]
pub struct S3ControlProvider;

/// The provider, ready for the gateway.
pub fn provider(config: &Config) -> Provider {
    let _ = config;
    let service = fogbank_api_s3control::service(Arc::new(S3ControlProvider));
    Provider::from(service).with_raw(Arc::new(Statuses))
}

#[async_trait]
impl S3Control for S3ControlProvider {
    async fn associate_access_grants_identity_center(
        &self,
        cx: &RequestContext,
        input: AssociateAccessGrantsIdentityCenterRequest,
    ) -> Result<Unit, ServiceError> {
        grants::associate(cx, input).await
    }

    async fn create_access_grant(
        &self,
        cx: &RequestContext,
        input: CreateAccessGrantRequest,
    ) -> Result<CreateAccessGrantResult, ServiceError> {
        grants::create_grant(cx, input).await
    }

    async fn create_access_grants_instance(
        &self,
        cx: &RequestContext,
        input: CreateAccessGrantsInstanceRequest,
    ) -> Result<CreateAccessGrantsInstanceResult, ServiceError> {
        grants::create_instance(cx, input).await
    }

    async fn create_access_grants_location(
        &self,
        cx: &RequestContext,
        input: CreateAccessGrantsLocationRequest,
    ) -> Result<CreateAccessGrantsLocationResult, ServiceError> {
        grants::create_location(cx, input).await
    }

    async fn create_access_point(
        &self,
        cx: &RequestContext,
        input: CreateAccessPointRequest,
    ) -> Result<CreateAccessPointResult, ServiceError> {
        access_points::create(cx, input).await
    }

    async fn create_access_point_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: CreateAccessPointForObjectLambdaRequest,
    ) -> Result<CreateAccessPointForObjectLambdaResult, ServiceError> {
        object_lambda::create(cx, input).await
    }

    async fn create_bucket(
        &self,
        _cx: &RequestContext,
        input: CreateBucketRequest,
    ) -> Result<CreateBucketResult, ServiceError> {
        outposts::create(input.outpost_id.as_deref())
    }

    async fn create_job(
        &self,
        cx: &RequestContext,
        input: CreateJobRequest,
    ) -> Result<CreateJobResult, ServiceError> {
        jobs::create(cx, input).await
    }

    async fn create_multi_region_access_point(
        &self,
        cx: &RequestContext,
        input: CreateMultiRegionAccessPointRequest,
    ) -> Result<CreateMultiRegionAccessPointResult, ServiceError> {
        multi_region::create(cx, input).await
    }

    async fn create_storage_lens_group(
        &self,
        cx: &RequestContext,
        input: CreateStorageLensGroupRequest,
    ) -> Result<Unit, ServiceError> {
        storage_lens::create_group(cx, input).await
    }

    async fn delete_access_grant(
        &self,
        cx: &RequestContext,
        input: DeleteAccessGrantRequest,
    ) -> Result<Unit, ServiceError> {
        grants::delete_grant(cx, input).await
    }

    async fn delete_access_grants_instance(
        &self,
        cx: &RequestContext,
        input: DeleteAccessGrantsInstanceRequest,
    ) -> Result<Unit, ServiceError> {
        grants::delete_instance(cx, input).await
    }

    async fn delete_access_grants_instance_resource_policy(
        &self,
        cx: &RequestContext,
        input: DeleteAccessGrantsInstanceResourcePolicyRequest,
    ) -> Result<Unit, ServiceError> {
        grants::delete_policy(cx, input).await
    }

    async fn delete_access_grants_location(
        &self,
        cx: &RequestContext,
        input: DeleteAccessGrantsLocationRequest,
    ) -> Result<Unit, ServiceError> {
        grants::delete_location(cx, input).await
    }

    async fn delete_access_point(
        &self,
        cx: &RequestContext,
        input: DeleteAccessPointRequest,
    ) -> Result<Unit, ServiceError> {
        access_points::delete(cx, input).await
    }

    async fn delete_access_point_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: DeleteAccessPointForObjectLambdaRequest,
    ) -> Result<Unit, ServiceError> {
        object_lambda::delete(cx, input).await
    }

    async fn delete_access_point_policy(
        &self,
        cx: &RequestContext,
        input: DeleteAccessPointPolicyRequest,
    ) -> Result<Unit, ServiceError> {
        access_points::delete_policy(cx, input).await
    }

    async fn delete_access_point_policy_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: DeleteAccessPointPolicyForObjectLambdaRequest,
    ) -> Result<Unit, ServiceError> {
        object_lambda::delete_policy(cx, input).await
    }

    async fn delete_access_point_scope(
        &self,
        cx: &RequestContext,
        input: DeleteAccessPointScopeRequest,
    ) -> Result<Unit, ServiceError> {
        access_points::delete_scope(cx, input).await
    }

    async fn delete_bucket(
        &self,
        cx: &RequestContext,
        input: DeleteBucketRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn delete_bucket_lifecycle_configuration(
        &self,
        cx: &RequestContext,
        input: DeleteBucketLifecycleConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn delete_bucket_policy(
        &self,
        cx: &RequestContext,
        input: DeleteBucketPolicyRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn delete_bucket_replication(
        &self,
        cx: &RequestContext,
        input: DeleteBucketReplicationRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn delete_bucket_tagging(
        &self,
        cx: &RequestContext,
        input: DeleteBucketTaggingRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn delete_job_tagging(
        &self,
        cx: &RequestContext,
        input: DeleteJobTaggingRequest,
    ) -> Result<DeleteJobTaggingResult, ServiceError> {
        jobs::delete_tags(cx, input).await
    }

    async fn delete_multi_region_access_point(
        &self,
        cx: &RequestContext,
        input: DeleteMultiRegionAccessPointRequest,
    ) -> Result<DeleteMultiRegionAccessPointResult, ServiceError> {
        multi_region::delete(cx, input).await
    }

    async fn delete_public_access_block(
        &self,
        cx: &RequestContext,
        input: DeletePublicAccessBlockRequest,
    ) -> Result<Unit, ServiceError> {
        public_access::delete(cx, input).await
    }

    async fn delete_storage_lens_configuration(
        &self,
        cx: &RequestContext,
        input: DeleteStorageLensConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        storage_lens::delete(cx, input).await
    }

    async fn delete_storage_lens_configuration_tagging(
        &self,
        cx: &RequestContext,
        input: DeleteStorageLensConfigurationTaggingRequest,
    ) -> Result<DeleteStorageLensConfigurationTaggingResult, ServiceError> {
        storage_lens::delete_tags(cx, input).await
    }

    async fn delete_storage_lens_group(
        &self,
        cx: &RequestContext,
        input: DeleteStorageLensGroupRequest,
    ) -> Result<Unit, ServiceError> {
        storage_lens::delete_group(cx, input).await
    }

    async fn describe_job(
        &self,
        cx: &RequestContext,
        input: DescribeJobRequest,
    ) -> Result<DescribeJobResult, ServiceError> {
        jobs::describe(cx, input).await
    }

    async fn describe_multi_region_access_point_operation(
        &self,
        cx: &RequestContext,
        input: DescribeMultiRegionAccessPointOperationRequest,
    ) -> Result<DescribeMultiRegionAccessPointOperationResult, ServiceError> {
        multi_region::describe(cx, input).await
    }

    async fn dissociate_access_grants_identity_center(
        &self,
        cx: &RequestContext,
        input: DissociateAccessGrantsIdentityCenterRequest,
    ) -> Result<Unit, ServiceError> {
        grants::dissociate(cx, input).await
    }

    async fn get_access_grant(
        &self,
        cx: &RequestContext,
        input: GetAccessGrantRequest,
    ) -> Result<GetAccessGrantResult, ServiceError> {
        grants::get_grant(cx, input).await
    }

    async fn get_access_grants_instance(
        &self,
        cx: &RequestContext,
        input: GetAccessGrantsInstanceRequest,
    ) -> Result<GetAccessGrantsInstanceResult, ServiceError> {
        grants::get_instance(cx, input).await
    }

    async fn get_access_grants_instance_for_prefix(
        &self,
        cx: &RequestContext,
        input: GetAccessGrantsInstanceForPrefixRequest,
    ) -> Result<GetAccessGrantsInstanceForPrefixResult, ServiceError> {
        data_access::instance_for_prefix(cx, input).await
    }

    async fn get_access_grants_instance_resource_policy(
        &self,
        cx: &RequestContext,
        input: GetAccessGrantsInstanceResourcePolicyRequest,
    ) -> Result<GetAccessGrantsInstanceResourcePolicyResult, ServiceError> {
        grants::get_policy(cx, input).await
    }

    async fn get_access_grants_location(
        &self,
        cx: &RequestContext,
        input: GetAccessGrantsLocationRequest,
    ) -> Result<GetAccessGrantsLocationResult, ServiceError> {
        grants::get_location(cx, input).await
    }

    async fn get_access_point(
        &self,
        cx: &RequestContext,
        input: GetAccessPointRequest,
    ) -> Result<GetAccessPointResult, ServiceError> {
        access_points::get(cx, input).await
    }

    async fn get_access_point_configuration_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: GetAccessPointConfigurationForObjectLambdaRequest,
    ) -> Result<GetAccessPointConfigurationForObjectLambdaResult, ServiceError> {
        object_lambda::get_configuration(cx, input).await
    }

    async fn get_access_point_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: GetAccessPointForObjectLambdaRequest,
    ) -> Result<GetAccessPointForObjectLambdaResult, ServiceError> {
        object_lambda::get(cx, input).await
    }

    async fn get_access_point_policy(
        &self,
        cx: &RequestContext,
        input: GetAccessPointPolicyRequest,
    ) -> Result<GetAccessPointPolicyResult, ServiceError> {
        access_points::get_policy(cx, input).await
    }

    async fn get_access_point_policy_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: GetAccessPointPolicyForObjectLambdaRequest,
    ) -> Result<GetAccessPointPolicyForObjectLambdaResult, ServiceError> {
        object_lambda::get_policy(cx, input).await
    }

    async fn get_access_point_policy_status(
        &self,
        cx: &RequestContext,
        input: GetAccessPointPolicyStatusRequest,
    ) -> Result<GetAccessPointPolicyStatusResult, ServiceError> {
        access_points::policy_status(cx, input).await
    }

    async fn get_access_point_policy_status_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: GetAccessPointPolicyStatusForObjectLambdaRequest,
    ) -> Result<GetAccessPointPolicyStatusForObjectLambdaResult, ServiceError> {
        object_lambda::policy_status(cx, input).await
    }

    async fn get_access_point_scope(
        &self,
        cx: &RequestContext,
        input: GetAccessPointScopeRequest,
    ) -> Result<GetAccessPointScopeResult, ServiceError> {
        access_points::get_scope(cx, input).await
    }

    async fn get_bucket(
        &self,
        cx: &RequestContext,
        input: GetBucketRequest,
    ) -> Result<GetBucketResult, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn get_bucket_lifecycle_configuration(
        &self,
        cx: &RequestContext,
        input: GetBucketLifecycleConfigurationRequest,
    ) -> Result<GetBucketLifecycleConfigurationResult, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn get_bucket_policy(
        &self,
        cx: &RequestContext,
        input: GetBucketPolicyRequest,
    ) -> Result<GetBucketPolicyResult, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn get_bucket_replication(
        &self,
        cx: &RequestContext,
        input: GetBucketReplicationRequest,
    ) -> Result<GetBucketReplicationResult, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn get_bucket_tagging(
        &self,
        cx: &RequestContext,
        input: GetBucketTaggingRequest,
    ) -> Result<GetBucketTaggingResult, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn get_bucket_versioning(
        &self,
        cx: &RequestContext,
        input: GetBucketVersioningRequest,
    ) -> Result<GetBucketVersioningResult, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn get_data_access(
        &self,
        cx: &RequestContext,
        input: GetDataAccessRequest,
    ) -> Result<GetDataAccessResult, ServiceError> {
        data_access::get(cx, input).await
    }

    async fn get_job_tagging(
        &self,
        cx: &RequestContext,
        input: GetJobTaggingRequest,
    ) -> Result<GetJobTaggingResult, ServiceError> {
        jobs::tags(cx, input).await
    }

    async fn get_multi_region_access_point(
        &self,
        cx: &RequestContext,
        input: GetMultiRegionAccessPointRequest,
    ) -> Result<GetMultiRegionAccessPointResult, ServiceError> {
        multi_region::get(cx, input).await
    }

    async fn get_multi_region_access_point_policy(
        &self,
        cx: &RequestContext,
        input: GetMultiRegionAccessPointPolicyRequest,
    ) -> Result<GetMultiRegionAccessPointPolicyResult, ServiceError> {
        multi_region::get_policy(cx, input).await
    }

    async fn get_multi_region_access_point_policy_status(
        &self,
        cx: &RequestContext,
        input: GetMultiRegionAccessPointPolicyStatusRequest,
    ) -> Result<GetMultiRegionAccessPointPolicyStatusResult, ServiceError> {
        multi_region::policy_status(cx, input).await
    }

    async fn get_multi_region_access_point_routes(
        &self,
        cx: &RequestContext,
        input: GetMultiRegionAccessPointRoutesRequest,
    ) -> Result<GetMultiRegionAccessPointRoutesResult, ServiceError> {
        multi_region::routes(cx, input).await
    }

    async fn get_public_access_block(
        &self,
        cx: &RequestContext,
        input: GetPublicAccessBlockRequest,
    ) -> Result<GetPublicAccessBlockOutput, ServiceError> {
        public_access::get(cx, input).await
    }

    async fn get_storage_lens_configuration(
        &self,
        cx: &RequestContext,
        input: GetStorageLensConfigurationRequest,
    ) -> Result<GetStorageLensConfigurationResult, ServiceError> {
        storage_lens::get(cx, input).await
    }

    async fn get_storage_lens_configuration_tagging(
        &self,
        cx: &RequestContext,
        input: GetStorageLensConfigurationTaggingRequest,
    ) -> Result<GetStorageLensConfigurationTaggingResult, ServiceError> {
        storage_lens::get_tags(cx, input).await
    }

    async fn get_storage_lens_group(
        &self,
        cx: &RequestContext,
        input: GetStorageLensGroupRequest,
    ) -> Result<GetStorageLensGroupResult, ServiceError> {
        storage_lens::get_group(cx, input).await
    }

    async fn list_access_grants(
        &self,
        cx: &RequestContext,
        input: ListAccessGrantsRequest,
    ) -> Result<ListAccessGrantsResult, ServiceError> {
        grants::list_grants(cx, input).await
    }

    async fn list_access_grants_instances(
        &self,
        cx: &RequestContext,
        input: ListAccessGrantsInstancesRequest,
    ) -> Result<ListAccessGrantsInstancesResult, ServiceError> {
        grants::list_instances(cx, input).await
    }

    async fn list_access_grants_locations(
        &self,
        cx: &RequestContext,
        input: ListAccessGrantsLocationsRequest,
    ) -> Result<ListAccessGrantsLocationsResult, ServiceError> {
        grants::list_locations(cx, input).await
    }

    async fn list_access_points(
        &self,
        cx: &RequestContext,
        input: ListAccessPointsRequest,
    ) -> Result<ListAccessPointsResult, ServiceError> {
        access_points::list(cx, input).await
    }

    async fn list_access_points_for_directory_buckets(
        &self,
        cx: &RequestContext,
        input: ListAccessPointsForDirectoryBucketsRequest,
    ) -> Result<ListAccessPointsForDirectoryBucketsResult, ServiceError> {
        access_points::list_for_directories(cx, input).await
    }

    async fn list_access_points_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: ListAccessPointsForObjectLambdaRequest,
    ) -> Result<ListAccessPointsForObjectLambdaResult, ServiceError> {
        object_lambda::list(cx, input).await
    }

    async fn list_caller_access_grants(
        &self,
        cx: &RequestContext,
        input: ListCallerAccessGrantsRequest,
    ) -> Result<ListCallerAccessGrantsResult, ServiceError> {
        data_access::list_of_caller(cx, input).await
    }

    async fn list_jobs(
        &self,
        cx: &RequestContext,
        input: ListJobsRequest,
    ) -> Result<ListJobsResult, ServiceError> {
        jobs::list(cx, input).await
    }

    async fn list_multi_region_access_points(
        &self,
        cx: &RequestContext,
        input: ListMultiRegionAccessPointsRequest,
    ) -> Result<ListMultiRegionAccessPointsResult, ServiceError> {
        multi_region::list(cx, input).await
    }

    async fn list_regional_buckets(
        &self,
        cx: &RequestContext,
        input: ListRegionalBucketsRequest,
    ) -> Result<ListRegionalBucketsResult, ServiceError> {
        outposts::list(cx, &input.account_id, input.outpost_id.as_deref())
    }

    async fn list_storage_lens_configurations(
        &self,
        cx: &RequestContext,
        input: ListStorageLensConfigurationsRequest,
    ) -> Result<ListStorageLensConfigurationsResult, ServiceError> {
        storage_lens::list(cx, input).await
    }

    async fn list_storage_lens_groups(
        &self,
        cx: &RequestContext,
        input: ListStorageLensGroupsRequest,
    ) -> Result<ListStorageLensGroupsResult, ServiceError> {
        storage_lens::list_groups(cx, input).await
    }

    async fn list_tags_for_resource(
        &self,
        cx: &RequestContext,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResult, ServiceError> {
        tags::list(cx, input).await
    }

    async fn put_access_grants_instance_resource_policy(
        &self,
        cx: &RequestContext,
        input: PutAccessGrantsInstanceResourcePolicyRequest,
    ) -> Result<PutAccessGrantsInstanceResourcePolicyResult, ServiceError> {
        grants::put_policy(cx, input).await
    }

    async fn put_access_point_configuration_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: PutAccessPointConfigurationForObjectLambdaRequest,
    ) -> Result<Unit, ServiceError> {
        object_lambda::put_configuration(cx, input).await
    }

    async fn put_access_point_policy(
        &self,
        cx: &RequestContext,
        input: PutAccessPointPolicyRequest,
    ) -> Result<Unit, ServiceError> {
        access_points::put_policy(cx, input).await
    }

    async fn put_access_point_policy_for_object_lambda(
        &self,
        cx: &RequestContext,
        input: PutAccessPointPolicyForObjectLambdaRequest,
    ) -> Result<Unit, ServiceError> {
        object_lambda::put_policy(cx, input).await
    }

    async fn put_access_point_scope(
        &self,
        cx: &RequestContext,
        input: PutAccessPointScopeRequest,
    ) -> Result<Unit, ServiceError> {
        access_points::put_scope(cx, input).await
    }

    async fn put_bucket_lifecycle_configuration(
        &self,
        cx: &RequestContext,
        input: PutBucketLifecycleConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn put_bucket_policy(
        &self,
        cx: &RequestContext,
        input: PutBucketPolicyRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn put_bucket_replication(
        &self,
        cx: &RequestContext,
        input: PutBucketReplicationRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn put_bucket_tagging(
        &self,
        cx: &RequestContext,
        input: PutBucketTaggingRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn put_bucket_versioning(
        &self,
        cx: &RequestContext,
        input: PutBucketVersioningRequest,
    ) -> Result<Unit, ServiceError> {
        outposts::missing(cx, &input.account_id, &input.bucket)
    }

    async fn put_job_tagging(
        &self,
        cx: &RequestContext,
        input: PutJobTaggingRequest,
    ) -> Result<PutJobTaggingResult, ServiceError> {
        jobs::put_tags(cx, input).await
    }

    async fn put_multi_region_access_point_policy(
        &self,
        cx: &RequestContext,
        input: PutMultiRegionAccessPointPolicyRequest,
    ) -> Result<PutMultiRegionAccessPointPolicyResult, ServiceError> {
        multi_region::put_policy(cx, input).await
    }

    async fn put_public_access_block(
        &self,
        cx: &RequestContext,
        input: PutPublicAccessBlockRequest,
    ) -> Result<Unit, ServiceError> {
        public_access::put(cx, input).await
    }

    async fn put_storage_lens_configuration(
        &self,
        cx: &RequestContext,
        input: PutStorageLensConfigurationRequest,
    ) -> Result<Unit, ServiceError> {
        storage_lens::put(cx, input).await
    }

    async fn put_storage_lens_configuration_tagging(
        &self,
        cx: &RequestContext,
        input: PutStorageLensConfigurationTaggingRequest,
    ) -> Result<PutStorageLensConfigurationTaggingResult, ServiceError> {
        storage_lens::put_tags(cx, input).await
    }

    async fn submit_multi_region_access_point_routes(
        &self,
        cx: &RequestContext,
        input: SubmitMultiRegionAccessPointRoutesRequest,
    ) -> Result<SubmitMultiRegionAccessPointRoutesResult, ServiceError> {
        multi_region::submit_routes(cx, input).await
    }

    async fn tag_resource(
        &self,
        cx: &RequestContext,
        input: TagResourceRequest,
    ) -> Result<TagResourceResult, ServiceError> {
        tags::tag(cx, input).await
    }

    async fn untag_resource(
        &self,
        cx: &RequestContext,
        input: UntagResourceRequest,
    ) -> Result<UntagResourceResult, ServiceError> {
        tags::untag(cx, input).await
    }

    async fn update_access_grants_location(
        &self,
        cx: &RequestContext,
        input: UpdateAccessGrantsLocationRequest,
    ) -> Result<UpdateAccessGrantsLocationResult, ServiceError> {
        grants::update_location(cx, input).await
    }

    async fn update_job_priority(
        &self,
        cx: &RequestContext,
        input: UpdateJobPriorityRequest,
    ) -> Result<UpdateJobPriorityResult, ServiceError> {
        jobs::update_priority(cx, input).await
    }

    async fn update_job_status(
        &self,
        cx: &RequestContext,
        input: UpdateJobStatusRequest,
    ) -> Result<UpdateJobStatusResult, ServiceError> {
        jobs::update_status(cx, input).await
    }

    async fn update_storage_lens_group(
        &self,
        cx: &RequestContext,
        input: UpdateStorageLensGroupRequest,
    ) -> Result<Unit, ServiceError> {
        storage_lens::update_group(cx, input).await
    }
}
