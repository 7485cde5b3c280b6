//! What a row of the table holds.

use std::borrow::Cow;
use std::fmt;

use crate::{Config, Source};

/// A setting: one row of [`crate::SETTINGS`].
pub struct Setting {
    /// The environment variable, in the spelling that LocalStack users know where there is one.
    pub env: &'static str,
    /// The dotted key in `fogbank.toml`.
    pub key: &'static str,
    /// The flag of `fogbank start`, without its dashes.
    pub flag: &'static str,
    /// The chapter of the documentation that it belongs to.
    pub group: Group,
    /// What kind of value it takes.
    pub kind: &'static Kind,
    /// The allowed words, where only some are allowed.
    pub choices: &'static [Choice],
    /// The allowed range, where the value is a number, a size or a duration.
    pub bounds: Bounds,
    /// The default as a user would write it; empty for none.
    pub default: &'static str,
    /// A value that somebody might want, as a user would write it.
    pub example: &'static str,
    /// Whether setting it changes anything yet.
    pub effect: Effect,
    pub(crate) doc: &'static str,
    pub(crate) set: fn(&mut Config, &str) -> Result<(), String>,
    pub(crate) show: fn(&Config) -> String,
}

impl Setting {
    /// The first sentence of its description.
    pub fn summary(&self) -> String {
        self.paragraphs().into_iter().next().unwrap_or_default()
    }

    /// The description, one string a paragraph; the first one is the summary.
    pub fn paragraphs(&self) -> Vec<String> {
        let mut paragraphs = vec![String::new()];
        for line in self.doc.lines().map(str::trim) {
            let last = paragraphs.last_mut().expect("there is always a paragraph");
            if !line.is_empty() {
                let space = if last.is_empty() { "" } else { " " };
                *last = format!("{last}{space}{line}");
            } else if !last.is_empty() {
                paragraphs.push(String::new());
            }
        }
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        paragraphs
    }

    /// What may be written, as a phrase.
    pub fn allowed(&self) -> String {
        if !self.choices.is_empty() {
            let words: Vec<&str> = self.choices.iter().map(|choice| choice.name).collect();
            return format!("one of {}", words.join(", "));
        }
        let Bounds { min, max } = self.bounds;
        let render = self.kind.render;
        match (min, max) {
            (0, u64::MAX) => self.kind.form.to_owned(),
            (min, u64::MAX) => format!("{}; at least {}", self.kind.form, render(min)),
            (min, max) => format!("{}; from {} to {}", self.kind.form, render(min), render(max)),
        }
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting").field("env", &self.env).field("key", &self.key).finish()
    }
}

/// The value of a setting as it is listed.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The row of the table.
    pub setting: &'static Setting,
    /// The value in its canonical spelling, passwords hidden; empty for none.
    pub value: Cow<'a, str>,
    /// Where the value came from.
    pub source: &'a Source,
}

/// A kind of value.
#[derive(Debug)]
pub struct Kind {
    /// Its name in listings, such as `size`.
    pub name: &'static str,
    /// What stands for the value in help texts, such as `SIZE`.
    pub placeholder: &'static str,
    /// What may be written, as a phrase.
    pub form: &'static str,
    /// How a bound is written, in this kind's unit.
    pub render: fn(u64) -> String,
}

/// An allowed word and what it means.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// The word.
    pub name: &'static str,
    /// What it means; a sentence.
    pub meaning: &'static str,
}

/// The range of a number, both ends included; bytes for sizes, milliseconds for durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest allowed value.
    pub min: u64,
    /// The largest allowed value.
    pub max: u64,
}

impl Bounds {
    /// Every number.
    pub const ANY: Bounds = Bounds { min: 0, max: u64::MAX };

    /// Whether the number lies in the range.
    pub fn contains(self, number: u64) -> bool {
        (self.min..=self.max).contains(&number)
    }
}

/// Whether a setting changes anything in this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It does what its description says.
    Full,
    /// It is understood and validated but changes nothing yet, for this reason.
    Pending(&'static str),
}

