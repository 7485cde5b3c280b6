//! Operations on tables.

pub mod backups;
pub mod continuous_backups;
pub mod contributor_insights;
pub mod create_table;
pub mod describe_tables;
pub mod export;
pub mod global;
pub mod import;
pub mod kinesis;
pub mod resource_policy;
pub mod restore;
pub mod tags;
pub mod time_to_live;
pub mod update_table;

use fogbank_api_dynamodb::SSESpecification;
use fogbank_api_kms::{DescribeKeyRequest, KmsClient};
use fogbank_service::{RequestContext, ServiceError};

/// The alias of the key that KMS keeps for DynamoDB in each account.
const MANAGED_KEY: &str = "alias/aws/dynamodb";

/// Gives a specification that asks for KMS the ARN of the key that it means, as far as KMS knows it.
pub async fn resolve_key(cx: &RequestContext, specification: &mut Option<SSESpecification>) {
    let Some(asked) = specification.as_mut().filter(|it| it.enabled == Some(true)) else { return };
    let key_id = asked.kms_master_key_id.clone().unwrap_or_else(|| MANAGED_KEY.to_owned());
    let request = DescribeKeyRequest { key_id, ..DescribeKeyRequest::default() };
    if let Ok(found) = KmsClient::new(cx.caller()).describe_key(request).await {
        let arn = found.key_metadata.and_then(|key| key.arn);
        asked.kms_master_key_id = arn.or_else(|| asked.kms_master_key_id.take());
    }
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
