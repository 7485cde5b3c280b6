//! Decisions and their reasons.

use std::fmt;
use std::sync::Arc;

/// Whether a request may be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// It may.
    Allowed,
    /// A statement denies it.
    ExplicitlyDenied,
    /// No statement allows it where one is needed.
    ImplicitlyDenied,
}

/// A kind of policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The organisation's limits on its resources.
    ResourceControl,
    /// The organisation's limits on its principals.
    ServiceControl,
    /// The policy of the resource.
    Resource,
    /// The policies of the user or role.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// The session policies.
    Session,
}

impl Tier {
    /// What AWS calls it in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Tier::ResourceControl => "resource control policy",
            Tier::ServiceControl => "service control policy",
            Tier::Resource => "resource-based policy",
            Tier::Identity => "identity-based policy",
            Tier::Boundary => "permissions boundary",
            Tier::Session => "session policy",
        }
    }

    fn article(self) -> &'static str {
        if self == Tier::Identity { "an" } else { "a" }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRef {
    /// The policy's name.
    pub policy: Arc<str>,
    /// The statement's position, from 0.
    pub index: usize,
    /// The statement's `Sid`.
    pub sid: Option<String>,
}

impl StatementRef {
    pub(crate) fn new(policy: &Arc<str>, index: usize, sid: Option<String>) -> Self {
        Self { policy: policy.clone(), index, sid }
    }
}

impl fmt::Display for StatementRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) if !sid.is_empty() => write!(f, "statement {sid:?} of {}", self.policy),
            _ => write!(f, "statement {} of {}", self.index + 1, self.policy),
        }
    }
}

/// What decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The principal is the root of the account, whom no identity policy limits.
    Root,
    /// This statement of this kind of policy.
    Statement(Tier, StatementRef),
    /// No policy of this kind allows it.
    Nothing(Tier),
}

/// Whether a request may be answered, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether.
    pub allowance: Allowance,
    /// Why.
    pub reason: Reason,
}

impl Decision {
    /// Whether the request may be answered.
    pub fn is_allowed(&self) -> bool {
        self.allowance == Allowance::Allowed
    }

    pub(crate) fn allowed(tier: Tier, statement: StatementRef) -> Self {
        Self { allowance: Allowance::Allowed, reason: Reason::Statement(tier, statement) }
    }

    pub(crate) fn denied(tier: Tier, statement: StatementRef) -> Self {
        Self { allowance: Allowance::ExplicitlyDenied, reason: Reason::Statement(tier, statement) }
    }

    pub(crate) fn not_allowed(tier: Tier) -> Self {
        Self { allowance: Allowance::ImplicitlyDenied, reason: Reason::Nothing(tier) }
    }

    /// The end of AWS's message about a denied request: `with an explicit deny in …`, or
    /// `because no … allows the … action`.
    pub fn because(&self, action: &str) -> String {
        match &self.reason {
            Reason::Statement(tier, _) => {
                format!("with an explicit deny in {} {tier}", tier.article())
            }
            Reason::Nothing(tier) => format!("because no {tier} allows the {action} action"),
            Reason::Root => String::new(),
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.reason, self.allowance) {
            (Reason::Root, _) => f.write_str("allowed: the root of the account"),
            (Reason::Statement(tier, statement), Allowance::Allowed) => {
                write!(f, "allowed by {statement}, {} {tier}", tier.article())
            }
            (Reason::Statement(tier, statement), _) => {
                write!(f, "denied by {statement}, {} {tier}", tier.article())
            }
            (Reason::Nothing(tier), _) => write!(f, "denied: no {tier} allows it"),
        }
    }
}
