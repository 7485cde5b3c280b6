//! Patch baselines and the default ones.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::idempotency::Token;
use crate::kept::Kept;
use crate::ops::patches::catalog;
use crate::ops::patches::patch::{self, Chosen};
use crate::ops::tags;
use crate::page::page;
use crate::store::{Tags, store};

/// How many baselines a page has usually.
const PAGE: usize = 100;
/// The most baselines of an account and region.
const MOST: usize = 50;

/// The key under which a baseline's tags are kept.
fn tags_key(id: &str) -> String {
    format!("PatchBaseline/{id}")
}

fn system(system: Option<&api::OperatingSystem>) -> &str {
    system.map_or("WINDOWS", api::OperatingSystem::as_str)
}

/// Rules need a day count or a date, and not both.
fn check(
    system: &str,
    global: Option<&api::PatchFilterGroup>,
    rules: Option<&api::PatchRuleGroup>,
) -> Result<(), ServiceError> {
    catalog::check_filters(system, global)?;
    for rule in rules.into_iter().flat_map(|rules| &rules.patch_rules) {
        catalog::check_filters(system, Some(&rule.patch_filter_group))?;
        if rule.approve_after_days.is_some() == rule.approve_until_date.is_some() {
            return Err(errors::validation(
                "Each approval rule must have either ApproveAfterDays or ApproveUntilDate, and not \
                 both.",
            ));
        }
        if let Some(date) = rule.approve_until_date.as_ref().filter(|date| !catalog::is_day(date)) {
            return Err(errors::validation(format!(
                "Invalid ApproveUntilDate: {date}. It must be in the format YYYY-MM-DD."
            )));
        }
    }
    Ok(())
}

/// The rules with their defaults.
fn complete(rules: Option<api::PatchRuleGroup>) -> api::PatchRuleGroup {
    let mut rules = rules.unwrap_or(api::PatchRuleGroup { patch_rules: Vec::new() });
    for rule in &mut rules.patch_rules {
        rule.compliance_level.get_or_insert(api::PatchComplianceLevel::Unspecified);
        rule.enable_non_security.get_or_insert(false);
    }
    rules
}

