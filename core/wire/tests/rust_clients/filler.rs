//! Values for every member of a shape.

use aws_smithy_types::{DateTime, Document, Number};
use bytes::Bytes;
use fogbank_schema::{Kind, Location, Member, Schemas, ShapeIndex};
use fogbank_wire::dynamic::Value;

/// Structures that contain themselves are filled to this depth and left out below it.
const DEEPEST_RECURSION: usize = 2;

/// 2026-02-03T04:05:06Z.
const EPOCH: i64 = 1_770_091_506;

/// Makes values, each unlike the others.
pub(crate) struct Filler {
    schemas: &'static Schemas,
    made: i32,
}

impl Filler {
    pub(crate) fn new(schemas: &'static Schemas) -> Self {
        Self { schemas, made: 0 }
    }

    /// Every member of a structure.
    pub(crate) fn members(&mut self, shape: ShapeIndex) -> Vec<(usize, Value)> {
        match self.value(shape, None, &mut Vec::new()) {
            Some(Value::Struct(members)) => members,
            _ => Vec::new(),
        }
    }

    fn value(
        &mut self,
        shape: ShapeIndex,
        member: Option<&Member<'static>>,
        trail: &mut Vec<ShapeIndex>,
    ) -> Option<Value> {
        if trail.iter().filter(|seen| **seen == shape).count() >= DEEPEST_RECURSION {
            return None;
        }
        self.made += 1;
        trail.push(shape);
        let value = match &self.schemas.model().shape(shape).kind {
            Kind::Structure(structure) => {
                let members = structure.members.iter().enumerate().filter_map(|(index, member)| {
                    Some((index, self.value(member.target, Some(member), trail)?))
                });
                Some(Value::Struct(members.collect()))
            }
            // A union has one member; the first that does not lead back to it.
            Kind::Union(union) => union.members.iter().enumerate().find_map(|(index, member)| {
                let value = self.value(member.target, Some(member), trail)?;
                Some(Value::Struct(vec![(index, value)]))
            }),
            Kind::List { member: element, .. } => {
                let count = if trail.len() < 5 { 2 } else { 1 };
                let located = member.filter(|it| it.location != Location::Body).unwrap_or(element);
                let values: Option<Vec<_>> =
                    (0..count).map(|_| self.value(element.target, Some(located), trail)).collect();
                values.map(Value::List)
            }
            Kind::Map { value, key, .. } => {
                let entry = self.value(value.target, member.or(Some(value)), trail);
                let name = match &self.schemas.model().shape(key.target).kind {
                    Kind::Enum(values) if !values.is_empty() => values[0],
                    _ => "key0",
                };
                entry.map(|entry| Value::Map(vec![(name.to_owned(), entry)]))
            }
            kind => Some(self.scalar(kind, member)),
        };
        trail.pop();
        value
    }

    fn scalar(&self, kind: &Kind<'static>, member: Option<&Member<'static>>) -> Value {
        let made = self.made;
        let located = member.map_or(Location::Body, |member| member.location);
        match kind {
            Kind::Boolean => Value::Boolean(made % 2 == 0),
            Kind::Integer if located == Location::StatusCode => Value::Integer(200),
            Kind::Integer => Value::Integer(100 + made % 50),
            Kind::Long => Value::Long((1 << 53) - i64::from(made)),
            #[allow(clippy::cast_precision_loss, reason = "it counts to a few thousand")]
            Kind::Float => Value::Float(made as f32 + 0.5),
            Kind::Double => Value::Double(f64::from(made) + 0.5),
            Kind::Blob => Value::Blob(Bytes::from_static(b"blob \x00\xff bytes")),
            Kind::Timestamp => Value::Timestamp(DateTime::from_secs(EPOCH + i64::from(made))),
            Kind::Document => {
                let three = Document::Number(Number::Float(3.5));
                let list = vec![Document::Number(Number::PosInt(1)), "two".into(), three];
                Value::Document(Document::Object([("document".to_owned(), list.into())].into()))
            }
            _ => Value::String(text(member, located, made)),
        }
    }
}

fn text(member: Option<&Member<'static>>, located: Location, made: i32) -> String {
    let name = member.map_or("", |member| member.name);
    match located {
        _ if member.is_some_and(|member| member.json_value) => r#"{"json":[1,"ü"]}"#.to_owned(),
        Location::Header | Location::Headers => format!("{name}-{made}"),
        Location::Uri => format!("{name} é&{made}"),
        _ => format!("{name} <&> ü {made}"),
    }
}
