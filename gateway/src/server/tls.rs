//! HTTPS on the ports of HTTP: who asks with a TLS handshake gets TLS.
//!
//! Nothing is made before the first handshake. Then the server signs a certificate for the name
//! that the client asks for, with an authority of its own: `/_fogbank/ca.pem` is what clients
//! trust. A certificate of the configuration takes its place.

mod authority;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use fogbank_config::Config;
use parking_lot::Mutex;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

use authority::Authority;

/// The first byte of a TLS handshake, which no HTTP request begins with.
pub(crate) const HANDSHAKE: u8 = 0x16;

/// Protocols that are offered, the favourite first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Certificates that are kept for the names that clients ask for.
const KEPT: usize = 256;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that the settings name, or one of the authority, cannot be used.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A certificate cannot be made.
    #[error("no certificate could be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// What was made or given does not make a server.
    #[error("{0}")]
    Rustls(#[from] rustls::Error),
}

impl TlsError {
    fn file(path: &Path, reason: impl fmt::Display) -> Self {
        Self::File { path: path.display().to_string(), reason: reason.to_string() }
    }
}

/// The TLS side of a server, made when it is first needed.
pub(crate) struct Tls {
    /// The configuration's own certificate.
    given: Option<Arc<CertifiedKey>>,
    /// Where the authority is kept between runs.
    folder: Option<PathBuf>,
    own_name: String,
    authority: OnceLock<Arc<Authority>>,
    acceptor: OnceLock<TlsAcceptor>,
}

impl Tls {
    /// What the settings say; reads the certificate that they name.
    pub(crate) fn new(config: &Config) -> Result<Self, TlsError> {
        let given = match &config.tls_certificate {
            Some(path) => Some(Arc::new(given(path, config.tls_key.as_deref())?)),
            None => None,
        };
        Ok(Self {
            given,
            folder: config.persistence.then(|| config.data_dir.join("tls")),
            own_name: config.localstack_host.host.clone(),
            authority: OnceLock::new(),
            acceptor: OnceLock::new(),
        })
    }

    /// What does the handshakes.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, TlsError> {
        if let Some(acceptor) = self.acceptor.get() {
            return Ok(acceptor.clone());
        }
        let certificates: Arc<dyn ResolvesServerCert> = match &self.given {
            Some(key) => Arc::new(rustls::sign::SingleCertAndKey::from(key.clone())),
            None => Arc::new(Minted::new(self.authority()?)?),
        };
        let mut server = rustls::ServerConfig::builder_with_provider(crypto())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(certificates);
        server.alpn_protocols = PROTOCOLS.iter().map(|name| name.to_vec()).collect();
        Ok(self.acceptor.get_or_init(|| TlsAcceptor::from(Arc::new(server))).clone())
    }

    /// The certificate of the authority, in PEM; none with a certificate of the configuration.
    pub(crate) fn authority_pem(&self) -> Result<Option<String>, TlsError> {
        match &self.given {
            Some(_) => Ok(None),
            None => Ok(Some(self.authority()?.pem().to_owned())),
        }
    }

    fn authority(&self) -> Result<Arc<Authority>, TlsError> {
        if let Some(authority) = self.authority.get() {
            return Ok(authority.clone());
        }
        let made = Arc::new(Authority::open(self.folder.as_deref(), &self.own_name)?);
        Ok(self.authority.get_or_init(|| made).clone())
    }
}

/// The cryptography of all TLS here.
pub(crate) fn crypto() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// Reads certificates from a PEM file.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let text = std::fs::read(path).map_err(|error| TlsError::file(path, error))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let found = found.map_err(|error| TlsError::file(path, error))?;
    if found.is_empty() {
        return Err(TlsError::file(path, "there is no certificate in it"));
    }
    Ok(found)
}

/// The certificate of the configuration, its key in the same file unless another is named.
fn given(path: &Path, key: Option<&Path>) -> Result<CertifiedKey, TlsError> {
    let chain = certificates(path)?;
    let key_path = key.unwrap_or(path);
    let key = PrivateKeyDer::from_pem_file(key_path).map_err(|error| {
        TlsError::file(key_path, format!("there is no private key in it: {error}"))
    })?;
    Ok(CertifiedKey::from_der(chain, key, &crypto())?)
}

/// Certificates that are signed for the names that clients ask for.
struct Minted {
    authority: Arc<Authority>,
    standard: Arc<CertifiedKey>,
    by_name: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl Minted {
    fn new(authority: Arc<Authority>) -> Result<Self, TlsError> {
        let standard = Arc::new(authority.standard()?);
        Ok(Self { authority, standard, by_name: Mutex::default() })
    }
}

impl fmt::Debug for Minted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minted").finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Minted {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // Clients that ask for an address name nothing.
        let Some(name) = hello.server_name().filter(|name| !self.authority.is_standard(name))
        else {
            return Some(self.standard.clone());
        };
        let mut by_name = self.by_name.lock();
        if let Some(key) = by_name.get(name) {
            return Some(key.clone());
        }
        let made = self.authority.sign([name.to_owned()]);
        let key = made.map_err(|error| tracing::warn!(name, %error, "no certificate")).ok()?;
        if by_name.len() >= KEPT {
            by_name.clear();
        }
        Some(by_name.entry(name.to_owned()).or_insert(Arc::new(key)).clone())
    }
}
