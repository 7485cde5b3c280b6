//! `ImportTable`, `DescribeImport`, `ListImports`, and the bulk operations.

use std::sync::Arc;

use fogbank_api_dynamodb as api;
use fogbank_api_s3::S3Client;
use fogbank_service::{RequestContext, ServiceError};

use crate::engine::value::Attributes;
use crate::engine::value::limits::check_item;
use crate::store;
use crate::table::definition::IndexScope;
use crate::table::description::{attribute, key_schema, on_demand, projection};
use crate::table::write::Write;
use crate::transfer::objects::{self, Failure};
use crate::transfer::{Import, csv, item_json};

/// How many imports or bulk operations one answer lists.
const PAGE: usize = 25;
/// A token in hexadecimal digits is as long as this at least.
const TOKEN: usize = 112;

/// Makes a table of the items in S3.
pub async fn import_table(
    cx: &RequestContext,
    input: api::ImportTableInput,
) -> Result<api::ImportTableOutput, ServiceError> {
    // A request shows only its name, its parts show all that is in them.
    let request = format!(
        "{:?}",
        (
            &input.s3_bucket_source,
            &input.input_format,
            &input.input_format_options,
            &input.input_compression_type,
            &input.table_creation_parameters,
        )
    );
    if let Some(known) = known(cx, input.client_token.as_deref(), false) {
        return match known.request == request {
            true => Ok(api::ImportTableOutput {
                import_table_description: described(&known, status(&known)),
            }),
            false => Err(api::ImportConflictException::new(
                "There was a conflict with a previous import request that had the same client token",
            )
            .into()),
        };
    }
    let parameters = input.table_creation_parameters;
    crate::ops::refuse_given(
        "ImportTable",
        &[("InputFormat ION", input.input_format == api::InputFormat::Ion)],
    )?;
    let options = input.input_format_options.and_then(|options| options.csv);
    if options.is_some() && input.input_format != api::InputFormat::Csv {
        return Err(crate::errors::validation(
            "Invalid Request: InputFormatOptions can only be specified when InputFormat is CSV",
        ));
    }
    let table_name = parameters.table_name.clone();
    super::create_table::create_table(
        cx,
        api::CreateTableInput {
            table_name: table_name.clone(),
            attribute_definitions: Some(parameters.attribute_definitions),
            key_schema: Some(parameters.key_schema),
            billing_mode: parameters.billing_mode,
            provisioned_throughput: parameters.provisioned_throughput,
            on_demand_throughput: parameters.on_demand_throughput,
            sse_specification: parameters.sse_specification,
            global_secondary_indexes: parameters.global_secondary_indexes,
            vector_indexes: parameters.vector_indexes,
            ..api::CreateTableInput::default()
        },
    )?;
    let table = store::table(cx, &table_name)?;
    let definition = table.describe(|state| Arc::clone(&state.definition))?;
    let source = input.s3_bucket_source;
    let now = cx.now();
    let mut import = Import {
        arn: format!("{}/import/{:014}-{}", definition.arn, now.as_millis(), cx.ids().hex(8)),
        table_arn: definition.arn.clone(),
        table_id: definition.id.clone(),
        token: Some(input.client_token.unwrap_or_else(|| cx.ids().uuid())),
        request,
        bucket: source.s3_bucket,
        owner: source.s3_bucket_owner,
        prefix: source.s3_key_prefix,
        format: input.input_format.to_string(),
        compression: input.input_compression_type.map(|it| it.to_string()),
        csv: options.map(|options| (options.delimiter, options.header_list)),
        definition: Some(definition),
        started: now,
        ended: now,
        ..Import::default()
    };
    let running = described(&import, api::ImportStatus::InProgress);
    if let Err(failure) = load(cx, &table, &mut import).await {
        import.failure = Some((failure.code, failure.message));
        // A table whose import failed is not made.
        if import.imported == 0 {
            table.store().tables.remove(&table.name);
        }
    }
    import.ended = cx.now();
    table.store().imports.insert(import.arn.clone(), import);
    Ok(api::ImportTableOutput { import_table_description: running })
}

