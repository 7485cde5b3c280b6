//! What services do differently from the rest of their protocol, as tables.

use fogbank_schema::{Operation, Protocol, ServiceModel};

/// How a service answers input that breaks its model's constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Validation {
    /// `1 validation error detected: Value … at '…' failed to satisfy constraint: …`, with this
    /// code.
    Detected(&'static str),
    /// `The request must contain the parameter …`, for the operation's own required members.
    MissingParameter,
    /// A document without what its schema requires is malformed; all else the service checks for
    /// itself, in words of its own.
    Document,
    /// The service checks for itself, in words of its own.
    Own,
}

/// Codes of services whose validation error has another name than its protocol's usual one, and
/// the services that do not use the form at all.
const VALIDATION: &[(&str, Validation)] = &[
    ("athena", Validation::Detected("InvalidRequestException")),
    ("batch", Validation::Detected("ClientException")),
    ("cloudfront", Validation::Detected("InvalidArgument")),
    ("cognito-identity", Validation::Detected("ValidationException")),
    ("cognito-idp", Validation::Detected("InvalidParameterException")),
    ("docdb", Validation::MissingParameter),
    ("ec2", Validation::MissingParameter),
    ("ecr", Validation::Detected("InvalidParameterException")),
    ("ecs", Validation::Detected("InvalidParameterException")),
    ("efs", Validation::Detected("BadRequest")),
    ("elasticache", Validation::MissingParameter),
    ("glacier", Validation::Own),
    ("iot", Validation::Detected("InvalidRequestException")),
    ("iot-data", Validation::Detected("InvalidRequestException")),
    ("logs", Validation::Detected("InvalidParameterException")),
    ("neptune", Validation::MissingParameter),
    ("rds", Validation::MissingParameter),
    ("redshift", Validation::MissingParameter),
    ("route53", Validation::Detected("InvalidInput")),
    ("s3", Validation::Document),
    ("s3control", Validation::Document),
    ("sdb", Validation::MissingParameter),
    ("sqs", Validation::MissingParameter),
    ("transcribe", Validation::Detected("BadRequestException")),
];

/// The code of the query protocol's validation errors.
const OF_QUERY: &str = "ValidationError";

/// How this service answers invalid input.
pub(crate) fn validation(service: &str, protocol: Protocol) -> Validation {
    if let Ok(position) = VALIDATION.binary_search_by(|(name, _)| name.cmp(&service)) {
        return VALIDATION[position].1;
    }
    match protocol {
        Protocol::AwsQuery => Validation::Detected(OF_QUERY),
        Protocol::Ec2Query => Validation::MissingParameter,
        _ => Validation::Detected("ValidationException"),
    }
}

/// The code of an operation's validation error: the service's, unless the operation's own errors
/// have the one of AWS's newer operations and not that of its service (`logs.PutDeliveryDestination`).
pub(crate) fn validation_code(
    model: &ServiceModel<'_>,
    operation: &Operation<'_>,
    code: &'static str,
) -> &'static str {
    const NEWER: &str = "ValidationException";
    let has = |name| operation.errors.iter().any(|error| model.shape(*error).name == name);
    if code != OF_QUERY && has(NEWER) && !has(code) { NEWER } else { code }
}

/// Services that put the operation's input before the path of nested members
/// (`createRestApiInput.endpointConfiguration.types`).
pub(crate) fn path_begins_with_input(service: &str) -> bool {
    service == "apigateway"
}

/// Services that look at the texts of an operation's input, and at ARNs among them, before they
/// look at anything else, with words of their own for what is wrong.
pub(crate) fn looks_at_texts_first(service: &str) -> bool {
    service == "sns"
}

/// Services that say where a constraint is broken and not by what, nor which values there are
/// (`Value at 'status' failed to satisfy constraint: Member must satisfy enum value set`).
pub(crate) fn hides_values(service: &str) -> bool {
    service == "iam"
}

/// The members that AWS's own structures have beside those of the model, as errors show them: without
/// a value.
pub(crate) fn members_beside(structure: &str) -> &'static [&'static str] {
    match structure {
        "PutEventsRequestEntry" => &["kmsKeyIdentifier", "internalMetadata"],
        _ => &[],
    }
}

/// What a service says of a text that does not match the pattern of its shape, and nothing else:
/// `The specified value for userName is invalid. It must …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// What follows the name.
    pub(crate) must: &'static str,
    /// The sentence also stands for the bounds of the length.
    pub(crate) with_length: bool,
}

const NAMES: &str = "contain only alphanumeric characters and/or the following: +=,.@_-";
const WORDS: &str = "contain only alphanumeric characters.";
const PATHS: &str =
    "begin and end with / and contain only alphanumeric characters and/or / characters.";
const PREFIXES: &str = "begin with the / character and contain only alphanumeric characters \
                        and/or / characters.";
const ALIASES: &str = "be a minimum length of 3 characters and maximum length of 63 characters, \
                       contain only digits, lowercase letters, and hyphens (-), but cannot begin \
                       or end with a hyphen.";
