//! `VectorIndexUpdates`.

use fogbank_api_dynamodb::{self as api, AttributeDefinition};
use fogbank_service::ServiceError;

use super::indexes::{check_all_used, define_attributes};
use crate::engine::validation::Invalid;
use crate::table::definition::TableDefinition;
use crate::table::vector::VectorIndex;

/// Adds a vector index to a table, or takes one from it.
pub(super) fn change(
    definition: &mut TableDefinition,
    update: api::VectorIndexUpdate,
    attributes: Option<&[AttributeDefinition]>,
) -> Result<(), ServiceError> {
    match (update.create, update.delete) {
        (Some(create), None) => self::create(definition, create, attributes),
        (None, Some(delete)) => self::delete(definition, &delete.index_name),
        (None, None) => Err(Invalid::parameter(
            "One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null",
        )
        .into()),
        (Some(_), Some(_)) => Err(Invalid::parameter(
            "Only one of VectorIndexUpdate.Create, VectorIndexUpdate.Delete may be specified",
        )
        .into()),
    }
}

fn create(
    definition: &mut TableDefinition,
    create: api::CreateVectorIndexAction,
    attributes: Option<&[AttributeDefinition]>,
) -> Result<(), ServiceError> {
    let name = &create.index_name;
    if definition.index(name).is_some() || definition.vectors.iter().any(|own| own.name == *name) {
        return Err(Invalid::new("Attempting to create an index which already exists").into());
    }
    define_attributes(definition, attributes)?;
    let index = api::VectorIndex {
        index_name: create.index_name,
        vector_attribute: create.vector_attribute,
        search_schema: create.search_schema,
        projection: create.projection,
        dimensions: create.dimensions,
        distance_function: create.distance_function,
    };
    definition.vectors.push(VectorIndex::new(index, &definition.attributes)?);
    check_all_used(definition)
}

fn delete(definition: &mut TableDefinition, name: &str) -> Result<(), ServiceError> {
    let at = definition.vectors.iter().position(|own| own.name == name).ok_or_else(|| {
        let message = format!("Requested resource not found: Index: {name} not found");
        api::ResourceNotFoundException::new(message)
    })?;
    definition.vectors.remove(at);
    definition.forget_unused_attributes();
    Ok(())
}