/// The import, or bulk operation, that was asked for with a token.
fn known(cx: &RequestContext, token: Option<&str>, bulk: bool) -> Option<Arc<Import>> {
    let imports = store::tables(cx).imports.iter().map(|(_, import)| import).collect::<Vec<_>>();
    let token = token?;
    imports.into_iter().find(|import| import.bulk == bulk && import.token.as_deref() == Some(token))
}

/// Reads all objects and stores their items.
async fn load(
    cx: &RequestContext,
    table: &store::TableRef,
    import: &mut Import,
) -> Result<(), Failure> {
    let s3 = S3Client::new(cx.caller());
    let keys = objects::keys(&s3, &import.bucket, import.prefix.as_deref()).await?;
    if keys.is_empty() {
        return Err(Failure::new(
            "ItemValidationError",
            "No objects were found under the S3 prefix",
        ));
    }
    for key in keys {
        let bytes = objects::read(&s3, &import.bucket, key).await?;
        import.bytes += bytes.len() as u64;
        let text = objects::unpack(&bytes, import.compression.as_deref())?;
        let items = parse(table, import, &text)?;
        import.processed += items.len() as u64;
        for item in items {
            let stored = item.is_some_and(|item| store_item(table, item));
            if stored { import.imported += 1 } else { import.errors += 1 }
        }
    }
    Ok(())
}

fn parse(
    table: &store::TableRef,
    import: &mut Import,
    text: &str,
) -> Result<Vec<Option<Attributes>>, Failure> {
    if import.format != "CSV" {
        return Ok(item_json::items(text).map(Result::ok).collect());
    }
    let (delimiter, header) = import.csv.clone().unwrap_or_default();
    let delimiter = delimiter.and_then(|text| text.chars().next()).unwrap_or(',');
    let mut records = csv::records(text, delimiter).into_iter();
    let header = match header {
        Some(header) => header,
        None => records.next().unwrap_or_default(),
    };
    let attributes = table
        .describe(|state| state.definition.attributes.clone())
        .map_err(|error| Failure::new("InternalServerError", error.to_string()))?;
    Ok(records.map(|record| csv::item(&header, &record, &attributes).ok()).collect())
}

fn store_item(table: &store::TableRef, item: Attributes) -> bool {
    if check_item(&item).is_err() {
        return false;
    }
    let write = Write::Put(Arc::new(item));
    let stored = table.update(|state| match state.plan(&write, None) {
        Ok(change) => {
            state.commit(&change, table.now());
            true
        }
        Err(_) => false,
    });
    stored.unwrap_or(false)
}

fn status(import: &Import) -> api::ImportStatus {
    match import.failure {
        Some(_) => api::ImportStatus::Failed,
        None => api::ImportStatus::Completed,
    }
}

fn count(number: u64) -> Option<i64> {
    i64::try_from(number).ok()
}

fn source(import: &Import) -> api::S3BucketSource {
    api::S3BucketSource {
        s3_bucket_owner: import.owner.clone(),
        s3_bucket: import.bucket.clone(),
        s3_key_prefix: import.prefix.clone(),
    }
}

fn described(import: &Import, status: api::ImportStatus) -> api::ImportTableDescription {
    let done = status != api::ImportStatus::InProgress;
    api::ImportTableDescription {
        import_arn: Some(import.arn.clone()),
        import_status: Some(status),
        table_arn: Some(import.table_arn.clone()),
        table_id: Some(import.table_id.clone()),
        client_token: import.token.clone(),
        s3_bucket_source: Some(source(import)),
        error_count: count(import.errors).filter(|_| done),
        cloud_watch_log_group_arn: None,
        input_format: Some(api::InputFormat::from(import.format.as_str())),
        input_format_options: import.csv.clone().map(|(delimiter, header_list)| {
            api::InputFormatOptions { csv: Some(api::CsvOptions { delimiter, header_list }) }
        }),
        input_compression_type: Some(api::InputCompressionType::from(
            import.compression.as_deref().unwrap_or("NONE"),
        )),
        table_creation_parameters: import.definition.as_deref().map(creation_parameters),
        start_time: Some(import.started.to_wire()),
        end_time: done.then(|| import.ended.to_wire()),
        processed_size_bytes: count(import.bytes).filter(|_| done),
        processed_item_count: count(import.processed).filter(|_| done),
        imported_item_count: count(import.imported).filter(|_| done),
        failure_code: import.failure.as_ref().filter(|_| done).map(|(code, _)| code.clone()),
        failure_message: import.failure.as_ref().filter(|_| done).map(|(_, text)| text.clone()),
    }
}

