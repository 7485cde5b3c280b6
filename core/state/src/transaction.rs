//! Changing several resources at once.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::table::{Edit, Target, Wake};
use crate::world::Pass;
use crate::{Key, Resource, Table, World};

impl World {
    /// Starts a transaction over several resources of this world.
    ///
    /// ```
    /// # use fogbank_state::{World, Table, Resource, store};
    /// # use fogbank_context::{AccountId, Region};
    /// # store! { struct Bank: "bank", AccountWide { purses: Table<String, Purse> } }
    /// # #[derive(Clone, serde::Serialize, serde::Deserialize)] struct Purse { coins: u64 }
    /// # impl Resource for Purse { const VERSION: u32 = 1; }
    /// # let world = World::new();
    /// # let bank = world.account::<Bank>(AccountId::DEFAULT);
    /// # bank.purses.insert("ann".into(), Purse { coins: 3 });
    /// # bank.purses.insert("bob".into(), Purse { coins: 0 });
    /// let mut transaction = world.transaction();
    /// let ann = transaction.lock(&bank.purses, "ann".to_owned());
    /// let bob = transaction.lock(&bank.purses, "bob".to_owned());
    /// transaction.run(|tx| {
    ///     let mut from = tx.edit(ann).ok_or("no such purse")?;
    ///     from.coins = from.coins.checked_sub(2).ok_or("too poor")?;
    ///     tx.edit(bob).ok_or("no such purse")?.coins += 2;
    ///     Ok::<_, &str>(())
    /// })?;
    /// assert_eq!(bank.purses.read("bob", |purse| purse.coins), Some(2));
    /// # Ok::<_, &str>(())
    /// ```
    pub fn transaction(&self) -> Transaction<'_> {
        Transaction { world: self, targets: Vec::new() }
    }
}

/// The resources that a transaction is about; from [`World::transaction`].
pub struct Transaction<'w> {
    world: &'w World,
    targets: Vec<Box<dyn ErasedTarget + 'w>>,
}

/// Names a resource inside a transaction.
pub struct Locked<R> {
    index: usize,
    resource: PhantomData<fn() -> R>,
}

impl<R> Clone for Locked<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Locked<R> {}

impl<R> fmt::Debug for Locked<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Locked").field(&self.index).finish()
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("resources", &self.targets.len()).finish()
    }
}

/// What the closure of a transaction works on.
pub struct Tx<'a> {
    /// For each `lock` call, the place in `values`, or none when there is no such resource.
    places: Vec<Option<usize>>,
    /// The resources, each an `Arc`, and whether they were changed.
    values: Vec<(&'a mut dyn Any, &'a mut bool)>,
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("resources", &self.places.len()).finish()
    }
}

impl Tx<'_> {
    /// The resource, to be looked at and changed; none when there was none under its key.
    pub fn edit<R: Resource>(&mut self, resource: Locked<R>) -> Option<Edit<'_, R>> {
        let place = (*self.places.get(resource.index)?)?;
        let (value, changed) = &mut self.values[place];
        Some(Edit::new(value.downcast_mut::<Arc<R>>()?, changed))
    }
}

/// A resource by table and key, types not known.
pub(crate) trait ErasedTarget {
    /// Finds the resource as it is now.
    fn find<'a>(&'a self, pass: &Pass<'_>) -> Option<Box<dyn ErasedFound + 'a>>;
}

/// A resource that was found, not locked yet.
pub(crate) trait ErasedFound {
    /// Distinguishes it from all others, and orders the locking.
    fn address(&self) -> usize;
    /// Locks it; none when it was removed meanwhile.
    fn acquire(&self) -> Option<Box<dyn ErasedAcquired<'_> + '_>>;
}

/// A locked resource.
pub(crate) trait ErasedAcquired<'a> {
    /// The draft, or without one the resource itself, and whether it was changed.
    fn value(&mut self) -> (&mut dyn Any, &mut bool);
    /// Forgets the draft: what is changed from now on is changed in place.
    fn drop_draft(&mut self);
    /// Puts the draft in place, if there is one, and adds its changes to a batch for the journal, if there is one.
    fn commit(&mut self, batch: &mut Vec<u8>);
    /// Releases the lock and says whom to wake then: who watches the resource, and the table.
    fn release(self: Box<Self>) -> Option<(&'a Wake, &'a Wake)>;
}

impl<'w> Transaction<'w> {
    /// Adds a resource; the same one may be added twice. The table is of this world.
    pub fn lock<K: Key, R: Resource>(&mut self, table: &'w Table<K, R>, key: K) -> Locked<R> {
        self.targets.push(Box::new(Target { table, key }));
        Locked { index: self.targets.len() - 1, resource: PhantomData }
    }

    /// Locks all resources, runs `work` on them and makes its changes together, in memory and in
    /// the journal; on an error (or a panic) none of them.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn run<T, E>(self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.run_in_steps(work, |_, output| output, false)
    }

    /// Locks all resources, lets `plan` look at them, and `apply` change them in place: without the
    /// copies of what changes that [`Transaction::run`] makes to be able to take it back. `plan`
    /// changes nothing; what it changed is dropped.
    ///
    /// # Errors
    /// What `plan` returns; nothing is changed then.
    pub fn run_planned<P, T, E>(
        self,
        plan: impl FnOnce(&mut Tx<'_>) -> Result<P, E>,
        apply: impl FnOnce(&mut Tx<'_>, P) -> T,
    ) -> Result<T, E> {
        self.run_in_steps(plan, apply, true)
    }

    fn run_in_steps<P, T, E>(
        self,
        plan: impl FnOnce(&mut Tx<'_>) -> Result<P, E>,
        apply: impl FnOnce(&mut Tx<'_>, P) -> T,
        in_place: bool,
    ) -> Result<T, E> {
        let pass = self.world.core.enter();
        loop {
            let found: Vec<_> = self.targets.iter().map(|target| target.find(&pass)).collect();
            let mut order: Vec<_> = found.iter().flatten().collect();
            order.sort_by_key(|found| found.address());
            order.dedup_by_key(|found| found.address());
            let addresses: Vec<_> = order.iter().map(|found| found.address()).collect();
            let locked: Option<Vec<_>> = order.iter().map(|found| found.acquire()).collect();
            let Some(mut locked) = locked else { continue };

            let place = |found: &dyn ErasedFound| addresses.binary_search(&found.address()).ok();
            let places = found.iter().map(|found| place(found.as_deref()?)).collect();
            let values = locked.iter_mut().map(|locked| locked.value()).collect();
            let mut tx = Tx { places, values };
            let planned = plan(&mut tx)?;
            if in_place {
                let places = tx.places;
                locked.iter_mut().for_each(|locked| locked.drop_draft());
                let values = locked.iter_mut().map(|locked| locked.value()).collect();
                tx = Tx { places, values };
            }
            let output = apply(&mut tx, planned);
            let mut batch = Vec::new();
            locked.iter_mut().for_each(|locked| locked.commit(&mut batch));
            self.world.core.append(batch);
            let wakes: Vec<_> = locked.into_iter().filter_map(|locked| locked.release()).collect();
            for (resource, table) in wakes {
                resource.wake();
                table.wake();
            }
            return Ok(output);
        }
    }
}