const DOCUMENTS: &str = "contain only printable ASCII characters.";

/// The shapes of IAM's older operations, whose patterns IAM looks at by itself, after everything
/// else that the model demands.
const SENTENCES: &[(&str, &str)] = &[
    ("accessKeyIdType", WORDS),
    ("accountAliasType", ALIASES),
    ("certificateIdType", WORDS),
    ("entityNameType", NAMES),
    ("existingUserNameType", NAMES),
    ("groupNameType", NAMES),
    ("instanceProfileNameType", NAMES),
    ("pathPrefixType", PREFIXES),
    ("pathType", PATHS),
    ("policyDocumentType", DOCUMENTS),
    ("policyNameType", NAMES),
    ("policyPathType", PATHS),
    ("roleNameType", NAMES),
    ("serverCertificateNameType", NAMES),
    ("userNameType", NAMES),
    ("virtualMFADeviceName", NAMES),
];

/// The sentence of a service about the pattern of this shape.
pub(crate) fn sentence(service: &str, shape: &str) -> Option<Sentence> {
    if service != "iam" {
        return None;
    }
    let at = SENTENCES.binary_search_by(|(name, _)| name.cmp(&shape)).ok()?;
    Some(Sentence { must: SENTENCES[at].1, with_length: shape == "accountAliasType" })
}

/// How a service words what the elements of a list or the values of a map break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elements {
    /// `Member must satisfy constraint: […]`, with the constraints of the element's shape.
    Plain,
    /// The same, and that elements must not be null.
    NotNull,
    /// The set of an enum's values by itself.
    Bare,
}

/// Lists and maps whose elements are worded in another way, by service and shape.
const ELEMENTS: &[(&str, &str, Elements)] = &[
    ("lambda", "AdditionalVersionWeights", Elements::NotNull),
    ("lambda", "ArchitecturesList", Elements::NotNull),
    ("lambda", "CompatibleArchitectures", Elements::Bare),
    ("lambda", "CompatibleRuntimes", Elements::Bare),
    ("lambda", "LayerList", Elements::NotNull),
];

/// How a service words what the elements of this shape break.
pub(crate) fn elements(service: &str, shape: &str) -> Elements {
    let row = ELEMENTS.iter().find(|(of, name, _)| *of == service && *name == shape);
    row.map_or(Elements::Plain, |(_, _, elements)| *elements)
}

