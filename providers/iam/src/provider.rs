//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::ops::*;

/// The AWS Identity and Access Management provider. All state is in the world.
#[derive(Debug, Default)]
pub struct IamProvider(());

impl IamProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

type Result<T> = std::result::Result<T, ServiceError>;

#[async_trait]
impl Iam for IamProvider {
    async fn accept_delegation_request(
        &self,
        cx: &RequestContext,
        input: AcceptDelegationRequestRequest,
    ) -> Result<Unit> {
        federation::delegation::accept(cx, input)
    }

    async fn acquire_role(
        &self,
        cx: &RequestContext,
        input: AcquireRoleRequest,
    ) -> Result<AcquireRoleResponse> {
        federation::delegation::acquire_role(cx, &input)
    }

    async fn add_client_id_to_open_id_connect_provider(
        &self,
        cx: &RequestContext,
        input: AddClientIDToOpenIDConnectProviderRequest,
    ) -> Result<Unit> {
        federation::oidc::add_client(cx, input)
    }

    async fn add_role_to_instance_profile(
        &self,
        cx: &RequestContext,
        input: AddRoleToInstanceProfileRequest,
    ) -> Result<Unit> {
        entities::instance_profiles::add_role(cx, &input)
    }

    async fn add_user_to_group(
        &self,
        cx: &RequestContext,
        input: AddUserToGroupRequest,
    ) -> Result<Unit> {
        entities::group_members::add(cx, &input)
    }

    async fn associate_delegation_request(
        &self,
        cx: &RequestContext,
        input: AssociateDelegationRequestRequest,
    ) -> Result<Unit> {
        federation::delegation::associate(cx, input)
    }

    async fn attach_group_policy(
        &self,
        cx: &RequestContext,
        input: AttachGroupPolicyRequest,
    ) -> Result<Unit> {
        policies::attached::attach_group(cx, &input)
    }

    async fn attach_role_policy(
        &self,
        cx: &RequestContext,
        input: AttachRolePolicyRequest,
    ) -> Result<Unit> {
        policies::attached::attach_role(cx, &input)
    }

    async fn attach_user_policy(
        &self,
        cx: &RequestContext,
        input: AttachUserPolicyRequest,
    ) -> Result<Unit> {
        policies::attached::attach_user(cx, &input)
    }

    async fn change_password(
        &self,
        cx: &RequestContext,
        input: ChangePasswordRequest,
    ) -> Result<Unit> {
        credentials::login_profiles::change_own(cx, &input)
    }

    async fn create_access_key(
        &self,
        cx: &RequestContext,
        input: CreateAccessKeyRequest,
    ) -> Result<CreateAccessKeyResponse> {
        credentials::access_keys::create(cx, input)
    }

    async fn create_account_alias(
        &self,
        cx: &RequestContext,
        input: CreateAccountAliasRequest,
    ) -> Result<Unit> {
        account::aliases::create(cx, input)
    }

    async fn create_delegation_request(
        &self,
        cx: &RequestContext,
        input: CreateDelegationRequestRequest,
    ) -> Result<CreateDelegationRequestResponse> {
        federation::delegation::create(cx, input)
    }

    async fn create_group(
        &self,
        cx: &RequestContext,
        input: CreateGroupRequest,
    ) -> Result<CreateGroupResponse> {
        entities::groups::create(cx, input)
    }

    async fn create_instance_profile(
        &self,
        cx: &RequestContext,
        input: CreateInstanceProfileRequest,
    ) -> Result<CreateInstanceProfileResponse> {
        entities::instance_profiles::create(cx, input)
    }

    async fn create_login_profile(
        &self,
        cx: &RequestContext,
        input: CreateLoginProfileRequest,
    ) -> Result<CreateLoginProfileResponse> {
        credentials::login_profiles::create(cx, input)
    }

    async fn create_open_id_connect_provider(
        &self,
        cx: &RequestContext,
        input: CreateOpenIDConnectProviderRequest,
    ) -> Result<CreateOpenIDConnectProviderResponse> {
        federation::oidc::create(cx, input)
    }

    async fn create_policy(
        &self,
        cx: &RequestContext,
        input: CreatePolicyRequest,
    ) -> Result<CreatePolicyResponse> {
        policies::managed::create(cx, input)
    }

    async fn create_policy_version(
        &self,
        cx: &RequestContext,
        input: CreatePolicyVersionRequest,
    ) -> Result<CreatePolicyVersionResponse> {
        policies::versions::create(cx, input)
    }

    async fn create_role(
        &self,
        cx: &RequestContext,
        input: CreateRoleRequest,
    ) -> Result<CreateRoleResponse> {
        entities::roles::create(cx, input)
    }

    async fn create_saml_provider(
        &self,
        cx: &RequestContext,
        input: CreateSAMLProviderRequest,
    ) -> Result<CreateSAMLProviderResponse> {
        federation::saml::create(cx, input)
    }

    async fn create_service_linked_role(
        &self,
        cx: &RequestContext,
        input: CreateServiceLinkedRoleRequest,
    ) -> Result<CreateServiceLinkedRoleResponse> {
        entities::service_linked_roles::create(cx, input)
    }

