//! Variables of LocalStack that fogbank does not have, and older spellings.

/// Variables of LocalStack that change nothing here: named exactly, or by how they begin.
#[derive(Debug)]
pub struct Foreign {
    /// The name, or the beginning of the names when it ends in `*`.
    pub name: &'static str,
    /// Why it changes nothing, and what serves instead.
    pub reason: &'static str,
}

const fn row(name: &'static str, reason: &'static str) -> Foreign {
    Foreign { name, reason }
}

const NO_LICENCE: &str = "fogbank needs no licence and no account";
const OWN_TLS: &str = "HTTPS is always there, with a certificate that is made and not downloaded";
const NO_CONTAINERS: &str = "fogbank starts no containers";
const NO_PROXY: &str = "fogbank is one process and needs no settings for its parts";
const RETIRED: &str = "LocalStack has retired it too";

/// The table; the first row that matches a name counts.
pub static FOREIGN: &[Foreign] = &[
    row("LOCALSTACK_AUTH_TOKEN", NO_LICENCE),
    row("LOCALSTACK_API_KEY", NO_LICENCE),
    row("ACTIVATE_PRO", NO_LICENCE),
    row("LOG_LICENSE_ISSUES", NO_LICENCE),
    row("DISABLE_EVENTS", "fogbank sends no usage data anywhere"),
    row("DEBUG_ANALYTICS", "fogbank sends no usage data anywhere"),
    row("LOCALSTACK_VOLUME_DIR", "the volume is mounted where DATA_DIR says"),
    row("LOCALSTACK_DOCKER_NAME", NO_CONTAINERS),
    row("LOCALSTACK_RESPONSE_HEADER_ENABLED", "responses always name their operation"),
    row("EXTERNAL_SERVICE_PORTS_*", "FOGBANK_WORLD_PORTS gives the ports of forked worlds"),
    row("ENFORCE_IAM", "IAM_ENFORCEMENT=strict lets policies decide"),
    row("IAM_SOFT_MODE", "IAM_ENFORCEMENT=soft logs what would be denied"),
    row("STRICT_SERVICE_LOADING", "SERVICES always limits which services answer"),
    row("SNAPSHOT_*", "with PERSISTENCE=1 every change is kept when it is acknowledged"),
    row("STATE_SERIALIZATION_BACKEND", "the form of the kept state is fixed"),
    row("PERSIST_ALL", "PERSISTENCE keeps the state of every service"),
    row("PERSISTENCE_SINGLE_FILE", "PERSISTENCE keeps the state of every service"),
    row("SQS_ENABLE_MESSAGE_RETENTION_PERIOD", "the retention period always holds, as on AWS"),
    row("SQS_DISABLE_MAX_NUMBER_OF_MESSAGE_LIMIT", "AWS's limit of 10 messages holds"),
    row("SQS_DISABLE_CLOUDWATCH_METRICS", "no metrics are recorded"),
    row("SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL", "no metrics are recorded"),
    row("SQS_PORT_EXTERNAL", "LOCALSTACK_HOST gives the host and port of queue URLs"),
    row("DYNAMODB_HEAP_SIZE", "DynamoDB is built in; there is no Java process"),
    row("DYNAMODB_LOCAL_PORT", "DynamoDB is built in; there is no Java process"),
    row("DYNAMODB_SHARE_DB", "accounts and regions are always apart, as on AWS"),
    row("DYNAMODB_IN_MEMORY", "PERSISTENCE decides whether state is kept"),
    row("S3_SKIP_KMS_KEY_VALIDATION", "KMS keys of S3 requests have to exist, as on AWS"),
    row("S3_DIR", "objects are kept under DATA_DIR"),
    row("BUCKET_MARKER_LOCAL", "Lambda is not emulated yet"),
    row("LAMBDA_*", "Lambda is not emulated yet"),
    row("HOSTNAME_FROM_LAMBDA", "Lambda is not emulated yet"),
    row("KINESIS_*", "Kinesis has no settings here"),
    row("KMS_PROVIDER", "PROVIDER_OVERRIDE_KMS chooses a provider"),
    row("OPENSEARCH_*", "OpenSearch is not emulated yet"),
    row("ES_CUSTOM_BACKEND", "OpenSearch is not emulated yet"),
    row("ES_ENDPOINT_STRATEGY", "OpenSearch is not emulated yet"),
    row("ES_MULTI_CLUSTER", "OpenSearch is not emulated yet"),
    row("CFN_*", "CloudFormation is not emulated yet"),
    row("SFN_*", "Step Functions is not emulated yet"),
    row("STEPFUNCTIONS_LAMBDA_ENDPOINT", "Step Functions is not emulated yet"),
    row("LOCAL_PORT_STEPFUNCTIONS", "Step Functions is not emulated yet"),
    row("SNS_SES_SENDER_ADDRESS", "mails have no sender; /_aws/sns/email-messages shows them"),
    row("LEGACY_SNS_GCM_PUBLISHING", "push messages are kept, never sent"),
    row("EVENT_RULE_ENGINE", "event patterns have one engine, with AWS's rules and errors"),
    row("PARITY_AWS_ACCESS_KEY_ID", "access key ids always have AWS's form"),
    row("TF_COMPAT_MODE", "nothing needs to differ for Terraform"),
    row("DISABLE_CUSTOM_CORS_S3", "CORS rules of buckets always hold, as on AWS"),
    row("DISABLE_CUSTOM_CORS_APIGATEWAY", "API Gateway is not emulated yet"),
    row("DISABLE_PREFLIGHT_PROCESSING", "DISABLE_CORS_HEADERS turns CORS off as a whole"),
    row(
        "USE_SSL",
        "HTTP and HTTPS share the ports; SQS_ENDPOINT_STRATEGY=dynamic gives URLs the scheme in use",
    ),
    row("REMOVE_SSL_CERT", OWN_TLS),
    row("SKIP_SSL_CERT_DOWNLOAD", OWN_TLS),
    row("OUTBOUND_HTTP_PROXY", "requests go to upstream servers directly"),
    row("OUTBOUND_HTTPS_PROXY", "requests go to upstream servers directly"),
    row("CONTAINER_RUNTIME", NO_CONTAINERS),
    row("DOCKER_SOCK", NO_CONTAINERS),
    row("DOCKER_FLAGS", NO_CONTAINERS),
    row("DOCKER_CMD", NO_CONTAINERS),
    row("DOCKER_BRIDGE_IP", NO_CONTAINERS),
    row("DOCKER_SDK_*", NO_CONTAINERS),
    row("DOCKER_GLOBAL_IMAGE_PREFIX", NO_CONTAINERS),
    row("LEGACY_DOCKER_CLIENT", NO_CONTAINERS),
    row("MAIN_CONTAINER_NAME", NO_CONTAINERS),
    row("MAIN_DOCKER_NETWORK", NO_CONTAINERS),
    row("PORTS_CHECK_DOCKER_IMAGE", NO_CONTAINERS),
    row("WINDOWS_DOCKER_MOUNT_PREFIX", NO_CONTAINERS),
    row("GATEWAY_SERVER", NO_PROXY),
    row("GATEWAY_WORKER_COUNT", NO_PROXY),
    row("GATEWAY_WORKER_THREAD_COUNT", NO_PROXY),
    row("IN_MEMORY_CLIENT", NO_PROXY),
    row("DISTRIBUTED_MODE", NO_PROXY),
    row("BOTO_WAITER_DELAY", NO_PROXY),
    row("BOTO_WAITER_MAX_ATTEMPTS", NO_PROXY),
    row("DISABLE_BOTO_RETRIES", NO_PROXY),
    row("DISABLE_CUSTOM_BOTO_WAITER_CONFIG", NO_PROXY),
    row("SKIP_INFRA_DOWNLOADS", "fogbank downloads nothing"),
    row("OPENAPI_VALIDATE_REQUEST", "requests are always checked against AWS's models"),
    row("OPENAPI_VALIDATE_RESPONSE", "responses are written from AWS's models"),
    row("INCLUDE_STACK_TRACES_IN_HTTP_RESPONSE", "errors are AWS's; details are in the log"),
    row("ENABLE_CONFIG_UPDATES", "settings are fixed while the server runs"),
    row("CONFIG_PROFILE", "use one fogbank.toml a profile, with FOGBANK_CONFIG"),
    row("LOG_LEVEL_OVERRIDES", "LS_LOG gives one level for everything"),
    row("DEBUG_HANDLER_CHAIN", "LS_LOG=trace shows the handlers of a request"),
    row("DNS_*", "fogbank has no DNS server"),
    row("WAIT_FOR_DEBUGGER", RETIRED),
    row("USE_SINGLE_REGION", RETIRED),
    row("PORT_WEB_UI", RETIRED),
    row("LEGACY_DIRECTORIES", RETIRED),
    row("LEGACY_EDGE_PROXY", RETIRED),
    row("LEGACY_INIT_DIR", RETIRED),
    row("HOST_TMP_FOLDER", RETIRED),
    row("INIT_SCRIPTS_PATH", "scripts are not run at the start"),
    row("SYNCHRONOUS_*", RETIRED),
    row("MOCK_UNIMPLEMENTED", "an operation that is not emulated says so"),
    row("EDGE_FORWARD_URL", "FALLBACK passes on what is not emulated"),
    row("EDGE_BIND_HOST", "GATEWAY_LISTEN gives host and port together"),
    row("EDGE_PORT_HTTP", "GATEWAY_LISTEN gives all addresses"),
];

/// The row for a variable.
pub(crate) fn foreign(name: &str) -> Option<&'static Foreign> {
    FOREIGN.iter().find(|row| match row.name.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => row.name == name,
    })
}

/// A variable that had another name or form.
pub(crate) struct Renamed {
    /// The older name.
    pub(crate) name: &'static str,
    /// The name in the table.
    pub(crate) now: &'static str,
    /// Turns the older form of the value into today's.
    pub(crate) value: fn(&str) -> String,
}

/// The older spellings that are understood.
pub(crate) static RENAMED: &[Renamed] = &[
    Renamed { name: "EDGE_PORT", now: "GATEWAY_LISTEN", value: |port| format!(":{port}") },
    Renamed { name: "HOSTNAME_EXTERNAL", now: "LOCALSTACK_HOST", value: str::to_owned },
    Renamed { name: "LOCALSTACK_HOSTNAME", now: "LOCALSTACK_HOST", value: str::to_owned },
];

/// The row for an older spelling.
pub(crate) fn renamed(name: &str) -> Option<&'static Renamed> {
    RENAMED.iter().find(|row| row.name == name)
}
