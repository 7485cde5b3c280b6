//! The cryptography: keys in working order, ciphertexts, signatures, wrapped material.

pub(crate) mod ciphertext;
pub(crate) mod der;
pub(crate) mod ed25519ph;
pub(crate) mod engine;
mod external_mu;
pub(crate) mod signing;
pub(crate) mod wrapping;