    async fn create_service_specific_credential(
        &self,
        cx: &RequestContext,
        input: CreateServiceSpecificCredentialRequest,
    ) -> Result<CreateServiceSpecificCredentialResponse> {
        credentials::service_credentials::create(cx, input)
    }

    async fn create_user(
        &self,
        cx: &RequestContext,
        input: CreateUserRequest,
    ) -> Result<CreateUserResponse> {
        entities::users::create(cx, input)
    }

    async fn create_virtual_mfa_device(
        &self,
        cx: &RequestContext,
        input: CreateVirtualMFADeviceRequest,
    ) -> Result<CreateVirtualMFADeviceResponse> {
        credentials::mfa_devices::create(cx, input)
    }

    async fn deactivate_mfa_device(
        &self,
        cx: &RequestContext,
        input: DeactivateMFADeviceRequest,
    ) -> Result<Unit> {
        credentials::mfa_devices::deactivate(cx, input)
    }

    async fn delete_access_key(
        &self,
        cx: &RequestContext,
        input: DeleteAccessKeyRequest,
    ) -> Result<Unit> {
        credentials::access_keys::delete(cx, input)
    }

    async fn delete_account_alias(
        &self,
        cx: &RequestContext,
        input: DeleteAccountAliasRequest,
    ) -> Result<Unit> {
        account::aliases::delete(cx, &input)
    }

    async fn delete_account_password_policy(
        &self,
        cx: &RequestContext,
        input: Unit,
    ) -> Result<Unit> {
        account::password_policy::delete(cx, input)
    }

    async fn delete_group(&self, cx: &RequestContext, input: DeleteGroupRequest) -> Result<Unit> {
        entities::groups::delete(cx, &input)
    }

    async fn delete_group_policy(
        &self,
        cx: &RequestContext,
        input: DeleteGroupPolicyRequest,
    ) -> Result<Unit> {
        policies::inline::delete_group(cx, &input)
    }

    async fn delete_instance_profile(
        &self,
        cx: &RequestContext,
        input: DeleteInstanceProfileRequest,
    ) -> Result<Unit> {
        entities::instance_profiles::delete(cx, &input)
    }

    async fn delete_login_profile(
        &self,
        cx: &RequestContext,
        input: DeleteLoginProfileRequest,
    ) -> Result<Unit> {
        credentials::login_profiles::delete(cx, input)
    }

    async fn delete_open_id_connect_provider(
        &self,
        cx: &RequestContext,
        input: DeleteOpenIDConnectProviderRequest,
    ) -> Result<Unit> {
        federation::oidc::delete(cx, &input)
    }

    async fn delete_policy(&self, cx: &RequestContext, input: DeletePolicyRequest) -> Result<Unit> {
        policies::managed::delete(cx, &input)
    }

    async fn delete_policy_version(
        &self,
        cx: &RequestContext,
        input: DeletePolicyVersionRequest,
    ) -> Result<Unit> {
        policies::versions::delete(cx, &input)
    }

    async fn delete_role(&self, cx: &RequestContext, input: DeleteRoleRequest) -> Result<Unit> {
        entities::roles::delete(cx, &input)
    }

    async fn delete_role_permissions_boundary(
        &self,
        cx: &RequestContext,
        input: DeleteRolePermissionsBoundaryRequest,
    ) -> Result<Unit> {
        policies::boundaries::delete_role(cx, &input)
    }

    async fn delete_role_policy(
        &self,
        cx: &RequestContext,
        input: DeleteRolePolicyRequest,
    ) -> Result<Unit> {
        policies::inline::delete_role(cx, &input)
    }

    async fn delete_saml_provider(
        &self,
        cx: &RequestContext,
        input: DeleteSAMLProviderRequest,
    ) -> Result<Unit> {
        federation::saml::delete(cx, &input)
    }

    async fn delete_server_certificate(
        &self,
        cx: &RequestContext,
        input: DeleteServerCertificateRequest,
    ) -> Result<Unit> {
        credentials::server_certificates::delete(cx, &input)
    }

    async fn delete_service_linked_role(
        &self,
        cx: &RequestContext,
        input: DeleteServiceLinkedRoleRequest,
    ) -> Result<DeleteServiceLinkedRoleResponse> {
        entities::service_linked_roles::delete(cx, &input)
    }

    async fn delete_service_specific_credential(
        &self,
        cx: &RequestContext,
        input: DeleteServiceSpecificCredentialRequest,
    ) -> Result<Unit> {
        credentials::service_credentials::delete(cx, input)
    }

    async fn delete_signing_certificate(
        &self,
        cx: &RequestContext,
        input: DeleteSigningCertificateRequest,
    ) -> Result<Unit> {
        credentials::signing_certificates::delete(cx, input)
    }

    async fn delete_ssh_public_key(
        &self,
        cx: &RequestContext,
        input: DeleteSSHPublicKeyRequest,
    ) -> Result<Unit> {
        credentials::ssh_keys::delete(cx, &input)
    }

    async fn delete_user(&self, cx: &RequestContext, input: DeleteUserRequest) -> Result<Unit> {
        entities::users::delete(cx, &input)
    }

