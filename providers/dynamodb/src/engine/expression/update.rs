//! Updates: what `UpdateItem` does to an item.

use std::sync::Arc;

use super::document_path::{DocumentPath, Step};
use super::{Placeholders, Projection, update_parser};
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Number, Value};

const NO_SUCH_ATTRIBUTE: Invalid =
    Invalid::new("The provided expression refers to an attribute that does not exist in the item");
const WRONG_OPERAND: Invalid =
    Invalid::new("An operand in the update expression has an incorrect data type");
const INVALID_PATH: Invalid =
    Invalid::new("The document path provided in the update expression is invalid for update");

/// The right side of a `SET` action.
#[derive(Clone, Debug, PartialEq)]
pub enum SetOperand {
    /// The value that a path leads to.
    Path(DocumentPath),
    /// A value of the request.
    Value(Arc<Value>),
    /// `if_not_exists(path, operand)`.
    IfNotExists(DocumentPath, Box<SetOperand>),
    /// `list_append(operand, operand)`.
    ListAppend(Box<SetOperand>, Box<SetOperand>),
    /// `operand + operand`.
    Plus(Box<SetOperand>, Box<SetOperand>),
    /// `operand - operand`.
    Minus(Box<SetOperand>, Box<SetOperand>),
}

/// One action of an update.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `SET path = operand`.
    Set(DocumentPath, SetOperand),
    /// `REMOVE path`.
    Remove(DocumentPath),
    /// `ADD path :value`.
    Add(DocumentPath, Arc<Value>),
    /// `DELETE path :value`.
    Delete(DocumentPath, Arc<Value>),
}

/// An update: actions on paths that do not clash. All of them see the item as it was before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update {
    /// The actions.
    pub actions: Vec<Action>,
    /// Whether they came from `AttributeUpdates`, which adds to lists and words errors otherwise.
    pub legacy: bool,
}

impl Action {
    /// The path that the action changes.
    pub fn path(&self) -> &DocumentPath {
        match self {
            Action::Set(path, _)
            | Action::Remove(path)
            | Action::Add(path, _)
            | Action::Delete(path, _) => path,
        }
    }
}

impl SetOperand {
    fn evaluate(&self, item: &Attributes) -> Result<Value, Invalid> {
        let numbers = |left: &SetOperand, right: &SetOperand| match (
            left.evaluate(item)?,
            right.evaluate(item)?,
        ) {
            (Value::N(left), Value::N(right)) => Ok((left, right)),
            _ => Err(WRONG_OPERAND),
        };
        match self {
            SetOperand::Path(path) => path.find(item).cloned().ok_or(NO_SUCH_ATTRIBUTE),
            SetOperand::Value(value) => Ok((**value).clone()),
            SetOperand::IfNotExists(path, otherwise) => match path.find(item) {
                Some(value) => Ok(value.clone()),
                None => otherwise.evaluate(item),
            },
            SetOperand::ListAppend(first, second) => {
                match (first.evaluate(item)?, second.evaluate(item)?) {
                    (Value::L(mut list), Value::L(more)) => {
                        list.extend(more);
                        Ok(Value::L(list))
                    }
                    _ => Err(WRONG_OPERAND),
                }
            }
            SetOperand::Plus(left, right) => {
                let (left, right) = numbers(left, right)?;
                Ok(Value::N(left.add(&right)?))
            }
            SetOperand::Minus(left, right) => {
                let (left, right) = numbers(left, right)?;
                Ok(Value::N(left.subtract(&right)?))
            }
        }
    }
}

/// The members of both sets, those of the first one first.
fn union<T: PartialEq + Clone>(mut set: Vec<T>, more: &[T]) -> Vec<T> {
    for member in more {
        if !set.contains(member) {
            set.push(member.clone());
        }
    }
    set
}

/// The members of the first set that are not in the second.
fn difference<T: PartialEq>(mut set: Vec<T>, less: &[T]) -> Vec<T> {
    set.retain(|member| !less.contains(member));
    set
}

/// `ADD`: the sum of numbers, the union of sets, and for legacy updates longer lists.
fn add(existing: Option<&Value>, value: &Value) -> Result<Option<Value>, Invalid> {
    Ok(Some(match (existing, value) {
        (None, value) => value.clone(),
        (Some(Value::N(a)), Value::N(b)) => Value::N(Number::add(a, b)?),
        (Some(Value::Ss(a)), Value::Ss(b)) => Value::Ss(union(a.clone(), b)),
        (Some(Value::Ns(a)), Value::Ns(b)) => Value::Ns(union(a.clone(), b)),
        (Some(Value::Bs(a)), Value::Bs(b)) => Value::Bs(union(a.clone(), b)),
        (Some(Value::L(a)), Value::L(b)) => Value::L([a.as_slice(), b].concat()),
        _ => return Ok(None),
    }))
}

