//! Decoding saved rows, on all processors when there are many.

use std::collections::VecDeque;

use bytes::Bytes;
use parking_lot::Mutex;

use super::{Migration, Row, SavedRows, Unread};
use crate::blob::BlobStore;
use crate::codec::{self, Encoded, Saved};
use crate::journal::{RawRows, RawValue};
use crate::{DecodeError, Key};

/// Fewer rows than this are decoded by one thread.
const ALONE: usize = 16 * 1024;
/// How many rows a thread takes at once. In their order, so that what was read together is
/// given back together.
const CHUNK: usize = 1024;

/// What a thread has made of rows.
struct Part<K, V> {
    rows: Vec<(K, V)>,
    failed: Option<(DecodeError, VecDeque<(Bytes, RawValue)>)>,
}

/// Decodes rows and sorts them. The saved form is given back piece by piece meanwhile.
pub(super) fn decode<K: Key, V: Row>(saved: SavedRows<'_>) -> Result<Vec<(K, V)>, Box<Unread>> {
    let SavedRows { rows, version, migrate } = saved;
    let threads = match rows.len() {
        ..ALONE => 1,
        _ => std::thread::available_parallelism().map_or(1, usize::from).min(4),
    };
    let left = Mutex::new(rows.into_iter());
    let take = || left.lock().by_ref().take(CHUNK).collect::<VecDeque<_>>();
    let blobs = BlobStore::current();
    let work = || decode_some(&take, version, migrate);
    let parts: Vec<Part<K, V>> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads)
            .map(|_| {
                scope.spawn(|| match &blobs {
                    Some(blobs) => blobs.enter(work),
                    None => work(),
                })
            })
            .collect();
        let mut parts = vec![work()];
        for other in others {
            let part = other.join();
            parts.push(part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        parts
    });
    if parts.iter().any(|part| part.failed.is_some()) {
        return Err(Box::new(undo(parts, version, left.into_inner())));
    }
    let mut parts = parts.into_iter().map(|part| part.rows);
    let mut rows = parts.next().unwrap_or_default();
    parts.for_each(|part| rows.extend(part));
    // Each part is in order, so this only merges them. In order they go several times as fast
    // into the map.
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(rows)
}

fn decode_some<K: Key, V: Row>(
    take: &(dyn Fn() -> VecDeque<(Bytes, RawValue)> + Sync),
    version: u32,
    migrate: Migration<'_>,
) -> Part<K, V> {
    let mut rows = Vec::new();
    loop {
        let mut chunk = take();
        if chunk.is_empty() {
            break;
        }
        while let Some(row) = chunk.pop_front() {
            match decode_row(&row, version, migrate) {
                Ok(decoded) => rows.push(decoded),
                Err(error) => {
                    chunk.push_front(row);
                    return Part { rows, failed: Some((error, chunk)) };
                }
            }
        }
    }
    rows.sort_by(|one: &(K, V), other| one.0.cmp(&other.0));
    Part { rows, failed: None }
}

fn decode_row<K: Key, V: Row>(
    (key, value): &(Bytes, RawValue),
    version: u32,
    migrate: Migration<'_>,
) -> Result<(K, V), DecodeError> {
    let key = codec::decode(key)?;
    if value.version == version {
        return Ok((key, codec::decode(&value.bytes)?));
    }
    let row = migrate(value.version, Encoded::from_bytes(value.bytes.to_vec()))?;
    Ok((key, row.decode()?))
}

/// The saved form of everything again: of what was decoded anew, of the rest as it was.
fn undo<K: Key, V: Row>(
    parts: Vec<Part<K, V>>,
    version: u32,
    left: impl Iterator<Item = (Bytes, RawValue)>,
) -> Unread {
    let mut saved: RawRows = left.collect();
    let mut failure = None;
    for part in parts {
        saved.extend(part.rows.iter().map(|(key, value)| {
            (codec::encode(key).into(), RawValue::of(Saved::of(value), version))
        }));
        if let Some((error, chunk)) = part.failed {
            saved.extend(chunk);
            failure.get_or_insert(error);
        }
    }
    let error = failure.unwrap_or_else(|| DecodeError::new("a row does not decode"));
    Unread { error, rows: saved }
}
