//! Conditions of trust policies on users of identity providers.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fogbank_api_iam::{
    GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse, GetRoleRequest,
    GetRoleResponse, GetSAMLProviderRequest, GetSAMLProviderResponse, Iam, Role,
};
use fogbank_api_sts::*;
use fogbank_config::IamEnforcement;
use fogbank_provider_sts::StsProvider;
use fogbank_service::{HttpRequest, RequestContext, ServiceError};
use fogbank_testkit::Cloud;
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::000000000000:role/web";
const SAML: &str = "arn:aws:iam::000000000000:saml-provider/idp";

/// IAM, as far as it knows one role and its providers.
struct Known {
    trust: String,
}

#[async_trait]
impl Iam for Known {
    async fn get_role(
        &self,
        _: &RequestContext,
        _: GetRoleRequest,
    ) -> Result<GetRoleResponse, ServiceError> {
        let document = Some(self.trust.clone());
        let arn = ROLE.to_owned();
        let role = Role { arn, assume_role_policy_document: document, ..Default::default() };
        Ok(GetRoleResponse { role })
    }

    async fn get_open_id_connect_provider(
        &self,
        _: &RequestContext,
        _: GetOpenIDConnectProviderRequest,
    ) -> Result<GetOpenIDConnectProviderResponse, ServiceError> {
        let client_id_list = Some(vec!["app".to_owned()]);
        Ok(GetOpenIDConnectProviderResponse { client_id_list, ..Default::default() })
    }

    async fn get_saml_provider(
        &self,
        _: &RequestContext,
        _: GetSAMLProviderRequest,
    ) -> Result<GetSAMLProviderResponse, ServiceError> {
        let metadata = r#"<EntityDescriptor entityID="https://idp.example"/>"#;
        let saml_metadata_document = Some(metadata.to_owned());
        Ok(GetSAMLProviderResponse { saml_metadata_document, ..Default::default() })
    }
}

/// STS in a strict world whose role trusts a provider under a condition.
fn sts(provider: &str, action: &str, condition: &Value) -> StsClient {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Federated": provider }, "Action": action,
        "Condition": condition,
    }] });
    let mut http = HttpRequest { scheme: "http", ..HttpRequest::default() };
    http.remote = "192.0.2.7:1000".parse().ok();
    let provider = StsProvider::with_enforcement(IamEnforcement::Strict);
    let cloud = Cloud::new()
        .with(service(Arc::new(provider)))
        .with(fogbank_api_iam::service(Arc::new(Known { trust: trust.to_string() })))
        .with_http(http);
    StsClient::new(cloud.caller())
}

async fn by_token(issuer: &str, claims: &Value, condition: &Value) -> bool {
    let host = issuer.trim_start_matches("https://");
    let provider = match host {
        "accounts.google.com" => host.to_owned(),
        host => format!("arn:aws:iam::000000000000:oidc-provider/{host}"),
    };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut all = json!({ "iss": issuer, "sub": "me", "aud": "app", "exp": 2_000_000_000 });
    for (name, value) in claims.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    let request = AssumeRoleWithWebIdentityRequest {
        role_arn: ROLE.to_owned(),
        role_session_name: "web".to_owned(),
        web_identity_token: format!("{}.{}.x", part(&json!({ "alg": "RS256" })), part(&all)),
        ..Default::default()
    };
    let sts = sts(&provider, "sts:AssumeRoleWithWebIdentity", condition);
    sts.assume_role_with_web_identity(request).await.is_ok()
}

