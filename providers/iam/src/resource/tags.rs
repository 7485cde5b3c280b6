//! Tags. Their keys are case-preserving and not distinguished by case.

use fogbank_api_iam::Tag;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// How many tags a resource can have.
const LIMIT: usize = 50;

/// The tags of a resource, in the order in which their keys came.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tags(Vec<(String, String)>);

impl Tags {
    /// The tags of a request that makes a resource.
    pub(crate) fn new(tags: Option<Vec<Tag>>) -> Result<Self, ServiceError> {
        let mut made = Self::default();
        made.set(tags.unwrap_or_default())?;
        Ok(made)
    }

    /// Adds tags and replaces the values of those that are there.
    pub(crate) fn set(&mut self, tags: Vec<Tag>) -> Result<(), ServiceError> {
        for (place, tag) in tags.iter().enumerate() {
            if tags[..place].iter().any(|other| other.key.eq_ignore_ascii_case(&tag.key)) {
                return Err(errors::invalid_input(
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                ));
            }
            if tag.key.to_ascii_lowercase().starts_with("aws:") {
                return Err(errors::invalid_input(
                    "Caller is not allowed to add system tags with the prefix aws:.",
                ));
            }
        }
        for tag in tags {
            match self.0.iter_mut().find(|(key, _)| key.eq_ignore_ascii_case(&tag.key)) {
                Some((_, value)) => *value = tag.value,
                None => self.0.push((tag.key, tag.value)),
            }
        }
        if self.0.len() > LIMIT {
            return Err(errors::limit_exceeded(
                "The number of tags has reached the maximum limit.",
            ));
        }
        Ok(())
    }

    /// Takes tags away; keys that are not there are no error.
    pub(crate) fn remove(&mut self, keys: &[String]) {
        self.0.retain(|(tag, _)| !keys.iter().any(|key| key.eq_ignore_ascii_case(tag)));
    }

    /// The tags as keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The tags of a response that always has them.
    pub(crate) fn list(&self) -> Vec<Tag> {
        self.iter().map(|(key, value)| Tag { key: key.into(), value: value.into() }).collect()
    }

    /// The tags of a response that has them only where there are any.
    pub(crate) fn some(&self) -> Option<Vec<Tag>> {
        Some(self.list()).filter(|tags| !tags.is_empty())
    }
}
