//! Principals in policies.

use fogbank_context::{AccountId, Arn};

use crate::policy::Clause;
use crate::request::{Identity, IdentityKind};

/// A principal of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PrincipalPattern {
    /// `*`, or `{"AWS": "*"}`.
    Anyone,
    /// An account: its id, or the ARN of its root.
    Account(AccountId),
    /// A user, a role, a session or a federated user, by ARN.
    Arn(String),
    /// A service, such as `lambda.amazonaws.com`.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// An account, by its canonical id.
    Canonical(String),
    /// What matches nobody: the unique id of a principal that was deleted.
    Nobody(String),
}

/// How exactly a policy names who asks; the larger, the more exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    /// Through the account, which leaves it to the account's own policies.
    ByAccount,
    /// Through the role of a session, or the user who made a federated one.
    ByRole,
    /// As anyone.
    AsAnyone,
    /// In person: the user, the session, the service.
    InPerson,
}

impl PrincipalPattern {
    /// A principal of the type `AWS`.
    pub(crate) fn aws(text: &str) -> Self {
        if text == "*" {
            return Self::Anyone;
        }
        if let Ok(account) = text.parse() {
            return Self::Account(account);
        }
        let Ok(arn) = text.parse::<Arn>() else { return Self::Nobody(text.to_owned()) };
        match (arn.account_id(), arn.resource.as_str()) {
            (Some(account), "root") if arn.service == "iam" => Self::Account(account),
            _ => Self::Arn(text.to_owned()),
        }
    }

    /// How the pattern names this principal, if it does.
    pub(crate) fn names(&self, who: &Identity) -> Option<Named> {
        match self {
            Self::Anyone => Some(Named::AsAnyone),
            Self::Account(account) if who.account == Some(*account) => {
                let root = who.kind == IdentityKind::Root;
                Some(if root { Named::InPerson } else { Named::ByAccount })
            }
            Self::Arn(arn) if *arn == who.arn => Some(Named::InPerson),
            Self::Arn(arn) if who.role.as_deref().is_some_and(|role| same_role(arn, role)) => {
                Some(Named::ByRole)
            }
            Self::Arn(arn) if who.federated_by.as_ref() == Some(arn) => Some(Named::ByRole),
            Self::Service(name) if who.kind == IdentityKind::Service && *name == who.arn => {
                Some(Named::InPerson)
            }
            Self::Federated(provider)
                if who.kind == IdentityKind::Federated && *provider == who.arn =>
            {
                Some(Named::InPerson)
            }
            Self::Canonical(id) if who.canonical_id.as_deref() == Some(id) => {
                Some(Named::ByAccount)
            }
            _ => None,
        }
    }
}

/// Whether two ARNs are of one role; a session's ARN does not tell the role's path.
fn same_role(named: &str, role: &str) -> bool {
    if named == role {
        return true;
    }
    let cut = |arn: &'_ str| {
        let (head, rest) = arn.split_once(":role/")?;
        let name = rest.rsplit('/').next()?;
        Some((head.to_owned(), name.to_owned(), rest.contains('/')))
    };
    let (Some(a), Some(b)) = (cut(named), cut(role)) else { return false };
    (a.0, a.1) == (b.0, b.1) && !(a.2 && b.2)
}

/// Whether a statement excepts a principal: AWS looks at the account, then at the role, then at the
/// principal itself, and each has to be there. "AWS JSON policy elements: NotPrincipal" tells of it.
fn excepts(list: &[PrincipalPattern], who: &Identity) -> bool {
    let names = |wanted: Named| list.iter().any(|pattern| pattern.names(who) == Some(wanted));
    if names(Named::AsAnyone) {
        return true;
    }
    let account = || names(Named::ByAccount);
    match who.kind {
        IdentityKind::User | IdentityKind::FederatedUser => account() && names(Named::InPerson),
        IdentityKind::AssumedRole => {
            // A role's own ARN stands for any session of it.
            let role = who.role.as_deref() == Some(&who.arn) || names(Named::ByRole);
            account() && role && names(Named::InPerson)
        }
        _ => names(Named::InPerson),
    }
}

/// How the clause of a statement names a principal, if it does.
pub(crate) fn named(clause: &Clause<PrincipalPattern>, who: &Identity) -> Option<Named> {
    match clause {
        Clause::Any(list) => list.iter().filter_map(|pattern| pattern.names(who)).max(),
        Clause::None(list) => (!excepts(list, who)).then_some(Named::AsAnyone),
    }
}
