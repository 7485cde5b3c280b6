//! What a service is about to do at another, for the policies to decide on.
//!
//! Where the settings enforce policies, AWS's services cannot do more at each other than they are
//! allowed to. A service comes to another in several ways ([`Acting`]): as itself, as SNS when it
//! delivers to a queue, whose policy then has to let `sns.amazonaws.com` in; or for who asked, as
//! Parameter Store when it decrypts, who then needs the permission in person.
//!
//! ```ignore
//! cx.caller().permit(|| {
//!     Intent::for_principal("ssm.amazonaws.com", "kms", "Decrypt")
//!         .with("CiphertextBlob", blob.clone())
//!         .with("EncryptionContext", context)
//! }).await?;
//! ```

use std::collections::BTreeMap;

use bytes::Bytes;
use fogbank_context::{AccountId, Arn};

/// How a service comes to do something at another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acting {
    /// As itself: policies know it by its name, and by what it acts for.
    AsItself {
        /// The ARN of the resource that it acts for: `aws:SourceArn`.
        source: String,
        /// The account of that resource: `aws:SourceAccount`.
        account: AccountId,
    },
    /// For who asked it, whose permissions count: a forward access session.
    ForPrincipal,
    /// For an account, whose root policies elsewhere name.
    ForAccount(Arn),
    /// In a session of a role that it was given, by its ARN.
    InRole(Arn),
    /// Nobody but who asked, in a request that only the service can read, such as a form.
    InPerson,
}

/// An operation that a service is about to run at another, or an action that it needs there.
#[derive(Clone, Debug)]
pub struct Intent {
    /// The service that acts, such as `sns.amazonaws.com`.
    pub by: &'static str,
    /// In whose name.
    pub acting: Acting,
    /// The other service, by its name in botocore.
    pub service: &'static str,
    /// The operation by its name in the model.
    pub operation: &'static str,
    /// The members of its input that policies look at.
    pub members: Vec<(&'static str, Member)>,
}

/// A member of an operation's input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// A string.
    Text(String),
    /// Bytes.
    Bytes(Bytes),
    /// A map of strings.
    Map(BTreeMap<String, String>),
    /// A list of structures of which one member matters, a string: its name and its values.
    List(&'static str, Vec<String>),
}

impl Intent {
    /// What a service does for who asked it.
    pub fn for_principal(by: &'static str, service: &'static str, operation: &'static str) -> Self {
        Self { by, acting: Acting::ForPrincipal, service, operation, members: Vec::new() }
    }

    /// What a request asks for that only the service can read.
    pub fn in_person(by: &'static str, service: &'static str, operation: &'static str) -> Self {
        Self { by, acting: Acting::InPerson, service, operation, members: Vec::new() }
    }

    /// What a service does for an account; its root.
    pub fn for_account(
        by: &'static str,
        root: Arn,
        service: &'static str,
        operation: &'static str,
    ) -> Self {
        let acting = Acting::ForAccount(root);
        Self { by, acting, service, operation, members: Vec::new() }
    }

    /// What a service does in a session of a role that it was given.
    pub fn in_role(
        by: &'static str,
        role: Arn,
        service: &'static str,
        operation: &'static str,
    ) -> Self {
        Self { by, acting: Acting::InRole(role), service, operation, members: Vec::new() }
    }

    /// What a service does as itself, for a resource.
    pub fn as_itself(
        by: &'static str,
        source: impl Into<String>,
        account: AccountId,
        service: &'static str,
        operation: &'static str,
    ) -> Self {
        let acting = Acting::AsItself { source: source.into(), account };
        Self { by, acting, service, operation, members: Vec::new() }
    }

    /// With a member of the operation's input.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Member>) -> Self {
        self.members.push((name, value.into()));
        self
    }
}

impl From<String> for Member {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Member {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Bytes> for Member {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<BTreeMap<String, String>> for Member {
    fn from(entries: BTreeMap<String, String>) -> Self {
        Self::Map(entries)
    }
}
