//! SSH public keys: RSA, in the form of OpenSSH or as PEM.

use std::fmt::Write as _;

use data_encoding::BASE64;
use md5::{Digest, Md5};

use super::der::{self, Reader};
use super::pem;

/// `rsaEncryption`, 1.2.840.113549.1.1.1.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// An RSA public key.
pub(crate) struct PublicKey {
    exponent: Vec<u8>,
    modulus: Vec<u8>,
}

impl PublicKey {
    /// Reads `ssh-rsa …` or a PEM block.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let key = match text.strip_prefix("ssh-rsa ") {
            Some(rest) => Self::of_ssh(rest.split_whitespace().next()?)?,
            None => Self::of_pem(text)?,
        };
        // Keys of fewer than 1,024 bits are refused.
        (key.modulus.len() >= 128 && !key.exponent.is_empty()).then_some(key)
    }

    fn of_ssh(body: &str) -> Option<Self> {
        let bytes = BASE64.decode(body.as_bytes()).ok()?;
        let mut rest = bytes.as_slice();
        let mut field = || {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let (contents, after) = after.split_at_checked(length)?;
            rest = after;
            Some(contents.to_vec())
        };
        if field()? != b"ssh-rsa" {
            return None;
        }
        let (exponent, modulus) = (field()?, field()?);
        Some(Self { exponent, modulus })
    }

    fn of_pem(text: &str) -> Option<Self> {
        let pkcs1 = match pem::read(text, "PUBLIC KEY") {
            Some(bytes) => {
                let mut fields = Reader(Reader(&bytes).expect(der::SEQUENCE)?);
                let mut algorithm = Reader(fields.expect(der::SEQUENCE)?);
                if algorithm.expect(der::OBJECT)? != RSA {
                    return None;
                }
                fields.expect(der::BIT_STRING)?.get(1..)?.to_vec()
            }
            None => pem::read(text, "RSA PUBLIC KEY")?,
        };
        let mut fields = Reader(Reader(&pkcs1).expect(der::SEQUENCE)?);
        let (modulus, exponent) = (fields.expect(der::INTEGER)?, fields.expect(der::INTEGER)?);
        Some(Self { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
    }

    fn blob(&self) -> Vec<u8> {
        let mut blob = Vec::new();
        for field in [b"ssh-rsa".as_slice(), &self.exponent, &self.modulus] {
            blob.extend(u32::try_from(field.len()).unwrap_or(0).to_be_bytes());
            blob.extend_from_slice(field);
        }
        blob
    }

    /// The key in the form of OpenSSH.
    pub(crate) fn ssh(&self) -> String {
        format!("ssh-rsa {}", BASE64.encode(&self.blob()))
    }

    /// The key as PEM.
    pub(crate) fn pem(&self) -> String {
        let integer = |number: &[u8]| der::element(der::INTEGER, number);
        let pkcs1 = [integer(&self.modulus), integer(&self.exponent)].concat();
        let mut bits = vec![0];
        bits.extend(der::element(der::SEQUENCE, &pkcs1));
        let algorithm = [der::element(der::OBJECT, RSA), der::element(der::NULL, &[])].concat();
        let fields =
            [der::element(der::SEQUENCE, &algorithm), der::element(der::BIT_STRING, &bits)];
        pem::write(&der::element(der::SEQUENCE, &fields.concat()), "PUBLIC KEY")
    }

    /// The MD5 of the key in pairs of hexadecimal digits.
    pub(crate) fn fingerprint(&self) -> String {
        let mut text = String::new();
        for byte in Md5::digest(self.blob()) {
            let colon = if text.is_empty() { "" } else { ":" };
            write!(text, "{colon}{byte:02x}").expect("writing to a String does not fail");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PublicKey {
        let mut modulus = vec![0, 0xc1];
        modulus.extend((0..127_u8).map(|n| n.wrapping_mul(37)));
        PublicKey { exponent: vec![1, 0, 1], modulus }
    }

    #[test]
    fn both_forms_say_the_same() {
        let key = key();
        for text in [key.ssh(), format!("{} alice@example.com\n", key.ssh()), key.pem()] {
            let read = PublicKey::read(&text).expect("a public key");
            assert_eq!((read.ssh(), read.pem()), (key.ssh(), key.pem()));
            assert_eq!(read.fingerprint().len(), 47);
        }
    }

    #[test]
    fn what_is_no_key() {
        let short = PublicKey { exponent: vec![3], modulus: vec![5; 64] }.ssh();
        for text in ["", "ssh-rsa", "ssh-rsa AAAA", "ssh-ed25519 AAAAC3Nz", "-----BEGIN", &short] {
            assert!(PublicKey::read(text).is_none(), "{text}");
        }
    }
}