fn no_filters() -> api::PatchFilterGroup {
    api::PatchFilterGroup { patch_filters: Vec::new() }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: api::CreatePatchBaselineRequest,
) -> Result<api::CreatePatchBaselineResult, ServiceError> {
    let store = store(cx);
    let token = Token::new("CreatePatchBaseline", input.client_token.as_deref(), &input);
    if let Some(id) = token.before(&store)? {
        return Ok(api::CreatePatchBaselineResult { baseline_id: Some(id) });
    }
    check(
        system(input.operating_system.as_ref()),
        input.global_filters.as_ref(),
        input.approval_rules.as_ref(),
    )?;
    let added = tags::checked(&BTreeMap::new(), input.tags.unwrap_or_default())?;
    if store.baselines.len() >= MOST {
        return Err(errors::resource_limit(
            "Error returned when the caller has exceeded the default resource quotas. For example, \
             too many maintenance windows or patch baselines have been created.",
        ));
    }
    let id = format!("pb-0{}", cx.ids().hex(16));
    let baseline = api::GetPatchBaselineResult {
        baseline_id: Some(id.clone()),
        name: Some(input.name),
        operating_system: Some(input.operating_system.unwrap_or(api::OperatingSystem::Windows)),
        global_filters: Some(input.global_filters.unwrap_or_else(no_filters)),
        approval_rules: Some(complete(input.approval_rules)),
        approved_patches: Some(input.approved_patches.unwrap_or_default()),
        approved_patches_compliance_level: Some(
            input
                .approved_patches_compliance_level
                .unwrap_or(api::PatchComplianceLevel::Unspecified),
        ),
        approved_patches_enable_non_security: Some(
            input.approved_patches_enable_non_security == Some(true),
        ),
        rejected_patches: Some(input.rejected_patches.unwrap_or_default()),
        rejected_patches_action: Some(
            input.rejected_patches_action.unwrap_or(api::PatchAction::AllowAsDependency),
        ),
        patch_groups: None,
        created_date: Some(cx.now().to_wire()),
        modified_date: Some(cx.now().to_wire()),
        description: input.description,
        sources: Some(input.sources.unwrap_or_default()),
        available_security_updates_compliance_status: input
            .available_security_updates_compliance_status,
    };
    store.baselines.insert(id.clone(), Kept(baseline));
    if !added.is_empty() {
        store.tags.insert(tags_key(&id), Tags(added));
    }
    token.remember(&store, &id);
    Ok(api::CreatePatchBaselineResult { baseline_id: Some(id) })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetPatchBaselineRequest,
) -> Result<api::GetPatchBaselineResult, ServiceError> {
    let baseline = patch::find(cx, &input.baseline_id)?;
    let id = baseline.baseline_id.clone().unwrap_or_default();
    let patch_groups = Some(patch::groups_of(&store(cx), &id));
    Ok(api::GetPatchBaselineResult { patch_groups, ..baseline })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdatePatchBaselineRequest,
) -> Result<api::UpdatePatchBaselineResult, ServiceError> {
    let before = patch::find(cx, &input.baseline_id)?;
    check(
        system(before.operating_system.as_ref()),
        input.global_filters.as_ref(),
        input.approval_rules.as_ref(),
    )?;
    let replace = input.replace == Some(true);
    if replace && input.name.is_none() {
        return Err(errors::validation("When Replace is true, Name is required."));
    }
    let id = patch::bare(cx, &input.baseline_id).to_owned();
    let edited = store(cx).baselines.update(&id, |baseline| {
        let old = if replace { Default::default() } else { baseline.0.clone() };
        let unspecified = api::PatchComplianceLevel::Unspecified;
        let new = api::GetPatchBaselineResult {
            name: input.name.or(old.name),
            global_filters: Some(
                input.global_filters.or(old.global_filters).unwrap_or_else(no_filters),
            ),
            approval_rules: Some(complete(input.approval_rules.or(old.approval_rules))),
            approved_patches: Some(
                input.approved_patches.or(old.approved_patches).unwrap_or_default(),
            ),
            approved_patches_compliance_level: input
                .approved_patches_compliance_level
                .or(old.approved_patches_compliance_level)
                .or(Some(unspecified)),
            approved_patches_enable_non_security: input
                .approved_patches_enable_non_security
                .or(old.approved_patches_enable_non_security)
                .or(Some(false)),
            rejected_patches: Some(
                input.rejected_patches.or(old.rejected_patches).unwrap_or_default(),
            ),
            rejected_patches_action: input
                .rejected_patches_action
                .or(old.rejected_patches_action)
                .or(Some(api::PatchAction::AllowAsDependency)),
            modified_date: Some(cx.now().to_wire()),
            description: input.description.or(old.description),
            sources: Some(input.sources.or(old.sources).unwrap_or_default()),
            available_security_updates_compliance_status: input
                .available_security_updates_compliance_status
                .or(old.available_security_updates_compliance_status),
            ..baseline.0.clone()
        };
        **baseline = Kept(new.clone());
        new
    });
    let new = edited.ok_or_else(|| patch::unknown(&input.baseline_id))?;
    Ok(api::UpdatePatchBaselineResult {
        baseline_id: new.baseline_id,
        name: new.name,
        operating_system: new.operating_system,
        global_filters: new.global_filters,
        approval_rules: new.approval_rules,
        approved_patches: new.approved_patches,
        approved_patches_compliance_level: new.approved_patches_compliance_level,
        approved_patches_enable_non_security: new.approved_patches_enable_non_security,
        rejected_patches: new.rejected_patches,
        rejected_patches_action: new.rejected_patches_action,
        created_date: new.created_date,
        modified_date: new.modified_date,
        description: new.description,
        sources: new.sources,
        available_security_updates_compliance_status: new
            .available_security_updates_compliance_status,
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeletePatchBaselineRequest,
) -> Result<api::DeletePatchBaselineResult, ServiceError> {
    let store = store(cx);
    let id = patch::bare(cx, &input.baseline_id);
    let groups = patch::groups_of(&store, id);
    if !groups.is_empty() {
        return Err(errors::resource_in_use(format!(
            "Patch baseline {id} can't be deleted because it is registered for a patch group."
        )));
    }
    let provided = !store.baselines.contains(id) && patch::find(cx, id).is_ok();
    if provided || store.default_baselines.iter().any(|(_, chosen)| chosen.baseline == id) {
        return Err(errors::resource_in_use(format!(
            "Patch baseline {id} can't be deleted because it is the default patch baseline."
        )));
    }
    store.baselines.remove(id);
    store.tags.remove(&tags_key(id));
    Ok(api::DeletePatchBaselineResult { baseline_id: Some(id.to_owned()) })
}

fn identity(
    baseline: api::GetPatchBaselineResult,
    default: Option<&String>,
) -> api::PatchBaselineIdentity {
    api::PatchBaselineIdentity {
        default_baseline: Some(baseline.baseline_id.as_ref() == default),
        baseline_id: baseline.baseline_id,
        baseline_name: baseline.name,
        operating_system: baseline.operating_system,
        baseline_description: baseline.description,
    }
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribePatchBaselinesRequest,
) -> Result<api::DescribePatchBaselinesResult, ServiceError> {
    let store = store(cx);
    let mut identities = Vec::new();
    for (owner, baseline) in patch::all(cx, &store) {
        let name = baseline.name.as_deref().unwrap_or_default();
        let system = system(baseline.operating_system.as_ref());
        let mut passes = true;
        for filter in input.filters.iter().flatten() {
            let mut values = filter.values.iter().flatten();
            passes &= match filter.key.as_deref().unwrap_or_default() {
                "NAME_PREFIX" => values.any(|value| name.starts_with(value.as_str())),
                "OWNER" => values.any(|value| value == owner),
                "OPERATING_SYSTEM" => values.any(|value| value == system),
                key => {
                    return Err(errors::validation(format!(
                        "The specified filter key {key} is not valid. Valid filter keys include: \
                         [NAME_PREFIX, OWNER, OPERATING_SYSTEM]."
                    )));
                }
            };
        }
        if passes {
            let default = patch::default_of(cx, &store, system);
            identities.push(identity(baseline, default.as_ref()));
        }
    }
    let (identities, next_token) = page(
        identities,
        |it: &api::PatchBaselineIdentity| it.baseline_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribePatchBaselinesResult { baseline_identities: Some(identities), next_token })
}

pub(crate) fn get_default(
    cx: &RequestContext,
    input: &api::GetDefaultPatchBaselineRequest,
) -> Result<api::GetDefaultPatchBaselineResult, ServiceError> {
    let system = system(input.operating_system.as_ref());
    Ok(api::GetDefaultPatchBaselineResult {
        baseline_id: patch::default_of(cx, &store(cx), system),
        operating_system: Some(api::OperatingSystem::from(system)),
    })
}

pub(crate) fn register_default(
    cx: &RequestContext,
    input: &api::RegisterDefaultPatchBaselineRequest,
) -> Result<api::RegisterDefaultPatchBaselineResult, ServiceError> {
    let baseline = patch::find(cx, &input.baseline_id)?;
    let id = baseline.baseline_id.unwrap_or_default();
    let system = system(baseline.operating_system.as_ref()).to_owned();
    store(cx).default_baselines.insert(system, Chosen { baseline: id.clone() });
    Ok(api::RegisterDefaultPatchBaselineResult { baseline_id: Some(id) })
}
