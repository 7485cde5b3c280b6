//! Session tags and their inheritance along a chain of roles.

use fogbank_api_sts::Tag;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// Tags of a session; keys are compared without case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionTags(Vec<(String, String)>);

impl SessionTags {
    /// The tags that the next session of a chain inherits: those that the calling session
    /// hands down and those that the request marks.
    pub(crate) fn transitive(
        tags: &[Tag],
        transitive_keys: &[String],
        inherited: &SessionTags,
    ) -> Result<Self, ServiceError> {
        for (index, tag) in tags.iter().enumerate() {
            if tags[..index].iter().any(|other| same_key(&other.key, &tag.key)) {
                return Err(errors::duplicate_tag_keys());
            }
            if tag.key.to_ascii_lowercase().starts_with("aws:") {
                return Err(errors::reserved_tag_key());
            }
            if inherited.has(&tag.key) {
                return Err(errors::transitive_tag_conflict());
            }
        }
        let mut all = inherited.clone();
        for key in transitive_keys {
            if inherited.has(key) {
                return Err(errors::transitive_tag_conflict());
            }
            let tag = tags.iter().find(|tag| same_key(&tag.key, key));
            let tag = tag.ok_or_else(errors::transitive_tag_not_requested)?;
            all.0.push((tag.key.clone(), tag.value.clone()));
        }
        Ok(all)
    }

    /// The tags with their values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(own, _)| same_key(own, key))
    }
}

fn same_key(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str) -> Tag {
        Tag { key: key.to_owned(), value: "v".to_owned() }
    }

    fn check(tags: &[&str], transitive: &[&str], inherited: &[&str]) -> Result<usize, String> {
        let tags: Vec<Tag> = tags.iter().map(|key| tag(key)).collect();
        let keys: Vec<String> = transitive.iter().map(|&key| key.to_owned()).collect();
        let inherited =
            SessionTags(inherited.iter().map(|&key| (key.to_owned(), "v".to_owned())).collect());
        SessionTags::transitive(&tags, &keys, &inherited)
            .map(|tags| tags.0.len())
            .map_err(|error| error.message().unwrap_or_default().split(' ').take(3).collect())
    }

    #[test]
    fn inheritance() {
        assert_eq!(check(&[], &[], &[]), Ok(0));
        assert_eq!(check(&["a", "b"], &["A"], &[]), Ok(1));
        assert_eq!(check(&["b"], &["b"], &["a"]), Ok(2));
        assert_eq!(check(&["a", "A"], &[], &[]), Err("Duplicatetagkeys".to_owned()));
        assert_eq!(check(&["a"], &["b"], &[]), Err("Thespecifiedtransitive".to_owned()));
        assert_eq!(check(&["A"], &[], &["a"]), Err("Oneofthe".to_owned()));
        assert_eq!(check(&["x"], &["a"], &["a"]), Err("Oneofthe".to_owned()));
    }
}
