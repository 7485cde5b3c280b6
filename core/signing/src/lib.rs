//! AWS signatures, verified: version 4, its asymmetric variant, chunks, version 2.
//!
//! [`Claims`] are what a request says of its signature; [`Canonical`] is the text that was signed;
//! [`SigningKey`] makes and compares signatures. [`Chunks`] follows the signatures of a body that
//! is signed piece by piece. [`Form`] is what a form says that uploads to S3. [`v2`] is what S3 still takes of version 2. [`der`] reads
//! keys of other signatures. Whose secret it is, and
//! what is answered when it does not fit, is the caller's business.

mod canonical;
mod chunks;
mod claims;
pub mod der;
mod form;
mod key;
pub mod v2;

pub use canonical::{Canonical, EMPTY, Message, UNSIGNED, sha256_hex};
pub use chunks::Chunks;
pub use claims::{Algorithm, Claims};
pub use form::Form;
pub use key::{Keys, SigningKey};
