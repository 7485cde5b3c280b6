//! Values, tiers, data types and patterns.

use fogbank_api_ssm as api;
use fogbank_service::ServiceError;

use super::{Kind, Tier};
use crate::errors;

/// The longest value of any request.
const LONGEST: usize = 32_768;
/// The longest value of a standard parameter.
const LONGEST_STANDARD: usize = 4_096;
/// The longest value of an advanced parameter.
const LONGEST_ADVANCED: usize = 8_192;
/// The data types.
const DATA_TYPES: &[&str] = &["text", "aws:ec2:image", "aws:ssm:integration"];
/// Where the parameters of integrations are.
const INTEGRATIONS: &str = "/d9d01087-4a3f-49e0-b0b4-d568d7826553/ssm/integrations/webhook/";

/// The limits that hold for every value; the value is sensitive, so messages do not show it.
///
/// # Errors
/// `ValidationException`.
pub(crate) fn check_length(value: &str) -> Result<(), ServiceError> {
    let limit = match value.chars().count() {
        0 => "Member must have length greater than or equal to 1".to_owned(),
        length if length > LONGEST => {
            format!("Member must have length less than or equal to {LONGEST}")
        }
        _ => return Ok(()),
    };
    Err(errors::constraint("value", None, limit))
}

/// The tier of a version: the one that was asked for, or the one that intelligent tiering chooses.
///
/// # Errors
/// `ValidationException` when the value or the policies are too much for the tier, or the
/// parameter would leave the advanced tier.
pub(crate) fn tier(
    asked: &api::ParameterTier,
    current: Option<Tier>,
    value: &str,
    policies: bool,
) -> Result<Tier, ServiceError> {
    let length = value.chars().count();
    let advanced = length > LONGEST_STANDARD || policies || current == Some(Tier::Advanced);
    let tier = match asked {
        api::ParameterTier::Advanced => Tier::Advanced,
        api::ParameterTier::IntelligentTiering if advanced => Tier::Advanced,
        _ => Tier::Standard,
    };
    if tier == Tier::Standard && current == Some(Tier::Advanced) {
        return Err(errors::validation(
            "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from \
             the advanced-parameter tier to the standard-parameter tier. If necessary, you can \
             delete the advanced parameter and recreate it as a standard parameter.",
        ));
    }
    match tier {
        Tier::Standard if length > LONGEST_STANDARD => Err(errors::validation(format!(
            "Standard tier parameters support a maximum parameter value of {LONGEST_STANDARD} \
             characters. To create a larger parameter value, upgrade the parameter to use the \
             advanced-parameter tier. For more information, see \
             https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
        ))),
        Tier::Advanced if length > LONGEST_ADVANCED => Err(errors::validation(format!(
            "Advanced tier parameters support a maximum parameter value of {LONGEST_ADVANCED} \
             characters."
        ))),
        Tier::Standard if policies => Err(errors::validation(
            "Parameter policies are supported only by parameters of the advanced-parameter tier.",
        )),
        tier => Ok(tier),
    }
}

/// A data type and what it asks of the parameter.
///
/// # Errors
/// `ValidationException`.
pub(crate) fn check_data_type(data_type: &str, name: &str, kind: Kind) -> Result<(), ServiceError> {
    if !DATA_TYPES.contains(&data_type) {
        return Err(errors::validation(format!(
            "The following data type is not supported: {data_type} (Data type names are all \
             lowercase.)"
        )));
    }
    let secure = kind == Kind::SecureString;
    match data_type {
        "aws:ec2:image" if kind != Kind::String => Err(errors::validation(
            "The data type aws:ec2:image is supported only by parameters of the type String.",
        )),
        "aws:ssm:integration" if !secure || !name.starts_with(INTEGRATIONS) => {
            Err(errors::validation(format!(
                "Parameters of the data type aws:ssm:integration must be of type SecureString and \
                 in the hierarchy {INTEGRATIONS}"
            )))
        }
        _ => Ok(()),
    }
}

/// A value against its pattern, as a whole.
///
/// # Errors
/// `InvalidAllowedPatternException`, `ParameterPatternMismatchException`.
pub(crate) fn check_pattern(pattern: &str, value: &str) -> Result<(), ServiceError> {
    let whole = fancy_regex::Regex::new(&format!("^(?:{pattern})$"));
    let regex = whole.map_err(|_| {
        errors::invalid_allowed_pattern(format!(
            "The request does not meet the regular expression requirement: {pattern}"
        ))
    })?;
    match regex.is_match(value) {
        Ok(true) => Ok(()),
        _ => Err(errors::parameter_pattern_mismatch(format!(
            "Parameter value, cannot be validated against allowedPattern: {pattern}"
        ))),
    }
}
