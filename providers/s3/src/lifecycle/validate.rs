//! Which lifecycle rules S3 takes.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html>.

use std::collections::BTreeSet;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_api_s3::{
    LifecycleRule, LifecycleRuleFilter, NoncurrentVersionTransition, Transition,
    TransitionStorageClass,
};
use fogbank_context::Timestamp;
use fogbank_service::ServiceError;

use super::DAY;
use crate::errors;

/// The most rules of a configuration.
const MOST_RULES: usize = 1000;
/// The most characters of a rule's id.
const LONGEST_ID: usize = 255;
/// The most bytes of a prefix, as of a key.
const LONGEST_PREFIX: usize = 1024;
/// The most newer versions that a rule can keep.
const MOST_NEWER: i32 = 100;
/// Classes that objects have to wait thirty days for, and have to stay in for thirty days.
const INFREQUENT: [&str; 2] = ["STANDARD_IA", "ONEZONE_IA"];
const THIRTY: i32 = 30;

/// The classes in the order in which objects move through them.
const WATERFALL: [&str; 6] =
    ["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"];

/// Checks the rules of a configuration.
///
/// # Errors
///
/// `MalformedXML`, `InvalidArgument` and `InvalidRequest` as S3 words them.
pub(crate) fn validate(rules: &[LifecycleRule]) -> Result<(), ServiceError> {
    if rules.is_empty() || rules.len() > MOST_RULES {
        return Err(errors::malformed_xml());
    }
    let filtered = rules.iter().any(|rule| rule.filter.is_some());
    if filtered && rules.iter().any(|rule| rule.filter.is_none() && rule.prefix.is_some()) {
        return Err(errors::invalid_request(
            "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the \
             Filter.",
        ));
    }
    let mut ids = BTreeSet::new();
    for rule in rules {
        if let Some(id) = &rule.id {
            if id.chars().count() > LONGEST_ID {
                let message = format!("ID length should not exceed allowed limit of {LONGEST_ID}");
                return Err(errors::invalid_argument(message, "ID", Some(id)));
            }
            if !ids.insert(id) {
                return Err(errors::invalid_argument(
                    "Rule ID must be unique. Found same ID for more than one rule",
                    "ID",
                    Some(id),
                ));
            }
        }
        check_rule(rule)?;
    }
    Ok(())
}

fn check_rule(rule: &LifecycleRule) -> Result<(), ServiceError> {
    let acts = rule.expiration.is_some()
        || rule.transitions.is_some()
        || rule.noncurrent_version_expiration.is_some()
        || rule.noncurrent_version_transitions.is_some()
        || rule.abort_incomplete_multipart_upload.is_some();
    let known = ["Enabled", "Disabled"].contains(&rule.status.as_str());
    if !acts || !known || rule.filter.is_some() == rule.prefix.is_some() {
        return Err(errors::malformed_xml());
    }
    let filter = Filter::of(rule)?;
    if filter.prefix.len() > LONGEST_PREFIX {
        return Err(errors::invalid_request("The maximum size of a prefix is 1024."));
    }
    check_expiration(rule, &filter)?;
    check_transitions(rule, &filter)?;
    check_noncurrent(rule, &filter)?;
    if let Some(abort) = &rule.abort_incomplete_multipart_upload {
        let days = abort.days_after_initiation.ok_or_else(errors::malformed_xml)?;
        if days <= 0 {
            return Err(not_positive(
                "DaysAfterInitiation",
                "AbortIncompleteMultipartUpload",
                days,
            ));
        }
        filter.bare("AbortIncompleteMultipartUpload")?;
    }
    Ok(())
}

/// What a rule is for.
struct Filter<'a> {
    prefix: &'a str,
    has_tags: bool,
    has_size: bool,
}

impl<'a> Filter<'a> {
    fn of(rule: &'a LifecycleRule) -> Result<Self, ServiceError> {
        let Some(filter) = &rule.filter else {
            let prefix = rule.prefix.as_deref().unwrap_or_default();
            return Ok(Self { prefix, has_tags: false, has_size: false });
        };
        check_filter(filter)?;
        let (prefix, has_tags, greater, less) = match &filter.and {
            Some(and) => (
                &and.prefix,
                and.tags.as_ref().is_some_and(|tags| !tags.is_empty()),
                and.object_size_greater_than,
                and.object_size_less_than,
            ),
            None => (
                &filter.prefix,
                filter.tag.is_some(),
                filter.object_size_greater_than,
                filter.object_size_less_than,
            ),
        };
        if let (Some(greater), Some(less)) = (greater, less)
            && less <= greater
        {
            return Err(errors::invalid_request(
                "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
            ));
        }
        let has_size = greater.is_some() || less.is_some();
        Ok(Self { prefix: prefix.as_deref().unwrap_or_default(), has_tags, has_size })
    }

