//! Reads the input of the query protocols from a form.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use fogbank_schema::{Kind, Member, ServiceModel, Shape, ShapeIndex};

use crate::form::{Form, ROOT};
use crate::limits::too_deep;
use crate::query_names::QueryNames;
use crate::scalar::{DefaultTimestamp, not_an_aggregate, read_scalars_as_text};
use crate::service_wire::ServiceWire;

/// A node of a form, read as a shape of the model.
pub(crate) struct FormReader<'a> {
    form: &'a Form<'a>,
    model: &'static ServiceModel<'static>,
    names: QueryNames,
    node: u32,
    shape: Option<ShapeIndex>,
    member: Option<&'static Member<'static>>,
    /// How many aggregates may still be opened.
    levels: usize,
    default: DefaultTimestamp,
}

impl<'a> FormReader<'a> {
    /// The input of an operation, at the root of the form.
    pub(crate) fn input(form: &'a Form<'a>, wire: &ServiceWire, shape: Option<ShapeIndex>) -> Self {
        Self {
            form,
            model: wire.model,
            names: wire.names,
            node: ROOT,
            shape,
            member: None,
            levels: wire.limits().levels(),
            default: DefaultTimestamp::DateTime,
        }
    }

    fn below(&self, node: u32, member: &'static Member<'static>) -> FormReader<'a> {
        FormReader {
            node,
            shape: Some(member.target),
            member: Some(member),
            levels: self.levels.saturating_sub(1),
            ..*self
        }
    }

    fn described(&self) -> Result<Option<&'static Shape<'static>>, SerdeError> {
        if self.levels == 0 {
            return Err(too_deep());
        }
        Ok(self.shape.map(|shape| self.model.shape(shape)))
    }

    fn text(&self) -> Result<&str, SerdeError> {
        self.form
            .value(self.node)
            .ok_or_else(|| SerdeError::type_mismatch("the parameter has parts but no value"))
    }

    /// The nodes of a list's elements or a map's entries.
    fn entries(&self, shape: &Shape<'_>, segment: &str) -> Vec<u32> {
        let direct = self.form.numbered(self.node);
        if self.names.is_flattened(shape, self.member) {
            return direct;
        }
        match self.form.child(self.node, segment) {
            Some(node) => self.form.numbered(node),
            // Some callers leave the segment out; AWS takes it.
            None => direct,
        }
    }
}

impl ShapeDeserializer for FormReader<'_> {
    fn read_struct(
        &mut self,
        schema: &Schema<'_>,
        state: &mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let Some(shape) = self.described()? else { return Ok(()) };
        let (Kind::Structure(structure) | Kind::Union(structure)) = &shape.kind else {
            return not_an_aggregate();
        };
        for (index, member) in structure.members.iter().enumerate() {
            let name = self.names.parameter(member);
            let found = self
                .form
                .child(self.node, &name)
                .or_else(|| self.form.child(self.node, self.names.other_parameter(member)?));
            let Some(node) = found else { continue };
            let Some(schema) = schema.member_schema_by_index(index) else { continue };
            state(schema, &mut self.below(node, member))?;
        }
        Ok(())
    }

    fn read_list(
        &mut self,
        _: &Schema<'_>,
        state: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let Some(shape) = self.described()? else { return Ok(()) };
        let Kind::List { member, .. } = &shape.kind else { return not_an_aggregate() };
        let nodes = self.entries(shape, self.names.element(member));
        if nodes.is_empty() && !self.form.is_blank(self.node) {
            return Err(SerdeError::type_mismatch("a list needs numbered elements"));
        }
        nodes.into_iter().try_for_each(|node| state(&mut self.below(node, member)))
    }

    fn read_map(
        &mut self,
        _: &Schema<'_>,
        state: &mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let Some(shape) = self.described()? else { return Ok(()) };
        let Kind::Map { key, value, .. } = &shape.kind else { return not_an_aggregate() };
        let (key_name, value_name) = self.names.entry(key, value);
        let nodes = self.entries(shape, "entry");
        if nodes.is_empty() && !self.form.is_blank(self.node) {
            return Err(SerdeError::type_mismatch("a map needs numbered entries"));
        }
        for node in nodes {
            let key = self.form.child(node, key_name).and_then(|node| self.form.value(node));
            let entry = self.form.child(node, value_name);
            let (Some(key), Some(entry)) = (key, entry) else {
                return Err(SerdeError::type_mismatch("an entry of a map needs key and value"));
            };
            state(key.to_owned(), &mut self.below(entry, value))?;
        }
        Ok(())
    }

    read_scalars_as_text!();
}
