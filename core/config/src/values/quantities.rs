//! Settings that are numbers, sizes or durations.

use std::fmt;
use std::time::Duration;

use crate::setting::{Bounds, Kind, SettingType};

static COUNT: Kind = Kind {
    name: "number",
    placeholder: "NUMBER",
    form: "a whole number",
    render: |number| number.to_string(),
};

static SIZE: Kind = Kind {
    name: "size",
    placeholder: "SIZE",
    form: "a number of bytes, or one with KiB, MiB, GiB, KB, MB or GB",
    render: |bytes| Size(bytes).to_string(),
};

static DURATION: Kind = Kind {
    name: "duration",
    placeholder: "DURATION",
    form: "a number of seconds, or numbers with ms, s, m or h",
    render: |millis| Duration::from_millis(millis).to_text(),
};

static PROBABILITY: Kind = Kind {
    name: "probability",
    placeholder: "SHARE",
    form: "a number from 0 to 1",
    render: |number| number.to_string(),
};

fn within(number: u64, bounds: Bounds, kind: &Kind) -> Result<u64, String> {
    let render = kind.render;
    match number {
        _ if bounds.contains(number) => Ok(number),
        _ if number < bounds.min => Err(format!("{} is too small", render(number))),
        _ => Err(format!("{} is too large", render(number))),
    }
}

impl SettingType for u64 {
    const KIND: &'static Kind = &COUNT;

    fn from_text(text: &str, bounds: Bounds) -> Result<Self, String> {
        let number = text.parse().map_err(|_| format!("{text:?} is not a whole number"))?;
        within(number, bounds, &COUNT)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl SettingType for usize {
    const KIND: &'static Kind = &COUNT;

    fn from_text(text: &str, bounds: Bounds) -> Result<Self, String> {
        let number = u64::from_text(text, bounds)?;
        usize::try_from(number).map_err(|_| format!("{number} is too large"))
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u64);

impl Size {
    /// A size in bytes.
    pub const fn of_bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// The number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The number of bytes as a length in memory; the largest one where it does not fit.
    pub fn as_len(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        match units.into_iter().find(|(unit, _)| self.0 >= *unit && self.0.is_multiple_of(*unit)) {
            Some((unit, name)) => write!(f, "{}{name}", self.0 / unit),
            None => write!(f, "{}", self.0),
        }
    }
}

impl SettingType for Size {
    const KIND: &'static Kind = &SIZE;

    fn from_text(text: &str, bounds: Bounds) -> Result<Self, String> {
        let size: bytesize::ByteSize =
            text.parse().map_err(|_| format!("{text:?} is not a size"))?;
        within(size.as_u64(), bounds, &SIZE).map(Self)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl SettingType for Duration {
    const KIND: &'static Kind = &DURATION;

    fn from_text(text: &str, bounds: Bounds) -> Result<Self, String> {
        let duration = match text.parse() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => humantime::parse_duration(text)
                .map_err(|_| format!("{text:?} is not a duration"))?,
        };
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        within(millis, bounds, &DURATION).map(Duration::from_millis)
    }

    fn to_text(&self) -> String {
        let seconds = self.as_secs();
        match (seconds, self.subsec_millis()) {
            (_, 1..) => format!("{}ms", self.as_millis()),
            (1.., _) if seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
            (1.., _) if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
            _ => format!("{seconds}s"),
        }
    }
}

/// A number from 0 (never) to 1 (always).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// The number, from 0 to 1.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Whether it never happens.
    pub fn is_never(self) -> bool {
        self.0 == 0.0
    }
}

impl SettingType for Probability {
    const KIND: &'static Kind = &PROBABILITY;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        match text.parse() {
            Ok(share) if (0.0..=1.0).contains(&share) => Ok(Self(share)),
            Ok(share) => Err(format!("{share} is not between 0 and 1")),
            Err(_) => Err(format!("{text:?} is not a number")),
        }
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }
}
