//! Versions of managed policies.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use super::managed::{self, Managed};
use crate::aws_managed::AwsPolicy;
use crate::document::{self, encoded};
use crate::errors;
use crate::page::page_in_order;
use crate::store::{self, IamStore, key};

/// How many versions a policy can have.
const LIMIT: usize = 5;

fn not_found(arn: &str, version: &str) -> ServiceError {
    errors::no_such_entity(format!(
        "Policy {arn} version {version} does not exist or is not attachable."
    ))
}

fn number(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.parse().ok()
}

fn edit<T>(
    cx: &RequestContext,
    arn: &str,
    change: impl FnOnce(&mut Edit<'_, store::Policy>) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let policy = managed::own(cx, arn)?;
    let changed = IamStore::of(cx).policies.try_update(&key(&policy.name), change);
    changed.unwrap_or_else(|| Err(errors::policy_not_found(arn)))
}

/// A version as lists have it.
fn brief(policy: &store::Policy, number: u32, version: &store::PolicyVersion) -> PolicyVersion {
    PolicyVersion {
        document: None,
        version_id: Some(format!("v{number}")),
        is_default_version: Some(number == policy.default_version),
        create_date: Some(version.created.to_wire_secs()),
    }
}

/// All versions with their documents, the newest first; AWS's policies have the one that applies.
pub(crate) fn with_documents(policy: &Managed) -> Vec<PolicyVersion> {
    match policy {
        Managed::Own(policy) => {
            let versions = policy.versions.iter().rev();
            let full = versions.map(|(number, version)| PolicyVersion {
                document: Some(encoded(&version.document)),
                ..brief(policy, *number, version)
            });
            full.collect()
        }
        Managed::Aws(policy) => vec![PolicyVersion {
            document: policy.document.as_deref().map(encoded),
            version_id: Some(format!("v{}", AwsPolicy::VERSION)),
            is_default_version: Some(true),
            create_date: Some(AwsPolicy::CREATED.to_wire_secs()),
        }],
    }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreatePolicyVersionRequest,
) -> Result<CreatePolicyVersionResponse, ServiceError> {
    managed::own(cx, &input.policy_arn)?;
    document::check_managed(&input.policy_document)?;
    let now = cx.now();
    edit(cx, &input.policy_arn, |policy| {
        if policy.versions.len() >= LIMIT {
            return Err(errors::limit_exceeded(format!(
                "A managed policy can have up to {LIMIT} versions. Before you create a new \
                 version, you must delete an existing version."
            )));
        }
        let number = policy.next_version;
        let version = store::PolicyVersion { document: input.policy_document.into(), created: now };
        policy.next_version += 1;
        policy.updated = now;
        if input.set_as_default.unwrap_or(false) {
            policy.default_version = number;
        }
        let output = brief(policy, number, &version);
        policy.versions.insert(number, version);
        Ok(CreatePolicyVersionResponse { policy_version: Some(output) })
    })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetPolicyVersionRequest,
) -> Result<GetPolicyVersionResponse, ServiceError> {
    let (arn, id) = (&input.policy_arn, &input.version_id);
    let policy = managed::by_arn(cx, arn)?;
    if let Managed::Aws(policy) = &policy
        && policy.document.is_none()
    {
        let message = format!("The document of {arn} is not known to this emulator.");
        return Err(ServiceError::new("NotImplemented", 501, message));
    }
    let versions = with_documents(&policy);
    let found = versions.into_iter().find(|version| version.version_id.as_ref() == Some(id));
    let policy_version = Some(found.ok_or_else(|| not_found(arn, id))?);
    Ok(GetPolicyVersionResponse { policy_version })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListPolicyVersionsRequest,
) -> Result<ListPolicyVersionsResponse, ServiceError> {
    let policy = managed::by_arn(cx, &input.policy_arn)?;
    let versions = with_documents(&policy).into_iter();
    let versions = versions.map(|version| PolicyVersion { document: None, ..version });
    let page = page_in_order(versions, input.marker.as_deref(), input.max_items)?;
    Ok(ListPolicyVersionsResponse {
        is_truncated: page.is_truncated(),
        versions: Some(page.items),
        marker: page.marker,
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeletePolicyVersionRequest,
) -> Result<Unit, ServiceError> {
    let (arn, id) = (&input.policy_arn, &input.version_id);
    let now = cx.now();
    edit(cx, arn, |policy| {
        let number = number(id).filter(|number| policy.versions.contains_key(number));
        let number = number.ok_or_else(|| not_found(arn, id))?;
        if number == policy.default_version {
            return Err(errors::delete_conflict("Cannot delete the default version of a policy."));
        }
        policy.versions.remove(&number);
        policy.updated = now;
        Ok(Unit)
    })
}

pub(crate) fn set_default(
    cx: &RequestContext,
    input: &SetDefaultPolicyVersionRequest,
) -> Result<Unit, ServiceError> {
    let (arn, id) = (&input.policy_arn, &input.version_id);
    let now = cx.now();
    edit(cx, arn, |policy| {
        let number = number(id).filter(|number| policy.versions.contains_key(number));
        policy.default_version = number.ok_or_else(|| not_found(arn, id))?;
        policy.updated = now;
        Ok(Unit)
    })
}
