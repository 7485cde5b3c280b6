//! `FilterSpecification`: which items are exported, and which parts of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use fogbank_api_dynamodb::{self as api, AttributeValue};
use fogbank_service::Holds;
use serde::{Deserialize, Serialize};

use crate::conversion::attributes_in;
use crate::engine::expression::{
    Condition, ExpressionKind, KeyCondition, Projection, key_condition,
};
use crate::engine::schema::KeySchema;
use crate::engine::validation::Invalid;
use crate::engine::value::Attributes;
use crate::parameters;

/// A specification as it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Specification {
    filter: Option<String>,
    projection: Option<String>,
    keys: Option<String>,
    names: Option<BTreeMap<String, String>>,
    values: Option<Attributes>,
}

/// What a specification selects; everything, if there is none.
#[derive(Default)]
pub struct Filter {
    range: Option<(Vec<u8>, Vec<u8>)>,
    filter: Option<Condition>,
    projection: Option<Projection>,
}

impl Specification {
    /// Takes a specification of a request.
    ///
    /// # Errors
    /// A value that is none.
    pub fn new(given: api::FilterSpecification) -> Result<Self, Invalid> {
        Ok(Self {
            filter: given.filter_expression,
            projection: given.projection_expression,
            keys: given.key_condition_expression,
            names: given.expression_attribute_names,
            values: given.expression_attribute_values.map(attributes_in).transpose()?,
        })
    }

    /// As the export is described.
    pub fn described(&self) -> api::FilterSpecification {
        let values =
            |values: &Attributes| -> BTreeMap<String, AttributeValue> { values.to_value() };
        api::FilterSpecification {
            filter_expression: self.filter.clone(),
            projection_expression: self.projection.clone(),
            key_condition_expression: self.keys.clone(),
            expression_attribute_names: self.names.clone(),
            expression_attribute_values: self.values.as_ref().map(values),
        }
    }
}

impl Filter {
    /// Reads the expressions of a specification for a table with this key.
    ///
    /// # Errors
    /// Expressions that are none, or that do not fit the key.
    pub fn new(given: &Specification, schema: &KeySchema) -> Result<Self, Invalid> {
        let Specification { filter, projection, keys, names, values } = given;
        let mut placeholders = parameters::placeholders(
            names.clone(),
            values.as_ref().map(Holds::to_value),
            &[("FilterExpression", filter.is_some()), ("KeyConditionExpression", keys.is_some())],
            filter.is_some() || keys.is_some() || projection.is_some(),
        )?;
        let filter = filter
            .as_deref()
            .map(|text| Condition::parse(ExpressionKind::Filter, text, &mut placeholders))
            .transpose()?;
        let projection = projection
            .as_deref()
            .map(|text| Projection::parse(text, &mut placeholders))
            .transpose()?;
        let terms = keys
            .as_deref()
            .map(|text| key_condition::parse(text, &mut placeholders))
            .transpose()?;
        placeholders.check_all_used()?;
        let range = terms.map(|terms| KeyCondition::bind(terms, schema)).transpose()?;
        Ok(Self { range: range.map(|condition| condition.range()), filter, projection })
    }

    /// What is exported of an item under this row key, if anything is.
    pub fn of<'i>(&self, row: &[u8], item: &'i Attributes) -> Option<Cow<'i, Attributes>> {
        let inside = self
            .range
            .as_ref()
            .is_none_or(|(from, to)| from.as_slice() <= row && row < to.as_slice());
        if !inside || self.filter.as_ref().is_some_and(|filter| !filter.holds(item)) {
            return None;
        }
        Some(match &self.projection {
            None => Cow::Borrowed(item),
            Some(projection) => Cow::Owned(projection.apply(item)),
        })
    }
}
