//! `ReplicateKey`, `UpdatePrimaryRegion`.

use std::sync::Arc;

use fogbank_api_kms::{
    AlreadyExistsException, KeyState, ReplicateKeyRequest, ReplicateKeyResponse,
    UpdatePrimaryRegionRequest,
};
use fogbank_context::{Arn, Region};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::rotation::check_primary;
use crate::errors;
use crate::key::{locate, new, policy, relatives};
use crate::ops::tags;
use crate::store::{Key, Material, MultiRegion, Origin, State};

fn family(key: &Key) -> Result<MultiRegion, ServiceError> {
    let family = key.multi_region.clone().filter(|_| key.is_primary());
    family.ok_or_else(|| {
        errors::unsupported(format!("{} is not a multi-region primary key.", key.arn_text))
    })
}

pub(crate) fn replicate(
    cx: &RequestContext,
    input: ReplicateKeyRequest,
) -> Result<ReplicateKeyResponse, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "ReplicateKey")?;
    let primary = &found.key;
    let mut family = family(primary)?;
    primary.check_usable()?;
    let region = Region::new(&input.replica_region);
    let arn = Arn { region: Some(region.clone()), ..primary.arn.clone() };
    if region == family.primary || family.replicas.contains(&region) {
        let message = format!("Key '{arn}' already exists");
        return Err(AlreadyExistsException::new(message).into());
    }
    let account = primary.arn.account_id().expect("keys are made in an account");
    let policy = match input.policy {
        Some(text) => {
            let bypass = input.bypass_policy_lockout_safety_check == Some(true);
            policy::check(cx, account, &text, bypass)?;
            text
        }
        None => policy::default_policy(cx.partition(), account),
    };
    let tags = tags::checked(Default::default(), input.tags.unwrap_or_default())?;
    let listed = tags::listed(&tags);

    family.replicas.push(region.clone());
    let imported = primary.origin == Origin::External;
    let without_secret =
        |material: &Arc<Material>| Arc::new(Material::clone(material).without_secret());
    let replica = Key {
        arn_text: arn.to_string().into(),
        arn,
        created: cx.now(),
        description: input.description.unwrap_or_default(),
        state: if imported { State::PendingImport } else { State::Enabled },
        policy: policy.clone().into(),
        tags,
        multi_region: Some(family.clone()),
        materials: if imported {
            primary.materials.iter().map(without_secret).collect()
        } else {
            primary.materials.clone()
        },
        imports: Vec::new(),
        grants: Default::default(),
        ..Key::clone(primary)
    };
    // AWS answers while the replica is still being made; here it is ready at once.
    let mut metadata = replica.metadata();
    metadata.enabled = Some(false);
    metadata.key_state = Some(KeyState::Creating);
    metadata.current_key_material_id = None;
    new::insert(&locate::store_of(cx, primary, &region), replica)?;
    relatives::set_family(cx, primary, &family);
    Ok(ReplicateKeyResponse {
        replica_key_metadata: Some(metadata),
        replica_policy: Some(policy),
        replica_tags: (!listed.is_empty()).then_some(listed),
    })
}

pub(crate) fn update_primary(
    cx: &RequestContext,
    input: &UpdatePrimaryRegionRequest,
) -> Result<Unit, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "UpdatePrimaryRegion")?;
    let old = &found.key;
    let mut family = family(old)?;
    check_primary(old)?;
    old.check_usable()?;
    let region = Region::new(&input.primary_region);
    let arn = Arn { region: Some(region.clone()), ..old.arn.clone() };
    let Some(place) = family.replicas.iter().position(|replica| *replica == region) else {
        return Err(errors::no_such_key(&arn.to_string()));
    };
    locate::store_of(cx, old, &region)
        .keys
        .read(old.id(), Key::check_usable)
        .unwrap_or_else(|| Err(errors::no_such_key(&arn.to_string())))?;
    family.replicas[place] = std::mem::replace(&mut family.primary, region);
    relatives::set_family(cx, old, &family);
    Ok(Unit)
}
