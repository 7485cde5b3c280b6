//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_secretsmanager::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::ops::*;

/// The AWS Secrets Manager provider. All state is in the world.
#[derive(Debug, Default)]
pub struct SecretsManagerProvider(());

impl SecretsManagerProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

type Result<T> = std::result::Result<T, ServiceError>;

#[async_trait]
impl SecretsManager for SecretsManagerProvider {
    async fn associate_cross_account_replica(
        &self,
        cx: &RequestContext,
        input: AssociateCrossAccountReplicaRequest,
    ) -> Result<AssociateCrossAccountReplicaResponse> {
        cross_account::associate(cx, input).await
    }

    async fn batch_get_secret_value(
        &self,
        cx: &RequestContext,
        input: BatchGetSecretValueRequest,
    ) -> Result<BatchGetSecretValueResponse> {
        batch_get::run(cx, input).await
    }

    async fn cancel_rotate_secret(
        &self,
        cx: &RequestContext,
        input: CancelRotateSecretRequest,
    ) -> Result<CancelRotateSecretResponse> {
        rotation::cancel(cx, &input)
    }

    async fn create_secret(
        &self,
        cx: &RequestContext,
        input: CreateSecretRequest,
    ) -> Result<CreateSecretResponse> {
        create_secret::run(cx, input).await
    }

    async fn delete_resource_policy(
        &self,
        cx: &RequestContext,
        input: DeleteResourcePolicyRequest,
    ) -> Result<DeleteResourcePolicyResponse> {
        policies::delete(cx, input)
    }

    async fn delete_secret(
        &self,
        cx: &RequestContext,
        input: DeleteSecretRequest,
    ) -> Result<DeleteSecretResponse> {
        delete_secret::delete(cx, &input)
    }

    async fn describe_secret(
        &self,
        cx: &RequestContext,
        input: DescribeSecretRequest,
    ) -> Result<DescribeSecretResponse> {
        describe::run(cx, &input)
    }

    async fn disassociate_cross_account_replica(
        &self,
        cx: &RequestContext,
        input: DisassociateCrossAccountReplicaRequest,
    ) -> Result<DisassociateCrossAccountReplicaResponse> {
        cross_account::disassociate(cx, &input)
    }

    async fn get_random_password(
        &self,
        cx: &RequestContext,
        input: GetRandomPasswordRequest,
    ) -> Result<GetRandomPasswordResponse> {
        random_password::run(cx, &input)
    }

    async fn get_resource_policy(
        &self,
        cx: &RequestContext,
        input: GetResourcePolicyRequest,
    ) -> Result<GetResourcePolicyResponse> {
        policies::get(cx, input)
    }

    async fn get_secret_value(
        &self,
        cx: &RequestContext,
        input: GetSecretValueRequest,
    ) -> Result<GetSecretValueResponse> {
        secret_value::get(cx, &input).await
    }

    async fn list_resource_policies(
        &self,
        cx: &RequestContext,
        input: ListResourcePoliciesRequest,
    ) -> Result<ListResourcePoliciesResponse> {
        policies::list(cx, &input)
    }

    async fn list_secret_version_ids(
        &self,
        cx: &RequestContext,
        input: ListSecretVersionIdsRequest,
    ) -> Result<ListSecretVersionIdsResponse> {
        versions::list(cx, &input)
    }

    async fn list_secrets(
        &self,
        cx: &RequestContext,
        input: ListSecretsRequest,
    ) -> Result<ListSecretsResponse> {
        list_secrets::run(cx, &input)
    }

    async fn put_resource_policy(
        &self,
        cx: &RequestContext,
        input: PutResourcePolicyRequest,
    ) -> Result<PutResourcePolicyResponse> {
        policies::put(cx, input)
    }

    async fn put_secret_value(
        &self,
        cx: &RequestContext,
        input: PutSecretValueRequest,
    ) -> Result<PutSecretValueResponse> {
        secret_value::put(cx, input).await
    }

    async fn remove_regions_from_replication(
        &self,
        cx: &RequestContext,
        input: RemoveRegionsFromReplicationRequest,
    ) -> Result<RemoveRegionsFromReplicationResponse> {
        replication::remove(cx, &input)
    }

    async fn replicate_secret_to_regions(
        &self,
        cx: &RequestContext,
        input: ReplicateSecretToRegionsRequest,
    ) -> Result<ReplicateSecretToRegionsResponse> {
        replication::replicate(cx, input).await
    }

    async fn restore_secret(
        &self,
        cx: &RequestContext,
        input: RestoreSecretRequest,
    ) -> Result<RestoreSecretResponse> {
        delete_secret::restore(cx, &input)
    }

    async fn rotate_secret(
        &self,
        cx: &RequestContext,
        input: RotateSecretRequest,
    ) -> Result<RotateSecretResponse> {
        rotation::rotate(cx, &input)
    }

    async fn stop_replication_to_replica(
        &self,
        cx: &RequestContext,
        input: StopReplicationToReplicaRequest,
    ) -> Result<StopReplicationToReplicaResponse> {
        replication::stop(cx, &input)
    }

    async fn tag_resource(&self, cx: &RequestContext, input: TagResourceRequest) -> Result<Unit> {
        tags::tag(cx, input).await
    }

    async fn untag_resource(
        &self,
        cx: &RequestContext,
        input: UntagResourceRequest,
    ) -> Result<Unit> {
        tags::untag(cx, &input).await
    }

    async fn update_secret(
        &self,
        cx: &RequestContext,
        input: UpdateSecretRequest,
    ) -> Result<UpdateSecretResponse> {
        update_secret::run(cx, input).await
    }

    async fn update_secret_version_stage(
        &self,
        cx: &RequestContext,
        input: UpdateSecretVersionStageRequest,
    ) -> Result<UpdateSecretVersionStageResponse> {
        versions::update_stage(cx, &input).await
    }

    async fn validate_resource_policy(
        &self,
        cx: &RequestContext,
        input: ValidateResourcePolicyRequest,
    ) -> Result<ValidateResourcePolicyResponse> {
        policies::validate(cx, &input)
    }
}
