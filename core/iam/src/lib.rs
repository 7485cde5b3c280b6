//! The policy engine: policies, conditions, decisions and their reasons.
//!
//! ```
//! use fogbank_iam::{Allowance, Identity, Keys, Policies, Policy, PolicySet, Request, authorize};
//!
//! let document = r#"{"Version": "2012-10-17", "Statement": {
//!     "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"}}"#;
//! let policies = PolicySet::new([("reader", Policy::parse(document)?)]);
//! let request = Request {
//!     identity: &Identity::parse("arn:aws:iam::000000000000:user/alice")?,
//!     action: "s3:GetObject",
//!     resource: "arn:aws:s3:::reports/2026.csv",
//!     owner: "000000000000".parse().ok(),
//!     keys: &Keys::default(),
//! };
//! let decision = authorize(&request, &Policies { identity: &policies, ..Policies::default() });
//! assert!(decision.is_allowed());
//! assert_eq!(decision.allowance, Allowance::Allowed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Policy`] is parsed once; a [`PolicySet`] finds the statements that can speak about an action
//! without looking at the others; [`authorize`] joins identity, resource, boundary, session and
//! organisation policies by AWS's rules and says which statement decided; [`explain`] goes through
//! every statement and says why it did not apply.
//!
//! Nothing here knows a service, a request of HTTP or a table of a world.

mod authorize;
mod condition;
mod decision;
mod evaluate;
mod explain;
mod glob;
mod parse;
mod pattern;
mod policy;
mod principal;
mod request;
mod simulate;

pub use authorize::{Policies, authorize};
pub use decision::{Allowance, Decision, Reason, StatementRef, Tier};
pub use evaluate::{PolicySet, Verdict};
pub use explain::{Obstacle, Trace, explain};
pub use parse::{PolicyError, StatementSpan};
pub use policy::{Effect, Policy, Statement, Version};
pub use request::{ContextKeys, Identity, IdentityError, IdentityKind, Keys, Request, Values};
pub use simulate::{MatchedStatement, PolicyText, Simulated, Simulation, SourceType, simulate};
