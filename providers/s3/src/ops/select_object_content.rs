//! SelectObjectContent.

use std::io::Read as _;

use bytes::Bytes;
use fogbank_api_s3 as api;
use fogbank_api_s3::SelectObjectContentEventStream as Event;
use fogbank_service::{EventStream, RequestContext, ServiceError};

use crate::errors;
use crate::key::ObjectKey;
use crate::members::{customer_key, text};
use crate::ops::get_object::find;
use crate::select::{self, Format, Query, Writer};
use crate::store;
use crate::version_id::Addressed;

/// The most bytes of an object that is queried, once it is decompressed.
const MOST: usize = 1 << 30;

fn number(bytes: usize) -> Option<i64> {
    i64::try_from(bytes).ok()
}

/// Queries the records of an object.
pub(crate) async fn select_object_content(
    cx: &RequestContext,
    input: api::SelectObjectContentRequest,
) -> Result<api::SelectObjectContentOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let owner = input.expected_bucket_owner.as_deref();
    let found = store::read(cx, &input.bucket, owner, |bucket| {
        find(bucket, &key, Addressed::Current, "POST")
    })?;
    let object = &found.object;
    if object.is_archived(cx.now()) {
        return Err(errors::invalid_object_state(&object.storage_class));
    }
    customer_key!(input).check_read(&object.encryption)?;
    if !input.expression_type.as_str().eq_ignore_ascii_case("SQL") {
        return Err(errors::error(
            "InvalidExpressionType",
            400,
            "The ExpressionType is invalid. Only SQL expressions are supported.",
            &[],
        ));
    }
    let query = Query::parse(&input.expression)?;
    let format = Format::of(&input.input_serialization)?;
    let mut writer = Writer::of(&input.output_serialization)?;
    let range = range(input.scan_range.as_ref(), object.size())?;

    let compressed = text!(input.input_serialization.compression_type);
    let compressed = compressed.filter(|kind| *kind != "NONE");
    if compressed.is_some() && matches!(format, Format::Parquet) {
        return Err(errors::error(
            "InvalidCompressionFormat",
            400,
            "The file is not in a supported compression format. Parquet files are compressed by \
             their columns.",
            &[],
        ));
    }
    if range.is_some() && (compressed.is_some() || !format.can_be_scanned()) {
        return Err(errors::error(
            "UnsupportedScanRangeInput",
            400,
            "Scan range queries are not supported on this type of object.",
            &[],
        ));
    }
    let scanned = object.content.stream().collect(MOST).await.map_err(ServiceError::internal)?;
    let content = decompressed(compressed, scanned.clone())?;
    let records = select::records(&format, &content, range)?;
    select::run(&query, records, &mut writer, cx.now())?;

    let records = writer.finish();
    let returned = records.iter().map(Bytes::len).sum();
    let (scanned, processed) = (number(scanned.len()), number(content.len()));
    let mut events: Vec<Result<Event, ServiceError>> = records
        .into_iter()
        .map(|payload| Ok(Event::Records(api::RecordsEvent { payload: Some(payload) })))
        .collect();
    if input.request_progress.is_some_and(|it| it.enabled == Some(true)) {
        events.push(Ok(Event::Progress(api::ProgressEvent {
            details: Some(api::Progress {
                bytes_scanned: scanned,
                bytes_processed: processed,
                bytes_returned: number(returned),
            }),
        })));
    }
    events.push(Ok(Event::Stats(api::StatsEvent {
        details: Some(api::Stats {
            bytes_scanned: scanned,
            bytes_processed: processed,
            bytes_returned: number(returned),
        }),
    })));
    events.push(Ok(Event::End(api::EndEvent {})));
    let payload = EventStream::new(futures_util::stream::iter(events));
    Ok(api::SelectObjectContentOutput { payload })
}

/// The first and the last byte at which records may begin.
fn range(
    range: Option<&api::ScanRange>,
    size: u64,
) -> Result<Option<(usize, usize)>, ServiceError> {
    let Some(range) = range else { return Ok(None) };
    let invalid = || {
        errors::error(
            "InvalidScanRange",
            400,
            "The value of a parameter in ScanRange element is invalid. Check the service API \
             documentation and try again.",
            &[],
        )
    };
    let position = |it: i64| usize::try_from(it).map_err(|_| invalid());
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    match (range.start, range.end) {
        (None, None) => Err(invalid()),
        // Without a start, the end counts from the end.
        (None, Some(last)) => Ok(Some((size.saturating_sub(position(last)?), size))),
        (Some(start), None) => Ok(Some((position(start)?, size))),
        (Some(start), Some(end)) if start <= end => Ok(Some((position(start)?, position(end)?))),
        _ => Err(invalid()),
    }
}

fn decompressed(kind: Option<&str>, content: Bytes) -> Result<Bytes, ServiceError> {
    match kind {
        None | Some("NONE") => Ok(content),
        Some("GZIP") => read_all(flate2::read::MultiGzDecoder::new(&content[..])),
        Some("BZIP2") => read_all(bzip2::read::MultiBzDecoder::new(&content[..])),
        Some(_) => Err(unknown_compression()),
    }
}

fn read_all(reader: impl std::io::Read) -> Result<Bytes, ServiceError> {
    let mut plain = Vec::new();
    let read = reader.take(MOST as u64).read_to_end(&mut plain);
    read.map_err(|_| unknown_compression())?;
    Ok(plain.into())
}

fn unknown_compression() -> ServiceError {
    errors::error(
        "InvalidCompressionFormat",
        400,
        "The file is not in a supported compression format. Only GZIP and BZIP2 are supported.",
        &[],
    )
}
