//! Lifecycle rules: which object a rule is for, and when it acts.

mod sweep;

use std::collections::BTreeSet;

use aws_smithy_types::date_time::Format;
use fogbank_api_s3::{LifecycleRule, LifecycleRuleFilter, Tag};
use fogbank_context::Timestamp;
use fogbank_service::ServiceError;

use crate::configuration::Configuration;
use crate::errors;
use crate::key::ObjectKey;
use crate::object::Object;
use crate::store::Version;
use crate::tags::Tags;

pub(crate) use sweep::begin;

const DAY: i64 = 86_400;

/// Checks the rules of a configuration.
///
/// # Errors
///
/// `MalformedXML`, `InvalidArgument` and `InvalidRequest` as S3 words them.
pub(crate) fn validate(rules: &[LifecycleRule]) -> Result<(), ServiceError> {
    if rules.is_empty() || rules.len() > 1000 {
        return Err(errors::malformed_xml());
    }
    let mut ids = BTreeSet::new();
    for rule in rules {
        check_rule(rule)?;
        if let Some(id) = &rule.id
            && !ids.insert(id)
        {
            return Err(errors::invalid_argument(
                "Rule ID must be unique. Found same ID for more than one rule",
                "ID",
                Some(id),
            ));
        }
    }
    Ok(())
}

fn check_rule(rule: &LifecycleRule) -> Result<(), ServiceError> {
    let acts = rule.expiration.is_some()
        || rule.transitions.is_some()
        || rule.noncurrent_version_expiration.is_some()
        || rule.noncurrent_version_transitions.is_some()
        || rule.abort_incomplete_multipart_upload.is_some();
    if !["Enabled", "Disabled"].contains(&rule.status.as_str()) || !acts {
        return Err(errors::malformed_xml());
    }
    if rule.filter.is_some() == rule.prefix.is_some() {
        return Err(errors::malformed_xml());
    }
    if let Some(expiration) = &rule.expiration {
        let ways = [
            expiration.days.is_some(),
            expiration.date.is_some(),
            expiration.expired_object_delete_marker.is_some(),
        ];
        if ways.iter().filter(|way| **way).count() != 1 {
            return Err(errors::malformed_xml());
        }
        if expiration.days.is_some_and(|days| days <= 0) {
            return Err(errors::invalid_argument(
                "'Days' for Expiration action must be a positive integer",
                "Days",
                expiration.days.map(|days| days.to_string()).as_deref(),
            ));
        }
        if let Some(date) = &expiration.date {
            check_midnight(Timestamp::from_wire(date))?;
        }
    }
    for transition in rule.transitions.iter().flatten() {
        if transition.days.is_some() == transition.date.is_some()
            || transition.storage_class.is_none()
        {
            return Err(errors::malformed_xml());
        }
        if let Some(date) = &transition.date {
            check_midnight(Timestamp::from_wire(date))?;
        }
    }
    if let Some(noncurrent) = &rule.noncurrent_version_expiration
        && noncurrent.noncurrent_days.is_none()
    {
        return Err(errors::malformed_xml());
    }
    rule.filter.as_ref().map_or(Ok(()), check_filter)
}

fn check_midnight(date: Timestamp) -> Result<(), ServiceError> {
    if date.as_secs() % DAY == 0 {
        return Ok(());
    }
    let text = date.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    Err(errors::invalid_argument("'Date' must be at midnight GMT", "Date", Some(&text)))
}

fn check_filter(filter: &LifecycleRuleFilter) -> Result<(), ServiceError> {
    let parts = [
        filter.prefix.is_some(),
        filter.tag.is_some(),
        filter.object_size_greater_than.is_some(),
        filter.object_size_less_than.is_some(),
        filter.and.is_some(),
    ];
    if parts.iter().filter(|part| **part).count() > 1 {
        return Err(errors::malformed_xml());
    }
    let Some(and) = &filter.and else { return Ok(()) };
    let tags = and.tags.as_deref().unwrap_or_default();
    let keys: BTreeSet<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    if keys.len() != tags.len() {
        return Err(errors::invalid_request("Duplicate Tag Keys are not allowed."));
    }
    let sizes = [and.object_size_greater_than, and.object_size_less_than];
    let parts = tags.len() + usize::from(and.prefix.is_some()) + sizes.iter().flatten().count();
    if parts < 2 { Err(errors::malformed_xml()) } else { Ok(()) }
}

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
    use fogbank_api_s3::{
        LifecycleExpiration, LifecycleRuleAndOperator, NoncurrentVersionExpiration,
    };

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
    fn rules() {
        assert!(validate(&[rule()]).is_ok());
        let and = |and: LifecycleRuleAndOperator| {
            Some(LifecycleRuleFilter { and: Some(and), ..Default::default() })
        };
        let at = |seconds| Some(Timestamp::from_secs(seconds).to_wire());
        let expiration = |it: LifecycleExpiration| Some(it);
        let cases = [
            (LifecycleRule { filter: None, ..rule() }, "MalformedXML"),
            (LifecycleRule { expiration: None, ..rule() }, "MalformedXML"),
            (LifecycleRule { status: "On".into(), ..rule() }, "MalformedXML"),
            (
                LifecycleRule {
                    noncurrent_version_expiration: Some(NoncurrentVersionExpiration::default()),
                    ..rule()
                },
                "MalformedXML",
            ),
            (
                LifecycleRule {
                    expiration: expiration(LifecycleExpiration {
                        date: at(3600),
                        ..Default::default()
                    }),
                    ..rule()
                },
                "InvalidArgument",
            ),
            (
                LifecycleRule {
                    expiration: expiration(LifecycleExpiration {
                        days: Some(1),
                        expired_object_delete_marker: Some(true),
                        ..Default::default()
                    }),
                    ..rule()
                },
                "MalformedXML",
            ),
            (
                LifecycleRule {
                    filter: and(LifecycleRuleAndOperator {
                        tags: Some(vec![tag("a"), tag("a")]),
                        ..Default::default()
                    }),
                    ..rule()
                },
                "InvalidRequest",
            ),
        ];
        for (index, (rule, code)) in cases.into_iter().enumerate() {
            assert_eq!(validate(&[rule]).unwrap_err().code(), code, "{index}");
        }
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
