//! The replica of a secret in another account.

use fogbank_context::Arn;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::secret::locate::Located;
use crate::secret::value;
use crate::store::{Secret, SecretsStore};

/// Brings the replica in another account, if there is one, to the state of its primary.
///
/// # Errors
/// What KMS refuses.
pub(crate) async fn copy(
    cx: &RequestContext,
    found: &Located,
    secret: &Secret,
) -> Result<(), ServiceError> {
    let Some(replica) = &secret.cross_replica else { return Ok(()) };
    let Some((account, store, name)) = place(cx, replica) else { return Ok(()) };
    let Some(own) = store.secrets.get(&name) else { return Ok(()) };
    let near = found.kms_caller(cx);
    let far = near.clone().in_account(account);
    let mut copied = Secret::clone(&own);
    copied.versions = secret.versions.clone();
    copied.next_version = secret.next_version;
    copied.rotated = secret.rotated;
    copied.changed = secret.changed;
    copied.description.clone_from(&secret.description);
    copied.detached = false;
    for version in secret.versions.values() {
        let (from, to) = (secret.arn.to_string(), own.arn.to_string());
        let opened = value::open(&near, &from, &version.id, &version.value).await?;
        let key = own.kms_key.as_deref();
        let sealed = value::seal(cx, &far, key, &to, &version.id, &opened).await?;
        copied.edit_version(&version.id, |version| version.value = sealed);
    }
    store.secrets.insert(name, copied);
    Ok(())
}

/// Where the secret with this ARN is kept, if it is there.
pub(crate) fn place(
    cx: &RequestContext,
    arn: &Arn,
) -> Option<(fogbank_context::AccountId, std::sync::Arc<SecretsStore>, String)> {
    let (account, region) = (arn.account_id()?, arn.region.as_ref()?);
    let store = cx.world.regional::<SecretsStore>(account, region);
    let resource = arn.resource.strip_prefix("secret:")?;
    let name = crate::secret::locate::without_suffix(resource)?.to_owned();
    let same = store.secrets.read(&name, |secret| secret.arn == *arn);
    (same == Some(true)).then_some((account, store, name))
}

/// Takes the replica off its primary.
pub(crate) fn detach(cx: &RequestContext, replica: &Arn) {
    if let Some((_, store, name)) = place(cx, replica) {
        store.secrets.update(&name, |secret| secret.detached = true);
    }
}

/// The primary of a new replica.
///
/// # Errors
/// `InvalidParameterException`.
pub(crate) fn primary(cx: &RequestContext, text: &str) -> Result<Arn, ServiceError> {
    let invalid =
        |what: &str| errors::invalid_parameter(format!("The CrossAccountPrimaryARN {what}."));
    let arn: Arn = text.parse().map_err(|_| invalid("is not the ARN of a secret"))?;
    if arn.service != "secretsmanager" || !arn.resource.starts_with("secret:") {
        return Err(invalid("is not the ARN of a secret"));
    }
    if arn.region.as_ref() != Some(&cx.region) || arn.partition != cx.partition() {
        return Err(invalid("must be in the same Region and partition as the replica"));
    }
    if arn.account_id().is_none_or(|account| account == cx.account) {
        return Err(invalid("must be in a different account"));
    }
    Ok(arn)
}
