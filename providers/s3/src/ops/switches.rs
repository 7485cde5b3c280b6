//! Configurations of a bucket that are one or a few values: versioning, acceleration, who pays,
//! attribute-based access, ownership and the block of public access.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::configuration::{Ownership, PublicAccess};
use crate::errors::{self, Missing};
use crate::members::text;
use crate::mfa::Presented;
use crate::store::{self, Versioning};

pub(crate) async fn put_bucket_versioning(
    cx: &RequestContext,
    input: api::PutBucketVersioningRequest,
) -> Result<Unit, ServiceError> {
    // The code of a device is taken once, so only for a bucket that is there.
    store::read(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |_| Ok(()))?;
    let mfa = Presented::of(cx, input.mfa.as_deref())?;
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let requested = &input.versioning_configuration;
        let versioning = match text!(requested.status) {
            Some("Enabled") => Versioning::Enabled,
            Some("Suspended") => Versioning::Suspended,
            Some(_) => return Err(errors::malformed_xml()),
            None => {
                return Err(errors::error(
                    "IllegalVersioningConfigurationException",
                    400,
                    "The Versioning element must be specified",
                    &[],
                ));
            }
        };
        let mfa_delete = match text!(requested.mfa_delete) {
            None => bucket.configuration.mfa_delete,
            Some("Enabled") => Some(true),
            Some("Disabled") => Some(false),
            Some(_) => return Err(errors::malformed_xml()),
        };
        let was_on = bucket.configuration.mfa_delete == Some(true);
        if was_on || mfa_delete == Some(true) {
            mfa.demand()?;
        }
        if mfa_delete == Some(true) && !bucket.configuration.lifecycle.is_empty() {
            return Err(errors::invalid_bucket_state(
                "MFA delete cannot be enabled on a bucket that has a lifecycle configuration.",
            ));
        }
        if versioning == Versioning::Suspended && bucket.configuration.object_lock {
            return Err(errors::invalid_bucket_state(
                "An Object Lock configuration is present on this bucket, so the versioning state \
                 cannot be changed.",
            ));
        }
        if versioning == Versioning::Suspended && bucket.configuration.replication.is_some() {
            return Err(errors::invalid_bucket_state(
                "A replication configuration is present on this bucket, so the versioning state \
                 cannot be changed.",
            ));
        }
        bucket.configure(|configuration| {
            configuration.versioning = versioning;
            configuration.mfa_delete = mfa_delete;
        });
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_versioning(
    cx: &RequestContext,
    input: api::GetBucketVersioningRequest,
) -> Result<api::GetBucketVersioningOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let status = match bucket.configuration.versioning {
        Versioning::Off => None,
        Versioning::Enabled => Some("Enabled".into()),
        Versioning::Suspended => Some("Suspended".into()),
    };
    let mfa_delete = { bucket.configuration.mfa_delete }
        .map(|on| if on { "Enabled" } else { "Disabled" }.into());
    Ok(api::GetBucketVersioningOutput { status, mfa_delete })
}

pub(crate) async fn put_bucket_accelerate_configuration(
    cx: &RequestContext,
    input: api::PutBucketAccelerateConfigurationRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        if input.bucket.contains('.') {
            return Err(errors::invalid_request(
                "S3 Transfer Acceleration is not supported for buckets with periods (.) in their \
                 names",
            ));
        }
        let status = text!(input.accelerate_configuration.status);
        let status = status.filter(|status| ["Enabled", "Suspended"].contains(status));
        let status = status.ok_or_else(errors::malformed_xml)?.to_owned();
        bucket.configure(|configuration| configuration.accelerate = Some(status));
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_accelerate_configuration(
    cx: &RequestContext,
    input: api::GetBucketAccelerateConfigurationRequest,
) -> Result<api::GetBucketAccelerateConfigurationOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    Ok(api::GetBucketAccelerateConfigurationOutput {
        status: bucket.configuration.accelerate.as_deref().map(Into::into),
        request_charged: None,
    })
}

