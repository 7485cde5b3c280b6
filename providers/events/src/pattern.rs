//! Event patterns: what a rule or an archive wants of events.
//!
//! A pattern is a JSON object with the members of events that have to match, and for each the values
//! that it may have. It is read into branches, one for each way through its `$or`s; a branch wants
//! something of the members at some paths. An event matches when one branch finds what it wants.
//!
//! The rules are those of AWS's own matcher, <https://github.com/aws/event-ruler>; the words of errors are
//! recorded ones.

mod address;
mod compile;
mod matcher;
mod matching;
mod number;
mod wildcard;

use std::collections::BTreeMap;

use crate::event::json::Json;
use matcher::Matcher;

/// The most branches of a pattern.
const MOST_BRANCHES: usize = 1_000;

/// What is wrong with a pattern, in AWS's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPattern(String);

impl InvalidPattern {
    /// The reason.
    pub fn reason(&self) -> &str {
        &self.0
    }
}

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    branches: Vec<Branch>,
}

/// What the members at some paths have to be. Names on a path are joined with dots.
type Branch = BTreeMap<String, Vec<Matcher>>;

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, InvalidPattern> {
        compile::compile(text).map(|branches| Self { branches })
    }

    /// Whether an event matches that is a JSON object; nothing else does.
    pub fn matches_text(&self, event: &str) -> bool {
        Json::parse(event).is_some_and(|event| self.matches(&event))
    }

    /// Whether an event matches.
    pub(crate) fn matches(&self, event: &Json) -> bool {
        let steps = self.branches.iter().flat_map(|branch| branch.keys());
        let fields = matching::Fields::of(event, steps);
        self.branches.iter().any(|branch| fields.match_branch(branch))
    }
}

#[cfg(test)]
mod tests;
