//! What a request asks for, in IAM's words, and whether its principal may have it.
//!
//! - [`actions`] says which IAM actions on which resources an operation needs. The rule is the
//!   service's IAM prefix and the operation's name, and the resource that the input names; what
//!   deviates is data.
//! - [`keys`] are the condition keys of a request.
//! - [`Authorizer`] collects the policies that apply, decides with `fogbank-iam`, and remembers
//!   what it decided for those who ask why.
//! - [`denial`] is each service's own way to say no.
//!
//! Knowingly different from AWS:
//!
//! - The root of an account may assume the roles that trust its account.
//! - Calls of one service to another on a principal's behalf are not decided on again; AWS does so
//!   for some (KMS behind SSM and S3) by forward access sessions.
//! - Organizations' policies are understood by the engine, but no service keeps any yet.
//! - `dynamodb:LeadingKeys` is not known, so a condition on it does not hold.
//! - Requests that S3 answers beside its model (forms, websites) are left to S3.

pub mod actions;
mod authorizer;
mod cache;
pub mod denial;
pub mod identity;
mod input;
pub mod keys;
mod record;

pub use authorizer::{Asked, Authorizer, Sources};
pub use input::{Input, Read};
pub use record::{Record, Records, Uses, Verdict};
