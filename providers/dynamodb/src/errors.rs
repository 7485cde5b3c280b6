//! The errors that DynamoDB answers, with AWS's words.

use fogbank_api_dynamodb as api;
use fogbank_service::ServiceError;

use crate::conversion::held;
use crate::engine::validation::Invalid;
use crate::table::definition::TableDefinition;
use crate::table::state::Item;
use crate::table::write::Refusal;

impl From<Invalid> for ServiceError {
    fn from(invalid: Invalid) -> Self {
        validation(invalid.0)
    }
}

/// `ValidationException`.
pub fn validation(message: impl Into<std::borrow::Cow<'static, str>>) -> ServiceError {
    ServiceError::new("ValidationException", 400, message)
}

/// A table that requests about items do not find.
pub fn no_table() -> ServiceError {
    api::ResourceNotFoundException::new("Requested resource not found").into()
}

/// A table that requests about tables do not find.
pub fn no_such_table(name: &str) -> ServiceError {
    let message = format!("Requested resource not found: Table: {name} not found");
    api::ResourceNotFoundException::new(message).into()
}

/// A resource that requests about tags do not find.
pub fn no_such_resource(arn: &str) -> ServiceError {
    let message = format!("Requested resource not found: ResourcArn: {arn} not found");
    api::ResourceNotFoundException::new(message).into()
}

/// A table that is there already.
pub fn table_exists(name: &str) -> ServiceError {
    api::ResourceInUseException::new(format!("Table already exists: {name}")).into()
}

/// Refuses to change a table that is being updated.
pub fn check_not_updating(definition: &TableDefinition) -> Result<(), ServiceError> {
    if !definition.is_updating() {
        return Ok(());
    }
    Err(api::ResourceInUseException::new(format!(
        "Attempt to change a resource which is still in use: Table is being updated: {}",
        definition.name
    ))
    .into())
}

/// A condition that does not hold; the item is shown if the request asked for it.
pub fn condition_failed(item: Option<&Item>, show: bool) -> ServiceError {
    api::ConditionalCheckFailedException {
        message: Some("The conditional request failed".to_owned()),
        item: item.filter(|_| show).map(held),
    }
    .into()
}

/// What is said of an item that is there already.
pub const DUPLICATE_ITEM: &str = "Duplicate primary key exists in table";

/// An item that is inserted although it is there already.
pub fn duplicate_item() -> ServiceError {
    api::DuplicateItemException::new(DUPLICATE_ITEM).into()
}

/// A write that was refused.
pub fn refused(refusal: Refusal, show_item: bool) -> ServiceError {
    match refusal {
        Refusal::Condition(item) => condition_failed(item.as_ref(), show_item),
        Refusal::Invalid(invalid) => invalid.into(),
    }
}
