//! The members of a request's input, read as far as somebody asks.

use std::cell::OnceCell;

use bytes::Bytes;
use fogbank_schema::{Kind, Operation, ServiceModel, Structure};
use fogbank_wire::dynamic::Value;

/// Reads the members at these positions; what is malformed is left out, for the service to refuse.
pub type Read<'r> = dyn Fn(&dyn Fn(usize) -> bool) -> Vec<(usize, Value)> + 'r;

/// The input of a request.
///
/// The members that the operation's actions and resources come from are read at once, all others
/// when a condition looks at them.
pub struct Input<'r> {
    structure: Option<&'static Structure<'static>>,
    chosen: &'r [usize],
    some: Vec<(usize, Value)>,
    read: &'r Read<'r>,
    all: OnceCell<Vec<(usize, Value)>>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("some", &self.some).finish_non_exhaustive()
    }
}

impl<'r> Input<'r> {
    /// The input of an operation; `chosen` members are read at once.
    pub fn new(
        model: &'static ServiceModel<'static>,
        operation: &Operation<'_>,
        chosen: &'r [usize],
        read: &'r Read<'r>,
    ) -> Self {
        let some = if chosen.is_empty() { Vec::new() } else { read(&|at| chosen.contains(&at)) };
        let structure = structure_of(model, operation);
        Self { structure, chosen, some, read, all: OnceCell::new() }
    }

    /// The member with this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let at = self.structure?.member_index(name)?;
        let members = if self.chosen.contains(&at) {
            &self.some
        } else {
            self.all.get_or_init(|| (self.read)(&|_| true))
        };
        // Of a member that comes twice, the service takes the last.
        members.iter().rev().find(|(index, _)| *index == at).map(|(_, value)| value)
    }

    /// The members that were read at once, with their positions in the model.
    pub(crate) fn chosen(&self) -> &[(usize, Value)] {
        &self.some
    }

    /// The member with this name, as text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(text_of)
    }

    /// The bytes of the member with this name.
    pub fn bytes(&self, name: &str) -> Option<Bytes> {
        match self.get(name)? {
            Value::Blob(bytes) => Some(bytes.clone()),
            Value::String(text) => Some(Bytes::from(text.clone())),
            _ => None,
        }
    }

    /// The members of the input, by the model.
    pub fn structure(&self) -> Option<&'static Structure<'static>> {
        self.structure
    }
}

/// The structure of an operation's input.
pub(crate) fn structure_of(
    model: &'static ServiceModel<'static>,
    operation: &Operation<'_>,
) -> Option<&'static Structure<'static>> {
    match &model.shape(operation.input?).kind {
        Kind::Structure(structure) => Some(structure),
        _ => None,
    }
}

/// A scalar as conditions compare it.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Boolean(on) => on.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Long(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        _ => return None,
    })
}

/// A step into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'p> {
    /// A member of a structure, by its position in the model, or an entry of a map.
    Name(&'p str),
    /// Every element of a list.
    Each,
    /// Every key of a map.
    Keys,
}
