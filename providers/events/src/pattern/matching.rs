//! Finding in an event what a pattern wants.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Branch;
use super::matcher::{Matcher, Value};
use crate::event::json::Json;

/// How many ways through the arrays of an event are looked at side by side.
const MOST_WAYS: usize = 10_000;

/// The values of an event by their paths. Arrays add nothing to a path.
#[derive(Debug)]
pub(super) struct Fields<'e> {
    fields: BTreeMap<String, Vec<Field<'e>>>,
}

/// A value, and the element of each array that it is in.
#[derive(Debug)]
struct Field<'e> {
    value: Value<'e>,
    within: Membership,
}

/// Which element of which arrays: values that match together are not of different elements of one
/// array.
type Membership = BTreeMap<usize, usize>;

/// An event that is taken apart.
struct Walk<'e, 'p> {
    wanted: HashSet<&'p str>,
    fields: BTreeMap<String, Vec<Field<'e>>>,
    arrays: usize,
    within: Membership,
}

impl<'e> Fields<'e> {
    /// The values of an event whose names are on one of these paths.
    pub(super) fn of<'p>(event: &'e Json, paths: impl Iterator<Item = &'p String>) -> Self {
        let mut wanted = HashSet::new();
        for path in paths {
            // A name of an event may have dots itself, so that any run of steps may be one.
            let starts: Vec<usize> =
                std::iter::once(0).chain(path.match_indices('.').map(|(at, _)| at + 1)).collect();
            let ends: Vec<usize> =
                path.match_indices('.').map(|(at, _)| at).chain([path.len()]).collect();
            for (first, start) in starts.iter().enumerate() {
                wanted.extend(ends[first..].iter().map(|end| &path[*start..*end]));
            }
        }
        let mut walk =
            Walk { wanted, fields: BTreeMap::new(), arrays: 0, within: Membership::new() };
        if event.is_object() {
            walk.value(event, &mut String::new());
        }
        Self { fields: walk.fields }
    }

    /// Whether each path of a branch has what is wanted of it, all of the same elements of arrays.
    pub(super) fn match_branch(&self, branch: &Branch) -> bool {
        // Which arrays later paths are in: what others had to do with is forgotten.
        let mut later: Vec<BTreeSet<usize>> = Vec::with_capacity(branch.len());
        let mut seen = BTreeSet::new();
        for path in branch.keys().rev() {
            later.push(seen.clone());
            for field in self.at(path) {
                seen.extend(field.within.keys());
            }
        }
        let mut ways: BTreeSet<Membership> = BTreeSet::from([Membership::new()]);
        for ((path, matchers), later) in branch.iter().zip(later.into_iter().rev()) {
            let fields = self.at(path);
            let wants_absence = matchers.contains(&Matcher::Absent);
            let found: Vec<&Field<'_>> = fields
                .iter()
                .filter(|field| matchers.iter().any(|matcher| matcher.accepts(field.value)))
                .collect();
            let mut next = BTreeSet::new();
            for way in &ways {
                let joined = found.iter().filter_map(|field| join(way, &field.within, &later));
                next.extend(joined.take(MOST_WAYS.saturating_sub(next.len())));
                if wants_absence
                    && !fields.iter().any(|field| join(way, &field.within, &later).is_some())
                {
                    next.insert(way.clone());
                }
            }
            if next.is_empty() {
                return false;
            }
            ways = next;
        }
        true
    }

    fn at(&self, path: &str) -> &[Field<'e>] {
        self.fields.get(path).map_or(&[], Vec::as_slice)
    }
}

/// Both memberships, as far as it matters later; none when they contradict each other.
fn join(one: &Membership, other: &Membership, later: &BTreeSet<usize>) -> Option<Membership> {
    let agree =
        other.iter().all(|(array, element)| one.get(array).is_none_or(|chosen| chosen == element));
    agree.then(|| {
        let all = one.iter().chain(other);
        all.filter(|(array, _)| later.contains(array)).map(|(key, value)| (*key, *value)).collect()
    })
}

impl<'e> Walk<'e, '_> {
    fn value(&mut self, value: &'e Json, path: &mut String) {
        let value = match value {
            Json::Object(members) => {
                for (name, value) in members {
                    if self.wanted.contains(&**name) {
                        let length = path.len();
                        if length > 0 {
                            path.push('.');
                        }
                        path.push_str(name);
                        self.value(value, path);
                        path.truncate(length);
                    }
                }
                return;
            }
            Json::Array(items) => {
                let array = self.arrays;
                self.arrays += 1;
                for (position, item) in items.iter().enumerate() {
                    // A plain value of an array is in no element of it.
                    let inside = matches!(item, Json::Object(_) | Json::Array(_));
                    if inside {
                        self.within.insert(array, position);
                    }
                    self.value(item, path);
                    if inside {
                        self.within.remove(&array);
                    }
                }
                return;
            }
            Json::Text(text) => Value::Text(text),
            Json::Number(number) => Value::Number(number),
            Json::Bool(true) => Value::Word("true"),
            Json::Bool(false) => Value::Word("false"),
            Json::Null => Value::Word("null"),
        };
        let field = Field { value, within: self.within.clone() };
        match self.fields.get_mut(path.as_str()) {
            Some(fields) => fields.push(field),
            None => drop(self.fields.insert(path.clone(), vec![field])),
        }
    }
}
