//! ARNs of roles and of the sessions made from them.

use fogbank_context::{AccountId, Arn};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::store::{RoleId, StsStore};

/// A role that is to be assumed.
pub(crate) struct Role {
    pub(crate) account: AccountId,
    arn: Arn,
    name: String,
}

/// The user that a session of a role acts as.
pub(crate) struct AssumedRole {
    pub(crate) arn: Arn,
    /// `AROA…:session`.
    pub(crate) id: String,
}

impl Role {
    /// Reads `arn:aws:iam::000000000000:role/path/name`.
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        let invalid = || errors::is_invalid(text);
        let arn: Arn = text.parse().map_err(|_| invalid())?;
        let account = arn.account_id().ok_or_else(invalid)?;
        let path = arn.resource.strip_prefix("role/").ok_or_else(invalid)?;
        let name = path.rsplit('/').next().filter(|name| !name.is_empty()).ok_or_else(invalid)?;
        if arn.service != "iam" || arn.region.is_some() {
            return Err(invalid());
        }
        Ok(Self { account, name: name.to_owned(), arn })
    }

    /// The principal of a session with this name.
    pub(crate) fn session(&self, cx: &RequestContext, name: &str) -> AssumedRole {
        let resource = format!("assumed-role/{}/{name}", self.name);
        let arn = Arn::global(self.arn.partition, "sts", self.account, resource);
        AssumedRole { arn, id: format!("{}:{name}", self.id(cx)) }
    }

    fn id(&self, cx: &RequestContext) -> String {
        let store = cx.world.global::<StsStore>();
        let make = || RoleId(format!("AROA{}", cx.ids().upper_alphanumeric(17)));
        store.role_ids.update_or_insert(self.arn.to_string(), make, |id| id.0.clone())
    }
}
