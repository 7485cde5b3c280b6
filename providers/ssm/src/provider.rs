//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_ssm::*;
use fogbank_service::{RequestContext, ServiceError};

use crate::ops::*;

/// The Amazon Simple Systems Manager (SSM) provider. All state is in the world.
#[derive(Debug, Default)]
pub struct SsmProvider(());

impl SsmProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

type Result<T> = std::result::Result<T, ServiceError>;

#[async_trait]
#[rustfmt::skip]
impl Ssm for SsmProvider {
    async fn add_tags_to_resource(&self, cx: &RequestContext, input: AddTagsToResourceRequest) -> Result<AddTagsToResourceResult> {
        tags::add(cx, input)
    }
    async fn associate_ops_item_related_item(&self, cx: &RequestContext, input: AssociateOpsItemRelatedItemRequest) -> Result<AssociateOpsItemRelatedItemResponse> {
        ops_center::items::associate(cx, input)
    }
    async fn cancel_command(&self, cx: &RequestContext, input: CancelCommandRequest) -> Result<CancelCommandResult> {
        commands::cancel(cx, &input)
    }
    async fn cancel_maintenance_window_execution(&self, cx: &RequestContext, input: CancelMaintenanceWindowExecutionRequest) -> Result<CancelMaintenanceWindowExecutionResult> {
        maintenance::executions::cancel(cx, &input)
    }
    async fn create_activation(&self, cx: &RequestContext, input: CreateActivationRequest) -> Result<CreateActivationResult> {
        nodes::activations::create(cx, input)
    }
    async fn create_association(&self, cx: &RequestContext, input: CreateAssociationRequest) -> Result<CreateAssociationResult> {
        associations::records::create(cx, input)
    }
    async fn create_association_batch(&self, cx: &RequestContext, input: CreateAssociationBatchRequest) -> Result<CreateAssociationBatchResult> {
        associations::records::create_batch(cx, input)
    }
    async fn create_cloud_connector(&self, cx: &RequestContext, input: CreateCloudConnectorRequest) -> Result<CreateCloudConnectorResult> {
        cloud_connectors::create(cx, input)
    }
    async fn create_document(&self, cx: &RequestContext, input: CreateDocumentRequest) -> Result<CreateDocumentResult> {
        documents::create::run(cx, input)
    }
    async fn create_maintenance_window(&self, cx: &RequestContext, input: CreateMaintenanceWindowRequest) -> Result<CreateMaintenanceWindowResult> {
        maintenance::windows::create(cx, input)
    }
    async fn create_ops_item(&self, cx: &RequestContext, input: CreateOpsItemRequest) -> Result<CreateOpsItemResponse> {
        ops_center::items::create(cx, input)
    }
    async fn create_ops_metadata(&self, cx: &RequestContext, input: CreateOpsMetadataRequest) -> Result<CreateOpsMetadataResult> {
        ops_center::metadata::create(cx, input)
    }
    async fn create_patch_baseline(&self, cx: &RequestContext, input: CreatePatchBaselineRequest) -> Result<CreatePatchBaselineResult> {
        patches::baselines::create(cx, input)
    }
    async fn create_resource_data_sync(&self, cx: &RequestContext, input: CreateResourceDataSyncRequest) -> Result<CreateResourceDataSyncResult> {
        nodes::data_sync::create(cx, input)
    }
    async fn delete_activation(&self, cx: &RequestContext, input: DeleteActivationRequest) -> Result<DeleteActivationResult> {
        nodes::activations::delete(cx, &input)
    }
    async fn delete_association(&self, cx: &RequestContext, input: DeleteAssociationRequest) -> Result<DeleteAssociationResult> {
        associations::records::delete(cx, &input)
    }
    async fn delete_cloud_connector(&self, cx: &RequestContext, input: DeleteCloudConnectorRequest) -> Result<DeleteCloudConnectorResult> {
        cloud_connectors::delete(cx, &input)
    }
    async fn delete_document(&self, cx: &RequestContext, input: DeleteDocumentRequest) -> Result<DeleteDocumentResult> {
        documents::delete::run(cx, &input)
    }
    async fn delete_inventory(&self, cx: &RequestContext, input: DeleteInventoryRequest) -> Result<DeleteInventoryResult> {
        nodes::deletions::delete(cx, &input)
    }
    async fn delete_maintenance_window(&self, cx: &RequestContext, input: DeleteMaintenanceWindowRequest) -> Result<DeleteMaintenanceWindowResult> {
        maintenance::windows::delete(cx, &input)
    }
    async fn delete_ops_item(&self, cx: &RequestContext, input: DeleteOpsItemRequest) -> Result<DeleteOpsItemResponse> {
        ops_center::items::delete(cx, &input)
    }
    async fn delete_ops_metadata(&self, cx: &RequestContext, input: DeleteOpsMetadataRequest) -> Result<DeleteOpsMetadataResult> {
        ops_center::metadata::delete(cx, &input)
    }
    async fn delete_parameter(&self, cx: &RequestContext, input: DeleteParameterRequest) -> Result<DeleteParameterResult> {
        parameters::delete::one(cx, &input).await
    }
    async fn delete_parameters(&self, cx: &RequestContext, input: DeleteParametersRequest) -> Result<DeleteParametersResult> {
        parameters::delete::several(cx, input).await
    }
    async fn delete_patch_baseline(&self, cx: &RequestContext, input: DeletePatchBaselineRequest) -> Result<DeletePatchBaselineResult> {
        patches::baselines::delete(cx, &input)
    }
    async fn delete_resource_data_sync(&self, cx: &RequestContext, input: DeleteResourceDataSyncRequest) -> Result<DeleteResourceDataSyncResult> {
        nodes::data_sync::delete(cx, &input)
    }
    async fn delete_resource_policy(&self, cx: &RequestContext, input: DeleteResourcePolicyRequest) -> Result<DeleteResourcePolicyResponse> {
        resource_policies::delete(cx, &input)
    }
    async fn deregister_default_host_management_configuration(&self, cx: &RequestContext, input: DeregisterDefaultHostManagementConfigurationRequest) -> Result<DeregisterDefaultHostManagementConfigurationResult> {
        service_settings::deregister_host_management(cx, &input)
    }
    async fn deregister_managed_instance(&self, cx: &RequestContext, input: DeregisterManagedInstanceRequest) -> Result<DeregisterManagedInstanceResult> {
        nodes::activations::deregister(cx, &input)
    }
    async fn deregister_patch_baseline_for_patch_group(&self, cx: &RequestContext, input: DeregisterPatchBaselineForPatchGroupRequest) -> Result<DeregisterPatchBaselineForPatchGroupResult> {
        patches::groups::deregister(cx, &input)
    }
    async fn deregister_target_from_maintenance_window(&self, cx: &RequestContext, input: DeregisterTargetFromMaintenanceWindowRequest) -> Result<DeregisterTargetFromMaintenanceWindowResult> {
        maintenance::targets::deregister(cx, &input)
    }
    async fn deregister_task_from_maintenance_window(&self, cx: &RequestContext, input: DeregisterTaskFromMaintenanceWindowRequest) -> Result<DeregisterTaskFromMaintenanceWindowResult> {
        maintenance::tasks::deregister(cx, &input)
    }
    async fn describe_activations(&self, cx: &RequestContext, input: DescribeActivationsRequest) -> Result<DescribeActivationsResult> {
        nodes::activations::describe(cx, &input)
    }
    async fn describe_association(&self, cx: &RequestContext, input: DescribeAssociationRequest) -> Result<DescribeAssociationResult> {
        associations::records::describe(cx, &input)
    }
    async fn describe_association_execution_targets(&self, cx: &RequestContext, input: DescribeAssociationExecutionTargetsRequest) -> Result<DescribeAssociationExecutionTargetsResult> {
        associations::executions::execution_targets(cx, &input)
    }
    async fn describe_association_executions(&self, cx: &RequestContext, input: DescribeAssociationExecutionsRequest) -> Result<DescribeAssociationExecutionsResult> {
        associations::executions::executions(cx, &input)
    }
    async fn describe_automation_executions(&self, cx: &RequestContext, input: DescribeAutomationExecutionsRequest) -> Result<DescribeAutomationExecutionsResult> {
        automation::describe(cx, &input)
    }
    async fn describe_automation_step_executions(&self, cx: &RequestContext, input: DescribeAutomationStepExecutionsRequest) -> Result<DescribeAutomationStepExecutionsResult> {
        automation::describe_steps(cx, &input)
    }
    async fn describe_available_patches(&self, cx: &RequestContext, input: DescribeAvailablePatchesRequest) -> Result<DescribeAvailablePatchesResult> {
        patches::catalog::available(cx, &input)
    }
    async fn describe_document(&self, cx: &RequestContext, input: DescribeDocumentRequest) -> Result<DescribeDocumentResult> {
        documents::get::describe(cx, &input)
    }
    async fn describe_document_permission(&self, cx: &RequestContext, input: DescribeDocumentPermissionRequest) -> Result<DescribeDocumentPermissionResponse> {
        documents::permissions::describe(cx, &input)
    }
    async fn describe_effective_instance_associations(&self, cx: &RequestContext, input: DescribeEffectiveInstanceAssociationsRequest) -> Result<DescribeEffectiveInstanceAssociationsResult> {
        associations::executions::effective(cx, &input)
    }
    async fn describe_effective_patches_for_patch_baseline(&self, cx: &RequestContext, input: DescribeEffectivePatchesForPatchBaselineRequest) -> Result<DescribeEffectivePatchesForPatchBaselineResult> {
        patches::catalog::effective(cx, &input)
    }
    async fn describe_instance_associations_status(&self, cx: &RequestContext, input: DescribeInstanceAssociationsStatusRequest) -> Result<DescribeInstanceAssociationsStatusResult> {
        associations::executions::instance_status(cx, &input)
    }
    async fn describe_instance_information(&self, cx: &RequestContext, input: DescribeInstanceInformationRequest) -> Result<DescribeInstanceInformationResult> {
        nodes::activations::information(cx, &input)
    }
    async fn describe_instance_patch_states(&self, cx: &RequestContext, input: DescribeInstancePatchStatesRequest) -> Result<DescribeInstancePatchStatesResult> {
        patches::groups::instance_states(cx, &input)
    }
    async fn describe_instance_patch_states_for_patch_group(&self, cx: &RequestContext, input: DescribeInstancePatchStatesForPatchGroupRequest) -> Result<DescribeInstancePatchStatesForPatchGroupResult> {
        patches::groups::group_instance_states(cx, &input)
    }
    async fn describe_instance_patches(&self, cx: &RequestContext, input: DescribeInstancePatchesRequest) -> Result<DescribeInstancePatchesResult> {
        patches::groups::instance_patches(cx, &input)
    }
    async fn describe_instance_properties(&self, cx: &RequestContext, input: DescribeInstancePropertiesRequest) -> Result<DescribeInstancePropertiesResult> {
        nodes::activations::properties(cx, &input)
    }
    async fn describe_inventory_deletions(&self, cx: &RequestContext, input: DescribeInventoryDeletionsRequest) -> Result<DescribeInventoryDeletionsResult> {
        nodes::deletions::deletions(cx, &input)
    }
    async fn describe_maintenance_window_execution_task_invocations(&self, cx: &RequestContext, input: DescribeMaintenanceWindowExecutionTaskInvocationsRequest) -> Result<DescribeMaintenanceWindowExecutionTaskInvocationsResult> {
        maintenance::executions::describe_invocations(cx, &input)
    }
    async fn describe_maintenance_window_execution_tasks(&self, cx: &RequestContext, input: DescribeMaintenanceWindowExecutionTasksRequest) -> Result<DescribeMaintenanceWindowExecutionTasksResult> {
        maintenance::executions::describe_tasks(cx, &input)
    }
    async fn describe_maintenance_window_executions(&self, cx: &RequestContext, input: DescribeMaintenanceWindowExecutionsRequest) -> Result<DescribeMaintenanceWindowExecutionsResult> {
        maintenance::executions::describe(cx, &input)
    }
    async fn describe_maintenance_window_schedule(&self, cx: &RequestContext, input: DescribeMaintenanceWindowScheduleRequest) -> Result<DescribeMaintenanceWindowScheduleResult> {
        maintenance::windows::schedule(cx, input)
    }
    async fn describe_maintenance_window_targets(&self, cx: &RequestContext, input: DescribeMaintenanceWindowTargetsRequest) -> Result<DescribeMaintenanceWindowTargetsResult> {
        maintenance::targets::describe(cx, &input)
    }
    async fn describe_maintenance_window_tasks(&self, cx: &RequestContext, input: DescribeMaintenanceWindowTasksRequest) -> Result<DescribeMaintenanceWindowTasksResult> {
        maintenance::tasks::describe(cx, &input)
    }
    async fn describe_maintenance_windows(&self, cx: &RequestContext, input: DescribeMaintenanceWindowsRequest) -> Result<DescribeMaintenanceWindowsResult> {
        maintenance::windows::describe(cx, input)
    }
    async fn describe_maintenance_windows_for_target(&self, cx: &RequestContext, input: DescribeMaintenanceWindowsForTargetRequest) -> Result<DescribeMaintenanceWindowsForTargetResult> {
        maintenance::windows::for_target(cx, input)
    }
    async fn describe_ops_items(&self, cx: &RequestContext, input: DescribeOpsItemsRequest) -> Result<DescribeOpsItemsResponse> {
        ops_center::items::describe(cx, &input)
    }
    async fn describe_parameters(&self, cx: &RequestContext, input: DescribeParametersRequest) -> Result<DescribeParametersResult> {
        parameters::describe::run(cx, input)
    }
    async fn describe_patch_baselines(&self, cx: &RequestContext, input: DescribePatchBaselinesRequest) -> Result<DescribePatchBaselinesResult> {
        patches::baselines::describe(cx, &input)
    }
    async fn describe_patch_group_state(&self, cx: &RequestContext, input: DescribePatchGroupStateRequest) -> Result<DescribePatchGroupStateResult> {
        patches::groups::state(cx, &input)
    }
    async fn describe_patch_groups(&self, cx: &RequestContext, input: DescribePatchGroupsRequest) -> Result<DescribePatchGroupsResult> {
        patches::groups::describe(cx, &input)
    }
    async fn describe_patch_properties(&self, cx: &RequestContext, input: DescribePatchPropertiesRequest) -> Result<DescribePatchPropertiesResult> {
        patches::catalog::properties(cx, &input)
    }
    async fn describe_sessions(&self, cx: &RequestContext, input: DescribeSessionsRequest) -> Result<DescribeSessionsResponse> {
        sessions::describe(cx, &input)
    }
    async fn disassociate_ops_item_related_item(&self, cx: &RequestContext, input: DisassociateOpsItemRelatedItemRequest) -> Result<DisassociateOpsItemRelatedItemResponse> {
        ops_center::items::disassociate(cx, &input)
    }
    async fn get_access_token(&self, cx: &RequestContext, input: GetAccessTokenRequest) -> Result<GetAccessTokenResponse> {
        ops_center::access_requests::token(cx, &input)
    }
    async fn get_automation_execution(&self, cx: &RequestContext, input: GetAutomationExecutionRequest) -> Result<GetAutomationExecutionResult> {
        automation::get(cx, &input)
    }
    async fn get_calendar_state(&self, cx: &RequestContext, input: GetCalendarStateRequest) -> Result<GetCalendarStateResponse> {
        documents::calendar::state(cx, &input)
    }
    async fn get_cloud_connector(&self, cx: &RequestContext, input: GetCloudConnectorRequest) -> Result<GetCloudConnectorResult> {
        cloud_connectors::get(cx, &input)
    }
    async fn get_command_invocation(&self, cx: &RequestContext, input: GetCommandInvocationRequest) -> Result<GetCommandInvocationResult> {
        commands::get_invocation(cx, &input)
    }
    async fn get_connection_status(&self, cx: &RequestContext, input: GetConnectionStatusRequest) -> Result<GetConnectionStatusResponse> {
        sessions::connection(cx, &input)
    }
    async fn get_default_patch_baseline(&self, cx: &RequestContext, input: GetDefaultPatchBaselineRequest) -> Result<GetDefaultPatchBaselineResult> {
        patches::baselines::get_default(cx, &input)
    }
    async fn get_deployable_patch_snapshot_for_instance(&self, cx: &RequestContext, input: GetDeployablePatchSnapshotForInstanceRequest) -> Result<GetDeployablePatchSnapshotForInstanceResult> {
        patches::catalog::snapshot(cx, &input)
    }
    async fn get_document(&self, cx: &RequestContext, input: GetDocumentRequest) -> Result<GetDocumentResult> {
        documents::get::document(cx, &input)
    }
    async fn get_execution_preview(&self, cx: &RequestContext, input: GetExecutionPreviewRequest) -> Result<GetExecutionPreviewResponse> {
        previews::get(cx, &input)
    }
    async fn get_inventory(&self, cx: &RequestContext, input: GetInventoryRequest) -> Result<GetInventoryResult> {
        nodes::inventory::get(cx, &input)
    }
    async fn get_inventory_schema(&self, cx: &RequestContext, input: GetInventorySchemaRequest) -> Result<GetInventorySchemaResult> {
        nodes::inventory::schema(cx, &input)
    }
    async fn get_maintenance_window(&self, cx: &RequestContext, input: GetMaintenanceWindowRequest) -> Result<GetMaintenanceWindowResult> {
        maintenance::windows::get(cx, &input)
    }
    async fn get_maintenance_window_execution(&self, cx: &RequestContext, input: GetMaintenanceWindowExecutionRequest) -> Result<GetMaintenanceWindowExecutionResult> {
        maintenance::executions::get(cx, &input)
    }
    async fn get_maintenance_window_execution_task(&self, cx: &RequestContext, input: GetMaintenanceWindowExecutionTaskRequest) -> Result<GetMaintenanceWindowExecutionTaskResult> {
        maintenance::executions::get_task(cx, &input)
    }
    async fn get_maintenance_window_execution_task_invocation(&self, cx: &RequestContext, input: GetMaintenanceWindowExecutionTaskInvocationRequest) -> Result<GetMaintenanceWindowExecutionTaskInvocationResult> {
        maintenance::executions::get_invocation(cx, &input)
    }
    async fn get_maintenance_window_task(&self, cx: &RequestContext, input: GetMaintenanceWindowTaskRequest) -> Result<GetMaintenanceWindowTaskResult> {
        maintenance::tasks::get(cx, &input)
    }
    async fn get_ops_item(&self, cx: &RequestContext, input: GetOpsItemRequest) -> Result<GetOpsItemResponse> {
        ops_center::items::get(cx, &input)
    }
    async fn get_ops_metadata(&self, cx: &RequestContext, input: GetOpsMetadataRequest) -> Result<GetOpsMetadataResult> {
        ops_center::metadata::get(cx, &input)
    }
    async fn get_ops_summary(&self, cx: &RequestContext, input: GetOpsSummaryRequest) -> Result<GetOpsSummaryResult> {
        ops_center::summary::run(cx, &input)
    }
    async fn get_parameter(&self, cx: &RequestContext, input: GetParameterRequest) -> Result<GetParameterResult> {
        parameters::get::one(cx, &input).await
    }
    async fn get_parameter_history(&self, cx: &RequestContext, input: GetParameterHistoryRequest) -> Result<GetParameterHistoryResult> {
        parameters::history::run(cx, &input).await
    }
    async fn get_parameters(&self, cx: &RequestContext, input: GetParametersRequest) -> Result<GetParametersResult> {
        parameters::get::several(cx, input).await
    }
    async fn get_parameters_by_path(&self, cx: &RequestContext, input: GetParametersByPathRequest) -> Result<GetParametersByPathResult> {
        parameters::get::by_path(cx, input).await
    }
    async fn get_patch_baseline(&self, cx: &RequestContext, input: GetPatchBaselineRequest) -> Result<GetPatchBaselineResult> {
        patches::baselines::get(cx, &input)
    }
    async fn get_patch_baseline_for_patch_group(&self, cx: &RequestContext, input: GetPatchBaselineForPatchGroupRequest) -> Result<GetPatchBaselineForPatchGroupResult> {
        patches::groups::baseline_for(cx, &input)
    }
    async fn get_resource_policies(&self, cx: &RequestContext, input: GetResourcePoliciesRequest) -> Result<GetResourcePoliciesResponse> {
        resource_policies::get(cx, &input)
    }
    async fn get_service_setting(&self, cx: &RequestContext, input: GetServiceSettingRequest) -> Result<GetServiceSettingResult> {
        service_settings::get(cx, &input)
    }
    async fn label_parameter_version(&self, cx: &RequestContext, input: LabelParameterVersionRequest) -> Result<LabelParameterVersionResult> {
        parameters::labels::label(cx, input).await
    }
    async fn list_association_versions(&self, cx: &RequestContext, input: ListAssociationVersionsRequest) -> Result<ListAssociationVersionsResult> {
        associations::records::versions(cx, &input)
    }
    async fn list_associations(&self, cx: &RequestContext, input: ListAssociationsRequest) -> Result<ListAssociationsResult> {
        associations::records::list(cx, &input)
    }
    async fn list_cloud_connectors(&self, cx: &RequestContext, input: ListCloudConnectorsRequest) -> Result<ListCloudConnectorsResult> {
        cloud_connectors::list(cx, &input)
    }
    async fn list_command_invocations(&self, cx: &RequestContext, input: ListCommandInvocationsRequest) -> Result<ListCommandInvocationsResult> {
        commands::list_invocations(cx, &input)
    }
    async fn list_commands(&self, cx: &RequestContext, input: ListCommandsRequest) -> Result<ListCommandsResult> {
        commands::list(cx, &input)
    }
    async fn list_compliance_items(&self, cx: &RequestContext, input: ListComplianceItemsRequest) -> Result<ListComplianceItemsResult> {
        nodes::compliance::list(cx, &input)
    }
    async fn list_compliance_summaries(&self, cx: &RequestContext, input: ListComplianceSummariesRequest) -> Result<ListComplianceSummariesResult> {
        nodes::compliance::summaries(cx, &input)
    }
    async fn list_document_metadata_history(&self, cx: &RequestContext, input: ListDocumentMetadataHistoryRequest) -> Result<ListDocumentMetadataHistoryResponse> {
        documents::versions::history(cx, &input)
    }
    async fn list_document_versions(&self, cx: &RequestContext, input: ListDocumentVersionsRequest) -> Result<ListDocumentVersionsResult> {
        documents::get::versions(cx, &input)
    }
    async fn list_documents(&self, cx: &RequestContext, input: ListDocumentsRequest) -> Result<ListDocumentsResult> {
        documents::get::list(cx, input)
    }
    async fn list_inventory_entries(&self, cx: &RequestContext, input: ListInventoryEntriesRequest) -> Result<ListInventoryEntriesResult> {
        nodes::inventory::entries(cx, &input)
    }
    async fn list_nodes(&self, cx: &RequestContext, input: ListNodesRequest) -> Result<ListNodesResult> {
        nodes::activations::list(cx, &input)
    }
    async fn list_nodes_summary(&self, cx: &RequestContext, input: ListNodesSummaryRequest) -> Result<ListNodesSummaryResult> {
        nodes::activations::summary(cx, &input)
    }
    async fn list_ops_item_events(&self, cx: &RequestContext, input: ListOpsItemEventsRequest) -> Result<ListOpsItemEventsResponse> {
        ops_center::items::events(cx, &input)
    }
    async fn list_ops_item_related_items(&self, cx: &RequestContext, input: ListOpsItemRelatedItemsRequest) -> Result<ListOpsItemRelatedItemsResponse> {
        ops_center::items::related(cx, &input)
    }
    async fn list_ops_metadata(&self, cx: &RequestContext, input: ListOpsMetadataRequest) -> Result<ListOpsMetadataResult> {
        ops_center::metadata::list(cx, &input)
    }
    async fn list_resource_compliance_summaries(&self, cx: &RequestContext, input: ListResourceComplianceSummariesRequest) -> Result<ListResourceComplianceSummariesResult> {
        nodes::compliance::resource_summaries(cx, &input)
    }
    async fn list_resource_data_sync(&self, cx: &RequestContext, input: ListResourceDataSyncRequest) -> Result<ListResourceDataSyncResult> {
        nodes::data_sync::list(cx, &input)
    }
    async fn list_tags_for_resource(&self, cx: &RequestContext, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResult> {
        tags::list(cx, &input)
    }
    async fn modify_document_permission(&self, cx: &RequestContext, input: ModifyDocumentPermissionRequest) -> Result<ModifyDocumentPermissionResponse> {
        documents::permissions::modify(cx, &input)
    }
    async fn put_compliance_items(&self, cx: &RequestContext, input: PutComplianceItemsRequest) -> Result<PutComplianceItemsResult> {
        nodes::compliance::put(cx, input)
    }
    async fn put_inventory(&self, cx: &RequestContext, input: PutInventoryRequest) -> Result<PutInventoryResult> {
        nodes::inventory::put(cx, input)
    }
    async fn put_parameter(&self, cx: &RequestContext, input: PutParameterRequest) -> Result<PutParameterResult> {
        parameters::put::run(cx, input).await
    }
    async fn put_resource_policy(&self, cx: &RequestContext, input: PutResourcePolicyRequest) -> Result<PutResourcePolicyResponse> {
        resource_policies::put(cx, input)
    }
    async fn register_default_host_management_configuration(&self, cx: &RequestContext, input: RegisterDefaultHostManagementConfigurationRequest) -> Result<RegisterDefaultHostManagementConfigurationResult> {
        service_settings::register_host_management(cx, &input)
    }
    async fn register_default_patch_baseline(&self, cx: &RequestContext, input: RegisterDefaultPatchBaselineRequest) -> Result<RegisterDefaultPatchBaselineResult> {
        patches::baselines::register_default(cx, &input)
    }
    async fn register_patch_baseline_for_patch_group(&self, cx: &RequestContext, input: RegisterPatchBaselineForPatchGroupRequest) -> Result<RegisterPatchBaselineForPatchGroupResult> {
        patches::groups::register(cx, &input)
    }
    async fn register_target_with_maintenance_window(&self, cx: &RequestContext, input: RegisterTargetWithMaintenanceWindowRequest) -> Result<RegisterTargetWithMaintenanceWindowResult> {
        maintenance::targets::register(cx, input)
    }
    async fn register_task_with_maintenance_window(&self, cx: &RequestContext, input: RegisterTaskWithMaintenanceWindowRequest) -> Result<RegisterTaskWithMaintenanceWindowResult> {
        maintenance::tasks::register(cx, input)
    }
    async fn remove_tags_from_resource(&self, cx: &RequestContext, input: RemoveTagsFromResourceRequest) -> Result<RemoveTagsFromResourceResult> {
        tags::remove(cx, &input)
    }
    async fn reset_service_setting(&self, cx: &RequestContext, input: ResetServiceSettingRequest) -> Result<ResetServiceSettingResult> {
        service_settings::reset(cx, &input)
    }
    async fn resume_session(&self, cx: &RequestContext, input: ResumeSessionRequest) -> Result<ResumeSessionResponse> {
        sessions::resume(cx, &input)
    }
    async fn send_automation_signal(&self, cx: &RequestContext, input: SendAutomationSignalRequest) -> Result<SendAutomationSignalResult> {
        automation::signal(cx, &input)
    }
    async fn send_command(&self, cx: &RequestContext, input: SendCommandRequest) -> Result<SendCommandResult> {
        commands::send(cx, input)
    }
    async fn start_access_request(&self, cx: &RequestContext, input: StartAccessRequestRequest) -> Result<StartAccessRequestResponse> {
        ops_center::access_requests::start(cx, input)
    }
    async fn start_associations_once(&self, cx: &RequestContext, input: StartAssociationsOnceRequest) -> Result<StartAssociationsOnceResult> {
        associations::executions::start_once(cx, &input)
    }
    async fn start_automation_execution(&self, cx: &RequestContext, input: StartAutomationExecutionRequest) -> Result<StartAutomationExecutionResult> {
        automation::start(cx, input)
    }
    async fn start_change_request_execution(&self, cx: &RequestContext, input: StartChangeRequestExecutionRequest) -> Result<StartChangeRequestExecutionResult> {
        automation::start_change_request(cx, &input)
    }
    async fn start_execution_preview(&self, cx: &RequestContext, input: StartExecutionPreviewRequest) -> Result<StartExecutionPreviewResponse> {
        previews::start(cx, input)
    }
    async fn start_session(&self, cx: &RequestContext, input: StartSessionRequest) -> Result<StartSessionResponse> {
        sessions::start(cx, &input)
    }
    async fn stop_automation_execution(&self, cx: &RequestContext, input: StopAutomationExecutionRequest) -> Result<StopAutomationExecutionResult> {
        automation::stop(cx, &input)
    }
    async fn terminate_session(&self, cx: &RequestContext, input: TerminateSessionRequest) -> Result<TerminateSessionResponse> {
        sessions::terminate(cx, &input)
    }
    async fn unlabel_parameter_version(&self, cx: &RequestContext, input: UnlabelParameterVersionRequest) -> Result<UnlabelParameterVersionResult> {
        parameters::labels::unlabel(cx, input)
    }
    async fn update_association(&self, cx: &RequestContext, input: UpdateAssociationRequest) -> Result<UpdateAssociationResult> {
        associations::records::update(cx, input)
    }
    async fn update_association_status(&self, cx: &RequestContext, input: UpdateAssociationStatusRequest) -> Result<UpdateAssociationStatusResult> {
        associations::records::update_status(cx, &input)
    }
    async fn update_cloud_connector(&self, cx: &RequestContext, input: UpdateCloudConnectorRequest) -> Result<UpdateCloudConnectorResult> {
        cloud_connectors::update(cx, input)
    }
    async fn update_document(&self, cx: &RequestContext, input: UpdateDocumentRequest) -> Result<UpdateDocumentResult> {
        documents::create::update(cx, input)
    }
    async fn update_document_default_version(&self, cx: &RequestContext, input: UpdateDocumentDefaultVersionRequest) -> Result<UpdateDocumentDefaultVersionResult> {
        documents::versions::set_default(cx, &input)
    }
    async fn update_document_metadata(&self, cx: &RequestContext, input: UpdateDocumentMetadataRequest) -> Result<UpdateDocumentMetadataResponse> {
        documents::versions::review(cx, &input)
    }
    async fn update_maintenance_window(&self, cx: &RequestContext, input: UpdateMaintenanceWindowRequest) -> Result<UpdateMaintenanceWindowResult> {
        maintenance::windows::update(cx, input)
    }
    async fn update_maintenance_window_target(&self, cx: &RequestContext, input: UpdateMaintenanceWindowTargetRequest) -> Result<UpdateMaintenanceWindowTargetResult> {
        maintenance::targets::update(cx, input)
    }
    async fn update_maintenance_window_task(&self, cx: &RequestContext, input: UpdateMaintenanceWindowTaskRequest) -> Result<UpdateMaintenanceWindowTaskResult> {
        maintenance::tasks::update(cx, input)
    }
    async fn update_managed_instance_role(&self, cx: &RequestContext, input: UpdateManagedInstanceRoleRequest) -> Result<UpdateManagedInstanceRoleResult> {
        nodes::activations::update_role(cx, &input)
    }
    async fn update_ops_item(&self, cx: &RequestContext, input: UpdateOpsItemRequest) -> Result<UpdateOpsItemResponse> {
        ops_center::items::update(cx, input)
    }
    async fn update_ops_metadata(&self, cx: &RequestContext, input: UpdateOpsMetadataRequest) -> Result<UpdateOpsMetadataResult> {
        ops_center::metadata::update(cx, input)
    }
    async fn update_patch_baseline(&self, cx: &RequestContext, input: UpdatePatchBaselineRequest) -> Result<UpdatePatchBaselineResult> {
        patches::baselines::update(cx, input)
    }
    async fn update_resource_data_sync(&self, cx: &RequestContext, input: UpdateResourceDataSyncRequest) -> Result<UpdateResourceDataSyncResult> {
        nodes::data_sync::update(cx, input)
    }
    async fn update_service_setting(&self, cx: &RequestContext, input: UpdateServiceSettingRequest) -> Result<UpdateServiceSettingResult> {
        service_settings::update(cx, input)
    }
    async fn validate_cloud_connector(&self, cx: &RequestContext, input: ValidateCloudConnectorRequest) -> Result<ValidateCloudConnectorResult> {
        cloud_connectors::validate(cx, &input)
    }
}
