//! Metadata configurations: journal, inventory and annotation tables of a bucket. They are kept
//! and shown; no tables are written.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::configuration::{MetadataTable, MetadataTables};
use crate::errors;
use crate::store::{self, Bucket};

/// The table bucket of AWS that metadata tables are in.
const TABLE_BUCKET: &str = "aws-s3";
const ACTIVE: &str = "ACTIVE";
const ENABLED: &str = "ENABLED";

fn missing() -> ServiceError {
    errors::error(
        "MetadataConfigurationNotFound",
        404,
        "The metadata configuration does not exist.",
        &[],
    )
}

fn exists() -> ServiceError {
    errors::error(
        "MetadataConfigurationAlreadyExists",
        409,
        "A metadata configuration already exists on this bucket.",
        &[],
    )
}

fn table_bucket(cx: &RequestContext) -> String {
    cx.arn("s3tables", format!("bucket/{TABLE_BUCKET}")).to_string()
}

fn namespace(bucket: &str) -> String {
    format!("b_{bucket}")
}

fn table_arn(cx: &RequestContext, bucket: &str, kind: &str) -> String {
    // One table per bucket and kind, always the same.
    use md5::{Digest as _, Md5};
    let hex = hex::encode(Md5::digest(format!("{} {bucket} {kind}", cx.account)));
    let id =
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..]);
    format!("{}/table/{id}", table_bucket(cx))
}

/// After how many days records expire.
fn days_of(expiration: &api::RecordExpiration) -> Result<Option<i32>, ServiceError> {
    match (expiration.expiration.as_str(), expiration.days) {
        ("DISABLED", None) => Ok(None),
        (ENABLED, Some(days)) if days >= 7 => Ok(Some(days)),
        (ENABLED, Some(_)) => Err(errors::invalid_request(
            "The number of days for record expiration must be at least 7.",
        )),
        _ => Err(errors::malformed_xml()),
    }
}

pub(crate) async fn create_bucket_metadata_configuration(
    cx: &RequestContext,
    input: api::CreateBucketMetadataConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let document = input.metadata_configuration;
    let tables = MetadataTables {
        journal_days: days_of(&document.journal_table_configuration.record_expiration)?,
        inventory: document
            .inventory_table_configuration
            .map(|it| it.configuration_state.as_str().to_owned()),
        annotation: document
            .annotation_table_configuration
            .map(|it| (it.configuration_state.as_str().to_owned(), it.role)),
    };
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        if bucket.configuration.metadata.is_some() {
            return Err(exists());
        }
        bucket.configure(|configuration| configuration.metadata = Some(tables));
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_metadata_configuration(
    cx: &RequestContext,
    input: api::GetBucketMetadataConfigurationRequest,
) -> Result<api::GetBucketMetadataConfigurationOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let tables = bucket.configuration.metadata.clone().ok_or_else(missing)?;
    let name = input.bucket.as_str();
    let result = api::MetadataConfigurationResult {
        destination_result: api::DestinationResult {
            table_bucket_type: Some("aws".into()),
            table_bucket_arn: Some(table_bucket(cx)),
            table_namespace: Some(namespace(name)),
        },
        journal_table_configuration_result: Some(api::JournalTableConfigurationResult {
            table_status: ACTIVE.to_owned(),
            error: None,
            table_name: "journal".to_owned(),
            table_arn: Some(table_arn(cx, name, "journal")),
            record_expiration: api::RecordExpiration {
                expiration: if tables.journal_days.is_some() { ENABLED } else { "DISABLED" }.into(),
                days: tables.journal_days,
            },
        }),
        inventory_table_configuration_result: tables.inventory.map(|state| {
            let on = state == ENABLED;
            api::InventoryTableConfigurationResult {
                configuration_state: state.as_str().into(),
                table_status: on.then(|| ACTIVE.to_owned()),
                error: None,
                table_name: on.then(|| "inventory".to_owned()),
                table_arn: on.then(|| table_arn(cx, name, "inventory")),
            }
        }),
        annotation_table_configuration_result: tables.annotation.map(|(state, role)| {
            let on = state == ENABLED;
            api::AnnotationTableConfigurationResult {
                configuration_state: state.as_str().into(),
                table_status: on.then(|| ACTIVE.to_owned()),
                error: None,
                table_name: on.then(|| "annotation".to_owned()),
                table_arn: on.then(|| table_arn(cx, name, "annotation")),
                role,
            }
        }),
    };
    Ok(api::GetBucketMetadataConfigurationOutput {
        get_bucket_metadata_configuration_result: Some(api::GetBucketMetadataConfigurationResult {
            metadata_configuration_result: result,
        }),
    })
}

