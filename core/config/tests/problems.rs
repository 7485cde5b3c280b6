//! What users read when something is wrong.

#![allow(clippy::unwrap_used)] // Helpers of tests may panic like tests.

use std::fs;

use expect_test::{Expect, expect};
use fogbank_config::{Loader, SETTINGS};

fn check(loader: Loader<'_>, expected: Expect) {
    let error = loader.load().expect_err("this configuration is wrong");
    expected.assert_eq(&error.to_string());
}

fn check_variables(variables: &[(&str, &str)], expected: Expect) {
    check(Loader::new().variables(variables.iter().copied()), expected);
}

/// The path in messages is `fogbank.toml` whatever the folder.
fn check_file(text: &str, expected: Expect) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fogbank.toml"), text).unwrap();
    let error = Loader::new().folder(folder.path()).load().expect_err("this file is wrong");
    let prefix = format!("{}/", folder.path().display());
    expected.assert_eq(&error.to_string().replace(&prefix, ""));
}

/// Ill-formed values of every kind are refused, wherever they stand.
#[test]
fn wrong_values() {
    let cases = [
        ("GATEWAY_LISTEN", "localhost:99999"),
        ("GATEWAY_LISTEN", "http://localhost:4566"),
        ("GATEWAY_LISTEN", "4566"),
        ("GATEWAY_LISTEN", "[::1"),
        ("GATEWAY_LISTEN", "[x]:1"),
        ("GATEWAY_LISTEN", "[::1]4566"),
        ("GATEWAY_LISTEN", "host:+80"),
        ("GATEWAY_LISTEN", "a b:80"),
        ("LOCALSTACK_HOST", ":4566"),
        ("LOCALSTACK_HOST", "host:0"),
        ("FOGBANK_WORLD_PORTS", "4559-4510"),
        ("FOGBANK_WORLD_PORTS", "0-10"),
        ("FOGBANK_WORLD_PORTS", "many"),
        ("FOGBANK_SHUTDOWN_TIMEOUT", "soon"),
        ("FOGBANK_SHUTDOWN_TIMEOUT", "-1"),
        ("FOGBANK_SHUTDOWN_TIMEOUT", "2h"),
        ("FOGBANK_UPSTREAM_TIMEOUT", "0"),
        ("SERVICES", "s3;sqs"),
        ("PERSISTENCE", "maybe"),
        ("PERSISTENCE", "2"),
        ("FALLBACK", "http://localhost:5000"),
        ("FALLBACK", "upstream:localhost:5000"),
        ("FALLBACK", "upstream:ftp://localhost"),
        ("FALLBACK", "upstream:http://localhost/?a=b"),
        ("DEFAULT_ACCOUNT_ID", "12345678901"),
        ("DEFAULT_ACCOUNT_ID", "12345678901x"),
        ("DEFAULT_REGION", "US East"),
        ("DURABILITY", "sometimes"),
        ("STATE_BACKEND", "mysql://me:secret@db/x"),
        ("STATE_BACKEND", "postgres://"),
        ("FOGBANK_SEED", "-1"),
        ("FOGBANK_SEED", "18446744073709551616"),
        ("FOGBANK_MAX_BODY_SIZE", "1"),
        ("FOGBANK_MAX_BODY_SIZE", "1TiB"),
        ("FOGBANK_MAX_BODY_SIZE", "big"),
        ("FOGBANK_MAX_NESTING_DEPTH", "1000000"),
        ("EXTRA_CORS_ALLOWED_ORIGINS", "example.com"),
        ("EXTRA_CORS_ALLOWED_ORIGINS", "https://"),
        ("EXTRA_CORS_ALLOWED_HEADERS", "x y"),
        ("LS_LOG", "loud"),
        ("SQS_ENDPOINT_STRATEGY", "standrad"),
        ("DYNAMODB_ERROR_PROBABILITY", "1.5"),
        ("DYNAMODB_ERROR_PROBABILITY", "-0.1"),
        ("DYNAMODB_ERROR_PROBABILITY", "NaN"),
    ];
    for (env, value) in cases {
        let setting = SETTINGS.iter().find(|setting| setting.env == env).unwrap();
        let from_variable = Loader::new().variables([(env, value)]).load();
        let from_flag = Loader::new().flag(setting, value).load();
        for error in [from_variable, from_flag].map(Result::unwrap_err) {
            assert_eq!(error.problems.len(), 1, "{env}={value}: {error}");
            let problem = &error.problems[0];
            assert_eq!(problem.allowed, Some(setting.allowed()), "{env}={value}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}

#[test]
fn a_wrong_variable() {
    check_variables(
        &[("SQS_ENDPOINT_STRATEGY", "standrad")],
        expect![[r#"
            SQS_ENDPOINT_STRATEGY: "standrad" is not one of the allowed words
                in: environment variable SQS_ENDPOINT_STRATEGY
                allowed: one of standard, domain, path, dynamic, off
                hint: did you mean standard?"#]],
    );
}

#[test]
fn a_value_out_of_range() {
    check_variables(
        &[("LOCALSTACK_FOGBANK_SEED", "1"), ("FOGBANK_MAX_BODY_SIZE", "5TiB")],
        expect![[r#"
            FOGBANK_MAX_BODY_SIZE: 5120GiB is too large
                in: environment variable FOGBANK_MAX_BODY_SIZE
                allowed: a number of bytes, or one with KiB, MiB, GiB, KB, MB or GB; from 1KiB to 4GiB"#]],
    );
}

#[test]
fn all_problems_are_told_at_once() {
    check_variables(
        &[("DEBUG", "express:*"), ("PERSISTENCE", "maybe")],
        expect![[r#"
        DEBUG: "express:*" is neither on nor off
            in: environment variable DEBUG
            allowed: 1, true, yes or on; 0, false, no or off
        PERSISTENCE: "maybe" is neither on nor off
            in: environment variable PERSISTENCE
            allowed: 1, true, yes or on; 0, false, no or off"#]],
    );
}

#[test]
fn unknown_variables_of_ours() {
    check_variables(
        &[("FOGBANK_SED", "1"), ("FOGBANK_QUITE_UNLIKE_ANYTHING", "1")],
        expect![[r#"
        FOGBANK_QUITE_UNLIKE_ANYTHING: there is no such setting
            in: environment variable FOGBANK_QUITE_UNLIKE_ANYTHING
        FOGBANK_SED: there is no such setting
            in: environment variable FOGBANK_SED
            hint: did you mean FOGBANK_SEED?"#]],
    );
}

#[test]
fn an_unknown_service() {
    let services = ["s3", "sqs", "dynamodb", "dynamodbstreams"];
    let loader = Loader::new().known_services(&services).variables([
        ("SERVICES", "s3,sqss"),
        ("PROVIDER_OVERRIDE_DYNAMOBD", "v2"),
        ("PROVIDER_OVERRIDE_S3", "!"),
    ]);
    check(
        loader,
        expect![[r#"
        PROVIDER_OVERRIDE_DYNAMOBD: AWS has no service "dynamobd"
            in: environment variable PROVIDER_OVERRIDE_DYNAMOBD
            hint: did you mean dynamodb?
        PROVIDER_OVERRIDE_S3: "!" is not a provider
            in: environment variable PROVIDER_OVERRIDE_S3
            allowed: the name of a provider such as default, or upstream:URL
        SERVICES: AWS has no service "sqss"
            in: environment variable SERVICES
            hint: did you mean sqs?"#]],
    );
}

#[test]
fn unknown_keys_of_the_file() {
    check_file(
        "# comment\n\
         [gateway]\n\
         lisen = ':1'\n\
         [persistence]\n\
         GATEWAY_LISTEN = ':1'\n\
         [sqs]\n\
         limits = { body_size = 1 }\n",
        expect![[r#"
            gateway.lisen: there is no such setting
                in: fogbank.toml:3
                hint: did you mean gateway.listen?
            persistence: there is no such setting
                in: fogbank.toml:4
                hint: the key of PERSISTENCE is state.persistence
            sqs.limits: there is no such setting
                in: fogbank.toml:7"#]],
    );
}

#[test]
fn wrong_values_of_the_file() {
    check_file(
        "gateway = 4566\n\
         [state]\n\
         persistence = 'perhaps'\n\
         seed = 1979-05-27\n\
         [limits]\n\
         \n\
         body_size = { max = 1 }\n\
         [providers]\n\
         s3 = 3\n",
        expect![[r#"
            gateway: a number stands where a table belongs
                in: fogbank.toml:1
                allowed: a table of settings
            state.seed: a date is not a value of this setting
                in: fogbank.toml:4
                allowed: a whole number
            limits.body_size: a table is not a value of this setting
                in: fogbank.toml:7
                allowed: a number of bytes, or one with KiB, MiB, GiB, KB, MB or GB; from 1KiB to 4GiB
            providers.s3: a number is not a provider
                in: fogbank.toml:9
                allowed: the name of a provider such as default, or upstream:URL
            state.persistence: "perhaps" is neither on nor off
                in: fogbank.toml:3
                allowed: 1, true, yes or on; 0, false, no or off"#]],
    );
}

#[test]
fn a_file_that_is_not_toml() {
    check_file(
        "[gateway]\nlisten = 'x\n",
        expect![[r#"
        fogbank.toml: invalid literal string, expected `'`
            in: fogbank.toml:2"#]],
    );
}

#[test]
fn wrong_credentials() {
    check_file(
        "[credentials]\n\
         111111111111 = '111111111111'\n\
         'not a key' = '111111111111'\n\
         AKIA1 = '1'\n\
         AKIA2 = 1\n\
         AKIA3 = { secret = 'x' }\n\
         AKIA4 = { account = '111111111111', secrt = 'x' }\n\
         AKIA5 = { account = '111111111111', principal = 'alice' }\n\
         AKIA6 = { account = '111111111111', principal = 'arn:aws:iam::222222222222:user/alice' }\n",
        expect![[r#"
            credentials.111111111111: the access key id 111111111111 already names its account
                in: fogbank.toml:2
            credentials.not a key: "not a key" is not an access key id
                in: fogbank.toml:3
            credentials.AKIA1: "1" is not an account id, which is twelve digits
                in: fogbank.toml:4
            credentials.AKIA2: a number is not an account or a table
                in: fogbank.toml:5
            credentials.AKIA3: account is missing
                in: fogbank.toml:6
            credentials.AKIA4.secrt: there is no such field; did you mean secret?
                in: fogbank.toml:7
            credentials.AKIA5.principal: "alice" is not an ARN
                in: fogbank.toml:8
            credentials.AKIA6: the principal arn:aws:iam::222222222222:user/alice is not of the account 111111111111
                in: fogbank.toml:9"#]],
    );
}

#[test]
fn a_file_that_does_not_exist() {
    check(
        Loader::new().file("/nonexistent/fogbank.toml"),
        expect![[r#"
        configuration file: /nonexistent/fogbank.toml cannot be read: No such file or directory (os error 2)
            in: flag --config"#]],
    );
    check_variables(
        &[("FOGBANK_CONFIG", "/nonexistent/fogbank.toml")],
        expect![[r#"
        configuration file: /nonexistent/fogbank.toml cannot be read: No such file or directory (os error 2)
            in: environment variable FOGBANK_CONFIG"#]],
    );
}

#[test]
fn strict_refuses_what_has_no_effect() {
    check_variables(
        &[("STRICT", "1"), ("LAMBDA_EXECUTOR", "docker"), ("EDGE_PORT", "1")],
        expect![[r#"
            LAMBDA_EXECUTOR: is ignored: Lambda is not emulated yet
                in: environment variable LAMBDA_EXECUTOR
                hint: STRICT refuses settings without effect"#]],
    );
}
