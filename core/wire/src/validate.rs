//! The words with which AWS answers input that breaks the constraints of its model.

use std::fmt::Write as _;

use fogbank_schema::{Kind, Location, Operation, Shape, ShapeIndex};

use crate::constraints::{Constraints, length_holds};
use crate::dynamic::Value;
use crate::habits::{self, Elements, Sentence};
use crate::query_names::QueryNames;
use crate::scalar::double_text;

/// Everything that is wrong with an input, as AWS says it; none when it holds.
pub(crate) fn message(
    constraints: &Constraints,
    operation: &Operation<'_>,
    shape: ShapeIndex,
    input: &Value,
) -> Option<String> {
    let hides_values = habits::hides_values(constraints.model.metadata.name);
    let mut report =
        Report { constraints, found: Vec::new(), sentence: None, prefix: None, hides_values };
    if habits::path_begins_with_input(constraints.model.metadata.name) {
        report.prefix = Some(format!("{}Input", decapitalised(operation.name)));
    }
    report.structure(shape, input, "");
    let count = report.found.len();
    if count == 0 {
        return report.sentence;
    }
    let plural = if count == 1 { "error" } else { "errors" };
    Some(format!("{count} validation {plural} detected: {}", report.found.join("; ")))
}

/// The first required member that an input lacks, under its name as a parameter.
pub(crate) fn missing(
    constraints: &Constraints,
    shape: ShapeIndex,
    input: &Value,
    names: QueryNames,
) -> Option<String> {
    let model: &'static _ = constraints.model;
    let shape_of = |index| fogbank_schema::ServiceModel::shape(model, index);
    let (Kind::Structure(structure), Value::Struct(present)) = (&shape_of(shape).kind, input)
    else {
        return None;
    };
    constraints
        .required(shape)
        .iter()
        .map(|index| usize::from(*index))
        .find(|index| !present.iter().any(|(position, _)| position == index))
        .map(|index| names.parameter(&structure.members[index]).into_owned())
}

/// What is wrong with the first required text without a pattern that is missing, or too short to be
/// the ARN that its name promises; with its name as a parameter.
pub(crate) fn text_problem(
    constraints: &Constraints,
    shape: ShapeIndex,
    input: &Value,
    names: QueryNames,
) -> Option<(String, String)> {
    let model: &'static _ = constraints.model;
    let shape_of = |index| fogbank_schema::ServiceModel::shape(model, index);
    let (Kind::Structure(structure), Value::Struct(present)) = (&shape_of(shape).kind, input)
    else {
        return None;
    };
    constraints.required(shape).iter().map(|index| usize::from(*index)).find_map(|index| {
        let member = &structure.members[index];
        let target = shape_of(member.target);
        if !matches!(target.kind, Kind::String) || target.pattern.is_some() {
            return None;
        }
        let reason = match present.iter().find(|(position, _)| *position == index) {
            None => "no value for required parameter".to_owned(),
            Some((_, Value::String(text))) if member.name.ends_with("Arn") => {
                match text.split(':').count() {
                    count @ 0..6 => format!("An ARN must have at least 6 elements, not {count}"),
                    _ => return None,
                }
            }
            Some(_) => return None,
        };
        Some((names.parameter(member).into_owned(), reason))
    })
}

struct Report<'c> {
    constraints: &'c Constraints,
    found: Vec<String>,
    /// What the service says by itself of the first text that it does not like.
    sentence: Option<String>,
    prefix: Option<String>,
    hides_values: bool,
}

fn decapitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