    /// The filter as messages show it.
    fn shown(&self) -> String {
        format!("'(prefix={})'", self.prefix)
    }

    /// Checks that there is nothing but a prefix, for an action that knows no objects.
    fn bare(&self, action: &str) -> Result<(), ServiceError> {
        if self.has_tags {
            return Err(errors::invalid_request(format!(
                "{action} cannot be specified with Tags."
            )));
        }
        if self.has_size {
            return Err(errors::invalid_request(format!(
                "{action} cannot be specified with Object Size."
            )));
        }
        Ok(())
    }
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

fn not_positive(name: &'static str, action: &str, value: i32) -> ServiceError {
    let message = format!("'{name}' for {action} action must be a positive integer");
    errors::invalid_argument(message, name, Some(&value.to_string()))
}

fn check_midnight(date: &DateTime) -> Result<Timestamp, ServiceError> {
    let date = Timestamp::from_wire(date);
    if date.as_secs() % DAY == 0 {
        return Ok(date);
    }
    let text = date.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    Err(errors::invalid_argument("'Date' must be at midnight GMT", "Date", Some(&text)))
}

fn check_expiration(rule: &LifecycleRule, filter: &Filter<'_>) -> Result<(), ServiceError> {
    let Some(expiration) = &rule.expiration else { return Ok(()) };
    let ways = [
        expiration.days.is_some(),
        expiration.date.is_some(),
        expiration.expired_object_delete_marker.is_some(),
    ];
    if ways.iter().filter(|way| **way).count() != 1 {
        return Err(errors::malformed_xml());
    }
    if let Some(days) = expiration.days.filter(|days| *days <= 0) {
        return Err(not_positive("Days", "Expiration", days));
    }
    if let Some(date) = &expiration.date {
        check_midnight(date)?;
    }
    if expiration.expired_object_delete_marker.is_some() {
        filter.bare("ExpiredObjectDeleteMarker")?;
    }
    Ok(())
}

/// When objects move: after so many days, or at a date.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    Days(i32),
    Date(i64),
}

impl When {
    fn name(self) -> &'static str {
        match self {
            Self::Days(_) => "Days",
            Self::Date(_) => "Date",
        }
    }

    fn is_days(self) -> bool {
        matches!(self, Self::Days(_))
    }
}

fn class_of(class: Option<&TransitionStorageClass>) -> Result<&str, ServiceError> {
    let class = class.map(TransitionStorageClass::as_str).ok_or_else(errors::malformed_xml)?;
    if WATERFALL.contains(&class) { Ok(class) } else { Err(errors::malformed_xml()) }
}

fn when(transition: &Transition) -> Result<When, ServiceError> {
    match (transition.days, &transition.date) {
        (Some(days), None) if days < 0 => Err(errors::invalid_argument(
            "'Days' in Transition action must be nonnegative",
            "Days",
            Some(&days.to_string()),
        )),
        (Some(days), None) => Ok(When::Days(days)),
        (None, Some(date)) => Ok(When::Date(check_midnight(date)?.as_secs())),
        _ => Err(errors::malformed_xml()),
    }
}

