//! IP addresses and ranges of them.

use std::net::IpAddr;

/// A range of IP addresses, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    v6: bool,
    first: u128,
    last: u128,
}

/// The number of an address that is written as one, and whether it is of version 6.
fn number(text: &str) -> Option<(bool, u128)> {
    match text.parse().ok()? {
        IpAddr::V4(address) => Some((false, u128::from(u32::from(address)))),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => Some((false, u128::from(u32::from(address)))),
            None => Some((true, u128::from(address))),
        },
    }
}

impl Range {
    /// One address; none when the text is none.
    pub(super) fn one(text: &str) -> Option<Self> {
        let (v6, number) = number(text)?;
        Some(Self { v6, first: number, last: number })
    }

    /// The addresses from one to the end of its network: `10.0.0.0/24`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let malformed = |why: &str| Err(format!("Malformed CIDR, {why}"));
        let parts: Vec<&str> = text.trim_end_matches('/').split('/').collect();
        let [address, mask] = parts[..] else { return malformed("one '/' required") };
        let Ok(mask) = mask.parse::<i32>() else {
            return malformed("mask bits must be an integer");
        };
        let Ok(mask) = u32::try_from(mask) else {
            return malformed("mask bits must not be negative");
        };
        let Some((v6, first)) = number(address) else {
            return Err(format!("Nonstandard IP address: {address}"));
        };
        let (version, bits) = if v6 { ("IPv6", 128) } else { ("IPv4", 32) };
        if mask >= bits {
            return Err(format!("{version} mask bits must be < {bits}"));
        }
        let host = bits - mask;
        let ones = if host == 128 { u128::MAX } else { (1_u128 << host) - 1 };
        Ok(Self { v6, first, last: first | ones })
    }

    /// Whether a text is an address of the range.
    pub(super) fn contains(&self, text: &str) -> bool {
        number(text)
            .is_some_and(|(v6, number)| v6 == self.v6 && (self.first..=self.last).contains(&number))
    }
}