impl Report<'_> {
    fn shape(&self, index: ShapeIndex) -> &'static Shape<'static> {
        let model: &'static _ = self.constraints.model;
        model.shape(index)
    }

    fn add(&mut self, value: Option<&Value>, shape: Option<ShapeIndex>, path: &str, what: &str) {
        let mut shown = String::new();
        match (value, shape) {
            (None, _) => shown.push_str(" null"),
            (Some(_), Some(shape)) if self.hides_values || self.shape(shape).sensitive => {}
            (Some(value), Some(shape)) => {
                shown.push_str(" '");
                self.show(&mut shown, shape, value);
                shown.push('\'');
            }
            (Some(_), None) => {}
        }
        self.found.push(format!("Value{shown} at '{path}' failed to satisfy constraint: {what}"));
    }

    fn structure(&mut self, shape: ShapeIndex, value: &Value, path: &str) {
        let (Kind::Structure(structure) | Kind::Union(structure)) = &self.shape(shape).kind else {
            return;
        };
        let Value::Struct(present) = value else { return };
        let mut members: Vec<_> = structure.members.iter().enumerate().collect();
        if self.prefix.is_some() && path.is_empty() {
            // The input is an object of its own, and comes before what the path says.
            members.sort_by_key(|(_, member)| member.location != Location::Body);
        }
        for (index, member) in members {
            let name = decapitalised(member.name);
            let path = match (&self.prefix, path) {
                (Some(prefix), "") if member.location == Location::Body => {
                    format!("{prefix}.{name}")
                }
                (_, "") => name,
                _ => format!("{path}.{name}"),
            };
            match present.iter().find(|(position, _)| *position == index) {
                Some((_, value)) => self.value(member.target, value, &path),
                None => {
                    let position = u16::try_from(index).unwrap_or(u16::MAX);
                    if self.constraints.required(shape).contains(&position) {
                        self.add(None, None, &path, "Member must not be null");
                    }
                }
            }
        }
    }

    fn value(&mut self, shape: ShapeIndex, value: &Value, path: &str) {
        if !self.constraints.needed(shape) {
            return;
        }
        match (
            habits::sentence(self.constraints.model.metadata.name, self.shape(shape).name),
            value,
        ) {
            (Some(sentence), Value::String(text)) => self.sentence(sentence, shape, text, path),
            _ => {
                for what in self.broken(shape, value) {
                    self.add(Some(value), Some(shape), path, &what);
                }
            }
        }
        match (&self.shape(shape).kind, value) {
            (Kind::Structure(_) | Kind::Union(_), _) => self.structure(shape, value, path),
            (Kind::List { member, .. }, Value::List(values)) => {
                if self.is_scalar(member.target) {
                    if values.iter().any(|value| !self.broken(member.target, value).is_empty()) {
                        let what = match self.elements(shape, member.target) {
                            (Elements::Bare, words) => words,
                            (_, all) => format!("Member must satisfy constraint: [{all}]"),
                        };
                        self.add(Some(value), Some(shape), path, &what);
                    }
                    return;
                }
                for (index, value) in values.iter().enumerate() {
                    self.value(member.target, value, &format!("{path}.{}.member", index + 1));
                }
            }
            (Kind::Map { key, value: member, .. }, Value::Map(entries)) => {
                self.map(shape, value, path, (key.target, member.target), entries);
            }
            _ => {}
        }
    }

    fn sentence(&mut self, sentence: Sentence, shape: ShapeIndex, text: &str, path: &str) {
        let lengths = length_words(self.shape(shape), Some(text.chars().count()));
        let fits = lengths.is_empty();
        if !sentence.with_length {
            for what in lengths {
                self.add(Some(&Value::String(text.to_owned())), Some(shape), path, &what);
            }
        }
        let holds = self.constraints.matches_pattern(shape, text);
        if self.sentence.is_none() && !(holds && (fits || !sentence.with_length)) {
            let must = sentence.must;
            self.sentence =
                Some(format!("The specified value for {path} is invalid. It must {must}"));
        }
    }

    fn map(
        &mut self,
        shape: ShapeIndex,
        value: &Value,
        path: &str,
        (keys, values): (ShapeIndex, ShapeIndex),
        entries: &[(String, Value)],
    ) {
        if entries.iter().any(|(key, _)| !self.constraints.string_holds(keys, key)) {
            let what = format!("Map keys must satisfy constraint: [{}]", self.all(keys).join(", "));
            self.add(Some(value), Some(shape), path, &what);
        }
        if self.is_scalar(values) {
            if entries.iter().any(|(_, value)| !self.broken(values, value).is_empty()) {
                let (_, all) = self.elements(shape, values);
                let what = format!("Map value must satisfy constraint: [{all}]");
                self.add(Some(value), Some(shape), path, &what);
            }
            return;
        }
        // A list that is too long or too short is said of the map that holds it.
        let is_list = matches!(self.shape(values).kind, Kind::List { .. });
        if is_list && entries.iter().any(|(_, list)| !self.broken(values, list).is_empty()) {
            let all = length_words(self.shape(values), None).join(", ");
            let what = format!("Map value must satisfy constraint: [{all}]");
            self.add(Some(value), Some(shape), path, &what);
            return;
        }
        for (key, value) in entries {
            self.value(values, value, &format!("{path}.{key}.member"));
        }
    }

    /// What the elements of a list or the values of a map must satisfy, as the service words it.
    fn elements(&self, of: ShapeIndex, element: ShapeIndex) -> (Elements, String) {
        let service = self.constraints.model.metadata.name;
        let form = habits::elements(service, self.shape(of).name);
        let mut all = self.all(element);
        if form == Elements::NotNull {
            all.push("Member must not be null".to_owned());
        }
        (form, all.join(", "))
    }

    fn is_scalar(&self, shape: ShapeIndex) -> bool {
        !matches!(
            self.shape(shape).kind,
            Kind::Structure(_) | Kind::Union(_) | Kind::List { .. } | Kind::Map { .. }
        )
    }

    /// The constraints of the shape itself that the value breaks.
    fn broken(&self, index: ShapeIndex, value: &Value) -> Vec<String> {
        let shape = self.shape(index);
        match value {
            Value::String(text) => {
                let mut broken = Vec::new();
                if !self.constraints.matches_pattern(index, text) {
                    broken.extend(pattern_words(shape));
                }
                broken.extend(length_words(shape, Some(text.chars().count())));
                if let Kind::Enum(values) = &shape.kind
                    && !values.is_empty()
                    && !values.contains(&text.as_str())
                {
                    broken.extend(self.enum_words(shape));
                }
                broken
            }
            Value::Blob(bytes) => length_words(shape, Some(bytes.len())),
            Value::List(values) => length_words(shape, Some(values.len())),
            Value::Map(entries) => length_words(shape, Some(entries.len())),
            Value::Integer(value) => range_words(shape, Some(f64::from(*value))),
            #[allow(clippy::cast_precision_loss)]
            Value::Long(value) => range_words(shape, Some(*value as f64)),
            Value::Float(value) => range_words(shape, Some(f64::from(*value))),
            Value::Double(value) => range_words(shape, Some(*value)),
            _ => Vec::new(),
        }
    }

    /// The values of an enum, in the order in which AWS lists them.
    fn enum_words(&self, shape: &Shape<'_>) -> Option<String> {
        let Kind::Enum(values) = &shape.kind else { return None };
        let service = self.constraints.model.metadata.name;
        if self.hides_values {
            return Some("Member must satisfy enum value set".to_owned());
        }
        let listed = match habits::enum_list(service, shape.name) {
            Some(recorded) => recorded.to_vec(),
            None => in_the_order_of_a_hash_table(values),
        };
        Some(format!("Member must satisfy enum value set: [{}]", listed.join(", ")))
    }

    /// All constraints of a scalar shape, broken or not.
    fn all(&self, index: ShapeIndex) -> Vec<String> {
        let shape = self.shape(index);
        let mut all = match shape.kind {
            Kind::Integer | Kind::Long | Kind::Float | Kind::Double => range_words(shape, None),
            _ => length_words(shape, None),
        };
        all.extend(pattern_words(shape));
        all.extend(self.enum_words(shape));
        all
    }

    /// A value as Java shows it.
    fn show(&self, out: &mut String, index: ShapeIndex, value: &Value) {
        let shape = self.shape(index);
        match (&shape.kind, value) {
            (Kind::List { member, .. }, Value::List(values)) => {
                out.push('[');
                for (position, value) in values.iter().enumerate() {
                    separate(out, position);
                    self.show(out, member.target, value);
                }
                out.push(']');
            }
            (Kind::Map { value: member, .. }, Value::Map(entries)) => {
                out.push('{');
                for (position, (key, value)) in entries.iter().enumerate() {
                    separate(out, position);
                    let _ = write!(out, "{key}=");
                    self.show(out, member.target, value);
                }
                out.push('}');
            }
            (Kind::Structure(structure) | Kind::Union(structure), Value::Struct(present)) => {
                let _ = write!(out, "{}(", shape.name);
                for (index, member) in structure.members.iter().enumerate() {
                    separate(out, index);
                    let _ = write!(out, "{}=", decapitalised(member.name));
                    match present.iter().find(|(position, _)| *position == index) {
                        Some((_, value)) => self.show(out, member.target, value),
                        None => out.push_str("null"),
                    }
                }
                for name in habits::members_beside(shape.name) {
                    let _ = write!(out, ", {name}=null");
                }
                out.push(')');
            }
            (_, value) => show_scalar(out, value),
        }
    }
}

