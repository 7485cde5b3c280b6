//! X.509 certificates.

use fogbank_context::Timestamp;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;

use super::der::{self, Reader};
use super::pem;

/// What IAM looks at in a certificate.
pub(crate) struct Certificate {
    /// Until when it is valid.
    pub(crate) expires: Timestamp,
    /// The public key: a whole `SubjectPublicKeyInfo`.
    public_key: Vec<u8>,
}

impl Certificate {
    /// Reads the first certificate of a PEM text.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = pem::read(text, "CERTIFICATE")?;
        let certificate = Reader(&bytes).expect(der::SEQUENCE)?;
        let mut fields = Reader(Reader(certificate).expect(der::SEQUENCE)?);
        let (tag, _) = fields.next()?;
        if tag == der::CONTEXT_0 {
            fields.expect(der::INTEGER)?;
        }
        let (_algorithm, _issuer) = (fields.expect(der::SEQUENCE)?, fields.expect(der::SEQUENCE)?);
        let mut validity = Reader(fields.expect(der::SEQUENCE)?);
        let _not_before = validity.next()?;
        let (tag, not_after) = validity.next()?;
        let _subject = fields.expect(der::SEQUENCE)?;
        let key = fields.expect(der::SEQUENCE)?;
        Some(Self {
            expires: der::time(tag, not_after)?,
            public_key: der::element(der::SEQUENCE, key),
        })
    }

    /// Whether a private key in PEM is this certificate's; none where the key cannot be read.
    pub(crate) fn matches(&self, private_key: &str) -> Option<bool> {
        let key = PrivateKeyDer::from_pem_slice(private_key.as_bytes()).ok()?;
        let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&key).ok()?;
        Some(key.public_key()?.as_ref() == self.public_key)
    }
}
