//! What authorisation learns of tables, indexes and streams.

use fogbank_context::Arn;
use fogbank_service::{ResourceFacts, ResourcePolicies};
use fogbank_state::World;

use crate::store::DynamoDbStore;
use crate::table::state::TableState;

/// The policies and tags of tables.
#[derive(Debug)]
pub(crate) struct TablePolicies;

/// A table in an ARN, and what of it: `index`, `stream`, `backup`, …, with its name.
struct Named<'a> {
    table: &'a str,
    part: Option<(&'a str, &'a str)>,
}

impl<'a> Named<'a> {
    fn of(arn: &'a Arn) -> Option<Self> {
        let rest = arn.resource.strip_prefix("table/")?;
        Some(match rest.split_once('/') {
            Some((table, part)) => Self { table, part: part.split_once('/') },
            None => Self { table: rest, part: None },
        })
    }

    fn read<T>(&self, world: &World, arn: &Arn, look: impl FnOnce(&TableState) -> T) -> Option<T> {
        let (account, region) = (arn.account_id()?, arn.region.as_ref()?);
        world.regional::<DynamoDbStore>(account, region).tables.read(self.table, look)
    }
}

impl ResourcePolicies for TablePolicies {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        let named = Named::of(arn)?;
        named.read(world, arn, |table| {
            let definition = &table.definition;
            let features = &definition.features;
            let policy = match named.part {
                Some(("stream", _)) => features.stream_policy.as_ref(),
                // The policy of a table speaks of its indexes too.
                None | Some(("index", _)) => features.policy.as_ref(),
                Some(_) => None,
            };
            ResourceFacts {
                policy: policy.map(|policy| policy.document.clone()),
                tags: definition.tags.clone(),
                ..ResourceFacts::default()
            }
        })
    }

    fn condition_key(&self, world: &World, arn: &Arn, key: &str) -> Option<Vec<String>> {
        if key != "dynamodb:#partitionkey" {
            return None;
        }
        let named = Named::of(arn)?;
        let name = named.read(world, arn, |table| {
            let definition = &table.definition;
            let keys = match named.part {
                Some(("index", name)) => {
                    &definition.indexes.iter().find(|index| index.name == name)?.keys
                }
                _ => &definition.keys,
            };
            keys.hash.first().map(|attribute| attribute.name.to_string())
        });
        Some(vec![name??])
    }
}