/// Values in the order in which AWS lists them: that of a table of 32 chains by Java's hash of
/// strings, to whose heads the values were added in the model's order. It is the order of all lists
/// that were recorded, but for the few in [`habits::enum_list`].
fn in_the_order_of_a_hash_table<'v>(values: &[&'v str]) -> Vec<&'v str> {
    let hash = |text: &str| {
        text.encode_utf16()
            .fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
    };
    let mut listed: Vec<&str> = values.iter().rev().copied().collect();
    listed.sort_by_key(|value| hash(value) % 32);
    listed
}

fn separate(out: &mut String, position: usize) {
    if position > 0 {
        out.push_str(", ");
    }
}

fn show_scalar(out: &mut String, value: &Value) {
    let _ = match value {
        Value::String(text) => write!(out, "{text}"),
        Value::Boolean(value) => write!(out, "{value}"),
        Value::Integer(value) => write!(out, "{value}"),
        Value::Long(value) => write!(out, "{value}"),
        Value::Float(value) => write!(out, "{}", double_text(f64::from(*value))),
        Value::Double(value) => write!(out, "{}", double_text(*value)),
        Value::Blob(bytes) => {
            write!(out, "java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]", bytes.len())
        }
        Value::Timestamp(time) => write!(out, "{time}"),
        _ => write!(out, "null"),
    };
}

