//! Where values come from, and which of them counts.

#![allow(clippy::unwrap_used)] // Helpers of tests may panic like tests.

use std::fs;
use std::path::Path;
use std::time::Duration;

use fogbank_config::{
    Config, Fallback, Listen, Loaded, Loader, LogLevel, NoticeKind, ProviderChoice, SETTINGS,
    Setting, Source, SqsEndpointStrategy, StateBackend,
};

fn setting(env: &str) -> &'static Setting {
    SETTINGS.iter().find(|setting| setting.env == env).unwrap()
}

fn with_file(text: &str) -> (tempfile::TempDir, Loader<'static>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fogbank.toml"), text).unwrap();
    let loader = Loader::new().folder(folder.path());
    (folder, loader)
}

fn load_file(text: &str) -> Config {
    let (_folder, loader) = with_file(text);
    loader.load().unwrap_or_else(|error| panic!("{error}")).config
}

fn load_variables(variables: &[(&str, &str)]) -> Loaded {
    let loader = Loader::new().variables(variables.iter().copied());
    loader.load().unwrap_or_else(|error| panic!("{error}"))
}

fn listening(config: &Config) -> String {
    config.gateway_listen.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn later_sources_win_and_are_remembered() {
    let (folder, loader) = with_file("[sqs]\nendpoint_strategy = 'domain'\n");
    let path = folder.path().join("fogbank.toml");
    let loaded = loader.load().unwrap();
    assert_eq!(loaded.config.sqs_endpoint_strategy, SqsEndpointStrategy::Domain);
    assert_eq!(*loaded.config.source("SQS_ENDPOINT_STRATEGY"), Source::File { path, line: 2 });

    let loader = Loader::new().folder(folder.path()).variables([("SQS_ENDPOINT_STRATEGY", "off")]);
    let config = loader.load().unwrap().config;
    assert_eq!(config.sqs_endpoint_strategy, SqsEndpointStrategy::Off);
    let variable = Source::Environment("SQS_ENDPOINT_STRATEGY".into());
    assert_eq!(*config.source("SQS_ENDPOINT_STRATEGY"), variable);

    let loader = Loader::new()
        .folder(folder.path())
        .variables([("SQS_ENDPOINT_STRATEGY", "off")])
        .flag(setting("SQS_ENDPOINT_STRATEGY"), "path");
    let config = loader.load().unwrap().config;
    assert_eq!(config.sqs_endpoint_strategy, SqsEndpointStrategy::Path);
    let flag = Source::Flag("--sqs-endpoint-strategy".into());
    assert_eq!(*config.source("SQS_ENDPOINT_STRATEGY"), flag);
}

#[test]
fn a_prefix_may_stand_before_a_variable() {
    let cases: [(&[(&str, &str)], bool); 6] = [
        (&[("LOCALSTACK_DEBUG", "1")], true),
        (&[("FOGBANK_DEBUG", "1")], true),
        (&[("FOGBANK_DEBUG", "1"), ("LOCALSTACK_DEBUG", "0"), ("DEBUG", "0")], true),
        (&[("LOCALSTACK_DEBUG", "1"), ("DEBUG", "0")], true),
        // Other programs use DEBUG for words; ours is stated, so theirs is not looked at.
        (&[("FOGBANK_DEBUG", "0"), ("DEBUG", "express:*")], false),
        (&[("FOGBANK_DEBUG", ""), ("DEBUG", "0")], false),
    ];
    for (variables, expected) in cases {
        assert_eq!(load_variables(variables).config.debug, expected, "{variables:?}");
    }
}

#[test]
fn an_empty_variable_is_not_set() {
    let loaded = load_variables(&[("SERVICES", ""), ("GATEWAY_LISTEN", " "), ("EDGE_PORT", "")]);
    assert_eq!(*loaded.config.source("SERVICES"), Source::Default);
    assert_eq!(listening(&loaded.config), "127.0.0.1:4566");
    assert_eq!(loaded.notices, []);
}

#[test]
fn addresses_to_listen_on() {
    let cases = [
        ("0.0.0.0:4566", "0.0.0.0:4566"),
        ("0.0.0.0:4566,0.0.0.0:443", "0.0.0.0:4566 0.0.0.0:443"),
        (" localhost:80 , :4567 ", "localhost:80 127.0.0.1:4567"),
        ("0.0.0.0", "0.0.0.0:4566"),
        ("[::1]:4566", "[::1]:4566"),
        ("[::]", "[::]:4566"),
        ("::1", "[::1]:4566"),
        (":0", "127.0.0.1:0"),
    ];
    for (text, expected) in cases {
        let config = load_variables(&[("GATEWAY_LISTEN", text)]).config;
        assert_eq!(listening(&config), expected, "{text}");
    }
}

#[test]
fn a_listening_address_resolves() {
    let listen = Listen { host: "::1".into(), port: 4566 };
    let addresses = listen.resolve().unwrap();
    assert_eq!(addresses, ["[::1]:4566".parse().unwrap()]);
}

#[test]
fn the_port_of_handed_out_urls_follows_the_server() {
    let cases =
        [("fogbank", "fogbank:9000"), ("fogbank:4566", "fogbank:4566"), ("[::1]", "[::1]:9000")];
    for (text, expected) in cases {
        let config = load_variables(&[("LOCALSTACK_HOST", text)]).config;
        assert_eq!(config.localstack_host.authority(9000), expected, "{text}");
    }
}

#[test]
fn values_of_each_kind() {
    let config = load_file(
        "[gateway]\n\
         listen = ['127.0.0.1:1', '[::1]:2']\n\
         world_ports = '5000-5001'\n\
         shutdown_timeout = 2\n\
         [services]\n\
         enabled = ['s3', 'SQS', 'cognito_idp', 's3']\n\
         eager = true\n\
         [upstream]\n\
         fallback = 'upstream:http://localhost:5000/base'\n\
         timeout = '1500ms'\n\
         [accounts]\n\
         default_id = '111111111111'\n\
         [state]\n\
         seed = 0x2a\n\
         backend = 'postgres://me:secret@db/fogbank?password=x'\n\
         [limits]\n\
         body_size = 1048576\n\
         header_size = '16KiB'\n\
         [dynamodb]\n\
         error_probability = 0.25\n\
         read_error_probability = 1\n\
         [log]\n\
         level = 'WARNING'\n",
    );
    assert_eq!(listening(&config), "127.0.0.1:1 [::1]:2");
    assert_eq!(config.world_ports.ports().collect::<Vec<_>>(), [5000, 5001]);
    assert_eq!(config.shutdown_timeout, Duration::from_secs(2));
    assert_eq!(config.services.names(), ["s3", "sqs", "cognito-idp"]);
    assert!(config.services.allows("sqs") && !config.services.allows("sns"));
    assert!(config.eager_service_loading);
    let Fallback::Upstream(url) = &config.fallback else { panic!("{:?}", config.fallback) };
    assert_eq!(url.uri().path(), "/base");
    assert_eq!(config.upstream_timeout, Duration::from_millis(1500));
    assert_eq!(config.default_account_id.to_string(), "111111111111");
    assert_eq!(config.seed, Some(42));
    assert_eq!(config.max_body_size.bytes(), 1 << 20);
    assert_eq!(config.max_header_size.bytes(), 16 << 10);
    assert_eq!(config.dynamodb_error_probability.get(), 0.25);
    assert_eq!(config.dynamodb_read_error_probability.get(), 1.0);
    assert_eq!(config.log_level(), LogLevel::Warn);
    let StateBackend::Postgres(url) = &config.state_backend else { panic!() };
    assert_eq!(url, "postgres://me:secret@db/fogbank?password=x");
    let shown = config.entries().find(|entry| entry.setting.env == "STATE_BACKEND").unwrap();
    assert_eq!(shown.value, "postgres://me@db/fogbank?…", "the password is hidden");
}

#[test]
fn debug_and_log_level() {
    let cases: [(&[(&str, &str)], LogLevel); 5] = [
        (&[], LogLevel::Info),
        (&[("DEBUG", "1")], LogLevel::Debug),
        (&[("DEBUG", "1"), ("LS_LOG", "error")], LogLevel::Error),
        (&[("LS_LOG", "trace-internal")], LogLevel::Trace),
        (&[("DEBUG", "false")], LogLevel::Info),
    ];
    for (variables, expected) in cases {
        assert_eq!(load_variables(variables).config.log_level(), expected, "{variables:?}");
    }
}

#[test]
fn providers_are_chosen_by_variable_file_and_flag() {
    let (_folder, loader) = with_file("[providers]\nsqs = 'v1'\nsts = 'v1'\ns3 = 'v1'\n");
    let config = loader
        .variables([
            ("PROVIDER_OVERRIDE_SQS", "v2"),
            ("PROVIDER_OVERRIDE_COGNITO_IDP", "upstream:http://localhost:5000"),
        ])
        .provider_flag("s3=v3")
        .load()
        .unwrap()
        .config;
    let chosen = |service: &str| config.providers[service].to_string();
    assert_eq!(chosen("sqs"), "v2");
    assert_eq!(chosen("sts"), "v1");
    assert_eq!(chosen("s3"), "v3");
    assert!(matches!(config.providers["cognito-idp"], ProviderChoice::Upstream(_)));
}

#[test]
fn credentials_state_account_secret_and_principal() {
    let config = load_file(
        "[credentials]\n\
         AKIASHORT = '111111111111'\n\
         [credentials.AKIALONG]\n\
         account = '222222222222'\n\
         secret = 'shh'\n\
         principal = 'arn:aws:iam::222222222222:user/alice'\n",
    );
    let short = &config.credentials["AKIASHORT"];
    assert_eq!(short.account.to_string(), "111111111111");
    assert_eq!((&short.secret, &short.principal), (&None, &None));
    let long = &config.credentials["AKIALONG"];
    assert_eq!(long.secret.as_deref(), Some("shh"));
    assert_eq!(long.principal.as_ref().unwrap().resource, "user/alice");
    assert!(!format!("{config:?}").contains("shh"), "secrets are not printed");
}

#[test]
fn older_spellings_are_understood_with_a_notice() {
    let loaded = load_variables(&[("EDGE_PORT", "4567"), ("HOSTNAME_EXTERNAL", "fogbank")]);
    assert_eq!(listening(&loaded.config), "127.0.0.1:4567");
    assert_eq!(loaded.config.localstack_host.host, "fogbank");
    let notices: Vec<String> = loaded.notices.iter().map(ToString::to_string).collect();
    assert_eq!(
        notices,
        [
            "EDGE_PORT is an older spelling: write GATEWAY_LISTEN=:4567",
            "HOSTNAME_EXTERNAL is an older spelling: write LOCALSTACK_HOST=fogbank",
        ]
    );
    let loaded = load_variables(&[("EDGE_PORT", "4567"), ("FOGBANK_GATEWAY_LISTEN", ":4568")]);
    assert_eq!(listening(&loaded.config), "127.0.0.1:4568");
    assert_eq!(loaded.notices[0].message, "FOGBANK_GATEWAY_LISTEN is set too and wins");
}

#[test]
fn variables_of_localstack_without_effect_are_reported() {
    let names = [
        "LAMBDA_EXECUTOR",
        "LOCALSTACK_AUTH_TOKEN",
        "ACTIVATE_PRO",
        "LOCALSTACK_LAMBDA_KEEPALIVE_MS",
        "LOCALSTACK_SOMETHING_NEW",
        "USE_SSL",
    ];
    for name in names {
        let loaded = load_variables(&[(name, "1")]);
        assert_eq!(loaded.notices.len(), 1, "{name}");
        assert_eq!(loaded.notices[0].kind, NoticeKind::Ignored, "{name}");
        assert_eq!(loaded.notices[0].setting, name);
    }
    assert_eq!(load_variables(&[("PATH", "/bin"), ("HOME", "/"), ("AWS_REGION", "x")]).notices, []);
}

#[test]
fn the_file_is_named_by_flag_then_variable_then_folder() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, region: &str| {
        let path = folder.path().join(name);
        fs::write(&path, format!("accounts.default_region = '{region}'")).unwrap();
        path
    };
    write("fogbank.toml", "folder-1");
    let variable = write("variable.toml", "variable-1");
    let flag = write("flag.toml", "flag-1");
    let region = |loader: Loader<'_>| loader.load().unwrap().config.default_region.to_string();
    let here = || Loader::new().folder(folder.path());
    let named = || here().variables([("FOGBANK_CONFIG", variable.to_str().unwrap())]);
    assert_eq!(region(here()), "folder-1");
    assert_eq!(region(named()), "variable-1");
    assert_eq!(region(named().file(&flag)), "flag-1");
    assert_eq!(region(Loader::new().folder(Path::new("/nonexistent"))), "us-east-1");
}
