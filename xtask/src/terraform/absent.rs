//! The types of resources of emulated services that are not run, and why.

/// What the names of the types begin with.
const PREFIXES: [&str; 10] = [
    "aws_cloudwatch_event_",
    "aws_dynamodb_",
    "aws_iam_",
    "aws_kms_",
    "aws_s3_",
    "aws_s3control_",
    "aws_secretsmanager_",
    "aws_sns_",
    "aws_sqs_",
    "aws_ssm_",
];

const OUTPOSTS: &str = "needs an Outpost, hardware of AWS on one's own premises";

/// Types and reasons.
pub(super) const ABSENT: [(&str, &str); 6] = [
    ("aws_iam_organizations_features", "needs an organization of AWS Organizations"),
    ("aws_s3control_bucket", OUTPOSTS),
    ("aws_s3control_bucket_lifecycle_configuration", OUTPOSTS),
    ("aws_s3control_bucket_policy", OUTPOSTS),
    ("aws_kms_custom_key_store", "needs a cluster of AWS CloudHSM or a key store outside of AWS"),
    ("aws_secretsmanager_secret_rotation", "needs a function of AWS Lambda"),
];

/// Whether a type belongs to a service that is emulated.
pub(super) fn is_of_emulated_service(kind: &str) -> bool {
    PREFIXES.iter().any(|prefix| kind.starts_with(prefix))
}

/// Why a type is not run.
pub(super) fn reason(kind: &str) -> Option<&'static str> {
    ABSENT.iter().find(|(absent, _)| *absent == kind).map(|(_, reason)| *reason)
}