fn check_transitions(rule: &LifecycleRule, filter: &Filter<'_>) -> Result<(), ServiceError> {
    let transitions = rule.transitions.as_deref().unwrap_or_default();
    let mut moves: Vec<(&str, When)> = Vec::with_capacity(transitions.len());
    for transition in transitions {
        moves.push((class_of(transition.storage_class.as_ref())?, when(transition)?));
    }
    let shown = filter.shown();
    check_classes("Transition", "Days", &moves, &shown)?;
    let by_days = moves.iter().filter(|(_, when)| when.is_days()).count();
    if by_days != 0 && by_days != moves.len() {
        return Err(errors::invalid_request(format!(
            "Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for filter \
             {shown}"
        )));
    }
    let expiration = rule.expiration.as_ref();
    let ends = match expiration.map(|it| (it.days, &it.date)) {
        Some((Some(days), _)) => When::Days(days),
        Some((None, Some(date))) => When::Date(Timestamp::from_wire(date).as_secs()),
        _ => return Ok(()),
    };
    if moves.iter().any(|(_, when)| when.is_days() != ends.is_days()) {
        return Err(errors::invalid_request(format!(
            "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle \
             rule for filter {shown}"
        )));
    }
    if moves.iter().any(|(_, when)| *when >= ends) {
        let unit = ends.name();
        return Err(errors::invalid_argument(
            format!(
                "'{unit}' in the Expiration action for filter {shown} must be greater than \
                 '{unit}' in the Transition action"
            ),
            unit,
            None,
        ));
    }
    Ok(())
}

/// Checks the classes of the moves of a rule: each once, not too early, and one after the other.
fn check_classes(
    action: &str,
    unit: &'static str,
    moves: &[(&str, When)],
    shown: &str,
) -> Result<(), ServiceError> {
    for (index, (class, when)) in moves.iter().enumerate() {
        if moves[..index].iter().any(|(other, _)| other == class) {
            return Err(errors::invalid_request(format!(
                "'StorageClass' must be different for '{action}' actions in same 'Rule' with \
                 filter {shown}"
            )));
        }
        let early = matches!(when, When::Days(days) if *days < THIRTY);
        if INFREQUENT.contains(class) && early {
            let message = format!(
                "'{unit}' in {action} action must be greater than or equal to {THIRTY} for \
                 storageClass '{class}'"
            );
            let value = match when {
                When::Days(days) => Some(days.to_string()),
                When::Date(_) => None,
            };
            return Err(errors::invalid_argument(message, unit, value.as_deref()));
        }
    }
    let mut ordered: Vec<_> = moves.to_vec();
    ordered.sort_by_key(|(class, _)| WATERFALL.iter().position(|it| it == class));
    for pair in ordered.windows(2) {
        let ((first, from), (then, to)) = (pair[0], pair[1]);
        let stay = if INFREQUENT.contains(&first) { THIRTY } else { 0 };
        let fits = match (from, to) {
            (When::Days(from), When::Days(to)) => to > from && to - from >= stay,
            (from, to) => to > from,
        };
        if !fits {
            let apart = match stay {
                0 => "greater than".to_owned(),
                days => format!("{days} days more than"),
            };
            return Err(errors::invalid_argument(
                format!(
                    "'{unit}' in the '{action}' action for StorageClass '{then}' for filter \
                     {shown} must be {apart} 'filter {shown} in the '{action}' action for \
                     StorageClass '{first}''"
                ),
                unit,
                None,
            ));
        }
    }
    Ok(())
}

