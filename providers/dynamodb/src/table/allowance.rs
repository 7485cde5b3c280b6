//! How much throughput a table and its indexes have left.

use std::collections::BTreeMap;

use fogbank_api_dynamodb::{Capacity, ConsumedCapacity};
use fogbank_context::Timestamp;
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use super::definition::{IndexScope, OnDemandLimits, TableDefinition, Throughput};
use crate::settings::Access;

/// Seconds for which unused provisioned capacity is saved up.
const SAVED_SECONDS: f64 = 300.0;

/// What the table (under the empty name) and its global indexes have left, for reads and writes.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Allowance {
    left: BTreeMap<String, [Option<Bucket>; 2]>,
}

impl Resource for Allowance {
    const VERSION: u32 = 1;
}

/// Units that were left at a time; less than none after a request that used more than there was.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Bucket {
    units: f64,
    at: Timestamp,
}

/// What ends throughput.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    /// Units per second that are provisioned.
    Provisioned(f64),
    /// Units per second that on-demand capacity may reach.
    OnDemand(f64),
}

/// A limit that was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Provisioned capacity, not the maximum of an on-demand one.
    pub provisioned: bool,
    /// The index, where it is not the table's.
    pub index: Option<String>,
    /// Which side of it.
    pub access: Access,
}

impl Limit {
    fn of(
        provisioned: Option<&Throughput>,
        on_demand: Option<&OnDemandLimits>,
        access: Access,
    ) -> Option<Limit> {
        let units = |units: i64| units as f64;
        match (provisioned, access) {
            (Some(it), Access::Read) => Some(Limit::Provisioned(units(it.read))),
            (Some(it), Access::Write) => Some(Limit::Provisioned(units(it.write))),
            (None, Access::Read) => on_demand?.read.map(units).map(Limit::OnDemand),
            (None, Access::Write) => on_demand?.write.map(units).map(Limit::OnDemand),
        }
    }

    /// The limit of a table, or of its global index of this name.
    fn find(definition: &TableDefinition, index: &str, access: Access) -> Option<Limit> {
        if index.is_empty() {
            let provisioned = definition.provisioned_throughput();
            return Self::of(provisioned, definition.on_demand.as_ref(), access);
        }
        let (_, index) = definition.index(index)?;
        let provisioned = index.throughput.as_ref().filter(|_| definition.is_provisioned());
        Self::of(provisioned, index.on_demand.as_ref(), access)
    }

    fn rate(self) -> f64 {
        match self {
            Limit::Provisioned(rate) | Limit::OnDemand(rate) => rate,
        }
    }

    /// The most that can be left.
    fn most(self) -> f64 {
        match self {
            Limit::Provisioned(rate) => rate * SAVED_SECONDS,
            Limit::OnDemand(rate) => rate,
        }
    }
}

fn side(access: Access) -> usize {
    match access {
        Access::Read => 0,
        Access::Write => 1,
    }
}

impl Allowance {
    fn bucket(&self, name: &str, limit: Limit, access: Access, now: Timestamp) -> Bucket {
        let known = self.left.get(name).and_then(|sides| sides[side(access)]);
        let units = known.map_or(limit.most(), |it| {
            (it.units + limit.rate() * now.since(it.at).as_secs_f64()).min(limit.most())
        });
        Bucket { units, at: now }
    }

    /// The first limit that leaves nothing to a request: a read of the table or of one of its
    /// indexes, or a write, which every global index has to take too.
    pub fn exceeded(
        &self,
        definition: &TableDefinition,
        access: Access,
        index: Option<&str>,
        now: Timestamp,
    ) -> Option<Exceeded> {
        let global = || {
            let all = definition.indexes.iter().filter(|it| it.scope == IndexScope::Global);
            all.map(|index| index.name.as_str())
        };
        let names: Vec<&str> = match access {
            Access::Read => {
                vec![index.and_then(|name| global().find(|it| *it == name)).unwrap_or("")]
            }
            Access::Write => std::iter::once("").chain(global()).collect(),
        };
        names.into_iter().find_map(|name| {
            let limit = Limit::find(definition, name, access)?;
            (self.bucket(name, limit, access, now).units <= 0.0).then(|| Exceeded {
                provisioned: matches!(limit, Limit::Provisioned(_)),
                index: (!name.is_empty()).then(|| name.to_owned()),
                access,
            })
        })
    }

    /// Takes what a request used. Local indexes use their table's.
    pub fn take(
        &mut self,
        definition: &TableDefinition,
        access: Access,
        used: &ConsumedCapacity,
        now: Timestamp,
    ) {
        let units = |capacity: &Capacity| capacity.capacity_units.unwrap_or_default();
        let local: f64 = used.local_secondary_indexes.iter().flatten().map(|it| units(it.1)).sum();
        let of_table = used.table.as_ref().map_or(0.0, units) + local;
        let global = used.global_secondary_indexes.iter().flatten();
        let all = global.map(|(name, capacity)| (name.as_str(), units(capacity)));
        for (name, units) in std::iter::once(("", of_table)).chain(all) {
            let Some(limit) = Limit::find(definition, name, access) else { continue };
            let mut bucket = self.bucket(name, limit, access, now);
            bucket.units -= units;
            self.left.entry(name.to_owned()).or_default()[side(access)] = Some(bucket);
        }
    }
}
