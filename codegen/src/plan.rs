//! What to emit for a service: which shapes become types, what they are called, which direction
//! they travel in, and where a box breaks a recursion.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::compact::{self, Positions};
use crate::model::ir::{Kind, Member, Service, Shape};
use crate::{held, kept, names};

/// The plan of a typed crate.
pub struct Plan<'a> {
    /// The model.
    pub service: &'a Service,
    /// The name of the trait.
    pub trait_name: String,
    /// Structures and unions by shape name.
    pub types: Vec<Type<'a>>,
    /// Enums by shape name.
    pub enums: Vec<(String, &'a [String])>,
    /// Operations in the order of the compact model.
    pub operations: Vec<Operation<'a>>,
}

/// An operation as a method.
pub struct Operation<'a> {
    /// The model's name.
    pub name: &'a str,
    /// The method's name.
    pub method: String,
    /// The type of the input.
    pub input: String,
    /// The type of the output.
    pub output: String,
    /// The input has an event stream, which cannot be read from the wire.
    pub input_events: bool,
}

/// A structure or union as a type.
pub struct Type<'a> {
    /// The model's name.
    pub shape: &'a str,
    /// The type's name.
    pub name: String,
    /// The position in the compact model.
    pub index: u32,
    /// A union.
    pub union: bool,
    /// Members as fields or variants.
    pub fields: Vec<Field<'a>>,
    /// The input of an operation.
    pub input: bool,
    /// The output of an operation.
    pub output: bool,
    /// An input or part of one.
    pub read: bool,
    /// Part of an input.
    pub nested: bool,
    /// An output or error, or part of one.
    pub written: bool,
    /// What it is as an error.
    pub error: Option<&'a crate::model::ir::ErrorTraits>,
}

impl Type<'_> {
    /// A member streams this.
    pub fn streams(&self, stream: Stream) -> bool {
        self.fields.iter().any(|field| field.stream == stream)
    }

    /// The member that streams, whatever it is.
    pub fn stream(&self) -> Option<&Field<'_>> {
        self.fields.iter().find(|field| field.stream != Stream::None)
    }
}

/// A member as a field or variant.
pub struct Field<'a> {
    /// The model's name.
    pub member: &'a str,
    /// The field's or variant's name.
    pub name: String,
    /// The type with its option, box and collection.
    pub rust: TokenStream,
    /// Absent unless set.
    pub optional: bool,
    /// A value for `Default`, where the type has none of its own.
    pub default: Option<TokenStream>,
    /// What streams.
    pub stream: Stream,
    /// A string that is not an enum.
    pub plain_string: bool,
}

/// What a member streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Nothing.
    None,
    /// A blob.
    Bytes,
    /// Events.
    Events,
}

/// Plans a service.
pub fn plan(service: &Service) -> Plan<'_> {
    let trait_name = names::service_trait(&service.service_id);
    let kept = kept::of(&service.name);
    let inputs = service.inputs().chain(kept.iter().copied());
    let outputs = service.outputs().chain(service.errors()).chain(kept.iter().copied());
    let planner = Planner {
        service,
        names: type_names(service, &trait_name),
        positions: compact::positions(service),
        inputs: service.inputs().collect(),
        outputs: service.outputs().collect(),
        read: service.reachable(inputs),
        nested: nested(service),
        written: service.reachable(outputs),
        held: held::of(&service.name),
        boxes: Boxes::of(service),
    };
    let shapes = planner.positions.keys().map(|name| (*name, &service.shapes[*name]));
    let mut types = Vec::new();
    let mut enums = Vec::new();
    for (name, shape) in shapes {
        match &shape.kind {
            Kind::Structure(_) | Kind::Union(_) => types.push(planner.r#type(name, shape)),
            Kind::Enum(values) => enums.push((planner.names[name].clone(), &values[..])),
            _ => {}
        }
    }
    let operations = planner.operations();
    Plan { service, trait_name, types, enums, operations }
}

fn nested(service: &Service) -> BTreeSet<&str> {
    let members = service.inputs().flat_map(|input| service.shapes[input].targets());
    service.reachable(members.chain(kept::of(&service.name).iter().copied()))
}

fn type_names<'a>(service: &'a Service, trait_name: &str) -> BTreeMap<&'a str, String> {
    let mut distinct = names::Distinct::default();
    service
        .shapes
        .iter()
        .filter(|(_, shape)| shape.structure().is_some() || matches!(shape.kind, Kind::Enum(_)))
        .map(|(name, _)| (name.as_str(), distinct.pick(names::type_name(name, trait_name))))
        .collect()
}

struct Planner<'a> {
    service: &'a Service,
    names: BTreeMap<&'a str, String>,
    positions: Positions<'a>,
    inputs: BTreeSet<&'a str>,
    outputs: BTreeSet<&'a str>,
    read: BTreeSet<&'a str>,
    nested: BTreeSet<&'a str>,
    written: BTreeSet<&'a str>,
    /// Shapes that outputs hold in the provider's form.
    held: &'static [&'static str],
    boxes: Boxes<'a>,
}

