//! Why each statement applies to a request or does not.

use std::fmt;

use crate::condition::Condition;
use crate::decision::StatementRef;
use crate::evaluate::{PolicySet, speaks_of_action, speaks_of_resource};
use crate::policy::Effect;
use crate::principal::named;
use crate::request::{ContextKeys, Request};

/// What a statement that speaks of the action says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The statement.
    pub statement: StatementRef,
    /// What it does.
    pub effect: Effect,
    /// Why it does not apply; empty when it does.
    pub obstacles: Vec<Obstacle>,
}

/// Why a statement that speaks of the action does not apply to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It speaks of other resources.
    Resource,
    /// It speaks of other principals.
    Principal,
    /// A condition does not hold.
    Condition {
        /// The operator as it is written.
        operator: String,
        /// The key as it is written.
        key: String,
        /// The values that the policy asks for.
        wanted: Vec<String>,
        /// The values of the request; none when it has no such key.
        found: Option<Vec<String>>,
    },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Obstacle::Resource => f.write_str("speaks of other resources"),
            Obstacle::Principal => f.write_str("speaks of other principals"),
            Obstacle::Condition { operator, key, wanted, found } => {
                write!(f, "asks for {operator} {key} {}", wanted.join(" or "))?;
                match found {
                    Some(found) => write!(f, ", and the request has {}", found.join(", ")),
                    None => f.write_str(", which the request does not have"),
                }
            }
        }
    }
}

/// Goes through the statements of a set that speak of the request's action.
pub fn explain(request: &Request<'_>, set: &PolicySet) -> Vec<Trace> {
    let action = request.action.to_ascii_lowercase();
    let mut traces = Vec::new();
    for (name, policy) in set.policies() {
        for (index, statement) in policy.statements.iter().enumerate() {
            if !speaks_of_action(statement, &action) {
                continue;
            }
            let mut obstacles = Vec::new();
            if !speaks_of_resource(statement, request) {
                obstacles.push(Obstacle::Resource);
            }
            let names = |clause| named(clause, request.identity).is_some();
            if !statement.principals.as_ref().is_none_or(names) {
                obstacles.push(Obstacle::Principal);
            }
            let failing = statement.conditions.iter().filter(|c| !c.holds(request.keys));
            obstacles.extend(failing.map(|condition| of_condition(condition, request.keys)));
            traces.push(Trace {
                statement: StatementRef::new(name, index, statement.sid.clone()),
                effect: statement.effect,
                obstacles,
            });
        }
    }
    traces
}

fn of_condition(condition: &Condition, keys: &dyn ContextKeys) -> Obstacle {
    let written = &condition.written;
    let found = keys.get(&condition.key);
    Obstacle::Condition {
        operator: written.operator.clone(),
        key: written.key.clone(),
        wanted: written.values.clone(),
        found: found.map(|values| values.into_iter().map(|v| v.into_owned()).collect()),
    }
}