    async fn delete_user_permissions_boundary(
        &self,
        cx: &RequestContext,
        input: DeleteUserPermissionsBoundaryRequest,
    ) -> Result<Unit> {
        policies::boundaries::delete_user(cx, &input)
    }

    async fn delete_user_policy(
        &self,
        cx: &RequestContext,
        input: DeleteUserPolicyRequest,
    ) -> Result<Unit> {
        policies::inline::delete_user(cx, &input)
    }

    async fn delete_virtual_mfa_device(
        &self,
        cx: &RequestContext,
        input: DeleteVirtualMFADeviceRequest,
    ) -> Result<Unit> {
        credentials::mfa_devices::delete(cx, &input)
    }

    async fn detach_group_policy(
        &self,
        cx: &RequestContext,
        input: DetachGroupPolicyRequest,
    ) -> Result<Unit> {
        policies::attached::detach_group(cx, &input)
    }

    async fn detach_role_policy(
        &self,
        cx: &RequestContext,
        input: DetachRolePolicyRequest,
    ) -> Result<Unit> {
        policies::attached::detach_role(cx, &input)
    }

    async fn detach_user_policy(
        &self,
        cx: &RequestContext,
        input: DetachUserPolicyRequest,
    ) -> Result<Unit> {
        policies::attached::detach_user(cx, &input)
    }

    async fn disable_organizations_root_credentials_management(
        &self,
        cx: &RequestContext,
        input: DisableOrganizationsRootCredentialsManagementRequest,
    ) -> Result<DisableOrganizationsRootCredentialsManagementResponse> {
        account::organizations::disable_credentials(cx, &input)
    }

    async fn disable_organizations_root_sessions(
        &self,
        cx: &RequestContext,
        input: DisableOrganizationsRootSessionsRequest,
    ) -> Result<DisableOrganizationsRootSessionsResponse> {
        account::organizations::disable_sessions(cx, &input)
    }

    async fn disable_outbound_web_identity_federation(
        &self,
        cx: &RequestContext,
        input: Unit,
    ) -> Result<Unit> {
        federation::outbound::disable(cx, input)
    }

    async fn enable_mfa_device(
        &self,
        cx: &RequestContext,
        input: EnableMFADeviceRequest,
    ) -> Result<Unit> {
        credentials::mfa_devices::enable(cx, &input)
    }

    async fn enable_organizations_root_credentials_management(
        &self,
        cx: &RequestContext,
        input: EnableOrganizationsRootCredentialsManagementRequest,
    ) -> Result<EnableOrganizationsRootCredentialsManagementResponse> {
        account::organizations::enable_credentials(cx, &input)
    }

    async fn enable_organizations_root_sessions(
        &self,
        cx: &RequestContext,
        input: EnableOrganizationsRootSessionsRequest,
    ) -> Result<EnableOrganizationsRootSessionsResponse> {
        account::organizations::enable_sessions(cx, &input)
    }

    async fn enable_outbound_web_identity_federation(
        &self,
        cx: &RequestContext,
        input: Unit,
    ) -> Result<EnableOutboundWebIdentityFederationResponse> {
        federation::outbound::enable(cx, input)
    }

    async fn generate_credential_report(
        &self,
        cx: &RequestContext,
        input: Unit,
    ) -> Result<GenerateCredentialReportResponse> {
        account::credential_report::generate(cx, input)
    }

    async fn generate_organizations_access_report(
        &self,
        cx: &RequestContext,
        input: GenerateOrganizationsAccessReportRequest,
    ) -> Result<GenerateOrganizationsAccessReportResponse> {
        access::last_accessed::generate_for_organization(cx, input)
    }

    async fn generate_service_last_accessed_details(
        &self,
        cx: &RequestContext,
        input: GenerateServiceLastAccessedDetailsRequest,
    ) -> Result<GenerateServiceLastAccessedDetailsResponse> {
        access::last_accessed::generate(cx, input)
    }

    async fn get_access_key_last_used(
        &self,
        cx: &RequestContext,
        input: GetAccessKeyLastUsedRequest,
    ) -> Result<GetAccessKeyLastUsedResponse> {
        credentials::access_keys::last_used(cx, &input)
    }

    async fn get_account_authorization_details(
        &self,
        cx: &RequestContext,
        input: GetAccountAuthorizationDetailsRequest,
    ) -> Result<GetAccountAuthorizationDetailsResponse> {
        account::authorization_details::get(cx, &input)
    }

    async fn get_account_password_policy(
        &self,
        cx: &RequestContext,
        input: Unit,
    ) -> Result<GetAccountPasswordPolicyResponse> {
        account::password_policy::get(cx, input)
    }

    async fn get_account_properties(
        &self,
        cx: &RequestContext,
        input: GetAccountPropertiesRequest,
    ) -> Result<GetAccountPropertiesResponse> {
        account::preferences::get_properties(cx, &input)
    }

    async fn get_account_summary(
        &self,
        cx: &RequestContext,
        input: Unit,
    ) -> Result<GetAccountSummaryResponse> {
        account::summary::get(cx, input)
    }

