//! From what a request calls a secret to the secret.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn};
use fogbank_service::{Caller, RequestContext, ServiceError};

use crate::errors;
use crate::store::{Secret, SecretsStore};

/// The random characters at the end of an ARN.
pub(crate) const SUFFIX_LEN: usize = 6;

/// A secret, and where it was found.
pub(crate) struct Located {
    /// The store of its account and region.
    pub(crate) store: Arc<SecretsStore>,
    /// The account.
    pub(crate) account: AccountId,
    /// The secret as it was then.
    pub(crate) secret: Arc<Secret>,
}

impl Located {
    /// The ARN, for a response.
    pub(crate) fn arn(&self) -> Option<String> {
        Some(self.secret.arn.to_string())
    }

    /// The name, for a response.
    pub(crate) fn name(&self) -> Option<String> {
        Some(self.secret.name.clone())
    }

    /// Changes the secret; an error takes the change back.
    pub(crate) fn change<T>(
        &self,
        edit: impl FnOnce(&mut Secret) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let changed = self.store.secrets.try_update(&self.secret.name, |secret| edit(secret));
        changed.unwrap_or_else(|| Err(errors::no_such_secret()))
    }

    /// The secret is not going to be deleted.
    pub(crate) fn check_alive(&self) -> Result<(), ServiceError> {
        match self.secret.deletion {
            None => Ok(()),
            Some(_) => Err(errors::marked_for_deletion()),
        }
    }

    /// The secret is not the replica of another.
    pub(crate) fn check_primary(&self) -> Result<(), ServiceError> {
        if self.secret.is_replica() { Err(errors::replica()) } else { Ok(()) }
    }

    /// A caller for KMS.
    pub(crate) fn kms_caller(&self, cx: &RequestContext) -> Caller {
        cx.caller().in_account(self.account).as_service("secretsmanager.amazonaws.com")
    }
}

impl Secret {
    /// Whether it is the replica of another.
    pub(crate) fn is_replica(&self) -> bool {
        self.cross_primary.is_some() || self.primary.is_some() && self.primary != self.arn.region
    }
}

/// Checks that a name has the characters of names.
pub(crate) fn check_name(name: &str) -> Result<(), ServiceError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-/_+=.@!".contains(&byte);
    if name.bytes().all(allowed) { Ok(()) } else { Err(errors::invalid_name()) }
}

/// The secret that a request names by its name, its ARN or its ARN without the random characters.
pub(crate) fn find(cx: &RequestContext, id: &str) -> Result<Located, ServiceError> {
    let Some(rest) = id.strip_prefix("arn:") else {
        check_name(id)?;
        return by_name(cx, cx.account, id).ok_or_else(errors::no_such_secret);
    };
    let arn: Arn = format!("arn:{rest}").parse().map_err(|_| errors::invalid_name())?;
    let account = arn.account_id().ok_or_else(errors::no_such_secret)?;
    let resource = arn.resource.strip_prefix("secret:").ok_or_else(errors::no_such_secret)?;
    if arn.service != "secretsmanager" || arn.region.as_ref() != Some(&cx.region) {
        return Err(errors::no_such_secret());
    }
    let found = match without_suffix(resource) {
        Some(name) => by_name(cx, account, name).filter(|found| found.secret.arn == arn),
        None => by_name(cx, account, resource),
    };
    found.ok_or_else(errors::no_such_secret)
}

/// The name in an ARN that ends like a whole one.
pub(crate) fn without_suffix(resource: &str) -> Option<&str> {
    let (name, suffix) = resource.rsplit_once('-')?;
    let whole = suffix.len() == SUFFIX_LEN && suffix.bytes().all(|b| b.is_ascii_alphanumeric());
    whole.then_some(name)
}

fn by_name(cx: &RequestContext, account: AccountId, name: &str) -> Option<Located> {
    let store = cx.world.regional::<SecretsStore>(account, &cx.region);
    settle(cx, &store, name);
    let secret = store.secrets.get(name)?;
    Some(Located { store, account, secret })
}

/// Deletes a secret whose time has come.
pub(crate) fn settle(cx: &RequestContext, store: &SecretsStore, name: &str) {
    let now = cx.now();
    let due = |secret: &Secret| secret.deletion.is_some_and(|at| at <= now);
    if store.secrets.read(name, due) == Some(true) {
        store.secrets.remove_if(name, due);
    }
}

/// Deletes all secrets whose time has come.
pub(crate) fn settle_all(cx: &RequestContext, store: &SecretsStore) {
    store.secrets.keys().iter().for_each(|name| settle(cx, store, name));
}
