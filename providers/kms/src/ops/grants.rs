//! `CreateGrant`, `ListGrants`, `ListRetirableGrants`, `RetireGrant`, `RevokeGrant`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fogbank_api_kms::{
    CreateGrantRequest, CreateGrantResponse, GrantConstraints, GrantListEntry, ListGrantsRequest,
    ListGrantsResponse, ListRetirableGrantsRequest, RetireGrantRequest, RevokeGrantRequest,
};
use fogbank_context::{AccountId, Arn, Region};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::World;

use crate::errors;
use crate::key::due;
use crate::key::locate::{self, Located};
use crate::key::spec::Usage;
use crate::paging::page;
use crate::store::{Grant, Key, KmsStore};

/// The operations that a grant can be for, by the key's usage; none for all usages.
const OPERATIONS: &[(&str, Option<Usage>)] = &[
    ("Decrypt", Some(Usage::EncryptDecrypt)),
    ("Encrypt", Some(Usage::EncryptDecrypt)),
    ("GenerateDataKey", Some(Usage::EncryptDecrypt)),
    ("GenerateDataKeyWithoutPlaintext", Some(Usage::EncryptDecrypt)),
    ("GenerateDataKeyPair", Some(Usage::EncryptDecrypt)),
    ("GenerateDataKeyPairWithoutPlaintext", Some(Usage::EncryptDecrypt)),
    ("ReEncryptFrom", Some(Usage::EncryptDecrypt)),
    ("ReEncryptTo", Some(Usage::EncryptDecrypt)),
    ("Sign", Some(Usage::SignVerify)),
    ("Verify", Some(Usage::SignVerify)),
    ("GenerateMac", Some(Usage::GenerateVerifyMac)),
    ("VerifyMac", Some(Usage::GenerateVerifyMac)),
    ("DeriveSharedSecret", Some(Usage::KeyAgreement)),
    ("Encapsulate", Some(Usage::EncapsulateDecapsulate)),
    ("Decapsulate", Some(Usage::EncapsulateDecapsulate)),
];

/// What a grant token says: where its grant is.
pub(crate) struct Token {
    account: AccountId,
    region: Region,
    key: String,
    grant: String,
    secret: String,
}

impl Token {
    fn of(key: &Key, grant: &Grant) -> String {
        let text = format!(
            "grant|{}|{}|{}|{}|{}",
            key.arn.account,
            key.region(),
            key.id(),
            grant.id,
            grant.secret
        );
        URL_SAFE_NO_PAD.encode(text)
    }

    /// Reads a token; none when it cannot be one.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let mut parts = text.split('|');
        if parts.next()? != "grant" {
            return None;
        }
        let account = parts.next()?.parse().ok()?;
        let region = Region::new(parts.next()?);
        let mut next = || parts.next().map(str::to_owned);
        Some(Self { account, region, key: next()?, grant: next()?, secret: next()? })
    }

    /// The ARN of the grant's key, if it is there.
    pub(crate) fn key_arn(&self, world: &World) -> Option<Arn> {
        let store = world.regional::<KmsStore>(self.account, &self.region);
        store.keys.read(&self.key, |key| key.arn.clone())
    }
}

/// Checks the grant tokens of a request: AWS refuses texts that cannot be one.
pub(crate) fn check_tokens(tokens: Option<&Vec<String>>) -> Result<(), ServiceError> {
    let valid = tokens.into_iter().flatten().all(|token| Token::parse(token).is_some());
    if valid { Ok(()) } else { Err(errors::invalid_grant_token()) }
}

