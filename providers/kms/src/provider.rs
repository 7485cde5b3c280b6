//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_kms::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::ops::*;

/// The KMS provider. All state is in the world.
#[derive(Debug, Default)]
pub struct KmsProvider(());

impl KmsProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

type Result<T> = std::result::Result<T, ServiceError>;

#[async_trait]
impl Kms for KmsProvider {
    async fn cancel_key_deletion(
        &self,
        cx: &RequestContext,
        input: CancelKeyDeletionRequest,
    ) -> Result<CancelKeyDeletionResponse> {
        lifecycle::cancel_deletion(cx, &input)
    }

    async fn connect_custom_key_store(
        &self,
        _: &RequestContext,
        input: ConnectCustomKeyStoreRequest,
    ) -> Result<ConnectCustomKeyStoreResponse> {
        custom_key_stores::connect(&input)
    }

    async fn create_alias(&self, cx: &RequestContext, input: CreateAliasRequest) -> Result<Unit> {
        aliases::create(cx, input)
    }

    async fn create_custom_key_store(
        &self,
        _: &RequestContext,
        input: CreateCustomKeyStoreRequest,
    ) -> Result<CreateCustomKeyStoreResponse> {
        custom_key_stores::create(&input)
    }

    async fn create_grant(
        &self,
        cx: &RequestContext,
        input: CreateGrantRequest,
    ) -> Result<CreateGrantResponse> {
        grants::create(cx, input)
    }

    async fn create_key(
        &self,
        cx: &RequestContext,
        input: CreateKeyRequest,
    ) -> Result<CreateKeyResponse> {
        create_key::run(cx, input).await
    }

    async fn decapsulate(
        &self,
        cx: &RequestContext,
        input: DecapsulateRequest,
    ) -> Result<DecapsulateResponse> {
        agreement::decapsulate(cx, &input)
    }

    async fn decrypt(&self, cx: &RequestContext, input: DecryptRequest) -> Result<DecryptResponse> {
        encryption::decrypt(cx, &input)
    }

    async fn delete_alias(&self, cx: &RequestContext, input: DeleteAliasRequest) -> Result<Unit> {
        aliases::delete(cx, &input)
    }

    async fn delete_custom_key_store(
        &self,
        _: &RequestContext,
        input: DeleteCustomKeyStoreRequest,
    ) -> Result<DeleteCustomKeyStoreResponse> {
        custom_key_stores::delete(&input)
    }

    async fn delete_imported_key_material(
        &self,
        cx: &RequestContext,
        input: DeleteImportedKeyMaterialRequest,
    ) -> Result<DeleteImportedKeyMaterialResponse> {
        import::delete(cx, &input)
    }

    async fn derive_shared_secret(
        &self,
        cx: &RequestContext,
        input: DeriveSharedSecretRequest,
    ) -> Result<DeriveSharedSecretResponse> {
        agreement::derive(cx, &input)
    }

    async fn describe_custom_key_stores(
        &self,
        _: &RequestContext,
        input: DescribeCustomKeyStoresRequest,
    ) -> Result<DescribeCustomKeyStoresResponse> {
        custom_key_stores::describe(&input)
    }

    async fn describe_key(
        &self,
        cx: &RequestContext,
        input: DescribeKeyRequest,
    ) -> Result<DescribeKeyResponse> {
        describe::describe(cx, &input)
    }

    async fn disable_key(&self, cx: &RequestContext, input: DisableKeyRequest) -> Result<Unit> {
        lifecycle::disable(cx, &input)
    }

    async fn disable_key_rotation(
        &self,
        cx: &RequestContext,
        input: DisableKeyRotationRequest,
    ) -> Result<Unit> {
        rotation::disable(cx, &input)
    }

    async fn disconnect_custom_key_store(
        &self,
        _: &RequestContext,
        input: DisconnectCustomKeyStoreRequest,
    ) -> Result<DisconnectCustomKeyStoreResponse> {
        custom_key_stores::disconnect(&input)
    }

