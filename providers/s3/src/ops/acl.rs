//! ACLs of buckets and objects.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::access::AclGuard;
use crate::acl::{self, Acl, DocumentGrant, GrantHeaders, Grantee};
use crate::errors;
use crate::key::ObjectKey;
use crate::members::{owner, text};
use crate::notification::{self, Event};
use crate::ops::get_object::find;
use crate::ops::tagging::find_strictly;
use crate::store;
use crate::version_id::Addressed;

fn shown(acl: &Acl) -> Vec<api::Grant> {
    let grant = |grant: &acl::Grant| {
        let mut grantee = api::Grantee::default();
        let kind = match &grant.grantee {
            Grantee::User(id) => {
                grantee.id = Some(id.clone());
                "CanonicalUser"
            }
            Grantee::Group(uri) => {
                grantee.uri = Some(uri.clone());
                "Group"
            }
            Grantee::Email(address) => {
                grantee.email_address = Some(address.clone());
                "AmazonCustomerByEmail"
            }
        };
        grantee.r#type = kind.into();
        api::Grant { grantee: Some(grantee), permission: Some(grant.permission.as_str().into()) }
    };
    acl.grants.iter().map(grant).collect()
}

/// The list of a request, from whichever of its three places.
fn requested(
    canned: Option<&str>,
    headers: GrantHeaders<'_>,
    document: Option<&api::AccessControlPolicy>,
    object_owner: &str,
    bucket_owner: &str,
) -> Result<Acl, ServiceError> {
    let of_headers = acl::of_headers(canned, headers, object_owner, bucket_owner)?;
    match (of_headers, document) {
        (Some(_), Some(_)) => Err(errors::error(
            "UnexpectedContent",
            400,
            "This request does not support content",
            &[],
        )),
        (Some(acl), None) => Ok(acl),
        (None, Some(document)) => {
            let acl = of_document(document)?;
            // Nobody gives a resource to another owner.
            if acl.owner == object_owner { Ok(acl) } else { Err(errors::access_denied()) }
        }
        (None, None) => Err(errors::error(
            "MissingSecurityHeader",
            400,
            "Your request was missing a required header",
            &[("MissingHeaderName", "x-amz-acl")],
        )),
    }
}

fn of_document(document: &api::AccessControlPolicy) -> Result<Acl, ServiceError> {
    let owner = document.owner.as_ref().and_then(|owner| owner.id.as_deref());
    let grants = document.grants.iter().flatten().map(|grant| {
        let grantee = grant.grantee.as_ref();
        DocumentGrant {
            kind: grantee.map(|grantee| grantee.r#type.as_str()),
            id: grantee.and_then(|grantee| grantee.id.as_deref()),
            uri: grantee.and_then(|grantee| grantee.uri.as_deref()),
            email: grantee.and_then(|grantee| grantee.email_address.as_deref()),
            permission: text!(grant.permission),
        }
    });
    acl::of_document(owner, grants)
}

pub(crate) async fn put_bucket_acl(
    cx: &RequestContext,
    input: api::PutBucketAclRequest,
) -> Result<Unit, ServiceError> {
    let headers = GrantHeaders {
        full_control: input.grant_full_control.as_deref(),
        read: input.grant_read.as_deref(),
        read_acp: input.grant_read_acp.as_deref(),
        write: input.grant_write.as_deref(),
        write_acp: input.grant_write_acp.as_deref(),
    };
    let mut guard = AclGuard::of(cx, true, &input.bucket, None);
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let id = bucket.owner_id();
        let document = input.access_control_policy.as_ref();
        let acl = requested(text!(input.acl), headers, document, &id, &id)?;
        guard.check(&bucket.configuration, Some(&acl), text!(input.acl))?;
        bucket.configure(|configuration| configuration.acl = Some(acl));
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_acl(
    cx: &RequestContext,
    input: api::GetBucketAclRequest,
) -> Result<api::GetBucketAclOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let acl = bucket.configuration.acl.clone();
    let acl = acl.unwrap_or_else(|| Acl::private(&bucket.owner_id()));
    Ok(api::GetBucketAclOutput { owner: owner(&bucket.owner_id()), grants: Some(shown(&acl)) })
}

pub(crate) async fn put_object_acl(
    cx: &RequestContext,
    input: api::PutObjectAclRequest,
) -> Result<api::PutObjectAclOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    let headers = GrantHeaders {
        full_control: input.grant_full_control.as_deref(),
        read: input.grant_read.as_deref(),
        read_acp: input.grant_read_acp.as_deref(),
        write: input.grant_write.as_deref(),
        write_acp: input.grant_write_acp.as_deref(),
    };
    let owner = input.expected_bucket_owner.as_deref();
    let mut guard = AclGuard::of(cx, true, &input.bucket, Some(&input.key));
    let event = store::edit(cx, &input.bucket, owner, |bucket| {
        let found = find_strictly(bucket, &key, addressed, "PUT")?;
        let document = input.access_control_policy.as_ref();
        let bucket_owner = bucket.owner_id();
        let object_owner = &found.object.owner;
        let acl = requested(text!(input.acl), headers, document, object_owner, &bucket_owner)?;
        guard.check(&bucket.configuration, Some(&acl), text!(input.acl))?;
        bucket.edit_object(&key, found.version.position, |object| object.acl = Some(acl));
        Ok(Event::changed("ObjectAcl:Put", &key, &found.version))
    })?;
    notification::notify(cx, &input.bucket, event).await;
    Ok(api::PutObjectAclOutput::default())
}

pub(crate) async fn get_object_acl(
    cx: &RequestContext,
    input: api::GetObjectAclRequest,
) -> Result<api::GetObjectAclOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    let expected = input.expected_bucket_owner.as_deref();
    let found =
        store::read(cx, &input.bucket, expected, |bucket| find(bucket, &key, addressed, "GET"))?;
    let object = &found.object;
    let acl = object.acl.clone().unwrap_or_else(|| Acl::private(&object.owner));
    Ok(api::GetObjectAclOutput {
        owner: owner(&object.owner),
        grants: Some(shown(&acl)),
        request_charged: None,
    })
}
