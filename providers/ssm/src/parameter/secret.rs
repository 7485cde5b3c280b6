//! Secrets of Secrets Manager under `/aws/reference/secretsmanager/`.

use fogbank_api_secretsmanager::{GetSecretValueRequest, SecretsManagerClient};
use fogbank_api_ssm as api;
use fogbank_service::{Intent, RequestContext, ServiceError};
use serde_json::json;

use crate::errors;

/// Where secrets are.
pub(crate) const PREFIX: &str = "/aws/reference/secretsmanager/";

/// The secret that a name refers to, as a parameter.
///
/// # Errors
/// `ValidationException` without decryption, `ParameterNotFound`, and what Secrets Manager refuses.
pub(crate) async fn get(
    cx: &RequestContext,
    name: &str,
    selector: Option<&str>,
    with_decryption: bool,
) -> Result<api::Parameter, ServiceError> {
    if !with_decryption {
        return Err(errors::validation(
            "WithDecryption flag must be True for retrieving a Secret Manager secret.",
        ));
    }
    let is_version = |text: &str| text.len() == 36 && text.matches('-').count() == 4;
    let input = GetSecretValueRequest {
        secret_id: name[PREFIX.len()..].to_owned(),
        version_id: selector.filter(|text| is_version(text)).map(str::to_owned),
        version_stage: selector.filter(|text| !is_version(text)).map(str::to_owned),
    };
    let intent = || {
        Intent::for_principal("ssm.amazonaws.com", "secretsmanager", "GetSecretValue")
            .with("SecretId", &name[PREFIX.len()..])
    };
    cx.caller().permit(intent).await?;
    let secrets = SecretsManagerClient::new(cx.caller());
    let secret = secrets.get_secret_value(input).await.map_err(|error| match error.code() {
        "ResourceNotFoundException" => errors::parameter_not_found(format!(
            "An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret {name} \
             not found."
        )),
        _ => error,
    })?;
    let created = secret.created_date.as_ref();
    let source = json!({
        "ARN": secret.arn,
        "name": secret.name,
        "versionId": secret.version_id,
        "secretString": secret.secret_string,
        "versionStages": secret.version_stages,
        "createdDate": created.map(|at| at.secs()),
    });
    Ok(api::Parameter {
        name: Some(name.to_owned()),
        r#type: Some(api::ParameterType::SecureString),
        value: secret.secret_string,
        version: Some(0),
        selector: selector.map(|selector| format!(":{selector}")),
        source_result: Some(source.to_string()),
        last_modified_date: secret.created_date,
        arn: secret.arn,
        data_type: Some("text".to_owned()),
    })
}