/// A chapter of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Where the server listens and how it is called.
    Gateway,
    /// Which services answer, and how.
    Services,
    /// Requests that are passed on.
    Upstream,
    /// Accounts and regions.
    Accounts,
    /// Who may do what.
    Iam,
    /// What is kept, and where.
    State,
    /// How much of something a request may have.
    Limits,
    /// Requests of web pages.
    Cors,
    /// What is written to the log.
    Logging,
    /// Amazon S3.
    S3,
    /// Amazon SQS.
    Sqs,
    /// Amazon SNS.
    Sns,
    /// Amazon DynamoDB.
    DynamoDb,
}

impl Group {
    /// The heading of the chapter.
    pub fn title(self) -> &'static str {
        match self {
            Group::Gateway => "Gateway",
            Group::Services => "Services",
            Group::Iam => "Access",
            Group::Upstream => "Upstream",
            Group::Accounts => "Accounts and regions",
            Group::State => "State",
            Group::Limits => "Limits",
            Group::Cors => "CORS",
            Group::Logging => "Logging",
            Group::S3 => "S3",
            Group::Sqs => "SQS",
            Group::Sns => "SNS",
            Group::DynamoDb => "DynamoDB",
        }
    }
}

/// A type that the value of a setting can have.
pub(crate) trait SettingType: Sized {
    /// Its kind.
    const KIND: &'static Kind;
    /// The allowed words, where only some are allowed.
    const CHOICES: &'static [Choice] = &[];

    /// Reads what a user wrote; an error says what is wrong with it, beginning in lower case.
    fn from_text(text: &str, bounds: Bounds) -> Result<Self, String>;

    /// The canonical spelling, which `from_text` reads back; secrets are hidden.
    fn to_text(&self) -> String;
}

/// Turns rows into the [`Config`] struct and the [`crate::SETTINGS`] table.
macro_rules! settings {
    ($(
        $(#[doc = $doc:literal])+
        $field:ident: $type:ty {
            env: $env:literal, key: $key:literal, flag: $flag:literal, group: $group:ident,
            default: $default:literal, example: $example:literal,
            $(within: $min:expr, $max:expr,)?
            $(pending: $pending:literal,)?
        }
    )+) => {
        /// The settings that a server runs with.
        ///
        /// `Config::default()` has the default of every setting and looks at no file and no
        /// variable; [`crate::Loader`] reads what a user wrote.
        #[derive(Debug, Clone)]
        pub struct Config {
            $( $(#[doc = $doc])+ pub $field: $type, )+
            /// Access keys whose account, secret or principal the configuration states.
            pub credentials: crate::Credentials,
            /// The provider chosen for a service by `PROVIDER_OVERRIDE_<SERVICE>`.
            pub providers: crate::ProviderOverrides,
            pub(crate) sources: std::collections::BTreeMap<&'static str, crate::Source>,
        }

        impl Default for Config {
            fn default() -> Self {
                Self {
                    $( $field: <$type as SettingType>::from_text(
                        $default,
                        settings!(@bounds $($min, $max)?),
                    ).expect(concat!("the default of ", $env, " is well-formed")), )+
                    credentials: Default::default(),
                    providers: Default::default(),
                    sources: Default::default(),
                }
            }
        }

        /// Every setting, in the order of the documentation.
        pub static SETTINGS: &[Setting] = &[ $( Setting {
            env: $env,
            key: $key,
            flag: $flag,
            group: Group::$group,
            kind: <$type as SettingType>::KIND,
            choices: <$type as SettingType>::CHOICES,
            bounds: settings!(@bounds $($min, $max)?),
            default: $default,
            example: $example,
            effect: settings!(@effect $($pending)?),
            doc: concat!($($doc, "\n"),+),
            set: |config, text| {
                config.$field = <$type as SettingType>::from_text(
                    text,
                    settings!(@bounds $($min, $max)?),
                )?;
                Ok(())
            },
            show: |config| SettingType::to_text(&config.$field),
        } ),+ ];
    };
    (@bounds) => { Bounds::ANY };
    (@bounds $min:expr, $max:expr) => { Bounds { min: $min, max: $max } };
    (@effect) => { Effect::Full };
    (@effect $pending:literal) => { Effect::Pending($pending) };
}
pub(crate) use settings;
