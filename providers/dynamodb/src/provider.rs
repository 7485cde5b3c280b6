//! The provider: one line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_dynamodb::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::ops;
use crate::settings::{Access, Settings};

/// DynamoDB. All state is in the world of the request.
#[derive(Clone, Copy, Debug, Default)]
pub struct DynamoDbProvider {
    settings: Settings,
}

impl DynamoDbProvider {
    /// The provider with the default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// The provider with these settings.
    pub const fn with_settings(settings: Settings) -> Self {
        Self { settings }
    }
}

type Answer<T> = Result<T, ServiceError>;

#[async_trait]
#[rustfmt::skip]
impl DynamoDb for DynamoDbProvider {
    async fn create_table(&self, cx: &RequestContext, mut input: CreateTableInput) -> Answer<CreateTableOutput> {
        ops::tables::resolve_key(cx, &mut input.sse_specification).await?;
        ops::tables::create_table::create_table(cx, input)
    }
    async fn describe_table(&self, cx: &RequestContext, input: DescribeTableInput) -> Answer<DescribeTableOutput> {
        ops::tables::describe_tables::describe_table(cx, &input)
    }
    async fn update_table(&self, cx: &RequestContext, mut input: UpdateTableInput) -> Answer<UpdateTableOutput> {
        ops::tables::resolve_key(cx, &mut input.sse_specification).await?;
        ops::tables::update_table::update_table(cx, input, &self.settings)
    }
    async fn delete_table(&self, cx: &RequestContext, input: DeleteTableInput) -> Answer<DeleteTableOutput> {
        ops::tables::describe_tables::delete_table(cx, &input)
    }
    async fn list_tables(&self, cx: &RequestContext, input: ListTablesInput) -> Answer<ListTablesOutput> {
        Ok(ops::tables::describe_tables::list_tables(cx, input))
    }
    async fn put_item(&self, cx: &RequestContext, input: PutItemInput) -> Answer<PutItemOutput> {
        self.settings.run(cx, Access::Write, input, ops::items::put_item::put_item)
    }
    async fn get_item(&self, cx: &RequestContext, input: GetItemInput) -> Answer<GetItemOutput> {
        self.settings.run(cx, Access::Read, input, ops::items::get_item::get_item)
    }
    async fn update_item(&self, cx: &RequestContext, input: UpdateItemInput) -> Answer<UpdateItemOutput> {
        self.settings.run(cx, Access::Write, input, ops::items::update_item::update_item)
    }
    async fn delete_item(&self, cx: &RequestContext, input: DeleteItemInput) -> Answer<DeleteItemOutput> {
        self.settings.run(cx, Access::Write, input, ops::items::delete_item::delete_item)
    }
    async fn query(&self, cx: &RequestContext, input: QueryInput) -> Answer<QueryOutput> {
        self.settings.run(cx, Access::Read, input, ops::query::query)
    }
    async fn scan(&self, cx: &RequestContext, input: ScanInput) -> Answer<ScanOutput> {
        self.settings.run(cx, Access::Read, input, ops::scan::scan)
    }
    async fn search_vectors(&self, cx: &RequestContext, input: SearchVectorsInput) -> Answer<SearchVectorsOutput> {
        self.settings.before(cx, Access::Read)?;
        ops::search_vectors::search_vectors(cx, input)
    }
    async fn batch_get_item(&self, cx: &RequestContext, input: BatchGetItemInput) -> Answer<BatchGetItemOutput> {
        self.settings.batch_get(cx, input)
    }
    async fn batch_write_item(&self, cx: &RequestContext, input: BatchWriteItemInput) -> Answer<BatchWriteItemOutput> {
        self.settings.batch_write(cx, input)
    }
    async fn transact_get_items(&self, cx: &RequestContext, input: TransactGetItemsInput) -> Answer<TransactGetItemsOutput> {
        self.settings.run_transaction(cx, Access::Read, input, ops::transactions::transact_get_items::transact_get_items)
    }
    async fn transact_write_items(&self, cx: &RequestContext, input: TransactWriteItemsInput) -> Answer<TransactWriteItemsOutput> {
        self.settings.run_transaction(cx, Access::Write, input, ops::transactions::transact_write_items::transact_write_items)
    }
    async fn execute_statement(&self, cx: &RequestContext, input: ExecuteStatementInput) -> Answer<ExecuteStatementOutput> {
        self.settings.before(cx, Access::Write)?;
        ops::statements::execute_statement(cx, input)
    }
    async fn batch_execute_statement(&self, cx: &RequestContext, input: BatchExecuteStatementInput) -> Answer<BatchExecuteStatementOutput> {
        self.settings.before(cx, Access::Write)?;
        ops::statements::batch_execute_statement(cx, input)
    }
    async fn execute_transaction(&self, cx: &RequestContext, input: ExecuteTransactionInput) -> Answer<ExecuteTransactionOutput> {
        self.settings.before(cx, Access::Write)?;
        ops::statements::execute_transaction(cx, input)
    }
    async fn tag_resource(&self, cx: &RequestContext, input: TagResourceInput) -> Answer<Unit> {
        ops::tables::tags::tag_resource(cx, input)
    }
    async fn untag_resource(&self, cx: &RequestContext, input: UntagResourceInput) -> Answer<Unit> {
        ops::tables::tags::untag_resource(cx, &input)
    }
    async fn list_tags_of_resource(&self, cx: &RequestContext, input: ListTagsOfResourceInput) -> Answer<ListTagsOfResourceOutput> {
        ops::tables::tags::list_tags_of_resource(cx, input)
    }
    async fn update_time_to_live(&self, cx: &RequestContext, input: UpdateTimeToLiveInput) -> Answer<UpdateTimeToLiveOutput> {
        ops::tables::time_to_live::update_time_to_live(cx, input, self.settings.throttles)
    }
    async fn describe_time_to_live(&self, cx: &RequestContext, input: DescribeTimeToLiveInput) -> Answer<DescribeTimeToLiveOutput> {
        ops::tables::time_to_live::describe_time_to_live(cx, &input)
    }
    async fn describe_continuous_backups(&self, cx: &RequestContext, input: DescribeContinuousBackupsInput) -> Answer<DescribeContinuousBackupsOutput> {
        ops::tables::continuous_backups::describe_continuous_backups(cx, &input)
    }
    async fn update_continuous_backups(&self, cx: &RequestContext, input: UpdateContinuousBackupsInput) -> Answer<UpdateContinuousBackupsOutput> {
        ops::tables::continuous_backups::update_continuous_backups(cx, &input)
    }
    async fn describe_contributor_insights(&self, cx: &RequestContext, input: DescribeContributorInsightsInput) -> Answer<DescribeContributorInsightsOutput> {
        ops::tables::contributor_insights::describe(cx, input)
    }
    async fn create_backup(&self, cx: &RequestContext, input: CreateBackupInput) -> Answer<CreateBackupOutput> {
        ops::tables::backups::create_backup(cx, input)
    }
    async fn describe_backup(&self, cx: &RequestContext, input: DescribeBackupInput) -> Answer<DescribeBackupOutput> {
        ops::tables::backups::describe_backup(cx, &input)
    }
    async fn delete_backup(&self, cx: &RequestContext, input: DeleteBackupInput) -> Answer<DeleteBackupOutput> {
        ops::tables::backups::delete_backup(cx, &input)
    }
    async fn list_backups(&self, cx: &RequestContext, input: ListBackupsInput) -> Answer<ListBackupsOutput> {
        ops::tables::backups::list_backups(cx, &input)
    }
    async fn restore_table_from_backup(&self, cx: &RequestContext, mut input: RestoreTableFromBackupInput) -> Answer<RestoreTableFromBackupOutput> {
        ops::tables::resolve_key(cx, &mut input.sse_specification_override).await?;
        ops::tables::restore::restore_table_from_backup(cx, input)
    }
    async fn restore_table_to_point_in_time(&self, cx: &RequestContext, mut input: RestoreTableToPointInTimeInput) -> Answer<RestoreTableToPointInTimeOutput> {
        ops::tables::resolve_key(cx, &mut input.sse_specification_override).await?;
        ops::tables::restore::restore_table_to_point_in_time(cx, input)
    }
    async fn export_table_to_point_in_time(&self, cx: &RequestContext, input: ExportTableToPointInTimeInput) -> Answer<ExportTableToPointInTimeOutput> {
        ops::tables::export::export_table_to_point_in_time(cx, input).await
    }
    async fn describe_export(&self, cx: &RequestContext, input: DescribeExportInput) -> Answer<DescribeExportOutput> {
        ops::tables::export::describe_export(cx, &input)
    }
    async fn list_exports(&self, cx: &RequestContext, input: ListExportsInput) -> Answer<ListExportsOutput> {
        ops::tables::export::list_exports(cx, input)
    }
    async fn import_table(&self, cx: &RequestContext, mut input: ImportTableInput) -> Answer<ImportTableOutput> {
        ops::tables::resolve_key(cx, &mut input.table_creation_parameters.sse_specification).await?;
        ops::tables::import::import_table(cx, input).await
    }
    async fn describe_import(&self, cx: &RequestContext, input: DescribeImportInput) -> Answer<DescribeImportOutput> {
        ops::tables::import::describe_import(cx, &input)
    }
    async fn list_imports(&self, cx: &RequestContext, input: ListImportsInput) -> Answer<ListImportsOutput> {
        ops::tables::import::list_imports(cx, input)
    }
    async fn start_bulk_put_items(&self, cx: &RequestContext, input: StartBulkPutItemsInput) -> Answer<StartBulkPutItemsOutput> {
        ops::tables::import::start_bulk_put_items(cx, input).await
    }
    async fn describe_bulk_operation(&self, cx: &RequestContext, input: DescribeBulkOperationInput) -> Answer<DescribeBulkOperationOutput> {
        ops::tables::import::describe_bulk_operation(cx, &input)
    }
    async fn list_bulk_operations(&self, cx: &RequestContext, input: ListBulkOperationsInput) -> Answer<ListBulkOperationsOutput> {
        ops::tables::import::list_bulk_operations(cx, input)
    }
    async fn cancel_bulk_operation(&self, cx: &RequestContext, input: CancelBulkOperationInput) -> Answer<CancelBulkOperationOutput> {
        ops::tables::import::cancel_bulk_operation(cx, input)
    }
    async fn create_global_table(&self, cx: &RequestContext, input: CreateGlobalTableInput) -> Answer<CreateGlobalTableOutput> {
        ops::tables::global::version_one::create_global_table(cx, input)
    }
    async fn describe_global_table(&self, cx: &RequestContext, input: DescribeGlobalTableInput) -> Answer<DescribeGlobalTableOutput> {
        ops::tables::global::version_one::describe_global_table(cx, &input)
    }
    async fn list_global_tables(&self, cx: &RequestContext, input: ListGlobalTablesInput) -> Answer<ListGlobalTablesOutput> {
        Ok(ops::tables::global::version_one::list_global_tables(cx, &input))
    }
    async fn update_global_table(&self, cx: &RequestContext, input: UpdateGlobalTableInput) -> Answer<UpdateGlobalTableOutput> {
        ops::tables::global::version_one::update_global_table(cx, input)
    }
    async fn describe_global_table_settings(&self, cx: &RequestContext, input: DescribeGlobalTableSettingsInput) -> Answer<DescribeGlobalTableSettingsOutput> {
        ops::tables::global::settings::describe(cx, input)
    }
    async fn update_global_table_settings(&self, cx: &RequestContext, input: UpdateGlobalTableSettingsInput) -> Answer<UpdateGlobalTableSettingsOutput> {
        ops::tables::global::settings::update(cx, input)
    }
    async fn describe_table_replica_auto_scaling(&self, cx: &RequestContext, input: DescribeTableReplicaAutoScalingInput) -> Answer<DescribeTableReplicaAutoScalingOutput> {
        ops::tables::global::auto_scaling::describe(cx, &input)
    }
    async fn update_table_replica_auto_scaling(&self, cx: &RequestContext, input: UpdateTableReplicaAutoScalingInput) -> Answer<UpdateTableReplicaAutoScalingOutput> {
        ops::tables::global::auto_scaling::update(cx, input)
    }
    async fn enable_kinesis_streaming_destination(&self, cx: &RequestContext, input: KinesisStreamingDestinationInput) -> Answer<KinesisStreamingDestinationOutput> {
        ops::tables::kinesis::enable(cx, input)
    }
    async fn disable_kinesis_streaming_destination(&self, cx: &RequestContext, input: KinesisStreamingDestinationInput) -> Answer<KinesisStreamingDestinationOutput> {
        ops::tables::kinesis::disable(cx, input)
    }
    async fn describe_kinesis_streaming_destination(&self, cx: &RequestContext, input: DescribeKinesisStreamingDestinationInput) -> Answer<DescribeKinesisStreamingDestinationOutput> {
        ops::tables::kinesis::describe(cx, &input)
    }
    async fn update_kinesis_streaming_destination(&self, cx: &RequestContext, input: UpdateKinesisStreamingDestinationInput) -> Answer<UpdateKinesisStreamingDestinationOutput> {
        ops::tables::kinesis::update(cx, input)
    }
    async fn put_resource_policy(&self, cx: &RequestContext, input: PutResourcePolicyInput) -> Answer<PutResourcePolicyOutput> {
        ops::tables::resource_policy::put(cx, input)
    }
    async fn get_resource_policy(&self, cx: &RequestContext, input: GetResourcePolicyInput) -> Answer<GetResourcePolicyOutput> {
        ops::tables::resource_policy::get(cx, &input)
    }
    async fn delete_resource_policy(&self, cx: &RequestContext, input: DeleteResourcePolicyInput) -> Answer<DeleteResourcePolicyOutput> {
        ops::tables::resource_policy::delete(cx, &input)
    }
    async fn update_contributor_insights(&self, cx: &RequestContext, input: UpdateContributorInsightsInput) -> Answer<UpdateContributorInsightsOutput> {
        ops::tables::contributor_insights::update(cx, input)
    }
    async fn list_contributor_insights(&self, cx: &RequestContext, input: ListContributorInsightsInput) -> Answer<ListContributorInsightsOutput> {
        ops::tables::contributor_insights::list(cx, input)
    }
    async fn describe_limits(&self, _: &RequestContext, _: DescribeLimitsInput) -> Answer<DescribeLimitsOutput> {
        Ok(ops::account::describe_limits())
    }
    async fn describe_endpoints(&self, cx: &RequestContext, _: DescribeEndpointsRequest) -> Answer<DescribeEndpointsResponse> {
        Ok(ops::account::describe_endpoints(cx))
    }
}
