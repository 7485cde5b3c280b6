use fogbank_api_dynamodb::*;

use crate::fixture::*;

#[tokio::test]
async fn requests_without_effect_are_refused() {
    let it = Fixture::with([plain("table")]).await;
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/table";
    let tag = TagResourceInput { resource_arn: arn.to_owned(), tags: vec![] };
    assert_eq!(
        invalid(it.db.tag_resource(tag).await),
        "Atleast one Tag needs to be provided as Input."
    );
    let untag = UntagResourceInput { resource_arn: arn.to_owned(), tag_keys: vec![] };
    assert_eq!(
        invalid(it.db.untag_resource(untag).await),
        "Atleast one Tag Key needs to be provided as Input."
    );
    let stream = StreamSpecification { stream_enabled: false, stream_view_type: None };
    let update = UpdateTableInput {
        table_name: "table".to_owned(),
        stream_specification: Some(stream),
        ..UpdateTableInput::default()
    };
    assert_eq!(
        invalid(it.db.update_table(update).await),
        "Table has no stream to disable: TableName: table"
    );
}

#[tokio::test]
async fn encryption_is_by_kms_alone() {
    let it = Fixture::empty();
    let with = |sse_type: Option<SSEType>, key: Option<&str>| CreateTableInput {
        sse_specification: Some(SSESpecification {
            enabled: Some(true),
            sse_type,
            kms_master_key_id: key.map(str::to_owned),
        }),
        ..plain("table")
    };
    let cases = [
        (with(Some(SSEType::Aes256), None), "SSEType AES256 is not supported"),
        (with(None, Some("alias/key")), "SSEType KMS is required if KMSMasterKeyId is specified"),
    ];
    for (input, message) in cases {
        assert_eq!(
            invalid(it.db.create_table(input).await),
            format!("One or more parameter values were invalid: {message}")
        );
    }
}

/// A table on demand with a global index, and one with provisioned units and a stream.
async fn two_tables() -> Fixture {
    let units = ProvisionedThroughput { read_capacity_units: 5, write_capacity_units: 5 };
    let provisioned = CreateTableInput {
        billing_mode: None,
        provisioned_throughput: Some(units),
        stream_specification: Some(StreamSpecification {
            stream_enabled: true,
            stream_view_type: Some(StreamViewType::KeysOnly),
        }),
        ..plain("provisioned")
    };
    Fixture::with([indexed("indexed"), provisioned]).await
}

fn global(change: impl FnOnce(&mut GlobalSecondaryIndexUpdate)) -> UpdateTableInput {
    let mut update = GlobalSecondaryIndexUpdate::default();
    change(&mut update);
    UpdateTableInput {
        global_secondary_index_updates: Some(vec![update]),
        ..UpdateTableInput::default()
    }
}