    async fn get_context_keys_for_custom_policy(
        &self,
        cx: &RequestContext,
        input: GetContextKeysForCustomPolicyRequest,
    ) -> Result<GetContextKeysForPolicyResponse> {
        access::context_keys::custom(cx, &input)
    }

    async fn get_context_keys_for_principal_policy(
        &self,
        cx: &RequestContext,
        input: GetContextKeysForPrincipalPolicyRequest,
    ) -> Result<GetContextKeysForPolicyResponse> {
        access::context_keys::principal(cx, &input)
    }

    async fn get_credential_report(
        &self,
        cx: &RequestContext,
        input: Unit,
    ) -> Result<GetCredentialReportResponse> {
        account::credential_report::get(cx, input)
    }

    async fn get_delegation_request(
        &self,
        cx: &RequestContext,
        input: GetDelegationRequestRequest,
    ) -> Result<GetDelegationRequestResponse> {
        federation::delegation::get(cx, &input)
    }

    async fn get_group(
        &self,
        cx: &RequestContext,
        input: GetGroupRequest,
    ) -> Result<GetGroupResponse> {
        entities::groups::get(cx, input)
    }

    async fn get_group_policy(
        &self,
        cx: &RequestContext,
        input: GetGroupPolicyRequest,
    ) -> Result<GetGroupPolicyResponse> {
        policies::inline::get_group(cx, input)
    }

    async fn get_human_readable_summary(
        &self,
        cx: &RequestContext,
        input: GetHumanReadableSummaryRequest,
    ) -> Result<GetHumanReadableSummaryResponse> {
        federation::delegation::summary(cx, input)
    }

    async fn get_instance_profile(
        &self,
        cx: &RequestContext,
        input: GetInstanceProfileRequest,
    ) -> Result<GetInstanceProfileResponse> {
        entities::instance_profiles::get(cx, &input)
    }

    async fn get_login_profile(
        &self,
        cx: &RequestContext,
        input: GetLoginProfileRequest,
    ) -> Result<GetLoginProfileResponse> {
        credentials::login_profiles::get(cx, input)
    }

    async fn get_mfa_device(
        &self,
        cx: &RequestContext,
        input: GetMFADeviceRequest,
    ) -> Result<GetMFADeviceResponse> {
        credentials::mfa_devices::get(cx, input)
    }

    async fn get_open_id_connect_provider(
        &self,
        cx: &RequestContext,
        input: GetOpenIDConnectProviderRequest,
    ) -> Result<GetOpenIDConnectProviderResponse> {
        federation::oidc::get(cx, &input)
    }

    async fn get_organizations_access_report(
        &self,
        cx: &RequestContext,
        input: GetOrganizationsAccessReportRequest,
    ) -> Result<GetOrganizationsAccessReportResponse> {
        access::last_accessed::organization_report(cx, &input)
    }

    async fn get_outbound_web_identity_federation_info(
        &self,
        cx: &RequestContext,
        input: Unit,
    ) -> Result<GetOutboundWebIdentityFederationInfoResponse> {
        federation::outbound::info(cx, input)
    }

    async fn get_policy(
        &self,
        cx: &RequestContext,
        input: GetPolicyRequest,
    ) -> Result<GetPolicyResponse> {
        policies::managed::get(cx, &input)
    }

    async fn get_policy_version(
        &self,
        cx: &RequestContext,
        input: GetPolicyVersionRequest,
    ) -> Result<GetPolicyVersionResponse> {
        policies::versions::get(cx, &input)
    }

    async fn get_role(
        &self,
        cx: &RequestContext,
        input: GetRoleRequest,
    ) -> Result<GetRoleResponse> {
        entities::roles::get(cx, &input)
    }

    async fn get_role_policy(
        &self,
        cx: &RequestContext,
        input: GetRolePolicyRequest,
    ) -> Result<GetRolePolicyResponse> {
        policies::inline::get_role(cx, input)
    }

    async fn get_role_template_version(
        &self,
        cx: &RequestContext,
        input: GetRoleTemplateVersionRequest,
    ) -> Result<GetRoleTemplateVersionResponse> {
        federation::delegation::template_version(cx, &input)
    }

    async fn get_saml_provider(
        &self,
        cx: &RequestContext,
        input: GetSAMLProviderRequest,
    ) -> Result<GetSAMLProviderResponse> {
        federation::saml::get(cx, &input)
    }

    async fn get_server_certificate(
        &self,
        cx: &RequestContext,
        input: GetServerCertificateRequest,
    ) -> Result<GetServerCertificateResponse> {
        credentials::server_certificates::get(cx, &input)
    }

    async fn get_service_last_accessed_details(
        &self,
        cx: &RequestContext,
        input: GetServiceLastAccessedDetailsRequest,
    ) -> Result<GetServiceLastAccessedDetailsResponse> {
        access::last_accessed::details(cx, &input)
    }

    async fn get_service_last_accessed_details_with_entities(
        &self,
        cx: &RequestContext,
        input: GetServiceLastAccessedDetailsWithEntitiesRequest,
    ) -> Result<GetServiceLastAccessedDetailsWithEntitiesResponse> {
        access::last_accessed::with_entities(cx, &input)
    }