    async fn enable_key(&self, cx: &RequestContext, input: EnableKeyRequest) -> Result<Unit> {
        lifecycle::enable(cx, &input)
    }

    async fn enable_key_rotation(
        &self,
        cx: &RequestContext,
        input: EnableKeyRotationRequest,
    ) -> Result<Unit> {
        rotation::enable(cx, &input)
    }

    async fn encapsulate(
        &self,
        cx: &RequestContext,
        input: EncapsulateRequest,
    ) -> Result<EncapsulateResponse> {
        agreement::encapsulate(cx, &input)
    }

    async fn encrypt(&self, cx: &RequestContext, input: EncryptRequest) -> Result<EncryptResponse> {
        encryption::encrypt(cx, &input)
    }

    async fn generate_data_key(
        &self,
        cx: &RequestContext,
        input: GenerateDataKeyRequest,
    ) -> Result<GenerateDataKeyResponse> {
        data_keys::data_key(cx, &input)
    }

    async fn generate_data_key_pair(
        &self,
        cx: &RequestContext,
        input: GenerateDataKeyPairRequest,
    ) -> Result<GenerateDataKeyPairResponse> {
        data_keys::key_pair(cx, input).await
    }

    async fn generate_data_key_pair_without_plaintext(
        &self,
        cx: &RequestContext,
        input: GenerateDataKeyPairWithoutPlaintextRequest,
    ) -> Result<GenerateDataKeyPairWithoutPlaintextResponse> {
        data_keys::key_pair_without_plaintext(cx, input).await
    }

    async fn generate_data_key_without_plaintext(
        &self,
        cx: &RequestContext,
        input: GenerateDataKeyWithoutPlaintextRequest,
    ) -> Result<GenerateDataKeyWithoutPlaintextResponse> {
        data_keys::data_key_without_plaintext(cx, &input)
    }

    async fn generate_mac(
        &self,
        cx: &RequestContext,
        input: GenerateMacRequest,
    ) -> Result<GenerateMacResponse> {
        signing::generate_mac(cx, &input)
    }

    async fn generate_random(
        &self,
        cx: &RequestContext,
        input: GenerateRandomRequest,
    ) -> Result<GenerateRandomResponse> {
        data_keys::random_bytes(cx, &input)
    }

    async fn get_key_last_usage(
        &self,
        cx: &RequestContext,
        input: GetKeyLastUsageRequest,
    ) -> Result<GetKeyLastUsageResponse> {
        describe::last_usage(cx, &input)
    }

    async fn get_key_policy(
        &self,
        cx: &RequestContext,
        input: GetKeyPolicyRequest,
    ) -> Result<GetKeyPolicyResponse> {
        policies::get(cx, &input)
    }

    async fn get_key_rotation_status(
        &self,
        cx: &RequestContext,
        input: GetKeyRotationStatusRequest,
    ) -> Result<GetKeyRotationStatusResponse> {
        rotation::status(cx, &input)
    }

    async fn get_parameters_for_import(
        &self,
        cx: &RequestContext,
        input: GetParametersForImportRequest,
    ) -> Result<GetParametersForImportResponse> {
        import::parameters(cx, input).await
    }

    async fn get_public_key(
        &self,
        cx: &RequestContext,
        input: GetPublicKeyRequest,
    ) -> Result<GetPublicKeyResponse> {
        describe::public_key(cx, &input)
    }

    async fn import_key_material(
        &self,
        cx: &RequestContext,
        input: ImportKeyMaterialRequest,
    ) -> Result<ImportKeyMaterialResponse> {
        import::import(cx, &input)
    }

    async fn list_aliases(
        &self,
        cx: &RequestContext,
        input: ListAliasesRequest,
    ) -> Result<ListAliasesResponse> {
        aliases::list(cx, &input)
    }

    async fn list_grants(
        &self,
        cx: &RequestContext,
        input: ListGrantsRequest,
    ) -> Result<ListGrantsResponse> {
        grants::list(cx, &input)
    }

    async fn list_key_policies(
        &self,
        cx: &RequestContext,
        input: ListKeyPoliciesRequest,
    ) -> Result<ListKeyPoliciesResponse> {
        policies::list(cx, &input)
    }