/// `DELETE`: what remains of a set; the outer `None` stands for operands of unfit types.
fn delete(existing: &Value, value: &Value) -> Option<Option<Value>> {
    fn rest<T>(members: Vec<T>, wrap: fn(Vec<T>) -> Value) -> Option<Value> {
        (!members.is_empty()).then(|| wrap(members))
    }
    Some(match (existing, value) {
        (Value::Ss(a), Value::Ss(b)) => rest(difference(a.clone(), b), Value::Ss),
        (Value::Ns(a), Value::Ns(b)) => rest(difference(a.clone(), b), Value::Ns),
        (Value::Bs(a), Value::Bs(b)) => rest(difference(a.clone(), b), Value::Bs),
        _ => return None,
    })
}

/// The value that holds the last step of a path.
fn parent<'a>(item: &'a mut Attributes, path: &DocumentPath) -> Option<&'a mut Value> {
    let root = item.get_mut(&path.root)?;
    let above = path.steps.split_last().map_or(&[][..], |(_, above)| above);
    above.iter().try_fold(root, |value, step| match (step, value) {
        (Step::Index(index), Value::L(list)) => list.get_mut(*index),
        (Step::Field(name), Value::M(map)) => map.get_mut(name),
        _ => None,
    })
}

/// Puts a value where a path leads. An index behind the end of a list appends.
fn assign(item: &mut Attributes, path: &DocumentPath, value: Value) -> Result<(), Invalid> {
    let Some(last) = path.steps.last() else {
        item.insert(path.root.clone(), value);
        return Ok(());
    };
    match (last, parent(item, path).ok_or(INVALID_PATH)?) {
        (Step::Field(name), Value::M(map)) => {
            map.insert(name.clone(), value);
        }
        (Step::Index(index), Value::L(list)) => match list.get_mut(*index) {
            Some(entry) => *entry = value,
            None => list.push(value),
        },
        _ => return Err(INVALID_PATH),
    }
    Ok(())
}

/// Removes what a path leads to, if it is there; what holds it has to be.
fn remove(item: &mut Attributes, path: &DocumentPath) -> Result<(), Invalid> {
    let Some(last) = path.steps.last() else {
        item.remove(&path.root);
        return Ok(());
    };
    match (last, parent(item, path).ok_or(INVALID_PATH)?) {
        (Step::Field(name), Value::M(map)) => {
            map.remove(name);
        }
        (Step::Index(index), Value::L(list)) => {
            if *index < list.len() {
                list.remove(*index);
            }
        }
        _ => return Err(INVALID_PATH),
    }
    Ok(())
}

impl Update {
    /// Reads an `UpdateExpression`.
    pub fn parse(text: &str, placeholders: &mut Placeholders) -> Result<Update, Invalid> {
        update_parser::parse(text, placeholders)
    }

    /// The projection to everything that the update touches, for `UPDATED_OLD` and `UPDATED_NEW`.
    pub fn touched(&self) -> Projection {
        Projection::of_paths(self.actions.iter().map(Action::path))
    }

    fn wrong_type(&self) -> Invalid {
        if self.legacy {
            Invalid::new("Type mismatch for attribute to update")
        } else {
            WRONG_OPERAND
        }
    }

    /// The item after the update.
    ///
    /// Values are computed from the item as it was. Then values are assigned in the order of
    /// their paths, so that several entries appended to a list keep the order of their indexes;
    /// removals come last and backwards, so that indexes mean what they meant before.
    pub fn apply(&self, item: &Attributes) -> Result<Attributes, Invalid> {
        let mut assignments = Vec::new();
        let mut removals = Vec::new();
        for action in &self.actions {
            match action {
                Action::Set(path, operand) => assignments.push((path, operand.evaluate(item)?)),
                Action::Remove(path) => removals.push(path),
                Action::Add(path, value) => {
                    let sum = add(path.find(item), value)?.ok_or_else(|| self.wrong_type())?;
                    assignments.push((path, sum));
                }
                Action::Delete(path, value) => {
                    let Some(existing) = path.find(item) else { continue };
                    match delete(existing, value).ok_or_else(|| self.wrong_type())? {
                        Some(rest) => assignments.push((path, rest)),
                        None => removals.push(path),
                    }
                }
            }
        }
        assignments.sort_by(|a, b| a.0.cmp(b.0));
        removals.sort_by(|a, b| b.cmp(a));
        let mut updated = item.clone();
        for (path, value) in assignments {
            assign(&mut updated, path, value)?;
        }
        removals.into_iter().try_for_each(|path| remove(&mut updated, path))?;
        Ok(updated)
    }
}