    async fn get_service_linked_role_deletion_status(
        &self,
        cx: &RequestContext,
        input: GetServiceLinkedRoleDeletionStatusRequest,
    ) -> Result<GetServiceLinkedRoleDeletionStatusResponse> {
        entities::service_linked_roles::deletion_status(cx, &input)
    }

    async fn get_ssh_public_key(
        &self,
        cx: &RequestContext,
        input: GetSSHPublicKeyRequest,
    ) -> Result<GetSSHPublicKeyResponse> {
        credentials::ssh_keys::get(cx, &input)
    }

    async fn get_user(
        &self,
        cx: &RequestContext,
        input: GetUserRequest,
    ) -> Result<GetUserResponse> {
        entities::users::get(cx, input)
    }

    async fn get_user_policy(
        &self,
        cx: &RequestContext,
        input: GetUserPolicyRequest,
    ) -> Result<GetUserPolicyResponse> {
        policies::inline::get_user(cx, input)
    }

    async fn list_access_keys(
        &self,
        cx: &RequestContext,
        input: ListAccessKeysRequest,
    ) -> Result<ListAccessKeysResponse> {
        credentials::access_keys::list(cx, input)
    }

    async fn list_account_aliases(
        &self,
        cx: &RequestContext,
        input: ListAccountAliasesRequest,
    ) -> Result<ListAccountAliasesResponse> {
        account::aliases::list(cx, &input)
    }

    async fn list_attached_group_policies(
        &self,
        cx: &RequestContext,
        input: ListAttachedGroupPoliciesRequest,
    ) -> Result<ListAttachedGroupPoliciesResponse> {
        policies::attached::list_group(cx, &input)
    }

    async fn list_attached_role_policies(
        &self,
        cx: &RequestContext,
        input: ListAttachedRolePoliciesRequest,
    ) -> Result<ListAttachedRolePoliciesResponse> {
        policies::attached::list_role(cx, &input)
    }

    async fn list_attached_user_policies(
        &self,
        cx: &RequestContext,
        input: ListAttachedUserPoliciesRequest,
    ) -> Result<ListAttachedUserPoliciesResponse> {
        policies::attached::list_user(cx, &input)
    }

    async fn list_delegation_requests(
        &self,
        cx: &RequestContext,
        input: ListDelegationRequestsRequest,
    ) -> Result<ListDelegationRequestsResponse> {
        federation::delegation::list(cx, &input)
    }

    async fn list_entities_for_policy(
        &self,
        cx: &RequestContext,
        input: ListEntitiesForPolicyRequest,
    ) -> Result<ListEntitiesForPolicyResponse> {
        policies::entities_for_policy::list(cx, &input)
    }

    async fn list_group_policies(
        &self,
        cx: &RequestContext,
        input: ListGroupPoliciesRequest,
    ) -> Result<ListGroupPoliciesResponse> {
        policies::inline::list_group(cx, &input)
    }

    async fn list_groups(
        &self,
        cx: &RequestContext,
        input: ListGroupsRequest,
    ) -> Result<ListGroupsResponse> {
        entities::groups::list(cx, input)
    }

    async fn list_groups_for_user(
        &self,
        cx: &RequestContext,
        input: ListGroupsForUserRequest,
    ) -> Result<ListGroupsForUserResponse> {
        entities::group_members::list(cx, &input)
    }

    async fn list_instance_profile_tags(
        &self,
        cx: &RequestContext,
        input: ListInstanceProfileTagsRequest,
    ) -> Result<ListInstanceProfileTagsResponse> {
        entities::tags::list_instance_profile_tags(cx, &input)
    }

    async fn list_instance_profiles(
        &self,
        cx: &RequestContext,
        input: ListInstanceProfilesRequest,
    ) -> Result<ListInstanceProfilesResponse> {
        entities::instance_profiles::list(cx, input)
    }

    async fn list_instance_profiles_for_role(
        &self,
        cx: &RequestContext,
        input: ListInstanceProfilesForRoleRequest,
    ) -> Result<ListInstanceProfilesForRoleResponse> {
        entities::instance_profiles::list_for_role(cx, &input)
    }

    async fn list_mfa_device_tags(
        &self,
        cx: &RequestContext,
        input: ListMFADeviceTagsRequest,
    ) -> Result<ListMFADeviceTagsResponse> {
        entities::tags::list_mfa_device_tags(cx, &input)
    }

    async fn list_mfa_devices(
        &self,
        cx: &RequestContext,
        input: ListMFADevicesRequest,
    ) -> Result<ListMFADevicesResponse> {
        credentials::mfa_devices::list(cx, input)
    }

    async fn list_open_id_connect_provider_tags(
        &self,
        cx: &RequestContext,
        input: ListOpenIDConnectProviderTagsRequest,
    ) -> Result<ListOpenIDConnectProviderTagsResponse> {
        entities::tags::list_oidc_provider_tags(cx, &input)
    }

    async fn list_open_id_connect_providers(
        &self,
        cx: &RequestContext,
        input: ListOpenIDConnectProvidersRequest,
    ) -> Result<ListOpenIDConnectProvidersResponse> {
        federation::oidc::list(cx, &input)
    }

