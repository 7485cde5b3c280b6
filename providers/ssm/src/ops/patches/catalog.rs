//! The catalog of patches: `DescribeAvailablePatches`, `DescribePatchProperties` and
//! `DescribeEffectivePatchesForPatchBaseline`.
//!
//! The properties are AWS's; of the patches there are a few, from the tables beside this file.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::ops::patches::patch;
use crate::page::page;

/// How many patches or properties a page has usually.
const PAGE: usize = 50;

/// Id, title, product, classification, severity, article, bulletin, day of release.
const WINDOWS: &str = include_str!("catalog/windows.txt");
/// Operating system, product, name, epoch, version, release, architecture, classification, severity,
/// advisory, CVE, repository, day of release.
const LINUX: &str = include_str!("catalog/linux.txt");
/// Operating system, property, values.
const PROPERTIES: &str = include_str!("catalog/properties.txt");

fn day(text: &str) -> Option<DateTime> {
    DateTime::from_str(&format!("{text}T00:00:00Z"), Format::DateTime).ok()
}

/// Whether a text is a day: `2026-01-31`.
pub(super) fn is_day(text: &str) -> bool {
    text.len() == 10 && day(text).is_some()
}

fn windows(line: &str) -> Option<api::Patch> {
    let fields: Vec<&str> = line.split('|').collect();
    let [id, title, product, class, severity, article, bulletin, released] = fields[..] else {
        return None;
    };
    let text = |text: &str| Some(text.to_owned());
    Some(api::Patch {
        id: text(id),
        release_date: day(released),
        title: text(title),
        description: text(
            "Install this update to resolve issues in Windows. After you install this item, you \
             may have to restart your computer.",
        ),
        content_url: Some(format!("https://support.microsoft.com/kb/{}", &article[2..])),
        vendor: text("Microsoft"),
        product_family: text("Windows"),
        product: text(product),
        classification: text(class),
        msrc_severity: text(severity),
        kb_number: text(article),
        msrc_number: text(bulletin),
        language: text("All"),
        ..Default::default()
    })
}

fn linux(line: &str, system: &str) -> Option<api::Patch> {
    let fields: Vec<&str> = line.split('|').collect();
    let [
        of,
        product,
        name,
        epoch,
        version,
        release,
        arch,
        class,
        severity,
        advisory,
        cve,
        place,
        at,
    ] = fields[..]
    else {
        return None;
    };
    let text = |text: &str| Some(text.to_owned());
    (of == system).then(|| api::Patch {
        release_date: day(at),
        product: text(product),
        classification: text(class),
        advisory_ids: Some(vec![advisory.to_owned()]),
        bugzilla_ids: Some(Vec::new()),
        cve_ids: Some(vec![cve.to_owned()]),
        name: text(name),
        epoch: epoch.parse().ok(),
        version: text(version),
        release: text(release),
        arch: text(arch),
        severity: text(severity),
        repository: text(place),
        ..Default::default()
    })
}

/// The patches of an operating system.
fn patches(system: &str) -> Vec<api::Patch> {
    match system {
        "WINDOWS" => WINDOWS.lines().filter_map(windows).collect(),
        _ => LINUX.lines().filter_map(|line| linux(line, system)).collect(),
    }
}

/// What a filter's key looks at; none when there is no such key.
fn texts(patch: &api::Patch, key: &str) -> Option<Vec<String>> {
    let one = |text: &Option<String>| text.clone().into_iter().collect();
    Some(match key {
        "ADVISORY_ID" => patch.advisory_ids.clone().unwrap_or_default(),
        "ARCH" => one(&patch.arch),
        "BUGZILLA_ID" => patch.bugzilla_ids.clone().unwrap_or_default(),
        "CLASSIFICATION" => one(&patch.classification),
        "CVE_ID" => patch.cve_ids.clone().unwrap_or_default(),
        "EPOCH" => patch.epoch.map(|epoch| epoch.to_string()).into_iter().collect(),
        "MSRC_SEVERITY" => one(&patch.msrc_severity),
        "NAME" => one(&patch.name),
        "PATCH_ID" => patch.id.iter().chain(&patch.kb_number).cloned().collect(),
        "PATCH_SET" => vec!["OS".to_owned()],
        "PRODUCT" => one(&patch.product),
        "PRODUCT_FAMILY" => one(&patch.product_family),
        "RELEASE" => one(&patch.release),
        "REPOSITORY" => one(&patch.repository),
        "SECURITY" => vec![
            patch.classification.as_ref().is_some_and(|it| it.starts_with("Security")).to_string(),
        ],
        "SEVERITY" => one(&patch.severity),
        "VERSION" => one(&patch.version),
        "PRIORITY" | "SECTION" => Vec::new(),
        _ => return None,
    })
}

