//! The stores of a world, by type and scope.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use parking_lot::RwLock;
use rustc_hash::FxHashMap;

use super::Core;
use crate::store::{Store, StoreContext};

const CHUNK: usize = 16;
const CHUNKS: usize = 32;

type Slot = OnceLock<Box<dyn ErasedShelf>>;

/// The stores of all types, found by the number of the type.
#[derive(Default)]
pub(super) struct Shelves {
    /// Chunks of slots, made when one of them is first used: a fork of a world with few services is small.
    chunks: [OnceLock<Box<[Slot; CHUNK]>>; CHUNKS],
}

/// The stores of one type, by scope.
struct Shelf<S: Store>(RwLock<FxHashMap<S::Scope, Arc<S>>>);

/// A shelf whose store type is not known.
trait ErasedShelf: Any + Send + Sync {
    fn fork(&self, core: &Arc<Core>) -> Box<dyn ErasedShelf>;
    /// An empty shelf of the same type.
    fn empty(&self) -> Box<dyn ErasedShelf>;
    /// Takes the contents of a shelf of the same type, or becomes empty.
    fn adopt(&self, core: &Arc<Core>, from: Option<&dyn ErasedShelf>);
}

impl Shelves {
    fn slot(&self, index: usize) -> &Slot {
        &self.chunks[index / CHUNK].get_or_init(Box::default)[index % CHUNK]
    }

    fn shelf<S: Store>(&self) -> &Shelf<S> {
        let slot = self.slot(S::slot().index());
        let shelf = slot.get_or_init(|| Box::new(Shelf::<S>(RwLock::default())));
        let shelf: &dyn Any = &**shelf;
        shelf.downcast_ref().expect("the slot of a store type holds its shelf")
    }

    /// The filled slots with their numbers.
    fn filled(&self) -> impl Iterator<Item = (usize, &dyn ErasedShelf)> {
        let chunks = self.chunks.iter().enumerate();
        let chunks = chunks.filter_map(|(number, chunk)| Some((number, chunk.get()?)));
        chunks.flat_map(|(number, chunk)| {
            let slots = chunk.iter().enumerate();
            slots.filter_map(move |(index, slot)| Some((number * CHUNK + index, &**slot.get()?)))
        })
    }

    pub(super) fn store<S: Store>(&self, core: &Arc<Core>, scope: &S::Scope) -> Arc<S> {
        let shelf = self.shelf::<S>();
        if let Some(store) = shelf.0.read().get(scope) {
            return Arc::clone(store);
        }
        let _pass = core.enter();
        let mut stores = shelf.0.write();
        let make = || Arc::new(S::create(&StoreContext::new::<S>(core, scope)));
        Arc::clone(stores.entry(scope.clone()).or_insert_with(make))
    }

    pub(super) fn all<S: Store>(&self) -> Vec<(S::Scope, Arc<S>)> {
        let stores = self.shelf::<S>().0.read();
        stores.iter().map(|(scope, store)| (scope.clone(), Arc::clone(store))).collect()
    }

    /// The same stores for another world; the gate is closed.
    pub(super) fn fork(&self, core: &Arc<Core>) -> Self {
        let fork = Self::default();
        for (index, shelf) in self.filled() {
            fork.slot(index).get_or_init(|| shelf.fork(core));
        }
        fork
    }

    /// Takes the contents of `from`, or becomes empty; the gate is closed.
    pub(super) fn adopt(&self, core: &Arc<Core>, from: Option<&Shelves>) {
        for (index, shelf) in from.iter().flat_map(|from| from.filled()) {
            self.slot(index).get_or_init(|| shelf.empty());
        }
        for (index, shelf) in self.filled() {
            let source = from.and_then(|from| from.slot(index).get());
            shelf.adopt(core, source.map(|source| &**source));
        }
    }
}

impl<S: Store> ErasedShelf for Shelf<S> {
    fn fork(&self, core: &Arc<Core>) -> Box<dyn ErasedShelf> {
        let stores = self.0.read();
        let forks = stores.iter().map(|(scope, store)| {
            let context = StoreContext::new::<S>(core, scope);
            (scope.clone(), Arc::new(store.fork(&context)))
        });
        Box::new(Self(RwLock::new(forks.collect())))
    }

    fn empty(&self) -> Box<dyn ErasedShelf> {
        Box::new(Self(RwLock::default()))
    }

    fn adopt(&self, core: &Arc<Core>, from: Option<&dyn ErasedShelf>) {
        let from: Option<&dyn Any> = from.map(|shelf| shelf as &dyn Any);
        let from = from.and_then(|shelf| shelf.downcast_ref::<Self>()).map(|shelf| shelf.0.read());
        let mut stores = self.0.write();
        for scope in from.iter().flat_map(|from| from.keys()) {
            let make = || Arc::new(S::create(&StoreContext::new::<S>(core, scope)));
            stores.entry(scope.clone()).or_insert_with(make);
        }
        for (scope, store) in stores.iter() {
            let source = from.as_ref().and_then(|from| from.get(scope));
            let sources = source.map(|source| source.tables()).unwrap_or_default();
            for (index, table) in store.tables().into_iter().enumerate() {
                table.adopt(sources.get(index).map(|source| source.as_any()));
            }
        }
    }
}
