//! A cloud with IAM, and short words for what happens in it.

use std::sync::Arc;

use fogbank_api_iam::*;
use fogbank_provider_iam::IamProvider;
use fogbank_service::{AccessKey as KnownKey, ServiceError};
use fogbank_testkit::Cloud;

/// A policy that allows everything.
pub(crate) const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
/// A trust policy for EC2.
pub(crate) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// IAM in a world of its own.
pub(crate) struct Scene {
    pub(crate) cloud: Cloud,
    pub(crate) iam: IamClient,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let cloud = Cloud::new().with(service(Arc::new(IamProvider::new())));
        Self { iam: IamClient::new(cloud.caller()), cloud }
    }

    pub(crate) async fn user(&self, name: &str) -> User {
        let input = CreateUserRequest { user_name: name.into(), ..Default::default() };
        self.iam.create_user(input).await.expect("a new user").user.expect("the user")
    }

    pub(crate) async fn group(&self, name: &str) -> Group {
        let input = CreateGroupRequest { group_name: name.into(), ..Default::default() };
        self.iam.create_group(input).await.expect("a new group").group
    }

    pub(crate) async fn role(&self, name: &str) -> Role {
        self.iam.create_role(role(name)).await.expect("a new role").role
    }

    /// Creates a managed policy and returns its ARN.
    pub(crate) async fn policy(&self, name: &str) -> String {
        let input = CreatePolicyRequest {
            policy_name: name.into(),
            policy_document: ALLOW.into(),
            ..Default::default()
        };
        let policy = self.iam.create_policy(input).await.expect("a new policy").policy;
        policy.and_then(|policy| policy.arn).expect("an ARN")
    }

    pub(crate) async fn access_key(&self, user: &str) -> Result<AccessKey, ServiceError> {
        let input = CreateAccessKeyRequest { user_name: Some(user.into()) };
        Ok(self.iam.create_access_key(input).await?.access_key)
    }

    /// The client of whoever signs with this key.
    pub(crate) fn signed_with(&self, id: &str) -> IamClient {
        let key = KnownKey::find(self.cloud.world(), id).expect("the key is registered");
        let mut caller = self.cloud.caller();
        caller.principal = key.principal(id).into();
        IamClient::new(caller)
    }
}

/// The request of a role that EC2 may assume.
pub(crate) fn role(name: &str) -> CreateRoleRequest {
    CreateRoleRequest {
        role_name: name.into(),
        assume_role_policy_document: TRUST.into(),
        ..Default::default()
    }
}

pub(crate) fn tag(key: &str, value: &str) -> Tag {
    Tag { key: key.into(), value: value.into() }
}

/// Asserts an error's code and message.
#[track_caller]
pub(crate) fn fails<T>(result: Result<T, ServiceError>, code: &str, message: &str) {
    let error = result.err().expect("an error");
    assert_eq!((error.code(), error.message()), (code, Some(message)));
}
