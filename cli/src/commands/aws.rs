//! `fogbank aws`: the AWS CLI, pointed at the server.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::arguments::Aws;
use crate::configuration;
use crate::exit::{Exit, Failure};
use crate::target::Target;

pub(crate) fn run(arguments: &Aws) -> Result<Exit, Failure> {
    let target = Target { endpoint: variable("FOGBANK_ENDPOINT"), port: None };
    let mut command = Command::new("aws");
    command.args(aws_arguments(&arguments.arguments, &target.url()?));
    command.envs(defaults(&arguments.arguments)?);
    // Replaces this process, so that signals, output and the exit code are the AWS CLI's own.
    let error = command.exec();
    Err(match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::new(Exit::NotInstalled, "the AWS CLI is not installed: there is no `aws` on the PATH")
                .hint("https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html, or `pip install awscli`")
        }
        _ => Failure::new(Exit::Failed, format!("cannot run `aws`: {error}")),
    })
}

/// The arguments with the endpoint before them, unless they name one.
///
/// A flag rather than `AWS_ENDPOINT_URL`, which older versions do not know and which a
/// variable of one service would override.
fn aws_arguments(given: &[OsString], endpoint: &str) -> Vec<OsString> {
    let mut arguments = Vec::new();
    if !has_flag(given, "--endpoint-url") {
        arguments.extend([OsString::from("--endpoint-url"), OsString::from(endpoint)]);
    }
    arguments.extend_from_slice(given);
    arguments
}

/// Variables that the AWS CLI needs and the user has not set.
fn defaults(given: &[OsString]) -> Result<Vec<(&'static str, String)>, Failure> {
    let mut defaults = Vec::new();
    let is_set = |name: &str| variable(name).is_some();
    let has_profile = has_flag(given, "--profile") || is_set("AWS_PROFILE");
    if !has_profile && !is_set("AWS_ACCESS_KEY_ID") {
        defaults.push(("AWS_ACCESS_KEY_ID", "test".to_owned()));
        defaults.push(("AWS_SECRET_ACCESS_KEY", "test".to_owned()));
    }
    if !has_profile && !is_set("AWS_REGION") && !is_set("AWS_DEFAULT_REGION") {
        let region = configuration::ambient()?.default_region.to_string();
        defaults.push(("AWS_DEFAULT_REGION", region));
    }
    Ok(defaults)
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn has_flag(arguments: &[OsString], flag: &str) -> bool {
    let with_value = format!("{flag}=");
    let is_flag = |argument: &OsStr| {
        argument == flag || argument.to_str().is_some_and(|text| text.starts_with(&with_value))
    };
    arguments.iter().any(|argument| is_flag(argument))
}
