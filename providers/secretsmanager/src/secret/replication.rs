//! Replicas of a secret in other regions.

pub(crate) mod across;

use fogbank_api_secretsmanager::{ReplicaRegionType, ReplicationStatusType, StatusType};
use fogbank_context::{Arn, Region};
use fogbank_service::{RequestContext, ServiceError};

use super::locate::Located;
use super::value;
use crate::errors;
use crate::store::{Replica, Secret, SecretsStore};

/// What responses say of a secret's replicas; none when there are none.
pub(crate) fn status(secret: &Secret) -> Option<Vec<ReplicationStatusType>> {
    let status = |replica: &Replica| ReplicationStatusType {
        region: Some(replica.region.to_string()),
        kms_key_id: Some(replica.kms_key.clone().unwrap_or_else(|| value::DEFAULT_KEY.to_owned())),
        status: Some(match replica.failure {
            Some(_) => StatusType::Failed,
            None => StatusType::InSync,
        }),
        status_message: Some(match &replica.failure {
            Some(failure) => format!("Replication failed: {failure}"),
            None => "Replication succeeded".to_owned(),
        }),
        last_accessed_date: None,
    };
    (!secret.replicas.is_empty()).then(|| secret.replicas.iter().map(status).collect())
}

/// Checks regions that a secret is to be replicated to.
pub(crate) fn check(
    cx: &RequestContext,
    regions: &[ReplicaRegionType],
) -> Result<(), ServiceError> {
    let own = |region: &ReplicaRegionType| region.region.as_deref() == Some(cx.region.as_str());
    if regions.iter().any(own) {
        return Err(errors::invalid_parameter("Invalid replica region."));
    }
    Ok(())
}

/// Replicates a secret to more regions.
pub(crate) async fn add(
    cx: &RequestContext,
    found: &Located,
    regions: Vec<ReplicaRegionType>,
    overwrite: bool,
) -> Result<(), ServiceError> {
    for wanted in regions {
        let region = Region::new(wanted.region.unwrap_or_default());
        let store = cx.world.regional::<SecretsStore>(found.account, &region);
        let name = &found.secret.name;
        let related = found.secret.replicas.iter().any(|replica| replica.region == region);
        let failure = (store.secrets.contains(name) && !overwrite && !related)
            .then(|| format!("{IN_THE_WAY}{name} already exists in region {region}."));
        let kms_key = value::named_key(wanted.kms_key_id);
        let replica = Replica { region, kms_key, failure };
        found.change(|secret| {
            secret.replicas.retain(|known| known.region != replica.region);
            secret.replicas.push(replica.clone());
            secret.primary.clone_from(&secret.arn.region);
            Ok(())
        })?;
    }
    copy(cx, found).await
}

/// Brings the replicas of a secret to its state. A region whose KMS key does not encrypt fails by
/// itself.
pub(crate) async fn copy(cx: &RequestContext, found: &Located) -> Result<(), ServiceError> {
    let Some(secret) = found.store.secrets.get(&found.secret.name) else { return Ok(()) };
    for replica in secret.replicas.iter().filter(|replica| !replica.is_in_the_way()) {
        let failure = copy_to(cx, found, &secret, replica).await.err();
        let failure = failure.map(|error| error.message().unwrap_or_default().to_owned());
        if failure != replica.failure {
            found.change(|secret| {
                let same = |known: &&mut Replica| known.region == replica.region;
                if let Some(known) = secret.replicas.iter_mut().find(same) {
                    known.failure = failure;
                }
                Ok(())
            })?;
        }
    }
    across::copy(cx, found, &secret).await
}

async fn copy_to(
    cx: &RequestContext,
    found: &Located,
    secret: &Secret,
    replica: &Replica,
) -> Result<(), ServiceError> {
    let arn = Arn { region: Some(replica.region.clone()), ..secret.arn.clone() };
    let mut copied = Secret::clone(secret);
    let caller = found.kms_caller(cx);
    let far = caller.clone().in_region(replica.region.clone());
    let key = replica.kms_key.as_deref();
    value::check_key(&far, key).await?;
    for version in secret.versions.values() {
        let (from, to) = (secret.arn.to_string(), arn.to_string());
        let opened = value::open(&caller, &from, &version.id, &version.value).await?;
        let sealed = value::seal(cx, &far, key, &to, &version.id, &opened).await?;
        copied.edit_version(&version.id, |version| version.value = sealed);
    }
    copied.arn = arn;
    copied.kms_key.clone_from(&replica.kms_key);
    copied.replicas = Vec::new();
    copied.cross_replica = None;
    let store = cx.world.regional::<SecretsStore>(found.account, &replica.region);
    // What is the replica's own stays: its policies and when it was read.
    let own = store.secrets.get(&secret.name).filter(|own| own.is_replica());
    copied.policies = own.as_ref().map(|own| own.policies.clone()).unwrap_or_default();
    copied.accessed = own.and_then(|own| own.accessed);
    store.secrets.insert(secret.name.clone(), copied);
    Ok(())
}

impl Replica {
    /// Whether another secret has the name there.
    fn is_in_the_way(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.starts_with(IN_THE_WAY))
    }
}

/// The start of what is said of a secret that is in the way.
const IN_THE_WAY: &str = "Secret name ";

/// Takes a secret's replicas in these regions away.
pub(crate) fn remove(
    cx: &RequestContext,
    found: &Located,
    regions: &[String],
) -> Result<(), ServiceError> {
    for name in regions {
        let known = found.secret.replicas.iter().find(|replica| replica.region.as_str() == name);
        let Some(replica) = known else { continue };
        if replica.failure.is_none() {
            let store = cx.world.regional::<SecretsStore>(found.account, &replica.region);
            store.secrets.remove_if(&found.secret.name, Secret::is_replica);
        }
    }
    found.change(|secret| {
        secret.replicas.retain(|replica| !regions.iter().any(|it| it == replica.region.as_str()));
        if secret.replicas.is_empty() {
            secret.primary = None;
        }
        Ok(())
    })
}
