//! The keys of KMS that protect objects, as KMS knows them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_kms::{DescribeKeyRequest, KeyMetadata, KmsClient};
use fogbank_context::Arn;
use fogbank_service::{Intent, RequestContext, ServiceError};

use super::{Encryption, kms_arn};
use crate::errors::{self, error};

/// The alias of the key that S3 uses when a request names none.
const OWN: &str = "alias/aws/s3";

/// Replaces the key that a write names with the ARN of the key that KMS has.
///
/// Where nothing emulates KMS, the name stands for itself.
///
/// # Errors
///
/// `KMS.NotFoundException`, `KMS.DisabledException`, `KMS.KMSInvalidStateException`, `AccessDenied`.
pub(crate) async fn confirm(
    cx: &RequestContext,
    encryption: &mut Encryption,
    object: (&str, &str),
) -> Result<(), ServiceError> {
    resolve(cx, encryption).await?;
    permit(cx, encryption, "GenerateDataKey", object).await
}

async fn resolve(cx: &RequestContext, encryption: &mut Encryption) -> Result<(), ServiceError> {
    let Encryption::Kms { key, .. } = encryption else { return Ok(()) };
    if *key == kms_arn(cx, None) {
        let name = cx.arn("kms", OWN).to_string();
        if let Ok(Some(found)) = describe(cx, &name).await {
            *key = found.arn.unwrap_or_else(|| key.clone());
        }
        return Ok(());
    }
    if let Some(found) = look_up(cx, key).await? {
        *key = found.arn.unwrap_or_else(|| key.clone());
    }
    Ok(())
}

/// Checks that the key of an object can still be used: for `Decrypt` when it is read, for
/// `GenerateDataKey` when it comes in parts.
///
/// # Errors
///
/// As those of [`confirm`].
pub(crate) async fn check_usable(
    cx: &RequestContext,
    encryption: &Encryption,
    operation: &'static str,
    object: (&str, &str),
) -> Result<(), ServiceError> {
    if let Some(key) = encryption.kms_key()
        && key != kms_arn(cx, None)
    {
        look_up(cx, key).await?;
    }
    permit(cx, encryption, operation, object).await
}

/// Asks the policies whether who asked may use the key for an object, given as bucket and key.
async fn permit(
    cx: &RequestContext,
    encryption: &Encryption,
    operation: &'static str,
    (bucket, object): (&str, &str),
) -> Result<(), ServiceError> {
    let Encryption::Kms { key, context, bucket_key, .. } = encryption else { return Ok(()) };
    let mut caller = cx.caller();
    if let Some(account) = key.parse::<Arn>().ok().and_then(|arn| arn.account_id()) {
        caller = caller.in_account(account);
    }
    let intent = || {
        let own = context.as_ref().and_then(|text| STANDARD.decode(text).ok());
        let own = own.and_then(|json| serde_json::from_slice(&json).ok());
        let mut context: BTreeMap<String, String> = own.unwrap_or_default();
        let partition = cx.partition();
        let arn = match bucket_key {
            true => format!("arn:{partition}:s3:::{bucket}"),
            false => format!("arn:{partition}:s3:::{bucket}/{object}"),
        };
        context.insert("aws:s3:arn".to_owned(), arn);
        Intent::for_principal("s3.amazonaws.com", "kms", operation)
            .with("KeyId", key.as_str())
            .with("EncryptionContext", context)
    };
    let permitted = caller.permit(intent).await;
    permitted.map_err(|denial| match denial.message() {
        Some(message) => errors::access_denied().with_message(message.to_owned()),
        None => errors::access_denied(),
    })
}

fn not_found(message: String) -> ServiceError {
    error("KMS.NotFoundException", 400, message, &[])
}

async fn look_up(cx: &RequestContext, key: &str) -> Result<Option<KeyMetadata>, ServiceError> {
    let arn: Arn = key.parse().map_err(|_| not_found(format!("Invalid arn {key}")))?;
    let found = match describe(cx, key).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(None),
        Err(error) if error.code() == "KMS.NotFoundException" => {
            return Err(why_not_found(cx, &arn).unwrap_or(error));
        }
        Err(error) => return Err(error),
    };
    let shown = found.arn.as_deref().unwrap_or(key);
    match found.key_state.as_ref().map(|state| state.as_str()) {
        Some("Disabled") => {
            Err(error("KMS.DisabledException", 400, format!("{shown} is disabled."), &[]))
        }
        Some("PendingDeletion" | "PendingReplicaDeletion") => Err(error(
            "KMS.KMSInvalidStateException",
            400,
            format!("{shown} is pending deletion."),
            &[],
        )),
        _ => Ok(Some(found)),
    }
}

/// What is wrong with the name of a key that KMS does not have, where it could not have it.
fn why_not_found(cx: &RequestContext, arn: &Arn) -> Option<ServiceError> {
    if let Some(region) = arn.region.as_ref().filter(|region| **region != cx.region) {
        return Some(not_found(format!("Invalid arn {region}")));
    }
    let id = arn.resource.strip_prefix("key/")?;
    (!is_key_id(id)).then(|| not_found(format!("Invalid keyId '{id}'")))
}

fn is_key_id(id: &str) -> bool {
    let digits = id.strip_prefix("mrk-").map_or_else(|| id.replace('-', ""), str::to_owned);
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What KMS says of a key; nothing where nothing emulates KMS.
async fn describe(cx: &RequestContext, key: &str) -> Result<Option<KeyMetadata>, ServiceError> {
    let mut caller = cx.caller();
    if let Some(account) = key.parse::<Arn>().ok().and_then(|arn| arn.account_id()) {
        caller = caller.in_account(account);
    }
    let request = DescribeKeyRequest { key_id: key.to_owned(), ..DescribeKeyRequest::default() };
    match KmsClient::new(caller).describe_key(request).await {
        Ok(output) => Ok(output.key_metadata),
        Err(error) if error.code().contains("NotFound") => {
            let what = if key.contains(":alias/") { "Alias" } else { "Key" };
            Err(not_found(format!("{what} '{key}' does not exist")))
        }
        Err(error) if error.is_absence() => Ok(None),
        Err(error) => Err(error),
    }
}
