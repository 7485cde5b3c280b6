//! The keys of an issuer, as it publishes them (OpenID Connect Discovery 1.0).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use serde_json::Value;
use sha1::{Digest, Sha1};

/// How long an issuer may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest document that is read.
const LONGEST: usize = 1 << 20;

/// Why there are no keys.
pub(crate) type Problem = Box<dyn std::error::Error + Send + Sync>;

/// The keys of an issuer, each a JSON Web Key. A certificate that no known authority vouches for
/// is taken where one of the thumbprints is that of its chain.
pub(crate) async fn keys(issuer: &str, thumbprints: Vec<String>) -> Result<Vec<Value>, Problem> {
    let base = issuer.trim_end_matches('/');
    let tls = tls(thumbprints)?;
    let known = document(&format!("{base}/.well-known/openid-configuration"), &tls).await?;
    if known["issuer"].as_str().is_some_and(|named| named.trim_end_matches('/') != base) {
        return Err("the issuer's configuration is another issuer's".into());
    }
    let address = known["jwks_uri"].as_str().ok_or("the issuer names no keys")?;
    let mut set = document(address, &tls).await?;
    match set.get_mut("keys").map(Value::take) {
        Some(Value::Array(keys)) => Ok(keys),
        _ => Err("the issuer's keys are no key set".into()),
    }
}

async fn document(address: &str, tls: &rustls::ClientConfig) -> Result<Value, Problem> {
    let uri: Uri = address.parse()?;
    if uri.scheme_str() != Some("https") && !is_local(uri.host().unwrap_or_default()) {
        return Err("an issuer elsewhere must use HTTPS".into());
    }
    let connector = HttpsConnectorBuilder::new().with_tls_config(tls.clone());
    let connector = connector.https_or_http().enable_http1().build();
    let client = Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(connector);
    let request = Request::get(uri).header("accept", "application/json").body(Empty::new())?;
    let answer = async {
        let response = client.request(request).await?;
        if !response.status().is_success() {
            return Err(Problem::from(format!("the issuer answered {}", response.status())));
        }
        Ok(Limited::new(response.into_body(), LONGEST).collect().await?.to_bytes())
    };
    let body = tokio::time::timeout(PATIENCE, answer).await??;
    Ok(serde_json::from_slice(&body)?)
}

/// Whether a host is this machine.
/// Whether an issuer is on this machine, by its address.
pub(crate) fn is_on_this_machine(issuer: &str) -> bool {
    let uri: Option<Uri> = issuer.parse().ok();
    uri.is_some_and(|uri| is_local(uri.host().unwrap_or_default()))
}

fn is_local(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|ip| ip.is_loopback())
}

fn tls(thumbprints: Vec<String>) -> Result<rustls::ClientConfig, Problem> {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
    let authorities =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), crypto.clone()).build()?;
    let verifier = Arc::new(ByThumbprint { authorities, thumbprints });
    let config = rustls::ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

/// Takes certificates of known authorities, and those whose chain has a known thumbprint.
#[derive(Debug)]
struct ByThumbprint {
    authorities: Arc<WebPkiServerVerifier>,
    thumbprints: Vec<String>,
}

impl ServerCertVerifier for ByThumbprint {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut chain = std::iter::once(end_entity).chain(intermediates);
        let is_known = |certificate: &CertificateDer<'_>| {
            let thumbprint = data_encoding::HEXLOWER.encode(&Sha1::digest(certificate.as_ref()));
            self.thumbprints.iter().any(|known| known.eq_ignore_ascii_case(&thumbprint))
        };
        if chain.any(is_known) {
            return Ok(ServerCertVerified::assertion());
        }
        self.authorities.verify_server_cert(end_entity, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.authorities.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.authorities.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn hosts_of_this_machine() {
        for (host, local) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("[::1]", true),
            ("idp.localhost", true),
            ("10.0.0.1", false),
            ("example.com", false),
        ] {
            assert_eq!(is_local(host), local, "{host}");
        }
    }
}
