//! What the index knows of all services.

use fogbank_index as index;
use fogbank_index::ServiceIndex;

fn names(services: &[ServiceIndex]) -> Vec<&'static str> {
    services.iter().map(|service| index::service(*service).name).collect()
}

#[test]
fn every_model_decodes_and_is_the_one_its_entry_describes() {
    for (position, entry) in index::services().iter().enumerate() {
        let model = entry.schemas.model();
        assert_eq!(model.metadata.name, entry.name);
        assert_eq!(model.metadata.protocols, entry.protocols, "{}", entry.name);
        assert_eq!(model.operations.len(), usize::from(entry.operations), "{}", entry.name);
        assert_eq!(index::by_name(entry.name).map(usize::from), Some(position));
        assert!(model.operations.is_sorted_by_key(|operation| operation.name));
        assert!(model.shapes.iter().is_sorted_by_key(|shape| shape.name));
    }
}

#[test]
fn typed_crates_and_the_index_have_the_same_models() {
    for typed in [
        &fogbank_api_dynamodb::SCHEMAS,
        &fogbank_api_s3::SCHEMAS,
        &fogbank_api_sqs::SCHEMAS,
        &fogbank_api_sts::SCHEMAS,
    ] {
        let model = typed.model();
        let schemas = index::schemas(model.metadata.name).expect("a typed service has an entry");
        assert_eq!(schemas.model(), model);
    }
}

#[test]
fn services_are_found_by_what_requests_say() {
    assert_eq!(names(index::by_signing_name("sqs")), ["sqs"]);
    assert_eq!(names(index::by_signing_name("dynamodb")), ["dynamodb", "dynamodbstreams"]);
    assert_eq!(names(index::by_target_prefix("DynamoDBStreams_20120810")), ["dynamodbstreams"]);
    assert_eq!(names(index::by_target_prefix("AmazonSQS")), ["sqs"]);
    assert_eq!(names(index::by_endpoint_prefix("monitoring")), ["cloudwatch"]);
    assert_eq!(names(index::by_service_id("Cognito Identity Provider")), ["cognito-idp"]);
    assert_eq!(names(&index::by_query_action("2011-06-15", "GetCallerIdentity")), ["sts"]);
    assert_eq!(names(&index::by_query_action("2012-11-05", "SendMessage")), ["sqs"]);
    // Of several services of one version, those that have the operation; one alone is not asked.
    assert_eq!(names(&index::by_query_action("2014-10-31", "AddRoleToDBInstance")), ["rds"]);
    assert!(index::by_query_action("2014-10-31", "GetCallerIdentity").is_empty());
    assert_eq!(names(&index::by_query_action("2012-11-05", "GetCallerIdentity")), ["sqs"]);
    assert!(index::by_signing_name("nothing").is_empty());
}

#[test]
fn rest_paths_lead_to_services_unless_they_could_be_buckets() {
    assert_eq!(names(index::by_route("POST", "/2015-03-31/functions/f/invocations")), ["lambda"]);
    assert!(names(index::by_route("GET", "/restapis/abc/resources")).contains(&"apigateway"));
    assert!(index::by_route("GET", "/").is_empty());
    assert!(index::by_route("PUT", "/my-bucket-without-a-rule/key").is_empty());
}