#[tokio::test]
async fn tokens() {
    let (own, google) = ("https://idp.example/a", "https://accounts.google.com");
    let none = json!({});
    let party = json!({ "azp": "client" });
    let amr = json!({ "amr": ["authenticated", "mfa"] });
    let cases = [
        (own, &none, json!({}), true),
        (own, &none, json!({ "StringEquals": { "idp.example/a:sub": "me" } }), true),
        (own, &none, json!({ "StringEquals": { "idp.example/a:sub": "you" } }), false),
        (own, &none, json!({ "StringLike": { "idp.example/a:sub": "m*" } }), true),
        (own, &none, json!({ "StringEquals": { "idp.example/a:aud": "app" } }), true),
        (own, &none, json!({ "StringEquals": { "idp.example:aud": "app" } }), false),
        (own, &party, json!({ "StringEquals": { "idp.example/a:aud": "app" } }), true),
        (google, &party, json!({ "StringEquals": { "accounts.google.com:aud": "client" } }), true),
        (google, &party, json!({ "StringEquals": { "accounts.google.com:oaud": "app" } }), true),
        (google, &none, json!({ "StringEquals": { "accounts.google.com:aud": "app" } }), true),
        (own, &amr, json!({ "ForAnyValue:StringEquals": { "idp.example/a:amr": "mfa" } }), true),
        (own, &amr, json!({ "ForAllValues:StringEquals": { "idp.example/a:amr": "mfa" } }), false),
        (own, &none, json!({ "ForAnyValue:StringEquals": { "idp.example/a:amr": "mfa" } }), false),
        (own, &none, json!({ "StringEquals": { "sts:RoleSessionName": "web" } }), true),
        (own, &none, json!({ "StringNotEquals": { "sts:RoleSessionName": "web" } }), false),
        (own, &none, json!({ "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } }), true),
        (own, &none, json!({ "IpAddress": { "aws:SourceIp": "198.51.100.0/24" } }), false),
        (own, &none, json!({ "Bool": { "aws:SecureTransport": "true" } }), false),
        (own, &none, json!({ "StringEquals": { "aws:RequestedRegion": "us-east-1" } }), true),
        (own, &none, json!({ "DateLessThan": { "aws:CurrentTime": "2026-01-02" } }), true),
        (own, &none, json!({ "DateGreaterThan": { "aws:CurrentTime": "2026-01-02" } }), false),
        (own, &none, json!({ "NumericLessThan": { "aws:EpochTime": "1800000000" } }), true),
    ];
    for (issuer, claims, condition, expected) in cases {
        let found = by_token(issuer, claims, &condition).await;
        assert_eq!(found, expected, "{issuer} {claims} {condition}");
    }
}

async fn by_assertion(condition: &Value) -> bool {
    let attribute = |name: &str, values: &[&str]| {
        let values = values.iter().map(|it| format!("<AttributeValue>{it}</AttributeValue>"));
        format!(r#"<Attribute Name="{name}">{}</Attribute>"#, values.collect::<String>())
    };
    let aws = |name: &str| format!("https://aws.amazon.com/SAML/Attributes/{name}");
    let attributes = [
        attribute(&aws("Role"), &[&format!("{ROLE},{SAML}")]),
        attribute(&aws("RoleSessionName"), &["alice"]),
        attribute("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", &["staff", "member"]),
        attribute("urn:oid:0.9.2342.19200300.100.1.1", &["a7"]),
        attribute("urn:oid:9.9.9", &["unknown"]),
    ];
    let response = format!(
        r#"<Response><Assertion><Issuer>https://idp.example</Issuer><Subject><NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">me</NameID><SubjectConfirmation><SubjectConfirmationData Recipient="https://signin.aws.amazon.com/saml"/></SubjectConfirmation></Subject><AttributeStatement>{}</AttributeStatement></Assertion></Response>"#,
        attributes.concat()
    );
    let request = AssumeRoleWithSAMLRequest {
        role_arn: ROLE.to_owned(),
        principal_arn: SAML.to_owned(),
        saml_assertion: STANDARD.encode(response),
        ..Default::default()
    };
    let sts = sts(SAML, "sts:AssumeRoleWithSAML", condition);
    sts.assume_role_with_saml(request).await.is_ok()
}

#[tokio::test]
async fn assertions() {
    let cases = [
        (json!({ "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } }), true),
        (json!({ "StringEquals": { "saml:iss": "https://idp.example" } }), true),
        (json!({ "StringEquals": { "saml:sub": "me", "saml:sub_type": "transient" } }), true),
        (json!({ "StringEquals": { "saml:doc": "000000000000/idp" } }), true),
        (json!({ "StringEquals": { "saml:uid": "a7" } }), true),
        (json!({ "StringEquals": { "saml:uid": "a8" } }), false),
        (json!({ "ForAnyValue:StringEquals": { "saml:eduPersonAffiliation": "staff" } }), true),
        (json!({ "ForAllValues:StringEquals": { "saml:edupersonaffiliation": "staff" } }), false),
        (json!({ "Null": { "saml:cn": "true" } }), true),
        (json!({ "StringEquals": { "sts:RoleSessionName": "alice" } }), true),
        (json!({ "IpAddress": { "aws:SourceIp": "192.0.2.7" } }), true),
    ];
    for (condition, expected) in cases {
        assert_eq!(by_assertion(&condition).await, expected, "{condition}");
    }
}