    async fn list_organizations_features(
        &self,
        cx: &RequestContext,
        input: ListOrganizationsFeaturesRequest,
    ) -> Result<ListOrganizationsFeaturesResponse> {
        account::organizations::list_features(cx, &input)
    }

    async fn list_policies(
        &self,
        cx: &RequestContext,
        input: ListPoliciesRequest,
    ) -> Result<ListPoliciesResponse> {
        policies::managed::list(cx, &input)
    }

    async fn list_policies_granting_service_access(
        &self,
        cx: &RequestContext,
        input: ListPoliciesGrantingServiceAccessRequest,
    ) -> Result<ListPoliciesGrantingServiceAccessResponse> {
        access::granting::list(cx, &input)
    }

    async fn list_policy_tags(
        &self,
        cx: &RequestContext,
        input: ListPolicyTagsRequest,
    ) -> Result<ListPolicyTagsResponse> {
        entities::tags::list_policy_tags(cx, &input)
    }

    async fn list_policy_versions(
        &self,
        cx: &RequestContext,
        input: ListPolicyVersionsRequest,
    ) -> Result<ListPolicyVersionsResponse> {
        policies::versions::list(cx, &input)
    }

    async fn list_role_policies(
        &self,
        cx: &RequestContext,
        input: ListRolePoliciesRequest,
    ) -> Result<ListRolePoliciesResponse> {
        policies::inline::list_role(cx, &input)
    }

    async fn list_role_tags(
        &self,
        cx: &RequestContext,
        input: ListRoleTagsRequest,
    ) -> Result<ListRoleTagsResponse> {
        entities::tags::list_role_tags(cx, &input)
    }

    async fn list_roles(
        &self,
        cx: &RequestContext,
        input: ListRolesRequest,
    ) -> Result<ListRolesResponse> {
        entities::roles::list(cx, input)
    }

    async fn list_saml_provider_tags(
        &self,
        cx: &RequestContext,
        input: ListSAMLProviderTagsRequest,
    ) -> Result<ListSAMLProviderTagsResponse> {
        entities::tags::list_saml_provider_tags(cx, &input)
    }

    async fn list_saml_providers(
        &self,
        cx: &RequestContext,
        input: ListSAMLProvidersRequest,
    ) -> Result<ListSAMLProvidersResponse> {
        federation::saml::list(cx, &input)
    }

    async fn list_server_certificate_tags(
        &self,
        cx: &RequestContext,
        input: ListServerCertificateTagsRequest,
    ) -> Result<ListServerCertificateTagsResponse> {
        entities::tags::list_server_certificate_tags(cx, &input)
    }

    async fn list_server_certificates(
        &self,
        cx: &RequestContext,
        input: ListServerCertificatesRequest,
    ) -> Result<ListServerCertificatesResponse> {
        credentials::server_certificates::list(cx, &input)
    }

    async fn list_service_specific_credentials(
        &self,
        cx: &RequestContext,
        input: ListServiceSpecificCredentialsRequest,
    ) -> Result<ListServiceSpecificCredentialsResponse> {
        credentials::service_credentials::list(cx, input)
    }

    async fn list_signing_certificates(
        &self,
        cx: &RequestContext,
        input: ListSigningCertificatesRequest,
    ) -> Result<ListSigningCertificatesResponse> {
        credentials::signing_certificates::list(cx, input)
    }

    async fn list_ssh_public_keys(
        &self,
        cx: &RequestContext,
        input: ListSSHPublicKeysRequest,
    ) -> Result<ListSSHPublicKeysResponse> {
        credentials::ssh_keys::list(cx, input)
    }

    async fn list_user_policies(
        &self,
        cx: &RequestContext,
        input: ListUserPoliciesRequest,
    ) -> Result<ListUserPoliciesResponse> {
        policies::inline::list_user(cx, &input)
    }

    async fn list_user_tags(
        &self,
        cx: &RequestContext,
        input: ListUserTagsRequest,
    ) -> Result<ListUserTagsResponse> {
        entities::tags::list_user_tags(cx, &input)
    }

    async fn list_users(
        &self,
        cx: &RequestContext,
        input: ListUsersRequest,
    ) -> Result<ListUsersResponse> {
        entities::users::list(cx, input)
    }

    async fn list_virtual_mfa_devices(
        &self,
        cx: &RequestContext,
        input: ListVirtualMFADevicesRequest,
    ) -> Result<ListVirtualMFADevicesResponse> {
        credentials::mfa_devices::list_virtual(cx, &input)
    }

    async fn put_account_properties(
        &self,
        cx: &RequestContext,
        input: PutAccountPropertiesRequest,
    ) -> Result<PutAccountPropertiesResponse> {
        account::preferences::put_properties(cx, input)
    }

    async fn put_group_policy(
        &self,
        cx: &RequestContext,
        input: PutGroupPolicyRequest,
    ) -> Result<Unit> {
        policies::inline::put_group(cx, input)
    }

    async fn put_role_permissions_boundary(
        &self,
        cx: &RequestContext,
        input: PutRolePermissionsBoundaryRequest,
    ) -> Result<Unit> {
        policies::boundaries::put_role(cx, input)
    }

