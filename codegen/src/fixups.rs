//! Named patches to AWS's models, each with its reason.
//!
//! A patch works on the intermediate representation, so it holds whichever format a model came in.
//! A patch whose target is gone is an error: the model has changed and the patch must be looked at.

mod dynamodb;
mod events;
mod s3;
mod sqs;

use crate::model::ModelError;
use crate::model::ir::{Kind, Member, Service, Shape, Structure};

/// A patch to one service's model.
pub struct Fixup {
    /// The service's name.
    pub service: &'static str,
    /// Why the model alone is not enough.
    pub reason: &'static str,
    /// Patches the model.
    pub apply: fn(&mut Service) -> Result<(), ModelError>,
}

/// All patches.
pub const ALL: &[&[Fixup]] = &[dynamodb::FIXUPS, events::FIXUPS, s3::FIXUPS, sqs::FIXUPS];

/// Applies the patches of this service.
///
/// # Errors
///
/// When a patch does not find what it patches.
pub fn apply(service: &mut Service) -> Result<(), ModelError> {
    let name = service.name.clone();
    let fixups = ALL.iter().copied().flatten().filter(|fixup| fixup.service == name);
    fixups.into_iter().try_for_each(|fixup| (fixup.apply)(service))
}

fn missing(service: &Service, what: &str) -> ModelError {
    ModelError::new(&service.name, format!("a fixup does not find {what}"))
}

fn shape<'a>(service: &'a mut Service, name: &str) -> Result<&'a mut Shape, ModelError> {
    if !service.shapes.contains_key(name) {
        return Err(missing(service, name));
    }
    Ok(service.shapes.get_mut(name).expect("the shape was there a line ago"))
}

fn structure<'a>(service: &'a mut Service, name: &str) -> Result<&'a mut Structure, ModelError> {
    let error = missing(service, name);
    shape(service, name)?.structure_mut().ok_or(error)
}

fn member<'a>(
    service: &'a mut Service,
    name: &str,
    member: &str,
) -> Result<&'a mut Member, ModelError> {
    let error = missing(service, &format!("{name}.{member}"));
    structure(service, name)?.members.iter_mut().find(|it| it.name == member).ok_or(error)
}

fn make_union(service: &mut Service, name: &str) -> Result<(), ModelError> {
    let shape = shape(service, name)?;
    if let Kind::Structure(structure) = &mut shape.kind {
        shape.kind = Kind::Union(std::mem::take(structure));
    }
    Ok(())
}
