//! Compliance items and their summaries.

use std::collections::{BTreeMap, BTreeSet};

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::kept::Kept;
use crate::page::page;
use crate::store::store;

/// How many items a page has usually.
const PAGE: usize = 50;

/// The items of a resource and a compliance type.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Compliance(Vec<Kept<api::ComplianceItem>>);

impl Resource for Compliance {
    const VERSION: u32 = 1;
}

/// The hash that the items of a resource and a compliance type came with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ContentHash(String);

impl Resource for ContentHash {
    const VERSION: u32 = 1;
}

/// The most custom compliance types of an account and region.
const MOST_CUSTOM: usize = 10;

pub(crate) fn put(
    cx: &RequestContext,
    input: api::PutComplianceItemsRequest,
) -> Result<api::PutComplianceItemsResult, ServiceError> {
    if input.resource_type != "ManagedInstance" {
        return Err(errors::invalid_resource_type(
            "The resource type isn't valid. For example, if you are attempting to tag an EC2 \
             instance, the instance must be a registered managed node.",
        ));
    }
    let kind = input.compliance_type.as_str();
    if !matches!(kind, "Association" | "Patch") && !kind.starts_with("Custom:") {
        return Err(errors::validation(format!(
            "Compliance type {kind} is not valid. Custom types begin with Custom:."
        )));
    }
    let key = format!("{}/{}/{kind}", input.resource_type, input.resource_id);
    let store = store(cx);
    let keys = store.compliance.keys();
    let mut custom: BTreeSet<&str> =
        keys.iter().filter_map(|key| key.rsplit('/').next()).chain([kind]).collect();
    custom.retain(|kind| kind.starts_with("Custom:"));
    if custom.len() > MOST_CUSTOM {
        return Err(errors::compliance_type_limit(
            "You specified too many custom compliance types. You can specify a maximum of 10 \
             different types.",
        ));
    }
    // The hash tells that nothing has changed.
    if let Some(hash) = input.item_content_hash.filter(|hash| !hash.is_empty()) {
        if store.compliance_hashes.read(&key, |before| before.0 == hash) == Some(true) {
            return Ok(api::PutComplianceItemsResult {});
        }
        store.compliance_hashes.insert(key.clone(), ContentHash(hash));
    } else {
        store.compliance_hashes.remove(&key);
    }
    let partial = input.upload_type == Some(api::ComplianceUploadType::Partial);
    let items = input.items.into_iter().map(|entry| {
        Kept(api::ComplianceItem {
            compliance_type: Some(kind.to_owned()),
            resource_type: Some(input.resource_type.clone()),
            resource_id: Some(input.resource_id.clone()),
            id: entry.id,
            title: entry.title,
            status: Some(entry.status),
            severity: Some(entry.severity),
            execution_summary: Some(input.execution_summary.clone()),
            details: Some(entry.details.unwrap_or_default()),
        })
    });
    let items: Vec<_> = items.collect();
    store.compliance.update_or_insert(key, Compliance::default, |compliance| {
        if !partial {
            compliance.0 = items;
            return;
        }
        for item in items {
            compliance.0.retain(|before| before.id != item.id);
            compliance.0.push(item);
        }
    });
    Ok(api::PutComplianceItemsResult {})
}

fn matches(filter: &api::ComplianceStringFilter, value: &str) -> bool {
    let mut values = filter.values.iter().flatten();
    match filter.r#type.as_ref().map_or("EQUAL", |kind| kind.as_str()) {
        "NOT_EQUAL" => values.all(|it| it != value),
        "BEGIN_WITH" => values.any(|it| value.starts_with(it.as_str())),
        "LESS_THAN" => values.any(|it| value < it.as_str()),
        "GREATER_THAN" => values.any(|it| value > it.as_str()),
        _ => values.any(|it| it == value),
    }
}

/// The keys of filters.
const KEYS: &[&str] =
    &["ComplianceType", "Id", "ResourceId", "ResourceType", "Severity", "Status", "Title"];