fn creation_parameters(
    definition: &crate::table::definition::TableDefinition,
) -> api::TableCreationParameters {
    let units = |it: &crate::table::definition::Throughput| api::ProvisionedThroughput {
        read_capacity_units: it.read,
        write_capacity_units: it.write,
    };
    let provisioned = definition.is_provisioned();
    let global: Vec<_> = definition
        .indexes
        .iter()
        .filter(|index| index.scope == IndexScope::Global)
        .map(|index| api::GlobalSecondaryIndex {
            index_name: index.name.clone(),
            key_schema: key_schema(&index.keys),
            projection: projection(&index.projection),
            provisioned_throughput: index.throughput.as_ref().map(units),
            on_demand_throughput: index.on_demand.as_ref().map(on_demand),
            warm_throughput: None,
        })
        .collect();
    api::TableCreationParameters {
        table_name: definition.name.clone(),
        attribute_definitions: definition.attributes.iter().map(attribute).collect(),
        key_schema: key_schema(&definition.keys),
        billing_mode: Some(match provisioned {
            true => api::BillingMode::Provisioned,
            false => api::BillingMode::PayPerRequest,
        }),
        provisioned_throughput: provisioned.then(|| units(&definition.throughput)),
        on_demand_throughput: definition.on_demand.as_ref().map(on_demand),
        global_secondary_indexes: (!global.is_empty()).then_some(global),
        ..api::TableCreationParameters::default()
    }
}

/// Shows an import.
pub fn describe_import(
    cx: &RequestContext,
    input: &api::DescribeImportInput,
) -> Result<api::DescribeImportOutput, ServiceError> {
    let import = store::tables(cx).imports.get(&input.import_arn).filter(|import| !import.bulk);
    let import = import.ok_or_else(|| {
        api::ImportNotFoundException::new(format!("Import not found: {}", input.import_arn))
    })?;
    let description = described(&import, status(&import));
    Ok(api::DescribeImportOutput { import_table_description: description })
}

/// Imports or bulk operations, the latest first.
fn all(cx: &RequestContext, bulk: bool) -> Vec<Arc<Import>> {
    let imports = store::tables(cx).imports.iter().map(|(_, import)| import).collect::<Vec<_>>();
    let mut found: Vec<_> = imports.into_iter().filter(|import| import.bulk == bulk).collect();
    found.sort_by(|a, b| (b.started, &b.arn).cmp(&(a.started, &a.arn)));
    found
}

/// Tokens of these lists are hexadecimal digits.
fn hexadecimal(
    found: Vec<Arc<Import>>,
    token: Option<String>,
    limit: usize,
) -> Result<(Vec<Arc<Import>>, Option<String>), ServiceError> {
    let start = token.map(|token| token.trim_start_matches('0').to_owned());
    let start = match start {
        None => None,
        Some(text) => {
            let at = u64::from_str_radix(&text, 16)
                .map_err(|_| crate::errors::validation("Invalid NextToken"))?;
            Some(at.to_string())
        }
    };
    let (page, next) = super::page(found, start, limit)?;
    let next = next.and_then(|next| next.parse::<u64>().ok());
    Ok((page, next.map(|next| format!("{next:0TOKEN$x}"))))
}

