//! DynamoDB's numbers: exact decimals of up to 38 significant digits.
//!
//! A number is zero or has a magnitude between 1E-130 and 9.99…E+125. It is kept as coefficient
//! times a power of ten with no trailing zeros in the coefficient, so that equal numbers are equal
//! structs.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most significant digits that a number may have.
const MAX_DIGITS: u32 = 38;
/// The largest exponent of the leading digit.
const MAX_EXPONENT: i64 = 125;
/// The smallest exponent of the leading digit.
const MIN_EXPONENT: i64 = -130;

/// A decimal number. The coefficient is split so that the struct stays 24 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    high: u64,
    low: u64,
    exponent: i16,
    negative: bool,
}

/// Why a text or a result is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// The text is no decimal number; carries it.
    NotNumeric(String),
    /// More than 38 significant digits.
    TooManyDigits,
    /// The magnitude is 1E+126 or more.
    Overflow,
    /// The magnitude is not zero and below 1E-130.
    Underflow,
}

impl fmt::Display for NumberError {
    /// AWS's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NumberError::NotNumeric(text) if text.is_empty() => {
                f.write_str("The parameter cannot be converted to a numeric value")
            }
            NumberError::NotNumeric(text) => {
                write!(f, "The parameter cannot be converted to a numeric value: {text}")
            }
            NumberError::TooManyDigits => {
                f.write_str("Attempting to store more than 38 significant digits in a Number")
            }
            NumberError::Overflow => f.write_str(
                "Number overflow. Attempting to store a number with magnitude larger than \
                 supported range",
            ),
            NumberError::Underflow => f.write_str(
                "Number underflow. Attempting to store a number with magnitude smaller than \
                 supported range",
            ),
        }
    }
}

impl std::error::Error for NumberError {}

/// The decimal digits of a coefficient, without leading zeros; one `0` for zero.
struct Digits {
    buffer: [u8; 39],
    start: usize,
}

impl Digits {
    fn of(mut value: u128) -> Digits {
        let mut digits = Digits { buffer: [b'0'; 39], start: 39 };
        while value > u128::from(u64::MAX) {
            digits.push((value % 10) as u8);
            value /= 10;
        }
        let mut small = value as u64;
        loop {
            digits.push((small % 10) as u8);
            small /= 10;
            if small == 0 {
                return digits;
            }
        }
    }

    fn push(&mut self, digit: u8) {
        self.start -= 1;
        self.buffer[self.start] = b'0' + digit;
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.buffer[self.start..]).unwrap_or_default()
    }
}

