//! The stores of a world, by type and scope.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;

use super::Core;
use crate::blob::BlobStore;
use crate::journal::{OpSink, RawStore};
use crate::store::{ScopeKind, Store, StoreAddress, StoreContext, TableList};
use crate::table::LoadProblem;

const CHUNK: usize = 16;
const CHUNKS: usize = 32;

type Slot = OnceLock<Box<dyn ErasedShelf>>;

/// The stores of all types, found by the number of the type.
#[derive(Default)]
pub(super) struct Shelves {
    /// Made when one of their slots is first used, so that a fork of a world with few services is
    /// small.
    chunks: [OnceLock<Box<[Slot; CHUNK]>>; CHUNKS],
    /// What was loaded and nobody asked for yet, and what cannot be read.
    saved: Mutex<FxHashMap<StoreAddress, Arc<RawStore>>>,
    problems: Mutex<Vec<LoadProblem>>,
}

/// The stores of one type, by scope.
struct Shelf<S: Store>(RwLock<FxHashMap<S::Scope, Arc<S>>>);

/// A shelf whose store type is not known.
trait ErasedShelf: Any + Send + Sync {
    fn fork(&self, core: &Arc<Core>) -> Box<dyn ErasedShelf>;
    /// An empty shelf of the same type.
    fn empty(&self) -> Box<dyn ErasedShelf>;
    /// Reads in another world what it has as bytes for the stores on this shelf.
    fn read_in(&self, shelves: &Shelves, core: &Arc<Core>);
    /// Takes the contents of a shelf of the same type, or becomes empty.
    fn adopt(&self, core: &Arc<Core>, from: Option<&dyn ErasedShelf>);
    /// Writes the stores of a service that is wanted.
    fn export(&self, wanted: &dyn Fn(&str) -> bool, sink: &mut OpSink<'_>);
    /// The service and how many resources its stores on this shelf hold.
    fn count(&self) -> (&'static str, usize);
    /// The service.
    fn service(&self) -> &'static str;
}

impl Shelves {
    /// Shelves with everything still as bytes.
    pub(super) fn of_saved(saved: FxHashMap<StoreAddress, RawStore>, blobs: &BlobStore) -> Self {
        let saved = saved.into_iter().map(|(address, mut store)| {
            store.keep_blobs(blobs);
            (address, Arc::new(store))
        });
        Self { saved: Mutex::new(saved.collect()), ..Self::default() }
    }

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
        self.make_store(shelf, core, scope)
    }

    /// The store, read from bytes or empty when there is none yet.
    fn make_store<S: Store>(&self, shelf: &Shelf<S>, core: &Arc<Core>, scope: &S::Scope) -> Arc<S> {
        let mut stores = shelf.0.write();
        let make = || {
            let context = StoreContext::new::<S>(core, scope);
            let store = S::create(&context);
            let saved = self.saved.lock().remove(&*context.address);
            if let Some(saved) = saved {
                self.read_store(&store, &context, Arc::unwrap_or_clone(saved), core);
            }
            Arc::new(store)
        };
        Arc::clone(stores.entry(scope.clone()).or_insert_with(make))
    }

    fn read_store<S: Store>(
        &self,
        store: &S,
        context: &StoreContext,
        mut saved: RawStore,
        core: &Core,
    ) {
        for table in TableList::of(store) {
            let Some(resources) = saved.tables.remove(table.name()) else { continue };
            let (rest, problems) = core.blobs().enter(|| table.load(resources));
            self.problems.lock().extend(problems);
            if !rest.0.is_empty() {
                saved.tables.insert(table.name().into(), rest);
            }
        }
        if saved.count() > 0 {
            self.saved.lock().insert((*context.address).clone(), Arc::new(saved));
        }
    }

    pub(super) fn all<S: Store>(&self, core: &Arc<Core>) -> Vec<(S::Scope, Arc<S>)> {
        self.read_all::<S>(core);
        let stores = self.shelf::<S>().0.read();
        stores.iter().map(|(scope, store)| (scope.clone(), Arc::clone(store))).collect()
    }

    /// Reads all stores of a type that are there as bytes.
    fn read_all<S: Store>(&self, core: &Arc<Core>) {
        let saved = self.saved.lock();
        let addresses = saved.keys().filter(|address| &*address.service == S::SERVICE);
        let scopes = addresses.filter_map(|address| S::Scope::from_scope(&address.scope));
        let scopes: Vec<_> = scopes.collect();
        drop(saved);
        for scope in scopes {
            self.store::<S>(core, &scope);
        }
    }

    /// Whether there are resources of a service, read or still as bytes.
    pub(super) fn keep(&self, service: &str) -> bool {
        let here = |shelf: &dyn ErasedShelf| shelf.service() == service && shelf.count().1 > 0;
        self.filled().any(|(_, shelf)| here(shelf))
            || self.saved.lock().keys().any(|address| &*address.service == service)
    }

    pub(super) fn problems(&self) -> Vec<LoadProblem> {
        self.problems.lock().clone()
    }

    /// The same stores for another world; the gate is closed.
    pub(super) fn fork(&self, core: &Arc<Core>) -> Self {
        let saved = self.saved.lock().clone();
        let problems = self.problems.lock().clone();
        let fork =
            Self { saved: Mutex::new(saved), problems: Mutex::new(problems), ..Self::default() };
        for (index, shelf) in self.filled() {
            fork.slot(index).get_or_init(|| shelf.fork(core));
        }
        fork
    }

    /// Prepares `self`, which nobody else uses, to be adopted by `by`: what that has read, this
    /// reads too.
    pub(super) fn prepare_for(&self, core: &Arc<Core>, by: &Shelves) {
        for (_, shelf) in by.filled() {
            shelf.read_in(self, core);
        }
    }

    /// Takes the contents of `from`, or becomes empty; the gate is closed.
    pub(super) fn adopt(&self, core: &Arc<Core>, from: Option<&Shelves>) {
        *self.saved.lock() = from.map(|from| from.saved.lock().clone()).unwrap_or_default();
        *self.problems.lock() = from.map(Self::problems).unwrap_or_default();
        for (index, shelf) in from.iter().flat_map(|from| from.filled()) {
            self.slot(index).get_or_init(|| shelf.empty());
        }
        for (index, shelf) in self.filled() {
            let source = from.and_then(|from| from.slot(index).get());
            shelf.adopt(core, source.map(|source| &**source));
        }
    }

    /// Writes all that belongs to a service that is wanted.
    pub(super) fn export(&self, wanted: &dyn Fn(&str) -> bool, sink: &mut OpSink<'_>) {
        for (_, shelf) in self.filled() {
            shelf.export(wanted, sink);
        }
        let saved = self.saved.lock().clone();
        for (address, store) in saved {
            if wanted(&address.service) {
                store.export(&address, sink);
            }
        }
    }

    /// How many resources each service has.
    pub(super) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (_, shelf) in self.filled() {
            let (service, count) = shelf.count();
            *counts.entry(service.to_owned()).or_default() += count;
        }
        for (address, store) in self.saved.lock().iter() {
            *counts.entry(address.service.to_string()).or_default() += store.count();
        }
        counts.retain(|_, count| *count > 0);
        counts
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

    fn read_in(&self, shelves: &Shelves, core: &Arc<Core>) {
        let scopes: Vec<_> = self.0.read().keys().cloned().collect();
        for scope in scopes {
            shelves.store::<S>(core, &scope);
        }
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
            let sources = source.map(|source| TableList::of(&**source)).unwrap_or_default();
            for (index, table) in TableList::of(&**store).into_iter().enumerate() {
                table.adopt(sources.get(index).copied());
            }
        }
    }

    fn export(&self, wanted: &dyn Fn(&str) -> bool, sink: &mut OpSink<'_>) {
        if !wanted(S::SERVICE) {
            return;
        }
        let stores: Vec<_> = self.0.read().values().cloned().collect();
        for store in stores {
            TableList::of(&*store).into_iter().for_each(|table| table.export(sink));
        }
    }

    fn service(&self) -> &'static str {
        S::SERVICE
    }

    fn count(&self) -> (&'static str, usize) {
        let stores = self.0.read();
        let tables = stores.values().flat_map(|store| TableList::of(&**store));
        (S::SERVICE, tables.map(|table| table.count()).sum())
    }
}
