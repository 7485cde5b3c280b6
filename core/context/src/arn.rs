//! Amazon Resource Names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{AccountId, Partition, Region};

/// An ARN in its six fields: `arn:partition:service:region:account:resource`.
///
/// Region and account are empty for resources that have none (`arn:aws:s3:::bucket`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Arn {
    /// The partition.
    pub partition: Partition,
    /// The service's ARN namespace, such as `sqs`.
    pub service: String,
    /// The region, or none.
    pub region: Option<Region>,
    /// The account field as written: twelve digits, empty, or a word such as `aws`.
    pub account: String,
    /// The resource, which may contain colons and slashes.
    pub resource: String,
}

/// The text is not an ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an ARN")]
pub struct ParseArnError(String);

impl Arn {
    /// The ARN of a resource that lives in an account and a region.
    pub fn regional(
        service: &str,
        region: &Region,
        account: AccountId,
        resource: impl Into<String>,
    ) -> Self {
        Self {
            partition: region.partition(),
            service: service.to_owned(),
            region: Some(region.clone()),
            account: account.to_string(),
            resource: resource.into(),
        }
    }

    /// The ARN of a resource that lives in an account and in no region, such as an IAM role.
    pub fn global(
        partition: Partition,
        service: &str,
        account: AccountId,
        resource: impl Into<String>,
    ) -> Self {
        Self {
            partition,
            service: service.to_owned(),
            region: None,
            account: account.to_string(),
            resource: resource.into(),
        }
    }

    /// The account as an id, where the field holds one.
    pub fn account_id(&self) -> Option<AccountId> {
        self.account.parse().ok()
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let region = self.region.as_ref().map_or("", Region::as_str);
        f.write_str("arn:")?;
        fmt::Display::fmt(&self.partition, f)?;
        for part in [&self.service, region] {
            f.write_str(":")?;
            f.write_str(part)?;
        }
        f.write_str(":")?;
        fmt::Display::fmt(&self.account, f)?;
        f.write_str(":")?;
        f.write_str(&self.resource)
    }
}

impl FromStr for Arn {
    type Err = ParseArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseArnError(text.to_owned());
        let mut fields = text.splitn(6, ':');
        let mut next = || fields.next().ok_or_else(error);
        if next()? != "arn" {
            return Err(error());
        }
        let partition = Partition::by_name(next()?).ok_or_else(error)?;
        let service = next()?.to_owned();
        let region = Some(next()?).filter(|name| !name.is_empty()).map(Region::new);
        let account = next()?.to_owned();
        let resource = next()?.to_owned();
        if service.is_empty() || resource.is_empty() {
            return Err(error());
        }
        Ok(Self { partition, service, region, account, resource })
    }
}
