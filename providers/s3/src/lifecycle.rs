//! Lifecycle rules: which object a rule is for, and when it acts.

mod sweep;
mod validate;

use aws_smithy_types::date_time::Format;
use fogbank_api_s3::{LifecycleRule, Tag};
use fogbank_context::Timestamp;

use crate::configuration::Configuration;
use crate::key::ObjectKey;
use crate::object::Object;
use crate::store::Version;
use crate::tags::Tags;

pub(crate) use sweep::begin;
pub(crate) use validate::validate;

const DAY: i64 = 86_400;

fn tag_fits(tag: &Tag, tags: &Tags) -> bool {
    tags.get(&tag.key) == Some(&tag.value)
}

/// Whether a rule is for an object of this key, size and tags.
pub(crate) fn applies(rule: &LifecycleRule, key: &ObjectKey, size: u64, tags: &Tags) -> bool {
    if rule.status.as_str() != "Enabled" {
        return false;
    }
    let prefix_fits = |prefix: &Option<String>| {
        prefix.as_deref().is_none_or(|prefix| key.as_str().starts_with(prefix))
    };
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let sizes_fit = |greater: Option<i64>, less: Option<i64>| {
        greater.is_none_or(|it| size > it) && less.is_none_or(|it| size < it)
    };
    let Some(filter) = &rule.filter else { return prefix_fits(&rule.prefix) };
    match &filter.and {
        Some(and) => {
            prefix_fits(&and.prefix)
                && and.tags.iter().flatten().all(|tag| tag_fits(tag, tags))
                && sizes_fit(and.object_size_greater_than, and.object_size_less_than)
        }
        None => {
            prefix_fits(&filter.prefix)
                && filter.tag.as_ref().is_none_or(|tag| tag_fits(tag, tags))
                && sizes_fit(filter.object_size_greater_than, filter.object_size_less_than)
        }
    }
}

/// The next midnight after so many days.
pub(crate) fn after_days(from: Timestamp, days: i32) -> Timestamp {
    let at = from.as_secs() + i64::from(days) * DAY;
    Timestamp::from_secs((at.div_euclid(DAY) + 1) * DAY)
}

/// When the current object expires, and by which rule.
pub(crate) fn expiration(
    configuration: &Configuration,
    key: &ObjectKey,
    object: &Object,
    modified: Timestamp,
) -> Option<(Timestamp, String)> {
    let rules = configuration.lifecycle.iter().map(crate::stored::Stored::get);
    let dates = rules.filter_map(|rule| {
        if !applies(&rule, key, object.size(), &object.tags) {
            return None;
        }
        let expiration = rule.expiration.as_ref()?;
        let at = match (expiration.days, &expiration.date) {
            (Some(days), _) => after_days(modified, days),
            (None, Some(date)) => Timestamp::from_wire(date),
            (None, None) => return None,
        };
        Some((at, rule.id.unwrap_or_default()))
    });
    dates.min_by_key(|(at, _)| *at)
}

/// The `x-amz-expiration` header of a version.
pub(crate) fn expiration_header(
    configuration: &Configuration,
    key: &ObjectKey,
    object: &Object,
    version: &Version,
) -> Option<String> {
    if configuration.lifecycle.is_empty() {
        return None;
    }
    let (at, rule) = expiration(configuration, key, object, version.modified)?;
    let date = at.to_wire_secs().fmt(Format::HttpDate).ok()?;
    Some(format!("expiry-date=\"{date}\", rule-id=\"{rule}\""))
}

/// When an upload of this key is aborted, and by which rule.
pub(crate) fn abort_of(
    configuration: &Configuration,
    key: &ObjectKey,
    initiated: Timestamp,
) -> Option<(Timestamp, String)> {
    let rules = configuration.lifecycle.iter().map(crate::stored::Stored::get);
    let dates = rules.filter_map(|rule| {
        let abort = rule.abort_incomplete_multipart_upload.as_ref()?;
        let days = abort.days_after_initiation?;
        applies(&rule, key, 0, &Tags::default())
            .then(|| (after_days(initiated, days), rule.id.clone().unwrap_or_default()))
    });
    dates.min_by_key(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fogbank_api_s3::{LifecycleExpiration, LifecycleRuleFilter};

    fn rule() -> LifecycleRule {
        LifecycleRule {
            id: Some("id".to_owned()),
            status: "Enabled".into(),
            filter: Some(LifecycleRuleFilter::default()),
            expiration: Some(LifecycleExpiration { days: Some(7), ..Default::default() }),
            ..LifecycleRule::default()
        }
    }

    fn tag(key: &str) -> Tag {
        Tag { key: key.to_owned(), value: "v".to_owned() }
    }

    #[test]
    fn filters() {
        let key = ObjectKey::parse("logs/a").unwrap();
        let tags = Tags(vec![("a".to_owned(), "v".to_owned())]);
        let with = |filter| LifecycleRule { filter: Some(filter), ..rule() };
        for (filter, fits) in [
            (LifecycleRuleFilter::default(), true),
            (LifecycleRuleFilter { prefix: Some("logs/".into()), ..Default::default() }, true),
            (LifecycleRuleFilter { prefix: Some("x".into()), ..Default::default() }, false),
            (LifecycleRuleFilter { tag: Some(tag("a")), ..Default::default() }, true),
            (LifecycleRuleFilter { tag: Some(tag("b")), ..Default::default() }, false),
            (
                LifecycleRuleFilter { object_size_greater_than: Some(10), ..Default::default() },
                false,
            ),
            (LifecycleRuleFilter { object_size_less_than: Some(11), ..Default::default() }, true),
        ] {
            assert_eq!(applies(&with(filter), &key, 10, &tags), fits);
        }
    }

    #[test]
    fn days_end_at_midnight() {
        // 2014-01-15T10:30:00Z plus three days is 2014-01-19T00:00:00Z.
        let at = after_days(Timestamp::from_secs(1_389_781_800), 3);
        assert_eq!(at, Timestamp::from_secs(1_390_089_600));
    }
}
