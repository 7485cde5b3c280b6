//! Wrong configurations, and `fogbank config`.

use expect_test::expect;

use crate::place::Place;

#[test]
fn a_wrong_configuration_stops_the_start() {
    let place = Place::new().with("SQS_ENDPOINT_STRATEGY", "standrad").with("FOGBANK_SED", "1");
    place.write("fogbank.toml", "[state]\npersistense = true\n");
    let expected = expect![[r#"
        error: the configuration is wrong in 3 places
          state.persistense: there is no such setting
              in: fogbank.toml:2
              hint: did you mean state.persistence?
          SQS_ENDPOINT_STRATEGY: "standrad" is not one of the allowed words
              in: environment variable SQS_ENDPOINT_STRATEGY
              allowed: one of standard, domain, path, dynamic, off
              hint: did you mean standard?
          FOGBANK_SED: there is no such setting
              in: environment variable FOGBANK_SED
              hint: did you mean FOGBANK_SEED?
    "#]];
    for arguments in
        [&["start"][..], &["start", "-d"], &["config", "validate"], &["config", "list"]]
    {
        let ended = place.run(arguments);
        assert_eq!(ended.code, 3, "{arguments:?}");
        expected.assert_eq(&ended.err);
    }
}

#[test]
fn a_wrong_flag_value() {
    let ended = Place::new().run(&["start", "--max-header-count", "1"]);
    assert_eq!(ended.code, 3);
    expect![[r#"
        error: the configuration is wrong
          --max-header-count: 1 is too small
              in: flag --max-header-count
              allowed: a whole number; from 16 to 10000
    "#]]
    .assert_eq(&ended.err);
}

#[test]
fn services_that_aws_does_not_have() {
    let ended = Place::new().with("PROVIDER_OVERRIDE_DYNAMOBD", "v2").run(&[
        "config",
        "validate",
        "--services",
        "s3,sqss,cognito-idp",
        "--provider",
        "x=y",
    ]);
    assert_eq!(ended.code, 3);
    expect![[r#"
        error: the configuration is wrong in 3 places
          PROVIDER_OVERRIDE_DYNAMOBD: AWS has no service "dynamobd"
              in: environment variable PROVIDER_OVERRIDE_DYNAMOBD
              hint: did you mean dynamodb?
          --services: AWS has no service "sqss"
              in: flag --services
              hint: did you mean sqs?
          --provider: AWS has no service "x"
              in: flag --provider
    "#]]
    .assert_eq(&ended.err);
}

#[test]
fn notices_are_shown_and_do_not_stop() {
    let place = Place::new().with("LAMBDA_EXECUTOR", "docker").with("EDGE_PORT", "4567");
    let ended = place.run(&["config", "validate"]);
    assert_eq!(ended.code, 0);
    expect![[r#"
        warning: LAMBDA_EXECUTOR is ignored: Lambda is not emulated yet (environment variable LAMBDA_EXECUTOR)
        warning: EDGE_PORT is an older spelling: GATEWAY_LISTEN is set too and wins (environment variable EDGE_PORT)
    "#]]
    .assert_eq(&ended.err);
    assert_eq!(ended.out, "the configuration is well-formed (without a configuration file)\n");
}

#[test]
fn listed_settings_say_where_they_come_from() {
    let place = Place::new().with("DEBUG", "true");
    place.write(
        "fogbank.toml",
        "[accounts]\ndefault_region = 'eu-west-1'\n[credentials]\nAKIAX = '111111111111'\n",
    );
    let arguments = ["config", "list", "--format", "json", "--strict", "--provider", "sqs=v2"];
    let ended = place.run(&arguments);
    assert_eq!(ended.code, 0, "{ended:?}");
    let listed: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let cases = [
        ("DEBUG", "1", "environment variable DEBUG"),
        ("DEFAULT_REGION", "eu-west-1", "fogbank.toml:2"),
        ("STRICT", "1", "flag --strict"),
        ("PERSISTENCE", "0", "default"),
    ];
    for (name, value, source) in cases {
        let settings = listed["settings"].as_array().unwrap();
        let setting = settings.iter().find(|setting| setting["name"] == name).unwrap();
        assert_eq!(setting["value"], value, "{name}");
        assert_eq!(setting["source"], source, "{name}");
    }
    assert_eq!(listed["providers"]["sqs"], "v2");
    assert_eq!(listed["credentials"]["AKIAX"]["account"], "111111111111");
    let table = place.run(&["config", "list"]);
    let line = table.out.lines().find(|line| line.contains("DEFAULT_REGION")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words, ["DEFAULT_REGION", "eu-west-1", "fogbank.toml:2"]);
}

#[test]
fn switches_as_flags() {
    let cases = [("--debug", "1"), ("--debug=true", "1"), ("--debug=0", "0")];
    for (flag, expected) in cases {
        let ended = Place::new().run(&["config", "list", "--format", "json", flag]);
        let listed: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
        let settings = listed["settings"].as_array().unwrap();
        let debug = settings.iter().find(|setting| setting["name"] == "DEBUG").unwrap();
        assert_eq!(debug["value"], expected, "{flag}");
    }
}
