//! Operations on tables.

pub mod backups;
pub mod contributor_insights;
pub mod create_table;
pub mod describe_tables;
pub mod export;
pub mod global;
pub mod import;
pub mod kinesis;
pub mod resource_policy;
pub mod tags;
pub mod time_to_live;
pub mod update_table;

pub use backups::{continuous_backups, restore};

use fogbank_api_dynamodb::{SSESpecification, SSEType};
use fogbank_api_kms::{DescribeKeyRequest, KeyMetadata, KeyState, KmsClient};
use fogbank_service::{Intent, RequestContext, ServiceError};

use crate::engine::validation::Invalid;

/// The alias of the key that KMS keeps for DynamoDB in each account.
const MANAGED_KEY: &str = "alias/aws/dynamodb";
/// What KMS says of keys that nobody has.
const KEY_ERRORS: [&str; 3] = ["NotFoundException", "InvalidArnException", "ValidationException"];

/// Gives a specification that asks for KMS the ARN of the key that it means.
///
/// # Errors
/// Another kind of encryption than KMS's, a key without it, a key that KMS does not have or that
/// cannot be used.
pub async fn resolve_key(
    cx: &RequestContext,
    specification: &mut Option<SSESpecification>,
) -> Result<(), ServiceError> {
    let Some(asked) = specification.as_mut() else { return Ok(()) };
    check_specification(asked)?;
    if asked.enabled != Some(true) {
        return Ok(());
    }
    let given = asked.kms_master_key_id.is_some();
    let key_id = asked.kms_master_key_id.clone().unwrap_or_else(|| MANAGED_KEY.to_owned());
    let request = DescribeKeyRequest { key_id, ..DescribeKeyRequest::default() };
    match KmsClient::new(cx.caller()).describe_key(request).await {
        Ok(found) => {
            let key = found.key_metadata.unwrap_or_default();
            if let Some((code, message)) = unfit(&key) {
                return Err(refused_by_kms(cx, code, &message));
            }
            asked.kms_master_key_id = key.arn.or_else(|| asked.kms_master_key_id.take());
            permit(cx, asked.kms_master_key_id.as_deref().unwrap_or(MANAGED_KEY)).await?;
        }
        Err(error) if given && KEY_ERRORS.contains(&error.name()) => {
            let message = error.message().unwrap_or_default().to_owned();
            return Err(refused_by_kms(cx, error.name(), &message));
        }
        // Without KMS the key is only named.
        Err(_) => {}
    }
    Ok(())
}

/// What may be asked for together.
fn check_specification(asked: &SSESpecification) -> Result<(), Invalid> {
    let disabled = asked.enabled == Some(false);
    let detail = match (&asked.sse_type, &asked.kms_master_key_id) {
        (Some(_), _) if disabled => "SSEType can not be specified if Enabled is false",
        (_, Some(_)) if disabled => "KMSMasterKeyId can not be specified if Enabled is false",
        (Some(kind), _) if *kind != SSEType::Kms => "SSEType AES256 is not supported",
        (None, Some(_)) => "SSEType KMS is required if KMSMasterKeyId is specified",
        _ => return Ok(()),
    };
    Err(Invalid::parameter(detail))
}

/// Asks the policies whether who asked may have DynamoDB use the key.
async fn permit(cx: &RequestContext, key: &str) -> Result<(), ServiceError> {
    for operation in ["DescribeKey", "CreateGrant"] {
        let intent =
            || Intent::for_principal("dynamodb.amazonaws.com", "kms", operation).with("KeyId", key);
        cx.caller().permit(intent).await.map_err(|denial| {
            refused_by_kms(cx, denial.name(), denial.message().unwrap_or_default())
        })?;
    }
    Ok(())
}

/// Why a key cannot encrypt a table: KMS's code and message.
fn unfit(key: &KeyMetadata) -> Option<(&'static str, String)> {
    let arn = key.arn.as_deref().unwrap_or_default();
    match key.key_state.as_ref()? {
        KeyState::Enabled => None,
        KeyState::Disabled => Some(("DisabledException", format!("{arn} is disabled."))),
        KeyState::PendingDeletion => {
            Some(("KMSInvalidStateException", format!("{arn} is pending deletion.")))
        }
        state => Some(("KMSInvalidStateException", format!("{arn} is {state}."))),
    }
}

fn refused_by_kms(cx: &RequestContext, code: &str, message: &str) -> ServiceError {
    let kind = if code == "DisabledException" { "key disabled" } else { "validation" };
    crate::errors::validation(format!(
        "KMS {kind} error: com.amazonaws.services.kms.model.{code}: {message} (Service: \
         AWSKMS; Status Code: 400; Error Code: {code}; Request ID: {}; Proxy: null)",
        cx.ids().uuid()
    ))
}

/// A page of a list and the token of the next one; a token is where its page starts.
fn page<T>(
    mut all: Vec<T>,
    token: Option<String>,
    limit: usize,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let start = match token {
        None => 0,
        Some(token) => {
            token.parse::<usize>().map_err(|_| crate::errors::validation("Invalid NextToken"))?
        }
    };
    all.drain(..start.min(all.len()));
    let more = all.len() > limit;
    all.truncate(limit);
    let next = more.then(|| (start + all.len()).to_string());
    Ok((all, next))
}
