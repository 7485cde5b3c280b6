//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_ssm::*;
use fogbank_service::{RequestContext, ServiceError};

use crate::ops::*;

/// The Amazon Simple Systems Manager (SSM) provider. All state is in the world.
#[derive(Debug, Default)]
pub struct SsmProvider(());

impl SsmProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

type Result<T> = std::result::Result<T, ServiceError>;

#[async_trait]
impl Ssm for SsmProvider {
    async fn add_tags_to_resource(
        &self,
        cx: &RequestContext,
        input: AddTagsToResourceRequest,
    ) -> Result<AddTagsToResourceResult> {
        tags::add(cx, input)
    }

    async fn delete_parameter(
        &self,
        cx: &RequestContext,
        input: DeleteParameterRequest,
    ) -> Result<DeleteParameterResult> {
        parameters::delete::one(cx, &input)
    }

    async fn delete_parameters(
        &self,
        cx: &RequestContext,
        input: DeleteParametersRequest,
    ) -> Result<DeleteParametersResult> {
        parameters::delete::several(cx, input)
    }

    async fn delete_resource_policy(
        &self,
        cx: &RequestContext,
        input: DeleteResourcePolicyRequest,
    ) -> Result<DeleteResourcePolicyResponse> {
        resource_policies::delete(cx, &input)
    }

    async fn describe_parameters(
        &self,
        cx: &RequestContext,
        input: DescribeParametersRequest,
    ) -> Result<DescribeParametersResult> {
        parameters::describe::run(cx, input)
    }

    async fn get_parameter(
        &self,
        cx: &RequestContext,
        input: GetParameterRequest,
    ) -> Result<GetParameterResult> {
        parameters::get::one(cx, &input).await
    }

    async fn get_parameter_history(
        &self,
        cx: &RequestContext,
        input: GetParameterHistoryRequest,
    ) -> Result<GetParameterHistoryResult> {
        parameters::history::run(cx, &input).await
    }

    async fn get_parameters(
        &self,
        cx: &RequestContext,
        input: GetParametersRequest,
    ) -> Result<GetParametersResult> {
        parameters::get::several(cx, input).await
    }

    async fn get_parameters_by_path(
        &self,
        cx: &RequestContext,
        input: GetParametersByPathRequest,
    ) -> Result<GetParametersByPathResult> {
        parameters::get::by_path(cx, input).await
    }

    async fn get_resource_policies(
        &self,
        cx: &RequestContext,
        input: GetResourcePoliciesRequest,
    ) -> Result<GetResourcePoliciesResponse> {
        resource_policies::get(cx, &input)
    }

    async fn get_service_setting(
        &self,
        cx: &RequestContext,
        input: GetServiceSettingRequest,
    ) -> Result<GetServiceSettingResult> {
        service_settings::get(cx, &input)
    }

    async fn label_parameter_version(
        &self,
        cx: &RequestContext,
        input: LabelParameterVersionRequest,
    ) -> Result<LabelParameterVersionResult> {
        parameters::labels::label(cx, input)
    }

    async fn list_tags_for_resource(
        &self,
        cx: &RequestContext,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResult> {
        tags::list(cx, &input)
    }

    async fn put_parameter(
        &self,
        cx: &RequestContext,
        input: PutParameterRequest,
    ) -> Result<PutParameterResult> {
        parameters::put::run(cx, input).await
    }

    async fn put_resource_policy(
        &self,
        cx: &RequestContext,
        input: PutResourcePolicyRequest,
    ) -> Result<PutResourcePolicyResponse> {
        resource_policies::put(cx, input)
    }

    async fn remove_tags_from_resource(
        &self,
        cx: &RequestContext,
        input: RemoveTagsFromResourceRequest,
    ) -> Result<RemoveTagsFromResourceResult> {
        tags::remove(cx, &input)
    }

    async fn reset_service_setting(
        &self,
        cx: &RequestContext,
        input: ResetServiceSettingRequest,
    ) -> Result<ResetServiceSettingResult> {
        service_settings::reset(cx, &input)
    }

    async fn unlabel_parameter_version(
        &self,
        cx: &RequestContext,
        input: UnlabelParameterVersionRequest,
    ) -> Result<UnlabelParameterVersionResult> {
        parameters::labels::unlabel(cx, input)
    }

    async fn update_service_setting(
        &self,
        cx: &RequestContext,
        input: UpdateServiceSettingRequest,
    ) -> Result<UpdateServiceSettingResult> {
        service_settings::update(cx, input)
    }
}
