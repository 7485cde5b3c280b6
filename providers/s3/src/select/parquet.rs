//! Records of Parquet.

use std::panic::{AssertUnwindSafe, catch_unwind};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use fogbank_service::ServiceError;
use parquet::basic::Compression;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};

use super::value::Value;
use super::{Records, failed};

fn damaged() -> ServiceError {
    failed(
        "ParquetParsingError",
        "Error parsing Parquet file. Please check the file and try again.",
    )
}

/// Runs what reads a file; a damaged one must not end more than its query.
fn guarded<T>(read: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T, ServiceError> {
    let result = catch_unwind(AssertUnwindSafe(read));
    result.map_err(|_| damaged())?.map_err(|_| damaged())
}

fn starts_within(group: &RowGroupMetaData, (start, end): (usize, usize)) -> bool {
    let first = group.columns().first();
    let at = first.map_or(0, |column| column.byte_range().0);
    usize::try_from(at).is_ok_and(|at| (start..=end).contains(&at))
}

/// The records of a file; of the row groups that begin within these bytes, where a request names
/// some.
///
/// # Errors
///
/// `ParquetParsingError`, `ParquetUnsupportedCompressionCodec`.
pub(super) fn records(
    content: Bytes,
    range: Option<(usize, usize)>,
) -> Result<Records<'static>, ServiceError> {
    let mut options = ReadOptionsBuilder::new();
    if let Some(range) = range {
        options = options.with_predicate(Box::new(move |group, _| starts_within(group, range)));
    }
    let options = options.build();
    let reader = guarded(|| SerializedFileReader::new_with_options(content, options))?;
    let groups = reader.metadata().row_groups();
    let known = |codec: Compression| {
        matches!(codec, Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_))
    };
    if !groups.iter().flat_map(RowGroupMetaData::columns).all(|column| known(column.compression()))
    {
        return Err(failed(
            "ParquetUnsupportedCompressionCodec",
            "The specified Parquet compression codec is not supported.",
        ));
    }
    let mut rows = guarded(|| Ok(RowIter::from_file_into(Box::new(reader))))?;
    let mut ended = false;
    Ok(Box::new(std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let row = guarded(|| rows.next().transpose());
        ended = !matches!(row, Ok(Some(_)));
        row.map(|row| row.as_ref().map(record)).transpose()
    })))
}

fn record(row: &Row) -> Value {
    Value::Object(row.get_column_iter().map(|(name, field)| (name.clone(), value(field))).collect())
}

fn value(field: &Field) -> Value {
    let whole = |number: i64| Value::Integer(number);
    match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => Value::Boolean(*flag),
        Field::Byte(number) => whole((*number).into()),
        Field::Short(number) => whole((*number).into()),
        Field::Int(number) => whole((*number).into()),
        Field::Long(number) => whole(*number),
        Field::UByte(number) => whole((*number).into()),
        Field::UShort(number) => whole((*number).into()),
        Field::UInt(number) => whole((*number).into()),
        Field::ULong(number) => match i64::try_from(*number) {
            Ok(number) => whole(number),
            Err(_) => decimal(&number.to_string()),
        },
        Field::Float16(number) => Value::Decimal(number.to_f64()),
        // By way of its text, so that 0.1 stays 0.1.
        Field::Float(number) => decimal(&number.to_string()),
        Field::Double(number) => Value::Decimal(*number),
        Field::Decimal(_) => decimal(&field.to_string()),
        Field::Str(text) => Value::Text(text.clone()),
        // Writers that do not say so mean text.
        Field::Bytes(bytes) => Value::Text(String::from_utf8_lossy(bytes.data()).into_owned()),
        Field::Date(_) | Field::TimeMillis(_) | Field::TimeMicros(_) => {
            Value::Text(field.to_string())
        }
        Field::TimestampMillis(millis) => timestamp(i128::from(*millis) * 1_000_000),
        Field::TimestampMicros(micros) => timestamp(i128::from(*micros) * 1000),
        Field::Group(row) => record(row),
        Field::ListInternal(list) => Value::List(list.elements().iter().map(value).collect()),
        Field::MapInternal(map) => {
            let entries = map.entries().iter();
            Value::Object(entries.map(|(key, of)| (value(key).text(), value(of))).collect())
        }
    }
}

fn decimal(text: &str) -> Value {
    text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Decimal)
}

fn timestamp(nanos: i128) -> Value {
    let at = DateTime::from_nanos(nanos).ok();
    let text = at.and_then(|at| at.fmt(Format::DateTime).ok());
    text.map_or(Value::Null, Value::Text)
}
