//! Groups. Who is in a group stands with the users.

use fogbank_context::Timestamp;
use fogbank_state::{Resource, Table};
use serde::{Deserialize, Serialize};

use super::{Entity, Grants, IamStore};

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Group {
    /// The name.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// `AGPA…`.
    pub id: String,
    /// When the group was created.
    pub created: Timestamp,
    /// What its users may do.
    pub grants: Grants,
}

impl Resource for Group {
    const VERSION: u32 = 1;
}

impl Entity for Group {
    const NOUN: &'static str = "group";
    const TITLE: &'static str = "Group";
    const INLINE_QUOTA: usize = 5120;

    fn table(store: &IamStore) -> &Table<String, Self> {
        &store.groups
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn grants(&self) -> &Grants {
        &self.grants
    }

    fn grants_mut(&mut self) -> &mut Grants {
        &mut self.grants
    }
}
