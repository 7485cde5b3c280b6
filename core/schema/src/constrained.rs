//! Which shapes have something to check.

use crate::{Kind, Member, Shape};

impl<'a> Shape<'a> {
    /// The members through which the shape refers to others.
    pub fn references(&self) -> Vec<&Member<'a>> {
        match &self.kind {
            Kind::Structure(structure) | Kind::Union(structure) => {
                structure.members.iter().collect()
            }
            Kind::List { member, .. } => vec![member],
            Kind::Map { key, value, .. } => vec![key, value],
            _ => Vec::new(),
        }
    }

    /// The positions of the members that a structure must have in a document.
    pub fn required_members(&self) -> Box<[u16]> {
        let Kind::Structure(structure) = &self.kind else { return Box::default() };
        structure
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.required && !member.streaming)
            .filter_map(|(index, _)| u16::try_from(index).ok())
            .collect()
    }

    /// The shape itself has a constraint.
    fn has_constraint(&self) -> bool {
        self.min.is_some()
            || self.max.is_some()
            || self.pattern.is_some()
            || matches!(&self.kind, Kind::Enum(_))
            || !self.required_members().is_empty()
    }
}

/// Marks the shapes that have a constraint, or something below them has one.
pub fn mark_constrained(shapes: &mut [Shape<'_>]) {
    let mut marked: Vec<bool> = shapes.iter().map(Shape::has_constraint).collect();
    mark_referrers(&mut marked, |index| &shapes[index]);
    for (shape, marked) in shapes.iter_mut().zip(marked) {
        shape.constrained = marked;
    }
}

/// Lets those who refer to a marked shape be marked too.
pub fn mark_referrers<'s>(marked: &mut [bool], shape: impl Fn(usize) -> &'s Shape<'s>) {
    loop {
        let mut changed = false;
        for index in 0..marked.len() {
            let refers = || {
                let references = shape(index).references();
                references.iter().any(|member| marked[member.target as usize])
            };
            if !marked[index] && refers() {
                marked[index] = true;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
}
