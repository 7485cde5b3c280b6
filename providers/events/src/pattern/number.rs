//! Numbers as patterns compare them: between -5·10⁹ and 5·10⁹, to six digits after the point.

/// The largest number that can be compared.
const LARGEST: f64 = 5e9;
const MILLION: f64 = 1e6;

/// A number that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Comparable(i64);

impl Comparable {
    /// A number as JSON has it; none when it is too large.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let number: f64 = text.parse().ok()?;
        if !(-LARGEST..=LARGEST).contains(&number) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 10^16, cut as AWS does")]
        let scaled = (MILLION * (LARGEST + number)) as i64;
        Some(Self(scaled))
    }
}

/// What is wrong with a number that is too large.
pub(super) const TOO_LARGE: &str = "Value must be between -5.0E9 and 5.0E9, inclusive";
