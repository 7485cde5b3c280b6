//! Stores: the tables of a service, in a scope.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use fogbank_context::{AccountId, Region};
use serde::{Deserialize, Serialize};

use crate::table::ErasedTable;
use crate::world::Core;
use crate::{Key, Resource, Table};

/// The place of a store: what of the caller's account and region counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// One for each account and region, as queues are.
    Regional(AccountId, Region),
    /// One for each account, as IAM roles are.
    Account(AccountId),
    /// One for all, as the names of S3 buckets are.
    Global,
}

/// The type of a scope: [`Regional`], [`AccountWide`] or [`Global`].
pub trait ScopeKind: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// The scope as a value.
    fn scope(&self) -> Scope;
    /// The scope from a value of the same kind.
    fn from_scope(scope: &Scope) -> Option<Self>;
}

/// State per account and region.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Regional(pub AccountId, pub Region);

/// State per account, the same in all regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountWide(pub AccountId);

/// State that all accounts and regions share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Global;

impl ScopeKind for Regional {
    fn scope(&self) -> Scope {
        Scope::Regional(self.0, self.1.clone())
    }

    fn from_scope(scope: &Scope) -> Option<Self> {
        match scope {
            Scope::Regional(account, region) => Some(Self(*account, region.clone())),
            _ => None,
        }
    }
}

impl ScopeKind for AccountWide {
    fn scope(&self) -> Scope {
        Scope::Account(self.0)
    }

    fn from_scope(scope: &Scope) -> Option<Self> {
        match scope {
            Scope::Account(account) => Some(Self(*account)),
            _ => None,
        }
    }
}

impl ScopeKind for Global {
    fn scope(&self) -> Scope {
        Scope::Global
    }

    fn from_scope(scope: &Scope) -> Option<Self> {
        matches!(scope, Scope::Global).then_some(Self)
    }
}

/// The tables of a service in one scope; declared with [`store!`](crate::store).
pub trait Store: Send + Sync + Sized + 'static {
    /// The service's name as its endpoints and configuration spell it, such as `sqs`.
    ///
    /// A service has at most one store of each scope; together they name it in saved state.
    const SERVICE: &'static str;
    /// What of the caller's account and region counts.
    type Scope: ScopeKind;

    /// An empty store.
    fn create(context: &StoreContext) -> Self;

    /// A store of another world that shares the contents of this one.
    fn fork(&self, context: &StoreContext) -> Self;

    /// Adds the tables to a list.
    fn tables<'a>(&'a self, list: &mut TableList<'a>);

    /// The place of the type in every world's index.
    fn slot() -> &'static StoreSlot;
}

/// What a table has to know of the world and the store it is in.
#[derive(Clone, Debug)]
pub struct StoreContext {
    pub(crate) core: Arc<Core>,
    pub(crate) address: Arc<StoreAddress>,
}

/// The name of a store in saved state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StoreAddress {
    /// The service, such as `sqs`.
    pub service: Arc<str>,
    /// The scope.
    pub scope: Scope,
}

impl StoreContext {
    pub(crate) fn new<S: Store>(core: &Arc<Core>, scope: &S::Scope) -> Self {
        let address = StoreAddress { service: Arc::from(S::SERVICE), scope: scope.scope() };
        Self { core: Arc::clone(core), address: Arc::new(address) }
    }
}

/// A number for a store type, given at its first use in the process.
#[derive(Debug, Default)]
pub struct StoreSlot(OnceLock<usize>);

impl StoreSlot {
    /// A slot without a number yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    pub(crate) fn index(&self) -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        *self.0.get_or_init(|| NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The tables of a store, types not known; filled by [`Store::tables`].
#[derive(Default)]
pub struct TableList<'a>(Vec<&'a dyn ErasedTable>);

impl std::fmt::Debug for TableList<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|table| table.name())).finish()
    }
}

impl<'a> TableList<'a> {
    /// Adds a table.
    pub fn add<K: Key, R: Resource>(&mut self, table: &'a Table<K, R>) {
        self.0.push(table);
    }

    pub(crate) fn of<S: Store>(store: &'a S) -> Vec<&'a dyn ErasedTable> {
        let mut list = Self::default();
        store.tables(&mut list);
        list.0
    }
}

/// Declares a [`Store`]: `pub struct Name: "service", Scope { pub table: Table<Key, Resource>, … }`.
///
/// The scope is `Regional`, `AccountWide` or `Global`. The service's name and the tables' names are
/// part of the saved form.
#[macro_export]
macro_rules! store {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident: $service:literal, $scope:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $table:ty),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $table,)+
        }

        impl $crate::Store for $name {
            const SERVICE: &'static str = $service;
            type Scope = $crate::$scope;

            fn create(context: &$crate::StoreContext) -> Self {
                Self { $($field: <$table>::new(stringify!($field), context),)+ }
            }

            fn fork(&self, context: &$crate::StoreContext) -> Self {
                Self { $($field: self.$field.fork(context),)+ }
            }

            fn tables<'a>(&'a self, list: &mut $crate::TableList<'a>) {
                $(list.add(&self.$field);)+
            }

            fn slot() -> &'static $crate::StoreSlot {
                static SLOT: $crate::StoreSlot = $crate::StoreSlot::new();
                &SLOT
            }
        }
    };
}
