//! The constraints of a service's shapes, prepared once for checking while a request is read.

use std::sync::OnceLock;

use fancy_regex::Regex;
use fogbank_schema::{Kind, ServiceModel, Shape, ShapeIndex};

type Model = &'static ServiceModel<'static>;

/// What is prepared of a service's constraints.
pub(crate) struct Constraints {
    pub(crate) model: Model,
    checked: Checked,
    shapes: Box<[OnceLock<Box<OfShape>>]>,
}

/// Which of the model's constraints are looked at.
enum Checked {
    /// All of them.
    Everything,
    /// Only the required members of operations' own inputs; by shape, whether it is one. Lists and
    /// maps are left out: in a form an absent one is an empty one, for which services have errors
    /// of their own.
    Inputs(Box<[bool]>),
    /// Only the required members of structures in documents: what an operation's own input requires
    /// is not among them.
    Documents {
        /// By shape: it is an operation's own input.
        inputs: Box<[bool]>,
        /// By shape: it or something below it has required members.
        needed: Box<[bool]>,
    },
}

/// What is prepared of one shape, on its first use.
struct OfShape {
    required: Box<[u16]>,
    pattern: OnceLock<Option<Regex>>,
}

impl Constraints {
    fn checking(model: Model, checked: Checked) -> Self {
        let shapes = std::iter::repeat_with(OnceLock::new).take(model.shapes.len()).collect();
        Self { model, checked, shapes }
    }

    /// Everything that the model demands.
    pub(crate) fn of(model: Model) -> Self {
        Self::checking(model, Checked::Everything)
    }

    /// Only the required members of operations' own inputs.
    pub(crate) fn required_only(model: Model) -> Self {
        Self::checking(model, Checked::Inputs(inputs(model)))
    }

    /// Only the required members of structures in documents.
    pub(crate) fn documents_only(model: Model) -> Self {
        let inputs = inputs(model);
        let requires = |(index, shape): (usize, &Shape<'static>)| {
            !inputs[index] && !required_scalars(model, shape).is_empty()
        };
        let mut needed: Box<[bool]> = model.shapes.iter().enumerate().map(requires).collect();
        fogbank_schema::mark_referrers(&mut needed, |index| model.shape(index as ShapeIndex));
        Self::checking(model, Checked::Documents { inputs, needed })
    }

    fn values(&self) -> bool {
        matches!(self.checked, Checked::Everything)
    }

    fn prepared(&self, index: ShapeIndex) -> &OfShape {
        self.shapes[index as usize].get_or_init(|| {
            let shape = self.model.shape(index);
            let required = match &self.checked {
                Checked::Everything => shape.required_members(),
                Checked::Inputs(inputs) if !inputs[index as usize] => Box::default(),
                Checked::Documents { inputs, .. } if inputs[index as usize] => Box::default(),
                Checked::Inputs(_) | Checked::Documents { .. } => {
                    required_scalars(self.model, shape)
                }
            };
            Box::new(OfShape { required, pattern: OnceLock::new() })
        })
    }

    /// The shape, or something below it, has a constraint.
    pub(crate) fn needed(&self, shape: ShapeIndex) -> bool {
        match &self.checked {
            Checked::Everything => self.model.shape(shape).constrained,
            Checked::Inputs(inputs) => inputs[shape as usize] && !self.required(shape).is_empty(),
            Checked::Documents { needed, .. } => needed[shape as usize],
        }
    }

    pub(crate) fn required(&self, shape: ShapeIndex) -> &[u16] {
        &self.prepared(shape).required
    }

    /// Whether a string matches the pattern of its shape as a whole. A pattern that this engine
    /// does not understand, or that takes it too long, constrains nothing.
    pub(crate) fn matches_pattern(&self, shape: ShapeIndex, text: &str) -> bool {
        let Some(pattern) = self.model.shape(shape).pattern else { return true };
        let compiled = self.prepared(shape).pattern.get_or_init(|| {
            let anchored = format!("\\A(?:{})\\z", with_ascii_classes(pattern));
            Regex::new(&anchored)
                .inspect_err(|error| tracing::debug!(pattern, %error, "pattern not understood"))
                .ok()
        });
        compiled.as_ref().is_none_or(|regex| regex.is_match(text).unwrap_or(true))
    }

    pub(crate) fn string_holds(&self, shape: ShapeIndex, text: &str) -> bool {
        if !self.values() {
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
        if !self.values() {
            return true;
        }
        let described = self.model.shape(shape);
        described.min.is_none_or(|min| value >= min) && described.max.is_none_or(|max| value <= max)
    }
}

impl Constraints {
    /// A length is within the bounds of its shape, where those are looked at.
    pub(crate) fn length_holds(&self, shape: &Shape<'_>, length: usize) -> bool {
        !self.values() || length_holds(shape, length)
    }
}

/// A pattern in which `\w` and `\d` stand for characters of ASCII alone, as they do for AWS.
fn with_ascii_classes(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut in_class = false;
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '[' => in_class = true,
            ']' => in_class = false,
            '\\' => {
                match (characters.next(), in_class) {
                    (Some('w'), true) => text.push_str("A-Za-z_0-9"),
                    (Some('w'), false) => text.push_str("[A-Za-z_0-9]"),
                    (Some('d'), true) => text.push_str("0-9"),
                    (Some('d'), false) => text.push_str("[0-9]"),
                    (Some(other), _) => text.extend(['\\', other]),
                    (None, _) => text.push('\\'),
                }
                continue;
            }
            _ => {}
        }
        text.push(character);
    }
    text
}

/// A length is within the bounds of its shape.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn length_holds(shape: &Shape<'_>, length: usize) -> bool {
    let length = length as f64;
    shape.min.is_none_or(|min| length >= min) && shape.max.is_none_or(|max| length <= max)
}

/// By shape: it is the input of an operation.
fn inputs(model: Model) -> Box<[bool]> {
    let mut inputs = vec![false; model.shapes.len()];
    for input in model.operations.iter().filter_map(|operation| operation.input) {
        inputs[input as usize] = true;
    }
    inputs.into()
}

/// The required members of a structure that are neither lists nor maps. An absent one of those is
/// an empty one, of which the service has its own opinion.
fn required_scalars(model: Model, shape: &Shape<'static>) -> Box<[u16]> {
    let Kind::Structure(structure) = &shape.kind else { return Box::default() };
    let mut members = shape.required_members().into_vec();
    members.retain(|index| {
        let target = structure.members[usize::from(*index)].target;
        !matches!(model.shape(target).kind, Kind::List { .. } | Kind::Map { .. })
    });
    members.into()
}

#[cfg(test)]
mod tests {
    use super::with_ascii_classes;

    #[test]
    fn classes_are_of_ascii() {
        let cases = [
            (r"[\w+=,.@-]+", "[A-Za-z_0-9+=,.@-]+"),
            (r"\d{12}:\w", "[0-9]{12}:[A-Za-z_0-9]"),
            (r"[\]\w-.]\.", r"[\]A-Za-z_0-9-.]\."),
            (r"\", r"\"),
        ];
        for (pattern, expected) in cases {
            assert_eq!(with_ascii_classes(pattern), expected, "{pattern}");
        }
    }
}
