//! The errors of Systems Manager, with the codes and messages that AWS answers.

use fogbank_api_ssm as api;
use fogbank_service::ServiceError;

/// Constructors of modelled errors: with a message, or with none where AWS sends none.
macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident: $shape:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name(message: impl Into<String>) -> ServiceError {
            let message = message.into();
            match message.is_empty() {
                true => api::$shape::default().into(),
                false => api::$shape::new(message).into(),
            }
        }
    )*};
}

errors! {
    hierarchy_level_limit: HierarchyLevelLimitExceededException;
    incompatible_policy: IncompatiblePolicyException;
    invalid_allowed_pattern: InvalidAllowedPatternException;
    invalid_filter_key: InvalidFilterKey;
    invalid_filter_option: InvalidFilterOption;
    invalid_filter_value: InvalidFilterValue;
    invalid_key_id: InvalidKeyId;
    invalid_next_token: InvalidNextToken;
    invalid_policy_attribute: InvalidPolicyAttributeException;
    invalid_policy_type: InvalidPolicyTypeException;
    invalid_resource_id: InvalidResourceId;
    label_limit: ParameterVersionLabelLimitExceeded;
    malformed_resource_policy: MalformedResourcePolicyDocumentException;
    parameter_already_exists: ParameterAlreadyExists;
    parameter_limit: ParameterLimitExceeded;
    parameter_max_version: ParameterMaxVersionLimitExceeded;
    parameter_not_found: ParameterNotFound;
    parameter_pattern_mismatch: ParameterPatternMismatchException;
    parameter_version_not_found: ParameterVersionNotFound;
    policies_limit: PoliciesLimitExceededException;
    resource_not_found: ResourceNotFoundException;
    resource_policy_conflict: ResourcePolicyConflictException;
    resource_policy_not_found: ResourcePolicyNotFoundException;
    service_setting_not_found: ServiceSettingNotFound;
    too_many_tags: TooManyTagsError;
}

/// `ValidationException`, which most operations answer without listing it.
pub(crate) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", 400, message.into())
}

/// `AccessDeniedException`.
pub(crate) fn access_denied(message: impl Into<String>) -> ServiceError {
    ServiceError::new("AccessDeniedException", 400, message.into())
}

/// A token that no list gave out.
pub(crate) fn next_token() -> ServiceError {
    invalid_next_token("The specified token isn't valid.")
}

/// A constraint that the model does not have, in the words of those that it has.
pub(crate) fn constraint(
    member: &str,
    value: Option<&str>,
    constraint: impl std::fmt::Display,
) -> ServiceError {
    let value = value.map(|value| format!(" '{value}'")).unwrap_or_default();
    validation(format!(
        "1 validation error detected: Value{value} at '{member}' failed to satisfy constraint: \
         {constraint}"
    ))
}

/// A version that the parameter does not have.
pub(crate) fn no_such_version(name: &str, version: impl std::fmt::Display) -> ServiceError {
    parameter_version_not_found(format!(
        "Systems Manager could not find version {version} of {name}. Verify the version and try \
         again."
    ))
}
