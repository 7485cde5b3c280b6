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
    /// For each `lock` call, the place in `drafts`, or none when there is no such resource.
    places: Vec<Option<usize>>,
    drafts: Vec<&'a mut dyn Any>,
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("resources", &self.places.len()).finish()
    }
}

/// A resource as the transaction left it so far.
pub(crate) struct Draft<R> {
    pub(crate) value: Arc<R>,
    pub(crate) changed: bool,
}

impl Tx<'_> {
    /// The resource, to be looked at and changed; none when there was none under its key.
    pub fn edit<R: Resource>(&mut self, resource: Locked<R>) -> Option<Edit<'_, R>> {
        let place = (*self.places.get(resource.index)?)?;
        let draft = self.drafts[place].downcast_mut::<Draft<R>>()?;
        Some(Edit::new(&mut draft.value, &mut draft.changed))
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
    /// The [`Draft`].
    fn draft(&mut self) -> &mut dyn Any;
    /// Puts the draft in place and adds its changes to a batch for the journal, if there is one.
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
            let drafts = locked.iter_mut().map(|locked| locked.draft()).collect();
            let output = work(&mut Tx { places, drafts })?;
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
