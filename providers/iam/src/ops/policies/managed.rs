//! Managed policies: customers' in the store, AWS's in a table of facts.

use std::collections::HashMap;
use std::sync::Arc;

use fogbank_api_iam::*;
use fogbank_context::{Arn, Timestamp};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Table;

use crate::aws_managed::{self, AwsPolicy};
use crate::document;
use crate::ids::{self, prefix};
use crate::ops::entities::{path_of, under};
use crate::page::page;
use crate::store::{self, Entity, IamStore, key};
use crate::tags::Tags;
use crate::{arns, errors};

const QUOTA: usize = 1500;

/// A managed policy of either kind.
#[derive(Clone)]
pub(crate) enum Managed {
    /// A customer's.
    Own(Arc<store::Policy>),
    /// AWS's, in the partition of the request.
    Aws(&'static AwsPolicy),
}

/// The managed policy with this ARN.
pub(crate) fn find(cx: &RequestContext, arn: &Arn) -> Option<Managed> {
    let (_, name) = arns::path_and_name(arn, "policy")?;
    if arn.account == "aws" {
        return aws_managed::by_arn(arn).map(Managed::Aws);
    }
    if arn.account_id() != Some(cx.account) {
        return None;
    }
    let policy = IamStore::of(cx).policies.get(&key(name))?;
    (policy.arn == *arn).then_some(Managed::Own(policy))
}

/// Reads the ARN of a managed policy.
pub(crate) fn parse(arn: &str) -> Result<Arn, ServiceError> {
    let parsed = arns::parse(arn)?;
    if arns::path_and_name(&parsed, "policy").is_none() {
        return Err(errors::invalid_input(format!("ARN {arn} is not valid.")));
    }
    Ok(parsed)
}

/// The managed policy with the ARN of a parameter.
pub(crate) fn by_arn(cx: &RequestContext, arn: &str) -> Result<Managed, ServiceError> {
    let parsed = parse(arn)?;
    find(cx, &parsed).ok_or_else(|| errors::policy_not_found(arn))
}

/// The customer's policy with the ARN of a parameter, for operations that change it.
pub(crate) fn own(cx: &RequestContext, arn: &str) -> Result<Arc<store::Policy>, ServiceError> {
    match by_arn(cx, arn)? {
        Managed::Own(policy) => Ok(policy),
        Managed::Aws(_) => {
            Err(ServiceError::new("AccessDenied", 403, "Policy is outside your own account."))
        }
    }
}

/// How often managed policies are attached, and how often they are boundaries, by ARN.
#[derive(Default)]
pub(crate) struct Usage(HashMap<String, (i32, i32)>);

impl Usage {
    /// Counts over all users, groups and roles.
    pub(crate) fn count(store: &IamStore) -> Self {
        let mut usage = Self::default();
        usage.add(&store.users);
        usage.add(&store.groups);
        usage.add(&store.roles);
        usage
    }

    fn add<E: Entity>(&mut self, table: &Table<String, E>) {
        for (_, entity) in table.iter() {
            let grants = entity.grants();
            for arn in &grants.attached {
                self.0.entry(arn.clone()).or_default().0 += 1;
            }
            if let Some(arn) = &grants.boundary {
                self.0.entry(arn.clone()).or_default().1 += 1;
            }
        }
    }

    /// Attachments and boundaries.
    pub(crate) fn of(&self, arn: &str) -> (i32, i32) {
        self.0.get(arn).copied().unwrap_or_default()
    }
}

impl Managed {
    pub(crate) fn arn(&self, cx: &RequestContext) -> String {
        match self {
            Self::Own(policy) => policy.arn.to_string(),
            Self::Aws(policy) => policy.arn(cx.partition()),
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Own(policy) => &policy.name,
            Self::Aws(policy) => policy.name,
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::Own(policy) => &policy.path,
            Self::Aws(policy) => policy.path,
        }
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Own(policy) => &policy.id,
            Self::Aws(policy) => &policy.id,
        }
    }

    pub(crate) fn default_version(&self) -> u32 {
        match self {
            Self::Own(policy) => policy.default_version,
            Self::Aws(_) => AwsPolicy::VERSION,
        }
    }

    pub(crate) fn times(&self) -> (Timestamp, Timestamp) {
        match self {
            Self::Own(policy) => (policy.created, policy.updated),
            Self::Aws(_) => (AwsPolicy::CREATED, AwsPolicy::CREATED),
        }
    }

    /// The description, which lists do not have.
    pub(crate) fn description(&self) -> Option<String> {
        match self {
            Self::Own(policy) => policy.description.clone(),
            Self::Aws(_) => None,
        }
    }

