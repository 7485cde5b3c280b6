//! Patch groups, and the states of nodes, of which there are none.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::ops::patches::patch::{self, Chosen};
use crate::page::{of_nothing, page};
use crate::store::store;

/// How many groups a page has usually.
const PAGE: usize = 100;
/// The most groups of a baseline.
const MOST: usize = 25;

pub(crate) fn register(
    cx: &RequestContext,
    input: &api::RegisterPatchBaselineForPatchGroupRequest,
) -> Result<api::RegisterPatchBaselineForPatchGroupResult, ServiceError> {
    let store = store(cx);
    let baseline = patch::find(cx, &input.baseline_id)?;
    let id = baseline.baseline_id.unwrap_or_default();
    let system = baseline.operating_system.unwrap_or(api::OperatingSystem::Windows);
    let key = patch::group_key(system.as_str(), &input.patch_group);
    if let Some(before) = store.patch_groups.get(&key) {
        return Err(errors::already_exists(format!(
            "Patch Group baseline already has a baseline registered for OperatingSystem {system}: \
             {}.",
            before.baseline
        )));
    }
    if patch::groups_of(&store, &id).len() >= MOST {
        return Err(errors::resource_limit(
            "Error returned when the caller has exceeded the default resource quotas.",
        ));
    }
    store.patch_groups.insert(key, Chosen { baseline: id.clone() });
    Ok(api::RegisterPatchBaselineForPatchGroupResult {
        baseline_id: Some(id),
        patch_group: Some(input.patch_group.clone()),
    })
}

pub(crate) fn deregister(
    cx: &RequestContext,
    input: &api::DeregisterPatchBaselineForPatchGroupRequest,
) -> Result<api::DeregisterPatchBaselineForPatchGroupResult, ServiceError> {
    let store = store(cx);
    let id = patch::bare(cx, &input.baseline_id);
    let is = |key: &str, chosen: &Chosen| {
        let group = key.split_once('/').map(|(_, group)| group);
        chosen.baseline == id && group == Some(input.patch_group.as_str())
    };
    let key = store.patch_groups.iter().find(|(key, chosen)| is(key, chosen)).map(|(key, _)| key);
    let key = key.ok_or_else(|| {
        errors::does_not_exist(format!(
            "Patch Baseline to be retrieved does not exist for group {}.",
            input.patch_group
        ))
    })?;
    store.patch_groups.remove(&key);
    Ok(api::DeregisterPatchBaselineForPatchGroupResult {
        baseline_id: Some(id.to_owned()),
        patch_group: Some(input.patch_group.clone()),
    })
}

