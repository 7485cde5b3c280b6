//! What a set of policies says of a request.

use std::collections::HashMap;
use std::sync::Arc;

use crate::decision::StatementRef;
use crate::policy::{Clause, Effect, Policy, Statement};
use crate::principal::{Named, named};
use crate::request::Request;

/// Policies of one kind, with an index of the services that their statements speak of.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    policies: Vec<(Arc<str>, Arc<Policy>)>,
    by_service: HashMap<String, Vec<(u32, u32)>>,
    /// Statements that may speak of any service.
    general: Vec<(u32, u32)>,
}

/// What a set of policies says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The first statement that denies.
    pub denied: Option<StatementRef>,
    /// The statement that allows; of a resource's policy the one that names the principal most
    /// exactly.
    pub allowed: Option<StatementRef>,
    pub(crate) named: Option<Named>,
}

impl PolicySet {
    /// The set of these policies, with the names that explanations call them by.
    pub fn new<N: Into<Arc<str>>, P: Into<Arc<Policy>>>(
        policies: impl IntoIterator<Item = (N, P)>,
    ) -> Self {
        let mut set = Self::default();
        for (name, policy) in policies {
            set.push(name.into(), policy.into());
        }
        set
    }

    fn push(&mut self, name: Arc<str>, policy: Arc<Policy>) {
        let at = u32::try_from(self.policies.len()).unwrap_or(u32::MAX);
        for (index, statement) in policy.statements.iter().enumerate() {
            let place = (at, u32::try_from(index).unwrap_or(u32::MAX));
            let Clause::Any(actions) = &statement.actions else {
                self.general.push(place);
                continue;
            };
            if actions.iter().any(|action| action.service.is_none()) {
                self.general.push(place);
                continue;
            }
            for service in actions.iter().filter_map(|action| action.service.as_deref()) {
                let places = self.by_service.entry(service.to_owned()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        self.policies.push((name, policy));
    }

    /// Whether there is no policy.
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// The policies with their names.
    pub fn policies(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Policy>)> {
        self.policies.iter().map(|(name, policy)| (name, policy))
    }

    /// What the policies say of a request. `action` is the request's in lower case.
    pub(crate) fn evaluate(&self, request: &Request<'_>, action: &str) -> Verdict {
        let mut verdict = Verdict::default();
        let service = action.split_once(':').map_or(action, |(service, _)| service);
        let special = self.by_service.get(service).map_or(&[][..], Vec::as_slice);
        for place in special.iter().chain(&self.general) {
            let (name, policy) = &self.policies[place.0 as usize];
            let statement = &policy.statements[place.1 as usize];
            // What an allowing statement could add is known already.
            if statement.effect == Effect::Allow
                && verdict.allowed.is_some()
                && statement.principals.is_none()
            {
                continue;
            }
            let Some(how) = applies(statement, request, action) else { continue };
            let found = || StatementRef::new(name, place.1 as usize, statement.sid.clone());
            match statement.effect {
                Effect::Deny => {
                    verdict.denied = Some(found());
                    return verdict;
                }
                Effect::Allow if verdict.allowed.is_none() || Some(how) > verdict.named => {
                    verdict.allowed = Some(found());
                    verdict.named = Some(how);
                }
                Effect::Allow => {}
            }
        }
        verdict
    }
}

/// Whether a statement speaks of the request, and how it names the principal.
fn applies(statement: &Statement, request: &Request<'_>, action: &str) -> Option<Named> {
    if !speaks_of_action(statement, action) || !speaks_of_resource(statement, request) {
        return None;
    }
    let how = match &statement.principals {
        Some(clause) => named(clause, request.identity)?,
        None => Named::InPerson,
    };
    statement.conditions.iter().all(|condition| condition.holds(request.keys)).then_some(how)
}

pub(crate) fn speaks_of_action(statement: &Statement, action: &str) -> bool {
    match &statement.actions {
        Clause::Any(list) => list.iter().any(|pattern| pattern.matches(action)),
        Clause::None(list) => !list.iter().any(|pattern| pattern.matches(action)),
    }
}

pub(crate) fn speaks_of_resource(statement: &Statement, request: &Request<'_>) -> bool {
    let matches = |list: &[crate::pattern::ArnPattern]| {
        list.iter().any(|pattern| pattern.matches(request.resource, request.keys))
    };
    match &statement.resources {
        None => true,
        Some(Clause::Any(list)) => matches(list),
        Some(Clause::None(list)) => {
            !matches(list) && !list.iter().any(|pattern| pattern.is_unresolved(request.keys))
        }
    }
}
