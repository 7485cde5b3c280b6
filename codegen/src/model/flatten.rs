//! Flattening is a matter of the member: botocore writes it on the list, Smithy on the member.

use std::collections::BTreeMap;

use super::ir::{Kind, Member, Protocol, Service};

/// Moves the flattening of lists and maps, and the element names of flattened lists, to the
/// members that hold them.
pub(super) fn onto_members(service: &mut Service) {
    let json = [Protocol::AwsJson1_0, Protocol::AwsJson1_1, Protocol::RestJson1];
    let json = service.protocols.iter().any(|protocol| json.contains(protocol));
    let lists = take_flattening(service);
    for structure in service.shapes.values_mut().filter_map(|shape| shape.structure_mut()) {
        for member in &mut structure.members {
            if let Some((flattened, element)) = lists.get(&member.target) {
                member.flattened |= *flattened;
                // A member that is flattened by itself keeps its own name.
                if *flattened {
                    take_name(member, element.as_deref(), json);
                }
            }
        }
    }
}

/// Of each list and map: whether it was flattened, and the name of its elements.
fn take_flattening(service: &mut Service) -> BTreeMap<String, (bool, Option<String>)> {
    let mut lists = BTreeMap::new();
    for (name, shape) in &mut service.shapes {
        match &mut shape.kind {
            Kind::List { member, flattened, .. } => {
                let flattened = std::mem::take(flattened);
                let element = match flattened {
                    true => member.wire_name.take(),
                    false => member.wire_name.clone(),
                };
                lists.insert(name.clone(), (flattened, element));
            }
            Kind::Map { flattened, .. } => {
                lists.insert(name.clone(), (std::mem::take(flattened), None));
            }
            _ => {}
        }
    }
    lists
}

/// The element's name is the member's in XML, unless that is what the member is called anyway.
fn take_name(member: &mut Member, element: Option<&str>, json: bool) {
    let Some(element) = element else { return };
    if member.xml_name.is_some() || member.wire_name.as_deref().unwrap_or(&member.name) == element {
        return;
    }
    match (json, &member.wire_name) {
        (false, None) => member.wire_name = Some(element.to_owned()),
        _ => member.xml_name = Some(element.to_owned()),
    }
}
