//! `KeyMetadata`, as all operations show it.

use fogbank_api_kms as api;
use fogbank_context::Arn;

use crate::store::{Key, MultiRegion, Origin, State};

/// Algorithm names as a list of the API's type; none when there are none.
pub(crate) fn algorithms<T: for<'a> From<&'a str>>(names: &[&'static str]) -> Option<Vec<T>> {
    (!names.is_empty()).then(|| names.iter().copied().map(T::from).collect())
}

impl Key {
    /// The algorithms of the key's spec for its usage.
    pub(crate) fn algorithms_for<T: for<'a> From<&'a str>>(
        &self,
        usage: super::spec::Usage,
        names: &[&'static str],
    ) -> Option<Vec<T>> {
        (self.usage == usage).then(|| algorithms(names)).flatten()
    }

    /// What `DescribeKey` and its like answer.
    pub(crate) fn metadata(&self) -> api::KeyMetadata {
        use super::spec::Usage;
        let enabled = self.state == State::Enabled;
        let imported = self.origin == Origin::External;
        let current = self.current().filter(|material| imported && material.secret.is_some());
        let expires = current.map(|material| match material.valid_to {
            Some(_) => api::ExpirationModelType::KeyMaterialExpires,
            None => api::ExpirationModelType::KeyMaterialDoesNotExpire,
        });
        let deletion = match self.state {
            State::PendingDeletion { at, .. } => Some(at.to_wire()),
            _ => None,
        };
        let window = match self.state {
            State::PendingReplicaDeletion { days } => Some(i32::from(days)),
            _ => None,
        };
        let manager = match self.managed_for {
            Some(_) => api::KeyManagerType::Aws,
            None => api::KeyManagerType::Customer,
        };
        let spec = self.spec;
        api::KeyMetadata {
            aws_account_id: Some(self.arn.account.clone()),
            key_id: self.id().to_owned(),
            arn: Some(self.arn_text.to_string()),
            creation_date: Some(self.created.to_wire()),
            enabled: Some(enabled),
            description: Some(self.description.clone()),
            key_usage: Some(self.usage.as_str().into()),
            key_state: Some(self.state_name().into()),
            deletion_date: deletion,
            valid_to: current.and_then(|material| Some(material.valid_to?.to_wire())),
            origin: Some(self.origin.as_str().into()),
            expiration_model: expires,
            key_manager: Some(manager),
            customer_master_key_spec: Some(spec.name.into()),
            key_spec: Some(spec.name.into()),
            encryption_algorithms: self.algorithms_for(Usage::EncryptDecrypt, spec.encryption),
            signing_algorithms: self.algorithms_for(Usage::SignVerify, spec.signing),
            key_agreement_algorithms: self.algorithms_for(Usage::KeyAgreement, spec.agreement),
            encapsulation_algorithms: self
                .algorithms_for(Usage::EncapsulateDecapsulate, spec.encapsulation),
            multi_region: Some(self.multi_region.is_some()),
            multi_region_configuration: self
                .multi_region
                .as_ref()
                .map(|family| self.configuration(family)),
            pending_deletion_window_in_days: window,
            mac_algorithms: self.algorithms_for(Usage::GenerateVerifyMac, spec.mac),
            current_key_material_id: self
                .current
                .filter(|_| spec.is_symmetric())
                .map(|id| id.to_string()),
            ..api::KeyMetadata::default()
        }
    }

    fn configuration(&self, family: &MultiRegion) -> api::MultiRegionConfiguration {
        let related = |region: &fogbank_context::Region| api::MultiRegionKey {
            arn: Some(Arn { region: Some(region.clone()), ..self.arn.clone() }.to_string()),
            region: Some(region.to_string()),
        };
        let kind = if self.is_primary() {
            api::MultiRegionKeyType::Primary
        } else {
            api::MultiRegionKeyType::Replica
        };
        api::MultiRegionConfiguration {
            multi_region_key_type: Some(kind),
            primary_key: Some(related(&family.primary)),
            replica_keys: Some(family.replicas.iter().map(related).collect()),
        }
    }
}
