//! The constraints of a service's shapes, prepared once for checking while a request is read.

use std::sync::OnceLock;

use fancy_regex::Regex;
use fogbank_schema::{Kind, Member, ServiceModel, Shape, ShapeIndex};

type Model = &'static ServiceModel<'static>;

/// What is prepared of a service's constraints.
pub(crate) struct Constraints {
    pub(crate) model: Model,
    /// By shape: it or something below it has a constraint.
    needed: Box<[bool]>,
    /// By shape: the positions of its required members.
    required: Box<[Box<[u16]>]>,
    patterns: Box<[OnceLock<Option<Regex>>]>,
    /// Lengths, ranges, patterns and enums are checked too, not only what is required.
    values: bool,
}

fn has_own(shape: &Shape<'_>) -> bool {
    shape.min.is_some()
        || shape.max.is_some()
        || shape.pattern.is_some()
        || matches!(&shape.kind, Kind::Enum(_))
}

/// The members through which a shape refers to others.
pub(crate) fn references<'m>(shape: &'m Shape<'static>) -> Vec<&'m Member<'static>> {
    match &shape.kind {
        Kind::Structure(structure) | Kind::Union(structure) => structure.members.iter().collect(),
        Kind::List { member, .. } => vec![member],
        Kind::Map { key, value, .. } => vec![key, value],
        _ => Vec::new(),
    }
}

impl Constraints {
    pub(crate) fn of(model: Model) -> Self {
        let required: Box<[Box<[u16]>]> = model.shapes.iter().map(required_members).collect();
        let needed: Box<[bool]> = model
            .shapes
            .iter()
            .zip(&required)
            .map(|(shape, required)| has_own(shape) || !required.is_empty())
            .collect();
        let patterns = std::iter::repeat_with(OnceLock::new).take(model.shapes.len()).collect();
        let mut all = Self { model, needed, required, patterns, values: true };
        all.spread();
        all
    }

    /// Only the required members of operations' own inputs. Lists and maps are left out: in a
    /// form an absent one is an empty one, for which services have errors of their own.
    pub(crate) fn required_only(model: Model) -> Self {
        let mut required: Box<[Box<[u16]>]> = model.shapes.iter().map(|_| Box::default()).collect();
        for input in model.operations.iter().filter_map(|operation| operation.input) {
            let Kind::Structure(structure) = &model.shape(input).kind else { continue };
            let mut members = required_members(model.shape(input)).into_vec();
            members.retain(|index| {
                let target = structure.members[usize::from(*index)].target;
                !matches!(model.shape(target).kind, Kind::List { .. } | Kind::Map { .. })
            });
            required[input as usize] = members.into();
        }
        let needed = required.iter().map(|required| !required.is_empty()).collect();
        Self { model, needed, required, patterns: Box::default(), values: false }
    }

    /// Only the required members of structures in documents: what an operation's own input
    /// requires is not among them.
    pub(crate) fn documents_only(model: Model) -> Self {
        let mut all = Self::of(model);
        // An absent list is an empty one, of which the service has its own opinion.
        for (required, shape) in all.required.iter_mut().zip(&model.shapes) {
            let Kind::Structure(structure) = &shape.kind else { continue };
            let mut members = std::mem::take(required).into_vec();
            members.retain(|index| {
                let target = structure.members[usize::from(*index)].target;
                !matches!(model.shape(target).kind, Kind::List { .. } | Kind::Map { .. })
            });
            *required = members.into();
        }
        for input in model.operations.iter().filter_map(|operation| operation.input) {
            all.required[input as usize] = Box::default();
        }
        for (needed, required) in all.needed.iter_mut().zip(&all.required) {
            *needed = !required.is_empty();
        }
        all.values = false;
        all.spread();
        all
    }

    /// Lets those who refer to a shape that needs checking need it too.
    fn spread(&mut self) {
        loop {
            let mut changed = false;
            for (index, shape) in self.model.shapes.iter().enumerate() {
                if !self.needed[index]
                    && references(shape).iter().any(|member| self.needed[member.target as usize])
                {
                    self.needed[index] = true;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
    }

    /// The shape, or something below it, has a constraint.
    pub(crate) fn needed(&self, shape: ShapeIndex) -> bool {
        self.needed[shape as usize]
    }

    pub(crate) fn required(&self, shape: ShapeIndex) -> &[u16] {
        &self.required[shape as usize]
    }

    /// Whether a string matches the pattern of its shape as a whole. A pattern that this engine
    /// does not understand, or that takes it too long, constrains nothing.
    pub(crate) fn matches_pattern(&self, shape: ShapeIndex, text: &str) -> bool {
        let Some(pattern) = self.model.shape(shape).pattern else { return true };
        let compiled = self.patterns[shape as usize].get_or_init(|| {
            let anchored = format!("\\A(?:{pattern})\\z");
            Regex::new(&anchored)
                .inspect_err(|error| tracing::debug!(pattern, %error, "pattern not understood"))
                .ok()
        });
        compiled.as_ref().is_none_or(|regex| regex.is_match(text).unwrap_or(true))
    }

    pub(crate) fn string_holds(&self, shape: ShapeIndex, text: &str) -> bool {
        if !self.values {
            return true;
        }
        let described = self.model.shape(shape);
        if let Kind::Enum(values) = &described.kind
            && !values.is_empty()
            && !values.contains(&text)
        {
            return false;
        }
        let bounded = described.min.is_some() || described.max.is_some();
        (!bounded || length_holds(described, text.chars().count()))
            && self.matches_pattern(shape, text)
    }

    pub(crate) fn number_holds(&self, shape: ShapeIndex, value: f64) -> bool {
        if !self.values {
            return true;
        }
        let described = self.model.shape(shape);
        described.min.is_none_or(|min| value >= min) && described.max.is_none_or(|max| value <= max)
    }
}

impl Constraints {
    /// A length is within the bounds of its shape, where those are looked at.
    pub(crate) fn length_holds(&self, shape: &Shape<'_>, length: usize) -> bool {
        !self.values || length_holds(shape, length)
    }
}

/// A length is within the bounds of its shape.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn length_holds(shape: &Shape<'_>, length: usize) -> bool {
    let length = length as f64;
    shape.min.is_none_or(|min| length >= min) && shape.max.is_none_or(|max| length <= max)
}

fn required_members(shape: &Shape<'static>) -> Box<[u16]> {
    let Kind::Structure(structure) = &shape.kind else { return Box::default() };
    structure
        .members
        .iter()
        .enumerate()
        .filter(|(_, member)| member.required && !member.streaming)
        .filter_map(|(index, _)| u16::try_from(index).ok())
        .collect()
}
