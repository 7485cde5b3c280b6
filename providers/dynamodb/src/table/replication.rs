//! Global tables: every change of one region reaches the others before its answer leaves.
//!
//! A change is posted in the table that took it and then delivered under the locks of all regions at
//! once. Where two regions change one item at the same time, the later change wins everywhere.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use fogbank_context::{AccountId, Region, Timestamp};
use fogbank_state::World;

use super::definition::{StreamDefinition, TableDefinition};
use super::features::Replica;
use super::state::{Item, TableState};
use crate::store::DynamoDbStore;

/// A change that the other regions have not seen yet.
#[derive(Clone, Debug)]
pub struct Posted {
    row: Bytes,
    new: Option<Item>,
    at: Timestamp,
}

impl TableState {
    /// Posts a change, if the table has replicas.
    pub(super) fn post(&mut self, row: &Bytes, new: Option<&Item>, at: Timestamp) {
        if !self.definition.features.replicas.is_empty() {
            self.outbox.push(Posted { row: row.clone(), new: new.cloned(), at });
        }
    }

    /// Takes a change of another region over.
    fn receive(&mut self, change: &Posted, now: Timestamp) {
        let own = self.outbox.iter().rfind(|own| own.row == change.row);
        if own.is_some_and(|own| own.at > change.at) {
            return;
        }
        self.outbox.retain(|own| own.row != change.row);
        let old = self.items.get(&change.row).cloned();
        if old == change.new {
            return;
        }
        self.record(old.as_ref(), change.new.as_ref(), now, false);
        self.remember(&change.row, old.as_ref(), now);
        self.put_row(change.row.clone(), change.new.clone());
    }
}

/// The stores of the other regions of a table, with the regions.
fn others(
    world: &World,
    account: AccountId,
    home: &DynamoDbStore,
    name: &str,
) -> Vec<(Region, Arc<DynamoDbStore>)> {
    let regions = home.tables.read(name, |table| {
        let replicas = &table.definition.features.replicas;
        replicas.iter().map(|replica| Region::new(&replica.region)).collect::<Vec<_>>()
    });
    regions
        .unwrap_or_default()
        .into_iter()
        .map(|region| {
            let store = world.regional::<DynamoDbStore>(account, &region);
            (region, store)
        })
        .collect()
}

/// Delivers what the table of a region has posted.
pub fn deliver(world: &World, account: AccountId, region: &Region, name: &str) {
    let home = world.regional::<DynamoDbStore>(account, region);
    let others = others(world, account, &home, name);
    let now = world.clock().now();
    let mut transaction = world.transaction();
    let own = transaction.lock(&home.tables, name.to_owned());
    let locks: Vec<_> =
        others.iter().map(|(_, store)| transaction.lock(&store.tables, name.to_owned())).collect();
    let done = transaction.run(|tx| {
        let posted = match tx.edit::<TableState>(own) {
            Some(mut table) => std::mem::take(&mut table.outbox),
            None => Vec::new(),
        };
        for lock in &locks {
            if let Some(mut replica) = tx.edit::<TableState>(*lock) {
                posted.iter().for_each(|change| replica.receive(change, now));
            }
        }
        Ok::<_, Infallible>(())
    });
    match done {
        Ok(()) => {}
        Err(never) => match never {},
    }
}

/// What a replica's definition becomes when that of another region changes.
fn follow(
    own: &TableDefinition,
    source: &TableDefinition,
    from: &Region,
    to: &Region,
) -> TableDefinition {
    let mut features = own.features.clone();
    features.version_one = source.features.version_one;
    features.strong = source.features.strong;
    features.replicas = seen_from(source, from, to);
    let stream = own.stream.clone().or_else(|| stream_of_replica(source));
    TableDefinition {
        attributes: source.attributes.clone(),
        indexes: source.indexes.clone(),
        vectors: source.vectors.clone(),
        billing: source.billing.clone(),
        was_on_demand: source.was_on_demand,
        throughput: source.throughput.clone(),
        on_demand: source.on_demand.clone(),
        time_to_live: source.time_to_live.clone(),
        stream,
        features,
        ..own.clone()
    }
}

/// The replicas of `source` as the region `to` lists them: without itself, with the source.
fn seen_from(source: &TableDefinition, from: &Region, to: &Region) -> Vec<Replica> {
    let listed = source.features.replicas.iter();
    let mut replicas: Vec<Replica> =
        listed.filter(|replica| replica.region != to.as_str()).cloned().collect();
    if !source.features.replicas.is_empty() {
        replicas.push(Replica { region: from.as_str().to_owned(), ..Replica::default() });
    }
    replicas.sort_by(|a, b| a.region.cmp(&b.region));
    replicas
}

fn stream_of_replica(source: &TableDefinition) -> Option<StreamDefinition> {
    source.stream.clone().filter(|stream| stream.enabled)
}

/// The definition of a new replica in the region `to`.
pub fn replica_definition(
    source: &TableDefinition,
    from: &Region,
    to: &Region,
    id: String,
    now: Timestamp,
) -> TableDefinition {
    let mut features = super::features::Features {
        strong: source.features.strong,
        replicas: seen_from(source, from, to),
        ..Default::default()
    };
    features.version_one = source.features.version_one;
    TableDefinition {
        arn: source.arn.replacen(from.as_str(), to.as_str(), 1),
        id,
        created: now,
        stream: stream_of_replica(source),
        deletion_protection: false,
        recovery: None,
        tags: Default::default(),
        features,
        ..source.clone()
    }
}

/// Gives the replicas what the definition of a region's table shares with them.
pub fn synchronise(world: &World, account: AccountId, region: &Region, name: &str) {
    let home = world.regional::<DynamoDbStore>(account, region);
    let Some(source) = home.tables.read(name, |table| Arc::clone(&table.definition)) else {
        return;
    };
    for (to, store) in others(world, account, &home, name) {
        store.tables.update(name, |table| {
            let definition = follow(&table.definition, &source, region, &to);
            if definition != *table.definition {
                table.redefine(definition);
            }
        });
    }
}

/// Makes the tables of the other regions forget a region that is a replica no more.
pub fn forget(world: &World, account: AccountId, region: &Region, name: &str, gone: &[Replica]) {
    for replica in gone {
        let store = world.regional::<DynamoDbStore>(account, &Region::new(&replica.region));
        store.tables.update(name, |table| {
            let mut definition = (*table.definition).clone();
            definition.features.replicas.retain(|own| own.region != region.as_str());
            if definition.features.replicas.is_empty() {
                definition.features.version_one = false;
                definition.features.strong = false;
            }
            table.redefine(definition);
        });
    }
}
