//! Projections: which parts of an item an answer holds.

use std::collections::BTreeMap;

use super::document_path::{DocumentPath, Step, first_clash};
use super::parser::{Fault, Parser};
use super::{ExpressionKind, Placeholders};
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Value};

/// What is wanted of a value.
#[derive(Clone, Debug)]
enum Part {
    Whole,
    Fields(BTreeMap<Box<str>, Part>),
    Entries(BTreeMap<usize, Part>),
}

/// A set of document paths, none of which leads through another.
#[derive(Clone, Debug)]
pub struct Projection {
    roots: BTreeMap<Box<str>, Part>,
}

impl Part {
    /// Adds what the steps lead to. Steps that clash with earlier ones widen the part.
    fn add(part: Option<Part>, steps: &[Step]) -> Part {
        match (steps.split_first(), part) {
            (None, _) | (_, Some(Part::Whole)) => Part::Whole,
            (Some((Step::Field(name), rest)), part @ (None | Some(Part::Fields(_)))) => {
                let mut fields = match part {
                    Some(Part::Fields(fields)) => fields,
                    _ => BTreeMap::new(),
                };
                let inner = fields.remove(name);
                fields.insert(name.clone(), Part::add(inner, rest));
                Part::Fields(fields)
            }
            (Some((Step::Index(index), rest)), part @ (None | Some(Part::Entries(_)))) => {
                let mut entries = match part {
                    Some(Part::Entries(entries)) => entries,
                    _ => BTreeMap::new(),
                };
                let inner = entries.remove(index);
                entries.insert(*index, Part::add(inner, rest));
                Part::Entries(entries)
            }
            _ => Part::Whole,
        }
    }

    /// The part of `value`, if there is any of it.
    fn of(&self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Part::Whole, _) => Some(value.clone()),
            (Part::Fields(fields), Value::M(map)) => {
                let found: Attributes = fields
                    .iter()
                    .filter_map(|(name, part)| Some((name.clone(), part.of(map.get(name)?)?)))
                    .collect();
                (!found.is_empty()).then_some(Value::M(found))
            }
            (Part::Entries(entries), Value::L(list)) => {
                let found: Vec<Value> =
                    entries.iter().filter_map(|(index, part)| part.of(list.get(*index)?)).collect();
                (!found.is_empty()).then_some(Value::L(found))
            }
            _ => None,
        }
    }
}

impl Projection {
    /// Reads a `ProjectionExpression`.
    pub fn parse(text: &str, placeholders: &mut Placeholders) -> Result<Projection, Invalid> {
        let mut parser = Parser::new(ExpressionKind::Projection, text, placeholders)?;
        let mut paths = vec![parser.path()?];
        while parser.take_symbol(",") {
            paths.push(parser.path()?);
        }
        if let Some(clash) = first_clash(&paths.iter().collect::<Vec<_>>()) {
            parser.note(Fault::Whole, clash);
        }
        parser.finish()?;
        Ok(Projection::of_paths(&paths))
    }

    /// The projection to these paths.
    pub fn of_paths<'a>(paths: impl IntoIterator<Item = &'a DocumentPath>) -> Projection {
        let mut roots = BTreeMap::new();
        for path in paths {
            let part = roots.remove(&path.root);
            roots.insert(path.root.clone(), Part::add(part, &path.steps));
        }
        Projection { roots }
    }

    /// The projection to whole top-level attributes.
    pub fn of_attributes<'a>(names: impl IntoIterator<Item = &'a str>) -> Projection {
        Projection { roots: names.into_iter().map(|name| (name.into(), Part::Whole)).collect() }
    }

    /// The top-level attributes that the projection touches.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.roots.keys().map(AsRef::as_ref)
    }

    /// The projected part of an item.
    pub fn apply(&self, item: &Attributes) -> Attributes {
        self.roots
            .iter()
            .filter_map(|(name, part)| Some((name.clone(), part.of(item.get(name)?)?)))
            .collect()
    }
}