pub(crate) async fn delete_bucket_metadata_configuration(
    cx: &RequestContext,
    input: api::DeleteBucketMetadataConfigurationRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| configuration.metadata = None);
        Ok(Unit)
    })
}

fn change(
    bucket: &mut Bucket,
    change: impl FnOnce(&mut MetadataTables),
) -> Result<Unit, ServiceError> {
    if bucket.configuration.metadata.is_none() {
        return Err(missing());
    }
    bucket.configure(|configuration| configuration.metadata.as_mut().map(change));
    Ok(Unit)
}

pub(crate) async fn update_bucket_metadata_inventory_table_configuration(
    cx: &RequestContext,
    input: api::UpdateBucketMetadataInventoryTableConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let updates = input.inventory_table_configuration;
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        change(bucket, |tables| {
            tables.inventory = Some(updates.configuration_state.as_str().to_owned());
        })
    })
}

pub(crate) async fn update_bucket_metadata_journal_table_configuration(
    cx: &RequestContext,
    input: api::UpdateBucketMetadataJournalTableConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let updates = input.journal_table_configuration;
    let days = days_of(&updates.record_expiration)?;
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        change(bucket, |tables| tables.journal_days = days)
    })
}

pub(crate) async fn update_bucket_metadata_annotation_table_configuration(
    cx: &RequestContext,
    input: api::UpdateBucketMetadataAnnotationTableConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let updates = input.annotation_table_configuration;
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        change(bucket, |tables| {
            let state = updates.configuration_state.as_str().to_owned();
            tables.annotation = Some((state, updates.role));
        })
    })
}

pub(crate) async fn create_bucket_metadata_table_configuration(
    cx: &RequestContext,
    input: api::CreateBucketMetadataTableConfigurationRequest,
) -> Result<Unit, ServiceError> {
    let destination = input.metadata_table_configuration.s3_tables_destination;
    let table =
        MetadataTable { bucket_arn: destination.table_bucket_arn, name: destination.table_name };
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        if bucket.configuration.metadata_table.is_some() {
            return Err(exists());
        }
        bucket.configure(|configuration| configuration.metadata_table = Some(table));
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_metadata_table_configuration(
    cx: &RequestContext,
    input: api::GetBucketMetadataTableConfigurationRequest,
) -> Result<api::GetBucketMetadataTableConfigurationOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let table = bucket.configuration.metadata_table.clone().ok_or_else(missing)?;
    let id = table_arn(cx, &input.bucket, &table.name);
    let id = id.rsplit('/').next().unwrap_or_default();
    let result = api::GetBucketMetadataTableConfigurationResult {
        metadata_table_configuration_result: api::MetadataTableConfigurationResult {
            s3_tables_destination_result: api::S3TablesDestinationResult {
                table_arn: format!("{}/table/{id}", table.bucket_arn),
                table_bucket_arn: table.bucket_arn,
                table_name: table.name,
                table_namespace: "aws_s3_metadata".to_owned(),
            },
        },
        status: ACTIVE.to_owned(),
        error: None,
    };
    Ok(api::GetBucketMetadataTableConfigurationOutput {
        get_bucket_metadata_table_configuration_result: Some(result),
    })
}

pub(crate) async fn delete_bucket_metadata_table_configuration(
    cx: &RequestContext,
    input: api::DeleteBucketMetadataTableConfigurationRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| configuration.metadata_table = None);
        Ok(Unit)
    })
}
