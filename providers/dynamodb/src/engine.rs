//! The pure engine: values, keys, expressions and statements. It knows nothing of the API's types,
//! of tables and of the world, and its only error is [`validation::Invalid`].

pub mod expression;
pub mod partiql;
pub mod schema;
pub mod validation;
pub mod value;
