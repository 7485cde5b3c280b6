//! Settings that are one of a few words.

use crate::setting::{Bounds, Choice, Kind, SettingType};

static CHOICE: Kind =
    Kind { name: "choice", placeholder: "WORD", form: "a word", render: |n| n.to_string() };

/// An enum whose variants are the allowed words; the doc comment of a variant is the meaning that
/// users read.
macro_rules! choices {
    ($(
        $(#[$attribute:meta])*
        $name:ident {
            $( #[doc = $meaning:literal] $variant:ident = $word:literal $(| $alias:literal)* ),+ $(,)?
        }
    )+) => { $(
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $( #[doc = $meaning] $variant, )+
        }

        impl $name {
            /// The word that users write.
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word ),+ }
            }
        }

        impl SettingType for $name {
            const KIND: &'static Kind = &CHOICE;
            const CHOICES: &'static [Choice] = &[
                $( Choice { name: $word, meaning: $meaning.trim_ascii() } ),+
            ];

            fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
                match text.to_ascii_lowercase().as_str() {
                    $( $word $(| $alias)* => Ok(Self::$variant), )+
                    _ => Err(format!("{text:?} is not one of the allowed words")),
                }
            }

            fn to_text(&self) -> String {
                self.as_str().to_owned()
            }
        }
    )+ };
}

choices! {
    /// When a change counts as kept.
    Durability {
        /// Each change is on the disk before it is acknowledged.
        Always = "always",
        /// Changes reach the disk once a second; a power cut can lose the last second.
        EverySecond = "everysec",
    }

    /// Whether policies decide on requests.
    IamEnforcement {
        /// No policy is looked at.
        Off = "off" | "0" | "false",
        /// What would be denied is logged and answered.
        Soft = "soft",
        /// What is not allowed is denied, and signatures are verified.
        Strict = "strict" | "1" | "true",
    }

    /// Whether the signatures of web identity tokens are verified.
    WebIdentityVerification {
        /// They are taken as they are.
        Off = "off" | "0" | "false",
        /// Where the issuer is on this machine and can be reached.
        Local = "local",
        /// Where the issuer can be reached.
        Reachable = "reachable",
        /// Tokens of issuers that cannot be reached are refused.
        Always = "always" | "1" | "true",
    }

    /// How important a message must be to be logged.
    LogLevel {
        /// Everything, bodies included.
        Trace = "trace" | "trace-internal",
        /// Requests and what they lead to.
        Debug = "debug",
        /// What a user wants to know about a running server.
        Info = "info",
        /// What may be wrong.
        Warn = "warn" | "warning",
        /// What is wrong.
        Error = "error" | "critical" | "fatal",
    }

    /// The form of queue URLs.
    SqsEndpointStrategy {
        /// `http://sqs.<region>.<host>/<account>/<queue>`.
        Standard = "standard",
        /// `http://<region>.queue.<host>/<account>/<queue>`, the older form of AWS.
        Domain = "domain",
        /// `http://<host>/queue/<region>/<account>/<queue>`.
        Path = "path",
        /// The form of the host that the request came to; `path` where it has none.
        Dynamic = "dynamic",
        /// `http://<host>/<account>/<queue>`, without the region.
        Off = "off",
    }
}
