//! Object lock: the bucket's configuration, retention and legal hold of versions.

use fogbank_api_s3 as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::configuration::DefaultRetentionRule;
use crate::errors::{self, Missing};
use crate::key::ObjectKey;
use crate::members::{refuse, text};
use crate::object_lock::{DefaultRetention, Mode, Retention, past_date};
use crate::ops::get_object::Found;
use crate::ops::tagging::find_strictly;
use crate::store::{self, Bucket, Versioning};
use crate::version_id::Addressed;

fn default_rule(rule: &api::ObjectLockRule) -> Result<DefaultRetentionRule, ServiceError> {
    let retention = rule.default_retention.as_ref().ok_or_else(errors::malformed_xml)?;
    refuse(retention.default_event_hold.is_some(), "DefaultEventHold")?;
    let mode = text!(retention.mode).and_then(Mode::by_name).ok_or_else(errors::malformed_xml)?;
    let days = match (retention.days, retention.years) {
        (Some(days), None) => i64::from(days),
        (None, Some(years)) => i64::from(years) * 365,
        _ => return Err(errors::malformed_xml()),
    };
    if days <= 0 {
        return Err(errors::invalid_argument(
            "Default retention period must be a positive integer value.",
            if retention.years.is_some() { "Years" } else { "Days" },
            None,
        ));
    }
    let retention_of = DefaultRetention { mode, days };
    Ok(DefaultRetentionRule { retention: retention_of, years: retention.years })
}

pub(crate) async fn put_object_lock_configuration(
    cx: &RequestContext,
    input: api::PutObjectLockConfigurationRequest,
) -> Result<api::PutObjectLockConfigurationOutput, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        if bucket.configuration.versioning != Versioning::Enabled {
            return Err(errors::invalid_bucket_state(
                "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
            ));
        }
        let document = input.object_lock_configuration.as_ref();
        let document = document.ok_or_else(errors::malformed_xml)?;
        if text!(document.object_lock_enabled) != Some("Enabled") {
            return Err(errors::malformed_xml());
        }
        let rule = document.rule.as_ref().map(default_rule).transpose()?;
        bucket.configure(|configuration| {
            configuration.object_lock = true;
            configuration.default_retention = rule;
        });
        Ok(api::PutObjectLockConfigurationOutput::default())
    })
}

pub(crate) async fn get_object_lock_configuration(
    cx: &RequestContext,
    input: api::GetObjectLockConfigurationRequest,
) -> Result<api::GetObjectLockConfigurationOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let configuration = &bucket.configuration;
    if !configuration.object_lock {
        return Err(Missing::ObjectLock.of(&input.bucket));
    }
    let rule = configuration.default_retention.map(|rule| api::ObjectLockRule {
        default_retention: Some(api::DefaultRetention {
            mode: Some(rule.retention.mode.as_str().into()),
            days: match rule.years {
                Some(_) => None,
                None => i32::try_from(rule.retention.days).ok(),
            },
            years: rule.years,
            default_event_hold: None,
        }),
    });
    Ok(api::GetObjectLockConfigurationOutput {
        object_lock_configuration: Some(api::ObjectLockConfiguration {
            object_lock_enabled: Some("Enabled".into()),
            rule,
        }),
    })
}

/// The version of a request, in a bucket that can lock.
fn lockable(
    bucket: &Bucket,
    key: &ObjectKey,
    version_id: Option<&str>,
    method: &str,
) -> Result<Found, ServiceError> {
    let found = find_strictly(bucket, key, Addressed::parse(version_id)?, method)?;
    if bucket.configuration.object_lock {
        return Ok(found);
    }
    Err(errors::invalid_request("Bucket is missing Object Lock Configuration"))
}

pub(crate) async fn put_object_retention(
    cx: &RequestContext,
    input: api::PutObjectRetentionRequest,
) -> Result<api::PutObjectRetentionOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let now = cx.now();
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let found = lockable(bucket, &key, input.version_id.as_deref(), "PUT")?;
        let requested = input.retention.as_ref().ok_or_else(errors::malformed_xml)?;
        refuse(requested.event_hold.is_some(), "EventHold")?;
        refuse(requested.event_hold_duration.is_some(), "EventHoldDuration")?;
        let retention = match (text!(requested.mode), &requested.retain_until_date) {
            (None, None) => None,
            (Some(mode), Some(until)) => {
                let mode = Mode::by_name(mode).ok_or_else(errors::malformed_xml)?;
                let until = Timestamp::from_wire(until);
                if until <= now {
                    return Err(past_date("RetainUntilDate", until));
                }
                Some(Retention { mode, until })
            }
            _ => return Err(errors::malformed_xml()),
        };
        let bypass = input.bypass_governance_retention == Some(true);
        found.object.lock.check_change(retention, now, bypass)?;
        let position = found.version.position;
        bucket.edit_object(&key, position, |object| object.lock.retention = retention);
        Ok(api::PutObjectRetentionOutput::default())
    })
}

pub(crate) async fn get_object_retention(
    cx: &RequestContext,
    input: api::GetObjectRetentionRequest,
) -> Result<api::GetObjectRetentionOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let owner = input.expected_bucket_owner.as_deref();
    let found = store::read(cx, &input.bucket, owner, |bucket| {
        lockable(bucket, &key, input.version_id.as_deref(), "GET")
    })?;
    let retention = found.object.lock.retention.ok_or_else(errors::no_such_object_lock)?;
    Ok(api::GetObjectRetentionOutput {
        retention: Some(api::ObjectLockRetention {
            mode: Some(retention.mode.as_str().into()),
            retain_until_date: Some(retention.until.to_wire()),
            ..api::ObjectLockRetention::default()
        }),
    })
}

pub(crate) async fn put_object_legal_hold(
    cx: &RequestContext,
    input: api::PutObjectLegalHoldRequest,
) -> Result<api::PutObjectLegalHoldOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let addressed = Addressed::parse(input.version_id.as_deref())?;
        find_strictly(bucket, &key, addressed, "PUT")?;
        let requested = input.legal_hold.as_ref().ok_or_else(errors::malformed_xml)?;
        let on = match text!(requested.status) {
            Some("ON") => true,
            Some("OFF") => false,
            _ => return Err(errors::malformed_xml()),
        };
        let found = lockable(bucket, &key, input.version_id.as_deref(), "PUT")?;
        let position = found.version.position;
        bucket.edit_object(&key, position, |object| object.lock.legal_hold = Some(on));
        Ok(api::PutObjectLegalHoldOutput::default())
    })
}

pub(crate) async fn get_object_legal_hold(
    cx: &RequestContext,
    input: api::GetObjectLegalHoldRequest,
) -> Result<api::GetObjectLegalHoldOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let owner = input.expected_bucket_owner.as_deref();
    let found = store::read(cx, &input.bucket, owner, |bucket| {
        lockable(bucket, &key, input.version_id.as_deref(), "GET")
    })?;
    let on = found.object.lock.legal_hold.ok_or_else(errors::no_such_object_lock)?;
    let status = Some(if on { "ON" } else { "OFF" }.into());
    Ok(api::GetObjectLegalHoldOutput { legal_hold: Some(api::ObjectLockLegalHold { status }) })
}
