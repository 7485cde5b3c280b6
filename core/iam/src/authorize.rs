//! The order in which AWS asks the kinds of policies.

use fogbank_context::AccountId;

use crate::decision::{Allowance, Decision, Reason, Tier};
use crate::evaluate::{PolicySet, Verdict};
use crate::principal::Named;
use crate::request::{IdentityKind, Request};

static NONE: std::sync::LazyLock<PolicySet> = std::sync::LazyLock::new(PolicySet::default);

/// The policies that apply to a request.
#[derive(Clone, Copy, Debug)]
pub struct Policies<'a> {
    /// Of the user or role: inline, attached, of the groups.
    pub identity: &'a PolicySet,
    /// The permissions boundary; none when there is none.
    pub boundary: Option<&'a PolicySet>,
    /// The session policies; none when the session is not limited.
    pub session: Option<&'a PolicySet>,
    /// The policy of the resource; none when it has none.
    pub resource: Option<&'a PolicySet>,
    /// Without an allowing resource policy nobody may do anything: keys of KMS, trust in roles.
    pub resource_decides: bool,
    /// Service control policies: of the root, of each unit, of the account; each must allow.
    pub service_control: &'a [PolicySet],
    /// Resource control policies, alike.
    pub resource_control: &'a [PolicySet],
}

impl Default for Policies<'_> {
    fn default() -> Self {
        Self {
            identity: &NONE,
            boundary: None,
            session: None,
            resource: None,
            resource_decides: false,
            service_control: &[],
            resource_control: &[],
        }
    }
}

/// Decides on a request.
///
/// The order is that of "Policy evaluation logic" in the IAM User Guide: any explicit denial; the
/// organisation; the resource's policy, which within an account is enough if it names the
/// principal; identity policies; boundary; session policies. Across accounts both sides must
/// allow.
pub fn authorize(request: &Request<'_>, policies: &Policies<'_>) -> Decision {
    let action = request.action.to_ascii_lowercase();
    let verdict = |set: &PolicySet| set.evaluate(request, &action);
    let levels = |sets: &[PolicySet]| sets.iter().map(verdict).collect::<Vec<_>>();
    let said = Said {
        resource_control: levels(policies.resource_control),
        service_control: levels(policies.service_control),
        resource: policies.resource.map(verdict).unwrap_or_default(),
        identity: verdict(policies.identity),
        boundary: policies.boundary.map(verdict),
        session: policies.session.map(verdict),
    };
    said.denial().unwrap_or_else(|| said.decide(request, policies))
}

/// What each kind of policy says.
struct Said {
    resource_control: Vec<Verdict>,
    service_control: Vec<Verdict>,
    resource: Verdict,
    identity: Verdict,
    boundary: Option<Verdict>,
    session: Option<Verdict>,
}

impl Said {
    /// An explicit denial of any kind of policy.
    fn denial(&self) -> Option<Decision> {
        let resource_control = self.resource_control.iter().map(|v| (Tier::ResourceControl, v));
        let service_control = self.service_control.iter().map(|v| (Tier::ServiceControl, v));
        resource_control
            .chain(service_control)
            .chain([(Tier::Resource, &self.resource), (Tier::Identity, &self.identity)])
            .chain(self.boundary.iter().map(|v| (Tier::Boundary, v)))
            .chain(self.session.iter().map(|v| (Tier::Session, v)))
            .find_map(|(tier, verdict)| Some(Decision::denied(tier, verdict.denied.clone()?)))
    }

    fn decide(&self, request: &Request<'_>, policies: &Policies<'_>) -> Decision {
        if self.resource_control.iter().any(|level| level.allowed.is_none()) {
            return Decision::not_allowed(Tier::ResourceControl);
        }
        if self.service_control.iter().any(|level| level.allowed.is_none()) {
            return Decision::not_allowed(Tier::ServiceControl);
        }
        let who = request.identity;
        // Nobody's policies speak for services and for who is not known.
        let Some(account) = who.account else { return self.by_resource() };
        let same = request.owner.is_none_or(|owner: AccountId| owner == account);
        let resource_allows = self.resource.allowed.is_some();
        if (!same || policies.resource_decides) && !resource_allows {
            return Decision::not_allowed(Tier::Resource);
        }
        if same && let Some(decision) = self.directly(who.kind) {
            return decision;
        }
        self.by_identity(who.kind, same)
    }

    fn by_resource(&self) -> Decision {
        match &self.resource.allowed {
            Some(statement) => Decision::allowed(Tier::Resource, statement.clone()),
            None => Decision::not_allowed(Tier::Resource),
        }
    }

    /// The resource's policy names the principal itself: that is enough within the account. A
    /// grant to a role, other than one to its session, stays within boundary and session policy;
    /// so does one to a user or the root whose permissions are lent for a session.
    fn directly(&self, kind: IdentityKind) -> Option<Decision> {
        let statement = self.resource.allowed.clone()?;
        let lent =
            matches!(kind, IdentityKind::User | IdentityKind::Root) && self.session.is_some();
        match self.resource.named? {
            Named::InPerson | Named::AsAnyone if lent => {
                Some(self.limits().unwrap_or_else(|| Decision::allowed(Tier::Resource, statement)))
            }
            Named::InPerson | Named::AsAnyone => Some(Decision::allowed(Tier::Resource, statement)),
            Named::ByRole => {
                Some(self.limits().unwrap_or_else(|| Decision::allowed(Tier::Resource, statement)))
            }
            Named::ByAccount => None,
        }
    }

    fn by_identity(&self, kind: IdentityKind, same: bool) -> Decision {
        let by = if kind == IdentityKind::Root {
            None
        } else {
            match &self.identity.allowed {
                Some(statement) => Some(statement.clone()),
                None => return Decision::not_allowed(Tier::Identity),
            }
        };
        if let Some(decision) = self.limits() {
            return decision;
        }
        match (by, &self.resource.allowed) {
            (Some(statement), _) => Decision::allowed(Tier::Identity, statement),
            (None, Some(statement)) if !same => {
                Decision::allowed(Tier::Resource, statement.clone())
            }
            (None, _) => Decision { allowance: Allowance::Allowed, reason: Reason::Root },
        }
    }

    /// What boundary and session policies do not allow.
    fn limits(&self) -> Option<Decision> {
        let missing = |verdict: &Option<Verdict>| {
            verdict.as_ref().is_some_and(|verdict| verdict.allowed.is_none())
        };
        if missing(&self.boundary) {
            return Some(Decision::not_allowed(Tier::Boundary));
        }
        missing(&self.session).then(|| Decision::not_allowed(Tier::Session))
    }
}
