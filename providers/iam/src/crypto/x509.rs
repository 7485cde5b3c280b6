//! X.509 certificates.

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use fogbank_context::Timestamp;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;

use super::der::{self, Reader};
use super::pem;

/// What IAM looks at in a certificate.
pub(crate) struct Certificate {
    /// From when it is valid.
    pub(crate) begins: Timestamp,
    /// Until when it is valid.
    pub(crate) expires: Timestamp,
    /// Whom it is about, and who vouches for it.
    subject: Vec<u8>,
    issuer: Vec<u8>,
    /// What is signed, how, and the signature.
    signed: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    /// The public key: a whole `SubjectPublicKeyInfo`.
    public_key: Vec<u8>,
}

impl Certificate {
    /// Reads the first certificate of a PEM text.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Self::parse(&pem::read(text, "CERTIFICATE")?)
    }

    /// Reads all certificates of a PEM text; none where there is none, or one cannot be read.
    pub(crate) fn read_all(text: &str) -> Option<Vec<Self>> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        let (_, rest) = text.split_once(BEGIN)?;
        rest.split(BEGIN).map(|block| Self::read(&format!("{BEGIN}{block}"))).collect()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut certificate = Reader(Reader(bytes).expect(der::SEQUENCE)?);
        let signed = certificate.expect(der::SEQUENCE)?;
        let algorithm = Reader(certificate.expect(der::SEQUENCE)?).expect(der::OBJECT)?.to_vec();
        // The first byte counts the bits that are not used.
        let signature = certificate.expect(der::BIT_STRING)?.get(1..)?.to_vec();
        let mut fields = Reader(signed);
        let (tag, _) = fields.next()?;
        if tag == der::CONTEXT_0 {
            fields.expect(der::INTEGER)?;
        }
        let (_algorithm, issuer) = (fields.expect(der::SEQUENCE)?, fields.expect(der::SEQUENCE)?);
        let mut validity = Reader(fields.expect(der::SEQUENCE)?);
        let (before, after) = (validity.next()?, validity.next()?);
        let subject = fields.expect(der::SEQUENCE)?;
        let key = fields.expect(der::SEQUENCE)?;
        Some(Self {
            begins: der::time(before.0, before.1)?,
            expires: der::time(after.0, after.1)?,
            subject: subject.to_vec(),
            issuer: issuer.to_vec(),
            signed: der::element(der::SEQUENCE, signed),
            algorithm,
            signature,
            public_key: der::element(der::SEQUENCE, key),
        })
    }

    /// Whether a private key in PEM is this certificate's; none where the key cannot be read.
    pub(crate) fn matches(&self, private_key: &str) -> Option<bool> {
        let key = PrivateKeyDer::from_pem_slice(private_key.as_bytes()).ok()?;
        let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&key).ok()?;
        Some(key.public_key()?.as_ref() == self.public_key)
    }

    /// Whether another certificate is that of who signed this one.
    pub(crate) fn is_signed_by(&self, other: &Self) -> bool {
        let mut known = ALGORITHMS.iter().filter(|row| row.0 == self.algorithm).peekable();
        // Of signatures that cannot be verified here the names have to do.
        let verified = known.peek().is_none()
            || known.any(|row| {
                let key = UnparsedPublicKey::new(row.1, &other.public_key);
                key.verify(&self.signed, &self.signature).is_ok()
            });
        self.issuer == other.subject && verified
    }
}

const ECDSA_SHA256: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x02";
const ECDSA_SHA384: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x03";
const ECDSA_SHA512: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x04";

/// The algorithms of signatures by their object identifiers. Those of ECDSA say the hash and leave
/// the curve to the key.
const ALGORITHMS: &[(&[u8], &dyn VerificationAlgorithm)] = &[
    (
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05",
        &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    ),
    (
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b",
        &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    ),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", &signature::RSA_PKCS1_2048_8192_SHA384),
    (
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d",
        &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    ),
    (ECDSA_SHA256, &signature::ECDSA_P256_SHA256_ASN1),
    (ECDSA_SHA256, &signature::ECDSA_P384_SHA256_ASN1),
    (ECDSA_SHA256, &signature::ECDSA_P521_SHA256_ASN1),
    (ECDSA_SHA384, &signature::ECDSA_P256_SHA384_ASN1),
    (ECDSA_SHA384, &signature::ECDSA_P384_SHA384_ASN1),
    (ECDSA_SHA384, &signature::ECDSA_P521_SHA384_ASN1),
    (ECDSA_SHA512, &signature::ECDSA_P256_SHA512_ASN1),
    (ECDSA_SHA512, &signature::ECDSA_P384_SHA512_ASN1),
    (ECDSA_SHA512, &signature::ECDSA_P521_SHA512_ASN1),
    (b"\x2b\x65\x70", &signature::ED25519),
];
