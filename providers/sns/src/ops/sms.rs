//! SMS attributes, opted-out phone numbers, origination numbers.

use std::collections::BTreeMap;

use fogbank_api_sns::{
    CheckIfPhoneNumberIsOptedOutInput, CheckIfPhoneNumberIsOptedOutResponse, GetSMSAttributesInput,
    GetSMSAttributesResponse, ListOriginationNumbersRequest, ListOriginationNumbersResult,
    ListPhoneNumbersOptedOutInput, ListPhoneNumbersOptedOutResponse, OptInPhoneNumberInput,
    OptInPhoneNumberResponse, SetSMSAttributesInput, SetSMSAttributesResponse,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::ops::page;
use crate::ops::unheeded;
use crate::store::{Settings, SnsStore};
use crate::subscription::endpoint::is_e164;

/// The key of the SMS attributes.
const KEY: &str = "sms";

fn store(cx: &RequestContext) -> std::sync::Arc<SnsStore> {
    cx.world.regional(cx.account, &cx.region)
}

/// An SMS attribute that was set.
pub(crate) fn attribute(store: &SnsStore, name: &str) -> Option<String> {
    store.settings.read(KEY, |settings| settings.attributes.get(name).cloned()).flatten()
}

/// Whether an attribute's value is one, or empty, which takes it away; none when there is no such
/// attribute.
fn is_valid(name: &str, value: &str) -> Option<bool> {
    let valid = match name {
        "MonthlySpendLimit" => value.parse::<u32>().is_ok(),
        "DeliveryStatusIAMRole" => value.contains(":iam::"),
        "DeliveryStatusSuccessSamplingRate" => value.parse::<u8>().is_ok_and(|rate| rate <= 100),
        "DefaultSenderID" => {
            value.len() <= 11
                && value.bytes().all(|b| b.is_ascii_alphanumeric())
                && value.bytes().any(|b| b.is_ascii_alphabetic())
        }
        "DefaultSMSType" => matches!(value, "Promotional" | "Transactional"),
        "UsageReportS3Bucket" => true,
        _ => return None,
    };
    Some(valid || value.is_empty())
}

pub(crate) fn set_attributes(
    cx: &RequestContext,
    input: SetSMSAttributesInput,
) -> Result<SetSMSAttributesResponse, ServiceError> {
    for (name, value) in &input.attributes {
        match is_valid(name, value) {
            Some(true) => {}
            Some(false) => return Err(errors::invalid(format!("{name} is invalid"))),
            None => return Err(errors::invalid(format!("{name} is not a valid attribute"))),
        }
    }
    for (name, value) in &input.attributes {
        unheeded::attribute(cx, name, value)?;
    }
    store(cx).settings.update_or_insert(KEY.to_owned(), Settings::default, |settings| {
        settings.attributes.extend(input.attributes);
        settings.attributes.retain(|_, value| !value.is_empty());
    });
    Ok(SetSMSAttributesResponse {})
}

pub(crate) fn attributes(
    cx: &RequestContext,
    input: &GetSMSAttributesInput,
) -> Result<GetSMSAttributesResponse, ServiceError> {
    let mut attributes = BTreeMap::from([("MonthlySpendLimit".to_owned(), "1".to_owned())]);
    let set = store(cx).settings.read(KEY, |settings| settings.attributes.clone());
    attributes.extend(set.unwrap_or_default());
    if let Some(wanted) = input.attributes.as_ref().filter(|wanted| !wanted.is_empty()) {
        attributes.retain(|name, _| wanted.contains(name));
    }
    Ok(GetSMSAttributesResponse { attributes: Some(attributes) })
}

fn check_number(number: &str) -> Result<(), ServiceError> {
    if is_e164(number) {
        return Ok(());
    }
    Err(errors::reason("PhoneNumber", "input incorrectly formatted"))
}

pub(crate) fn is_opted_out(
    cx: &RequestContext,
    input: &CheckIfPhoneNumberIsOptedOutInput,
) -> Result<CheckIfPhoneNumberIsOptedOutResponse, ServiceError> {
    check_number(&input.phone_number)?;
    let out = store(cx).phones.read(input.phone_number.as_str(), |phone| phone.opted_out);
    Ok(CheckIfPhoneNumberIsOptedOutResponse { is_opted_out: Some(out.unwrap_or_default()) })
}

pub(crate) fn opted_out(
    cx: &RequestContext,
    input: &ListPhoneNumbersOptedOutInput,
) -> Result<ListPhoneNumbersOptedOutResponse, ServiceError> {
    let store = store(cx);
    let numbers = store.phones.iter().filter(|(_, phone)| phone.opted_out);
    let numbers = numbers.map(|(number, _)| (number.clone(), number));
    let (numbers, next_token) = page::page(numbers, input.next_token.as_deref(), page::SIZE)?;
    Ok(ListPhoneNumbersOptedOutResponse { phone_numbers: Some(numbers), next_token })
}

pub(crate) fn opt_in(
    cx: &RequestContext,
    input: &OptInPhoneNumberInput,
) -> Result<OptInPhoneNumberResponse, ServiceError> {
    check_number(&input.phone_number)?;
    store(cx).phones.update(input.phone_number.as_str(), |phone| phone.opted_out = false);
    Ok(OptInPhoneNumberResponse {})
}

/// An account has no origination numbers: they are bought elsewhere.
pub(crate) fn origination_numbers(
    _: &ListOriginationNumbersRequest,
) -> ListOriginationNumbersResult {
    ListOriginationNumbersResult { next_token: None, phone_numbers: Some(Vec::new()) }
}