/// All items that pass filters.
///
/// # Errors
/// `InvalidFilter`.
fn chosen(
    cx: &RequestContext,
    filters: Option<&Vec<api::ComplianceStringFilter>>,
) -> Result<Vec<api::ComplianceItem>, ServiceError> {
    for filter in filters.into_iter().flatten() {
        let key = filter.key.as_deref().unwrap_or_default();
        if !KEYS.contains(&key) {
            return Err(errors::invalid_filter(format!(
                "The filter name isn't valid. Verify that you entered the correct name and try \
                 again: {key}"
            )));
        }
    }
    let mut items = Vec::new();
    for (_, compliance) in store(cx).compliance.iter() {
        for item in &compliance.0 {
            let mut passes = true;
            for filter in filters.into_iter().flatten() {
                let value = match filter.key.as_deref().unwrap_or_default() {
                    "ComplianceType" => item.compliance_type.clone(),
                    "Id" => item.id.clone(),
                    "ResourceId" => item.resource_id.clone(),
                    "ResourceType" => item.resource_type.clone(),
                    "Severity" => item.severity.as_ref().map(|it| it.as_str().to_owned()),
                    "Status" => item.status.as_ref().map(|it| it.as_str().to_owned()),
                    _ => item.title.clone(),
                };
                passes &= matches(filter, value.as_deref().unwrap_or_default());
            }
            if passes {
                items.push(item.0.clone());
            }
        }
    }
    Ok(items)
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &api::ListComplianceItemsRequest,
) -> Result<api::ListComplianceItemsResult, ServiceError> {
    let is = |wanted: &Option<Vec<String>>, value: &Option<String>| {
        wanted.as_ref().is_none_or(|wanted| value.as_ref().is_some_and(|it| wanted.contains(it)))
    };
    let items = chosen(cx, input.filters.as_ref())?.into_iter();
    let items = items.filter(|item| {
        is(&input.resource_ids, &item.resource_id) && is(&input.resource_types, &item.resource_type)
    });
    let (items, next_token) = page(
        items.enumerate().collect(),
        |(position, _)| position.to_string(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    let items = items.into_iter().map(|(_, item)| item).collect();
    Ok(api::ListComplianceItemsResult { compliance_items: Some(items), next_token })
}

/// How many items are compliant and how many are not, with their severities.
fn summarise<'a>(
    items: impl Iterator<Item = &'a api::ComplianceItem>,
) -> (api::CompliantSummary, api::NonCompliantSummary) {
    let mut counts = [BTreeMap::<String, i32>::new(), BTreeMap::new()];
    for item in items {
        let bad = item.status == Some(api::ComplianceStatus::NonCompliant);
        let severity = item.severity.as_ref().map_or("UNSPECIFIED", |it| it.as_str());
        *counts[usize::from(bad)].entry(severity.to_owned()).or_default() += 1;
    }
    let summary = |counts: &BTreeMap<String, i32>| {
        let count = |severity: &str| Some(counts.get(severity).copied().unwrap_or(0));
        api::SeveritySummary {
            critical_count: count("CRITICAL"),
            high_count: count("HIGH"),
            medium_count: count("MEDIUM"),
            low_count: count("LOW"),
            informational_count: count("INFORMATIONAL"),
            unspecified_count: count("UNSPECIFIED"),
        }
    };
    (
        api::CompliantSummary {
            compliant_count: Some(counts[0].values().sum()),
            severity_summary: Some(summary(&counts[0])),
        },
        api::NonCompliantSummary {
            non_compliant_count: Some(counts[1].values().sum()),
            severity_summary: Some(summary(&counts[1])),
        },
    )
}

fn grouped<K: Ord>(
    items: Vec<api::ComplianceItem>,
    key: impl Fn(&api::ComplianceItem) -> K,
) -> BTreeMap<K, Vec<api::ComplianceItem>> {
    let mut groups: BTreeMap<K, Vec<api::ComplianceItem>> = BTreeMap::new();
    for item in items {
        groups.entry(key(&item)).or_default().push(item);
    }
    groups
}

pub(crate) fn summaries(
    cx: &RequestContext,
    input: &api::ListComplianceSummariesRequest,
) -> Result<api::ListComplianceSummariesResult, ServiceError> {
    let groups = grouped(chosen(cx, input.filters.as_ref())?, |it| it.compliance_type.clone());
    let summaries = groups.into_iter().map(|(compliance_type, items)| {
        let (compliant, non_compliant) = summarise(items.iter());
        api::ComplianceSummaryItem {
            compliance_type,
            compliant_summary: Some(compliant),
            non_compliant_summary: Some(non_compliant),
        }
    });
    let (summaries, next_token) = page(
        summaries.collect(),
        |it: &api::ComplianceSummaryItem| it.compliance_type.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListComplianceSummariesResult { compliance_summary_items: Some(summaries), next_token })
}

/// Severities, the worst first.
const SEVERITIES: &[&str] = &["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"];

pub(crate) fn resource_summaries(
    cx: &RequestContext,
    input: &api::ListResourceComplianceSummariesRequest,
) -> Result<api::ListResourceComplianceSummariesResult, ServiceError> {
    let groups = grouped(chosen(cx, input.filters.as_ref())?, |it| {
        (it.resource_id.clone(), it.compliance_type.clone())
    });
    let summaries = groups.into_iter().map(|((resource_id, compliance_type), items)| {
        let (compliant, non_compliant) = summarise(items.iter());
        let bad =
            |item: &&api::ComplianceItem| item.status == Some(api::ComplianceStatus::NonCompliant);
        let worst = SEVERITIES.iter().find(|severity| {
            let mut bad = items.iter().filter(bad);
            bad.any(|it| it.severity.as_ref().is_some_and(|own| own.as_str() == **severity))
        });
        let any_bad = items.iter().find(bad).is_some();
        let first = items.first().cloned().unwrap_or_default();
        api::ResourceComplianceSummaryItem {
            compliance_type,
            resource_type: first.resource_type,
            resource_id,
            status: Some(match any_bad {
                true => api::ComplianceStatus::NonCompliant,
                false => api::ComplianceStatus::Compliant,
            }),
            overall_severity: Some(api::ComplianceSeverity::from(
                worst.copied().unwrap_or("UNSPECIFIED"),
            )),
            execution_summary: first.execution_summary,
            compliant_summary: Some(compliant),
            non_compliant_summary: Some(non_compliant),
        }
    });
    let (summaries, next_token) = page(
        summaries.collect(),
        |it: &api::ResourceComplianceSummaryItem| {
            let (id, kind) = (it.resource_id.as_deref(), it.compliance_type.as_deref());
            format!("{} {}", id.unwrap_or_default(), kind.unwrap_or_default())
        },
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListResourceComplianceSummariesResult {
        resource_compliance_summary_items: Some(summaries),
        next_token,
    })
}
