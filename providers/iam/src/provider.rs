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

    async fn create_access_key(
        &self,
        cx: &RequestContext,
        input: CreateAccessKeyRequest,
    ) -> Result<CreateAccessKeyResponse> {
        credentials::access_keys::create(cx, input)
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

    async fn create_user(
        &self,
        cx: &RequestContext,
        input: CreateUserRequest,
    ) -> Result<CreateUserResponse> {
        entities::users::create(cx, input)
    }

    async fn delete_access_key(
        &self,
        cx: &RequestContext,
        input: DeleteAccessKeyRequest,
    ) -> Result<Unit> {
        credentials::access_keys::delete(cx, input)
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

    async fn get_access_key_last_used(
        &self,
        cx: &RequestContext,
        input: GetAccessKeyLastUsedRequest,
    ) -> Result<GetAccessKeyLastUsedResponse> {
        credentials::access_keys::last_used(cx, &input)
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

    async fn get_instance_profile(
        &self,
        cx: &RequestContext,
        input: GetInstanceProfileRequest,
    ) -> Result<GetInstanceProfileResponse> {
        entities::instance_profiles::get(cx, &input)
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

    async fn list_policies(
        &self,
        cx: &RequestContext,
        input: ListPoliciesRequest,
    ) -> Result<ListPoliciesResponse> {
        policies::managed::list(cx, &input)
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

    async fn set_default_policy_version(
        &self,
        cx: &RequestContext,
        input: SetDefaultPolicyVersionRequest,
    ) -> Result<Unit> {
        policies::versions::set_default(cx, &input)
    }

    async fn tag_instance_profile(
        &self,
        cx: &RequestContext,
        input: TagInstanceProfileRequest,
    ) -> Result<Unit> {
        entities::tags::tag_instance_profile(cx, input)
    }

    async fn tag_policy(&self, cx: &RequestContext, input: TagPolicyRequest) -> Result<Unit> {
        entities::tags::tag_policy(cx, input)
    }

    async fn tag_role(&self, cx: &RequestContext, input: TagRoleRequest) -> Result<Unit> {
        entities::tags::tag_role(cx, input)
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

    async fn untag_policy(&self, cx: &RequestContext, input: UntagPolicyRequest) -> Result<Unit> {
        entities::tags::untag_policy(cx, &input)
    }

    async fn untag_role(&self, cx: &RequestContext, input: UntagRoleRequest) -> Result<Unit> {
        entities::tags::untag_role(cx, &input)
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

    async fn update_assume_role_policy(
        &self,
        cx: &RequestContext,
        input: UpdateAssumeRolePolicyRequest,
    ) -> Result<Unit> {
        entities::roles::update_trust(cx, input)
    }

    async fn update_group(&self, cx: &RequestContext, input: UpdateGroupRequest) -> Result<Unit> {
        entities::groups::update(cx, input)
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

    async fn update_user(&self, cx: &RequestContext, input: UpdateUserRequest) -> Result<Unit> {
        entities::users::update(cx, input)
    }
}
