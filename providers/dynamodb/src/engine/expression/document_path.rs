//! Document paths: `a.b[3].c`.

use std::fmt;

use crate::engine::value::{Attributes, Value};

/// One step from a value into a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An entry of a list.
    Index(usize),
    /// An entry of a map.
    Field(Box<str>),
}

/// A path from an item to a value, placeholders already replaced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentPath {
    /// The top-level attribute.
    pub root: Box<str>,
    /// The steps below it.
    pub steps: Vec<Step>,
}

/// How two paths of one expression get into each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// One is the other, or leads to a part of it.
    Overlap,
    /// One takes a value for a list and the other takes it for a map.
    Conflict,
}

impl DocumentPath {
    /// The path to a top-level attribute.
    pub fn attribute(name: &str) -> DocumentPath {
        DocumentPath { root: name.into(), steps: Vec::new() }
    }

    /// The value that the path leads to.
    pub fn find<'a>(&self, item: &'a Attributes) -> Option<&'a Value> {
        let root = item.get(&self.root)?;
        self.steps.iter().try_fold(root, |value, step| match (step, value) {
            (Step::Index(index), Value::L(list)) => list.get(*index),
            (Step::Field(name), Value::M(map)) => map.get(name),
            _ => None,
        })
    }

    /// How this path clashes with another of the same expression.
    pub fn clash(&self, other: &DocumentPath) -> Option<Clash> {
        if self.root != other.root {
            return None;
        }
        for (own, others) in self.steps.iter().zip(&other.steps) {
            match (own, others) {
                (Step::Index(_), Step::Field(_)) | (Step::Field(_), Step::Index(_)) => {
                    return Some(Clash::Conflict);
                }
                _ if own != others => return None,
                _ => {}
            }
        }
        Some(Clash::Overlap)
    }
}

/// The form in which messages show a path: `[a, b, [3]]`.
impl fmt::Display for DocumentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}", self.root)?;
        for step in &self.steps {
            match step {
                Step::Index(index) => write!(f, ", [{index}]")?,
                Step::Field(name) => write!(f, ", {name}")?,
            }
        }
        f.write_str("]")
    }
}

/// The first pair of paths that clash, as AWS reports it.
pub fn first_clash(paths: &[&DocumentPath]) -> Option<String> {
    for (at, later) in paths.iter().enumerate() {
        for earlier in &paths[..at] {
            let verb = match earlier.clash(later) {
                None => continue,
                Some(Clash::Overlap) => "overlap",
                Some(Clash::Conflict) => "conflict",
            };
            return Some(format!(
                "Two document paths {verb} with each other; must remove or rewrite one of these \
                 paths; path one: {earlier}, path two: {later}"
            ));
        }
    }
    None
}
