//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_sts::*;
use fogbank_config::{IamEnforcement, WebIdentityVerification};
use fogbank_service::{RequestContext, ServiceError};

use crate::ops;

/// The STS provider. All state is in the world.
#[derive(Debug)]
pub struct StsProvider {
    enforcement: IamEnforcement,
    verification: WebIdentityVerification,
}

impl StsProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::with_enforcement(IamEnforcement::Off)
    }

    /// A provider that looks at the trust of roles in identity providers; other callers are the
    /// gateway's to judge.
    pub fn with_enforcement(enforcement: IamEnforcement) -> Self {
        Self { enforcement, verification: WebIdentityVerification::Local }
    }

    /// The same provider, asking the issuers of web identity tokens for their keys or not.
    #[must_use]
    pub fn verifying(self, verification: WebIdentityVerification) -> Self {
        Self { verification, ..self }
    }
}

impl Default for StsProvider {
    fn default() -> Self {
        Self::new()
    }
}

type Result<T> = std::result::Result<T, ServiceError>;

#[async_trait]
impl Sts for StsProvider {
    async fn assume_role(
        &self,
        cx: &RequestContext,
        input: AssumeRoleRequest,
    ) -> Result<AssumeRoleResponse> {
        ops::assume_role::run(cx, self.enforcement, input).await
    }

    async fn assume_role_with_saml(
        &self,
        cx: &RequestContext,
        input: AssumeRoleWithSAMLRequest,
    ) -> Result<AssumeRoleWithSAMLResponse> {
        ops::assume_role_with_saml::run(cx, self.enforcement, input).await
    }

    async fn assume_role_with_web_identity(
        &self,
        cx: &RequestContext,
        input: AssumeRoleWithWebIdentityRequest,
    ) -> Result<AssumeRoleWithWebIdentityResponse> {
        ops::assume_role_with_web_identity::run(cx, self.enforcement, self.verification, input)
            .await
    }

    async fn assume_root(
        &self,
        cx: &RequestContext,
        input: AssumeRootRequest,
    ) -> Result<AssumeRootResponse> {
        ops::assume_root::run(cx, input)
    }

    async fn decode_authorization_message(
        &self,
        _: &RequestContext,
        input: DecodeAuthorizationMessageRequest,
    ) -> Result<DecodeAuthorizationMessageResponse> {
        ops::decode_authorization_message::run(input)
    }

    async fn get_access_key_info(
        &self,
        cx: &RequestContext,
        input: GetAccessKeyInfoRequest,
    ) -> Result<GetAccessKeyInfoResponse> {
        ops::get_access_key_info::run(cx, input)
    }

    async fn get_caller_identity(
        &self,
        cx: &RequestContext,
        _: GetCallerIdentityRequest,
    ) -> Result<GetCallerIdentityResponse> {
        Ok(ops::get_caller_identity::run(cx))
    }

    async fn get_delegated_access_token(
        &self,
        cx: &RequestContext,
        input: GetDelegatedAccessTokenRequest,
    ) -> Result<GetDelegatedAccessTokenResponse> {
        ops::get_delegated_access_token::run(cx, &input)
    }

    async fn get_federation_token(
        &self,
        cx: &RequestContext,
        input: GetFederationTokenRequest,
    ) -> Result<GetFederationTokenResponse> {
        ops::get_federation_token::run(cx, input)
    }

    async fn get_session_token(
        &self,
        cx: &RequestContext,
        input: GetSessionTokenRequest,
    ) -> Result<GetSessionTokenResponse> {
        ops::get_session_token::run(cx, self.enforcement, input)
    }

    async fn get_web_identity_token(
        &self,
        cx: &RequestContext,
        input: GetWebIdentityTokenRequest,
    ) -> Result<GetWebIdentityTokenResponse> {
        ops::get_web_identity_token::run(cx, input).await
    }
}