pub(crate) fn baseline_for(
    cx: &RequestContext,
    input: &api::GetPatchBaselineForPatchGroupRequest,
) -> Result<api::GetPatchBaselineForPatchGroupResult, ServiceError> {
    let store = store(cx);
    let system = input.operating_system.clone().unwrap_or(api::OperatingSystem::Windows);
    let key = patch::group_key(system.as_str(), &input.patch_group);
    let chosen = store.patch_groups.get(&key).map(|chosen| chosen.baseline.clone());
    Ok(api::GetPatchBaselineForPatchGroupResult {
        baseline_id: chosen.or_else(|| patch::default_of(cx, &store, system.as_str())),
        patch_group: Some(input.patch_group.clone()),
        operating_system: Some(system),
    })
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribePatchGroupsRequest,
) -> Result<api::DescribePatchGroupsResult, ServiceError> {
    let store = store(cx);
    for filter in input.filters.iter().flatten() {
        let key = filter.key.as_deref().unwrap_or_default();
        if !matches!(key, "NAME_PREFIX" | "OPERATING_SYSTEM") {
            return Err(errors::validation(format!(
                "The specified filter key {key} is not valid. Valid filter keys include: \
                 [NAME_PREFIX, OPERATING_SYSTEM]."
            )));
        }
    }
    let mut mappings = Vec::new();
    for (key, chosen) in store.patch_groups.iter() {
        let Some((system, group)) = key.split_once('/') else { continue };
        let passes = input.filters.iter().flatten().all(|filter| {
            let mut values = filter.values.iter().flatten();
            match filter.key.as_deref().unwrap_or_default() {
                "NAME_PREFIX" => values.any(|value| group.starts_with(value.as_str())),
                "OPERATING_SYSTEM" => values.any(|value| value == system),
                _ => false,
            }
        });
        let Ok(baseline) = patch::find(cx, &chosen.baseline) else { continue };
        if !passes {
            continue;
        }
        let default = patch::default_of(cx, &store, system);
        mappings.push((
            key.clone(),
            api::PatchGroupPatchBaselineMapping {
                patch_group: Some(group.to_owned()),
                baseline_identity: Some(api::PatchBaselineIdentity {
                    default_baseline: Some(baseline.baseline_id == default),
                    baseline_id: baseline.baseline_id,
                    baseline_name: baseline.name,
                    operating_system: baseline.operating_system,
                    baseline_description: baseline.description,
                }),
            },
        ));
    }
    let (mappings, next_token) = page(
        mappings,
        |(key, _)| key.clone(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    let mappings = mappings.into_iter().map(|(_, mapping)| mapping).collect();
    Ok(api::DescribePatchGroupsResult { mappings: Some(mappings), next_token })
}

pub(crate) fn state(
    _: &RequestContext,
    _: &api::DescribePatchGroupStateRequest,
) -> Result<api::DescribePatchGroupStateResult, ServiceError> {
    Ok(api::DescribePatchGroupStateResult {
        instances: Some(0),
        instances_with_installed_patches: Some(0),
        instances_with_installed_other_patches: Some(0),
        instances_with_installed_pending_reboot_patches: Some(0),
        instances_with_installed_rejected_patches: Some(0),
        instances_with_missing_patches: Some(0),
        instances_with_failed_patches: Some(0),
        instances_with_not_applicable_patches: Some(0),
        instances_with_unreported_not_applicable_patches: Some(0),
        instances_with_critical_non_compliant_patches: Some(0),
        instances_with_security_non_compliant_patches: Some(0),
        instances_with_other_non_compliant_patches: Some(0),
        instances_with_available_security_updates: Some(0),
    })
}

/// The keys of filters of states, and of patches.
const COUNTS: &[&str] = &[
    "FailedCount",
    "InstalledCount",
    "InstalledOtherCount",
    "InstalledPendingRebootCount",
    "InstalledRejectedCount",
    "MissingCount",
    "NotApplicableCount",
    "UnreportedNotApplicableCount",
];
const PATCH_KEYS: &[&str] = &["Classification", "KBId", "Severity", "State"];

fn check_keys(known: bool) -> Result<(), ServiceError> {
    match known {
        true => Ok(()),
        false => Err(errors::invalid_filter(
            "The filter name isn't valid. Verify that you entered the correct name and try again.",
        )),
    }
}

pub(crate) fn instance_states(
    _: &RequestContext,
    input: &api::DescribeInstancePatchStatesRequest,
) -> Result<api::DescribeInstancePatchStatesResult, ServiceError> {
    of_nothing(input.next_token.as_deref())?;
    Ok(api::DescribeInstancePatchStatesResult {
        instance_patch_states: Some(Vec::new()),
        next_token: None,
    })
}

pub(crate) fn group_instance_states(
    _: &RequestContext,
    input: &api::DescribeInstancePatchStatesForPatchGroupRequest,
) -> Result<api::DescribeInstancePatchStatesForPatchGroupResult, ServiceError> {
    let known = |key: &str| COUNTS.contains(&key);
    let mut filters = input.filters.iter().flatten().map(|filter| filter.key.as_str());
    check_keys(filters.all(known))?;
    of_nothing(input.next_token.as_deref())?;
    Ok(api::DescribeInstancePatchStatesForPatchGroupResult {
        instance_patch_states: Some(Vec::new()),
        next_token: None,
    })
}

pub(crate) fn instance_patches(
    _: &RequestContext,
    input: &api::DescribeInstancePatchesRequest,
) -> Result<api::DescribeInstancePatchesResult, ServiceError> {
    let known = |key: &str| PATCH_KEYS.contains(&key);
    let mut filters = input.filters.iter().flatten().filter_map(|filter| filter.key.as_deref());
    check_keys(filters.all(known))?;
    of_nothing(input.next_token.as_deref())?;
    Ok(api::DescribeInstancePatchesResult { patches: Some(Vec::new()), next_token: None })
}
