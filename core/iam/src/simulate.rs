//! What IAM's `SimulateCustomPolicy` and `SimulatePrincipalPolicy` answer.

use std::collections::BTreeSet;

use fogbank_context::AccountId;

use crate::authorize::{Policies, authorize};
use crate::decision::Allowance;
use crate::evaluate::PolicySet;
use crate::explain::explain;
use crate::parse::{PolicyError, StatementSpan, spans};
use crate::policy::Policy;
use crate::request::{Identity, Keys, Request};

/// The kind of a simulated policy, as AWS names it in `SourcePolicyType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceType {
    /// An inline policy of a user.
    User,
    /// An inline policy of a group.
    Group,
    /// An inline policy of a role.
    Role,
    /// A managed policy of AWS.
    AwsManaged,
    /// A managed policy of the account.
    UserManaged,
    /// The policy of the resource.
    Resource,
    /// A document of the request.
    None,
}

impl SourceType {
    /// AWS's word.
    pub fn as_str(self) -> &'static str {
        match self {
            SourceType::User => "user",
            SourceType::Group => "group",
            SourceType::Role => "role",
            SourceType::AwsManaged => "aws-managed",
            SourceType::UserManaged => "user-managed",
            SourceType::Resource => "resource",
            SourceType::None => "none",
        }
    }
}

/// A policy of a simulation.
#[derive(Clone, Debug)]
pub struct PolicyText {
    /// What the answer calls it: `PolicyInputList.1`, `ResourcePolicy`, or its name.
    pub id: String,
    /// Its kind.
    pub source: SourceType,
    /// The document.
    pub document: String,
}

/// A simulation.
#[derive(Clone, Debug, Default)]
pub struct Simulation {
    /// The identity policies.
    pub identity: Vec<PolicyText>,
    /// The permissions boundaries; AWS takes at most one.
    pub boundary: Vec<PolicyText>,
    /// The service control policies: of the root, of each unit, of the account.
    pub organization: Vec<Vec<PolicyText>>,
    /// The policy of the resources.
    pub resource: Option<PolicyText>,
    /// The account of the resources; the caller's where none is given.
    pub owner: Option<AccountId>,
    /// Who asks, by ARN; needed when there is a resource policy.
    pub caller: Option<String>,
    /// The actions.
    pub actions: Vec<String>,
    /// The resources; `*` when there is none.
    pub resources: Vec<String>,
    /// The context keys.
    pub context: Keys,
}

/// What a simulation says of one action on one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// `allowed`, `explicitDeny` or `implicitDeny`.
    pub decision: &'static str,
    /// The statements that the decision rests on.
    pub matched: Vec<MatchedStatement>,
    /// The context keys that the policies look at and the simulation does not have.
    pub missing_context: Vec<String>,
    /// Whether the permissions boundary allows it; none without one.
    pub allowed_by_boundary: Option<bool>,
    /// Whether the organisation allows it; without one, everything is.
    pub allowed_by_organization: bool,
}

/// A statement that a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedStatement {
    /// The policy.
    pub policy: String,
    /// Its kind.
    pub source: SourceType,
    /// Where in the document it stands.
    pub span: Option<StatementSpan>,
}

/// Simulates each action on each resource, in their order.
///
/// # Errors
/// When a document is not a policy. Its id is in the error's place.
pub fn simulate(simulation: &Simulation) -> Result<Vec<Simulated>, (String, PolicyError)> {
    let of_organization = simulation.organization.iter().flatten();
    let all = simulation.identity.iter().chain(&simulation.boundary).chain(&simulation.resource);
    let all = all.chain(of_organization);
    let mut wanted_keys = BTreeSet::new();
    let set = |texts: &[PolicyText]| -> Result<PolicySet, (String, PolicyError)> {
        let parsed = texts.iter().map(|text| {
            let policy = Policy::parse(&text.document).map_err(|error| (text.id.clone(), error))?;
            Ok((text.id.clone(), policy))
        });
        Ok(PolicySet::new(parsed.collect::<Result<Vec<_>, _>>()?))
    };
    let identity = set(&simulation.identity)?;
    let boundary = set(&simulation.boundary)?;
    let resource = set(simulation.resource.as_slice())?;
    let organization = simulation.organization.iter().map(|level| set(level));
    let organization = organization.collect::<Result<Vec<_>, _>>()?;
    let sets: Vec<_> = [&identity, &boundary, &resource].into_iter().chain(&organization).collect();
    for (_, policy) in sets.iter().flat_map(|set| set.policies()) {
        wanted_keys.extend(policy.context_keys());
    }
    let missing_context: Vec<String> =
        wanted_keys.into_iter().filter(|key| !simulation.context.contains(key)).collect();
    let texts: Vec<&PolicyText> = all.collect();

    let caller = simulation.caller.as_deref().and_then(|arn| Identity::parse(arn).ok());
    // Without a caller, the identity policies are those of some user of the resource's account.
    let identity_ = caller.unwrap_or_else(|| {
        let account = simulation.owner.unwrap_or(AccountId::DEFAULT);
        let arn = format!("arn:aws:iam::{account}:user/simulated");
        Identity::parse(&arn).expect("it is the ARN of a user")
    });
    let policies = Policies {
        identity: &identity,
        boundary: (!boundary.is_empty()).then_some(&boundary),
        resource: (!resource.is_empty()).then_some(&resource),
        service_control: &organization,
        ..Policies::default()
    };
    let everything = ["*".to_owned()];
    let resources = match simulation.resources.as_slice() {
        [] => &everything[..],
        resources => resources,
    };
    let mut results = Vec::new();
    for action in &simulation.actions {
        for arn in resources {
            let request = Request {
                identity: &identity_,
                action,
                resource: arn,
                owner: simulation.owner,
                keys: &simulation.context,
            };
            let decision = authorize(&request, &policies);
            let effect = match decision.allowance {
                Allowance::ExplicitlyDenied => crate::Effect::Deny,
                _ => crate::Effect::Allow,
            };
            let matched = if decision.allowance == Allowance::ImplicitlyDenied {
                Vec::new()
            } else {
                let traces = sets.iter().flat_map(|set| explain(&request, set));
                traces
                    .filter(|trace| trace.effect == effect && trace.obstacles.is_empty())
                    .filter_map(|trace| {
                        let text = texts.iter().find(|text| *text.id == *trace.statement.policy)?;
                        let span = spans(&text.document).get(trace.statement.index).copied();
                        Some(MatchedStatement {
                            policy: text.id.clone(),
                            source: text.source,
                            span,
                        })
                    })
                    .collect()
            };
            results.push(Simulated {
                action: action.clone(),
                resource: arn.clone(),
                decision: match decision.allowance {
                    Allowance::Allowed => "allowed",
                    Allowance::ExplicitlyDenied => "explicitDeny",
                    Allowance::ImplicitlyDenied => "implicitDeny",
                },
                matched,
                missing_context: missing_context.clone(),
                allowed_by_boundary: policies.boundary.map(|boundary| {
                    let only = Policies { identity: boundary, ..Policies::default() };
                    authorize(&request, &only).is_allowed()
                }),
                allowed_by_organization: organization.iter().all(|level| {
                    let only = Policies { identity: level, ..Policies::default() };
                    authorize(&request, &only).is_allowed()
                }),
            });
        }
    }
    Ok(results)
}
