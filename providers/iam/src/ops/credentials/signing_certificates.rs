//! Signing certificates of users.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use super::{status, status_of};
use crate::crypto::x509;
use crate::errors;
use crate::ops::entities::{user_or_caller, user_or_root};
use crate::page::page;
use crate::store::{self, IamStore, KeyStatus};

/// How many signing certificates a user can have.
pub(crate) const LIMIT: usize = 2;

fn not_found(id: &str) -> ServiceError {
    errors::no_such_entity(format!("The Certificate with id {id} cannot be found."))
}

fn shape(user: &str, id: &str, found: &store::SigningCertificate) -> SigningCertificate {
    SigningCertificate {
        user_name: user.to_owned(),
        certificate_id: id.to_owned(),
        certificate_body: found.body.clone(),
        status: status(found.status),
        upload_date: Some(found.uploaded.to_wire_secs()),
    }
}

pub(crate) fn upload(
    cx: &RequestContext,
    input: UploadSigningCertificateRequest,
) -> Result<UploadSigningCertificateResponse, ServiceError> {
    let name = user_or_caller(cx, input.user_name)?;
    let store = IamStore::of(cx);
    store.find::<store::User>(&name)?;
    if x509::Certificate::read(&input.certificate_body).is_none() {
        let message =
            "Unable to parse certificate. Please ensure the certificate is in PEM format.";
        return Err(MalformedCertificateException::new(message).into());
    }
    let id = cx.ids().upper_alphanumeric(32);
    let uploaded = store::SigningCertificate {
        body: input.certificate_body,
        status: KeyStatus::Active,
        uploaded: cx.now(),
    };
    let certificate = shape(&name, &id, &uploaded);
    store.edit(&name, |user: &mut Edit<'_, store::User>| {
        let all = &mut user.signing_certificates;
        if all.values().any(|other| other.body.trim() == uploaded.body.trim()) {
            let message = "The certificate is already in use.";
            return Err(DuplicateCertificateException::new(message).into());
        }
        if all.len() >= LIMIT {
            return Err(errors::quota("CertificatesPerUser", LIMIT));
        }
        all.insert(id, uploaded);
        Ok(UploadSigningCertificateResponse { certificate })
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: ListSigningCertificatesRequest,
) -> Result<ListSigningCertificatesResponse, ServiceError> {
    let Some(name) = user_or_root(cx, input.user_name)? else {
        return Ok(ListSigningCertificatesResponse {
            is_truncated: Some(false),
            ..Default::default()
        });
    };
    let user = IamStore::of(cx).find::<store::User>(&name)?;
    let all = user.signing_certificates.iter().map(|(id, found)| (id.clone(), (id, found)));
    let page = page(all, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|(id, found)| shape(&name, id, found));
    Ok(ListSigningCertificatesResponse {
        is_truncated: page.is_truncated(),
        certificates: page.items,
        marker: page.marker,
    })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateSigningCertificateRequest,
) -> Result<Unit, ServiceError> {
    let name = user_or_caller(cx, input.user_name)?;
    let id = input.certificate_id;
    IamStore::of(cx).edit(&name, |user: &mut Edit<'_, store::User>| {
        let found = user.signing_certificates.get_mut(&id).ok_or_else(|| not_found(&id))?;
        found.status = status_of(&input.status);
        Ok(Unit)
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: DeleteSigningCertificateRequest,
) -> Result<Unit, ServiceError> {
    let name = user_or_caller(cx, input.user_name)?;
    let id = input.certificate_id;
    IamStore::of(cx).edit(&name, |user: &mut Edit<'_, store::User>| {
        user.signing_certificates.remove(&id).map(|_| Unit).ok_or_else(|| not_found(&id))
    })
}
