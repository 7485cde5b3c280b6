//! Values of conditions: numbers, points in time, addresses, bytes.

use std::cmp::Ordering;
use std::net::{IpAddr, Ipv6Addr};

/// A decimal number of any length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Number {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self { negative: negative && !zero, whole, fraction })
    }

    pub(super) fn cmp(&self, other: &Self) -> Ordering {
        let size = |a: &Self, b: &Self| {
            let length = a.whole.len().cmp(&b.whole.len());
            length.then_with(|| a.whole.cmp(&b.whole)).then_with(|| a.fraction.cmp(&b.fraction))
        };
        match (self.negative, other.negative) {
            (false, false) => size(self, other),
            (true, true) => size(other, self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

/// A point in time, in nanoseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date(i128);

impl Date {
    /// One of the forms of ISO 8601 that W3C lists (`2026-01-31`, `2026-01-31T12:00Z`,
    /// `2026-01-31T12:00:00.5+02:00`), or seconds since the epoch.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(seconds) = text.parse::<i64>()
            && (text.len() != 4 || text.starts_with('-'))
        {
            return Some(Self(i128::from(seconds) * 1_000_000_000));
        }
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut fields = date.splitn(3, '-');
        let year = number(fields.next()?, 4)?;
        let month = fields.next().map_or(Some(1), |text| number(text, 2))?;
        let day = fields.next().map_or(Some(1), |text| number(text, 2))?;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let nanos = time.map_or(Some(0), time_of_day)?;
        let days = fogbank_context::Date { year, month, day }.to_days();
        Some(Self(i128::from(days) * 86_400_000_000_000 + nanos))
    }

    pub(super) fn cmp(self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let all = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}

/// Nanoseconds since midnight in UTC.
fn time_of_day(text: &str) -> Option<i128> {
    let zone = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone);
    let mut fields = clock.splitn(3, ':');
    let hour = number(fields.next()?, 2)?;
    let minute = number(fields.next()?, 2)?;
    let seconds = fields.next().unwrap_or("00");
    let (second, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let second = number(second, 2)?;
    if hour > 24 || minute > 59 || second > 60 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<9}")[..9].parse().ok()?;
    let offset = match zone.get(..1) {
        None | Some("Z" | "z") => 0,
        Some(sign) => {
            let (hours, minutes) = zone[1..].split_once(':').unwrap_or((&zone[1..], "00"));
            let minutes = number(hours, 2)? * 60 + number(minutes, 2)?;
            if sign == "-" { -minutes } else { minutes }
        }
    };
    let seconds = (hour * 60 + minute - offset) * 60 + second;
    Some(i128::from(seconds) * 1_000_000_000 + i128::from(fraction))
}

/// A range of addresses in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IpRange {
    first: IpAddr,
    bits: u8,
}

impl IpRange {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text.trim(), None),
        };
        let first: IpAddr = address.parse().ok()?;
        let longest = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(longest);
        (bits <= longest).then_some(Self { first, bits })
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        let Ok(address) = text.trim().parse::<IpAddr>() else { return false };
        match (self.first, plain(address)) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.bits);
                let cut = |address: u32| address.checked_shr(shift).unwrap_or(0);
                cut(first.to_bits()) == cut(address.to_bits())
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.bits);
                let cut = |address: u128| address.checked_shr(shift).unwrap_or(0);
                cut(first.to_bits()) == cut(address.to_bits())
            }
            _ => false,
        }
    }
}

/// An address of version 4 that is written as one of version 6, as version 4.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => {
            Ipv6Addr::to_ipv4_mapped(&address).map_or(IpAddr::V6(address), IpAddr::V4)
        }
        IpAddr::V4(_) => address,
    }
}

/// The bytes of a text in base64.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_all_their_forms() {
        let second = 1_000_000_000;
        let cases = [
            ("1970-01-01", Some(0)),
            ("2026-01-31T12:00:00Z", Some(1_769_860_800 * second)),
            ("2026-01-31T12:00Z", Some(1_769_860_800 * second)),
            ("2026-01-31T14:00:00.5+02:00", Some(1_769_860_800 * second + second / 2)),
            ("1769860800", Some(1_769_860_800 * second)),
            ("2000-02-29T00:00:00Z", Some(951_782_400 * second)),
            ("2026", Some(1_767_225_600 * second)),
            ("2026-13-01", None),
            ("yesterday", None),
            ("", None),
            ("2026-01-31Tnoon", None),
        ];
        for (text, nanos) in cases {
            assert_eq!(Date::parse(text).map(|date| date.0), nanos, "{text}");
        }
    }

    #[test]
    fn numbers_compare_by_value() {
        let order = |a, b| Number::parse(a).unwrap().cmp(&Number::parse(b).unwrap());
        assert_eq!(order("10", "9"), Ordering::Greater);
        assert_eq!(order("-10", "9"), Ordering::Less);
        assert_eq!(order("-10", "-9"), Ordering::Less);
        assert_eq!(order("1.50", "1.5"), Ordering::Equal);
        assert_eq!(order("-0", "0"), Ordering::Equal);
        assert_eq!(order("1.05", "1.5"), Ordering::Less);
        for text in ["", "-", ".", "1e3", "0x1", "one"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn ranges_of_addresses() {
        let cases = [
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("2001:db8::/32", "2001:db8:1::5", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("::/0", "::1", true),
            ("10.0.0.0/8", "not an address", false),
        ];
        for (range, address, expected) in cases {
            assert_eq!(IpRange::parse(range).unwrap().contains(address), expected, "{range}");
        }
        assert!(IpRange::parse("10.0.0.0/33").is_none());
    }
}
