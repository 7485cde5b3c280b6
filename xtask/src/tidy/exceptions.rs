//! `xtask/tidy.toml`: exceptions from the rules, each with its reason.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::{Outcome, root};

/// Paths with reasons, by rule.
pub(super) struct Exceptions {
    listed: BTreeMap<String, BTreeMap<String, String>>,
    used: RefCell<BTreeSet<(String, String)>>,
}

impl Exceptions {
    pub(super) fn read() -> Outcome<Self> {
        let text = root::read("xtask/tidy.toml")?;
        let listed = toml::from_str(&text).map_err(|error| format!("xtask/tidy.toml: {error}"))?;
        Ok(Self { listed, used: RefCell::default() })
    }

    /// The rule does not hold for this path. Asked only where the rule is broken, so that
    /// exceptions that nothing needs come to light.
    pub(super) fn allow(&self, rule: &str, path: &str) -> bool {
        let listed = self.listed.get(rule).is_some_and(|paths| paths.contains_key(path));
        if listed {
            self.used.borrow_mut().insert((rule.to_owned(), path.to_owned()));
        }
        listed
    }

    /// Exceptions that nothing asked for.
    pub(super) fn unused(&self) -> Vec<String> {
        let used = self.used.borrow();
        let all = self
            .listed
            .iter()
            .flat_map(|(rule, paths)| paths.keys().map(move |path| (rule.clone(), path.clone())));
        all.filter(|entry| !used.contains(entry))
            .map(|(rule, path)| format!("{rule} of {path}"))
            .collect()
    }
}