pub(crate) async fn put_bucket_request_payment(
    cx: &RequestContext,
    input: api::PutBucketRequestPaymentRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let payer = input.request_payment_configuration.payer.as_str().to_owned();
        if !["Requester", "BucketOwner"].contains(&payer.as_str()) {
            return Err(errors::malformed_xml());
        }
        bucket.configure(|configuration| configuration.request_payer = Some(payer));
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_request_payment(
    cx: &RequestContext,
    input: api::GetBucketRequestPaymentRequest,
) -> Result<api::GetBucketRequestPaymentOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let payer = bucket.configuration.request_payer.as_deref().unwrap_or("BucketOwner");
    Ok(api::GetBucketRequestPaymentOutput { payer: Some(payer.into()) })
}

pub(crate) async fn put_bucket_ownership_controls(
    cx: &RequestContext,
    input: api::PutBucketOwnershipControlsRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let [rule] = &input.ownership_controls.rules[..] else {
            return Err(errors::malformed_xml());
        };
        let ownership = Ownership::by_name(rule.object_ownership.as_str());
        let ownership = ownership.ok_or_else(errors::malformed_xml)?;
        let id = bucket.owner_id();
        let acl = bucket.configuration.acl.as_ref();
        if ownership == Ownership::BucketOwnerEnforced && acl.is_some_and(|it| it.gives_beyond(&id))
        {
            return Err(errors::acl_with_ownership());
        }
        bucket.configure(|configuration| configuration.ownership = ownership);
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_ownership_controls(
    cx: &RequestContext,
    input: api::GetBucketOwnershipControlsRequest,
) -> Result<api::GetBucketOwnershipControlsOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let name = bucket.configuration.ownership.name();
    let name = name.ok_or_else(|| Missing::Ownership.of(&input.bucket))?;
    let rules = vec![api::OwnershipControlsRule { object_ownership: name.into() }];
    let ownership_controls = Some(api::OwnershipControls { rules });
    Ok(api::GetBucketOwnershipControlsOutput { ownership_controls })
}

pub(crate) async fn delete_bucket_ownership_controls(
    cx: &RequestContext,
    input: api::DeleteBucketOwnershipControlsRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| configuration.ownership = Ownership::Deleted);
        Ok(Unit)
    })
}

pub(crate) async fn put_public_access_block(
    cx: &RequestContext,
    input: api::PutPublicAccessBlockRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let requested = &input.public_access_block_configuration;
        let block = PublicAccess::Block {
            block_public_acls: requested.block_public_acls == Some(true),
            ignore_public_acls: requested.ignore_public_acls == Some(true),
            block_public_policy: requested.block_public_policy == Some(true),
            restrict_public_buckets: requested.restrict_public_buckets == Some(true),
        };
        bucket.configure(|configuration| configuration.public_access_block = block);
        Ok(Unit)
    })
}

pub(crate) async fn get_public_access_block(
    cx: &RequestContext,
    input: api::GetPublicAccessBlockRequest,
) -> Result<api::GetPublicAccessBlockOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let PublicAccess::Block {
        block_public_acls,
        ignore_public_acls,
        block_public_policy,
        restrict_public_buckets,
    } = bucket.configuration.public_access_block
    else {
        return Err(Missing::PublicAccessBlock.of(&input.bucket));
    };
    let public_access_block_configuration = Some(api::PublicAccessBlockConfiguration {
        block_public_acls: Some(block_public_acls),
        ignore_public_acls: Some(ignore_public_acls),
        block_public_policy: Some(block_public_policy),
        restrict_public_buckets: Some(restrict_public_buckets),
    });
    Ok(api::GetPublicAccessBlockOutput { public_access_block_configuration })
}

pub(crate) async fn delete_public_access_block(
    cx: &RequestContext,
    input: api::DeletePublicAccessBlockRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| configuration.public_access_block = PublicAccess::Open);
        Ok(Unit)
    })
}

pub(crate) async fn put_bucket_abac(
    cx: &RequestContext,
    input: api::PutBucketAbacRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let status = text!(input.abac_status.status);
        let status = status.filter(|status| ["Enabled", "Disabled"].contains(status));
        let status = status.ok_or_else(errors::malformed_xml)?.to_owned();
        bucket.configure(|configuration| configuration.abac = Some(status));
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_abac(
    cx: &RequestContext,
    input: api::GetBucketAbacRequest,
) -> Result<api::GetBucketAbacOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let status = bucket.configuration.abac.as_deref().unwrap_or("Disabled");
    let abac_status = Some(api::AbacStatus { status: Some(status.into()) });
    Ok(api::GetBucketAbacOutput { abac_status })
}
