//! `UpdateContributorInsights`, `DescribeContributorInsights`, `ListContributorInsights`.
//!
//! They are kept as settings; nobody counts contributors here.

use fogbank_api_dynamodb as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::engine::validation::Invalid;
use crate::store;
use crate::table::definition::TableDefinition;
use crate::table::features::Insights;

/// How many insights one answer lists unless asked for fewer.
const PAGE: usize = 100;
/// The mode that is meant when none is named.
const USUAL_MODE: &str = "ACCESSED_AND_THROTTLED_KEYS";

fn check_index(definition: &TableDefinition, index: Option<&str>) -> Result<(), ServiceError> {
    match index {
        Some(name) if definition.index(name).is_none() => {
            let message = format!(
                "Requested resource not found: Table: {} Index: {name} not found",
                definition.name
            );
            Err(api::ResourceNotFoundException::new(message).into())
        }
        _ => Ok(()),
    }
}

fn status(insights: &Insights) -> api::ContributorInsightsStatus {
    match insights.enabled {
        true => api::ContributorInsightsStatus::Enabled,
        false => api::ContributorInsightsStatus::Disabled,
    }
}

/// Switches the insights of a table or an index on or off.
pub fn update(
    cx: &RequestContext,
    input: api::UpdateContributorInsightsInput,
) -> Result<api::UpdateContributorInsightsOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let enable = input.contributor_insights_action == api::ContributorInsightsAction::Enable;
    let mode = input.contributor_insights_mode.as_ref().map(ToString::to_string);
    if !enable && mode.is_some() {
        return Err(Invalid::new(
            "ContributorInsightsMode cannot be specified when ContributorInsightsAction is DISABLE",
        )
        .into());
    }
    let mode = table.redefine(|definition| {
        check_index(definition, input.index_name.as_deref())?;
        let key = input.index_name.clone().unwrap_or_default();
        let known = definition.features.insights.get(&key);
        let mode = mode.or_else(|| known.map(|known| known.mode.clone()));
        let mode = mode.unwrap_or_else(|| USUAL_MODE.to_owned());
        let insights = Insights { enabled: enable, mode: mode.clone(), updated: cx.now() };
        definition.features.insights.insert(key, insights);
        Ok(mode)
    })?;
    Ok(api::UpdateContributorInsightsOutput {
        table_name: Some(table.name),
        index_name: input.index_name,
        contributor_insights_status: Some(match enable {
            true => api::ContributorInsightsStatus::Enabling,
            false => api::ContributorInsightsStatus::Disabling,
        }),
        contributor_insights_mode: enable
            .then(|| api::ContributorInsightsMode::from(mode.as_str())),
    })
}

/// The names of the rules that count: by partition key, and by sort key where there is one.
fn rules(definition: &TableDefinition, index: Option<&str>, insights: &Insights) -> Vec<String> {
    let keys =
        index.and_then(|name| definition.index(name)).map_or(&definition.keys, |it| &it.1.keys);
    let name = match index {
        Some(index) => format!("{}-{index}", definition.name),
        None => definition.name.clone(),
    };
    let kinds: &[&str] = match (insights.mode.as_str(), keys.range.is_empty()) {
        (USUAL_MODE, true) => &["PKC", "PKT"],
        (USUAL_MODE, false) => &["PKC", "SKC", "PKT", "SKT"],
        (_, true) => &["PKT"],
        (_, false) => &["PKT", "SKT"],
    };
    let since = insights.updated.as_millis();
    kinds.iter().map(|kind| format!("DynamoDBContributorInsights-{kind}-{name}-{since}")).collect()
}

/// Shows the insights of a table or an index.
pub fn describe(
    cx: &RequestContext,
    input: api::DescribeContributorInsightsInput,
) -> Result<api::DescribeContributorInsightsOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let index = input.index_name.as_deref();
    let (known, rules) = table.describe(|state| {
        let definition = &state.definition;
        check_index(definition, index)?;
        let known = definition.features.insights.get(index.unwrap_or_default()).cloned();
        let enabled = known.as_ref().filter(|known| known.enabled);
        let rules = enabled.map(|known| rules(definition, index, known));
        Ok::<_, ServiceError>((known, rules))
    })??;
    let enabled = known.as_ref().filter(|known| known.enabled);
    Ok(api::DescribeContributorInsightsOutput {
        table_name: Some(table.name),
        contributor_insights_rule_list: rules,
        contributor_insights_status: Some(
            known.as_ref().map_or(api::ContributorInsightsStatus::Disabled, status),
        ),
        contributor_insights_mode: enabled
            .map(|known| api::ContributorInsightsMode::from(known.mode.as_str())),
        last_update_date_time: known.as_ref().map(|known| known.updated.to_wire()),
        index_name: input.index_name,
        failure_exception: None,
    })
}

/// Lists the insights that were ever switched on, of one table or of all.
pub fn list(
    cx: &RequestContext,
    input: api::ListContributorInsightsInput,
) -> Result<api::ListContributorInsightsOutput, ServiceError> {
    let only = match &input.table_name {
        None => None,
        Some(name) => {
            let table = store::table(cx, name)?;
            table.describe(|_| ())?;
            Some(table.name)
        }
    };
    let mut found = Vec::new();
    for (name, table) in store::tables(cx).tables.iter() {
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        for (index, insights) in &table.definition.features.insights {
            found.push(api::ContributorInsightsSummary {
                table_name: Some(name.clone()),
                index_name: Some(index.clone()).filter(|index| !index.is_empty()),
                contributor_insights_status: Some(status(insights)),
                contributor_insights_mode: insights
                    .enabled
                    .then(|| api::ContributorInsightsMode::from(insights.mode.as_str())),
            });
        }
    }
    let asked = input.max_results.and_then(|most| usize::try_from(most).ok());
    let limit = asked.filter(|most| *most > 0).unwrap_or(PAGE);
    let (page, next_token) = super::page(found, input.next_token, limit)?;
    Ok(api::ListContributorInsightsOutput {
        contributor_insights_summaries: Some(page),
        next_token,
    })
}
