//! `Scan`.

use fogbank_api_dynamodb::{ScanInput, ScanOutput};
use fogbank_service::{RequestContext, ServiceError};

use super::selection::{Source, check_select, start_key};
use crate::conversion::held_parts;
use crate::engine::schema::segment_bounds;
use crate::engine::validation::Invalid;
use crate::{parameters, store};

/// Reads all items of a table or an index, or of one segment of it.
pub fn scan(cx: &RequestContext, input: ScanInput) -> Result<ScanOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let filter_given = input.filter_expression.is_some();
    let projection_given = input.projection_expression.is_some();
    parameters::check_not_mixed(
        &[("ProjectionExpression", projection_given), ("FilterExpression", filter_given)],
        &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("ScanFilter", input.scan_filter.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
        ],
    )?;
    let mut placeholders = parameters::placeholders(
        input.expression_attribute_names,
        input.expression_attribute_values,
        &[("FilterExpression", filter_given)],
        filter_given || projection_given,
    )?;
    let segment = segment(input.segment, input.total_segments)?;
    let start = start_key(input.exclusive_start_key)?;
    let filter = parameters::filter(
        input.filter_expression.as_deref(),
        input.scan_filter,
        input.conditional_operator.as_ref(),
        &mut placeholders,
    )?;
    let projection = parameters::projection(
        input.projection_expression.as_deref(),
        input.attributes_to_get.as_deref(),
        &mut placeholders,
    )?;
    placeholders.check_all_used()?;
    check_select(
        input.select.as_ref(),
        projection.is_some(),
        projection_given,
        input.index_name.is_some(),
    )?;

    let state = table.snapshot()?;
    let consistent = input.consistent_read == Some(true);
    let source = Source::find(&state.definition, input.index_name.as_deref(), consistent, "Scan")?;
    let selection = source.select(input.select.as_ref(), projection)?;
    let mut request = source.page_request(&selection, input.limit);
    if let Some((segment, total)) = segment {
        (request.from, request.to) = segment_bounds(segment, total);
    }
    if let Some(key) = start {
        let row = source.start_row(&key, false)?;
        if row < request.from || request.to.as_ref().is_some_and(|to| row >= *to) {
            return Err(Invalid::new(
                "The provided Exclusive start key does not map to the provided Segment and \
                 TotalSegments values.",
            )
            .into());
        }
        request.after = Some(row);
    }
    request.filter = filter;
    let page = state.page(&request);
    Ok(ScanOutput {
        count: i32::try_from(page.items.len()).ok(),
        scanned_count: i32::try_from(page.scanned).ok(),
        last_evaluated_key: page.last.clone().map(held_parts),
        consumed_capacity: source.consumed(
            &input.table_name,
            &page,
            consistent,
            input.return_consumed_capacity.as_ref(),
        ),
        items: selection.shown(&page),
    })
}

/// The segment that is read and how many there are.
fn segment(segment: Option<i32>, total: Option<i32>) -> Result<Option<(u32, u32)>, Invalid> {
    match (segment, total) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(Invalid::new(
            "The TotalSegments parameter is required but was not present in the request when \
             Segment parameter is present",
        )),
        (None, Some(_)) => Err(Invalid::new(
            "The Segment parameter is required but was not present in the request when parameter \
             TotalSegments is present",
        )),
        (Some(segment), Some(total)) if segment >= total => Err(Invalid::from(format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: \
             Segment: {segment} is not less than TotalSegments: {total}"
        ))),
        (Some(segment), Some(total)) => Ok(Some((segment.unsigned_abs(), total.unsigned_abs()))),
    }
}
