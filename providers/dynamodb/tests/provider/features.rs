//! Kinesis destinations, resource policies and contributor insights.

use fogbank_api_dynamodb::*;

use crate::fixture::*;

const STREAM: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/changes";
const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";

fn destination() -> KinesisStreamingDestinationInput {
    KinesisStreamingDestinationInput {
        table_name: "tab".to_owned(),
        stream_arn: STREAM.to_owned(),
        enable_kinesis_streaming_configuration: None,
    }
}

#[tokio::test]
async fn kinesis_destinations_are_kept() {
    let fixture = Fixture::with([plain("tab")]).await;
    let db = &fixture.db;
    let on = db.enable_kinesis_streaming_destination(destination()).await.expect("enabled");
    assert_eq!(on.destination_status, Some(DestinationStatus::Enabling));
    assert!(on.enable_kinesis_streaming_configuration.is_some());
    let twice = invalid(db.enable_kinesis_streaming_destination(destination()).await);
    assert!(twice.starts_with("Table is not in a valid state to enable"), "{twice}");
    let describe = async || {
        let input = DescribeKinesisStreamingDestinationInput { table_name: "tab".to_owned() };
        let output = db.describe_kinesis_streaming_destination(input).await.expect("destinations");
        output.kinesis_data_stream_destinations.expect("a list")[0].destination_status.clone()
    };
    assert_eq!(describe().await, Some(DestinationStatus::Active));
    let update = |precision: Option<&str>| UpdateKinesisStreamingDestinationInput {
        table_name: "tab".to_owned(),
        stream_arn: STREAM.to_owned(),
        update_kinesis_streaming_configuration: precision.map(|precision| {
            UpdateKinesisStreamingConfiguration {
                approximate_creation_date_time_precision: Some(precision.into()),
            }
        }),
    };
    let nothing = invalid(db.update_kinesis_streaming_destination(update(None)).await);
    assert!(nothing.ends_with("cannot be null or contain only null values"), "{nothing}");
    let micro = update(Some("MICROSECOND"));
    db.update_kinesis_streaming_destination(micro.clone()).await.expect("updated");
    let same = invalid(db.update_kinesis_streaming_destination(micro).await);
    assert!(same.starts_with("Invalid Request: Precision is already set"), "{same}");
    db.disable_kinesis_streaming_destination(destination()).await.expect("disabled");
    assert_eq!(describe().await, Some(DestinationStatus::Disabled));
    let twice = invalid(db.disable_kinesis_streaming_destination(destination()).await);
    assert!(twice.starts_with("Table is not in a valid state to enable"), "{twice}");
}

#[tokio::test]
async fn policies_have_revisions() {
    let fixture = Fixture::with([plain("tab")]).await;
    let db = &fixture.db;
    let get = async || {
        db.get_resource_policy(GetResourcePolicyInput { resource_arn: TABLE.to_owned() }).await
    };
    assert_eq!(failure(get().await).0, "PolicyNotFoundException");
    let policy = |sid: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{sid}","Effect":"Allow","Principal":"*","Action":"dynamodb:*","Resource":"{TABLE}"}}]}}"#
        )
    };
    let put = async |policy: String, expected: Option<&str>| {
        let input = PutResourcePolicyInput {
            resource_arn: TABLE.to_owned(),
            policy,
            expected_revision_id: expected.map(str::to_owned),
            ..PutResourcePolicyInput::default()
        };
        db.put_resource_policy(input).await
    };
    let revision = put(policy("a"), Some("NO_POLICY")).await.expect("put").revision_id;
    assert_eq!(put(policy("a"), None).await.expect("put").revision_id, revision);
    assert_eq!(failure(put(policy("b"), Some("NO_POLICY")).await).0, "PolicyNotFoundException");
    let next = put(policy("b"), revision.as_deref()).await.expect("put").revision_id;
    assert_ne!(next, revision);
    assert_eq!(get().await.expect("it").policy, Some(policy("b")));
    assert!(invalid(put("{}".to_owned(), None).await).starts_with("Invalid policy document"));
    let delete = |expected: Option<&str>| DeleteResourcePolicyInput {
        resource_arn: TABLE.to_owned(),
        expected_revision_id: expected.map(str::to_owned),
    };
    assert_eq!(
        failure(db.delete_resource_policy(delete(Some("1"))).await).0,
        "PolicyNotFoundException"
    );
    assert_eq!(db.delete_resource_policy(delete(None)).await.expect("deleted").revision_id, next);
    assert_eq!(db.delete_resource_policy(delete(None)).await.expect("nothing").revision_id, None);
}

#[tokio::test]
async fn contributor_insights_are_kept() {
    let fixture = Fixture::with([indexed("tab")]).await;
    let db = &fixture.db;
    let update = |index: Option<&str>, action| UpdateContributorInsightsInput {
        table_name: "tab".to_owned(),
        index_name: index.map(str::to_owned),
        contributor_insights_action: action,
        contributor_insights_mode: None,
    };
    let on = update(None, ContributorInsightsAction::Enable);
    let on = db.update_contributor_insights(on).await.expect("enabled");
    assert_eq!(on.contributor_insights_status, Some(ContributorInsightsStatus::Enabling));
    db.update_contributor_insights(update(Some("all"), ContributorInsightsAction::Enable))
        .await
        .expect("enabled");
    let none =
        db.update_contributor_insights(update(Some("none"), ContributorInsightsAction::Enable));
    assert_eq!(failure(none.await).0, "ResourceNotFoundException");
    let describe = async || {
        let input =
            DescribeContributorInsightsInput { table_name: "tab".to_owned(), index_name: None };
        db.describe_contributor_insights(input).await.expect("insights")
    };
    let described = describe().await;
    assert_eq!(described.contributor_insights_status, Some(ContributorInsightsStatus::Enabled));
    assert_eq!(described.contributor_insights_rule_list.map(|rules| rules.len()), Some(4));
    let list = ListContributorInsightsInput { max_results: Some(1), ..Default::default() };
    let page = db.list_contributor_insights(list.clone()).await.expect("a page");
    let next = ListContributorInsightsInput { next_token: page.next_token, ..list };
    let rest = db.list_contributor_insights(next).await.expect("a page");
    let rest = rest.contributor_insights_summaries.expect("summaries");
    assert_eq!(rest[0].index_name.as_deref(), Some("all"));
    db.update_contributor_insights(update(None, ContributorInsightsAction::Disable))
        .await
        .expect("disabled");
    let described = describe().await;
    assert_eq!(described.contributor_insights_status, Some(ContributorInsightsStatus::Disabled));
    assert!(described.contributor_insights_rule_list.is_none());
}