#[tokio::test]
async fn faulty_changes_of_tables_are_refused_in_awss_words() {
    let it = two_tables().await;
    let units = || Some(ProvisionedThroughput { read_capacity_units: 1, write_capacity_units: 1 });
    let stream = |stream_enabled, view: Option<StreamViewType>| {
        Some(StreamSpecification { stream_enabled, stream_view_type: view })
    };
    let delete = |name: &str| {
        let index_name = name.to_owned();
        global(|update| update.delete = Some(DeleteGlobalSecondaryIndexAction { index_name }))
    };
    let change = |provisioned_throughput| {
        global(|update| {
            update.update = Some(UpdateGlobalSecondaryIndexAction {
                index_name: "all".to_owned(),
                provisioned_throughput,
                ..UpdateGlobalSecondaryIndexAction::default()
            });
        })
    };
    let create = |provisioned_throughput| {
        global(|update| {
            update.create = Some(CreateGlobalSecondaryIndexAction {
                index_name: "new".to_owned(),
                key_schema: key_schema("pk", None),
                projection: projection("ALL", &[]),
                provisioned_throughput,
                ..CreateGlobalSecondaryIndexAction::default()
            });
        })
    };
    let empty = UpdateTableInput::default;
    let encrypted =
        |enabled| Some(SSESpecification { enabled: Some(enabled), ..SSESpecification::default() });
    let warm = |read, write| {
        Some(WarmThroughput { read_units_per_second: read, write_units_per_second: write })
    };
    let limits = |read| {
        Some(OnDemandThroughput { max_read_request_units: read, max_write_request_units: None })
    };
    let cases = [
        (
            "indexed",
            UpdateTableInput {
                sse_specification: encrypted(true),
                deletion_protection_enabled: Some(true),
                ..empty()
            },
            "Server-Side Encryption modification must be the only operation in the request",
        ),
        (
            "indexed",
            UpdateTableInput {
                table_class: Some(TableClass::Standard),
                stream_specification: stream(false, None),
                ..empty()
            },
            "TableClass modification must be the only operation in the request",
        ),
        (
            "provisioned",
            UpdateTableInput {
                provisioned_throughput: units(),
                stream_specification: stream(false, None),
                ..empty()
            },
            "You cannot modify stream status while updating table IOPS",
        ),
        (
            "indexed",
            UpdateTableInput { stream_specification: stream(false, None), ..delete("all") },
            "You cannot create or delete index while changing stream status",
        ),
        (
            "indexed",
            UpdateTableInput { sse_specification: encrypted(false), ..empty() },
            "Table is already encrypted by default",
        ),
        (
            "indexed",
            UpdateTableInput { stream_specification: stream(true, None), ..empty() },
            "If stream is being enabled then UpdateViewType is required",
        ),
        (
            "indexed",
            UpdateTableInput { warm_throughput: warm(Some(6000), None), ..empty() },
            "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decreasing WarmThroughput is not supported",
        ),
        (
            "indexed",
            UpdateTableInput { on_demand_throughput: limits(Some(0)), ..empty() },
            "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
        ),
        (
            "provisioned",
            UpdateTableInput { on_demand_throughput: limits(Some(9)), ..empty() },
            "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
        ),
        (
            "indexed",
            UpdateTableInput {
                billing_mode: Some(BillingMode::Provisioned),
                provisioned_throughput: units(),
                ..empty()
            },
            "ProvisionedThroughput must be specified for index: all,some",
        ),
        (
            "indexed",
            change(units()),
            "The only Updates for index: all when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput",
        ),
        (
            "provisioned",
            create(None),
            "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: new",
        ),
        (
            "indexed",
            create(units()),
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: new when BillingMode is PAY_PER_REQUEST",
        ),
    ];
    for (table, input, message) in cases {
        let input = UpdateTableInput { table_name: table.to_owned(), ..input };
        assert_eq!(
            invalid(it.db.update_table(input).await),
            format!("One or more parameter values were invalid: {message}")
        );
    }
    let local = UpdateTableInput { table_name: "indexed".to_owned(), ..delete("local") };
    assert_eq!(
        invalid(it.db.update_table(local).await),
        "Cannot delete an index that is not a GlobalSecondaryIndex: local"
    );
}

#[tokio::test]
async fn names_of_new_tables_are_checked_by_the_general_rules() {
    let it = Fixture::empty();
    let one = "1 validation error detected: ";
    let fails = |name: &str, rule: &str| {
        format!("Value '{name}' at 'tableName' failed to satisfy constraint: Member must {rule}")
    };
    let pattern = "satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
    let short = "have length greater than or equal to 3";
    let cases = [
        ("ab", format!("{one}{}", fails("ab", short))),
        ("abc;", format!("{one}{}", fails("abc;", pattern))),
        (
            "a;",
            format!(
                "2 validation errors detected: {}; {}",
                fails("a;", pattern),
                fails("a;", short)
            ),
        ),
    ];
    for (name, message) in cases {
        assert_eq!(invalid(it.db.create_table(plain(name)).await), message);
    }
}

#[tokio::test]
async fn arns_are_those_of_tables_and_streams() {
    let it = Fixture::with([plain("table")]).await;
    let table = "arn:aws:dynamodb:us-east-1:000000000000:table/table";
    let index = format!("{table}/index/x");
    let cases = [
        ("table".to_owned(), "ARNs must start with 'arn:': table".to_owned()),
        (
            "arn:aws:s3:::bucket".to_owned(),
            "Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::bucket".to_owned(),
        ),
        (
            index.clone(),
            format!(
                "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {index}"
            ),
        ),
    ];
    for (arn, message) in cases {
        let list = ListTagsOfResourceInput { resource_arn: arn, next_token: None };
        assert_eq!(
            invalid(it.db.list_tags_of_resource(list).await),
            format!("One or more parameter values were invalid: {message}")
        );
    }
}
