//! Which IAM actions on which resources an operation needs.
//!
//! The action is the service's prefix in IAM and the operation's name; the resource is what a
//! member of the input names, by the table of the service's members. [`exceptions`] is data for
//! the operations that AWS treats otherwise. What AWS checks is written down operation by
//! operation in its Service Authorization Reference.

mod exceptions;
mod members;
mod prefixes;
mod s3;
mod template;

use std::collections::BTreeSet;

use fogbank_context::{AccountId, Partition, Region};
use fogbank_schema::{Operation, ServiceModel};

use crate::input::{Input, structure_of};
use template::Template;

pub use prefixes::prefix;

/// What an operation needs: compiled once, applied to each request.
#[derive(Debug)]
pub struct Plan {
    needs: Vec<NeedPlan>,
    members: Vec<usize>,
    s3: bool,
}

#[derive(Debug)]
struct NeedPlan {
    action: String,
    /// Left out when no template finds a resource.
    optional: bool,
    resources: Vec<Template>,
    /// What stands for the resource when no template finds one.
    otherwise: Option<Template>,
}

/// An action on a resource that a request needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The action, such as `s3:GetObject`.
    pub action: String,
    /// The ARN of the resource, or `*`.
    pub resource: String,
}

/// Where a request goes.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The partition.
    pub partition: Partition,
    /// The region.
    pub region: &'a Region,
    /// The account.
    pub account: AccountId,
    /// The ARN of who asks, which stands for what an input leaves out (IAM's user).
    pub caller: &'a str,
}

impl Plan {
    /// The plan of an operation.
    pub fn of(model: &'static ServiceModel<'static>, operation: &Operation<'_>) -> Self {
        let service = model.metadata.name;
        let own = || format!("{}:{}", prefix(&model.metadata), operation.name);
        let by_member = members::resources(model, operation);
        let otherwise = || members::without_resource(service).map(Template::parse);
        let need = |action: &str, resource: &str| {
            let (optional, action) = match action.strip_prefix('?') {
                Some(action) => (true, action),
                None => (false, action),
            };
            NeedPlan {
                action: if action.is_empty() { own() } else { action.to_owned() },
                optional,
                resources: match resource {
                    "" => by_member.clone(),
                    resource => vec![Template::parse(resource)],
                },
                otherwise: otherwise(),
            }
        };
        let needs = match exceptions::of(service, operation.name) {
            Some(rows) => rows.iter().map(|(action, resource)| need(action, resource)).collect(),
            None => vec![need("", "")],
        };
        let mut plan = Self { needs, members: Vec::new(), s3: service == "s3" };
        if let Some(member) = exceptions::passed_role(service, operation.name) {
            let filter = if member.contains('|') { "" } else { "|role" };
            let role = format!("arn:{{partition}}:iam::{{account}}:role/{{{member}{filter}}}");
            plan.needs.push(need("?iam:PassRole", &role));
        }
        plan.members = plan.chosen(model, operation);
        plan
    }

    /// The positions of the members that the templates look at.
    fn chosen(
        &self,
        model: &'static ServiceModel<'static>,
        operation: &Operation<'_>,
    ) -> Vec<usize> {
        let Some(structure) = structure_of(model, operation) else { return Vec::new() };
        let templates =
            self.needs.iter().flat_map(|need| need.resources.iter().chain(&need.otherwise));
        let names: BTreeSet<&str> = templates.flat_map(Template::members).collect();
        let mut positions: Vec<usize> =
            names.into_iter().filter_map(|name| structure.member_index(name)).collect();
        if self.s3 {
            positions.extend(structure.member_index("VersionId"));
        }
        positions
    }

    /// The positions of the members that the plan looks at.
    pub fn members(&self) -> &[usize] {
        &self.members
    }

    /// What a request needs. An empty answer needs no permission.
    pub fn needs(
        &self,
        model: &'static ServiceModel<'static>,
        input: &Input<'_>,
        place: Place<'_>,
    ) -> Vec<Need> {
        let mut needs = Vec::with_capacity(self.needs.len());
        for plan in &self.needs {
            let find = |template: &Template| template.fill(model, input, place);
            let found = plan.resources.iter().map(find).find(|resources| !resources.is_empty());
            let resources = match found {
                Some(resources) => resources,
                None if plan.optional => continue,
                None => plan.otherwise.as_ref().map(find).unwrap_or_default(),
            };
            let action = match self.s3 && input.get("VersionId").is_some() {
                true => s3::of_version(&plan.action),
                false => &plan.action,
            };
            if resources.is_empty() {
                needs.push(Need { action: action.to_owned(), resource: "*".to_owned() });
            }
            needs.extend(
                resources.into_iter().map(|resource| Need { action: action.to_owned(), resource }),
            );
        }
        needs.dedup();
        needs
    }
}
