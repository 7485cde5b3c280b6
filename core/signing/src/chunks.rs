//! Bodies that are signed piece by piece.

use aws_lc_rs::digest;

use crate::canonical::{EMPTY, hex, sha256_hex};
use crate::claims::{Algorithm, Claims};
use crate::key::SigningKey;

/// Follows the signatures of a body's chunks, each of which signs the one before it.
#[derive(Clone)]
pub struct Chunks {
    key: SigningKey,
    algorithm: Algorithm,
    time: String,
    scope: String,
    previous: String,
    hash: digest::Context,
}

impl std::fmt::Debug for Chunks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chunks").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl Chunks {
    /// The chunks of the request with these claims, whose signature is the first.
    pub fn new(key: SigningKey, claims: &Claims) -> Self {
        Self {
            key,
            algorithm: claims.algorithm,
            time: claims.time.clone(),
            scope: claims.scope.clone(),
            previous: claims.signature.clone(),
            hash: digest::Context::new(&digest::SHA256),
        }
    }

    /// Takes in data of the chunk.
    pub fn update(&mut self, data: &[u8]) {
        self.hash.update(data);
    }

    /// The chunk is over; says whether this is its signature.
    pub fn end_chunk(&mut self, signature: &str) -> bool {
        let fresh = digest::Context::new(&digest::SHA256);
        let hash = hex(std::mem::replace(&mut self.hash, fresh).finish().as_ref());
        let to_sign = self.to_sign("PAYLOAD", &format!("{EMPTY}\n{hash}"));
        self.verify(&to_sign, signature)
    }

    /// The trailers came, each as `name:value` with a line feed behind it.
    pub fn end_trailers(&mut self, trailers: &str, signature: &str) -> bool {
        let to_sign = self.to_sign("TRAILER", &sha256_hex(trailers.as_bytes()));
        self.verify(&to_sign, signature)
    }

    fn to_sign(&self, what: &str, hashes: &str) -> String {
        let (algorithm, time, scope) = (self.algorithm.as_str(), &self.time, &self.scope);
        format!("{algorithm}-{what}\n{time}\n{scope}\n{}\n{hashes}", self.previous)
    }

    fn verify(&mut self, to_sign: &str, signature: &str) -> bool {
        // Signatures of version 4a are padded to one length with asterisks.
        let plain = signature.trim_end_matches('*');
        let valid = self.key.verifies(to_sign, plain);
        self.previous = plain.to_owned();
        valid
    }
}
