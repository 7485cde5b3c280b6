//! The credential report: one line a user, in CSV.

use std::time::Duration;

use fogbank_api_iam::*;
use fogbank_context::Timestamp;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::arns;
use crate::ops::credentials::access_keys;
use crate::store::{IamStore, KeyStatus, User};

/// How long a report is the current one.
const LIFETIME: Duration = Duration::from_secs(4 * 3600);

const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,\
    password_last_changed,password_next_rotation,mfa_active,access_key_1_active,\
    access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
    access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
    access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,\
    cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

pub(crate) fn generate(
    cx: &RequestContext,
    _: Unit,
) -> Result<GenerateCredentialReportResponse, ServiceError> {
    let store = IamStore::of(cx);
    let existing = store.account().credential_report;
    if existing.is_some_and(|(made, _)| cx.now() < made + LIFETIME) {
        return Ok(GenerateCredentialReportResponse {
            state: Some(ReportStateType::from("COMPLETE")),
            description: None,
        });
    }
    let report = report(cx, &store);
    store.edit_account(|account| account.credential_report = Some((cx.now(), report)));
    Ok(GenerateCredentialReportResponse {
        state: Some(ReportStateType::from("STARTED")),
        description: Some("No report exists. Starting a new report generation task".to_owned()),
    })
}

pub(crate) fn get(
    cx: &RequestContext,
    _: Unit,
) -> Result<GetCredentialReportResponse, ServiceError> {
    let (made, report) = IamStore::of(cx).account().credential_report.ok_or_else(|| {
        let message =
            "No report found. You must generate a report before attempting to download it.";
        ServiceError::from(CredentialReportNotPresentException::new(message))
    })?;
    if cx.now() >= made + LIFETIME {
        let message = "The most recent credential report has expired.";
        return Err(CredentialReportExpiredException::new(message).into());
    }
    Ok(GetCredentialReportResponse {
        content: Some(report.into_bytes().into()),
        report_format: Some(ReportFormatType::from("text/csv")),
        generated_time: Some(made.to_wire_secs()),
    })
}

fn report(cx: &RequestContext, store: &IamStore) -> String {
    let mut lines = vec![COLUMNS.to_owned(), root(cx)];
    lines.extend(store.users.iter().map(|(_, user)| line(cx, store, &user)));
    lines.join("\n")
}

fn root(cx: &RequestContext) -> String {
    let arn = fogbank_context::Arn::global(cx.partition(), "iam", cx.account, "root");
    let na = "N/A";
    let mut fields = vec!["<root_account>".to_owned(), arn.to_string(), time(Timestamp::EPOCH)];
    fields.extend(
        ["not_supported", "no_information", "not_supported", "not_supported", "false"]
            .map(str::to_owned),
    );
    for _ in 0..2 {
        fields.extend(["false", na, na, na, na].map(str::to_owned));
    }
    fields.extend(["false", na, "false", na].map(str::to_owned));
    fields.join(",")
}

fn line(cx: &RequestContext, store: &IamStore, user: &User) -> String {
    let na = || "N/A".to_owned();
    let mut fields = vec![user.name.clone(), arns::of_entity(cx, user), time(user.created)];
    let max_age = store.account().password_policy.and_then(|policy| policy.max_age);
    match &user.login_profile {
        None => fields.extend(["false".to_owned(), na(), na(), na()]),
        Some(profile) => {
            let days = max_age.and_then(|days| u64::try_from(days).ok());
            let next = days.map(|days| profile.changed + Duration::from_secs(days * 86_400));
            fields.extend([
                "true".to_owned(),
                "no_information".to_owned(),
                time(profile.changed),
                next.map_or_else(na, time),
            ]);
        }
    }
    fields.push((!user.mfa_devices.is_empty()).to_string());
    let mut keys: Vec<_> = user.access_keys.iter().collect();
    keys.sort_by_key(|(_, key)| key.created);
    for place in 0..2 {
        let key = keys.get(place);
        fields.push(key.is_some_and(|(_, key)| key.status == KeyStatus::Active).to_string());
        fields.push(key.map_or_else(na, |(_, key)| time(key.created)));
        match key.and_then(|(id, _)| access_keys::last_use(cx, id)) {
            None => fields.extend([na(), na(), na()]),
            Some(last) => {
                fields.extend([time(last.at), last.region.clone(), last.service.clone()]);
            }
        }
    }
    let mut certificates: Vec<_> = user.signing_certificates.values().collect();
    certificates.sort_by_key(|certificate| certificate.uploaded);
    for place in 0..2 {
        let found = certificates.get(place);
        fields.push(found.is_some_and(|found| found.status == KeyStatus::Active).to_string());
        fields.push(found.map_or_else(na, |found| time(found.uploaded)));
    }
    fields.join(",")
}

/// As `2026-01-01T00:00:00+00:00`.
fn time(at: Timestamp) -> String {
    let format = aws_smithy_types::date_time::Format::DateTime;
    let text = at.to_wire_secs().fmt(format).unwrap_or_default();
    text.replace('Z', "+00:00")
}
