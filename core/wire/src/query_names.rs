//! Names of the query protocols.

use std::borrow::Cow;

use fogbank_schema::{Kind, Member, Protocol, Shape};

/// The parameter names of one of the query protocols.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueryNames {
    ec2: bool,
}

impl QueryNames {
    pub(crate) fn of(protocol: Protocol) -> Self {
        Self { ec2: protocol == Protocol::Ec2Query }
    }

    /// Indexes follow the name at once. EC2 has all its lists so.
    pub(crate) fn is_flattened(self, shape: &Shape<'_>, member: Option<&Member<'_>>) -> bool {
        let own = match shape.kind {
            Kind::List { flattened, .. } => flattened || self.ec2,
            Kind::Map { flattened, .. } => flattened,
            _ => false,
        };
        own || member.is_some_and(|member| member.flattened)
    }

    /// The name of a member as a parameter. EC2 capitalises it.
    pub(crate) fn parameter(self, member: &Member<'static>) -> Cow<'static, str> {
        if self.ec2 {
            return match member.query_name {
                Some(name) => name.into(),
                None => capitalised(member.wire_name.unwrap_or(member.name)),
            };
        }
        member.xml_name.or(member.wire_name).unwrap_or(member.name).into()
    }

    /// Another name under which clients send the member, where models left it open.
    pub(crate) fn other_parameter(self, member: &Member<'static>) -> Option<&'static str> {
        if self.ec2 {
            return (member.query_name.is_none() && member.wire_name.is_none())
                .then_some(member.name);
        }
        member.wire_name.filter(|_| member.xml_name.is_some())
    }

    /// The segment between the name of a list and its indexes.
    pub(crate) fn element(self, element: &Member<'static>) -> &'static str {
        element.wire_name.unwrap_or("member")
    }

    /// The names of a map's keys and values.
    pub(crate) fn entry(
        self,
        key: &Member<'static>,
        value: &Member<'static>,
    ) -> (&'static str, &'static str) {
        (key.wire_name.unwrap_or("key"), value.wire_name.unwrap_or("value"))
    }
}

fn capitalised(name: &'static str) -> Cow<'static, str> {
    if name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return name.into();
    }
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect::<String>().into(),
        None => "".into(),
    }
}
