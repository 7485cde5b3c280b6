//! What queries and scans have in common: which index they read, where they go on, what of the
//! items they return.

use fogbank_api_dynamodb::{ConsumedCapacity, ReturnConsumedCapacity, Select};

use crate::conversion::{AttributeMap, HeldMap, attributes_in};
use crate::engine::expression::Projection;
use crate::engine::validation::Invalid;
use crate::engine::value::Attributes;
use crate::parameters;
use crate::table::capacity::{ReadMode, Units, read_units};
use crate::table::definition::{IndexDefinition, IndexPhase, IndexScope, TableDefinition};
use crate::table::page::{Page, PageRequest};

/// The table or the index that is read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) definition: &'a TableDefinition,
    pub(super) index: Option<(usize, &'a IndexDefinition)>,
}

/// The values of a starting key.
pub(super) fn start_key(key: Option<AttributeMap>) -> Result<Option<Attributes>, Invalid> {
    key.map(attributes_in)
        .transpose()
        .map_err(|reason| reason.prefixed("The provided starting key is invalid: "))
}

/// Refuses combinations of `Select` and a projection that no table takes.
pub(super) fn check_select(
    select: Option<&Select>,
    projected: bool,
    by_expression: bool,
    indexed: bool,
) -> Result<(), Invalid> {
    if let (Some(select), true) = (select, projected)
        && *select != Select::SpecificAttributes
    {
        return Err(Invalid::from(format!(
            "Cannot specify the {} when choosing to get {}",
            projection_parameter(by_expression),
            select.as_str()
        )));
    }
    match select {
        Some(Select::SpecificAttributes) if !projected => Err(Invalid::new(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get \
             SPECIFIC_ATTRIBUTES",
        )),
        Some(Select::AllProjectedAttributes) if !indexed => Err(Invalid::parameter(
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        )),
        _ => Ok(()),
    }
}

/// What of the items is returned.
pub(super) struct Selection {
    /// Only how many there are.
    pub(super) count_only: bool,
    /// Parts of them.
    pub(super) projection: Option<Projection>,
    /// All of them, also what a local index does not hold.
    pub(super) whole_items: bool,
}

/// Which parameter the projection came from, for messages.
fn projection_parameter(by_expression: bool) -> &'static str {
    if by_expression { "ProjectionExpression" } else { "AttributesToGet" }
}

impl<'a> Source<'a> {
    /// The table, or its index of this name.
    pub(super) fn find(
        definition: &'a TableDefinition,
        index: Option<&str>,
        consistent: bool,
        operation: &str,
    ) -> Result<Source<'a>, Invalid> {
        let Some(name) = index else { return Ok(Source { definition, index: None }) };
        let Some(found) = definition.index(name) else {
            if definition.vectors.iter().any(|own| own.name == name) {
                return Err(Invalid::from(format!(
                    "{operation} operation not supported on this index type."
                )));
            }
            return Err(Invalid::from(format!(
                "The table does not have the specified index: {name}"
            )));
        };
        match found.1.phase {
            None => {}
            Some(IndexPhase::Deleting(_)) => {
                return Err(Invalid::from(format!(
                    "The table does not have the specified index: {name}"
                )));
            }
            Some(_) => {
                return Err(Invalid::from(format!(
                    "Cannot read from backfilling global secondary index: {name}"
                )));
            }
        }
        if consistent && found.1.scope == IndexScope::Global {
            return Err(Invalid::new(
                "Consistent reads are not supported on global secondary indexes",
            ));
        }
        Ok(Source { definition, index: Some(found) })
    }

    fn global(&self) -> Option<&'a IndexDefinition> {
        self.index.map(|(_, index)| index).filter(|index| index.scope == IndexScope::Global)
    }

    /// What `Select` and the projection ask for.
    pub(super) fn select(
        &self,
        select: Option<&Select>,
        projection: Option<Projection>,
    ) -> Result<Selection, Invalid> {
        let all = select == Some(&Select::AllAttributes);
        let beyond = projection.as_ref().map_or(Vec::new(), |wanted| self.not_held(wanted));
        if let Some(index) = self.global() {
            if all && index.projection != crate::table::definition::IndexProjection::All {
                return Err(Invalid::parameter(format!(
                    "Select type ALL_ATTRIBUTES is not supported for global secondary index {} \
                     because its projection type is not ALL",
                    index.name
                )));
            }
            if !beyond.is_empty() {
                return Err(Invalid::parameter(format!(
                    "Global secondary index {} does not project [{}]",
                    index.name,
                    beyond.join(", ")
                )));
            }
        }
        Ok(Selection {
            count_only: select == Some(&Select::Count),
            whole_items: all || !beyond.is_empty(),
            projection,
        })
    }

    /// The attributes of a projection that the index does not hold.
    fn not_held(&self, wanted: &Projection) -> Vec<String> {
        let Some((_, index)) = self.index else { return Vec::new() };
        wanted
            .roots()
            .filter(|name| !self.definition.index_holds(index, name))
            .map(str::to_owned)
            .collect()
    }

    /// The row key behind which reading goes on. A query says only that the key is invalid, a scan
    /// also why.
    pub(super) fn start_row(&self, key: &Attributes, of_query: bool) -> Result<Vec<u8>, Invalid> {
        let mismatch = || match of_query {
            true => Invalid::new("The provided starting key is invalid"),
            false => Invalid::new(
                "The provided starting key is invalid: The provided key element does not match \
                 the schema",
            ),
        };
        let keys = &self.definition.keys;
        let own = keys.key_of(key);
        let fits = keys
            .attributes()
            .all(|known| own.get(&known.name).is_some_and(|value| value.kind() == known.kind));
        if !fits {
            return Err(mismatch());
        }
        let table_row = keys
            .row_key_of_key(&own)
            .map_err(|reason| reason.prefixed("The provided starting key is invalid: "))?;
        let Some((_, index)) = self.index else {
            return if key.len() == own.len() { Ok(table_row) } else { Err(mismatch()) };
        };
        let known = |name: &str| keys.contains(name) || index.keys.contains(name);
        if !key.iter().all(|(name, _)| known(name)) || index.keys.check_index_item(key).is_err() {
            return Err(mismatch());
        }
        index.keys.index_row_key(key, &table_row).ok_or_else(mismatch)
    }

    /// Prepares a request for a page of this source.
    pub(super) fn page_request(&self, selection: &Selection, limit: Option<i32>) -> PageRequest {
        PageRequest {
            index: self.index.map(|(position, _)| position),
            limit: limit.and_then(|limit| usize::try_from(limit).ok()),
            whole_items: selection.whole_items,
            ..PageRequest::default()
        }
    }

    /// What reading a page cost.
    pub(super) fn consumed(
        &self,
        table: &str,
        page: &Page,
        consistent: bool,
        asked: Option<&ReturnConsumedCapacity>,
    ) -> Option<ConsumedCapacity> {
        asked?;
        let mode = if consistent { ReadMode::Consistent } else { ReadMode::Eventual };
        let units = read_units(page.bytes, mode);
        let units = match self.index {
            None => Units::of_table(units),
            Some((_, index)) => {
                let mut on_index = Units::default();
                on_index.on_index(index.scope, &index.name, units);
                on_index
            }
        };
        units.report(table, asked)
    }
}

impl Selection {
    /// The items of a page as the answer shows them; none for a count.
    pub(super) fn shown(&self, page: &Page) -> Option<Vec<HeldMap>> {
        let shown =
            |item: &crate::table::state::Item| parameters::shown(item, self.projection.as_ref());
        (!self.count_only).then(|| page.items.iter().map(shown).collect())
    }
}
