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
//! - Calls of one service to another are decided on where the service says what it is about to do:
//!   deliveries of SNS and S3, and the use of keys behind S3, SNS, SQS, Secrets Manager and
//!   Parameter Store. `aws:CalledVia` names the last service of a chain only.
//! - Organizations' policies are understood by the engine, but no service keeps any yet.
//! - Requests that S3 answers beside its model (forms, websites) are left to S3.

pub mod actions;
mod authorizer;
mod cache;
pub mod denial;
pub mod identity;
mod input;
pub mod keys;
mod record;
mod restrictions;

pub use authorizer::{Asked, Authorizer, Sources};
pub use input::{Input, Read};
pub use record::{Record, Records, Uses, Verdict};
