//! `fogbank aws`, with a stand-in for the AWS CLI that prints how it was called.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::place::Place;

const STAND_IN: &str = "#!/bin/sh\n\
    printf '%s\\n' \"$@\"\n\
    echo \"key=$AWS_ACCESS_KEY_ID secret=$AWS_SECRET_ACCESS_KEY region=$AWS_DEFAULT_REGION\"\n\
    exit 7\n";

fn place_with_stand_in() -> Place {
    let place = Place::new();
    let path = place.write("aws", STAND_IN);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let folders = format!("{}:/usr/bin:/bin", place.path().display());
    place.with("PATH", &folders).with("FOGBANK_ENDPOINT", "http://127.0.0.1:4999/")
}

#[test]
fn endpoint_region_and_credentials_are_set() {
    let ended = place_with_stand_in().run(&["aws", "s3", "ls", "--help", "-h", "--version"]);
    assert_eq!(ended.code, 7, "the exit code is the AWS CLI's: {ended:?}");
    assert_eq!(
        ended.out,
        "--endpoint-url\nhttp://127.0.0.1:4999\ns3\nls\n--help\n-h\n--version\n\
         key=test secret=test region=us-east-1\n"
    );
}

#[test]
fn what_the_user_states_stays() {
    let place = place_with_stand_in()
        .with("AWS_ACCESS_KEY_ID", "111111111111")
        .with("AWS_SECRET_ACCESS_KEY", "x")
        .with("AWS_DEFAULT_REGION", "eu-west-1");
    let ended =
        place.run(&["aws", "--endpoint-url=http://elsewhere", "sts", "get-caller-identity"]);
    assert_eq!(
        ended.out,
        "--endpoint-url=http://elsewhere\nsts\nget-caller-identity\n\
         key=111111111111 secret=x region=eu-west-1\n"
    );
    let ended = place_with_stand_in().run(&["aws", "--profile", "mine", "s3", "ls"]);
    assert!(ended.out.ends_with("key= secret= region=\n"), "{}", ended.out);
}

#[test]
fn the_default_region_is_the_configured_one() {
    let ended = place_with_stand_in().with("DEFAULT_REGION", "ap-south-1").run(&["aws", "x"]);
    assert!(ended.out.ends_with("region=ap-south-1\n"), "{}", ended.out);
}

#[test]
fn the_server_that_runs_here_is_found() {
    let place = place_with_stand_in().with("FOGBANK_ENDPOINT", "");
    let url = place.start_detached();
    let ended = place.run(&["aws", "x"]);
    assert!(ended.out.starts_with(&format!("--endpoint-url\n{url}\n")), "{}", ended.out);
}

#[test]
fn under_the_name_awslocal() {
    let place = place_with_stand_in();
    let link = place.path().join("awslocal");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_fogbank"), &link).unwrap();
    let output = place.command_of(&link, &["s3", "ls", "--help"]).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.starts_with("--endpoint-url\nhttp://127.0.0.1:4999\ns3\nls\n--help\n"), "{out}");
}

#[test]
fn without_the_aws_cli() {
    let place = Place::new().with("PATH", "/nonexistent");
    let ended = place.run(&["aws", "s3", "ls"]);
    assert_eq!(ended.code, 127);
    assert!(ended.err.starts_with("error: the AWS CLI is not installed"), "{ended:?}");
}
