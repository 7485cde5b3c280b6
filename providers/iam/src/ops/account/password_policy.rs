//! The account's password policy.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::store::{self, IamStore};

/// The shortest password where the policy does not say.
const MINIMUM_LENGTH: i32 = 6;

fn not_found(cx: &RequestContext) -> ServiceError {
    let account = cx.account;
    errors::no_such_entity(format!(
        "The Password Policy with domain name {account} cannot be found."
    ))
}

pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateAccountPasswordPolicyRequest,
) -> Result<Unit, ServiceError> {
    let is = |value: Option<bool>| value.unwrap_or(false);
    let policy = store::PasswordPolicy {
        minimum_length: input.minimum_password_length.unwrap_or(MINIMUM_LENGTH),
        symbols: is(input.require_symbols),
        numbers: is(input.require_numbers),
        uppercase: is(input.require_uppercase_characters),
        lowercase: is(input.require_lowercase_characters),
        users_may_change: is(input.allow_users_to_change_password),
        max_age: input.max_password_age,
        reuse_prevention: input.password_reuse_prevention,
        hard_expiry: input.hard_expiry,
    };
    IamStore::of(cx).edit_account(|account| account.password_policy = Some(policy));
    Ok(Unit)
}

pub(crate) fn get(
    cx: &RequestContext,
    _: Unit,
) -> Result<GetAccountPasswordPolicyResponse, ServiceError> {
    let policy = IamStore::of(cx).account().password_policy.ok_or_else(|| not_found(cx))?;
    let password_policy = PasswordPolicy {
        minimum_password_length: Some(policy.minimum_length),
        require_symbols: Some(policy.symbols),
        require_numbers: Some(policy.numbers),
        require_uppercase_characters: Some(policy.uppercase),
        require_lowercase_characters: Some(policy.lowercase),
        allow_users_to_change_password: Some(policy.users_may_change),
        expire_passwords: Some(policy.max_age.is_some()),
        max_password_age: policy.max_age,
        password_reuse_prevention: policy.reuse_prevention,
        hard_expiry: policy.hard_expiry,
    };
    Ok(GetAccountPasswordPolicyResponse { password_policy })
}

pub(crate) fn delete(cx: &RequestContext, _: Unit) -> Result<Unit, ServiceError> {
    let was = IamStore::of(cx).edit_account(|account| account.password_policy.take());
    was.map(|_| Unit).ok_or_else(|| {
        errors::no_such_entity("The account policy with name PasswordPolicy cannot be found.")
    })
}
