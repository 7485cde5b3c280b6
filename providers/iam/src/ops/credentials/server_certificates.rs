//! Server certificates.

use std::sync::Arc;

use aws_smithy_types::date_time::Format;
use fogbank_api_iam::*;
use fogbank_context::Timestamp;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::crypto::x509;
use crate::ids::{self, prefix};
use crate::ops::entities::{path_of, under};
use crate::page::page;
use crate::store::{self, IamStore, key};
use crate::tags::Tags;
use crate::{arns, errors};

const QUOTA: usize = 20;

fn not_found(name: &str) -> ServiceError {
    errors::no_such_entity(format!("The Server Certificate with name {name} cannot be found."))
}

fn taken(name: &str) -> ServiceError {
    errors::already_exists(format!("The Server Certificate with name {name} already exists."))
}

/// The certificate with this name.
pub(crate) fn find(
    store: &IamStore,
    name: &str,
) -> Result<Arc<store::ServerCertificate>, ServiceError> {
    let found = store.server_certificates.get(&key(name)).filter(|found| found.name == name);
    found.ok_or_else(|| not_found(name))
}

fn metadata(cx: &RequestContext, found: &store::ServerCertificate) -> ServerCertificateMetadata {
    ServerCertificateMetadata {
        path: found.path.clone(),
        server_certificate_name: found.name.clone(),
        server_certificate_id: found.id.clone(),
        arn: arns::of(cx, "server-certificate", &found.path, &found.name).to_string(),
        upload_date: Some(found.uploaded.to_wire_secs()),
        expiration: Some(found.expires.to_wire_secs()),
    }
}

/// A PEM text as IAM keeps it.
fn trimmed(pem: &str) -> String {
    pem.trim().to_owned()
}

fn malformed(message: impl Into<String>) -> ServiceError {
    MalformedCertificateException::new(message.into()).into()
}

/// Refuses what is not valid at this time.
pub(super) fn check_time(
    cx: &RequestContext,
    certificate: &x509::Certificate,
) -> Result<(), ServiceError> {
    let date = |at: Timestamp| at.to_wire_secs().fmt(Format::HttpDate).unwrap_or_default();
    if certificate.expires <= cx.now() {
        return Err(malformed(format!(
            "Certificate is no longer valid. The 'Not After' date restricts it from being used \
             after {}.",
            date(certificate.expires)
        )));
    }
    if certificate.begins > cx.now() {
        return Err(malformed(format!(
            "Certificate is not yet valid. The 'Not Before' date restricts it from being used \
             before {}.",
            date(certificate.begins)
        )));
    }
    Ok(())
}

/// Whether each certificate of a chain signed the one before it. AWS counts the certificate itself
/// as -1.
fn check_chain(certificate: &x509::Certificate, chain: &str) -> Result<(), ServiceError> {
    let chain = x509::Certificate::read_all(chain).ok_or_else(|| {
        malformed("Unable to parse certificate chain. Please ensure the chain is in PEM format.")
    })?;
    let mut signed = certificate;
    for (index, signer) in (-1..).zip(&chain) {
        if !signed.is_signed_by(signer) {
            return Err(malformed(format!(
                "Unable to validate certificate chain. The certificate chain must start with the \
                 immediate signing certificate, followed by any intermediaries in order. The index \
                 within the chain of the invalid certificate is: {index}"
            )));
        }
        signed = signer;
    }
    Ok(())
}

pub(crate) fn upload(
    cx: &RequestContext,
    input: UploadServerCertificateRequest,
) -> Result<UploadServerCertificateResponse, ServiceError> {
    let store = IamStore::of(cx);
    let name = input.server_certificate_name;
    let tags = Tags::new(input.tags)?;
    let certificate = x509::Certificate::read(&input.certificate_body).ok_or_else(|| {
        malformed("Unable to parse certificate. Please ensure the certificate is in PEM format.")
    })?;
    check_time(cx, &certificate)?;
    if let Some(chain) = &input.certificate_chain {
        check_chain(&certificate, chain)?;
    }
    match certificate.matches(&input.private_key) {
        None => {
            let message = "Unable to parse key. Please ensure the key is in PEM format and is not \
                           encrypted.";
            return Err(malformed(message));
        }
        Some(false) => {
            let message = "Unable to match certificate with the private key.";
            return Err(KeyPairMismatchException::new(message).into());
        }
        Some(true) => {}
    }
    if store.server_certificates.len() >= QUOTA {
        return Err(errors::quota("ServerCertificatesPerAccount", QUOTA));
    }
    let uploaded = store::ServerCertificate {
        name: name.clone(),
        path: path_of(input.path),
        id: ids::unique(prefix::SERVER_CERTIFICATE, cx.ids()),
        body: trimmed(&input.certificate_body),
        chain: input.certificate_chain.as_deref().map(trimmed),
        private_key: input.private_key,
        uploaded: cx.now(),
        expires: certificate.expires,
        tags,
    };
    let output = UploadServerCertificateResponse {
        server_certificate_metadata: Some(metadata(cx, &uploaded)),
        tags: uploaded.tags.some(),
    };
    store.server_certificates.insert_new(key(&name), uploaded).map_err(|_| taken(&name))?;
    Ok(output)
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetServerCertificateRequest,
) -> Result<GetServerCertificateResponse, ServiceError> {
    let found = find(&IamStore::of(cx), &input.server_certificate_name)?;
    Ok(GetServerCertificateResponse {
        server_certificate: ServerCertificate {
            server_certificate_metadata: metadata(cx, &found),
            certificate_body: found.body.clone(),
            certificate_chain: found.chain.clone(),
            tags: found.tags.some(),
        },
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListServerCertificatesRequest,
) -> Result<ListServerCertificatesResponse, ServiceError> {
    let store = IamStore::of(cx);
    let prefix = input.path_prefix.as_ref();
    let found = store.server_certificates.iter().filter(|(_, found)| under(&found.path, prefix));
    let page = page(found, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|found| metadata(cx, &found));
    Ok(ListServerCertificatesResponse {
        is_truncated: page.is_truncated(),
        server_certificate_metadata_list: page.items,
        marker: page.marker,
    })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateServerCertificateRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let old = input.server_certificate_name;
    let mut changed = (*find(&store, &old)?).clone();
    if let Some(path) = input.new_path {
        changed.path = path;
    }
    if let Some(name) = input.new_server_certificate_name.filter(|name| *name != old) {
        changed.name.clone_from(&name);
        if key(&name) != key(&old) {
            let table = &store.server_certificates;
            table.insert_new(key(&name), changed.clone()).map_err(|_| taken(&name))?;
            table.remove(&key(&old));
        }
    }
    store.server_certificates.insert(key(&changed.name), changed);
    Ok(Unit)
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteServerCertificateRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let found = find(&store, &input.server_certificate_name)?;
    store.server_certificates.remove(&key(&found.name));
    Ok(Unit)
}
