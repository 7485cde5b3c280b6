//! Which states let which operations through.

use fogbank_service::ServiceError;

use crate::errors;
use crate::store::{Key, State};

impl Key {
    /// The key can be used for cryptography: it is enabled.
    pub(crate) fn check_usable(&self) -> Result<(), ServiceError> {
        match self.state {
            State::Enabled => Ok(()),
            State::Disabled => Err(errors::disabled(&self.arn_text)),
            _ => Err(self.wrong_state()),
        }
    }

    /// The key can be changed: it is not going to be deleted.
    pub(crate) fn check_changeable(&self) -> Result<(), ServiceError> {
        match self.state {
            State::PendingDeletion { .. } | State::PendingReplicaDeletion { .. } => {
                Err(self.wrong_state())
            }
            _ => Ok(()),
        }
    }

    /// The error of an operation that the key's state does not let through.
    pub(crate) fn wrong_state(&self) -> ServiceError {
        let words = match self.state {
            State::Enabled => "is enabled.",
            State::Disabled => "is disabled.",
            State::PendingDeletion { .. } => "is pending deletion.",
            State::PendingReplicaDeletion { .. } => "is pending replica deletion.",
            State::PendingImport => "is pending import.",
        };
        errors::invalid_state(format!("{} {words}", self.arn_text))
    }

    /// The state's name on the wire.
    pub(crate) fn state_name(&self) -> &'static str {
        match self.state {
            State::Enabled => "Enabled",
            State::Disabled => "Disabled",
            State::PendingDeletion { .. } => "PendingDeletion",
            State::PendingReplicaDeletion { .. } => "PendingReplicaDeletion",
            State::PendingImport => "PendingImport",
        }
    }

    /// Whether all material that the key needs is there.
    pub(crate) fn has_material(&self) -> bool {
        let needed = self.materials.iter().filter(|material| !material.pending);
        self.current.is_some() && needed.into_iter().all(|material| material.secret.is_some())
    }
}
