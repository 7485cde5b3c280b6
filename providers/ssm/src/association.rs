//! State Manager associations: what one is, and where a request's names lead.

use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_service::ServiceError;
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::kept::Kept;
use crate::store::SsmStore;

/// An association with its versions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Association {
    /// The versions, the oldest first; there is always one.
    pub(crate) versions: Vec<Arc<Kept<api::AssociationDescription>>>,
    /// The executions that were asked for, the oldest first.
    pub(crate) executions: Vec<Arc<Kept<api::AssociationExecution>>>,
}

impl Resource for Association {
    const VERSION: u32 = 1;
}

impl Association {
    /// The newest version.
    pub(crate) fn current(&self) -> &api::AssociationDescription {
        self.versions.last().expect("an association has a version")
    }

    /// Changes the newest version.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut api::AssociationDescription)) {
        let current = self.versions.last_mut().expect("an association has a version");
        change(&mut Arc::make_mut(current).0);
    }

    /// A version by number or `$LATEST`.
    pub(crate) fn version(&self, version: &str) -> Option<&api::AssociationDescription> {
        let mut versions = self.versions.iter();
        match version {
            "$LATEST" => Some(self.current()),
            number => versions
                .find(|it| it.association_version.as_deref() == Some(number))
                .map(|it| &it.0),
        }
    }
}

/// An association that does not exist.
pub(crate) fn unknown() -> ServiceError {
    errors::association_does_not_exist("The specified association does not exist.")
}

/// The id of the association that a request names: by id, or by document and node.
///
/// # Errors
/// `AssociationDoesNotExist`, `ValidationException`.
pub(crate) fn id(
    store: &SsmStore,
    id: Option<&str>,
    name: Option<&str>,
    instance: Option<&str>,
) -> Result<String, ServiceError> {
    if let Some(id) = id {
        return match store.associations.contains(id) {
            true => Ok(id.to_owned()),
            false => Err(unknown()),
        };
    }
    let (Some(name), Some(instance)) = (name, instance) else {
        return Err(errors::validation(
            "An association id, or the name of a document and the id of an instance, is required.",
        ));
    };
    let found = store.associations.iter().find(|(_, association)| {
        let current = association.current();
        current.name.as_deref() == Some(name) && current.instance_id.as_deref() == Some(instance)
    });
    found.map(|(id, _)| id).ok_or_else(unknown)
}
