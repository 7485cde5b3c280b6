//! The worlds of a server: the main one and its forks.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use fogbank_config::Config;
use fogbank_state::World;
use parking_lot::RwLock;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use crate::server::Desk;

/// The name of the world that is always there.
pub(crate) const MAIN: &str = "main";

/// All worlds, by name.
pub(crate) struct Worlds {
    main: Arc<World>,
    forks: RwLock<BTreeMap<String, Fork>>,
    count: AtomicUsize,
    /// How many ports were given out so far.
    ports: AtomicUsize,
    desk: RwLock<Weak<Desk>>,
}

/// A world that was forked.
#[derive(Clone)]
pub(crate) struct Fork {
    /// The world.
    pub(crate) world: Arc<World>,
    /// The world that it was forked from.
    pub(crate) parent: String,
    /// The port of its own, and the task that listens there.
    pub(crate) listener: Option<(u16, AbortHandle)>,
}

/// Why a world is not forked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ForkError {
    /// There is no world to fork.
    NoParent,
    /// Another world has the name.
    Taken,
}

impl Worlds {
    /// The main world alone.
    pub(crate) fn new(main: Arc<World>) -> Self {
        Self {
            main,
            forks: RwLock::default(),
            count: AtomicUsize::new(0),
            ports: AtomicUsize::new(0),
            desk: RwLock::default(),
        }
    }

    /// Connections to forks are taken in here from now on.
    pub(crate) fn open_desk(&self, desk: &Arc<Desk>) {
        *self.desk.write() = Arc::downgrade(desk);
    }

    /// Closes the ports of all forks.
    pub(crate) fn close(&self) {
        for fork in self.forks.read().values() {
            if let Some((_, task)) = &fork.listener {
                task.abort();
            }
        }
    }

    /// Listens for a world on a free port of its own, at the server's first address.
    ///
    /// Ports go round: a client that still has connections to a dropped world at a port must not
    /// meet the next world there.
    pub(crate) async fn listen(
        &self,
        config: &Config,
        host: Option<IpAddr>,
        world: Arc<World>,
    ) -> Option<(u16, AbortHandle)> {
        let desk = self.desk.read().upgrade()?;
        let host = host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let mut ports: Vec<u16> = config.world_ports.ports().collect();
        let given = self.ports.fetch_add(1, Ordering::Relaxed);
        let first = given % ports.len().max(1);
        ports.rotate_left(first);
        for port in ports {
            if let Ok(listener) = TcpListener::bind(SocketAddr::new(host, port)).await {
                let task = tokio::spawn(desk.accept(listener, world));
                return Some((port, task.abort_handle()));
            }
        }
        None
    }

    /// Whether changes to the main world are to be made durable; forks live in memory.
    pub(crate) fn is_persistent(&self) -> bool {
        self.main.is_persistent()
    }

    /// The main world.
    pub(crate) fn main(&self) -> Arc<World> {
        self.main.clone()
    }

    /// Whether there are other worlds than the main one.
    pub(crate) fn has_forks(&self) -> bool {
        self.count.load(Ordering::Relaxed) > 0
    }

    /// A world by name.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<World>> {
        if name == MAIN {
            return Some(self.main());
        }
        self.forks.read().get(name).map(|fork| fork.world.clone())
    }

    /// The forks, by name.
    pub(crate) fn forks(&self) -> BTreeMap<String, Fork> {
        self.forks.read().clone()
    }

    /// Adds a fork; false when the name is taken.
    pub(crate) fn insert(&self, name: &str, fork: Fork) -> bool {
        let mut forks = self.forks.write();
        if name == MAIN || forks.contains_key(name) {
            return false;
        }
        forks.insert(name.to_owned(), fork);
        self.count.store(forks.len(), Ordering::Relaxed);
        true
    }

    /// Takes a fork out, closes its port, and its connections when they have answered.
    pub(crate) fn remove(&self, name: &str) -> Option<Fork> {
        let mut forks = self.forks.write();
        let fork = forks.remove(name)?;
        self.count.store(forks.len(), Ordering::Relaxed);
        if let Some((_, task)) = &fork.listener {
            task.abort();
        }
        if let Some(desk) = self.desk.read().upgrade() {
            tokio::spawn(desk.close_connections_of(Arc::downgrade(&fork.world)));
        }
        Some(fork)
    }

    /// Gives a fork another name; none when there is no such fork, false when the name is taken.
    pub(crate) fn rename(&self, from: &str, to: &str) -> Option<bool> {
        let mut forks = self.forks.write();
        if !forks.contains_key(from) {
            return None;
        }
        if to == MAIN || forks.contains_key(to) {
            return Some(false);
        }
        let fork = forks.remove(from)?;
        forks.insert(to.to_owned(), fork);
        Some(true)
    }
}
