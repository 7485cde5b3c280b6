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
    already_exists: AlreadyExistsException;
    associated_instances: AssociatedInstances;
    association_already_exists: AssociationAlreadyExists;
    association_does_not_exist: AssociationDoesNotExist;
    association_execution_does_not_exist: AssociationExecutionDoesNotExist;
    association_limit: AssociationLimitExceeded;
    association_version_limit: AssociationVersionLimitExceeded;
    automation_definition_not_found: AutomationDefinitionNotFoundException;
    automation_not_found: AutomationExecutionNotFoundException;
    automation_version_not_found: AutomationDefinitionVersionNotFoundException;
    compliance_type_limit: ComplianceTypeCountLimitExceededException;
    custom_schema_limit: CustomSchemaCountLimitExceededException;
    data_sync_limit: ResourceDataSyncCountExceededException;
    document_already_exists: DocumentAlreadyExists;
    document_limit: DocumentLimitExceeded;
    document_permission_limit: DocumentPermissionLimit;
    document_version_limit: DocumentVersionLimitExceeded;
    does_not_exist: DoesNotExistException;
    duplicate_document_content: DuplicateDocumentContent;
    duplicate_instance_id: DuplicateInstanceId;
    duplicate_version_name: DuplicateDocumentVersionName;
    hierarchy_level_limit: HierarchyLevelLimitExceededException;
    idempotent_mismatch: IdempotentParameterMismatch;
    incompatible_policy: IncompatiblePolicyException;
    invalid_activation_id: InvalidActivationId;
    invalid_aggregator: InvalidAggregatorException;
    invalid_allowed_pattern: InvalidAllowedPatternException;
    invalid_association_version: InvalidAssociationVersion;
    invalid_automation_parameters: InvalidAutomationExecutionParametersException;
    invalid_automation_signal: InvalidAutomationSignalException;
    invalid_automation_status: InvalidAutomationStatusUpdateException;
    invalid_command_id: InvalidCommandId;
    invalid_data_sync: ResourceDataSyncInvalidConfigurationException;
    invalid_delete_inventory: InvalidDeleteInventoryParametersException;
    invalid_deletion_id: InvalidDeletionIdException;
    invalid_document: InvalidDocument;
    invalid_document_content: InvalidDocumentContent;
    invalid_document_operation: InvalidDocumentOperation;
    invalid_document_schema_version: InvalidDocumentSchemaVersion;
    invalid_document_type: InvalidDocumentType;
    invalid_document_version: InvalidDocumentVersion;
    invalid_filter: InvalidFilter;
    invalid_filter_key: InvalidFilterKey;
    invalid_filter_option: InvalidFilterOption;
    invalid_filter_value: InvalidFilterValue;
    invalid_instance_id: InvalidInstanceId;
    invalid_key_id: InvalidKeyId;
    invalid_next_token: InvalidNextToken;
    invalid_parameters: InvalidParameters;
    invalid_plugin_name: InvalidPluginName;
    invalid_policy_attribute: InvalidPolicyAttributeException;
    invalid_policy_type: InvalidPolicyTypeException;
    invalid_resource_id: InvalidResourceId;
    invalid_resource_type: InvalidResourceType;
    invalid_schedule: InvalidSchedule;
    invalid_target: InvalidTarget;
    invalid_target_maps: InvalidTargetMaps;
    invalid_type_name: InvalidTypeNameException;
    invocation_does_not_exist: InvocationDoesNotExist;
    label_limit: ParameterVersionLabelLimitExceeded;
    malformed_resource_policy: MalformedResourcePolicyDocumentException;
    max_document_size: MaxDocumentSizeExceeded;
    ops_item_access_denied: OpsItemAccessDeniedException;
    ops_item_not_found: OpsItemNotFoundException;
    ops_item_relation_not_found: OpsItemRelatedItemAssociationNotFoundException;
    ops_metadata_already_exists: OpsMetadataAlreadyExistsException;
    ops_metadata_invalid: OpsMetadataInvalidArgumentException;
    ops_metadata_key_limit: OpsMetadataKeyLimitExceededException;
    ops_metadata_not_found: OpsMetadataNotFoundException;
    parameter_already_exists: ParameterAlreadyExists;
    parameter_limit: ParameterLimitExceeded;
    parameter_max_version: ParameterMaxVersionLimitExceeded;
    parameter_not_found: ParameterNotFound;
    parameter_pattern_mismatch: ParameterPatternMismatchException;
    parameter_version_not_found: ParameterVersionNotFound;
    policies_limit: PoliciesLimitExceededException;
    resource_in_use: ResourceInUseException;
    resource_limit: ResourceLimitExceededException;
    resource_not_found: ResourceNotFoundException;
    resource_policy_conflict: ResourcePolicyConflictException;
    resource_policy_not_found: ResourcePolicyNotFoundException;
    service_setting_not_found: ServiceSettingNotFound;
    status_unchanged: StatusUnchanged;
    target_in_use: TargetInUseException;
    target_not_connected: TargetNotConnected;
    no_longer_supported: NoLongerSupportedException;
    too_many_tags: TooManyTagsError;
    unsupported_calendar: UnsupportedCalendarException;
    unsupported_inventory_version: UnsupportedInventorySchemaVersionException;
    unsupported_operating_system: UnsupportedOperatingSystem;
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
