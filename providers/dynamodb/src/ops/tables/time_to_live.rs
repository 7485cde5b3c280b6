//! `UpdateTimeToLive`, `DescribeTimeToLive`.

use std::time::Duration;

use fogbank_api_dynamodb::{
    DescribeTimeToLiveInput, DescribeTimeToLiveOutput, TimeToLiveDescription, TimeToLiveStatus,
    UpdateTimeToLiveInput, UpdateTimeToLiveOutput,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::{errors, store};

/// How far changes have to be from each other, where that matters.
const INTERVAL: Duration = Duration::from_secs(3600);

/// Names the attribute that says when an item expires, or lets items live for ever again.
pub fn update_time_to_live(
    cx: &RequestContext,
    input: UpdateTimeToLiveInput,
    limited: bool,
) -> Result<UpdateTimeToLiveOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let specification = input.time_to_live_specification;
    let now = cx.now();
    table.redefine(|definition| {
        let current = definition.time_to_live.as_deref();
        let asked = specification.attribute_name.as_str();
        match (specification.enabled, current) {
            (true, Some(current)) if current != asked => {
                return Err(errors::validation(format!(
                    "TimeToLive is active on a different AttributeName: current AttributeName is \
                     {current}"
                )));
            }
            (true, Some(_)) => return Err(errors::validation("TimeToLive is already enabled")),
            (false, None) => return Err(errors::validation("TimeToLive is already disabled")),
            (false, Some(current)) if current != asked => {
                return Err(errors::validation(format!(
                    "TimeToLive is active on a different AttributeName: current AttributeName is \
                     {current}"
                )));
            }
            (true, None) => definition.time_to_live = Some(asked.to_owned()),
            (false, Some(_)) => definition.time_to_live = None,
        }
        if limited && definition.time_to_live_changed.is_some_and(|it| now.since(it) < INTERVAL) {
            return Err(errors::validation(
                "Time to live has been modified multiple times within a fixed interval",
            ));
        }
        definition.time_to_live_changed = Some(now);
        Ok(())
    })?;
    Ok(UpdateTimeToLiveOutput { time_to_live_specification: Some(specification) })
}

/// Says which attribute makes items expire.
pub fn describe_time_to_live(
    cx: &RequestContext,
    input: &DescribeTimeToLiveInput,
) -> Result<DescribeTimeToLiveOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let attribute = table.describe(|state| state.definition.time_to_live.clone())?;
    let status = match attribute {
        Some(_) => TimeToLiveStatus::Enabled,
        None => TimeToLiveStatus::Disabled,
    };
    Ok(DescribeTimeToLiveOutput {
        time_to_live_description: Some(TimeToLiveDescription {
            time_to_live_status: Some(status),
            attribute_name: attribute,
        }),
    })
}
