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
        (with(Some(SSEType::Aes256), None), "The only valid SSEType is KMS"),
        (with(None, Some("alias/key")), "SSEType KMS is required if KMSMasterKeyId is specified"),
    ];
    for (input, message) in cases {
        assert_eq!(
            invalid(it.db.create_table(input).await),
            format!("One or more parameter values were invalid: {message}")
        );
    }
}
