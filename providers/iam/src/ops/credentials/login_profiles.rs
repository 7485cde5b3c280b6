//! Passwords.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;
use sha2::{Digest, Sha256};

use crate::errors;
use crate::ops::entities::{calling_user, user_or_caller};
use crate::store::{self, IamStore, PasswordPolicy};

/// How many former passwords are remembered.
const REMEMBERED: usize = 24;
/// The characters that a password policy calls symbols.
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";

fn not_found(user: &str) -> ServiceError {
    errors::no_such_entity(format!("Login Profile for User {user} cannot be found."))
}

fn digest(user: &store::User, password: &str) -> String {
    let digest = Sha256::digest(format!("{}:{password}", user.id).as_bytes());
    data_encoding::HEXLOWER.encode(&digest)
}

fn violation() -> ServiceError {
    PasswordPolicyViolationException::new(
        "Password does not conform to the account password policy.",
    )
    .into()
}

/// Whether a password is one that the account allows.
fn check(policy: Option<&PasswordPolicy>, user: &str, password: &str) -> Result<(), ServiceError> {
    let any = |is: fn(char) -> bool| password.chars().any(is);
    let upper = any(|c| c.is_ascii_uppercase());
    let lower = any(|c| c.is_ascii_lowercase());
    let digit = any(|c| c.is_ascii_digit());
    let symbol = any(|c| SYMBOLS.contains(c));
    let length = password.chars().count();
    let conforms = match policy {
        // AWS's default: eight characters, three kinds of four, and not the user's name.
        None => {
            let kinds = [upper, lower, digit, symbol].into_iter().filter(|has| *has).count();
            length >= 8 && kinds >= 3 && !password.eq_ignore_ascii_case(user)
        }
        Some(policy) => {
            let long_enough = i32::try_from(length).unwrap_or(i32::MAX) >= policy.minimum_length;
            long_enough
                && (upper || !policy.uppercase)
                && (lower || !policy.lowercase)
                && (digit || !policy.numbers)
                && (symbol || !policy.symbols)
        }
    };
    if conforms { Ok(()) } else { Err(violation()) }
}

/// Puts a password in the place of the one that there is.
fn replace(
    cx: &RequestContext,
    policy: Option<&PasswordPolicy>,
    user: &mut store::User,
    password: &str,
) -> Result<(), ServiceError> {
    check(policy, &user.name, password)?;
    let digest = digest(user, password);
    let not_again = policy.and_then(|policy| policy.reuse_prevention).unwrap_or(0);
    let not_again = usize::try_from(not_again).unwrap_or(0);
    let name = user.name.clone();
    let profile = user.login_profile.as_mut().ok_or_else(|| not_found(&name))?;
    if profile.digests.iter().take(not_again).any(|former| *former == digest) {
        return Err(violation());
    }
    profile.digests.insert(0, digest);
    profile.digests.truncate(REMEMBERED);
    profile.changed = cx.now();
    Ok(())
}

fn shape(user: &store::User, profile: &store::LoginProfile) -> LoginProfile {
    LoginProfile {
        user_name: user.name.clone(),
        create_date: profile.created.to_wire_secs(),
        password_reset_required: Some(profile.reset_required),
    }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateLoginProfileRequest,
) -> Result<CreateLoginProfileResponse, ServiceError> {
    let name = user_or_caller(cx, input.user_name)?;
    let store = IamStore::of(cx);
    let policy = store.account().password_policy;
    store.edit(&name, |user: &mut Edit<'_, store::User>| {
        if user.login_profile.is_some() {
            let message = format!("Login Profile for user {name} already exists.");
            return Err(errors::already_exists(message));
        }
        let password = input.password.as_deref().ok_or_else(violation)?;
        check(policy.as_ref(), &name, password)?;
        let profile = store::LoginProfile {
            digests: vec![digest(user, password)],
            created: cx.now(),
            changed: cx.now(),
            reset_required: input.password_reset_required.unwrap_or(false),
        };
        let login_profile = shape(user, &profile);
        user.login_profile = Some(profile);
        Ok(CreateLoginProfileResponse { login_profile })
    })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: GetLoginProfileRequest,
) -> Result<GetLoginProfileResponse, ServiceError> {
    let name = user_or_caller(cx, input.user_name)?;
    let user = IamStore::of(cx).find::<store::User>(&name)?;
    let profile = user.login_profile.as_ref().ok_or_else(|| not_found(&name))?;
    Ok(GetLoginProfileResponse { login_profile: shape(&user, profile) })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateLoginProfileRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let policy = store.account().password_policy;
    let name = input.user_name;
    store.edit(&name, |user: &mut Edit<'_, store::User>| {
        if let Some(password) = &input.password {
            replace(cx, policy.as_ref(), user, password)?;
        }
        let profile = user.login_profile.as_mut().ok_or_else(|| not_found(&name))?;
        if let Some(required) = input.password_reset_required {
            profile.reset_required = required;
        }
        Ok(Unit)
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: DeleteLoginProfileRequest,
) -> Result<Unit, ServiceError> {
    let name = user_or_caller(cx, input.user_name)?;
    IamStore::of(cx).edit(&name, |user: &mut Edit<'_, store::User>| {
        user.login_profile.take().map(|_| Unit).ok_or_else(|| not_found(&name))
    })
}

pub(crate) fn change_own(
    cx: &RequestContext,
    input: &ChangePasswordRequest,
) -> Result<Unit, ServiceError> {
    let name = calling_user(cx).ok_or_else(|| {
        let message = "Only IAM Users can change their own password";
        ServiceError::from(InvalidUserTypeException::new(message))
    })?;
    let store = IamStore::of(cx);
    let policy = store.account().password_policy;
    store.edit(name, |user: &mut Edit<'_, store::User>| {
        let old = digest(user, &input.old_password);
        let profile = user.login_profile.as_ref().ok_or_else(|| not_found(name))?;
        if profile.digests.first() != Some(&old) {
            return Err(ServiceError::new("AccessDenied", 403, "The old password was incorrect."));
        }
        replace(cx, policy.as_ref(), user, &input.new_password)?;
        if let Some(profile) = &mut user.login_profile {
            profile.reset_required = false;
        }
        Ok(Unit)
    })
}
