//! The authority that signs the server's certificates.

use std::path::Path;
use std::time::Duration;

use fogbank_context::Clock;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::{TlsError, crypto};

const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca.key.pem";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Twenty years: whoever trusts the authority does so once.
const AUTHORITY_DAYS: u32 = 20 * 365;

/// Some clients refuse certificates that live longer than 825 days, whoever signed them.
const CERTIFICATE_DAYS: u32 = 820;

/// Names of every server: its own, those of its services, and those of buckets. Clients refuse
/// `*.localhost`: there the names have certificates of their own.
const NAMES: [&str; 10] = [
    "localhost.localstack.cloud",
    "*.localhost.localstack.cloud",
    "*.s3.localhost.localstack.cloud",
    "*.s3-website.localhost.localstack.cloud",
    "*.sqs.localhost.localstack.cloud",
    "*.execute-api.localhost.localstack.cloud",
    "localhost",
    "*.s3.localhost",
    "127.0.0.1",
    "::1",
];

/// An authority: its key, and its certificate.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
    names: Vec<String>,
}

impl Authority {
    /// The authority that is kept in the folder, or a new one, which is kept there.
    pub(super) fn open(folder: Option<&Path>, own_name: &str) -> Result<Self, TlsError> {
        if let Some(folder) = folder
            && folder.join(KEY).exists()
        {
            let read = |name: &str| {
                let path = folder.join(name);
                std::fs::read_to_string(&path).map_err(|error| TlsError::file(&path, error))
            };
            let key = KeyPair::from_pem(&read(KEY)?)
                .map_err(|error| TlsError::file(&folder.join(KEY), error))?;
            return Self::of(key, Some(read(CERTIFICATE)?), own_name);
        }
        let made = Self::of(KeyPair::generate()?, None, own_name)?;
        if let Some(folder) = folder {
            made.keep(folder)?;
        }
        Ok(made)
    }

    fn of(key: KeyPair, pem: Option<String>, own_name: &str) -> Result<Self, TlsError> {
        let mut params = valid_for(AUTHORITY_DAYS, Vec::new())?;
        // Its key is part of its name, so that clients can hold the authorities of many servers.
        let key_id = hex(&params.key_identifier(&key)[..4]);
        params.distinguished_name.push(DnType::CommonName, format!("Fogbank local CA {key_id}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = match pem {
            Some(pem) => pem,
            None => params.self_signed(&key)?.pem(),
        };
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| TlsError::file(Path::new(CERTIFICATE), error))?;
        let mut names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
        if !names.iter().any(|name| name == own_name) {
            if own_name.parse::<std::net::IpAddr>().is_err() {
                names.push(format!("*.s3.{own_name}"));
                names.extend(own_name.contains('.').then(|| format!("*.{own_name}")));
            }
            names.push(own_name.to_owned());
        }
        Ok(Self { issuer: Issuer::new(params, key), pem, der, names })
    }

    fn keep(&self, folder: &Path) -> Result<(), TlsError> {
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            write_private(&path, text).map_err(|error| TlsError::file(&path, error))
        };
        std::fs::create_dir_all(folder).map_err(|error| TlsError::file(folder, error))?;
        // The key comes last: an authority with a key is whole.
        write(CERTIFICATE, &self.pem)?;
        write(KEY, &self.issuer.key().serialize_pem())
    }

    /// Its certificate.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// Whether the standard certificate is good for a name.
    pub(super) fn is_standard(&self, name: &str) -> bool {
        let after_label = name.split_once('.').map(|(_, rest)| rest);
        self.names.iter().any(|own| match own.strip_prefix("*.") {
            Some(domain) => after_label == Some(domain),
            None => own == name,
        })
    }

    /// A certificate for the server's own names.
    pub(super) fn standard(&self) -> Result<CertifiedKey, TlsError> {
        self.sign(self.names.clone())
    }

    /// A certificate for these names.
    pub(super) fn sign(&self, names: impl Into<Vec<String>>) -> Result<CertifiedKey, TlsError> {
        let names = names.into();
        let first = names.first().cloned().unwrap_or_default();
        let mut params = valid_for(CERTIFICATE_DAYS, names)?;
        params.distinguished_name.push(DnType::CommonName, first);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let chain = vec![certificate.der().clone(), self.der.clone()];
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok(CertifiedKey::from_der(chain, key, &crypto())?)
    }
}

/// Parameters for this many days from now, by the real clock: clients live in real time.
fn valid_for(days: u32, names: Vec<String>) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(names)?;
    let now = u64::try_from(Clock::default().now().as_secs()).unwrap_or(0);
    let now = date_time_ymd(1970, 1, 1) + Duration::from_secs(now);
    params.not_before = now - DAY;
    params.not_after = now + DAY * days;
    params.distinguished_name = rcgen::DistinguishedName::new();
    Ok(params)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?
        .write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_kept_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("tls");
        let made = Authority::open(Some(&folder), "localhost.localstack.cloud").unwrap();
        let found = Authority::open(Some(&folder), "fogbank.example").unwrap();
        assert_eq!(made.pem(), found.pem());
        assert_ne!(made.pem(), Authority::open(None, "localhost").unwrap().pem());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = folder.join(KEY).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(folder.join(KEY), "no key").unwrap();
        assert!(Authority::open(Some(&folder), "localhost").is_err());
    }

    #[test]
    fn the_standard_certificate_is_good_for_the_servers_own_names() {
        let authority = Authority::open(None, "fogbank.example").unwrap();
        let cases = [
            ("localhost", true),
            ("blue.localhost", false),
            ("bucket.s3.localhost.localstack.cloud", true),
            ("s3.fogbank.example", true),
            ("fogbank.example", true),
            ("with.dots.s3.localhost.localstack.cloud", false),
            ("sqs.us-east-1.amazonaws.com", false),
        ];
        for (name, expected) in cases {
            assert_eq!(authority.is_standard(name), expected, "{name}");
        }
    }
}