/// Lists imports, the latest first.
pub fn list_imports(
    cx: &RequestContext,
    input: api::ListImportsInput,
) -> Result<api::ListImportsOutput, ServiceError> {
    let mut found = all(cx, false);
    found.retain(|import| input.table_arn.as_ref().is_none_or(|arn| import.table_arn == *arn));
    let limit = input.page_size.and_then(|most| usize::try_from(most).ok()).unwrap_or(PAGE);
    let (page, next_token) = hexadecimal(found, input.next_token, limit)?;
    let summary = |import: &Arc<Import>| api::ImportSummary {
        import_arn: Some(import.arn.clone()),
        import_status: Some(status(import)),
        table_arn: Some(import.table_arn.clone()),
        s3_bucket_source: Some(source(import)),
        cloud_watch_log_group_arn: None,
        input_format: Some(api::InputFormat::from(import.format.as_str())),
        start_time: Some(import.started.to_wire()),
        end_time: Some(import.ended.to_wire()),
    };
    Ok(api::ListImportsOutput {
        import_summary_list: Some(page.iter().map(summary).collect()),
        next_token,
    })
}

/// Puts the items in S3 into a table that is there.
pub async fn start_bulk_put_items(
    cx: &RequestContext,
    input: api::StartBulkPutItemsInput,
) -> Result<api::StartBulkPutItemsOutput, ServiceError> {
    let request = format!(
        "{:?}",
        (
            &input.table_name,
            &input.input_s3_configuration,
            &input.output_s3_configuration,
            &input.max_write_request_units,
            &input.performance_tier,
        )
    );
    if let Some(known) = known(cx, input.client_token.as_deref(), true) {
        return match known.request == request {
            true => Ok(api::StartBulkPutItemsOutput {
                bulk_operation_description: bulk(&known, bulk_status(&known)),
            }),
            false => Err(api::IdempotentParameterMismatchException::new(
                "The provided client token is already in use with different request parameters",
            )
            .into()),
        };
    }
    let from = input.input_s3_configuration;
    let ion = from.input_format == api::BulkOperationInputFormat::Ion;
    crate::ops::refuse_given("StartBulkPutItems", &[("InputFormat ION", ion)])?;
    let table = store::table(cx, &input.table_name)?;
    let definition = table.describe(|state| Arc::clone(&state.definition))?;
    let to = input.output_s3_configuration;
    let now = cx.now();
    let id = format!("{:014}-{}", now.as_millis(), cx.ids().hex(8));
    let mut import = Import {
        arn: cx.arn("dynamodb", format!("bulk-operation/{id}")).to_string(),
        bulk: true,
        table_arn: definition.arn.clone(),
        table_id: definition.id.clone(),
        token: Some(input.client_token.unwrap_or_else(|| cx.ids().uuid())),
        request,
        bucket: from.s3_bucket,
        owner: from.s3_bucket_owner,
        prefix: from.s3_key_prefix,
        format: from.input_format.to_string(),
        compression: from.input_compression_type.map(|it| it.to_string()),
        output: Some((
            to.s3_bucket,
            to.s3_key_prefix,
            to.output_type.iter().map(ToString::to_string).collect(),
        )),
        pace: (input.max_write_request_units, input.performance_tier.map(|it| it.to_string())),
        started: now,
        ended: now,
        ..Import::default()
    };
    let running = bulk(&import, api::BulkOperationStatus::InProgress);
    if let Err(failure) = load(cx, &table, &mut import).await {
        import.failure = Some((failure.code, failure.message));
    }
    import.ended = cx.now();
    table.store().imports.insert(import.arn.clone(), import);
    Ok(api::StartBulkPutItemsOutput { bulk_operation_description: running })
}

fn bulk_status(import: &Import) -> api::BulkOperationStatus {
    match &import.failure {
        Some(_) => api::BulkOperationStatus::Failed,
        None if import.errors > 0 => api::BulkOperationStatus::CompletedWithErrors,
        None => api::BulkOperationStatus::Completed,
    }
}

