//! Certificates, public keys and one-time passwords.

mod der;
pub(crate) mod pem;
pub(crate) mod qr_code;
pub(crate) mod ssh;
pub(crate) mod totp;
pub(crate) mod x509;