fn digit_count(coefficient: u128) -> u32 {
    coefficient.checked_ilog10().map_or(1, |log| log + 1)
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number { high: 0, low: 0, exponent: 0, negative: false };

    fn coefficient(&self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.high == 0 && self.low == 0
    }

    /// Strips trailing zeros and checks the limits.
    fn normalised(
        negative: bool,
        mut coefficient: u128,
        mut exponent: i64,
    ) -> Result<Number, NumberError> {
        if coefficient == 0 {
            return Ok(Number::ZERO);
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        let digits = digit_count(coefficient);
        let leading = exponent.saturating_add(i64::from(digits) - 1);
        if leading > MAX_EXPONENT {
            return Err(NumberError::Overflow);
        }
        if leading < MIN_EXPONENT {
            return Err(NumberError::Underflow);
        }
        if digits > MAX_DIGITS {
            return Err(NumberError::TooManyDigits);
        }
        Ok(Number {
            high: (coefficient >> 64) as u64,
            low: coefficient as u64,
            exponent: exponent as i16,
            negative,
        })
    }

    /// Reads a decimal number such as `-12.50` or `1.5e-7`.
    pub fn parse(text: &str) -> Result<Number, NumberError> {
        let invalid = || NumberError::NotNumeric(text.to_owned());
        let bytes = text.as_bytes();
        let (negative, mut at) = match bytes.first() {
            Some(b'-') => (true, 1),
            Some(b'+') => (false, 1),
            _ => (false, 0),
        };
        let mut coefficient: u128 = 0;
        let mut significant = 0u32; // digits from the first non-zero one to the last read
        let mut pending_zeros = 0i64; // zeros read that are not yet in the coefficient
        let mut exponent = 0i64;
        let (mut any, mut point, mut too_many) = (false, false, false);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    exponent -= i64::from(point);
                    if byte == b'0' {
                        pending_zeros += i64::from(significant > 0);
                    } else {
                        let shift = pending_zeros + 1;
                        if significant > 0 && i64::from(significant) + shift > i64::from(MAX_DIGITS)
                        {
                            too_many = true;
                        } else {
                            coefficient = coefficient
                                * 10u128.pow(if significant == 0 { 1 } else { shift as u32 })
                                + u128::from(byte - b'0');
                        }
                        significant =
                            significant.saturating_add(u32::try_from(shift).unwrap_or(u32::MAX));
                        pending_zeros = 0;
                    }
                }
                b'.' if !point => point = true,
                b'e' | b'E' => break,
                _ => return Err(invalid()),
            }
            at += 1;
        }
        if !any {
            return Err(invalid());
        }
        exponent += pending_zeros;
        if at < bytes.len() {
            exponent =
                exponent.saturating_add(parse_exponent(&text[at + 1..]).ok_or_else(invalid)?);
        }
        if too_many {
            let leading = exponent.saturating_add(i64::from(significant) - 1);
            return Err(match leading {
                _ if leading > MAX_EXPONENT => NumberError::Overflow,
                _ if leading < MIN_EXPONENT => NumberError::Underflow,
                _ => NumberError::TooManyDigits,
            });
        }
        Number::normalised(negative, coefficient, exponent)
    }

    /// The exact sum.
    pub fn add(&self, other: &Number) -> Result<Number, NumberError> {
        if self.is_zero() {
            return Ok(*other);
        }
        if other.is_zero() {
            return Ok(*self);
        }
        let (upper, lower) =
            if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let shift = (upper.exponent - lower.exponent) as u32;
        let shifted = 10u128
            .checked_pow(shift)
            .and_then(|power| upper.coefficient().checked_mul(power))
            .ok_or(NumberError::TooManyDigits)?;
        let (a, b) = (shifted, lower.coefficient());
        let (negative, coefficient) = if upper.negative == lower.negative {
            (upper.negative, a.checked_add(b).ok_or(NumberError::TooManyDigits)?)
        } else if a >= b {
            (upper.negative, a - b)
        } else {
            (lower.negative, b - a)
        };
        Number::normalised(negative, coefficient, i64::from(lower.exponent))
    }

    /// The exact difference.
    pub fn subtract(&self, other: &Number) -> Result<Number, NumberError> {
        self.add(&other.negated())
    }

    /// The number with the other sign.
    pub fn negated(&self) -> Number {
        Number { negative: !self.negative && !self.is_zero(), ..*self }
    }

    /// The exponent of the leading digit.
    fn leading(&self) -> i32 {
        i32::from(self.exponent) + digit_count(self.coefficient()) as i32 - 1
    }

    /// Bytes that AWS counts for this number: one for each two significant digits, and one.
    pub fn size(&self) -> usize {
        if self.is_zero() {
            return 1;
        }
        let digits = digit_count(self.coefficient()) as usize;
        // Pairs of digits start at even powers of ten, as in a base-100 number.
        let odd_ends = usize::from(self.exponent.rem_euclid(2) == 1);
        1 + (digits + odd_ends).div_ceil(2) + usize::from(self.negative)
    }

    /// The nearest number of 32 bits.
    pub fn to_f32(&self) -> f32 {
        let digits = Digits::of(self.coefficient());
        let text = format!("{}e{}", digits.as_str(), self.exponent);
        let magnitude: f32 = text.parse().unwrap_or_default();
        if self.negative { -magnitude } else { magnitude }
    }

    /// The whole number that this is, if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        let power = 10i128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        let magnitude = i128::try_from(self.coefficient()).ok()?.checked_mul(power)?;
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    /// The whole number up to which this one goes, cut at the decimal point, if it fits.
    pub fn to_whole(&self) -> Option<i64> {
        let Ok(fraction) = u32::try_from(-i32::from(self.exponent)) else { return self.to_i64() };
        let whole = self.coefficient() / 10u128.checked_pow(fraction).unwrap_or(u128::MAX);
        let whole = i64::try_from(whole).ok()?;
        Some(if self.negative { -whole } else { whole })
    }

    /// Appends bytes whose order is the order of the numbers; no encoding is a prefix of another.
    pub fn encode(&self, out: &mut Vec<u8>) {
        if self.is_zero() {
            out.push(0x80);
            return;
        }
        let start = out.len();
        out.push(0xC0);
        out.push((self.leading() - MIN_EXPONENT as i32) as u8);
        let digits = Digits::of(self.coefficient());
        for pair in digits.as_str().as_bytes().chunks(2) {
            let units = pair.get(1).map_or(0, |digit| digit - b'0');
            out.push((pair[0] - b'0') * 10 + units + 1);
        }
        out.push(0);
        if self.negative {
            for byte in &mut out[start..] {
                *byte = !*byte;
            }
        }
    }
}