    async fn list_key_rotations(
        &self,
        cx: &RequestContext,
        input: ListKeyRotationsRequest,
    ) -> Result<ListKeyRotationsResponse> {
        rotation::list(cx, &input)
    }

    async fn list_keys(
        &self,
        cx: &RequestContext,
        input: ListKeysRequest,
    ) -> Result<ListKeysResponse> {
        describe::list(cx, &input)
    }

    async fn list_resource_tags(
        &self,
        cx: &RequestContext,
        input: ListResourceTagsRequest,
    ) -> Result<ListResourceTagsResponse> {
        tags::list(cx, &input)
    }

    async fn list_retirable_grants(
        &self,
        cx: &RequestContext,
        input: ListRetirableGrantsRequest,
    ) -> Result<ListGrantsResponse> {
        grants::list_retirable(cx, &input)
    }

    async fn put_key_policy(
        &self,
        cx: &RequestContext,
        input: PutKeyPolicyRequest,
    ) -> Result<Unit> {
        policies::put(cx, input)
    }

    async fn re_encrypt(
        &self,
        cx: &RequestContext,
        input: ReEncryptRequest,
    ) -> Result<ReEncryptResponse> {
        encryption::re_encrypt(cx, &input)
    }

    async fn replicate_key(
        &self,
        cx: &RequestContext,
        input: ReplicateKeyRequest,
    ) -> Result<ReplicateKeyResponse> {
        multi_region::replicate(cx, input)
    }

    async fn retire_grant(&self, cx: &RequestContext, input: RetireGrantRequest) -> Result<Unit> {
        grants::retire(cx, &input)
    }

    async fn revoke_grant(&self, cx: &RequestContext, input: RevokeGrantRequest) -> Result<Unit> {
        grants::revoke(cx, &input)
    }

    async fn rotate_key_on_demand(
        &self,
        cx: &RequestContext,
        input: RotateKeyOnDemandRequest,
    ) -> Result<RotateKeyOnDemandResponse> {
        rotation::on_demand(cx, &input)
    }

    async fn schedule_key_deletion(
        &self,
        cx: &RequestContext,
        input: ScheduleKeyDeletionRequest,
    ) -> Result<ScheduleKeyDeletionResponse> {
        lifecycle::schedule_deletion(cx, &input)
    }

    async fn sign(&self, cx: &RequestContext, input: SignRequest) -> Result<SignResponse> {
        signing::sign(cx, &input)
    }

    async fn tag_resource(&self, cx: &RequestContext, input: TagResourceRequest) -> Result<Unit> {
        tags::tag(cx, input)
    }

    async fn untag_resource(
        &self,
        cx: &RequestContext,
        input: UntagResourceRequest,
    ) -> Result<Unit> {
        tags::untag(cx, &input)
    }

    async fn update_alias(&self, cx: &RequestContext, input: UpdateAliasRequest) -> Result<Unit> {
        aliases::update(cx, &input)
    }

    async fn update_custom_key_store(
        &self,
        _: &RequestContext,
        input: UpdateCustomKeyStoreRequest,
    ) -> Result<UpdateCustomKeyStoreResponse> {
        custom_key_stores::update(&input)
    }

    async fn update_key_description(
        &self,
        cx: &RequestContext,
        input: UpdateKeyDescriptionRequest,
    ) -> Result<Unit> {
        lifecycle::update_description(cx, input)
    }

    async fn update_primary_region(
        &self,
        cx: &RequestContext,
        input: UpdatePrimaryRegionRequest,
    ) -> Result<Unit> {
        multi_region::update_primary(cx, &input)
    }

    async fn verify(&self, cx: &RequestContext, input: VerifyRequest) -> Result<VerifyResponse> {
        signing::verify(cx, &input)
    }

    async fn verify_mac(
        &self,
        cx: &RequestContext,
        input: VerifyMacRequest,
    ) -> Result<VerifyMacResponse> {
        signing::verify_mac(cx, &input)
    }
}