    /// The policy as lists have it.
    pub(crate) fn brief(&self, cx: &RequestContext, usage: &Usage) -> Policy {
        let arn = self.arn(cx);
        let (attachments, boundaries) = usage.of(&arn);
        let (created, updated) = self.times();
        Policy {
            policy_name: Some(self.name().to_owned()),
            policy_id: Some(self.id().to_owned()),
            arn: Some(arn),
            path: Some(self.path().to_owned()),
            default_version_id: Some(format!("v{}", self.default_version())),
            attachment_count: Some(attachments),
            permissions_boundary_usage_count: Some(boundaries),
            is_attachable: Some(true),
            create_date: Some(created.to_wire_secs()),
            update_date: Some(updated.to_wire_secs()),
            ..Default::default()
        }
    }

    fn tags(&self) -> Option<Vec<Tag>> {
        match self {
            Self::Own(policy) => Some(policy.tags.list()),
            Self::Aws(_) => Some(Vec::new()),
        }
    }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreatePolicyRequest,
) -> Result<CreatePolicyResponse, ServiceError> {
    let store = IamStore::of(cx);
    document::check_managed(&input.policy_document)?;
    let tags = Tags::new(input.tags)?;
    if store.policies.len() >= QUOTA {
        return Err(errors::quota("PoliciesPerAccount", QUOTA));
    }
    let name = input.policy_name;
    let path = path_of(input.path);
    let now = cx.now();
    let first = store::PolicyVersion { document: input.policy_document.into(), created: now };
    let policy = store::Policy {
        arn: arns::of(cx, "policy", &path, &name),
        name: name.clone(),
        path,
        id: ids::unique(prefix::MANAGED_POLICY, cx.ids()),
        created: now,
        updated: now,
        description: input.description,
        tags,
        versions: [(1, first)].into(),
        default_version: 1,
        next_version: 2,
    };
    let tags = policy.tags.some();
    let made = Managed::Own(Arc::new(policy.clone()));
    store.policies.insert_new(key(&name), policy).map_err(|_| {
        errors::already_exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        ))
    })?;
    let output = Policy { tags, ..made.brief(cx, &Usage::default()) };
    Ok(CreatePolicyResponse { policy: Some(output) })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetPolicyRequest,
) -> Result<GetPolicyResponse, ServiceError> {
    let policy = by_arn(cx, &input.policy_arn)?;
    let usage = Usage::count(&IamStore::of(cx));
    let output = Policy {
        description: policy.description(),
        tags: policy.tags(),
        ..policy.brief(cx, &usage)
    };
    Ok(GetPolicyResponse { policy: Some(output) })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListPoliciesRequest,
) -> Result<ListPoliciesResponse, ServiceError> {
    let store = IamStore::of(cx);
    let usage = Usage::count(&store);
    let scope = input.scope.as_ref().map_or("All", PolicyScopeType::as_str);
    let own = store.policies.iter().filter(|_| scope != "AWS");
    let own = own.map(|(_, policy)| Managed::Own(policy));
    let aws = aws_managed::all().iter().filter(|_| scope != "Local").map(Managed::Aws);
    let prefix = input.path_prefix.as_ref();
    let by_usage = input.policy_usage_filter.as_ref().map(PolicyUsageType::as_str);
    let wanted = |policy: &Managed| {
        let (attachments, boundaries) = usage.of(&policy.arn(cx));
        let used = match by_usage {
            Some("PermissionsPolicy") => attachments > 0,
            Some("PermissionsBoundary") => boundaries > 0,
            _ => true,
        };
        let attached = !input.only_attached.unwrap_or(false) || attachments + boundaries > 0;
        under(policy.path(), prefix) && used && attached
    };
    // Customers' policies come first.
    let own = own.filter(&wanted).map(|policy| (format!("0{}", key(policy.name())), policy));
    let aws = aws.filter(&wanted).map(|policy| (format!("1{}", policy.name()), policy));
    let page = page(own.chain(aws), input.marker.as_deref(), input.max_items)?;
    let page = page.map(|policy| policy.brief(cx, &usage));
    Ok(ListPoliciesResponse {
        is_truncated: page.is_truncated(),
        policies: Some(page.items),
        marker: page.marker,
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeletePolicyRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let arn = &input.policy_arn;
    let policy = own(cx, arn)?;
    if Usage::count(&store).of(arn) != (0, 0) {
        return Err(errors::delete_conflict("Cannot delete a policy attached to entities."));
    }
    let removed = store.policies.remove_if(&key(&policy.name), |policy| policy.versions.len() == 1);
    removed.map(|_| Unit).ok_or_else(|| {
        errors::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete \
             the policy's versions. The default version is deleted with the policy.",
        )
    })
}