/// The digits after `e`, saturating far outside the supported range.
fn parse_exponent(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(sign * digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4))
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Number::normalised(value < 0, u128::from(value.unsigned_abs()), 0).unwrap_or(Number::ZERO)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Number| match (number.is_zero(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        sign(self).cmp(&sign(other)).then_with(|| {
            let magnitude = self.leading().cmp(&other.leading()).then_with(|| {
                // Equal leading exponents: the text of the digits decides, as `12` < `123`.
                Digits::of(self.coefficient())
                    .as_str()
                    .cmp(Digits::of(other.coefficient()).as_str())
            });
            if self.negative { magnitude.reverse() } else { magnitude }
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A number in plain decimal notation, in place.
pub struct NumberText {
    bytes: [u8; LONGEST],
    length: usize,
}

/// A sign, a point and a zero before it, and the digits from the largest to the smallest exponent
/// of a number with all its digits behind the point.
const LONGEST: usize = 3 + MAX_DIGITS as usize + (-MIN_EXPONENT) as usize;

impl NumberText {
    fn push(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        self.bytes[self.length..end].copy_from_slice(bytes);
        self.length = end;
    }

    fn zeros(&mut self, count: usize) {
        let end = self.length + count;
        self.bytes[self.length..end].fill(b'0');
        self.length = end;
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl Number {
    /// Plain decimal notation, as AWS answers: never an exponent.
    pub fn text(&self) -> NumberText {
        let mut text = NumberText { bytes: [0; LONGEST], length: 0 };
        if self.negative {
            text.push(b"-");
        }
        let digits = Digits::of(self.coefficient());
        let digits = digits.as_str().as_bytes();
        let fraction = usize::from(self.exponent.unsigned_abs());
        if self.exponent >= 0 {
            text.push(digits);
            text.zeros(fraction);
        } else if fraction < digits.len() {
            let (whole, rest) = digits.split_at(digits.len() - fraction);
            text.push(whole);
            text.push(b".");
            text.push(rest);
        } else {
            text.push(b"0.");
            text.zeros(fraction - digits.len());
            text.push(digits);
        }
        text
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Stored as text with an exponent, `15e-1`: short however large the number is.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sign = if self.negative { "-" } else { "" };
        let digits = Digits::of(self.coefficient());
        match self.exponent {
            0 => serializer.collect_str(&format_args!("{sign}{}", digits.as_str())),
            exponent => {
                serializer.collect_str(&format_args!("{sign}{}e{exponent}", digits.as_str()))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number as text")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
                Number::parse(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
