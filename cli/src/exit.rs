//! How the command ends.

use std::fmt::Display;
use std::process::ExitCode;

use crate::style::{ERROR, HINT, note};

/// What the command's exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what was asked.
    Done,
    /// It did not do what was asked.
    Failed,
    /// The configuration is wrong.
    Configuration,
    /// No server runs, or it does not answer.
    Unreachable,
    /// The address to listen on is taken.
    AddressInUse,
    /// A program that is needed is not installed.
    NotInstalled,
}

impl Exit {
    fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            // 2 is a wrong command line, which the parser reports by itself.
            Exit::Configuration => 3,
            Exit::Unreachable => 4,
            Exit::AddressInUse => 5,
            Exit::NotInstalled => 127,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        exit.code().into()
    }
}

/// The end of `fogbank --help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    failed
  2    wrong command line
  3    wrong configuration
  4    no server runs, or it does not answer
  5    the address to listen on is in use
  127  the AWS CLI is not installed (`fogbank aws`, which otherwise ends with the code of the AWS CLI)";

/// Why the command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// A failure with the sentence that users read; it begins in lower case and has no full stop.
    pub(crate) fn new(exit: Exit, message: impl Display) -> Self {
        Self { exit, message: message.to_string(), hint: None }
    }

    /// Adds what the user can do.
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    pub(crate) fn print(&self) {
        note!("{ERROR}error:{ERROR:#} {}", self.message);
        if let Some(hint) = &self.hint {
            note!("{HINT}hint:{HINT:#} {hint}");
        }
    }
}