/// The namespace before the name of a modelled error in JSON's `__type`.
pub(crate) fn error_namespace(model: &ServiceModel<'_>) -> &'static str {
    match model.metadata.name {
        "dynamodb" | "dynamodbstreams" => "com.amazonaws.dynamodb.v20120810#",
        "sqs" => "com.amazonaws.sqs#",
        "swf" => "com.amazonaws.swf.base.model#",
        _ => "",
    }
}

/// The namespace before an error that the model does not list: the framework's own names.
pub(crate) fn common_error_namespace(model: &ServiceModel<'_>, code: &str) -> &'static str {
    match (model.metadata.name, code) {
        ("dynamodb" | "dynamodbstreams", "ValidationException") => "com.amazon.coral.validate#",
        ("dynamodb" | "dynamodbstreams" | "sqs", _) => "com.amazon.coral.service#",
        (_, "SerializationException" | "UnknownOperationException") => "",
        _ => "",
    }
}

/// The root elements of S3's results, which are not named after their shapes.
const S3_ROOTS: &[(&str, &str)] = &[
    ("CompleteMultipartUpload", "CompleteMultipartUploadResult"),
    ("CopyObject", "CopyObjectResult"),
    ("CreateMultipartUpload", "InitiateMultipartUploadResult"),
    ("CreateSession", "CreateSessionResult"),
    ("DeleteObjects", "DeleteResult"),
    ("GetBucketAccelerateConfiguration", "AccelerateConfiguration"),
    ("GetBucketAcl", "AccessControlPolicy"),
    ("GetBucketCors", "CORSConfiguration"),
    ("GetBucketLifecycle", "LifecycleConfiguration"),
    ("GetBucketLifecycleConfiguration", "LifecycleConfiguration"),
    ("GetBucketLogging", "BucketLoggingStatus"),
    ("GetBucketNotification", "NotificationConfiguration"),
    ("GetBucketNotificationConfiguration", "NotificationConfiguration"),
    ("GetBucketRequestPayment", "RequestPaymentConfiguration"),
    ("GetBucketTagging", "Tagging"),
    ("GetBucketVersioning", "VersioningConfiguration"),
    ("GetBucketWebsite", "WebsiteConfiguration"),
    ("GetObjectAcl", "AccessControlPolicy"),
    ("GetObjectAttributes", "GetObjectAttributesResponse"),
    ("GetObjectTagging", "Tagging"),
    ("ListBucketAnalyticsConfigurations", "ListBucketAnalyticsConfigurationResult"),
    (
        "ListBucketIntelligentTieringConfigurations",
        "ListBucketIntelligentTieringConfigurationsResult",
    ),
    ("ListBucketInventoryConfigurations", "ListInventoryConfigurationsResult"),
    ("ListBucketMetricsConfigurations", "ListMetricsConfigurationsResult"),
    ("ListBuckets", "ListAllMyBucketsResult"),
    ("ListDirectoryBuckets", "ListAllMyDirectoryBucketsResult"),
    ("ListMultipartUploads", "ListMultipartUploadsResult"),
    ("ListObjectVersions", "ListVersionsResult"),
    ("ListObjects", "ListBucketResult"),
    ("ListObjectsV2", "ListBucketResult"),
    ("ListParts", "ListPartsResult"),
    ("UploadPartCopy", "CopyPartResult"),
];

/// The root elements of S3's results that are the document of a member.
const S3_DOCUMENTS: &[(&str, &str)] =
    &[("ObjectLockLegalHold", "LegalHold"), ("ObjectLockRetention", "Retention")];

/// The root element of a document of S3 that is not named after its shape.
pub(crate) fn s3_document(shape: &str) -> Option<&'static str> {
    S3_DOCUMENTS.iter().find(|(name, _)| *name == shape).map(|(_, root)| *root)
}

/// What S3 writes first in its lists, in that order; all else follows as in the model.
pub(crate) fn s3_order(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "ListBuckets" => &["Owner"],
        "ListObjects" => &[
            "Name",
            "Prefix",
            "Marker",
            "NextMarker",
            "MaxKeys",
            "Delimiter",
            "EncodingType",
            "IsTruncated",
        ],
        "ListObjectsV2" => &[
            "Name",
            "Prefix",
            "StartAfter",
            "ContinuationToken",
            "NextContinuationToken",
            "KeyCount",
            "MaxKeys",
            "Delimiter",
            "EncodingType",
            "IsTruncated",
        ],
        "ListObjectVersions" => &[
            "Name",
            "Prefix",
            "KeyMarker",
            "VersionIdMarker",
            "NextKeyMarker",
            "NextVersionIdMarker",
            "MaxKeys",
            "Delimiter",
            "EncodingType",
            "IsTruncated",
        ],
        "ListMultipartUploads" => &[
            "Bucket",
            "KeyMarker",
            "UploadIdMarker",
            "NextKeyMarker",
            "NextUploadIdMarker",
            "Delimiter",
            "Prefix",
            "EncodingType",
            "MaxUploads",
            "IsTruncated",
        ],
        "ListParts" => &[
            "Bucket",
            "Key",
            "UploadId",
            "Initiator",
            "Owner",
            "StorageClass",
            "PartNumberMarker",
            "NextPartNumberMarker",
            "MaxParts",
            "IsTruncated",
        ],
        _ => return None,
    })
}

/// The root element of an S3 result.
pub(crate) fn s3_root(operation: &str) -> Option<&'static str> {
    S3_ROOTS
        .binary_search_by(|(name, _)| name.cmp(&operation))
        .ok()
        .map(|position| S3_ROOTS[position].1)
}

/// Operations that yield to another one with the same route, because they belong to an endpoint
/// or an API of their own.
pub(crate) fn yields_route(service: &str, operation: &str) -> bool {
    matches!(
        (service, operation),
        ("s3", "GetBucketLifecycle" | "GetBucketNotification")
            | ("s3", "PutBucketLifecycle" | "PutBucketNotification")
    )
}

/// The signing name that an operation of S3 has to itself; others with its route have another.
pub(crate) fn route_scope(service: &str, operation: &str) -> Option<&'static str> {
    matches!((service, operation), ("s3", "ListDirectoryBuckets")).then_some("/s3express/")
}

/// The values that AWS lists of an enum that a value is not of, where they were recorded: in an
/// order of their own, and without those that came later.
const ENUM_LISTS: &[(&str, &str, &[&str])] = &[
    (
        "kms",
        "KeySpec",
        &[
            "RSA_2048",
            "ECC_NIST_P384",
            "ECC_NIST_P256",
            "ECC_NIST_P521",
            "HMAC_384",
            "RSA_3072",
            "ECC_SECG_P256K1",
            "RSA_4096",
            "SYMMETRIC_DEFAULT",
            "HMAC_256",
            "HMAC_224",
            "HMAC_512",
        ],
    ),
    ("kms", "KeyUsageType", &["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC"]),
    ("kms", "MacAlgorithmSpec", &["HMAC_SHA_384", "HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_512"]),
];

/// The values that AWS lists of an enum, where they differ from the model's.
pub(crate) fn enum_list(service: &str, shape: &str) -> Option<&'static [&'static str]> {
    let recorded = ENUM_LISTS.iter().find(|(of, name, _)| *of == service && *name == shape);
    recorded.map(|(_, _, values)| *values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(VALIDATION.is_sorted_by_key(|(name, _)| *name));
        assert!(SENTENCES.is_sorted_by_key(|(name, _)| *name));
        assert!(S3_ROOTS.is_sorted_by_key(|(name, _)| *name));
    }
}