fn bulk(import: &Import, status: api::BulkOperationStatus) -> api::BulkOperationDescription {
    let done = status != api::BulkOperationStatus::InProgress;
    let output = import.output.clone();
    api::BulkOperationDescription {
        bulk_operation_arn: Some(import.arn.clone()),
        bulk_operation_status: Some(status),
        table_details: Some(vec![api::BulkOperationTableDetail {
            table_name: Some(import.table_arn.clone()),
            table_id: Some(import.table_id.clone()),
        }]),
        client_token: import.token.clone(),
        input_s3_configuration: Some(api::InputS3Configuration {
            s3_bucket_owner: import.owner.clone(),
            s3_bucket: import.bucket.clone(),
            s3_key_prefix: import.prefix.clone(),
            input_format: api::BulkOperationInputFormat::from(import.format.as_str()),
            input_compression_type: import
                .compression
                .as_deref()
                .map(api::InputCompressionType::from),
        }),
        output_s3_configuration: output.map(|(bucket, prefix, kinds)| api::OutputS3Configuration {
            s3_bucket: bucket,
            s3_key_prefix: prefix,
            output_type: kinds
                .iter()
                .map(|kind| api::OutputTypeEnum::from(kind.as_str()))
                .collect(),
            ..api::OutputS3Configuration::default()
        }),
        start_time: Some(import.started.to_wire()),
        end_time: done.then(|| import.ended.to_wire()),
        processed_item_count: count(import.processed).filter(|_| done),
        processed_input_bytes: count(import.bytes).filter(|_| done),
        total_input_bytes: count(import.bytes).filter(|_| done),
        failed_item_count: count(import.errors).filter(|_| done),
        failure_code: import.failure.as_ref().filter(|_| done).map(|(code, _)| code.clone()),
        failure_message: import.failure.as_ref().filter(|_| done).map(|(_, text)| text.clone()),
        max_write_request_units: import.pace.0,
        performance_tier: import.pace.1.as_deref().map(api::BulkOperationPerformanceTier::from),
        ..api::BulkOperationDescription::default()
    }
}

fn find_bulk(cx: &RequestContext, arn: &str) -> Result<Arc<Import>, ServiceError> {
    let import = store::tables(cx).imports.get(arn).filter(|import| import.bulk);
    import.ok_or_else(|| {
        let message = format!("Requested resource not found: BulkOperation: {arn} not found");
        api::ResourceNotFoundException::new(message).into()
    })
}

/// Shows a bulk operation.
pub fn describe_bulk_operation(
    cx: &RequestContext,
    input: &api::DescribeBulkOperationInput,
) -> Result<api::DescribeBulkOperationOutput, ServiceError> {
    let import = find_bulk(cx, &input.bulk_operation_arn)?;
    let description = bulk(&import, bulk_status(&import));
    Ok(api::DescribeBulkOperationOutput { bulk_operation_description: description })
}

/// Lists bulk operations, the latest first.
pub fn list_bulk_operations(
    cx: &RequestContext,
    input: api::ListBulkOperationsInput,
) -> Result<api::ListBulkOperationsOutput, ServiceError> {
    let limit = input.max_results.and_then(|most| usize::try_from(most).ok()).unwrap_or(PAGE);
    let (page, next_token) = hexadecimal(all(cx, true), input.next_token, limit)?;
    let summary = |import: &Arc<Import>| api::BulkOperationSummary {
        bulk_operation_arn: import.arn.clone(),
        bulk_operation_status: bulk_status(import),
        start_time: import.started.to_wire(),
        end_time: Some(import.ended.to_wire()),
    };
    Ok(api::ListBulkOperationsOutput {
        bulk_operations_summary_list: Some(page.iter().map(summary).collect()),
        next_token,
    })
}

/// Cancels a bulk operation; one that ended stays as it is.
pub fn cancel_bulk_operation(
    cx: &RequestContext,
    input: api::CancelBulkOperationInput,
) -> Result<api::CancelBulkOperationOutput, ServiceError> {
    let import = find_bulk(cx, &input.bulk_operation_arn)?;
    Ok(api::CancelBulkOperationOutput {
        bulk_operation_arn: input.bulk_operation_arn,
        bulk_operation_status: bulk_status(&import),
    })
}
