//! Roles assumed with SAML responses of a provider that IAM knows.

use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_iam::{GetSAMLProviderRequest, GetSAMLProviderResponse, Iam};
use fogbank_api_sts::*;
use fogbank_provider_sts::StsProvider;
use fogbank_service::access_keys::AccessKey;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_testkit::Cloud;

const ROLE: &str = "arn:aws:iam::000000000000:role/web";
const PROVIDER: &str = "arn:aws:iam::000000000000:saml-provider/idp";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const AWS: &str = "https://aws.amazon.com/SAML/Attributes";

/// IAM, as far as it knows one provider.
struct Known(String);

#[async_trait]
impl Iam for Known {
    async fn get_saml_provider(
        &self,
        _: &RequestContext,
        _: GetSAMLProviderRequest,
    ) -> Result<GetSAMLProviderResponse, ServiceError> {
        let saml_metadata_document = Some(self.0.clone());
        Ok(GetSAMLProviderResponse { saml_metadata_document, ..Default::default() })
    }
}

/// An identity provider with a key, and the cloud that knows it.
struct Idp {
    key: EcdsaKeyPair,
    cloud: Cloud,
}

impl Idp {
    fn new() -> Self {
        let key = rcgen::KeyPair::generate().expect("a key");
        let names = vec!["idp.example".to_owned()];
        let params = rcgen::CertificateParams::new(names).expect("a name");
        let certificate = STANDARD.encode(params.self_signed(&key).expect("a certificate").der());
        let metadata = format!(
            r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example"><IDPSSODescriptor><KeyDescriptor use="signing"><KeyInfo xmlns="{DSIG}"><X509Data><X509Certificate>
            {certificate}
            </X509Certificate></X509Data></KeyInfo></KeyDescriptor></IDPSSODescriptor></EntityDescriptor>"#
        );
        let scheme = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let key = EcdsaKeyPair::from_pkcs8(scheme, &key.serialize_der()).expect("the key");
        let cloud = Cloud::new()
            .with(service(Arc::new(StsProvider::new())))
            .with(fogbank_api_iam::service(Arc::new(Known(metadata))));
        Self { key, cloud }
    }

    /// A response whose assertion is signed; written as its canonical form is, so that this needs no
    /// canonicalisation of its own.
    fn sign(&self, audience: &str, ends: &str) -> String {
        let attribute = |name: &str, value: &str| {
            format!(
                r#"<saml:Attribute Name="{AWS}/{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"#
            )
        };
        let attributes = [
            attribute("Role", &format!("{ROLE},{PROVIDER}")),
            attribute("RoleSessionName", "alice"),
            attribute("PrincipalTag:team", "fog"),
        ];
        let start = r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0"><saml:Issuer>https://idp.example</saml:Issuer>"#;
        let rest = format!(
            r#"<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">me</saml:NameID></saml:Subject><saml:Conditions NotBefore="2025-12-31T00:00:00Z" NotOnOrAfter="{ends}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AttributeStatement>{}</saml:AttributeStatement></saml:Assertion>"#,
            attributes.concat()
        );
        let hash = STANDARD.encode(digest(&SHA256, format!("{start}{rest}").as_bytes()));
        let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let info = |declared: &str| {
            format!(
                r##"<ds:SignedInfo{declared}><ds:CanonicalizationMethod Algorithm="{exclusive}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod><ds:Reference URI="#_a"><ds:Transforms><ds:Transform Algorithm="{DSIG}enveloped-signature"></ds:Transform><ds:Transform Algorithm="{exclusive}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>{hash}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
            )
        };
        let signed = info(&format!(r#" xmlns:ds="{DSIG}""#));
        let value = self.key.sign_digest(&digest(&SHA256, signed.as_bytes())).expect("a signature");
        let value = STANDARD.encode(value);
        let info = info("");
        format!(
            r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r">{start}<ds:Signature xmlns:ds="{DSIG}">{info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>{rest}</samlp:Response>"#
        )
    }

    async fn assume(&self, response: &str) -> Result<AssumeRoleWithSAMLResponse, ServiceError> {
        let request = AssumeRoleWithSAMLRequest {
            role_arn: ROLE.to_owned(),
            principal_arn: PROVIDER.to_owned(),
            saml_assertion: STANDARD.encode(response),
            ..Default::default()
        };
        StsClient::new(self.cloud.caller()).assume_role_with_saml(request).await
    }
}

const PAGE: &str = "https://signin.aws.amazon.com/saml";
const SOON: &str = "2026-01-01T00:05:00Z";

#[tokio::test]
async fn a_signed_assertion_makes_a_session_with_its_tags() {
    let idp = Idp::new();
    let assumed = idp.assume(&idp.sign(PAGE, SOON)).await.expect("a session");
    assert_eq!(assumed.subject.as_deref(), Some("me"));
    let user = assumed.assumed_role_user.expect("a user");
    assert_eq!(user.arn, "arn:aws:sts::000000000000:assumed-role/web/alice");
    let id = assumed.credentials.expect("credentials").access_key_id;
    let key = AccessKey::find(idp.cloud.world(), &id).expect("the key");
    let tags = &key.session.as_ref().expect("a session").tags;
    assert_eq!(tags.get("team").map(String::as_str), Some("fog"));
}

#[tokio::test]
async fn what_the_provider_did_not_say_is_refused() {
    let (idp, other) = (Idp::new(), Idp::new());
    let signed = idp.sign(PAGE, SOON);
    let unsigned = {
        let (start, end) = (signed.find("<ds:Signature ").unwrap(), signed.find("</ds:Signature>"));
        format!("{}{}", &signed[..start], &signed[end.unwrap() + "</ds:Signature>".len()..])
    };
    // A forged assertion in front of the one that is signed, which stays where nobody looks.
    let wrapped = {
        let start = signed.find("<saml:Assertion").unwrap();
        let inner = &signed[start..signed.rfind("</samlp:Response>").unwrap()];
        let forged = unsigned.replace(">me<", ">root<").replace("\"_a\"", "\"_b\"");
        let forged = forged.replace("</samlp:Response>", "");
        format!("{forged}<samlp:Extensions>{inner}</samlp:Extensions></samlp:Response>")
    };
    let signature = "Response signature invalid";
    let audience = "Response does not contain the required audience.";
    let expired = "Token must be redeemed within 5 minutes of issuance";
    let cases = [
        (signed.replace(">me<", ">root<"), "InvalidIdentityToken", signature),
        (unsigned, "InvalidIdentityToken", signature),
        (wrapped, "InvalidIdentityToken", signature),
        (other.sign(PAGE, SOON), "InvalidIdentityToken", signature),
        (idp.sign("https://else.example/saml", SOON), "InvalidIdentityToken", audience),
        (idp.sign(PAGE, "2025-12-31T12:00:00Z"), "ExpiredTokenException", expired),
    ];
    for (response, code, message) in cases {
        let error = idp.assume(&response).await.expect_err(message);
        assert_eq!((error.code(), error.message()), (code, Some(message)), "{response}");
    }
}
