//! Amazon DynamoDB: the values, the keys and the complete expression language.

pub mod expression;
pub mod schema;
pub mod validation;
pub mod value;
