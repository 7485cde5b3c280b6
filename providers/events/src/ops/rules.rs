//! `PutRule`, `DeleteRule`, `DescribeRule`, `EnableRule`, `DisableRule`, `ListRules`,
//! `ListRuleNamesByTarget`.

use std::sync::Arc;

use fogbank_api_events::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::tags;
use crate::delivery::Courier;
use crate::delivery::schedules;
use crate::errors;
use crate::paging::page;
use crate::pattern::Pattern;
use crate::store::names::{BusAddress, DEFAULT};
use crate::store::{Rule as StoredRule, compiled};

/// The most rules of a bus.
const MOST: usize = 300;

/// A pattern that may be used.
pub(crate) fn check_pattern(text: &str) -> Result<(), ServiceError> {
    Pattern::parse(text).map(drop).map_err(|error| errors::invalid_pattern(error.reason()))
}

/// A rule of a bus, both of which are there.
pub(crate) fn find(
    cx: &RequestContext,
    bus: Option<&str>,
    rule: &str,
) -> Result<(BusAddress, Arc<StoredRule>), ServiceError> {
    let address = BusAddress::new(cx, bus);
    address.find(&cx.world)?;
    let rule_there = address.store(&cx.world).rules.get(&key(&address, rule));
    let rule_there = rule_there.ok_or_else(|| errors::no_such_rule(rule, &address.name))?;
    Ok((address, rule_there))
}

/// The key of a rule.
pub(crate) fn key(bus: &BusAddress, rule: &str) -> (String, String) {
    (bus.name.clone(), rule.to_owned())
}

/// Creates a rule, or replaces what it says; its targets and tags stay.
pub(crate) fn put(
    courier: &Courier,
    cx: &RequestContext,
    input: PutRuleRequest,
) -> Result<PutRuleResponse, ServiceError> {
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let event_pattern = filled(input.event_pattern);
    let schedule_expression = filled(input.schedule_expression);
    if event_pattern.is_none() && schedule_expression.is_none() {
        return Err(errors::validation(
            "Parameter(s) EventPattern or ScheduleExpression must be specified.",
        ));
    }
    let address = BusAddress::new(cx, input.event_bus_name.as_deref());
    if let Some(expression) = &schedule_expression {
        if address.name != DEFAULT {
            return Err(errors::validation(
                "ScheduleExpression is supported only on the default event bus.",
            ));
        }
        if schedules::parse(expression).is_none() {
            return Err(errors::not_valid("ScheduleExpression"));
        }
    }
    if let Some(pattern) = &event_pattern {
        check_pattern(pattern)?;
    }
    address.find(&cx.world)?;
    let tags = tags::from_list(input.tags)?;
    let store = address.store(&cx.world);
    let key = key(&address, &input.name);
    let old = store.rules.get(&key);
    if let Some(old) = &old
        && old.managed_by.is_some()
    {
        return Err(errors::managed_rule(&input.name));
    }
    if old.is_none() {
        let first = (address.name.clone(), String::new());
        let rules = store.rules.range(first..).take_while(|((bus, _), _)| *bus == address.name);
        if rules.count() >= MOST {
            return Err(errors::limit_exceeded());
        }
    }
    let pattern = compiled(event_pattern.as_deref());
    let now = cx.now();
    let same_schedule = old.as_ref().filter(|old| old.schedule_expression == schedule_expression);
    let rule = StoredRule {
        arn: address.rule_arn(&input.name),
        event_pattern,
        scheduled: same_schedule.map_or(now, |old| old.scheduled),
        schedule_expression,
        state: input.state.unwrap_or(RuleState::Enabled).as_str().to_owned(),
        description: filled(input.description),
        role_arn: input.role_arn,
        managed_by: None,
        created_by: old.as_ref().map_or_else(|| cx.account.to_string(), |it| it.created_by.clone()),
        revision: cx.ids().u64(),
        tags: old.as_ref().map_or(tags, |old| old.tags.clone()),
        targets: old.as_ref().map_or_else(Vec::new, |old| old.targets.clone()),
        pattern,
    };
    let arn = rule.arn.to_string();
    schedules::plan(&cx.world, &courier.post, &rule);
    store.rules.insert(key, rule);
    Ok(PutRuleResponse { rule_arn: Some(arn) })
}

