//! The policies of the user, group or role that a simulation or a report is about.

use std::sync::Arc;

use fogbank_context::Arn;
use fogbank_service::{RequestContext, ServiceError};

use crate::ops::policies::managed::{self, Managed};
use crate::store::{Entity, Grants, Group, IamStore, Role, User};
use crate::{arns, errors};

/// A policy of the subject, and whose it is.
pub(crate) struct SubjectPolicy {
    /// The name.
    pub(crate) name: String,
    /// The ARN of a managed policy.
    pub(crate) arn: Option<String>,
    /// The document; none of AWS's whose documents are not known.
    pub(crate) document: Option<Arc<str>>,
    /// `user`, `group` or `role`.
    pub(crate) noun: &'static str,
    /// The name of the user, group or role that has it.
    pub(crate) owner: String,
}

/// A user, group or role with all policies that apply to it.
#[derive(Default)]
pub(crate) struct Subject {
    pub(crate) policies: Vec<SubjectPolicy>,
    /// The ARN of the permissions boundary.
    pub(crate) boundary: Option<String>,
}

impl Subject {
    /// The user, group or role with this ARN.
    pub(crate) fn find(cx: &RequestContext, arn: &str) -> Result<Self, ServiceError> {
        let parsed = arns::parse(arn)?;
        let store = IamStore::of(cx);
        let mut subject = Self::default();
        if let Some((_, name)) = arns::path_and_name(&parsed, User::NOUN) {
            let user = store.find::<User>(name)?;
            subject.add(cx, &*user);
            for group in user.groups.iter().filter_map(|group| store.groups.get(group)) {
                subject.add(cx, &*group);
            }
        } else if let Some((_, name)) = arns::path_and_name(&parsed, Group::NOUN) {
            subject.add(cx, &*store.find::<Group>(name)?);
        } else if let Some((_, name)) = arns::path_and_name(&parsed, Role::NOUN) {
            subject.add(cx, &*store.find::<Role>(name)?);
        } else {
            return Err(errors::invalid_input(format!("Invalid Entity Arn: {arn}")));
        }
        Ok(subject)
    }

    fn add<E: Entity>(&mut self, cx: &RequestContext, entity: &E) {
        let Grants { inline, attached, boundary } = entity.grants();
        let owner = || entity.name().to_owned();
        let policies = inline.iter().map(|(name, document)| SubjectPolicy {
            name: name.clone(),
            arn: None,
            document: Some(document.clone()),
            noun: E::NOUN,
            owner: owner(),
        });
        self.policies.extend(policies);
        for arn in attached {
            let Some(policy) = parsed(arn).and_then(|arn| managed::find(cx, &arn)) else {
                continue;
            };
            self.policies.push(SubjectPolicy {
                name: policy.name().to_owned(),
                arn: Some(arn.clone()),
                document: document(&policy),
                noun: E::NOUN,
                owner: owner(),
            });
        }
        self.boundary = self.boundary.take().or_else(|| boundary.clone());
    }
}

fn parsed(arn: &str) -> Option<Arn> {
    arn.parse().ok()
}

/// The document of a managed policy that applies.
pub(crate) fn document(policy: &Managed) -> Option<Arc<str>> {
    match policy {
        Managed::Own(policy) => Some(policy.document().clone()),
        Managed::Aws(policy) => policy.document.clone(),
    }
}

/// The service namespaces that a document allows actions of, in lower case; `*` is all.
pub(crate) fn allowed_namespaces(document: &str) -> Vec<String> {
    let Ok(policy) = serde_json::from_str::<serde_json::Value>(document) else {
        return Vec::new();
    };
    let statements = match &policy["Statement"] {
        serde_json::Value::Array(statements) => statements.iter().collect(),
        statement => vec![statement],
    };
    let mut namespaces = Vec::new();
    for statement in statements.into_iter().filter(|statement| statement["Effect"] == "Allow") {
        if !statement["NotAction"].is_null() {
            namespaces.push("*".to_owned());
        }
        let actions = match &statement["Action"] {
            serde_json::Value::Array(actions) => actions.iter().collect(),
            action => vec![action],
        };
        for action in actions.into_iter().filter_map(|action| action.as_str()) {
            let vendor = action.split(':').next().unwrap_or_default().to_ascii_lowercase();
            if !namespaces.contains(&vendor) {
                namespaces.push(vendor);
            }
        }
    }
    namespaces
}
