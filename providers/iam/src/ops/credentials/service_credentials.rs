//! Service-specific credentials.

use std::time::Duration;

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use super::{status, status_of};
use crate::errors;
use crate::ids::{self, prefix};
use crate::ops::entities::user_or_caller;
use crate::page::{Page, page};
use crate::store::{self, IamStore, KeyStatus};

/// How many credentials a user can have for one service.
const LIMIT: usize = 2;
/// The services with a user name and a password.
const WITH_PASSWORD: &[&str] = &["codecommit.amazonaws.com", "cassandra.amazonaws.com"];
/// The services with an API key that may expire.
const WITH_KEY: &[&str] = &["bedrock.amazonaws.com", "logs.amazonaws.com"];

fn check_service(service: &str) -> Result<(), ServiceError> {
    if WITH_PASSWORD.contains(&service) || WITH_KEY.contains(&service) {
        return Ok(());
    }
    Err(errors::no_such_entity(format!(
        "No such service {service} is supported for Service Specific Credentials"
    )))
}

fn not_found(id: &str) -> ServiceError {
    errors::no_such_entity(format!("No such credential {id} exists"))
}

fn secret(cx: &RequestContext) -> String {
    data_encoding::BASE64.encode(&cx.ids().bytes::<32>())
}

fn metadata(
    cx: &RequestContext,
    user: &str,
    id: &str,
    found: &store::ServiceCredential,
) -> ServiceSpecificCredentialMetadata {
    ServiceSpecificCredentialMetadata {
        user_name: user.to_owned(),
        status: match found.expires {
            Some(expires) if expires <= cx.now() => StatusType::Expired,
            _ => status(found.status),
        },
        service_user_name: found.user_name.clone(),
        service_credential_alias: found.alias.clone(),
        create_date: found.created.to_wire_secs(),
        expiration_date: found.expires.map(|at| at.to_wire_secs()),
        service_specific_credential_id: id.to_owned(),
        service_name: found.service.clone(),
    }
}

fn full(
    cx: &RequestContext,
    user: &str,
    id: &str,
    found: &store::ServiceCredential,
) -> ServiceSpecificCredential {
    let metadata = metadata(cx, user, id, found);
    let is_password = found.user_name.is_some();
    ServiceSpecificCredential {
        create_date: metadata.create_date,
        expiration_date: metadata.expiration_date,
        service_name: metadata.service_name,
        service_user_name: metadata.service_user_name,
        service_password: is_password.then(|| found.secret.clone()),
        service_credential_alias: metadata.service_credential_alias,
        service_credential_secret: (!is_password).then(|| found.secret.clone()),
        service_specific_credential_id: metadata.service_specific_credential_id,
        user_name: metadata.user_name,
        status: metadata.status,
    }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateServiceSpecificCredentialRequest,
) -> Result<CreateServiceSpecificCredentialResponse, ServiceError> {
    let store = IamStore::of(cx);
    let name = input.user_name;
    store.find::<store::User>(&name)?;
    check_service(&input.service_name)?;
    let has_password = WITH_PASSWORD.contains(&input.service_name.as_str());
    if has_password && input.credential_age_days.is_some() {
        return Err(errors::invalid_input(format!(
            "CredentialAgeDays is not supported for {}",
            input.service_name
        )));
    }
    let id = ids::unique(prefix::SERVICE_CREDENTIAL, cx.ids());
    let days = input.credential_age_days.and_then(|days| u64::try_from(days).ok());
    let secret = secret(cx);
    let now = cx.now();
    store.edit(&name, |user: &mut Edit<'_, store::User>| {
        let same = user.service_credentials.values();
        let same: Vec<_> = same.filter(|other| other.service == input.service_name).collect();
        if same.len() >= LIMIT {
            return Err(errors::quota("ServiceSpecificCredentialsPerUser", LIMIT));
        }
        let base = format!("{name}-at-{}", cx.account);
        let number = same.len();
        let alias = if number == 0 { base.clone() } else { format!("{base}+{number}") };
        let made = store::ServiceCredential {
            service: input.service_name,
            user_name: has_password.then(|| alias.clone()),
            alias: (!has_password).then_some(alias),
            status: KeyStatus::Active,
            created: now,
            expires: days.map(|days| now + Duration::from_secs(days * 86_400)),
            secret,
        };
        let service_specific_credential = Some(full(cx, &name, &id, &made));
        user.service_credentials.insert(id, made);
        Ok(CreateServiceSpecificCredentialResponse { service_specific_credential })
    })
}

/// The answer, which tells that there is more only where there is.
fn answer(
    page: Page<ServiceSpecificCredentialMetadata>,
) -> Result<ListServiceSpecificCredentialsResponse, ServiceError> {
    Ok(ListServiceSpecificCredentialsResponse {
        is_truncated: page.marker.is_some().then_some(true),
        service_specific_credentials: Some(page.items),
        marker: page.marker,
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: ListServiceSpecificCredentialsRequest,
) -> Result<ListServiceSpecificCredentialsResponse, ServiceError> {
    let store = IamStore::of(cx);
    if let Some(service) = &input.service_name {
        check_service(service)?;
    }
    let wanted = |found: &store::ServiceCredential| {
        input.service_name.as_ref().is_none_or(|service| *service == found.service)
    };
    if input.all_users == Some(true) {
        let all = store.users.iter().flat_map(|(key, user)| {
            let found = user.service_credentials.iter().filter(|(_, found)| wanted(found));
            let of_user = found
                .map(|(id, found)| (format!("{key} {id}"), metadata(cx, &user.name, id, found)));
            of_user.collect::<Vec<_>>()
        });
        return answer(page(all, input.marker.as_deref(), input.max_items)?);
    }
    let name = user_or_caller(cx, input.user_name.clone())?;
    let user = store.find::<store::User>(&name)?;
    let found = user.service_credentials.iter().filter(|(_, found)| wanted(found));
    let found = found.map(|(id, found)| (id.clone(), metadata(cx, &name, id, found)));
    answer(page(found, input.marker.as_deref(), input.max_items)?)
}

fn edit<T>(
    cx: &RequestContext,
    name: Option<String>,
    id: &str,
    change: impl FnOnce(&str, &mut store::ServiceCredential) -> T,
) -> Result<T, ServiceError> {
    let name = user_or_caller(cx, name)?;
    IamStore::of(cx).edit(&name, |user: &mut Edit<'_, store::User>| {
        let found = user.service_credentials.get_mut(id).ok_or_else(|| not_found(id))?;
        Ok(change(&name, found))
    })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateServiceSpecificCredentialRequest,
) -> Result<Unit, ServiceError> {
    let id = input.service_specific_credential_id;
    edit(cx, input.user_name, &id, |_, found| found.status = status_of(&input.status))?;
    Ok(Unit)
}

pub(crate) fn reset(
    cx: &RequestContext,
    input: ResetServiceSpecificCredentialRequest,
) -> Result<ResetServiceSpecificCredentialResponse, ServiceError> {
    let id = input.service_specific_credential_id;
    let secret = secret(cx);
    edit(cx, input.user_name, &id, |name, found| {
        found.secret = secret;
        ResetServiceSpecificCredentialResponse {
            service_specific_credential: Some(full(cx, name, &id, found)),
        }
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: DeleteServiceSpecificCredentialRequest,
) -> Result<Unit, ServiceError> {
    let id = input.service_specific_credential_id;
    let name = user_or_caller(cx, input.user_name)?;
    IamStore::of(cx).edit(&name, |user: &mut Edit<'_, store::User>| {
        user.service_credentials.remove(&id).map(|_| Unit).ok_or_else(|| not_found(&id))
    })
}
