//! Which function answers which operation.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{BoxFuture, RequestContext, ServiceError};

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

/// The trait's methods from a line each: name, input, output, function. Almost no operation waits
/// for anything, so that its future is ready; those behind an arrow do. The ampersand is for
/// functions that only look at their input.
macro_rules! operations {
    ($($name:ident($($input:tt)+) -> $output:ident $how:tt $run:path;)+) => {
        impl Iam for IamProvider {$(
            fn $name<'life0, 'life1, 'async_trait>(
                &'life0 self,
                cx: &'life1 RequestContext,
                input: operations!(@type $($input)+),
            ) -> BoxFuture<'async_trait, Result<$output, ServiceError>>
            where
                'life0: 'async_trait,
                'life1: 'async_trait,
                Self: 'async_trait,
            {
                operations!(@run $how $run(cx, operations!(@pass input $($input)+)))
            }
        )+}
    };
    (@type & $input:ident) => { $input };
    (@type $input:ident) => { $input };
    (@run = $ready:expr) => { Box::pin(std::future::ready($ready)) };
    (@run => $waiting:expr) => { Box::pin($waiting) };
    (@pass $value:ident & $input:ident) => { &$value };
    (@pass $value:ident $input:ident) => { $value };
}

operations! {
    accept_delegation_request(AcceptDelegationRequestRequest)
        -> Unit => federation::delegation::accept;
    acquire_role(&AcquireRoleRequest) -> AcquireRoleResponse = federation::delegation::acquire_role;
    add_client_id_to_open_id_connect_provider(AddClientIDToOpenIDConnectProviderRequest)
        -> Unit = federation::oidc::add_client;
    add_role_to_instance_profile(&AddRoleToInstanceProfileRequest)
        -> Unit = entities::instance_profiles::add_role;
    add_user_to_group(&AddUserToGroupRequest) -> Unit = entities::group_members::add;
    associate_delegation_request(AssociateDelegationRequestRequest)
        -> Unit => federation::delegation::associate;
    attach_group_policy(&AttachGroupPolicyRequest) -> Unit = policies::attached::attach_group;
    attach_role_policy(&AttachRolePolicyRequest) -> Unit = policies::attached::attach_role;
    attach_user_policy(&AttachUserPolicyRequest) -> Unit = policies::attached::attach_user;
    change_password(&ChangePasswordRequest) -> Unit = credentials::login_profiles::change_own;
    create_access_key(CreateAccessKeyRequest)
        -> CreateAccessKeyResponse = credentials::access_keys::create;
    create_account_alias(CreateAccountAliasRequest) -> Unit = account::aliases::create;
    create_delegation_request(CreateDelegationRequestRequest)
        -> CreateDelegationRequestResponse = federation::delegation::create;
    create_group(CreateGroupRequest) -> CreateGroupResponse = entities::groups::create;
    create_instance_profile(CreateInstanceProfileRequest)
        -> CreateInstanceProfileResponse = entities::instance_profiles::create;
    create_login_profile(CreateLoginProfileRequest)
        -> CreateLoginProfileResponse = credentials::login_profiles::create;
    create_open_id_connect_provider(CreateOpenIDConnectProviderRequest)
        -> CreateOpenIDConnectProviderResponse = federation::oidc::create;
    create_policy(CreatePolicyRequest) -> CreatePolicyResponse = policies::managed::create;
    create_policy_version(CreatePolicyVersionRequest)
        -> CreatePolicyVersionResponse = policies::versions::create;
    create_role(CreateRoleRequest) -> CreateRoleResponse = entities::roles::create;
    create_saml_provider(CreateSAMLProviderRequest)
        -> CreateSAMLProviderResponse = federation::saml::create;
    create_service_linked_role(CreateServiceLinkedRoleRequest)
        -> CreateServiceLinkedRoleResponse = entities::service_linked_roles::create;
    create_service_specific_credential(CreateServiceSpecificCredentialRequest)
        -> CreateServiceSpecificCredentialResponse = credentials::service_credentials::create;
    create_user(CreateUserRequest) -> CreateUserResponse = entities::users::create;
    create_virtual_mfa_device(CreateVirtualMFADeviceRequest)
        -> CreateVirtualMFADeviceResponse = credentials::mfa_devices::create;
    deactivate_mfa_device(DeactivateMFADeviceRequest)
        -> Unit = credentials::mfa_devices::deactivate;
    delete_access_key(DeleteAccessKeyRequest) -> Unit = credentials::access_keys::delete;
    delete_account_alias(&DeleteAccountAliasRequest) -> Unit = account::aliases::delete;
    delete_account_password_policy(Unit) -> Unit = account::password_policy::delete;
    delete_group(&DeleteGroupRequest) -> Unit = entities::groups::delete;
    delete_group_policy(&DeleteGroupPolicyRequest) -> Unit = policies::inline::delete_group;
    delete_instance_profile(&DeleteInstanceProfileRequest)
        -> Unit = entities::instance_profiles::delete;
    delete_login_profile(DeleteLoginProfileRequest) -> Unit = credentials::login_profiles::delete;
    delete_open_id_connect_provider(&DeleteOpenIDConnectProviderRequest)
        -> Unit = federation::oidc::delete;
    delete_policy(&DeletePolicyRequest) -> Unit = policies::managed::delete;
    delete_policy_version(&DeletePolicyVersionRequest) -> Unit = policies::versions::delete;
    delete_role(&DeleteRoleRequest) -> Unit = entities::roles::delete;
    delete_role_permissions_boundary(&DeleteRolePermissionsBoundaryRequest)
        -> Unit = policies::boundaries::delete_role;
    delete_role_policy(&DeleteRolePolicyRequest) -> Unit = policies::inline::delete_role;
    delete_saml_provider(&DeleteSAMLProviderRequest) -> Unit = federation::saml::delete;
    delete_server_certificate(&DeleteServerCertificateRequest)
        -> Unit = credentials::server_certificates::delete;
    delete_service_linked_role(&DeleteServiceLinkedRoleRequest)
        -> DeleteServiceLinkedRoleResponse = entities::service_linked_roles::delete;
    delete_service_specific_credential(DeleteServiceSpecificCredentialRequest)
        -> Unit = credentials::service_credentials::delete;
    delete_signing_certificate(DeleteSigningCertificateRequest)
        -> Unit = credentials::signing_certificates::delete;
    delete_ssh_public_key(&DeleteSSHPublicKeyRequest) -> Unit = credentials::ssh_keys::delete;
    delete_user(&DeleteUserRequest) -> Unit = entities::users::delete;
    delete_user_permissions_boundary(&DeleteUserPermissionsBoundaryRequest)
        -> Unit = policies::boundaries::delete_user;
    delete_user_policy(&DeleteUserPolicyRequest) -> Unit = policies::inline::delete_user;
    delete_virtual_mfa_device(&DeleteVirtualMFADeviceRequest)
        -> Unit = credentials::mfa_devices::delete;
    detach_group_policy(&DetachGroupPolicyRequest) -> Unit = policies::attached::detach_group;
    detach_role_policy(&DetachRolePolicyRequest) -> Unit = policies::attached::detach_role;
    detach_user_policy(&DetachUserPolicyRequest) -> Unit = policies::attached::detach_user;
    disable_organizations_root_credentials_management(&DisableOrganizationsRootCredentialsManagementRequest)
        -> DisableOrganizationsRootCredentialsManagementResponse
        = account::organizations::disable_credentials;
    disable_organizations_root_sessions(&DisableOrganizationsRootSessionsRequest)
        -> DisableOrganizationsRootSessionsResponse = account::organizations::disable_sessions;
    disable_outbound_web_identity_federation(Unit) -> Unit = federation::outbound::disable;
    enable_mfa_device(&EnableMFADeviceRequest) -> Unit = credentials::mfa_devices::enable;
    enable_organizations_root_credentials_management(&EnableOrganizationsRootCredentialsManagementRequest)
        -> EnableOrganizationsRootCredentialsManagementResponse
        = account::organizations::enable_credentials;
    enable_organizations_root_sessions(&EnableOrganizationsRootSessionsRequest)
        -> EnableOrganizationsRootSessionsResponse = account::organizations::enable_sessions;
    enable_outbound_web_identity_federation(Unit)
        -> EnableOutboundWebIdentityFederationResponse = federation::outbound::enable;
    generate_credential_report(Unit)
        -> GenerateCredentialReportResponse = account::credential_report::generate;
    generate_organizations_access_report(GenerateOrganizationsAccessReportRequest)
        -> GenerateOrganizationsAccessReportResponse
        = access::last_accessed::generate_for_organization;
    generate_service_last_accessed_details(GenerateServiceLastAccessedDetailsRequest)
        -> GenerateServiceLastAccessedDetailsResponse = access::last_accessed::generate;
    get_access_key_last_used(&GetAccessKeyLastUsedRequest)
        -> GetAccessKeyLastUsedResponse = credentials::access_keys::last_used;
    get_account_authorization_details(&GetAccountAuthorizationDetailsRequest)
        -> GetAccountAuthorizationDetailsResponse = account::authorization_details::get;
    get_account_password_policy(Unit)
        -> GetAccountPasswordPolicyResponse = account::password_policy::get;
    get_account_properties(&GetAccountPropertiesRequest)
        -> GetAccountPropertiesResponse = account::preferences::get_properties;
    get_account_summary(Unit) -> GetAccountSummaryResponse = account::summary::get;
    get_context_keys_for_custom_policy(&GetContextKeysForCustomPolicyRequest)
        -> GetContextKeysForPolicyResponse = access::context_keys::custom;
    get_context_keys_for_principal_policy(&GetContextKeysForPrincipalPolicyRequest)
        -> GetContextKeysForPolicyResponse = access::context_keys::principal;
    get_credential_report(Unit) -> GetCredentialReportResponse = account::credential_report::get;
    get_delegation_request(&GetDelegationRequestRequest)
        -> GetDelegationRequestResponse = federation::delegation::get;
    get_group(GetGroupRequest) -> GetGroupResponse = entities::groups::get;
    get_group_policy(GetGroupPolicyRequest) -> GetGroupPolicyResponse = policies::inline::get_group;
    get_human_readable_summary(GetHumanReadableSummaryRequest)
        -> GetHumanReadableSummaryResponse = federation::delegation::summary;
    get_instance_profile(&GetInstanceProfileRequest)
        -> GetInstanceProfileResponse = entities::instance_profiles::get;
    get_login_profile(GetLoginProfileRequest)
        -> GetLoginProfileResponse = credentials::login_profiles::get;
    get_mfa_device(GetMFADeviceRequest) -> GetMFADeviceResponse = credentials::mfa_devices::get;
    get_open_id_connect_provider(&GetOpenIDConnectProviderRequest)
        -> GetOpenIDConnectProviderResponse = federation::oidc::get;
    get_organizations_access_report(&GetOrganizationsAccessReportRequest)
        -> GetOrganizationsAccessReportResponse = access::last_accessed::organization_report;
    get_outbound_web_identity_federation_info(Unit)
        -> GetOutboundWebIdentityFederationInfoResponse = federation::outbound::info;
    get_policy(&GetPolicyRequest) -> GetPolicyResponse = policies::managed::get;
    get_policy_version(&GetPolicyVersionRequest)
        -> GetPolicyVersionResponse = policies::versions::get;
    get_role(&GetRoleRequest) -> GetRoleResponse = entities::roles::get;
    get_role_policy(GetRolePolicyRequest) -> GetRolePolicyResponse = policies::inline::get_role;
    get_role_template_version(&GetRoleTemplateVersionRequest)
        -> GetRoleTemplateVersionResponse = federation::delegation::template_version;
    get_saml_provider(&GetSAMLProviderRequest) -> GetSAMLProviderResponse = federation::saml::get;
    get_server_certificate(&GetServerCertificateRequest)
        -> GetServerCertificateResponse = credentials::server_certificates::get;
    get_service_last_accessed_details(&GetServiceLastAccessedDetailsRequest)
        -> GetServiceLastAccessedDetailsResponse = access::last_accessed::details;
    get_service_last_accessed_details_with_entities(&GetServiceLastAccessedDetailsWithEntitiesRequest)
        -> GetServiceLastAccessedDetailsWithEntitiesResponse = access::last_accessed::with_entities;
    get_service_linked_role_deletion_status(&GetServiceLinkedRoleDeletionStatusRequest)
        -> GetServiceLinkedRoleDeletionStatusResponse
        = entities::service_linked_roles::deletion_status;
    get_ssh_public_key(&GetSSHPublicKeyRequest)
        -> GetSSHPublicKeyResponse = credentials::ssh_keys::get;
    get_user(GetUserRequest) -> GetUserResponse = entities::users::get;
    get_user_policy(GetUserPolicyRequest) -> GetUserPolicyResponse = policies::inline::get_user;
    list_access_keys(ListAccessKeysRequest)
        -> ListAccessKeysResponse = credentials::access_keys::list;
    list_account_aliases(&ListAccountAliasesRequest)
        -> ListAccountAliasesResponse = account::aliases::list;
    list_attached_group_policies(&ListAttachedGroupPoliciesRequest)
        -> ListAttachedGroupPoliciesResponse = policies::attached::list_group;
    list_attached_role_policies(&ListAttachedRolePoliciesRequest)
        -> ListAttachedRolePoliciesResponse = policies::attached::list_role;
    list_attached_user_policies(&ListAttachedUserPoliciesRequest)
        -> ListAttachedUserPoliciesResponse = policies::attached::list_user;
    list_delegation_requests(&ListDelegationRequestsRequest)
        -> ListDelegationRequestsResponse = federation::delegation::list;
    list_entities_for_policy(&ListEntitiesForPolicyRequest)
        -> ListEntitiesForPolicyResponse = policies::entities_for_policy::list;
    list_group_policies(&ListGroupPoliciesRequest)
        -> ListGroupPoliciesResponse = policies::inline::list_group;
    list_groups(ListGroupsRequest) -> ListGroupsResponse = entities::groups::list;
    list_groups_for_user(&ListGroupsForUserRequest)
        -> ListGroupsForUserResponse = entities::group_members::list;
    list_instance_profile_tags(&ListInstanceProfileTagsRequest)
        -> ListInstanceProfileTagsResponse = entities::tags::list_instance_profile_tags;
    list_instance_profiles(ListInstanceProfilesRequest)
        -> ListInstanceProfilesResponse = entities::instance_profiles::list;
    list_instance_profiles_for_role(&ListInstanceProfilesForRoleRequest)
        -> ListInstanceProfilesForRoleResponse = entities::instance_profiles::list_for_role;
    list_mfa_device_tags(&ListMFADeviceTagsRequest)
        -> ListMFADeviceTagsResponse = entities::tags::list_mfa_device_tags;
    list_mfa_devices(ListMFADevicesRequest)
        -> ListMFADevicesResponse = credentials::mfa_devices::list;
    list_open_id_connect_provider_tags(&ListOpenIDConnectProviderTagsRequest)
        -> ListOpenIDConnectProviderTagsResponse = entities::tags::list_oidc_provider_tags;
    list_open_id_connect_providers(&ListOpenIDConnectProvidersRequest)
        -> ListOpenIDConnectProvidersResponse = federation::oidc::list;
    list_organizations_features(&ListOrganizationsFeaturesRequest)
        -> ListOrganizationsFeaturesResponse = account::organizations::list_features;
    list_policies(&ListPoliciesRequest) -> ListPoliciesResponse = policies::managed::list;
    list_policies_granting_service_access(&ListPoliciesGrantingServiceAccessRequest)
        -> ListPoliciesGrantingServiceAccessResponse = access::granting::list;
    list_policy_tags(&ListPolicyTagsRequest)
        -> ListPolicyTagsResponse = entities::tags::list_policy_tags;
    list_policy_versions(&ListPolicyVersionsRequest)
        -> ListPolicyVersionsResponse = policies::versions::list;
    list_role_policies(&ListRolePoliciesRequest)
        -> ListRolePoliciesResponse = policies::inline::list_role;
    list_role_tags(&ListRoleTagsRequest) -> ListRoleTagsResponse = entities::tags::list_role_tags;
    list_roles(ListRolesRequest) -> ListRolesResponse = entities::roles::list;
    list_saml_provider_tags(&ListSAMLProviderTagsRequest)
        -> ListSAMLProviderTagsResponse = entities::tags::list_saml_provider_tags;
    list_saml_providers(&ListSAMLProvidersRequest)
        -> ListSAMLProvidersResponse = federation::saml::list;
    list_server_certificate_tags(&ListServerCertificateTagsRequest)
        -> ListServerCertificateTagsResponse = entities::tags::list_server_certificate_tags;
    list_server_certificates(&ListServerCertificatesRequest)
        -> ListServerCertificatesResponse = credentials::server_certificates::list;
    list_service_specific_credentials(ListServiceSpecificCredentialsRequest)
        -> ListServiceSpecificCredentialsResponse = credentials::service_credentials::list;
    list_signing_certificates(ListSigningCertificatesRequest)
        -> ListSigningCertificatesResponse = credentials::signing_certificates::list;
    list_ssh_public_keys(ListSSHPublicKeysRequest)
        -> ListSSHPublicKeysResponse = credentials::ssh_keys::list;
    list_user_policies(&ListUserPoliciesRequest)
        -> ListUserPoliciesResponse = policies::inline::list_user;
    list_user_tags(&ListUserTagsRequest) -> ListUserTagsResponse = entities::tags::list_user_tags;
    list_users(ListUsersRequest) -> ListUsersResponse = entities::users::list;
    list_virtual_mfa_devices(&ListVirtualMFADevicesRequest)
        -> ListVirtualMFADevicesResponse = credentials::mfa_devices::list_virtual;
    put_account_properties(PutAccountPropertiesRequest)
        -> PutAccountPropertiesResponse = account::preferences::put_properties;
    put_group_policy(PutGroupPolicyRequest) -> Unit = policies::inline::put_group;
    put_role_permissions_boundary(PutRolePermissionsBoundaryRequest)
        -> Unit = policies::boundaries::put_role;
    put_role_policy(PutRolePolicyRequest) -> Unit = policies::inline::put_role;
    put_user_permissions_boundary(PutUserPermissionsBoundaryRequest)
        -> Unit = policies::boundaries::put_user;
    put_user_policy(PutUserPolicyRequest) -> Unit = policies::inline::put_user;
    reject_delegation_request(RejectDelegationRequestRequest)
        -> Unit => federation::delegation::reject;
    remove_client_id_from_open_id_connect_provider(&RemoveClientIDFromOpenIDConnectProviderRequest)
        -> Unit = federation::oidc::remove_client;
    remove_role_from_instance_profile(&RemoveRoleFromInstanceProfileRequest)
        -> Unit = entities::instance_profiles::remove_role;
    remove_user_from_group(&RemoveUserFromGroupRequest) -> Unit = entities::group_members::remove;
    reset_service_specific_credential(ResetServiceSpecificCredentialRequest)
        -> ResetServiceSpecificCredentialResponse = credentials::service_credentials::reset;
    resync_mfa_device(&ResyncMFADeviceRequest) -> Unit = credentials::mfa_devices::resync;
    send_delegation_token(SendDelegationTokenRequest)
        -> Unit => federation::delegation::send_token;
    set_default_policy_version(&SetDefaultPolicyVersionRequest)
        -> Unit = policies::versions::set_default;
    set_security_token_service_preferences(&SetSecurityTokenServicePreferencesRequest)
        -> Unit = account::preferences::set_token_version;
    simulate_custom_policy(SimulateCustomPolicyRequest)
        -> SimulatePolicyResponse = access::simulation::custom;
    simulate_principal_policy(SimulatePrincipalPolicyRequest)
        -> SimulatePolicyResponse = access::simulation::principal;
    tag_instance_profile(TagInstanceProfileRequest) -> Unit = entities::tags::tag_instance_profile;
    tag_mfa_device(TagMFADeviceRequest) -> Unit = entities::tags::tag_mfa_device;
    tag_open_id_connect_provider(TagOpenIDConnectProviderRequest)
        -> Unit = entities::tags::tag_oidc_provider;
    tag_policy(TagPolicyRequest) -> Unit = entities::tags::tag_policy;
    tag_role(TagRoleRequest) -> Unit = entities::tags::tag_role;
    tag_saml_provider(TagSAMLProviderRequest) -> Unit = entities::tags::tag_saml_provider;
    tag_server_certificate(TagServerCertificateRequest)
        -> Unit = entities::tags::tag_server_certificate;
    tag_user(TagUserRequest) -> Unit = entities::tags::tag_user;
    untag_instance_profile(&UntagInstanceProfileRequest)
        -> Unit = entities::tags::untag_instance_profile;
    untag_mfa_device(&UntagMFADeviceRequest) -> Unit = entities::tags::untag_mfa_device;
    untag_open_id_connect_provider(&UntagOpenIDConnectProviderRequest)
        -> Unit = entities::tags::untag_oidc_provider;
    untag_policy(&UntagPolicyRequest) -> Unit = entities::tags::untag_policy;
    untag_role(&UntagRoleRequest) -> Unit = entities::tags::untag_role;
    untag_saml_provider(&UntagSAMLProviderRequest) -> Unit = entities::tags::untag_saml_provider;
    untag_server_certificate(&UntagServerCertificateRequest)
        -> Unit = entities::tags::untag_server_certificate;
    untag_user(&UntagUserRequest) -> Unit = entities::tags::untag_user;
    update_access_key(UpdateAccessKeyRequest) -> Unit = credentials::access_keys::update;
    update_account_password_policy(UpdateAccountPasswordPolicyRequest)
        -> Unit = account::password_policy::update;
    update_assume_role_policy(UpdateAssumeRolePolicyRequest)
        -> Unit = entities::roles::update_trust;
    update_delegation_request(UpdateDelegationRequestRequest)
        -> Unit => federation::delegation::update;
    update_group(UpdateGroupRequest) -> Unit = entities::groups::update;
    update_login_profile(UpdateLoginProfileRequest) -> Unit = credentials::login_profiles::update;
    update_open_id_connect_provider_thumbprint(UpdateOpenIDConnectProviderThumbprintRequest)
        -> Unit = federation::oidc::update_thumbprints;
    update_role(UpdateRoleRequest) -> UpdateRoleResponse = entities::roles::update;
    update_role_description(UpdateRoleDescriptionRequest)
        -> UpdateRoleDescriptionResponse = entities::roles::update_description;
    update_saml_provider(UpdateSAMLProviderRequest)
        -> UpdateSAMLProviderResponse = federation::saml::update;
    update_server_certificate(UpdateServerCertificateRequest)
        -> Unit = credentials::server_certificates::update;
    update_service_specific_credential(UpdateServiceSpecificCredentialRequest)
        -> Unit = credentials::service_credentials::update;
    update_signing_certificate(UpdateSigningCertificateRequest)
        -> Unit = credentials::signing_certificates::update;
    update_ssh_public_key(&UpdateSSHPublicKeyRequest) -> Unit = credentials::ssh_keys::update;
    update_user(UpdateUserRequest) -> Unit = entities::users::update;
    upload_server_certificate(UploadServerCertificateRequest)
        -> UploadServerCertificateResponse = credentials::server_certificates::upload;
    upload_signing_certificate(UploadSigningCertificateRequest)
        -> UploadSigningCertificateResponse = credentials::signing_certificates::upload;
    upload_ssh_public_key(UploadSSHPublicKeyRequest)
        -> UploadSSHPublicKeyResponse = credentials::ssh_keys::upload;
}
