//! ARNs of roles and of the sessions made from them.

use fogbank_api_iam::{GetRoleRequest, IamClient};
use fogbank_context::{AccountId, Arn};
use fogbank_service::{AccessKey, Caller, RequestContext, ServiceError};
use percent_encoding::percent_decode_str;

use crate::errors;
use crate::store::{RoleId, StsStore};

/// A role that is to be assumed.
pub(crate) struct Role {
    pub(crate) account: AccountId,
    arn: Arn,
    name: String,
    /// What IAM knows of it; none when it knows no such role.
    known: Option<fogbank_api_iam::Role>,
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
        Ok(Self { account, name: name.to_owned(), arn, known: None })
    }

    /// Reads the ARN and asks IAM for the role.
    pub(crate) async fn find(cx: &RequestContext, text: &str) -> Result<Self, ServiceError> {
        let mut role = Self::parse(text)?;
        let iam = IamClient::new(as_sts(cx, role.account));
        let request = GetRoleRequest { role_name: role.name.clone() };
        let known = iam.get_role(request).await.ok().map(|response| response.role);
        role.known = known.filter(|known| known.arn == text);
        Ok(role)
    }

    /// The ARN with its path.
    pub(crate) fn arn(&self) -> &Arn {
        &self.arn
    }

    /// The trust policy.
    pub(crate) fn trust(&self) -> Option<String> {
        let document = self.known.as_ref()?.assume_role_policy_document.as_deref()?;
        Some(percent_decode_str(document).decode_utf8_lossy().into_owned())
    }

    /// Whether a session may last so many seconds.
    pub(crate) fn check_duration(&self, seconds: i32) -> Result<(), ServiceError> {
        let longest = self.known.as_ref().and_then(|known| known.max_session_duration);
        match longest {
            Some(longest) if seconds > longest => Err(errors::longer_than_role_allows()),
            _ => Ok(()),
        }
    }

    /// The principal of a session with this name.
    pub(crate) fn session(&self, cx: &RequestContext, name: &str) -> AssumedRole {
        let resource = format!("assumed-role/{}/{name}", self.name);
        let arn = Arn::global(self.arn.partition, "sts", self.account, resource);
        AssumedRole { arn, id: format!("{}:{name}", self.id(cx)) }
    }

    fn id(&self, cx: &RequestContext) -> String {
        if let Some(known) = &self.known {
            return known.role_id.clone();
        }
        let store = cx.world.global::<StsStore>();
        let make = || RoleId(format!("AROA{}", cx.ids().upper_alphanumeric(17)));
        store.role_ids.update_or_insert(self.arn.to_string(), make, |id| id.0.clone())
    }
}

/// The principal as tokens name it: a session by its role, whose path its key knows.
pub(crate) fn issuing_principal(cx: &RequestContext, key: Option<&AccessKey>) -> String {
    let issuer = key.and_then(|key| key.session.as_ref()?.issuer.as_ref());
    issuer.unwrap_or(&cx.principal.arn).to_string()
}

/// STS itself, which asks IAM of an account.
pub(crate) fn as_sts(cx: &RequestContext, account: AccountId) -> Caller {
    cx.caller().in_account(account).as_service("sts.amazonaws.com")
}
