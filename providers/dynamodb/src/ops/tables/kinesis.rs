//! Kinesis destinations: `EnableKinesisStreamingDestination` and its siblings.
//!
//! They are kept and described; records do not reach Kinesis.

use fogbank_api_dynamodb as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::engine::validation::Invalid;
use crate::store;
use crate::table::features::KinesisDestination;

type Changed = Result<api::KinesisStreamingDestinationOutput, ServiceError>;

fn check_stream(arn: &str) -> Result<(), Invalid> {
    let mut parts = arn.splitn(6, ':');
    let kinesis = parts.next() == Some("arn") && parts.nth(1) == Some("kinesis");
    if kinesis && parts.nth(2).is_some_and(|resource| resource.starts_with("stream/")) {
        return Ok(());
    }
    Err(Invalid::from(format!("Invalid StreamArn: {arn}")))
}

/// Lets a Kinesis stream take the changes of a table.
pub fn enable(cx: &RequestContext, input: api::KinesisStreamingDestinationInput) -> Changed {
    let table = store::table(cx, &input.table_name)?;
    let configuration = input.enable_kinesis_streaming_configuration;
    let asked = configuration.as_ref();
    let precision = asked.and_then(|it| it.approximate_creation_date_time_precision.clone());
    table.redefine(|definition| {
        check_stream(&input.stream_arn)?;
        let known = &mut definition.features.kinesis;
        if known.iter().any(|own| own.active && own.stream_arn == input.stream_arn) {
            return Err(Invalid::new(
                "Table is not in a valid state to enable Kinesis Streaming Destination: \
                 EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform \
                 ENABLE operation.",
            )
            .into());
        }
        known.retain(|own| own.stream_arn != input.stream_arn);
        known.push(KinesisDestination {
            stream_arn: input.stream_arn.clone(),
            active: true,
            precision: precision.as_ref().map(ToString::to_string),
        });
        Ok(())
    })?;
    Ok(api::KinesisStreamingDestinationOutput {
        table_name: Some(table.name),
        stream_arn: Some(input.stream_arn),
        destination_status: Some(api::DestinationStatus::Enabling),
        enable_kinesis_streaming_configuration: Some(configuration.unwrap_or_default()),
    })
}

/// Takes a destination from a table; it is still listed.
pub fn disable(cx: &RequestContext, input: api::KinesisStreamingDestinationInput) -> Changed {
    let table = store::table(cx, &input.table_name)?;
    table.redefine(|definition| {
        check_stream(&input.stream_arn)?;
        let known = definition.features.kinesis.iter_mut();
        let own = known.into_iter().find(|own| own.active && own.stream_arn == input.stream_arn);
        let own = own.ok_or(Invalid::new(
            "Table is not in a valid state to enable Kinesis Streaming Destination: \
             KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.",
        ))?;
        own.active = false;
        Ok(())
    })?;
    Ok(api::KinesisStreamingDestinationOutput {
        table_name: Some(table.name),
        stream_arn: Some(input.stream_arn),
        destination_status: Some(api::DestinationStatus::Disabling),
        enable_kinesis_streaming_configuration: None,
    })
}

/// Shows the destinations of a table.
pub fn describe(
    cx: &RequestContext,
    input: &api::DescribeKinesisStreamingDestinationInput,
) -> Result<api::DescribeKinesisStreamingDestinationOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let known = table.describe(|state| state.definition.features.kinesis.clone())?;
    let shown = |own: KinesisDestination| api::KinesisDataStreamDestination {
        stream_arn: Some(own.stream_arn),
        destination_status: Some(match own.active {
            true => api::DestinationStatus::Active,
            false => api::DestinationStatus::Disabled,
        }),
        destination_status_description: None,
        approximate_creation_date_time_precision: own
            .precision
            .as_deref()
            .map(api::ApproximateCreationDateTimePrecision::from),
    };
    Ok(api::DescribeKinesisStreamingDestinationOutput {
        table_name: Some(table.name),
        kinesis_data_stream_destinations: Some(known.into_iter().map(shown).collect()),
    })
}

/// Changes the precision of a destination's timestamps.
pub fn update(
    cx: &RequestContext,
    input: api::UpdateKinesisStreamingDestinationInput,
) -> Result<api::UpdateKinesisStreamingDestinationOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let configuration = input.update_kinesis_streaming_configuration;
    let asked = configuration.as_ref();
    let precision = asked.and_then(|it| it.approximate_creation_date_time_precision.as_ref());
    let precision = precision.map(ToString::to_string);
    table.redefine(|definition| {
        let id = definition.id.clone();
        let Some(precision) = precision else {
            return Err(Invalid::new(
                "Streaming destination cannot be updated with given parameters: \
                 UpdateKinesisStreamingConfiguration cannot be null or contain only null values",
            )
            .into());
        };
        let known = definition.features.kinesis.iter_mut();
        let own = known.into_iter().find(|own| own.active && own.stream_arn == input.stream_arn);
        let own = own.ok_or_else(|| {
            Invalid::from(format!(
                "Table is not in a valid state to enable Kinesis Streaming Destination: No \
                 streaming destination with streamArn: {} found for table with tableName: {}",
                input.stream_arn, table.name
            ))
        })?;
        let current = own.precision.as_deref().unwrap_or("MILLISECOND");
        if current == precision {
            return Err(Invalid::from(format!(
                "Invalid Request: Precision is already set to the desired value of {precision} \
                 for tableId: {id}, kdsArn: {}",
                input.stream_arn
            ))
            .into());
        }
        own.precision = Some(precision);
        Ok(())
    })?;
    Ok(api::UpdateKinesisStreamingDestinationOutput {
        table_name: Some(table.name.clone()),
        stream_arn: Some(input.stream_arn),
        destination_status: Some(api::DestinationStatus::Updating),
        update_kinesis_streaming_configuration: configuration,
    })
}
