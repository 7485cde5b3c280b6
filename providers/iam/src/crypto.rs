//! Certificates and public keys.

mod der;
pub(crate) mod pem;
pub(crate) mod qr_code;
pub(crate) mod ssh;
pub(crate) mod x509;