/// Whether a patch has one of these values; `*` stands for all.
fn has(patch: &api::Patch, key: &str, values: &[String]) -> bool {
    let texts = texts(patch, key).unwrap_or_default();
    values.iter().any(|value| value == "*" || texts.contains(value))
}

/// What tells a patch from the others of its operating system.
fn name_of(patch: &api::Patch) -> String {
    let parts = [&patch.id, &patch.product, &patch.name, &patch.version, &patch.release];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

pub(crate) fn available(
    _: &RequestContext,
    input: &api::DescribeAvailablePatchesRequest,
) -> Result<api::DescribeAvailablePatchesResult, ServiceError> {
    let mut system = "WINDOWS";
    let mut filters = Vec::new();
    for filter in input.filters.iter().flatten() {
        let key = filter.key.as_deref().unwrap_or_default();
        let values = filter.values.as_deref().unwrap_or_default();
        if key == "OPERATING_SYSTEM" {
            system = values.first().map_or(system, String::as_str);
        } else if texts(&api::Patch::default(), key).is_none() {
            return Err(errors::validation(format!("Invalid filter key: {key}")));
        } else {
            filters.push((key, values));
        }
    }
    let mut found = patches(system);
    found.retain(|patch| filters.iter().all(|(key, values)| has(patch, key, values)));
    let (patches, next_token) =
        page(found, name_of, input.max_results, PAGE, input.next_token.as_deref())?;
    Ok(api::DescribeAvailablePatchesResult { patches: Some(patches), next_token })
}

fn values_of(system: &str, property: &str) -> Option<&'static str> {
    PROPERTIES.lines().find_map(|line| {
        let (of, rest) = line.split_once('|')?;
        let (name, values) = rest.split_once('|')?;
        (of == system && name == property).then_some(values)
    })
}

pub(crate) fn properties(
    _: &RequestContext,
    input: &api::DescribePatchPropertiesRequest,
) -> Result<api::DescribePatchPropertiesResult, ServiceError> {
    let (system, property) = (input.operating_system.as_str(), input.property.as_str());
    let values = values_of(system, property).ok_or_else(|| {
        errors::validation(format!(
            "Property {property} is not supported for operating system {system}."
        ))
    })?;
    // Applications of Microsoft are no part of the tables.
    let listed = input.patch_set != Some(api::PatchSet::Application);
    let names: Vec<String> = values.split(',').filter(|_| listed).map(str::to_owned).collect();
    let token = input.next_token.as_deref();
    let (names, next_token) = page(names, String::clone, input.max_results, PAGE, token)?;
    let entry = |name| [("Name".to_owned(), name)].into();
    Ok(api::DescribePatchPropertiesResult {
        properties: Some(names.into_iter().map(entry).collect()),
        next_token,
    })
}

/// Properties whose values are checked in the filters of baselines, because their lists are whole.
const CHECKED: &[&str] = &["CLASSIFICATION", "MSRC_SEVERITY", "PRIORITY"];
/// Operating systems whose severities are checked.
const SEVERITIES: &[&str] =
    &["AMAZON_LINUX", "AMAZON_LINUX_2", "AMAZON_LINUX_2023", "REDHAT_ENTERPRISE_LINUX", "SUSE"];

/// Checks the values of the filters of a baseline.
///
/// # Errors
/// `ValidationException`.
pub(super) fn check_filters(
    system: &str,
    group: Option<&api::PatchFilterGroup>,
) -> Result<(), ServiceError> {
    for filter in group.into_iter().flat_map(|group| &group.patch_filters) {
        let key = filter.key.as_str();
        let whole = match key {
            "PRODUCT" => system == "AMAZON_LINUX",
            "SEVERITY" => SEVERITIES.contains(&system),
            _ => CHECKED.contains(&key),
        };
        let Some(known) = values_of(system, key).filter(|_| whole) else { continue };
        let known: Vec<&str> = known.split(',').collect();
        let wrong = filter.values.iter().find(|it| *it != "*" && !known.contains(&it.as_str()));
        if let Some(value) = wrong {
            return Err(errors::validation(format!(
                "Invalid Filter Value: {value} for Key: {key}, valid values are: {}",
                known.join(", ")
            )));
        }
    }
    Ok(())
}

