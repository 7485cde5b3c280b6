//! The prefixes of services in IAM.

use fogbank_schema::Metadata;

/// Services whose prefix is not the name that their requests are signed with.
const PREFIXES: &[(&str, &str)] = &[
    ("apigatewaymanagementapi", "execute-api"),
    ("appconfigdata", "appconfig"),
    ("bedrock-agent", "bedrock"),
    ("bedrock-agent-runtime", "bedrock"),
    ("bedrock-runtime", "bedrock"),
    ("cloudhsmv2", "cloudhsm"),
    ("cloudsearchdomain", "cloudsearch"),
    ("cloudwatch", "cloudwatch"),
    ("codestar-connections", "codestar-connections"),
    ("connect-contact-lens", "connect"),
    ("dax", "dax"),
    ("docdb", "rds"),
    ("dynamodbstreams", "dynamodb"),
    ("forecastquery", "forecast"),
    ("iot-data", "iot"),
    ("iot-jobs-data", "iotjobsdata"),
    ("kinesis-video-archived-media", "kinesisvideo"),
    ("kinesis-video-media", "kinesisvideo"),
    ("kinesis-video-signaling", "kinesisvideo"),
    ("lex-models", "lex"),
    ("lex-runtime", "lex"),
    ("lexv2-models", "lex"),
    ("lexv2-runtime", "lex"),
    ("marketplace-catalog", "aws-marketplace"),
    ("marketplace-entitlement", "aws-marketplace"),
    ("marketplacecommerceanalytics", "marketplacecommerceanalytics"),
    ("mediastore-data", "mediastore"),
    ("meteringmarketplace", "aws-marketplace"),
    ("mturk", "mechanicalturk"),
    ("neptune", "rds"),
    ("neptunedata", "neptune-db"),
    ("personalize-events", "personalize"),
    ("personalize-runtime", "personalize"),
    ("pinpoint", "mobiletargeting"),
    ("pinpoint-email", "ses"),
    ("qldb-session", "qldb"),
    ("resourcegroupstaggingapi", "tag"),
    ("s3control", "s3"),
    ("sagemaker-a2i-runtime", "sagemaker"),
    ("sagemaker-featurestore-runtime", "sagemaker"),
    ("sagemaker-metrics", "sagemaker"),
    ("sagemaker-runtime", "sagemaker"),
    ("ses", "ses"),
    ("sesv2", "ses"),
    ("sso", "awsssoportal"),
    ("sso-oidc", "sso-oauth"),
    ("timestream-query", "timestream"),
    ("timestream-write", "timestream"),
    ("workmailmessageflow", "workmailmessageflow"),
];

/// The prefix of a service's actions.
pub fn prefix<'a>(metadata: &Metadata<'a>) -> &'a str {
    let row = PREFIXES.binary_search_by(|row| row.0.cmp(metadata.name));
    row.map_or(metadata.signing_name, |at| PREFIXES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(PREFIXES.is_sorted_by(|a, b| a.0 < b.0));
    }
}
