//! The command line of access: `fogbank iam`.

use clap::{Args, Subcommand};

use crate::arguments::Format;
use crate::arguments::worlds::InWorld;

#[derive(Debug, Args)]
pub(crate) struct Iam {
    #[command(subcommand)]
    pub(crate) command: IamCommand,
    #[command(flatten)]
    pub(crate) place: InWorld,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IamCommand {
    /// Say why a request was denied, or whether one would be; exit code 1 when it is denied
    Why(Why),
    /// Print the least policy for what a principal has done
    Suggest {
        /// ARN of a user or a role; without it, the principals that did something are listed
        principal: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Why {
    /// Id of a request; without it and the options, the latest denials are shown
    #[arg(conflicts_with_all = ["principal", "action"])]
    pub(crate) request: Option<String>,
    /// ARN of who would ask
    #[arg(long, value_name = "ARN", requires = "action")]
    pub(crate) principal: Option<String>,
    /// What would be asked, such as s3:GetObject
    #[arg(long, value_name = "ACTION", requires = "principal")]
    pub(crate) action: Option<String>,
    /// ARN of what it would be about
    #[arg(long, value_name = "ARN", default_value = "*")]
    pub(crate) resource: String,
    /// Condition key of the request and its value; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) context: Vec<(String, String)>,
    /// How to show it
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').ok_or("a condition key and its value look like KEY=VALUE")?;
    Ok((pair.0.to_owned(), pair.1.to_owned()))
}
