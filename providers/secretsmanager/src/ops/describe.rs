//! `DescribeSecret`.

use fogbank_api_secretsmanager::{DescribeSecretRequest, DescribeSecretResponse};
use fogbank_service::{RequestContext, ServiceError};

use super::tags;
use crate::secret::{locate, replication};

pub(crate) fn run(
    cx: &RequestContext,
    input: &DescribeSecretRequest,
) -> Result<DescribeSecretResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    let secret = &found.secret;
    Ok(DescribeSecretResponse {
        arn: found.arn(),
        name: found.name(),
        r#type: secret.kind.clone(),
        description: secret.description.clone(),
        kms_key_id: secret.kms_key.clone(),
        last_rotated_date: secret.rotated.map(|at| at.to_wire()),
        last_changed_date: Some(secret.changed.to_wire()),
        last_accessed_date: secret.accessed.map(|at| at.to_wire()),
        deleted_date: secret.deletion.map(|at| at.to_wire()),
        tags: tags::listed(secret.tags.as_deref()),
        version_ids_to_stages: secret.stages(),
        created_date: Some(secret.created.to_wire()),
        primary_region: secret.primary.as_ref().map(ToString::to_string),
        replication_status: replication::status(secret),
        ..DescribeSecretResponse::default()
    })
}
