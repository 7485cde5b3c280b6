//! Versions and their staging labels.

use std::collections::{BTreeMap, BTreeSet};

use fogbank_context::Timestamp;

use crate::store::{Secret, Stored, Version};

/// The label of the version that is in use.
pub(crate) const CURRENT: &str = "AWSCURRENT";
/// The label of the version that was in use before.
pub(crate) const PREVIOUS: &str = "AWSPREVIOUS";
/// The label of a version that a rotation makes.
pub(crate) const PENDING: &str = "AWSPENDING";

/// How many versions without labels are kept.
const DEPRECATED: usize = 100;

impl Secret {
    /// The version of that id.
    pub(crate) fn version(&self, id: &str) -> Option<&Version> {
        self.versions.values().find(|version| version.id == id)
    }

    /// The version with that label.
    pub(crate) fn staged(&self, stage: &str) -> Option<&Version> {
        self.versions.values().find(|version| version.stages.contains(stage))
    }

    /// Changes the version of that id.
    pub(crate) fn edit_version<T>(&mut self, id: &str, edit: impl FnOnce(&mut Version) -> T) {
        let key = self.versions.iter().find(|(_, version)| version.id == id).map(|(key, _)| *key);
        if let Some(version) = key.and_then(|key| self.versions.get_mut(&key)) {
            edit(version);
        }
    }

    /// Adds a version with these labels, which other versions lose.
    pub(crate) fn add_version(
        &mut self,
        id: &str,
        stages: BTreeSet<String>,
        value: Stored,
        now: Timestamp,
    ) {
        let version = Version {
            id: id.to_owned(),
            created: now,
            accessed: None,
            stages: BTreeSet::new(),
            value,
        };
        self.versions.insert(self.next_version, version);
        self.next_version += 1;
        stages.iter().for_each(|stage| self.move_stage(stage, Some(id)));
        self.changed = now;
        self.drop_deprecated();
    }

    /// Attaches a label to one version, or to none, and takes it off the others. The version that
    /// loses `AWSCURRENT` gets `AWSPREVIOUS`.
    pub(crate) fn move_stage(&mut self, stage: &str, to: Option<&str>) {
        let from = self.staged(stage).map(|version| version.id.clone());
        if from.as_deref() == to {
            return;
        }
        if let Some(from) = &from {
            self.edit_version(from, |version| version.stages.remove(stage));
        }
        if let Some(to) = to {
            self.edit_version(to, |version| version.stages.insert(stage.to_owned()));
        }
        if stage == CURRENT
            && let Some(from) = &from
        {
            self.edit_version(from, |version| version.stages.remove(PENDING));
            self.move_stage(PREVIOUS, Some(from));
        }
    }

    fn drop_deprecated(&mut self) {
        let deprecated = self.versions.iter().filter(|(_, version)| version.stages.is_empty());
        let deprecated: Vec<u64> = deprecated.map(|(key, _)| *key).collect();
        let excess = deprecated.len().saturating_sub(DEPRECATED);
        deprecated.iter().take(excess).for_each(|key| drop(self.versions.remove(key)));
    }

    /// The labelled versions with their labels; none when there are none.
    pub(crate) fn stages(&self) -> Option<BTreeMap<String, Vec<String>>> {
        let labelled = self.versions.values().filter(|version| !version.stages.is_empty());
        let stages: BTreeMap<_, _> =
            labelled.map(|version| (version.id.clone(), version.stage_list())).collect();
        (!stages.is_empty()).then_some(stages)
    }
}

impl Version {
    /// The labels, in order.
    pub(crate) fn stage_list(&self) -> Vec<String> {
        self.stages.iter().cloned().collect()
    }
}

/// The start of the day of a point in time: so fine is AWS about when secrets were read.
pub(crate) fn day(at: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 60 * 60;
    Timestamp::from_secs(at.as_secs().div_euclid(DAY) * DAY)
}
