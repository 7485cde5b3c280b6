//! `CreateSecret`.

use std::collections::BTreeSet;

use fogbank_api_secretsmanager::{CreateSecretRequest, CreateSecretResponse};
use fogbank_context::Arn;
use fogbank_service::{RequestContext, ServiceError};

use super::tags;
use crate::errors;
use crate::secret::locate::{self, Located, SUFFIX_LEN};
use crate::secret::replication::{self, across};
use crate::secret::value::{self, Value};
use crate::secret::versions;
use crate::store::{Secret, SecretsStore};

pub(crate) async fn run(
    cx: &RequestContext,
    input: CreateSecretRequest,
) -> Result<CreateSecretResponse, ServiceError> {
    locate::check_name(&input.name)?;
    let cross_primary = input.cross_account_primary_arn.as_deref();
    let cross_primary = cross_primary.map(|arn| across::primary(cx, arn)).transpose()?;
    if cross_primary.is_some() {
        check_cross_account(&input)?;
    }
    let token = input.client_request_token.ok_or_else(errors::missing_token)?;
    let value = Value::of(input.secret_string, input.secret_binary)?;
    let tags = tags::checked(Vec::new(), input.tags.unwrap_or_default())?;
    let regions = input.add_replica_regions.unwrap_or_default();
    replication::check(cx, &regions)?;

    let store = cx.world.regional::<SecretsStore>(cx.account, &cx.region);
    locate::settle(cx, &store, &input.name);
    if let Some(secret) = store.secrets.get(&input.name) {
        let found = Located { store, account: cx.account, secret };
        return again(cx, &found, &token, value.as_ref()).await;
    }

    let suffix = cx.ids().base62(SUFFIX_LEN);
    let arn = cx.arn("secretsmanager", format!("secret:{}-{suffix}", input.name));
    let kms_key = value::named_key(input.kms_key_id);
    let caller = cx.caller().as_service("secretsmanager.amazonaws.com");
    value::check_key(&caller, kms_key.as_deref()).await?;
    let mut secret = new(cx, arn, input.name.clone());
    secret.description = input.description.filter(|description| !description.is_empty());
    secret.kind = input.r#type;
    secret.kms_key = kms_key;
    secret.cross_primary = cross_primary;
    secret.tags = (!tags.is_empty()).then_some(tags);
    let version = value.is_some().then(|| token.clone());
    if let Some(value) = &value {
        let (arn, key) = (secret.arn.to_string(), secret.kms_key.as_deref());
        let sealed = value::seal(cx, &caller, key, &arn, &token, value).await?;
        let stages = BTreeSet::from([versions::CURRENT.to_owned()]);
        secret.add_version(&token, stages, sealed, cx.now());
    }
    let already = || errors::exists(already_exists(&input.name));
    store.secrets.insert_new(input.name.clone(), secret.clone()).map_err(|_| already())?;

    let found = Located { store, account: cx.account, secret: secret.into() };
    let overwrite = input.force_overwrite_replica_secret == Some(true);
    if !regions.is_empty() {
        replication::add(cx, &found, regions, overwrite).await?;
    }
    let replicated = found.store.secrets.read(&input.name, replication::status).flatten();
    Ok(CreateSecretResponse {
        arn: found.arn(),
        name: found.name(),
        version_id: version,
        replication_status: replicated,
    })
}

/// What the replica of another account's secret has and what it must not have.
fn check_cross_account(input: &CreateSecretRequest) -> Result<(), ServiceError> {
    let given = [
        ("SecretString", input.secret_string.is_some()),
        ("SecretBinary", input.secret_binary.is_some()),
        ("Description", input.description.is_some()),
        ("AddReplicaRegions", input.add_replica_regions.is_some()),
        ("Type", input.r#type.is_some()),
    ];
    if let Some((name, _)) = given.iter().find(|(_, given)| *given) {
        return Err(errors::invalid_parameter(format!(
            "You can't include {name} when you specify CrossAccountPrimaryARN."
        )));
    }
    match value::named_key(input.kms_key_id.clone()) {
        Some(_) => Ok(()),
        None => Err(errors::invalid_parameter(
            "You must specify a customer managed KMS key in KmsKeyId when you specify \
             CrossAccountPrimaryARN.",
        )),
    }
}

fn new(cx: &RequestContext, arn: Arn, name: String) -> Secret {
    Secret {
        arn,
        name,
        created: cx.now(),
        changed: cx.now(),
        accessed: None,
        rotated: None,
        description: None,
        kind: None,
        kms_key: None,
        tags: None,
        policies: Default::default(),
        deletion: None,
        primary: None,
        replicas: Vec::new(),
        cross_primary: None,
        detached: false,
        cross_replica: None,
        next_version: 0,
        versions: Default::default(),
    }
}

fn already_exists(name: &str) -> String {
    format!("The operation failed because the secret {name} already exists.")
}

/// The answer when there is a secret of that name: the same when the request came again.
async fn again(
    cx: &RequestContext,
    found: &Located,
    token: &str,
    value: Option<&Value>,
) -> Result<CreateSecretResponse, ServiceError> {
    let secret = &found.secret;
    if secret.deletion.is_some() {
        return Err(errors::invalid_request(
            "You can't create this secret because a secret with this name is already scheduled \
             for deletion.",
        ));
    }
    if let (Some(version), Some(value)) = (secret.version(token), value) {
        let arn = secret.arn.to_string();
        let known = value::open(&found.kms_caller(cx), &arn, token, &version.value).await?;
        if known == *value {
            return Ok(CreateSecretResponse {
                arn: found.arn(),
                name: found.name(),
                version_id: Some(token.to_owned()),
                replication_status: replication::status(secret),
            });
        }
    }
    Err(errors::exists(already_exists(&secret.name)))
}
