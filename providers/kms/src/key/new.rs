//! How a key comes into being.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use fogbank_context::{AccountId, Arn};
use fogbank_service::{RequestContext, ServiceError};

use super::policy;
use super::spec::{KeySpec, Usage};
use crate::crypto::engine;
use crate::errors;
use crate::store::{
    Key, KmsStore, Material, MaterialId, MaterialOwner, MultiRegion, Origin, RotationRecord, State,
};

impl MaterialId {
    /// The id of this material in this key: the same whenever it is imported again.
    pub(crate) fn of(key_id: &str, secret: &[u8]) -> Self {
        let mut text = key_id.as_bytes().to_vec();
        text.extend_from_slice(secret);
        let id = digest(&SHA256, digest(&SHA256, &text).as_ref());
        Self(id.as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

/// A key without material, tags or relatives, in the request's region.
pub(crate) fn key(
    cx: &RequestContext,
    account: AccountId,
    id: &str,
    spec: KeySpec,
    usage: Usage,
) -> Key {
    let arn = Arn::regional("kms", &cx.region, account, format!("key/{id}"));
    Key {
        arn_text: arn.to_string().into(),
        arn,
        created: cx.now(),
        description: String::new(),
        spec,
        usage,
        origin: Origin::AwsKms,
        managed_for: None,
        state: State::Enabled,
        policy: policy::default_policy(cx.partition(), account).into(),
        tags: Default::default(),
        multi_region: None,
        materials: Vec::new(),
        current: None,
        rotation: None,
        on_demand_rotations: 0,
        imports: Vec::new(),
        grants: Default::default(),
    }
}

impl Key {
    /// The key with relatives to come.
    pub(crate) fn multi_region(mut self) -> Self {
        let primary = self.region().clone();
        self.multi_region = Some(MultiRegion { primary, replicas: Vec::new() });
        self
    }

    /// Gives the key material that it uses from now on.
    pub(crate) fn adopt(&mut self, secret: Bytes, rotated: Option<RotationRecord>) -> MaterialId {
        let id = MaterialId::of(self.id(), &secret);
        let material = Material { rotated, ..Material::new(id, secret) };
        self.materials.push(Arc::new(material));
        self.current = Some(id);
        id
    }

    /// Checks that material is of the key's spec.
    pub(crate) fn accepts(&self, secret: &[u8]) -> bool {
        use super::spec::Family;
        match self.spec.family {
            Family::Aes => secret.len() == 32,
            Family::Hmac(_, length) => secret.len() == length,
            _ => engine::Engine::new(self.spec, secret).is_some(),
        }
    }
}

/// Puts a new key, and what its materials say of it, into the store.
pub(crate) fn insert(store: &KmsStore, key: Key) -> Result<(), ServiceError> {
    let id = key.id().to_owned();
    let arn = Arc::clone(&key.arn_text);
    let materials: Vec<_> = key.materials.iter().map(|material| material.id).collect();
    store.keys.insert_new(id.clone(), key).map_err(|_| {
        ServiceError::from(fogbank_api_kms::AlreadyExistsException::new(format!(
            "Key '{arn}' already exists"
        )))
    })?;
    materials.into_iter().for_each(|material| index(store, material, &id));
    Ok(())
}

/// Notes whose material it is.
pub(crate) fn index(store: &KmsStore, material: MaterialId, key: &str) {
    store.materials.insert(material, MaterialOwner { key: key.to_owned() });
}

/// New material of the key's spec.
pub(crate) async fn material(cx: &RequestContext, spec: KeySpec) -> Result<Bytes, ServiceError> {
    match spec.family {
        super::spec::Family::Sm2 => {
            Err(errors::unsupported("The SM2 key spec is available only in China Regions."))
        }
        _ => engine::generate(spec, cx.ids()).await,
    }
}

/// New material of a symmetric key, at once.
pub(crate) fn symmetric_material(cx: &RequestContext) -> Bytes {
    Bytes::copy_from_slice(&cx.ids().bytes::<32>())
}