fn check_noncurrent(rule: &LifecycleRule, filter: &Filter<'_>) -> Result<(), ServiceError> {
    let newer = |kept: Option<i32>, action: &str| match kept {
        Some(kept) if !(1..=MOST_NEWER).contains(&kept) => {
            Err(not_positive("NewerNoncurrentVersions", action, kept))
        }
        // The first version of the API knows no such limit.
        Some(_) if rule.filter.is_none() => Err(errors::malformed_xml()),
        _ => Ok(()),
    };
    let transitions = rule.noncurrent_version_transitions.as_deref().unwrap_or_default();
    let mut moves: Vec<(&str, When)> = Vec::with_capacity(transitions.len());
    for transition in transitions {
        let NoncurrentVersionTransition { noncurrent_days, storage_class, .. } = transition;
        let days = noncurrent_days.filter(|days| *days >= 0).ok_or_else(errors::malformed_xml)?;
        newer(transition.newer_noncurrent_versions, "NoncurrentVersionTransition")?;
        moves.push((class_of(storage_class.as_ref())?, When::Days(days)));
    }
    let shown = filter.shown();
    check_classes("NoncurrentVersionTransition", "NoncurrentDays", &moves, &shown)?;
    let Some(expiration) = &rule.noncurrent_version_expiration else { return Ok(()) };
    let action = "NoncurrentVersionExpiration";
    let days = expiration.noncurrent_days.unwrap_or(0);
    if days <= 0 {
        return match expiration.noncurrent_days.or(expiration.newer_noncurrent_versions) {
            Some(_) => Err(not_positive("NoncurrentDays", action, days)),
            None => Err(errors::malformed_xml()),
        };
    }
    newer(expiration.newer_noncurrent_versions, action)?;
    if moves.iter().any(|(_, when)| *when >= When::Days(days)) {
        return Err(errors::invalid_argument(
            format!(
                "'NoncurrentDays' in the NoncurrentVersionExpiration action for filter {shown} \
                 must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action"
            ),
            "NoncurrentDays",
            None,
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fogbank_api_s3::{
        AbortIncompleteMultipartUpload, LifecycleExpiration, LifecycleRuleAndOperator,
        NoncurrentVersionExpiration, Tag,
    };

    fn rule() -> LifecycleRule {
        LifecycleRule {
            id: Some("id".to_owned()),
            status: "Enabled".into(),
            filter: Some(LifecycleRuleFilter::default()),
            expiration: Some(LifecycleExpiration { days: Some(700), ..Default::default() }),
            ..LifecycleRule::default()
        }
    }

    fn tag(key: &str) -> Tag {
        Tag { key: key.to_owned(), value: "v".to_owned() }
    }

    fn at(seconds: i64) -> Option<DateTime> {
        Some(Timestamp::from_secs(seconds).to_wire())
    }

    fn moves(moves: &[(i32, &str)]) -> Option<Vec<Transition>> {
        let of = |(days, class): &(i32, &str)| Transition {
            days: Some(*days),
            storage_class: Some((*class).into()),
            ..Transition::default()
        };
        Some(moves.iter().map(of).collect())
    }

    fn expires(expiration: LifecycleExpiration) -> LifecycleRule {
        LifecycleRule { expiration: Some(expiration), ..rule() }
    }

    fn filtered(and: LifecycleRuleAndOperator) -> LifecycleRule {
        let filter = LifecycleRuleFilter { and: Some(and), ..Default::default() };
        LifecycleRule { filter: Some(filter), ..rule() }
    }

    fn noncurrent(days: Option<i32>, kept: Option<i32>) -> LifecycleRule {
        let expiration =
            NoncurrentVersionExpiration { noncurrent_days: days, newer_noncurrent_versions: kept };
        LifecycleRule { noncurrent_version_expiration: Some(expiration), ..rule() }
    }

    #[test]
    fn rules_that_are_taken() {
        let all = [
            rule(),
            LifecycleRule { filter: None, prefix: Some("logs/".to_owned()), ..rule() },
            LifecycleRule {
                transitions: moves(&[(30, "STANDARD_IA"), (60, "GLACIER"), (90, "DEEP_ARCHIVE")]),
                ..rule()
            },
            LifecycleRule { transitions: moves(&[(0, "GLACIER")]), ..rule() },
            LifecycleRule { transitions: moves(&[(0, "INTELLIGENT_TIERING")]), ..rule() },
            noncurrent(Some(1), Some(100)),
            expires(LifecycleExpiration { date: at(86_400), ..Default::default() }),
        ];
        for (index, rule) in all.into_iter().enumerate() {
            assert!(validate(&[rule]).is_ok(), "{index}");
        }
    }

    #[test]
    fn rules_that_are_not() {
        let (xml, argument, request) = ("MalformedXML", "InvalidArgument", "InvalidRequest");
        let marker = LifecycleExpiration {
            expired_object_delete_marker: Some(true),
            ..LifecycleExpiration::default()
        };
        let tagged = || Some(LifecycleRuleFilter { tag: Some(tag("a")), ..Default::default() });
        let abort =
            |days| Some(AbortIncompleteMultipartUpload { days_after_initiation: Some(days) });
        let dated = Transition {
            date: at(86_400),
            storage_class: Some("DEEP_ARCHIVE".into()),
            ..Transition::default()
        };
        let sizes = LifecycleRuleAndOperator {
            object_size_greater_than: Some(10),
            object_size_less_than: Some(10),
            ..LifecycleRuleAndOperator::default()
        };
        let twice = LifecycleRuleAndOperator {
            tags: Some(vec![tag("a"), tag("a")]),
            ..LifecycleRuleAndOperator::default()
        };
        let cases = [
            (LifecycleRule { filter: None, ..rule() }, xml, "schema"),
            (LifecycleRule { prefix: Some(String::new()), ..rule() }, xml, "schema"),
            (LifecycleRule { expiration: None, ..rule() }, xml, "schema"),
            (
                LifecycleRule { filter: None, prefix: Some("a".repeat(1025)), ..rule() },
                request,
                "The maximum size of a prefix is 1024.",
            ),
            (LifecycleRule { status: "On".into(), ..rule() }, xml, "schema"),
            (LifecycleRule { id: Some("x".repeat(256)), ..rule() }, argument, "limit of 255"),
            (noncurrent(None, None), xml, "schema"),
            (noncurrent(None, Some(3)), argument, "positive integer"),
            (noncurrent(Some(0), None), argument, "positive integer"),
            (noncurrent(Some(1), Some(101)), argument, "positive integer"),
            (
                expires(LifecycleExpiration { date: at(3600), ..Default::default() }),
                argument,
                "midnight GMT",
            ),
            (
                expires(LifecycleExpiration { days: Some(0), ..Default::default() }),
                argument,
                "positive integer",
            ),
            (expires(LifecycleExpiration { days: Some(1), ..marker.clone() }), xml, "schema"),
            (
                LifecycleRule { filter: tagged(), ..expires(marker) },
                request,
                "ExpiredObjectDeleteMarker cannot be specified with Tags.",
            ),
            (
                LifecycleRule {
                    filter: tagged(),
                    abort_incomplete_multipart_upload: abort(3),
                    ..rule()
                },
                request,
                "AbortIncompleteMultipartUpload cannot be specified with Tags.",
            ),
            (
                LifecycleRule { abort_incomplete_multipart_upload: abort(0), ..rule() },
                argument,
                "positive integer",
            ),
            (filtered(twice), request, "not allowed."),
            (filtered(sizes), request, "'ObjectSizeGreaterThan'."),
            (LifecycleRule { transitions: moves(&[(1, "STANDARD")]), ..rule() }, xml, "schema"),
            (
                LifecycleRule { transitions: moves(&[(29, "STANDARD_IA")]), ..rule() },
                argument,
                "'Days' in Transition action must be greater than or equal to 30 for storageClass \
                 'STANDARD_IA'",
            ),
            (
                LifecycleRule { transitions: moves(&[(-1, "GLACIER")]), ..rule() },
                argument,
                "nonnegative",
            ),
            (
                LifecycleRule { transitions: moves(&[(1, "GLACIER"), (2, "GLACIER")]), ..rule() },
                request,
                "in same 'Rule' with filter '(prefix=)'",
            ),
            (
                LifecycleRule {
                    transitions: moves(&[(40, "STANDARD_IA"), (50, "GLACIER")]),
                    ..rule()
                },
                argument,
                "StorageClass 'STANDARD_IA''",
            ),
            (
                LifecycleRule {
                    transitions: moves(&[(9, "GLACIER"), (8, "DEEP_ARCHIVE")]),
                    ..rule()
                },
                argument,
                "StorageClass 'GLACIER''",
            ),
            (
                LifecycleRule { transitions: moves(&[(700, "GLACIER")]), ..rule() },
                argument,
                "must be greater than 'Days' in the Transition action",
            ),
            (
                LifecycleRule { transitions: Some(vec![dated.clone()]), ..rule() },
                request,
                "Found mixed 'Date' and 'Days' based Expiration and Transition actions in \
                 lifecycle rule for filter '(prefix=)'",
            ),
            (
                LifecycleRule {
                    transitions: moves(&[(1, "GLACIER")])
                        .map(|it| it.into_iter().chain([dated]).collect()),
                    ..rule()
                },
                request,
                "Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for \
                 filter '(prefix=)'",
            ),
        ];
        for (index, (rule, code, end)) in cases.into_iter().enumerate() {
            let error = validate(&[rule]).expect_err(&index.to_string());
            assert_eq!(error.code(), code, "{index} {error}");
            assert!(error.message().unwrap().ends_with(end), "{index} {error}");
        }
        let first = LifecycleRule { filter: None, prefix: Some(String::new()), ..rule() };
        let mixed = validate(&[LifecycleRule { id: None, ..rule() }, first]).unwrap_err();
        assert_eq!(mixed.code(), request);
        let twice = validate(&[rule(), rule()]).unwrap_err();
        assert_eq!((twice.code(), twice.status()), (argument, 400));
    }
}
