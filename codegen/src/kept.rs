//! Structures that a provider keeps in its state as the API has them.
//!
//! Types are made to be read from requests or to be written to responses; those that a provider
//! keeps are both, with all that is in them.

/// Services and the structures that their providers keep.
const KEPT: &[(&str, &[&str])] = &[(
    "ssm",
    &[
        "Activation",
        "AssociationDescription",
        "AssociationExecution",
        "AssociationExecutionTarget",
        "AutomationExecution",
        "Command",
        "CommandInvocation",
        "ComplianceItem",
        "CreateMaintenanceWindowRequest",
        "CreatePatchBaselineRequest",
        "DeleteInventoryRequest",
        "DocumentDescription",
        "GetCloudConnectorResult",
        "GetExecutionPreviewResponse",
        "GetMaintenanceWindowExecutionResult",
        "GetMaintenanceWindowExecutionTaskInvocationResult",
        "GetMaintenanceWindowExecutionTaskResult",
        "GetMaintenanceWindowResult",
        "GetMaintenanceWindowTaskResult",
        "GetPatchBaselineResult",
        "InstanceInformation",
        "InventoryDeletionStatusItem",
        "InventoryItem",
        "MaintenanceWindowTarget",
        "OpsItem",
        "OpsItemEventSummary",
        "OpsItemRelatedItemSummary",
        "RegisterTargetWithMaintenanceWindowRequest",
        "RegisterTaskWithMaintenanceWindowRequest",
        "ResourceDataSyncItem",
        "StartAutomationExecutionRequest",
    ],
)];

/// The structures that a service's provider keeps.
pub(crate) fn of(service: &str) -> &'static [&'static str] {
    KEPT.iter().find(|row| row.0 == service).map_or(&[], |row| row.1)
}
