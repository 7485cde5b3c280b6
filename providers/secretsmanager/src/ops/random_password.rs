//! `GetRandomPassword`.

use fogbank_api_secretsmanager::{GetRandomPasswordRequest, GetRandomPasswordResponse};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;

const LOWERCASE: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

pub(crate) fn run(
    cx: &RequestContext,
    input: &GetRandomPasswordRequest,
) -> Result<GetRandomPasswordResponse, ServiceError> {
    let length = input.password_length.and_then(|length| usize::try_from(length).ok());
    let length = length.unwrap_or(32);
    let excluded = input.exclude_characters.as_deref().unwrap_or_default();
    let types: Vec<Vec<u8>> = [
        (input.exclude_lowercase != Some(true), LOWERCASE),
        (input.exclude_uppercase != Some(true), UPPERCASE),
        (input.exclude_numbers != Some(true), DIGITS),
        (input.exclude_punctuation != Some(true), PUNCTUATION),
        (input.include_space == Some(true), " "),
    ]
    .into_iter()
    .filter(|(included, _)| *included)
    .map(|(_, characters)| characters.bytes().filter(|c| !excluded.contains(char::from(*c))))
    .map(Iterator::collect)
    .filter(|characters: &Vec<u8>| !characters.is_empty())
    .collect();
    let all = types.concat();
    if all.is_empty() {
        return Err(errors::invalid_parameter(
            "The password can't be generated because all characters are excluded.",
        ));
    }
    let each = input.require_each_included_type != Some(false);
    if each && length < types.len() {
        return Err(errors::invalid_parameter(
            "Password length is too short based on the required types.",
        ));
    }
    let ids = cx.ids();
    let mut password = Vec::new();
    if each {
        password.extend(types.iter().flat_map(|one| ids.alphanumeric(1, one).into_bytes()));
    }
    password.extend(ids.alphanumeric(length - password.len(), &all).into_bytes());
    // The required ones are not always in front.
    for last in (1..password.len()).rev() {
        let other = usize::try_from(ids.below(last as u64 + 1)).unwrap_or_default();
        password.swap(last, other);
    }
    let password = String::from_utf8(password).map_err(ServiceError::internal)?;
    Ok(GetRandomPasswordResponse { random_password: Some(password) })
}
