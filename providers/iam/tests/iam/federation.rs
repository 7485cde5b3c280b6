//! Identity providers.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;

use crate::scene::{Scene, fails};

const METADATA: &str = r#"<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.test" validUntil="2030-01-01T00:00:00Z">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>
</EntityDescriptor>"#;

#[tokio::test]
async fn oidc_providers() {
    let scene = Scene::new();
    let create = |url: &str| CreateOpenIDConnectProviderRequest {
        url: url.into(),
        client_id_list: Some(vec!["sts.amazonaws.com".into()]),
        thumbprint_list: Some(vec!["a".repeat(40)]),
        ..Default::default()
    };
    let made = scene.iam.create_open_id_connect_provider(create("http://idp.example.test")).await;
    fails(made, "ValidationError", "Invalid Open ID Connect Provider URL");
    // A slash at the end is part of the URL.
    let slash =
        scene.iam.create_open_id_connect_provider(create("https://idp.example.test/")).await;
    let slash = slash.unwrap().open_id_connect_provider_arn.unwrap();
    assert_eq!(slash, "arn:aws:iam::000000000000:oidc-provider/idp.example.test/");
    let url = "https://idp.example.test/id/1";
    let made = scene.iam.create_open_id_connect_provider(create(url)).await.unwrap();
    let arn = made.open_id_connect_provider_arn.unwrap();
    assert_eq!(arn, "arn:aws:iam::000000000000:oidc-provider/idp.example.test/id/1");
    let message = format!("Provider with url {url} already exists.");
    let again = scene.iam.create_open_id_connect_provider(create(url)).await;
    fails(again, "EntityAlreadyExists", &message);
    let add = AddClientIDToOpenIDConnectProviderRequest {
        open_id_connect_provider_arn: arn.clone(),
        client_id: "second".into(),
    };
    scene.iam.add_client_id_to_open_id_connect_provider(add).await.unwrap();
    let get = || GetOpenIDConnectProviderRequest { open_id_connect_provider_arn: arn.clone() };
    let found = scene.iam.get_open_id_connect_provider(get()).await.unwrap();
    assert_eq!(found.url.as_deref(), Some("idp.example.test/id/1"));
    assert_eq!(found.client_id_list.unwrap(), ["sts.amazonaws.com", "second"]);
    let delete =
        || DeleteOpenIDConnectProviderRequest { open_id_connect_provider_arn: arn.clone() };
    for _ in 0..2 {
        scene.iam.delete_open_id_connect_provider(delete()).await.unwrap();
    }
    let message = format!("OpenIDConnect Provider not found for arn {arn}");
    fails(scene.iam.get_open_id_connect_provider(get()).await, "NoSuchEntity", &message);
}

#[tokio::test]
async fn saml_providers() {
    let scene = Scene::new();
    let create = |metadata: &str| CreateSAMLProviderRequest {
        saml_metadata_document: metadata.into(),
        name: "idp".into(),
        ..Default::default()
    };
    let made = scene.iam.create_saml_provider(create("<x/>")).await;
    fails(made, "InvalidInput", "Could not parse metadata");
    let arn = scene.iam.create_saml_provider(create(METADATA)).await.unwrap();
    let arn = arn.saml_provider_arn.unwrap();
    assert_eq!(arn, "arn:aws:iam::000000000000:saml-provider/idp");
    let get = || GetSAMLProviderRequest { saml_provider_arn: arn.clone() };
    let found = scene.iam.get_saml_provider(get()).await.unwrap();
    assert_eq!(found.valid_until.unwrap().secs(), 1_893_456_000);
    assert_eq!(found.saml_metadata_document.as_deref(), Some(METADATA));
    let tags = TagSAMLProviderRequest {
        saml_provider_arn: arn.clone(),
        tags: vec![crate::scene::tag("k", "v")],
    };
    scene.iam.tag_saml_provider(tags).await.unwrap();
    assert_eq!(scene.iam.get_saml_provider(get()).await.unwrap().tags.unwrap().len(), 1);
    let delete = DeleteSAMLProviderRequest { saml_provider_arn: arn.clone() };
    scene.iam.delete_saml_provider(delete).await.unwrap();
    assert_eq!(scene.iam.get_saml_provider(get()).await.unwrap_err().code(), "NoSuchEntity");
}

#[tokio::test]
async fn outbound_federation_is_off_at_first() {
    let scene = Scene::new();
    let info = scene.iam.get_outbound_web_identity_federation_info(Unit).await;
    assert_eq!(info.unwrap_err().code(), "FeatureDisabled");
    let made = scene.iam.enable_outbound_web_identity_federation(Unit).await.unwrap();
    let again = scene.iam.enable_outbound_web_identity_federation(Unit).await;
    assert_eq!(again.unwrap_err().code(), "FeatureEnabled");
    let info = scene.iam.get_outbound_web_identity_federation_info(Unit).await.unwrap();
    assert_eq!(info.issuer_identifier, made.issuer_identifier);
    scene.iam.disable_outbound_web_identity_federation(Unit).await.unwrap();
}
