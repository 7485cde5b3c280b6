//! Policies as they are evaluated.

use std::str::FromStr;

use crate::condition::Condition;
use crate::glob::Glob;
use crate::parse::{self, PolicyError};
use crate::pattern::ArnPattern;
use crate::principal::PrincipalPattern;

/// The language of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, which has no variables; what a policy without a version has.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// A policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The language.
    pub version: Version,
    /// The `Id`.
    pub id: Option<String>,
    /// The statements in their order.
    pub statements: Vec<Statement>,
}

impl Policy {
    /// Reads a policy document.
    ///
    /// # Errors
    /// Where and why it is not one. What AWS demands of a document beyond its grammar (that an
    /// identity policy has no principal, say) is not looked at; see [`Policy::has_principals`].
    pub fn parse(document: &str) -> Result<Self, PolicyError> {
        parse::policy(document)
    }

    /// Whether any statement names principals; identity policies must not, all others must.
    pub fn has_principals(&self) -> bool {
        self.statements.iter().any(|statement| statement.principals.is_some())
    }

    /// The condition keys that it looks at, as they are written, variables included.
    pub fn context_keys(&self) -> std::collections::BTreeSet<String> {
        let mut keys = std::collections::BTreeSet::new();
        for statement in &self.statements {
            keys.extend(statement.conditions.iter().map(|condition| condition.written.key.clone()));
            let variables = statement.conditions.iter().flat_map(Condition::variables);
            keys.extend(variables.map(str::to_owned));
            if let Some(Clause::Any(resources) | Clause::None(resources)) = &statement.resources {
                let variables = resources.iter().flat_map(ArnPattern::variables);
                keys.extend(variables.map(str::to_owned));
            }
        }
        keys
    }
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(document: &str) -> Result<Self, PolicyError> {
        Self::parse(document)
    }
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The `Sid`.
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
    pub(crate) principals: Option<Clause<PrincipalPattern>>,
    pub(crate) actions: Clause<ActionPattern>,
    /// None in trust policies, whose resource is the role.
    pub(crate) resources: Option<Clause<ArnPattern>>,
    pub(crate) conditions: Vec<Condition>,
}

/// An element, or its negation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Clause<T> {
    /// `Action`, `Resource`, `Principal`: one of these.
    Any(Vec<T>),
    /// `NotAction`, `NotResource`, `NotPrincipal`: none of these.
    None(Vec<T>),
}

/// A pattern of actions, such as `s3:Get*`; upper and lower case are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActionPattern {
    /// The service, in lower case; none when the pattern speaks of several.
    pub(crate) service: Option<String>,
    glob: Glob,
}

impl ActionPattern {
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        let service = text.split_once(':').map(|(service, _)| service);
        let service = service.filter(|service| !service.contains(['*', '?']));
        Self { service: service.map(str::to_owned), glob: Glob::new(&text) }
    }

    /// Whether an action matches, given in lower case.
    pub(crate) fn matches(&self, action: &str) -> bool {
        self.glob.matches(action)
    }
}
