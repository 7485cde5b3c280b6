//! What was decided, for those who ask why.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fogbank_context::Timestamp;
use parking_lot::Mutex;

/// Decisions that are remembered.
const RECENT: usize = 2_000;
/// Pairs of action and resource that are remembered of a principal.
const USES: usize = 5_000;

/// Whether a request was allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was.
    Allowed,
    /// It was denied.
    Denied,
    /// It would have been denied, and was answered nevertheless.
    WouldBeDenied,
}

impl Verdict {
    /// A word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Allowed => "allowed",
            Verdict::Denied => "denied",
            Verdict::WouldBeDenied => "would be denied",
        }
    }
}

/// A decision on a request.
#[derive(Clone, Debug)]
pub struct Record {
    /// The id of the request.
    pub request_id: String,
    /// When.
    pub at: Timestamp,
    /// Who asked, by ARN.
    pub principal: String,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// What was decided.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Why other statements that speak of the action did not apply.
    pub details: Vec<String>,
}

/// What a principal did: actions, each with its resources.
pub type Uses = BTreeMap<String, BTreeSet<String>>;

/// The decisions of a gateway.
#[derive(Debug, Default)]
pub struct Records {
    recent: Mutex<VecDeque<Record>>,
    uses: Mutex<BTreeMap<String, Uses>>,
}

impl Records {
    /// Remembers a decision.
    pub fn add(&self, record: Record) {
        let mut recent = self.recent.lock();
        if recent.len() >= RECENT {
            recent.pop_front();
        }
        recent.push_back(record);
    }

    /// Remembers that a principal needed an action on a resource, allowed or not.
    pub fn note(&self, principal: &str, action: &str, resource: &str) {
        let mut all = self.uses.lock();
        if let Some(resources) = all.get(principal).and_then(|uses| uses.get(action))
            && (resources.contains(resource) || resources.len() >= USES)
        {
            return;
        }
        let uses = all.entry(principal.to_owned()).or_default();
        uses.entry(action.to_owned()).or_default().insert(resource.to_owned());
    }

    /// The decisions on a request, in their order.
    pub fn of_request(&self, request_id: &str) -> Vec<Record> {
        let recent = self.recent.lock();
        recent.iter().filter(|record| record.request_id == request_id).cloned().collect()
    }

    /// The latest decisions, the latest first.
    pub fn latest(&self, wanted: impl Fn(&Record) -> bool, most: usize) -> Vec<Record> {
        let recent = self.recent.lock();
        recent.iter().rev().filter(|record| wanted(record)).take(most).cloned().collect()
    }

    /// What a principal did.
    pub fn uses(&self, principal: &str) -> Option<Uses> {
        self.uses.lock().get(principal).cloned()
    }

    /// The principals that did something.
    pub fn principals(&self) -> Vec<String> {
        self.uses.lock().keys().cloned().collect()
    }
}
