//! Accounts, regions and partitions.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A twelve-digit AWS account id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId(u64);

impl AccountId {
    /// The account of callers that name none: 000000000000.
    pub const DEFAULT: AccountId = AccountId(0);
}

/// The text is not twelve ASCII digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an AWS account id is twelve digits, not {0:?}")]
pub struct ParseAccountIdError(String);

impl FromStr for AccountId {
    type Err = ParseAccountIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseAccountIdError(text.to_owned()));
        }
        Ok(Self(text.bytes().fold(0, |n, b| n * 10 + u64::from(b - b'0'))))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand: every ARN and every principal shows one.
        let mut digits = [b'0'; 12];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        let text = std::str::from_utf8(&digits).unwrap_or_default();
        if f.width().is_none() && f.precision().is_none() { f.write_str(text) } else { f.pad(text) }
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The name of an AWS region, such as `us-east-1`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Region(Arc<str>);

impl Region {
    /// A region by name; whether it exists is the gateway's question.
    pub fn new(name: impl AsRef<str>) -> Self {
        Self(Arc::from(name.as_ref()))
    }

    /// The region of callers that name none: `us-east-1`.
    pub fn us_east_1() -> Self {
        Self::new("us-east-1")
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition that the region belongs to.
    pub fn partition(&self) -> Partition {
        Partition::of_region(&self.0)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A group of regions with its own ARN prefix and DNS suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Partition {
    /// `aws`, the commercial regions.
    Aws,
    /// `aws-cn`.
    AwsCn,
    /// `aws-us-gov`.
    AwsUsGov,
    /// `aws-iso`.
    AwsIso,
    /// `aws-iso-b`.
    AwsIsoB,
    /// `aws-iso-e`.
    AwsIsoE,
    /// `aws-iso-f`.
    AwsIsoF,
    /// `aws-eusc`.
    AwsEusc,
}

impl Partition {
    const ALL: [(Partition, &'static str, &'static str, &'static str); 8] = [
        (Partition::AwsCn, "aws-cn", "cn-", "amazonaws.com.cn"),
        (Partition::AwsUsGov, "aws-us-gov", "us-gov-", "amazonaws.com"),
        (Partition::AwsIsoB, "aws-iso-b", "us-isob-", "sc2s.sgov.gov"),
        (Partition::AwsIsoE, "aws-iso-e", "eu-isoe-", "cloud.adc-e.uk"),
        (Partition::AwsIsoF, "aws-iso-f", "us-isof-", "csp.hci.ic.gov"),
        (Partition::AwsIso, "aws-iso", "us-iso-", "c2s.ic.gov"),
        (Partition::AwsEusc, "aws-eusc", "eusc-", "amazonaws.eu"),
        (Partition::Aws, "aws", "", "amazonaws.com"),
    ];

    /// The partition whose region prefix the name has; `aws` when none has.
    pub fn of_region(region: &str) -> Self {
        Self::ALL.iter().find(|row| region.starts_with(row.2)).map_or(Partition::Aws, |row| row.0)
    }

    fn row(self) -> &'static (Partition, &'static str, &'static str, &'static str) {
        Self::ALL.iter().find(|row| row.0 == self).expect("every partition has its row")
    }

    /// The partition's name, the second field of an ARN.
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// The partition's DNS suffix.
    pub fn dns_suffix(self) -> &'static str {
        self.row().3
    }

    /// The partition with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == name).map(|row| row.0)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
