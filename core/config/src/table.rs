//! The table of settings.
//!
//! A row is the whole definition. The lines of documentation above it are what users read in
//! `--help`, in `fogbank config list` and in `docs/configuration.md`: the first paragraph is a
//! sentence that stands alone. `pending` says why a row changes nothing yet; remove it with the
//! commit that gives the setting its effect.

use std::path::PathBuf;
use std::time::Duration;

use fogbank_context::{AccountId, Region};
use http::HeaderName;

use crate::setting::{Bounds, Effect, Group, Setting, SettingType, settings};
use crate::values::*;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;

settings! {
    /// Addresses to listen on, separated by commas.
    ///
    /// Each is HOST:PORT, a HOST (port 4566) or :PORT (loopback). Port 0 takes a free port, which
    /// `fogbank start` prints. The container image listens on 0.0.0.0:4566.
    gateway_listen: Vec<Listen> {
        env: "GATEWAY_LISTEN", key: "gateway.listen", flag: "listen", group: Gateway,
        default: "127.0.0.1:4566", example: "0.0.0.0:4566",
    }

    /// Host name, and port where it differs, in URLs that the server hands out.
    ///
    /// Queue URLs and the like carry it. The port is the first one listened on unless it is stated.
    localstack_host: ExternalHost {
        env: "LOCALSTACK_HOST", key: "gateway.host", flag: "host", group: Gateway,
        default: "localhost.localstack.cloud", example: "fogbank:4566",
    }

    /// Ports that forked worlds may listen on.
    world_ports: PortRange {
        env: "FOGBANK_WORLD_PORTS", key: "gateway.world_ports", flag: "world-ports", group: Gateway,
        default: "4510-4559", example: "14510-14559",
    }

    /// Folder of the scripts that run at stages of the server's life.
    ///
    /// Files that end in .sh in its folders boot.d, start.d, ready.d and shutdown.d run in the order
    /// of their names.
    init_dir: PathBuf {
        env: "FOGBANK_INIT_DIR", key: "gateway.init_dir", flag: "init-dir", group: Gateway,
        default: "/etc/localstack/init", example: "./init",
    }

    /// How long requests under way may take to finish when the server is told to stop.
    shutdown_timeout: Duration {
        env: "FOGBANK_SHUTDOWN_TIMEOUT", key: "gateway.shutdown_timeout", flag: "shutdown-timeout",
        group: Gateway, default: "5s", example: "30s", within: 0, 3_600_000,
    }

    /// PEM file of the certificate for HTTPS, with the certificates that signed it after it.
    ///
    /// HTTP and HTTPS share the ports. Without it the server signs certificates for the names that
    /// clients ask for; they trust its authority by /_fogbank/ca.pem, which is kept in DATA_DIR with
    /// PERSISTENCE=1.
    tls_certificate: Option<PathBuf> {
        env: "CUSTOM_SSL_CERT_PATH", key: "tls.certificate", flag: "tls-certificate", group: Gateway,
        default: "", example: "/etc/fogbank/server.pem",
    }

    /// PEM file of the private key of CUSTOM_SSL_CERT_PATH; the key is in the same file when empty.
    tls_key: Option<PathBuf> {
        env: "FOGBANK_SSL_KEY_PATH", key: "tls.key", flag: "tls-key", group: Gateway,
        default: "", example: "/etc/fogbank/server.key.pem",
    }

    /// Services that answer, separated by commas; all of them when empty.
    ///
    /// Requests to any other service are refused.
    services: ServiceFilter {
        env: "SERVICES", key: "services.enabled", flag: "services", group: Services,
        default: "", example: "s3,sqs,dynamodb",
    }

    /// Echo requests that carry x-fogbank-conformance, for this project's own conformance tests.
    ///
    /// Such a request is read by its service's model and answered with what the test registered
    /// at /_fogbank/conformance; no provider runs. Not for use.
    conformance: bool {
        env: "FOGBANK_CONFORMANCE", key: "services.conformance", flag: "conformance",
        group: Services, default: "0", example: "1",
    }

    /// Load all enabled services at the start, not at their first request.
    eager_service_loading: bool {
        env: "EAGER_SERVICE_LOADING", key: "services.eager", flag: "eager", group: Services,
        default: "0", example: "1",
    }

    /// Refuse settings that have no effect, in place of reporting them.
    ///
    /// Parameters of requests that have less effect than at AWS are refused too; docs/fidelity.md
    /// lists them.
    strict: bool {
        env: "STRICT", key: "services.strict", flag: "strict", group: Services,
        default: "0", example: "1",
    }

    /// Server that operations which are not emulated are passed on to.
    fallback: Fallback {
        env: "FALLBACK", key: "upstream.fallback", flag: "fallback", group: Upstream,
        default: "none", example: "upstream:http://localhost:5000",
    }

    /// How long an upstream server may take to begin its answer.
    upstream_timeout: Duration {
        env: "FOGBANK_UPSTREAM_TIMEOUT", key: "upstream.timeout", flag: "upstream-timeout",
        group: Upstream, default: "60s", example: "5s", within: 1, 3_600_000,
    }

    /// PEM file of authorities that upstream servers' certificates may be signed by, beside the public ones.
    upstream_authorities: Option<PathBuf> {
        env: "FOGBANK_UPSTREAM_CA_PATH", key: "upstream.authorities", flag: "upstream-authorities",
        group: Upstream, default: "", example: "/etc/fogbank/upstream-ca.pem",
    }

    /// Account of callers whose access key names none.
    ///
    /// A twelve-digit access key id is an account; keys made through IAM or STS, or listed under
    /// `[credentials]`, belong to theirs.
    default_account_id: AccountId {
        env: "DEFAULT_ACCOUNT_ID", key: "accounts.default_id", flag: "default-account-id",
        group: Accounts, default: "000000000000", example: "111111111111",
    }

    /// Region of requests that name none.
    default_region: Region {
        env: "DEFAULT_REGION", key: "accounts.default_region", flag: "default-region",
        group: Accounts, default: "us-east-1", example: "eu-central-1",
    }

    /// Accept regions that AWS does not have.
    allow_nonstandard_regions: bool {
        env: "ALLOW_NONSTANDARD_REGIONS", key: "accounts.allow_nonstandard_regions",
        flag: "allow-nonstandard-regions", group: Accounts, default: "0", example: "1",
    }

    /// Whether policies decide on requests.
    ///
    /// Decisions are logged and can be asked about with `fogbank iam why`; what principals did, with
    /// `fogbank iam suggest`. Keys that nobody made act as the root of their account, whom no policy
    /// of IAM limits.
    iam_enforcement: IamEnforcement {
        env: "IAM_ENFORCEMENT", key: "iam.enforcement", flag: "iam-enforcement", group: Iam,
        default: "off", example: "strict",
    }

    /// Verify the signatures of requests; IAM_ENFORCEMENT=strict does too.
    ///
    /// The secret of a key that nobody made (`test`, an account id) is `test`; keys of IAM and STS,
    /// and of `[credentials]`, have their own.
    verify_signatures: bool {
        env: "VERIFY_SIGNATURES", key: "iam.verify_signatures", flag: "verify-signatures",
        group: Iam, default: "0", example: "1",
    }

    /// Whether the signatures of web identity tokens are verified.
    ///
    /// AssumeRoleWithWebIdentity then asks the token's issuer for its keys, at
    /// `<issuer>/.well-known/openid-configuration`. An issuer whose certificate no known authority
    /// vouches for is taken where its thumbprint is one of the account's OpenID Connect provider;
    /// an issuer on this machine may do without HTTPS.
    web_identity_verification: WebIdentityVerification {
        env: "WEB_IDENTITY_VERIFICATION", key: "iam.web_identity_verification",
        flag: "web-identity-verification", group: Iam, default: "local", example: "reachable",
    }

    /// Keep the state when the server stops.
    ///
    /// Every change is written to DATA_DIR before it is acknowledged.
    persistence: bool {
        env: "PERSISTENCE", key: "state.persistence", flag: "persistence", group: State,
        default: "0", example: "1",
    }

    /// Folder of the persisted state and of large objects.
    data_dir: PathBuf {
        env: "DATA_DIR", key: "state.data_dir", flag: "data-dir", group: State,
        default: ".fogbank", example: "/var/lib/localstack",
    }

    /// When a change counts as kept.
    durability: Durability {
        env: "DURABILITY", key: "state.durability", flag: "durability", group: State,
        default: "always", example: "everysec",
    }

    /// Where the journal of changes is kept.
    ///
    /// In DATA_DIR, or in a PostgreSQL database; large objects are in DATA_DIR either way.
    state_backend: StateBackend {
        env: "STATE_BACKEND", key: "state.backend", flag: "state-backend", group: State,
        default: "embedded", example: "postgres://fogbank@db.example/fogbank",
    }

    /// Number that makes ids, tokens and orders repeatable; random when empty.
    ///
    /// Two runs with the same seed and the same requests give the same bytes.
    seed: Option<u64> {
        env: "FOGBANK_SEED", key: "state.seed", flag: "seed", group: State,
        default: "", example: "42",
    }

    /// Largest request body that is read whole; streamed uploads have their service's own limit.
    max_body_size: Size {
        env: "FOGBANK_MAX_BODY_SIZE", key: "limits.body_size", flag: "max-body-size", group: Limits,
        default: "128MiB", example: "16MiB", within: KIB, 4 * GIB,
    }

    /// Most structures, lists and maps inside each other that a request may have.
    ///
    /// The input of the operation is the first of them.
    max_nesting_depth: usize {
        env: "FOGBANK_MAX_NESTING_DEPTH", key: "limits.nesting_depth", flag: "max-nesting-depth",
        group: Limits, default: "128", example: "64", within: 8, 128,
    }

    /// Most headers that a request may have.
    max_header_count: usize {
        env: "FOGBANK_MAX_HEADER_COUNT", key: "limits.header_count", flag: "max-header-count",
        group: Limits, default: "100", example: "200", within: 16, 10_000,
    }

    /// Largest head of a request: its first line and all headers together.
    max_header_size: Size {
        env: "FOGBANK_MAX_HEADER_SIZE", key: "limits.header_size", flag: "max-header-size",
        group: Limits, default: "64KiB", example: "16KiB", within: 8 * KIB, 16 * MIB,
    }

    /// Most fields that a form-encoded request may have.
    max_form_fields: usize {
        env: "FOGBANK_MAX_FORM_FIELDS", key: "limits.form_fields", flag: "max-form-fields",
        group: Limits, default: "20000", example: "1000", within: 64, 1_000_000,
    }

    /// Origins of web pages that may call, beside the built-in ones; separated by commas.
    extra_cors_allowed_origins: Vec<Origin> {
        env: "EXTRA_CORS_ALLOWED_ORIGINS", key: "cors.extra_allowed_origins",
        flag: "cors-allowed-origins", group: Cors, default: "", example: "https://app.example.com",
    }

    /// Headers that web pages may send, beside the built-in ones; separated by commas.
    extra_cors_allowed_headers: Vec<HeaderName> {
        env: "EXTRA_CORS_ALLOWED_HEADERS", key: "cors.extra_allowed_headers",
        flag: "cors-allowed-headers", group: Cors, default: "", example: "x-app-version",
    }

    /// Headers that web pages may read, beside the built-in ones; separated by commas.
    extra_cors_expose_headers: Vec<HeaderName> {
        env: "EXTRA_CORS_EXPOSE_HEADERS", key: "cors.extra_expose_headers",
        flag: "cors-expose-headers", group: Cors, default: "", example: "x-app-trace",
    }

    /// Let web pages of any origin call.
    disable_cors_checks: bool {
        env: "DISABLE_CORS_CHECKS", key: "cors.disable_checks", flag: "disable-cors-checks",
        group: Cors, default: "0", example: "1",
    }

    /// Add no CORS headers to responses; preflight requests then fail in browsers.
    disable_cors_headers: bool {
        env: "DISABLE_CORS_HEADERS", key: "cors.disable_headers", flag: "disable-cors-headers",
        group: Cors, default: "0", example: "1",
    }

    /// Log requests and what they lead to: the same as LS_LOG=debug.
    debug: bool {
        env: "DEBUG", key: "log.debug", flag: "debug", group: Logging,
        default: "0", example: "1",
    }

    /// Least important messages that are logged; info when empty, debug with DEBUG=1.
    ls_log: Option<LogLevel> {
        env: "LS_LOG", key: "log.level", flag: "log", group: Logging,
        default: "", example: "trace",
    }

    /// Accept requests to S3 whose presigned signature is wrong or expired.
    s3_skip_signature_validation: bool {
        env: "S3_SKIP_SIGNATURE_VALIDATION", key: "s3.skip_signature_validation",
        flag: "s3-skip-signature-validation", group: S3, default: "1", example: "0",
        pending: "VERIFY_SIGNATURES decides, and expired ones are always refused",
    }

    /// Let requests to S3 without a signature do whatever they ask for.
    ///
    /// Otherwise they may do what the bucket's policy and ACLs give to everyone, as at AWS.
    s3_anonymous_access: bool {
        env: "S3_ANONYMOUS_ACCESS", key: "s3.anonymous_access", flag: "s3-anonymous-access",
        group: S3, default: "0", example: "1",
    }

    /// Have new buckets refuse objects that are encrypted with keys of customers (SSE-C).
    ///
    /// AWS does so for buckets that are made since April 2026, until PutBucketEncryption says
    /// otherwise. Here they take such objects unless this is set.
    s3_block_sse_c: bool {
        env: "S3_BLOCK_SSE_C", key: "s3.block_sse_c", flag: "s3-block-sse-c",
        group: S3, default: "0", example: "1",
    }

    /// Let restorations of archived objects take as long as at AWS, on the clock of the world.
    ///
    /// Expedited ones take 5 minutes, standard ones 5 hours (12 from Deep Archive), bulk ones 12
    /// hours (48). Otherwise the copy is there at once.
    s3_slow_restores: bool {
        env: "S3_SLOW_RESTORES", key: "s3.slow_restores", flag: "s3-slow-restores",
        group: S3, default: "0", example: "1",
    }

    /// Form of the queue URLs that are handed out; all forms are understood.
    sqs_endpoint_strategy: SqsEndpointStrategy {
        env: "SQS_ENDPOINT_STRATEGY", key: "sqs.endpoint_strategy", flag: "sqs-endpoint-strategy",
        group: Sqs, default: "standard", example: "path",
    }

    /// Refuse a second PurgeQueue within 60 seconds, as AWS does.
    sqs_delay_purge_retry: bool {
        env: "SQS_DELAY_PURGE_RETRY", key: "sqs.delay_purge_retry", flag: "sqs-delay-purge-retry",
        group: Sqs, default: "0", example: "1",
    }

    /// Refuse to create a queue within 60 seconds of deleting one of its name, as AWS does.
    sqs_delay_recently_deleted: bool {
        env: "SQS_DELAY_RECENTLY_DELETED", key: "sqs.delay_recently_deleted",
        flag: "sqs-delay-recently-deleted", group: Sqs, default: "0", example: "1",
    }

    /// Host in the URL of the certificate that notifications are signed with.
    ///
    /// Some clients take only a name of AWS there. The certificate is served below
    /// /_aws/sns/ in any case; under another host it has to be brought to them.
    sns_cert_url_host: Option<ExternalHost> {
        env: "SNS_CERT_URL_HOST", key: "sns.cert_url_host", flag: "sns-cert-url-host",
        group: Sns, default: "", example: "sns.us-east-1.amazonaws.com",
    }

    /// Remove expired items at the next request about items; otherwise two days after they expired, as AWS may.
    dynamodb_remove_expired_items: bool {
        env: "DYNAMODB_REMOVE_EXPIRED_ITEMS", key: "dynamodb.remove_expired_items",
        flag: "dynamodb-remove-expired-items", group: DynamoDb, default: "0", example: "1",
    }

    /// How long global indexes that are added to a table are CREATING, and how long DELETING.
    ///
    /// For the first tenth of that time the table is UPDATING; then the index is filled, and queries
    /// on it are refused until it is ACTIVE. On the clock of the world; without it, at once.
    dynamodb_index_delay: Duration {
        env: "DYNAMODB_INDEX_DELAY", key: "dynamodb.index_delay", flag: "dynamodb-index-delay",
        group: DynamoDb, default: "0s", example: "10s", within: 0, 86_400_000,
    }

    /// Refuse what exceeds throughput and what is changed too often, as AWS does.
    ///
    /// That is requests beyond the provisioned capacity of a table or index, of which five minutes
    /// are saved up for bursts, or beyond the maximum of one on demand; a fifth decrease of capacity
    /// within a day; and a second change of the time to live within an hour.
    dynamodb_throttling: bool {
        env: "DYNAMODB_THROTTLING", key: "dynamodb.throttling", flag: "dynamodb-throttling",
        group: DynamoDb, default: "0", example: "1",
    }

    /// Share of requests that fail with ProvisionedThroughputExceededException.
    dynamodb_error_probability: Probability {
        env: "DYNAMODB_ERROR_PROBABILITY", key: "dynamodb.error_probability",
        flag: "dynamodb-error-probability", group: DynamoDb, default: "0", example: "0.1",
    }

    /// Share of reads that fail with ProvisionedThroughputExceededException.
    dynamodb_read_error_probability: Probability {
        env: "DYNAMODB_READ_ERROR_PROBABILITY", key: "dynamodb.read_error_probability",
        flag: "dynamodb-read-error-probability", group: DynamoDb, default: "0", example: "0.1",
    }

    /// Share of writes that fail with ProvisionedThroughputExceededException.
    dynamodb_write_error_probability: Probability {
        env: "DYNAMODB_WRITE_ERROR_PROBABILITY", key: "dynamodb.write_error_probability",
        flag: "dynamodb-write-error-probability", group: DynamoDb, default: "0", example: "0.1",
    }
}