/// Deletes a rule that has no targets. One that is not there is deleted already.
pub(crate) fn delete(cx: &RequestContext, input: &DeleteRuleRequest) -> Result<Unit, ServiceError> {
    let address = BusAddress::new(cx, input.event_bus_name.as_deref());
    address.find(&cx.world)?;
    let store = address.store(&cx.world);
    let key = key(&address, &input.name);
    let Some(rule) = store.rules.get(&key) else { return Ok(Unit) };
    if rule.managed_by.is_some() && input.force != Some(true) {
        return Err(errors::managed_rule(&input.name));
    }
    if !rule.targets.is_empty() {
        return Err(errors::validation("Rule can't be deleted since it has targets."));
    }
    store.rules.remove(&key);
    Ok(Unit)
}

/// Describes a rule.
pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribeRuleRequest,
) -> Result<DescribeRuleResponse, ServiceError> {
    let (address, rule) = find(cx, input.event_bus_name.as_deref(), &input.name)?;
    Ok(DescribeRuleResponse {
        name: Some(input.name.clone()),
        arn: Some(rule.arn.to_string()),
        event_pattern: rule.event_pattern.clone(),
        schedule_expression: rule.schedule_expression.clone(),
        state: Some(rule.state.as_str().into()),
        description: rule.description.clone(),
        role_arn: rule.role_arn.clone(),
        managed_by: rule.managed_by.clone(),
        event_bus_name: Some(address.name),
        created_by: Some(rule.created_by.clone()),
    })
}

/// Sets the state of a rule.
pub(crate) fn set_state(
    courier: &Courier,
    cx: &RequestContext,
    bus: Option<&str>,
    name: &str,
    state: RuleState,
) -> Result<Unit, ServiceError> {
    let (address, rule) = find(cx, bus, name)?;
    if rule.managed_by.is_some() {
        return Err(errors::managed_rule(name));
    }
    let revision = cx.ids().u64();
    let changed = address.store(&cx.world).rules.update(&key(&address, name), |rule| {
        state.as_str().clone_into(&mut rule.state);
        rule.revision = revision;
        rule.clone()
    });
    let changed = changed.ok_or_else(|| errors::no_such_rule(name, &address.name))?;
    schedules::plan(&cx.world, &courier.post, &changed);
    Ok(Unit)
}

/// Lists the rules of a bus by name.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListRulesRequest,
) -> Result<ListRulesResponse, ServiceError> {
    let address = BusAddress::new(cx, input.event_bus_name.as_deref());
    let prefix = input.name_prefix.as_deref().unwrap_or_default();
    let rules =
        of_bus(cx, &address)?.filter(|(name, _)| name.starts_with(prefix)).map(|(name, rule)| {
            let shown = Rule {
                name: Some(name.clone()),
                arn: Some(rule.arn.to_string()),
                event_pattern: rule.event_pattern.clone(),
                state: Some(rule.state.as_str().into()),
                description: rule.description.clone(),
                schedule_expression: rule.schedule_expression.clone(),
                role_arn: rule.role_arn.clone(),
                managed_by: rule.managed_by.clone(),
                event_bus_name: Some(address.name.clone()),
            };
            (name, shown)
        });
    let (rules, next) = page(rules, input.limit, input.next_token.as_deref())?;
    Ok(ListRulesResponse { rules: Some(rules), next_token: next })
}

/// The rules of a bus by name.
fn of_bus(
    cx: &RequestContext,
    address: &BusAddress,
) -> Result<impl Iterator<Item = (String, Arc<StoredRule>)>, ServiceError> {
    address.find(&cx.world)?;
    let store = address.store(&cx.world);
    let bus = address.name.clone();
    let rules = store.rules.range((bus.clone(), String::new())..);
    let rules = rules.take_while(move |((of, _), _)| *of == bus);
    Ok(rules.map(|((_, name), rule)| (name, rule)))
}

/// Lists the names of the rules of a bus that have a target.
pub(crate) fn list_names_by_target(
    cx: &RequestContext,
    input: &ListRuleNamesByTargetRequest,
) -> Result<ListRuleNamesByTargetResponse, ServiceError> {
    let address = BusAddress::new(cx, input.event_bus_name.as_deref());
    let names = of_bus(cx, &address)?
        .filter(|(_, rule)| rule.targets.iter().any(|target| target.arn == input.target_arn))
        .map(|(name, _)| (name.clone(), name));
    let (names, next) = page(names, input.limit, input.next_token.as_deref())?;
    Ok(ListRuleNamesByTargetResponse { rule_names: Some(names), next_token: next })
}