    async fn put_role_policy(
        &self,
        cx: &RequestContext,
        input: PutRolePolicyRequest,
    ) -> Result<Unit> {
        policies::inline::put_role(cx, input)
    }

    async fn put_user_permissions_boundary(
        &self,
        cx: &RequestContext,
        input: PutUserPermissionsBoundaryRequest,
    ) -> Result<Unit> {
        policies::boundaries::put_user(cx, input)
    }

    async fn put_user_policy(
        &self,
        cx: &RequestContext,
        input: PutUserPolicyRequest,
    ) -> Result<Unit> {
        policies::inline::put_user(cx, input)
    }

    async fn reject_delegation_request(
        &self,
        cx: &RequestContext,
        input: RejectDelegationRequestRequest,
    ) -> Result<Unit> {
        federation::delegation::reject(cx, input)
    }

    async fn remove_client_id_from_open_id_connect_provider(
        &self,
        cx: &RequestContext,
        input: RemoveClientIDFromOpenIDConnectProviderRequest,
    ) -> Result<Unit> {
        federation::oidc::remove_client(cx, &input)
    }

    async fn remove_role_from_instance_profile(
        &self,
        cx: &RequestContext,
        input: RemoveRoleFromInstanceProfileRequest,
    ) -> Result<Unit> {
        entities::instance_profiles::remove_role(cx, &input)
    }

    async fn remove_user_from_group(
        &self,
        cx: &RequestContext,
        input: RemoveUserFromGroupRequest,
    ) -> Result<Unit> {
        entities::group_members::remove(cx, &input)
    }

    async fn reset_service_specific_credential(
        &self,
        cx: &RequestContext,
        input: ResetServiceSpecificCredentialRequest,
    ) -> Result<ResetServiceSpecificCredentialResponse> {
        credentials::service_credentials::reset(cx, input)
    }

    async fn resync_mfa_device(
        &self,
        cx: &RequestContext,
        input: ResyncMFADeviceRequest,
    ) -> Result<Unit> {
        credentials::mfa_devices::resync(cx, &input)
    }

    async fn set_default_policy_version(
        &self,
        cx: &RequestContext,
        input: SetDefaultPolicyVersionRequest,
    ) -> Result<Unit> {
        policies::versions::set_default(cx, &input)
    }

    async fn set_security_token_service_preferences(
        &self,
        cx: &RequestContext,
        input: SetSecurityTokenServicePreferencesRequest,
    ) -> Result<Unit> {
        account::preferences::set_token_version(cx, &input)
    }

    async fn simulate_custom_policy(
        &self,
        cx: &RequestContext,
        input: SimulateCustomPolicyRequest,
    ) -> Result<SimulatePolicyResponse> {
        access::simulation::custom(cx, input)
    }

    async fn simulate_principal_policy(
        &self,
        cx: &RequestContext,
        input: SimulatePrincipalPolicyRequest,
    ) -> Result<SimulatePolicyResponse> {
        access::simulation::principal(cx, input)
    }

    async fn tag_instance_profile(
        &self,
        cx: &RequestContext,
        input: TagInstanceProfileRequest,
    ) -> Result<Unit> {
        entities::tags::tag_instance_profile(cx, input)
    }

    async fn tag_mfa_device(
        &self,
        cx: &RequestContext,
        input: TagMFADeviceRequest,
    ) -> Result<Unit> {
        entities::tags::tag_mfa_device(cx, input)
    }

    async fn tag_open_id_connect_provider(
        &self,
        cx: &RequestContext,
        input: TagOpenIDConnectProviderRequest,
    ) -> Result<Unit> {
        entities::tags::tag_oidc_provider(cx, input)
    }

    async fn tag_policy(&self, cx: &RequestContext, input: TagPolicyRequest) -> Result<Unit> {
        entities::tags::tag_policy(cx, input)
    }

    async fn tag_role(&self, cx: &RequestContext, input: TagRoleRequest) -> Result<Unit> {
        entities::tags::tag_role(cx, input)
    }

    async fn tag_saml_provider(
        &self,
        cx: &RequestContext,
        input: TagSAMLProviderRequest,
    ) -> Result<Unit> {
        entities::tags::tag_saml_provider(cx, input)
    }

    async fn tag_server_certificate(
        &self,
        cx: &RequestContext,
        input: TagServerCertificateRequest,
    ) -> Result<Unit> {
        entities::tags::tag_server_certificate(cx, input)
    }

    async fn tag_user(&self, cx: &RequestContext, input: TagUserRequest) -> Result<Unit> {
        entities::tags::tag_user(cx, input)
    }

    async fn untag_instance_profile(
        &self,
        cx: &RequestContext,
        input: UntagInstanceProfileRequest,
    ) -> Result<Unit> {
        entities::tags::untag_instance_profile(cx, &input)
    }

    async fn untag_mfa_device(
        &self,
        cx: &RequestContext,
        input: UntagMFADeviceRequest,
    ) -> Result<Unit> {
        entities::tags::untag_mfa_device(cx, &input)
    }

