//! `BatchGetSecretValue`.

use fogbank_api_secretsmanager::{
    APIErrorType, BatchGetSecretValueRequest, BatchGetSecretValueResponse, GetSecretValueRequest,
    SecretValueEntry,
};
use fogbank_service::{RequestContext, ServiceError};

use super::{list_secrets, secret_value};
use crate::errors;
use crate::paging::page;
use crate::store::SecretsStore;

pub(crate) async fn run(
    cx: &RequestContext,
    input: BatchGetSecretValueRequest,
) -> Result<BatchGetSecretValueResponse, ServiceError> {
    let ids = match (input.secret_id_list, &input.filters) {
        (Some(ids), None) if input.max_results.is_none() => ids,
        (Some(_), None) => {
            return Err(errors::invalid_parameter(
                "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is \
                 provided.",
            ));
        }
        (None, Some(filters)) => {
            list_secrets::check(Some(filters))?;
            let store = cx.world.regional::<SecretsStore>(cx.account, &cx.region);
            let secrets = list_secrets::matching(cx, &store, Some(filters), false);
            secrets.iter().map(|secret| secret.name.clone()).collect()
        }
        _ => {
            return Err(errors::invalid_parameter(
                "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
            ));
        }
    };
    let (ids, next_token) = page(ids, input.max_results, 20, input.next_token.as_deref())?;
    let mut values = Vec::new();
    let mut failed = Vec::new();
    for id in ids {
        let request = GetSecretValueRequest { secret_id: id.clone(), ..Default::default() };
        match secret_value::get(cx, &request).await {
            Ok(value) => values.push(SecretValueEntry {
                arn: value.arn,
                name: value.name,
                version_id: value.version_id,
                secret_binary: value.secret_binary,
                secret_string: value.secret_string,
                version_stages: value.version_stages,
                created_date: value.created_date,
            }),
            Err(error) => failed.push(APIErrorType {
                secret_id: Some(id),
                error_code: Some(error.name().to_owned()),
                message: error.message().map(str::to_owned),
            }),
        }
    }
    Ok(BatchGetSecretValueResponse {
        secret_values: Some(values),
        next_token,
        errors: Some(failed),
    })
}