fn check_operations(key: &Key, operations: &[String]) -> Result<(), ServiceError> {
    for operation in operations {
        let usage = OPERATIONS.iter().find(|(name, _)| name == operation).and_then(|row| row.1);
        let pairs_data_keys = operation.starts_with("GenerateDataKey");
        let suits = usage.is_none_or(|usage| usage == key.usage)
            && (!pairs_data_keys || key.spec.is_symmetric())
            && (operation != "GetPublicKey" || key.spec.is_asymmetric());
        if !suits {
            return Err(errors::validation(format!(
                "The operation {operation} is not supported for a KMS key with key spec {} and key \
                 usage {}.",
                key.spec.name,
                key.usage.as_str()
            )));
        }
    }
    Ok(())
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateGrantRequest,
) -> Result<CreateGrantResponse, ServiceError> {
    let found = locate::find_key(cx, &input.key_id)?;
    check_tokens(input.grant_tokens.as_ref())?;
    match (&input.grantee_principal, &input.grantee_service_principal) {
        (None, None) => {
            return Err(errors::validation(
                "1 validation error detected: Value null at 'granteePrincipal' failed to satisfy \
                 constraint: Member must not be null",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(errors::validation(
                "You can specify either GranteePrincipal or GranteeServicePrincipal, not both.",
            ));
        }
        _ => {}
    }
    let operations: Vec<String> = input.operations.iter().map(ToString::to_string).collect();
    if operations.is_empty() {
        return Err(errors::validation("Operations must not be empty."));
    }
    check_operations(&found.key, &operations)?;
    let constraints = input.constraints.unwrap_or_default();
    let has_context = constraints.encryption_context_equals.is_some()
        || constraints.encryption_context_subset.is_some();
    if has_context && !found.key.spec.is_symmetric() {
        return Err(errors::validation(
            "Encryption context constraints are supported only for symmetric encryption KMS keys.",
        ));
    }
    let grant = Grant {
        id: cx.ids().hex(64),
        secret: cx.ids().hex(32),
        created: cx.now(),
        name: input.name,
        grantee: input.grantee_principal,
        retiring: input.retiring_principal,
        grantee_service: input.grantee_service_principal,
        retiring_service: input.retiring_service_principal,
        issuer: format!("arn:{}:iam::{}:root", cx.partition(), cx.principal.account),
        operations,
        context_subset: constraints.encryption_context_subset,
        context_equals: constraints.encryption_context_equals,
        source_arn: constraints.source_arn,
    };
    let (id, token) = found.change(|key| {
        if key.state != crate::store::State::PendingImport {
            key.check_usable()?;
        }
        if input.dry_run == Some(true) {
            return Err(errors::dry_run());
        }
        let same = grant
            .name
            .as_ref()
            .and_then(|_| key.grants.values().find(|other| same_request(other, &grant)).cloned());
        let grant = same.unwrap_or_else(|| Arc::new(grant));
        let token = Token::of(key, &grant);
        let id = grant.id.clone();
        if !key.grants.contains_key(&id) {
            key.grants.insert(id.clone(), grant);
        }
        Ok((id, token))
    })?;
    Ok(CreateGrantResponse { grant_token: Some(token), grant_id: Some(id) })
}

/// Whether two grants with a name were asked for in the same words.
fn same_request(a: &Grant, b: &Grant) -> bool {
    fn words(grant: &Grant) -> impl PartialEq + '_ {
        (
            (&grant.name, &grant.grantee, &grant.retiring),
            (&grant.grantee_service, &grant.retiring_service, &grant.operations),
            (&grant.context_subset, &grant.context_equals, &grant.source_arn),
        )
    }
    words(a) == words(b)
}

fn entry(key: &Key, grant: &Grant) -> GrantListEntry {
    let constrained = grant.context_equals.is_some()
        || grant.context_subset.is_some()
        || grant.source_arn.is_some();
    GrantListEntry {
        key_id: Some(key.arn_text.to_string()),
        grant_id: Some(grant.id.clone()),
        name: grant.name.clone(),
        creation_date: Some(grant.created.to_wire_secs()),
        grantee_principal: grant.grantee.clone(),
        retiring_principal: grant.retiring.clone(),
        issuing_account: Some(grant.issuer.clone()),
        operations: Some(grant.operations.iter().map(|name| name.as_str().into()).collect()),
        constraints: constrained.then(|| GrantConstraints {
            encryption_context_subset: grant.context_subset.clone(),
            encryption_context_equals: grant.context_equals.clone(),
            source_arn: grant.source_arn.clone(),
        }),
        grantee_service_principal: grant.grantee_service.clone(),
        retiring_service_principal: grant.retiring_service.clone(),
    }
}

/// A key's grants in the order of their creation.
fn in_order(key: &Key) -> Vec<(String, GrantListEntry)> {
    let place = |grant: &Grant| format!("{:020}{}", grant.created.as_nanos(), grant.id);
    let grants = key.grants.values().map(|grant| (place(grant), entry(key, grant)));
    let mut grants: Vec<_> = grants.collect();
    grants.sort_by(|a, b| a.0.cmp(&b.0));
    grants
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListGrantsRequest,
) -> Result<ListGrantsResponse, ServiceError> {
    let found = locate::find_key(cx, &input.key_id)?;
    let wanted = |entry: &GrantListEntry| {
        let matches =
            |filter: &Option<String>, value: &Option<String>| filter.is_none() || filter == value;
        matches(&input.grant_id, &entry.grant_id)
            && matches(&input.grantee_principal, &entry.grantee_principal)
            && matches(&input.grantee_service_principal, &entry.grantee_service_principal)
    };
    let grants = in_order(&found.key).into_iter().filter(|(_, entry)| wanted(entry));
    let page = page(grants, input.limit, 50, input.marker.as_deref())?;
    Ok(ListGrantsResponse {
        truncated: page.truncated(),
        next_marker: page.next,
        grants: Some(page.items),
    })
}

pub(crate) fn list_retirable(
    cx: &RequestContext,
    input: &ListRetirableGrantsRequest,
) -> Result<ListGrantsResponse, ServiceError> {
    if input.retiring_principal.is_none() && input.retiring_service_principal.is_none() {
        return Err(errors::validation(
            "1 validation error detected: Value null at 'retiringPrincipal' failed to satisfy \
             constraint: Member must not be null",
        ));
    }
    let store = cx.world.regional::<KmsStore>(cx.account, &cx.region);
    due::settle_all(cx, &store)?;
    let wanted = |entry: &GrantListEntry| {
        entry.retiring_principal == input.retiring_principal
            && entry.retiring_service_principal == input.retiring_service_principal
    };
    let mut grants: Vec<_> = store.keys.iter().flat_map(|(_, key)| in_order(&key)).collect();
    grants.retain(|(_, entry)| wanted(entry));
    grants.sort_by(|a, b| a.0.cmp(&b.0));
    let page = page(grants, input.limit, 50, input.marker.as_deref())?;
    Ok(ListGrantsResponse {
        truncated: page.truncated(),
        next_marker: page.next,
        grants: Some(page.items),
    })
}

pub(crate) fn retire(
    cx: &RequestContext,
    input: &RetireGrantRequest,
) -> Result<Unit, ServiceError> {
    let (found, grant) = match (&input.grant_token, &input.key_id, &input.grant_id) {
        (Some(token), None, None) => {
            let token = Token::parse(token).ok_or_else(errors::invalid_grant_token)?;
            let store = cx.world.regional::<KmsStore>(token.account, &token.region);
            let key = store.keys.get(&token.key).ok_or_else(errors::invalid_grant_token)?;
            let known = key.grants.get(&token.grant);
            if known.is_none_or(|grant| grant.secret != token.secret) {
                return Err(errors::invalid_grant_token());
            }
            (Located { store, key }, token.grant)
        }
        (None, Some(key), Some(grant)) => (locate::find_key(cx, key)?, grant.clone()),
        _ => {
            return Err(errors::validation(
                "You must specify either a grant token, or a key ID and a grant ID, but not both.",
            ));
        }
    };
    remove(&found, &grant, input.dry_run)
}

pub(crate) fn revoke(
    cx: &RequestContext,
    input: &RevokeGrantRequest,
) -> Result<Unit, ServiceError> {
    let found = locate::find_key(cx, &input.key_id)?;
    remove(&found, &input.grant_id, input.dry_run)
}

fn remove(found: &Located, grant: &str, dry_run: Option<bool>) -> Result<Unit, ServiceError> {
    found.change(|key| {
        if !key.grants.contains_key(grant) {
            return Err(errors::not_found(format!("Grant ID {grant} not found")));
        }
        if dry_run == Some(true) {
            return Err(errors::dry_run());
        }
        key.grants.remove(grant);
        Ok(Unit)
    })
}