    async fn untag_open_id_connect_provider(
        &self,
        cx: &RequestContext,
        input: UntagOpenIDConnectProviderRequest,
    ) -> Result<Unit> {
        entities::tags::untag_oidc_provider(cx, &input)
    }

    async fn untag_policy(&self, cx: &RequestContext, input: UntagPolicyRequest) -> Result<Unit> {
        entities::tags::untag_policy(cx, &input)
    }

    async fn untag_role(&self, cx: &RequestContext, input: UntagRoleRequest) -> Result<Unit> {
        entities::tags::untag_role(cx, &input)
    }

    async fn untag_saml_provider(
        &self,
        cx: &RequestContext,
        input: UntagSAMLProviderRequest,
    ) -> Result<Unit> {
        entities::tags::untag_saml_provider(cx, &input)
    }

    async fn untag_server_certificate(
        &self,
        cx: &RequestContext,
        input: UntagServerCertificateRequest,
    ) -> Result<Unit> {
        entities::tags::untag_server_certificate(cx, &input)
    }

    async fn untag_user(&self, cx: &RequestContext, input: UntagUserRequest) -> Result<Unit> {
        entities::tags::untag_user(cx, &input)
    }

    async fn update_access_key(
        &self,
        cx: &RequestContext,
        input: UpdateAccessKeyRequest,
    ) -> Result<Unit> {
        credentials::access_keys::update(cx, input)
    }

    async fn update_account_password_policy(
        &self,
        cx: &RequestContext,
        input: UpdateAccountPasswordPolicyRequest,
    ) -> Result<Unit> {
        account::password_policy::update(cx, input)
    }

    async fn update_assume_role_policy(
        &self,
        cx: &RequestContext,
        input: UpdateAssumeRolePolicyRequest,
    ) -> Result<Unit> {
        entities::roles::update_trust(cx, input)
    }

    async fn update_delegation_request(
        &self,
        cx: &RequestContext,
        input: UpdateDelegationRequestRequest,
    ) -> Result<Unit> {
        federation::delegation::update(cx, input)
    }

    async fn update_group(&self, cx: &RequestContext, input: UpdateGroupRequest) -> Result<Unit> {
        entities::groups::update(cx, input)
    }

    async fn update_login_profile(
        &self,
        cx: &RequestContext,
        input: UpdateLoginProfileRequest,
    ) -> Result<Unit> {
        credentials::login_profiles::update(cx, input)
    }

    async fn update_open_id_connect_provider_thumbprint(
        &self,
        cx: &RequestContext,
        input: UpdateOpenIDConnectProviderThumbprintRequest,
    ) -> Result<Unit> {
        federation::oidc::update_thumbprints(cx, input)
    }

    async fn update_role(
        &self,
        cx: &RequestContext,
        input: UpdateRoleRequest,
    ) -> Result<UpdateRoleResponse> {
        entities::roles::update(cx, input)
    }

    async fn update_role_description(
        &self,
        cx: &RequestContext,
        input: UpdateRoleDescriptionRequest,
    ) -> Result<UpdateRoleDescriptionResponse> {
        entities::roles::update_description(cx, input)
    }

    async fn update_saml_provider(
        &self,
        cx: &RequestContext,
        input: UpdateSAMLProviderRequest,
    ) -> Result<UpdateSAMLProviderResponse> {
        federation::saml::update(cx, input)
    }

    async fn update_server_certificate(
        &self,
        cx: &RequestContext,
        input: UpdateServerCertificateRequest,
    ) -> Result<Unit> {
        credentials::server_certificates::update(cx, input)
    }

    async fn update_service_specific_credential(
        &self,
        cx: &RequestContext,
        input: UpdateServiceSpecificCredentialRequest,
    ) -> Result<Unit> {
        credentials::service_credentials::update(cx, input)
    }

    async fn update_signing_certificate(
        &self,
        cx: &RequestContext,
        input: UpdateSigningCertificateRequest,
    ) -> Result<Unit> {
        credentials::signing_certificates::update(cx, input)
    }

    async fn update_ssh_public_key(
        &self,
        cx: &RequestContext,
        input: UpdateSSHPublicKeyRequest,
    ) -> Result<Unit> {
        credentials::ssh_keys::update(cx, &input)
    }

    async fn update_user(&self, cx: &RequestContext, input: UpdateUserRequest) -> Result<Unit> {
        entities::users::update(cx, input)
    }

    async fn upload_server_certificate(
        &self,
        cx: &RequestContext,
        input: UploadServerCertificateRequest,
    ) -> Result<UploadServerCertificateResponse> {
        credentials::server_certificates::upload(cx, input)
    }

    async fn upload_signing_certificate(
        &self,
        cx: &RequestContext,
        input: UploadSigningCertificateRequest,
    ) -> Result<UploadSigningCertificateResponse> {
        credentials::signing_certificates::upload(cx, input)
    }

    async fn upload_ssh_public_key(
        &self,
        cx: &RequestContext,
        input: UploadSSHPublicKeyRequest,
    ) -> Result<UploadSSHPublicKeyResponse> {
        credentials::ssh_keys::upload(cx, input)
    }
}
