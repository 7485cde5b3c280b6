//! What S3 Control keeps.

use std::collections::BTreeMap;

use fogbank_api_s3control::{
    ObjectLambdaConfiguration, StorageLensConfiguration, StorageLensGroup,
};
use fogbank_context::{AccountId, Timestamp};
use fogbank_service::RequestContext;
use fogbank_state::{Resource, Table, World, store};
use serde::{Deserialize, Serialize};

use super::jobs::Job;
use crate::store::S3Store;
use crate::stored::Stored;

store! {
    /// What an account has in all regions.
    pub(crate) struct ControlStore: "s3control", AccountWide {
        /// The one row of the account.
        pub(crate) settings: Table<String, Settings>,
        /// Multi-region access points by name.
        pub(crate) multi_region: Table<String, MultiRegion>,
    }
}

store! {
    /// What an account has in a region.
    pub(crate) struct RegionalStore: "s3control", Regional {
        /// Object Lambda access points by name.
        pub(crate) object_lambda: Table<String, ObjectLambda>,
        /// Storage Lens configurations by id.
        pub(crate) lenses: Table<String, Lens>,
        /// Storage Lens groups by name.
        pub(crate) lens_groups: Table<String, LensGroup>,
        /// The access grants instance; one row.
        pub(crate) grants_instance: Table<String, GrantsInstance>,
        /// Locations by id.
        pub(crate) grants_locations: Table<String, GrantsLocation>,
        /// Grants by id.
        pub(crate) grants: Table<String, Grant>,
        /// Batch jobs by id.
        pub(crate) jobs: Table<String, Job>,
    }
}

/// The key of a table's only row.
pub(super) const ONLY: &str = "account";

/// Four switches; none is on unless said so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Block {
    pub(crate) block_public_acls: bool,
    pub(crate) ignore_public_acls: bool,
    pub(crate) block_public_policy: bool,
    pub(crate) restrict_public_buckets: bool,
}

impl Block {
    /// What new access points have.
    pub(crate) const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// The settings of an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub(crate) block: Option<Block>,
}

/// An access point; kept beside the buckets, because requests to S3 address it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessPoint {
    pub(crate) name: String,
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) bucket: String,
    pub(crate) bucket_account: String,
    pub(crate) alias: String,
    pub(crate) vpc: Option<String>,
    pub(crate) block: Block,
    pub(crate) created: Timestamp,
    pub(crate) policy: Option<String>,
    /// Prefixes and permissions that requests are limited to.
    pub(crate) scope: Option<(Vec<String>, Vec<String>)>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// A multi-region access point.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MultiRegion {
    pub(crate) alias: String,
    pub(crate) created: Timestamp,
    pub(crate) block: Block,
    /// Buckets with their regions and accounts.
    pub(crate) regions: Vec<(String, String, String)>,
    pub(crate) policy: Option<String>,
    /// How many percent of the requests go to a bucket, where it is not all of them.
    #[serde(default)]
    pub(crate) dials: BTreeMap<String, i32>,
}

impl MultiRegion {
    /// How many percent of the requests go to a bucket: none or all of those that are near it.
    pub(crate) fn dial(&self, bucket: &str) -> i32 {
        self.dials.get(bucket).copied().unwrap_or(100)
    }

    /// The bucket that answers requests from a region.
    fn bucket_for(&self, region: &str) -> Option<&str> {
        let open = || self.regions.iter().filter(|(bucket, ..)| self.dial(bucket) > 0);
        let near = open().find(|(_, other, _)| other == region).or_else(|| open().next());
        near.map(|(bucket, ..)| bucket.as_str())
    }
}

/// An Object Lambda access point.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ObjectLambda {
    pub(crate) alias: String,
    pub(crate) created: Timestamp,
    pub(crate) configuration: Stored<ObjectLambdaConfiguration>,
    pub(crate) policy: Option<String>,
}

/// A Storage Lens configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lens {
    pub(crate) configuration: Stored<StorageLensConfiguration>,
    pub(crate) tags: Vec<(String, String)>,
}

/// A Storage Lens group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LensGroup {
    pub(crate) group: Stored<StorageLensGroup>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// The access grants instance of a region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GrantsInstance {
    pub(crate) created: Timestamp,
    pub(crate) identity_center: Option<String>,
    pub(crate) policy: Option<(String, Option<String>, Timestamp)>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// A location of access grants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GrantsLocation {
    pub(crate) created: Timestamp,
    pub(crate) scope: String,
    pub(crate) role: String,
    pub(crate) tags: BTreeMap<String, String>,
}

/// An access grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) created: Timestamp,
    pub(crate) location: String,
    pub(crate) sub_prefix: Option<String>,
    pub(crate) grantee: (Option<String>, Option<String>),
    pub(crate) permission: String,
    pub(crate) application: Option<String>,
    pub(crate) scope: String,
    pub(crate) tags: BTreeMap<String, String>,
}

macro_rules! resources {
    ($($name:ident),*) => { $(impl Resource for $name { const VERSION: u32 = 1; })* };
}

resources!(
    Settings,
    AccessPoint,
    MultiRegion,
    ObjectLambda,
    Lens,
    LensGroup,
    GrantsInstance,
    GrantsLocation,
    Grant
);

/// The public access block of an account; nothing is blocked without one.
pub(crate) fn account_block(world: &World, account: AccountId) -> Block {
    let store = world.account::<ControlStore>(account);
    store.settings.get(ONLY).and_then(|settings| settings.block).unwrap_or_default()
}

/// The bucket behind what a request names: an access point's alias, ARN, or host label.
pub(crate) fn bucket_behind(cx: &RequestContext, name: String) -> String {
    let looks_like_one = name.ends_with("-s3alias")
        || name.ends_with(".mrap")
        || name.starts_with("arn:")
        || name
            .rsplit_once('-')
            .is_some_and(|(_, end)| end.len() == 12 && end.parse::<AccountId>().is_ok());
    if !looks_like_one {
        return name;
    }
    let store = cx.world.global::<S3Store>();
    if store.buckets.contains(name.as_str()) {
        return name;
    }
    if name.ends_with(".mrap") {
        return multi_region_bucket(cx, &name).unwrap_or(name);
    }
    let (start, end) = name.rsplit_once('-').unwrap_or((&name, ""));
    let label = format!("arn:{}:s3:{}:{end}:accesspoint/{start}", cx.partition(), cx.region);
    let arn = store.aliases.get(name.as_str()).map(|alias| alias.arn.clone());
    let arn = arn.unwrap_or_else(|| if name.starts_with("arn:") { name.clone() } else { label });
    store.access_points.read(arn.as_str(), |point| point.bucket.clone()).unwrap_or(name)
}

/// The bucket behind the ARN or the alias of a multi-region access point.
fn multi_region_bucket(cx: &RequestContext, name: &str) -> Option<String> {
    let alias = name.rsplit('/').next().unwrap_or(name);
    let owner = name.split(':').nth(4).and_then(|account| account.parse().ok());
    let store = cx.world.account::<ControlStore>(owner.unwrap_or(cx.account));
    let found = store.multi_region.iter().find(|(_, point)| point.alias == alias);
    found.and_then(|(_, point)| point.bucket_for(cx.region.as_str()).map(str::to_owned))
}
