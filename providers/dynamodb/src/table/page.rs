//! Reading a table or an index page by page.

use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;

use super::definition::IndexDefinition;
use super::state::{Item, ItemRows, TableState};
use crate::engine::expression::Condition;
use crate::engine::value::Attributes;

/// How many bytes of items a page reads at most, more or less the last item.
const PAGE_BYTES: usize = 1024 * 1024;

/// Which rows are read, and how far.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// The position of the index, or the table itself.
    pub index: Option<usize>,
    /// The first row key of the range.
    pub from: Vec<u8>,
    /// The first row key behind the range, if it ends before the last row.
    pub to: Option<Vec<u8>>,
    /// From the last row to the first.
    pub backward: bool,
    /// Only rows behind this one, in reading direction.
    pub after: Option<Vec<u8>>,
    /// The most items that are read, whether the filter takes them or not.
    pub limit: Option<usize>,
    /// Read items whole, also through an index that holds only parts of them.
    pub whole_items: bool,
    /// What items must be like to be returned.
    pub filter: Option<Condition>,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The items that the filter took, as the index shows them.
    pub items: Vec<Item>,
    /// How many were read.
    pub scanned: usize,
    /// The bytes that were read.
    pub bytes: usize,
    /// The key of the last item that was read, when there may be more: of the table and, for an
    /// index, of the index.
    pub last: Option<Attributes>,
}

impl PageRequest {
    fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        let mut from = Bound::Included(self.from.as_slice());
        let mut to = self.to.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        match &self.after {
            Some(after) if self.backward => to = Bound::Excluded(after),
            Some(after) => from = Bound::Excluded(after),
            None => {}
        }
        (from, to)
    }

    fn is_empty(&self) -> bool {
        let (from, to) = self.bounds();
        match (from, to) {
            (Bound::Included(from), Bound::Excluded(to)) => from >= to,
            (Bound::Excluded(from), Bound::Excluded(to)) => from >= to,
            _ => false,
        }
    }
}

impl TableState {
    fn rows_of(&self, request: &PageRequest) -> Option<(&ItemRows, Option<&IndexDefinition>)> {
        let Some(position) = request.index else { return Some((&self.items, None)) };
        Some((self.index_rows(position)?, self.definition.indexes.get(position)))
    }

    /// The key under which reading goes on behind `item`.
    fn position_of(&self, item: &Attributes, index: Option<&IndexDefinition>) -> Attributes {
        let own = self.definition.keys.attributes();
        let of_index = index.into_iter().flat_map(|index| index.keys.attributes());
        item.only(own.chain(of_index).map(|key| key.name.as_ref()))
    }

    /// Reads one page.
    pub fn page(&self, request: &PageRequest) -> Page {
        let Some((rows, index)) = self.rows_of(request) else { return Page::default() };
        if request.is_empty() {
            return Page::default();
        }
        let range = rows.range::<_, [u8]>(request.bounds());
        if request.backward {
            self.read(range.rev(), index, request)
        } else {
            self.read(range, index, request)
        }
    }

    fn read<'a>(
        &self,
        rows: impl Iterator<Item = (&'a Bytes, &'a Item)>,
        index: Option<&IndexDefinition>,
        request: &PageRequest,
    ) -> Page {
        let mut page = Page::default();
        for (_, item) in rows {
            let shown = match index {
                Some(index) if !request.whole_items => self.projected(index, item),
                _ => Arc::clone(item),
            };
            page.scanned += 1;
            page.bytes += shown.size();
            if request.filter.as_ref().is_none_or(|filter| filter.holds(&shown)) {
                page.items.push(shown);
            }
            if request.limit == Some(page.scanned) || page.bytes >= PAGE_BYTES {
                page.last = Some(self.position_of(item, index));
                break;
            }
        }
        page
    }
}
