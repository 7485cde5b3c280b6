//! Who asks for what, under which circumstances.

use std::borrow::Cow;
use std::collections::BTreeMap;

use fogbank_context::{AccountId, Arn};

/// The values of a condition key.
pub type Values<'a> = Vec<Cow<'a, str>>;

/// The condition keys of a request; asked for only when a policy mentions them.
pub trait ContextKeys {
    /// The values of a key, whose name is given in lower case; none when the request has no such
    /// key. A key with several values may have an empty list of them.
    fn get(&self, key: &str) -> Option<Values<'_>>;
}

/// Condition keys in a map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<String, Vec<String>>);

impl Keys {
    /// Sets the values of a key.
    pub fn insert(&mut self, key: &str, values: Vec<String>) {
        self.0.insert(key.to_lowercase(), values);
    }

    /// Whether there is this key.
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(&key.to_lowercase())
    }
}

impl<K: AsRef<str>, V: Into<String>> FromIterator<(K, Vec<V>)> for Keys {
    fn from_iter<T: IntoIterator<Item = (K, Vec<V>)>>(entries: T) -> Self {
        let mut keys = Self::default();
        for (key, values) in entries {
            keys.insert(key.as_ref(), values.into_iter().map(Into::into).collect());
        }
        keys
    }
}

impl ContextKeys for Keys {
    fn get(&self, key: &str) -> Option<Values<'_>> {
        let values = self.0.get(key)?;
        Some(values.iter().map(|value| Cow::Borrowed(value.as_str())).collect())
    }
}

/// A request for one action on one resource.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Who asks.
    pub identity: &'a Identity,
    /// The action, such as `s3:GetObject`.
    pub action: &'a str,
    /// The ARN of the resource, or `*` for actions without one.
    pub resource: &'a str,
    /// The account that the resource belongs to; none stands for the one who asks.
    pub owner: Option<AccountId>,
    /// The condition keys.
    pub keys: &'a dyn ContextKeys,
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("identity", &self.identity.arn)
            .field("action", &self.action)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}

/// What kind of principal asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// The root user of an account.
    Root,
    /// An IAM user.
    User,
    /// A session of a role.
    AssumedRole,
    /// A session of `GetFederationToken`.
    FederatedUser,
    /// A user of an identity provider, who has no session yet.
    Federated,
    /// A service, on nobody's behalf.
    Service,
    /// Nobody known.
    Anonymous,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What kind of principal.
    pub kind: IdentityKind,
    /// The account; none for services and for who is not known.
    pub account: Option<AccountId>,
    /// The ARN; of a service its name, of an identity provider its ARN or its name.
    pub arn: String,
    /// The role of an assumed role's session, with its path where that is known.
    pub role: Option<String>,
    /// The user who made the session of a federated user, by ARN, where that is known.
    pub federated_by: Option<String>,
    /// The canonical id of the account, by which S3 knows it.
    pub canonical_id: Option<String>,
}

/// The ARN is not one of a principal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the ARN of a principal")]
pub struct IdentityError(String);

impl Identity {
    /// Nobody known.
    pub fn anonymous() -> Self {
        Self::plain(IdentityKind::Anonymous, None, "*".to_owned())
    }

    /// A service, such as `sns.amazonaws.com`.
    pub fn service(name: &str) -> Self {
        Self::plain(IdentityKind::Service, None, name.to_owned())
    }

    /// A user of an identity provider, such as `accounts.google.com` or the ARN of a provider.
    pub fn federated(provider: &str) -> Self {
        Self::plain(IdentityKind::Federated, None, provider.to_owned())
    }

    fn plain(kind: IdentityKind, account: Option<AccountId>, arn: String) -> Self {
        Self { kind, account, arn, role: None, federated_by: None, canonical_id: None }
    }

    /// The principal with this ARN: a user, a session of a role, a federated user, or the root.
    /// A role's own ARN stands for any session of it.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(arn: &str) -> Result<Self, IdentityError> {
        let parsed: Arn = arn.parse().map_err(|_| IdentityError(arn.to_owned()))?;
        Self::of_arn(&parsed)
    }

    /// As [`Identity::parse`].
    ///
    /// # Errors
    /// When it is not an ARN of a principal.
    pub fn of_arn(arn: &Arn) -> Result<Self, IdentityError> {
        let error = || IdentityError(arn.to_string());
        let account = arn.account_id().ok_or_else(error)?;
        let (first, rest) = arn.resource.split_once('/').unwrap_or((&arn.resource, ""));
        let kind = match (arn.service.as_str(), first) {
            ("iam", "root") => IdentityKind::Root,
            ("iam", "user") => IdentityKind::User,
            ("iam", "role") | ("sts", "assumed-role") => IdentityKind::AssumedRole,
            ("sts", "federated-user") => IdentityKind::FederatedUser,
            _ => return Err(error()),
        };
        let mut identity = Self::plain(kind, Some(account), arn.to_string());
        if kind == IdentityKind::AssumedRole {
            let name =
                if arn.service == "iam" { rest } else { rest.split('/').next().unwrap_or("") };
            let role = Arn::global(arn.partition, "iam", account, format!("role/{name}"));
            identity.role = Some(role.to_string());
        }
        Ok(identity)
    }

    /// The session of a role whose ARN, with its path, is this.
    #[must_use]
    pub fn with_role(mut self, role: Option<String>) -> Self {
        if role.is_some() {
            self.role = role;
        }
        self
    }
}
