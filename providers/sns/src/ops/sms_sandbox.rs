//! The phone numbers of the SMS sandbox.

use std::sync::Arc;

use fogbank_api_sns::{
    CreateSMSSandboxPhoneNumberInput, CreateSMSSandboxPhoneNumberResult,
    DeleteSMSSandboxPhoneNumberInput, DeleteSMSSandboxPhoneNumberResult,
    GetSMSSandboxAccountStatusResult, ListSMSSandboxPhoneNumbersInput,
    ListSMSSandboxPhoneNumbersResult, ResourceNotFoundException, SMSSandboxPhoneNumber,
    SMSSandboxPhoneNumberVerificationStatus as Status, UserErrorException, VerificationException,
    VerifySMSSandboxPhoneNumberInput, VerifySMSSandboxPhoneNumberResult,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::delivery::kept::{self, Kept};
use crate::ops::{page, unheeded};
use crate::store::{Phone, SandboxNumber, SnsStore};

/// The most numbers of an account.
const MOST: usize = 10;

fn store(cx: &RequestContext) -> Arc<SnsStore> {
    cx.world.regional(cx.account, &cx.region)
}

fn no_number() -> ServiceError {
    ResourceNotFoundException::new("Phone number not found").into()
}

/// The account is outside of the sandbox.
pub(crate) fn status() -> GetSMSSandboxAccountStatusResult {
    GetSMSSandboxAccountStatusResult { is_in_sandbox: false }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateSMSSandboxPhoneNumberInput,
) -> Result<CreateSMSSandboxPhoneNumberResult, ServiceError> {
    let store = store(cx);
    let number = input.phone_number;
    let others =
        store.phones.iter().filter(|(key, phone)| phone.sandbox.is_some() && *key != number);
    if others.count() >= MOST {
        let message = "The maximum number of destination phone numbers is reached";
        return Err(UserErrorException::new(message).into());
    }
    if let Some(code) = &input.language_code {
        unheeded::language(cx, code.as_str())?;
    }
    let password = cx.ids().digits(6);
    let sandbox = SandboxNumber { password: password.clone(), verified: false };
    store.phones.update_or_insert(number.clone(), Phone::default, |phone| {
        phone.sandbox = Some(sandbox);
    });
    let kept = Kept {
        id: cx.ids().uuid(),
        body: format!("Your AWS verification code is: {password}"),
        ..Kept::default()
    };
    // An owner who wants no messages does not get the password either.
    let _ = kept::text(&store, &number, kept);
    Ok(CreateSMSSandboxPhoneNumberResult {})
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteSMSSandboxPhoneNumberInput,
) -> Result<DeleteSMSSandboxPhoneNumberResult, ServiceError> {
    let removed = store(cx)
        .phones
        .update(input.phone_number.as_str(), |phone| phone.sandbox.take())
        .flatten();
    removed.map(|_| DeleteSMSSandboxPhoneNumberResult {}).ok_or_else(no_number)
}

pub(crate) fn verify(
    cx: &RequestContext,
    input: &VerifySMSSandboxPhoneNumberInput,
) -> Result<VerifySMSSandboxPhoneNumberResult, ServiceError> {
    let verified = store(cx).phones.try_update(input.phone_number.as_str(), |phone| {
        let number = phone.sandbox.as_mut().ok_or_else(no_number)?;
        if number.password != input.one_time_password {
            let mut error = VerificationException::new("Verification failed");
            error.status = "FAILED".to_owned();
            return Err(error.into());
        }
        number.verified = true;
        Ok(VerifySMSSandboxPhoneNumberResult {})
    });
    verified.unwrap_or_else(|| Err(no_number()))
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListSMSSandboxPhoneNumbersInput,
) -> Result<ListSMSSandboxPhoneNumbersResult, ServiceError> {
    let size = input.max_results.and_then(|size| usize::try_from(size).ok()).unwrap_or(page::SIZE);
    let store = store(cx);
    let numbers = store.phones.iter().filter_map(|(number, phone)| {
        let sandbox = phone.sandbox.as_ref()?;
        let status = if sandbox.verified { Status::Verified } else { Status::Pending };
        let entry =
            SMSSandboxPhoneNumber { phone_number: Some(number.clone()), status: Some(status) };
        Some((number, entry))
    });
    let (phone_numbers, next_token) = page::page(numbers, input.next_token.as_deref(), size)?;
    Ok(ListSMSSandboxPhoneNumbersResult { phone_numbers, next_token })
}
