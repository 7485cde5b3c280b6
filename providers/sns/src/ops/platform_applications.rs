//! `CreatePlatformApplication`, `DeletePlatformApplication`, `ListPlatformApplications`,
//! `GetPlatformApplicationAttributes`, `SetPlatformApplicationAttributes`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_sns::{
    CreatePlatformApplicationInput, CreatePlatformApplicationResponse,
    DeletePlatformApplicationInput, GetPlatformApplicationAttributesInput,
    GetPlatformApplicationAttributesResponse, ListPlatformApplicationsInput,
    ListPlatformApplicationsResponse, PlatformApplication as Entry,
    SetPlatformApplicationAttributesInput,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Rows, World};

use crate::errors;
use crate::ops::page;
use crate::ops::unheeded;
use crate::store::{PlatformApplication, SnsStore};
use crate::topic::arn::Place;

/// The longest name.
const LONGEST_NAME: usize = 256;

/// The platforms, each with whether it takes a principal beside its credential.
const PLATFORMS: [(&str, bool); 11] = [
    ("ADM", true),
    ("APNS", true),
    ("APNS_SANDBOX", true),
    ("APNS_VOIP", true),
    ("APNS_VOIP_SANDBOX", true),
    ("BAIDU", true),
    ("GCM", false),
    ("MACOS", true),
    ("MACOS_SANDBOX", true),
    ("MPNS", false),
    ("WNS", true),
];

/// What can be set; credentials are not shown.
const ATTRIBUTES: [&str; 14] = [
    "AppleCertificateExpirationDate",
    "ApplePlatformBundleID",
    "ApplePlatformTeamID",
    "Enabled",
    "EventDeliveryFailure",
    "EventEndpointCreated",
    "EventEndpointDeleted",
    "EventEndpointUpdated",
    "FailureFeedbackRoleArn",
    "PlatformCredential",
    "PlatformPrincipal",
    "SuccessFeedbackRoleArn",
    "SuccessFeedbackSampleRate",
    "AuthenticationMethod",
];
const HIDDEN: [&str; 2] = ["PlatformCredential", "PlatformPrincipal"];

/// Where an application is: its store and its key there.
pub(crate) fn locate(world: &World, arn: &str) -> Result<(Arc<SnsStore>, String), ServiceError> {
    let parameter = "PlatformApplicationArn";
    let place = Place::parse(arn, parameter)?;
    let mut parts = place.resource.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("app"), Some(platform), Some(name), None) => {
            Ok((place.store(world), format!("{platform}/{name}")))
        }
        (_, Some(_), Some(_), None) => Err(errors::parameter(parameter)),
        _ => {
            let reason = "Wrong number of slashes in relative portion of the ARN.";
            Err(errors::reason(parameter, reason))
        }
    }
}

fn checked(attributes: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, ServiceError> {
    for (name, value) in &attributes {
        if !ATTRIBUTES.contains(&name.as_str()) {
            return Err(errors::reason("Attributes", format!("Invalid attribute name: {name}")));
        }
        let valid = match name.as_str() {
            "Enabled" => value.parse::<bool>().is_ok(),
            "SuccessFeedbackSampleRate" => value.parse::<u8>().is_ok_and(|rate| rate <= 100),
            _ => true,
        };
        if !valid {
            let reason = format!("Invalid value for attribute: {name}: {value}");
            return Err(errors::reason("Attributes", reason));
        }
    }
    Ok(attributes)
}

/// Reports attributes that have less effect than at AWS.
fn report(cx: &RequestContext, attributes: &BTreeMap<String, String>) -> Result<(), ServiceError> {
    attributes.iter().try_for_each(|(name, value)| unheeded::attribute(cx, name, value))
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreatePlatformApplicationInput,
) -> Result<CreatePlatformApplicationResponse, ServiceError> {
    let name = &input.name;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let wrong = match name.len() {
        0 => Some("cannot be empty".to_owned()),
        1..=LONGEST_NAME if name.bytes().all(allowed) => None,
        1..=LONGEST_NAME => Some(
            "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'".to_owned(),
        ),
        _ => Some(format!("must be at most {LONGEST_NAME} characters long")),
    };
    if let Some(reason) = wrong {
        return Err(errors::reason(name, reason));
    }
    let platform = &input.platform;
    let Some((_, principal)) = PLATFORMS.iter().find(|(known, _)| known == platform) else {
        return Err(errors::reason("Platform", format!("{platform} is not supported")));
    };
    let mut attributes = checked(input.attributes)?;
    let given = |name: &str| attributes.get(name).is_some_and(|value| !value.is_empty());
    let reason = match (given("PlatformPrincipal"), given("PlatformCredential")) {
        (true, false) => Some("PlatformPrincipal attribute provided without PlatformCredential"),
        (false, true) if *principal => {
            Some("PlatformCredential attribute provided without PlatformPrincipal")
        }
        (false, false) => Some("PlatformCredential attribute is required"),
        _ => None,
    };
    if let Some(reason) = reason {
        return Err(errors::reason("Attributes", reason));
    }
    report(cx, &attributes)?;
    attributes.entry("Enabled".to_owned()).or_insert_with(|| "true".to_owned());
    let arn = cx.arn("sns", format!("app/{platform}/{name}"));
    let store = cx.world.regional::<SnsStore>(cx.account, &cx.region);
    let answer =
        CreatePlatformApplicationResponse { platform_application_arn: Some(arn.to_string()) };
    let application = PlatformApplication { arn, attributes, endpoints: Rows::new() };
    // An application that is there stays as it is.
    let _ = store.applications.insert_new(format!("{platform}/{name}"), application);
    Ok(answer)
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeletePlatformApplicationInput,
) -> Result<Unit, ServiceError> {
    let (store, key) = locate(&cx.world, &input.platform_application_arn)?;
    store.applications.remove(key.as_str());
    Ok(Unit)
}

fn shown(application: &PlatformApplication) -> BTreeMap<String, String> {
    let mut shown = application.attributes.clone();
    shown.retain(|name, _| !HIDDEN.contains(&name.as_str()));
    shown
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListPlatformApplicationsInput,
) -> Result<ListPlatformApplicationsResponse, ServiceError> {
    let store = cx.world.regional::<SnsStore>(cx.account, &cx.region);
    let all = store.applications.iter().map(|(key, application)| {
        let entry = Entry {
            platform_application_arn: Some(application.arn.to_string()),
            attributes: Some(shown(&application)),
        };
        (key, entry)
    });
    let (applications, next_token) = page::page(all, input.next_token.as_deref(), page::SIZE)?;
    Ok(ListPlatformApplicationsResponse { platform_applications: Some(applications), next_token })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetPlatformApplicationAttributesInput,
) -> Result<GetPlatformApplicationAttributesResponse, ServiceError> {
    let (store, key) = locate(&cx.world, &input.platform_application_arn)?;
    let attributes = store.applications.read(key.as_str(), shown);
    let attributes = Some(attributes.ok_or_else(errors::no_application)?);
    Ok(GetPlatformApplicationAttributesResponse { attributes })
}

pub(crate) fn set(
    cx: &RequestContext,
    input: SetPlatformApplicationAttributesInput,
) -> Result<Unit, ServiceError> {
    let (store, key) = locate(&cx.world, &input.platform_application_arn)?;
    report(cx, &input.attributes)?;
    let changed = store.applications.try_update(key.as_str(), |application| {
        application.attributes.extend(checked(input.attributes)?);
        Ok(Unit)
    });
    changed.unwrap_or_else(|| Err(errors::no_application()))
}
