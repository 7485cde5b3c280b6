//! Tokens of issuers that are asked for their keys.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fogbank_api_sts::*;
use fogbank_config::{IamEnforcement, WebIdentityVerification};
use fogbank_provider_sts::StsProvider;
use fogbank_service::ServiceError;
use fogbank_service::access_keys::AccessKey;
use fogbank_testkit::Cloud;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const ROLE: &str = "arn:aws:iam::000000000000:role/web";

/// An issuer on this machine, with one key.
struct Issuer {
    key: EcdsaKeyPair,
    url: String,
}

impl Issuer {
    async fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let point = key.public_key().as_ref();
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        let jwk =
            json!({"kid": "k1", "kty": "EC", "crv": "P-256", "x": part(1..33), "y": part(33..65)});
        let keys = json!({ "keys": [jwk] }).to_string();
        let known = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") }).to_string();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut request = vec![0; 4096];
                let read = socket.read(&mut request).await.unwrap_or(0);
                let is_keys = request[..read].starts_with(b"GET /keys ");
                let body = if is_keys { &keys } else { &known };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                let _ = socket.write_all(answer.as_bytes()).await;
            }
        });
        Self { key, url }
    }

    fn token(&self, key_id: &str) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({"alg": "ES256", "kid": key_id}));
        let claims = part(json!({
            "iss": self.url, "sub": "me", "aud": "app", "exp": 1_893_456_000,
            "https://aws.amazon.com/tags": {"principal_tags": {"team": ["fog"]}},
            "https://aws.amazon.com/source_identity": "alice",
        }));
        let text = format!("{header}.{claims}");
        let signature = self.key.sign_digest(&digest(&SHA256, text.as_bytes())).expect("signed");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

async fn assume(
    verification: WebIdentityVerification,
    token: &str,
) -> Result<(Cloud, AssumeRoleWithWebIdentityResponse), ServiceError> {
    let sts = StsProvider::with_enforcement(IamEnforcement::Off).verifying(verification);
    let cloud = Cloud::new().with(service(Arc::new(sts)));
    let request = AssumeRoleWithWebIdentityRequest {
        role_arn: ROLE.to_owned(),
        role_session_name: "web".to_owned(),
        web_identity_token: token.to_owned(),
        ..Default::default()
    };
    let answer = StsClient::new(cloud.caller()).assume_role_with_web_identity(request).await?;
    Ok((cloud, answer))
}

#[tokio::test]
async fn an_issuers_key_verifies_its_tokens() {
    use WebIdentityVerification::{Always, Local, Off, Reachable};
    let issuer = Issuer::new().await;
    let token = issuer.token("k1");
    let (cloud, assumed) = assume(Always, &token).await.expect("a session");
    assert_eq!(assumed.source_identity.as_deref(), Some("alice"));
    let id = assumed.credentials.expect("credentials").access_key_id;
    let key = AccessKey::find(cloud.world(), &id).expect("the key");
    let session = key.session.as_ref().expect("a session");
    assert_eq!(session.tags.get("team").map(String::as_str), Some("fog"));

    let forged = Issuer { url: issuer.url.clone(), ..Issuer::new().await };
    let gone = Issuer { url: "http://127.0.0.1:9".to_owned(), ..Issuer::new().await };
    let elsewhere = Issuer { url: "https://idp.invalid".to_owned(), ..Issuer::new().await };
    let no_key = "Couldn't retrieve verification key from your identity provider,  please \
                  reference AssumeRoleWithWebIdentity documentation for requirements";
    let cases = [
        (Off, forged.token("k1"), None),
        (Local, issuer.token("k1"), None),
        (Local, forged.token("k1"), Some("Provided Token has an invalid signature")),
        (Local, gone.token("k1"), None),
        (Local, elsewhere.token("k1"), None),
        (Reachable, forged.token("k1"), Some("Provided Token has an invalid signature")),
        (Reachable, issuer.token("k2"), Some(no_key)),
        (Reachable, gone.token("k1"), None),
        (Always, gone.token("k1"), Some(no_key)),
    ];
    for (verification, token, message) in cases {
        let error = assume(verification, &token).await.err();
        let said = error.as_ref().and_then(ServiceError::message);
        assert_eq!(said, message, "{verification:?}");
    }
}
