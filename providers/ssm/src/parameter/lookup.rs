//! What a name in a request refers to: a parameter, a secret, or one of AWS's public parameters.

use std::borrow::Cow;
use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_context::{AccountId, Arn};
use fogbank_service::{RequestContext, ServiceError};

use super::{Kind, Parameter, Version, arn_in, cipher, find, name, public, secret, sharing};
use crate::errors;
use crate::store;

/// A name, or an ARN, with a version or label.
struct Reference<'a> {
    name: Cow<'a, str>,
    selector: Option<&'a str>,
    /// Whose parameter it is.
    account: AccountId,
    /// The request gave an ARN, so the answer has the parameter's own name.
    by_arn: bool,
}

impl<'a> Reference<'a> {
    fn parse(cx: &RequestContext, text: &'a str) -> Result<Self, ServiceError> {
        if !text.starts_with("arn:") {
            let (name, selector) = split(text)?;
            let account = cx.account;
            return Ok(Self { name: Cow::Borrowed(name), selector, account, by_arn: false });
        }
        let not_found = || errors::parameter_not_found("");
        let arn: Arn = text.parse().map_err(|_| not_found())?;
        let account = match arn.account.is_empty() {
            true => cx.account,
            false => arn.account_id().ok_or_else(not_found)?,
        };
        let near = arn.region.as_ref() == Some(&cx.region);
        let (name, selector) = split(text.splitn(6, ':').nth(5).unwrap_or_default())?;
        match name.strip_prefix("parameter") {
            Some(name) if near && arn.service == "ssm" && name.starts_with('/') => {
                Ok(Self { name: Cow::Borrowed(name), selector, account, by_arn: true })
            }
            _ => Err(not_found()),
        }
    }
}

fn split(text: &str) -> Result<(&str, Option<&str>), ServiceError> {
    let Some((name, selector)) = text.split_once(':') else { return Ok((text, None)) };
    if selector.contains(':') || selector.is_empty() {
        return Err(errors::validation(
            "Invalid parameter name. Please use correct syntax for referencing a version/label  \
             <name>:<version/label>",
        ));
    }
    Ok((name, Some(selector)))
}

/// The parameter that a name or an ARN refers to, as `GetParameter` shows it.
///
/// # Errors
/// `ParameterNotFound`, `ParameterVersionNotFound`, `InvalidKeyId`, `ValidationException`.
pub(crate) async fn get(
    cx: &RequestContext,
    text: &str,
    with_decryption: bool,
) -> Result<api::Parameter, ServiceError> {
    let at = Reference::parse(cx, text)?;
    let store = store::store(cx);
    let found = match at.account == cx.account {
        true => find(&store, name::key(&at.name), cx.now()),
        false => sharing::get(cx, at.account, &at.name),
    };
    let Some(parameter) = found else {
        if at.account != cx.account {
            return Err(errors::parameter_not_found(""));
        }
        if at.name.starts_with(secret::PREFIX) {
            return secret::get(cx, &at.name, at.selector, with_decryption).await;
        }
        if at.name.starts_with(public::PREFIX) {
            let found = public::get(&cx.region, &at.name);
            return found.ok_or_else(|| errors::parameter_not_found(""));
        }
        name::check_lookup(&at.name)?;
        return Err(errors::parameter_not_found(""));
    };
    let version = match at.selector {
        None => &parameter.latest,
        Some(selector) => parameter
            .select(selector)
            .ok_or_else(|| errors::no_such_version(&parameter.name, selector))?,
    };
    let mut shown = show_in(cx, at.account, &parameter, version, with_decryption).await?;
    if !at.by_arn {
        shown.name = Some(at.name.into_owned());
    }
    shown.selector = at.selector.map(|selector| format!(":{selector}"));
    Ok(shown)
}

/// A version as `GetParameter` shows it, decrypted where that is asked for.
///
/// # Errors
/// `InvalidKeyId`, and what KMS refuses.
pub(crate) async fn show(
    cx: &RequestContext,
    parameter: &Parameter,
    version: &Arc<Version>,
    with_decryption: bool,
) -> Result<api::Parameter, ServiceError> {
    show_in(cx, cx.account, parameter, version, with_decryption).await
}

/// As [`show`], of any account's parameter.
async fn show_in(
    cx: &RequestContext,
    account: AccountId,
    parameter: &Parameter,
    version: &Arc<Version>,
    with_decryption: bool,
) -> Result<api::Parameter, ServiceError> {
    let arn = arn_in(cx, account, &parameter.name);
    let value = match version.kind {
        Kind::SecureString if with_decryption => {
            cipher::decrypt(cx, &arn, version.tier, &version.value).await?
        }
        _ => version.value.clone(),
    };
    Ok(version.shown(parameter.name.clone(), arn, value))
}