impl<'a> Planner<'a> {
    fn operations(&self) -> Vec<Operation<'a>> {
        let name = |shape: &Option<String>| match shape {
            Some(shape) => self.names[shape.as_str()].clone(),
            None => "Unit".to_owned(),
        };
        let mut methods = names::Distinct::default();
        self.service
            .operations
            .iter()
            .map(|(operation, it)| Operation {
                name: operation,
                method: methods.pick(names::snake(operation)),
                input: name(&it.input),
                output: name(&it.output),
                input_events: it.input.as_deref().is_some_and(|input| self.has_events(input)),
            })
            .collect()
    }

    fn has_events(&self, shape: &str) -> bool {
        let structure = self.service.shapes[shape].structure();
        structure.is_some_and(|structure| {
            structure.members.iter().any(|member| self.stream(shape, member) == Stream::Events)
        })
    }

    fn r#type(&self, name: &'a str, shape: &'a Shape) -> Type<'a> {
        let structure = shape.structure().expect("only structures and unions become types");
        let union = matches!(shape.kind, Kind::Union(_));
        let mut distinct = match union {
            true => names::Distinct::without(&["Unknown", "Self"]),
            false => names::Distinct::default(),
        };
        let fields = structure
            .members
            .iter()
            .map(|member| {
                let text = match union {
                    true => names::camel(&member.name),
                    false => names::snake(&member.name),
                };
                self.field(name, member, distinct.pick(text), union)
            })
            .collect();
        Type {
            shape: name,
            name: self.names[name].clone(),
            index: self.positions[name],
            union,
            fields,
            input: self.inputs.contains(name),
            output: self.outputs.contains(name),
            read: self.read.contains(name),
            nested: self.nested.contains(name),
            written: self.written.contains(name),
            error: structure.error.as_ref(),
        }
    }

    fn stream(&self, shape: &str, member: &Member) -> Stream {
        if !self.inputs.contains(shape) && !self.outputs.contains(shape) {
            return Stream::None;
        }
        let target = &self.service.shapes[&member.target];
        match target.kind {
            _ if target.event_stream => Stream::Events,
            Kind::Blob if member.streaming || target.streaming => Stream::Bytes,
            _ => Stream::None,
        }
    }

    fn field(&self, shape: &str, member: &'a Member, name: String, variant: bool) -> Field<'a> {
        let stream = self.stream(shape, member);
        let target = &self.service.shapes[&member.target];
        let value = self.rust(&member.target, !self.read.contains(shape));
        let boxed = self.boxes.contains(shape, &member.target);
        let optional = !variant && stream == Stream::None && (!member.required || boxed);
        let rust = match (stream, boxed) {
            (Stream::Bytes, _) => quote!(ByteStream),
            (Stream::Events, _) => quote!(EventStream<#value>),
            (Stream::None, true) => quote!(Box<#value>),
            (Stream::None, false) => value,
        };
        let rust = if optional { quote!(Option<#rust>) } else { rust };
        let default = match target.kind {
            Kind::Timestamp if !optional => Some(quote!(DateTime::from_secs(0))),
            Kind::Document if !optional => Some(quote!(Document::Null)),
            _ => None,
        };
        let plain_string = matches!(target.kind, Kind::String);
        Field { member: &member.name, name, rust, optional, default, stream, plain_string }
    }

    /// The type of a shape; `written` says that it belongs to what is only written.
    fn rust(&self, target: &str, written: bool) -> TokenStream {
        let element = |member: &Member, sparse: bool| {
            let element = self.rust(&member.target, written);
            if sparse { quote!(Option<#element>) } else { element }
        };
        let rust = match &self.service.shapes[target].kind {
            Kind::Structure(_) | Kind::Union(_) | Kind::Enum(_) => {
                let name = names::ident(&self.names[target]);
                quote!(#name)
            }
            Kind::List { member, sparse, .. } => {
                let element = element(member, *sparse);
                quote!(Vec<#element>)
            }
            Kind::Map { key, value, sparse, .. } => {
                let key = self.rust(&key.target, written);
                let value = element(value, *sparse);
                quote!(BTreeMap<#key, #value>)
            }
            Kind::String => quote!(String),
            Kind::Boolean => quote!(bool),
            Kind::Integer => quote!(i32),
            Kind::Long => quote!(i64),
            Kind::Float => quote!(f32),
            Kind::Double => quote!(f64),
            Kind::Blob => quote!(Bytes),
            Kind::Timestamp => quote!(DateTime),
            Kind::Document => quote!(Document),
        };
        if written && self.held.contains(&target) { quote!(Held<#rust>) } else { rust }
    }
}

/// Which members need a box: those that lead from a structure back to it without passing a list
/// or a map.
struct Boxes<'a>(BTreeMap<&'a str, BTreeSet<&'a str>>);

impl<'a> Boxes<'a> {
    fn of(service: &'a Service) -> Self {
        let direct: BTreeMap<&str, Vec<&str>> = service
            .shapes
            .iter()
            .filter_map(|(name, shape)| Some((name.as_str(), direct(service, shape)?)))
            .collect();
        let closure = direct.keys().map(|name| (*name, closure(&direct, name))).collect();
        Self(closure)
    }

    fn contains(&self, from: &str, to: &str) -> bool {
        self.0.get(to).is_some_and(|reached| reached.contains(from))
    }
}

fn direct<'a>(service: &Service, shape: &'a Shape) -> Option<Vec<&'a str>> {
    let members = &shape.structure()?.members;
    let is_structure =
        |target: &str| service.shapes.get(target).is_some_and(|it| it.structure().is_some());
    Some(members.iter().map(|it| it.target.as_str()).filter(|it| is_structure(it)).collect())
}

fn closure<'a>(direct: &BTreeMap<&'a str, Vec<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        for target in direct.get(name).into_iter().flatten() {
            if seen.insert(target) {
                open.push(target);
            }
        }
    }
    seen
}
