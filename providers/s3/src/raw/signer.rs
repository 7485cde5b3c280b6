//! Who signed a form, and whether they may put its file.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_service::{Intent, Principal, RequestContext, ServiceError};
use fogbank_signing::Form;

use crate::access::{self, On, Strictness};
use crate::errors::{access_denied, error};

/// The request as that of who signed the form, whose signature is compared where the settings ask
/// for it.
///
/// # Errors
///
/// `InvalidAccessKeyId`, `InvalidToken`, `SignatureDoesNotMatch`.
pub(super) fn context(
    cx: &RequestContext,
    strictness: Strictness,
    fields: &BTreeMap<String, String>,
) -> Result<RequestContext, ServiceError> {
    let form = Form::of(|name| fields.get(name).map(String::as_str));
    let signer = form.as_ref().and_then(|form| cx.invoker.signer(&cx.world, &form.access_key_id));
    if let Some(form) = form.as_ref().filter(|_| strictness.signatures) {
        let key = form.access_key_id.as_str();
        let signer = signer.as_ref().ok_or_else(|| {
            let message = "The AWS Access Key Id you provided does not exist in our records.";
            error("InvalidAccessKeyId", 403, message, &[("AWSAccessKeyId", key)])
        })?;
        if signer.token.is_some() && signer.token != form.token {
            let message = "The provided token is malformed or otherwise invalid.";
            return Err(error("InvalidToken", 400, message, &[]));
        }
        if !form.verifies(&signer.secret) {
            let message = "The request signature we calculated does not match the signature you \
                           provided. Check your key and signing method.";
            let members = [
                ("AWSAccessKeyId", key),
                ("StringToSign", form.policy.as_str()),
                ("SignatureProvided", form.signature.as_str()),
            ];
            return Err(error("SignatureDoesNotMatch", 403, message, &members));
        }
    }
    // Where signatures are not compared, any other key is the account's.
    let unknown = form.map(|form| Principal {
        access_key_id: Some(form.access_key_id),
        ..Principal::root(cx.account, cx.partition())
    });
    let principal = signer.map(|signer| signer.principal).or(unknown.map(Arc::new));
    let principal = principal.unwrap_or_else(|| cx.principal.clone());
    Ok(RequestContext {
        request_id: cx.request_id.clone(),
        model: cx.model,
        operation: cx.operation,
        protocol: cx.protocol,
        account: principal.account,
        region: cx.region.clone(),
        principal,
        world: cx.world.clone(),
        http: cx.http.clone(),
        invoker: cx.invoker.clone(),
        late: None,
    })
}

/// Whether who signed the form may put its file, by the bucket and by their own policies.
///
/// # Errors
///
/// `AccessDenied`.
pub(super) async fn admit(
    cx: &RequestContext,
    strictness: Strictness,
    bucket: &str,
    key: &str,
    fields: &BTreeMap<String, String>,
) -> Result<(), ServiceError> {
    access::judge(cx, strictness, "PutObject", On::Object(bucket, key, None))?;
    if cx.principal.access_key_id.is_none() {
        return Ok(());
    }
    let intent = || {
        let asked = Intent::in_person("s3.amazonaws.com", "s3", "PutObject");
        let asked = asked.with("Bucket", bucket).with("Key", key);
        let optional = [("ACL", "acl"), ("Tagging", "tagging")];
        optional.into_iter().fold(asked, |asked, (member, field)| match fields.get(field) {
            Some(value) => asked.with(member, value.as_str()),
            None => asked,
        })
    };
    cx.caller().permit(intent).await.map_err(|denial| {
        let message = denial.message().unwrap_or("Access Denied").to_owned();
        access_denied().with_message(message)
    })
}
