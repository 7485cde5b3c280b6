//! `DescribeContributorInsights`: they are never switched on here.

use fogbank_api_dynamodb::{
    ContributorInsightsStatus, DescribeContributorInsightsInput, DescribeContributorInsightsOutput,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::engine::validation::Invalid;
use crate::store;

/// Says that nobody watches the table or the index.
pub fn describe_contributor_insights(
    cx: &RequestContext,
    input: DescribeContributorInsightsInput,
) -> Result<DescribeContributorInsightsOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    table.describe(|state| match &input.index_name {
        Some(name) if state.definition.index(name).is_none() => {
            Err(Invalid::from(format!("The table does not have the specified index: {name}")))
        }
        _ => Ok(()),
    })??;
    Ok(DescribeContributorInsightsOutput {
        table_name: Some(table.name),
        index_name: input.index_name,
        contributor_insights_status: Some(ContributorInsightsStatus::Disabled),
        ..DescribeContributorInsightsOutput::default()
    })
}