/// When a rule approves a patch; none when it does not speak of it.
fn approval(rule: &api::PatchRule, patch: &api::Patch) -> Option<Timestamp> {
    let filters = &rule.patch_filter_group.patch_filters;
    if !filters.iter().all(|filter| has(patch, filter.key.as_str(), &filter.values)) {
        return None;
    }
    let released = Timestamp::from_wire(patch.release_date.as_ref()?);
    if let Some(until) = &rule.approve_until_date {
        let until = Timestamp::from_wire(&day(until)?);
        return (released <= until).then_some(released);
    }
    let days = u64::try_from(rule.approve_after_days.unwrap_or(0)).unwrap_or_default();
    Some(released + std::time::Duration::from_secs(days * 86_400))
}

/// What a baseline makes of a patch; none when it leaves it out.
fn status(
    baseline: &api::GetPatchBaselineResult,
    patch: &api::Patch,
    now: Timestamp,
) -> Option<api::PatchStatus> {
    let listed = |ids: &Option<Vec<String>>| {
        ids.iter()
            .flatten()
            .any(|id| [&patch.id, &patch.kb_number].into_iter().flatten().any(|own| own == id))
    };
    let explicit = |status, level: &Option<api::PatchComplianceLevel>| api::PatchStatus {
        deployment_status: Some(status),
        compliance_level: level.clone(),
        approval_date: None,
    };
    if listed(&baseline.rejected_patches) {
        return Some(explicit(api::PatchDeploymentStatus::ExplicitRejected, &None));
    }
    if listed(&baseline.approved_patches) {
        let level = &baseline.approved_patches_compliance_level;
        return Some(explicit(api::PatchDeploymentStatus::ExplicitApproved, level));
    }
    let global = baseline.global_filters.iter().flat_map(|group| &group.patch_filters);
    if !global.into_iter().all(|filter| has(patch, filter.key.as_str(), &filter.values)) {
        return None;
    }
    let rules = baseline.approval_rules.iter().flat_map(|group| &group.patch_rules);
    let approvals = rules.filter_map(|rule| Some((approval(rule, patch)?, rule)));
    let (at, rule) = approvals.min_by_key(|(at, _)| *at)?;
    let approved = at <= now;
    Some(api::PatchStatus {
        deployment_status: Some(match approved {
            true => api::PatchDeploymentStatus::Approved,
            false => api::PatchDeploymentStatus::PendingApproval,
        }),
        compliance_level: rule.compliance_level.clone(),
        approval_date: Some(at.to_wire()),
    })
}

/// AWS answers this for baselines of Windows only.
pub(crate) fn effective(
    cx: &RequestContext,
    input: &api::DescribeEffectivePatchesForPatchBaselineRequest,
) -> Result<api::DescribeEffectivePatchesForPatchBaselineResult, ServiceError> {
    let baseline = patch::find(cx, &input.baseline_id)?;
    if baseline.operating_system != Some(api::OperatingSystem::Windows) {
        return Err(errors::unsupported_operating_system(
            "The operating systems you specified isn't supported, or the operation isn't supported \
             for the operating system.",
        ));
    }
    let found = patches("WINDOWS").into_iter().filter_map(|patch| {
        let status = status(&baseline, &patch, cx.now())?;
        Some(api::EffectivePatch { patch: Some(patch), patch_status: Some(status) })
    });
    let (effective_patches, next_token) = page(
        found.collect(),
        |it: &api::EffectivePatch| it.patch.as_ref().map(name_of).unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    let effective_patches = Some(effective_patches);
    Ok(api::DescribeEffectivePatchesForPatchBaselineResult { effective_patches, next_token })
}

/// A snapshot is for the agent of a managed node, and there is none.
pub(crate) fn snapshot(
    _: &RequestContext,
    input: &api::GetDeployablePatchSnapshotForInstanceRequest,
) -> Result<api::GetDeployablePatchSnapshotForInstanceResult, ServiceError> {
    Err(errors::invalid_instance_id(format!(
        "Managed instance {} does not exist.",
        input.instance_id
    )))
}