fn length_words(shape: &Shape<'_>, length: Option<usize>) -> Vec<String> {
    let mut words = Vec::new();
    if length.is_some_and(|length| length_holds(shape, length)) {
        return words;
    }
    #[allow(clippy::cast_precision_loss)]
    let length = length.map(|length| length as f64);
    if let Some(max) = shape.max
        && length.is_none_or(|length| length > max)
    {
        words.push(format!("Member must have length less than or equal to {max:.0}"));
    }
    if let Some(min) = shape.min
        && length.is_none_or(|length| length < min)
    {
        words.push(format!("Member must have length greater than or equal to {min:.0}"));
    }
    words
}

fn range_words(shape: &Shape<'_>, value: Option<f64>) -> Vec<String> {
    let bound = |bound: f64| match shape.kind {
        Kind::Float | Kind::Double => double_text(bound),
        _ => format!("{bound:.0}"),
    };
    let mut words = Vec::new();
    if let Some(max) = shape.max
        && value.is_none_or(|value| value > max)
    {
        words.push(format!("Member must have value less than or equal to {}", bound(max)));
    }
    if let Some(min) = shape.min
        && value.is_none_or(|value| value < min)
    {
        words.push(format!("Member must have value greater than or equal to {}", bound(min)));
    }
    words
}

fn pattern_words(shape: &Shape<'_>) -> Option<String> {
    let pattern = shape.pattern?;
    Some(format!("Member must satisfy regular expression pattern: {pattern}"))
}
