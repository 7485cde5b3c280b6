//! Shards: a stream's records, cut by time.
//!
//! A shard takes records for four hours of the world's clock; then a child takes its place. Which
//! shards there are follows from when the stream began, so nothing of them is kept.

use std::time::Duration;

use fogbank_context::Timestamp;

use super::record::RETENTION;
use super::stream::Stream;

/// How long a shard takes records.
const LIFE: Duration = Duration::from_secs(4 * 3600);
/// A sequence number on the wire is this, the shard's share and the record's number.
const SEQUENCE_BASE: u128 = 100_000_000_000_000_000_000;
/// What each shard adds to its sequence numbers.
const SEQUENCE_SHARE: u128 = 1_000_000_000_000_000;

/// A shard of a stream, by its number from the stream's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shard(pub(super) u64);

/// A sequence number as the API shows it.
pub(super) fn sequence_out(shard: Shard, number: u64) -> String {
    (SEQUENCE_BASE + SEQUENCE_SHARE * u128::from(shard.0) + u128::from(number)).to_string()
}

/// A sequence number of a request.
pub(super) fn sequence_in(text: &str) -> Option<(Shard, u64)> {
    let number = text.parse::<u128>().ok()?.checked_sub(SEQUENCE_BASE)?;
    let shard = u64::try_from(number / SEQUENCE_SHARE).ok()?;
    Some((Shard(shard), u64::try_from(number % SEQUENCE_SHARE).ok()?))
}

impl Stream {
    /// The shard that takes what happens at a time.
    pub(super) fn shard_at(&self, at: Timestamp) -> Shard {
        let age = at.since(self.began()).as_secs() / LIFE.as_secs();
        Shard(age)
    }

    /// The last shard there is.
    pub(super) fn last_shard(&self, now: Timestamp) -> Shard {
        self.shard_at(self.ended().unwrap_or(now))
    }

    /// The shards that can be read, oldest first.
    pub(super) fn shards(&self, now: Timestamp) -> impl Iterator<Item = Shard> {
        let last = self.last_shard(now);
        let first = self.shard_at(now - RETENTION).min(last);
        (first.0..=last.0).map(Shard)
    }

    /// Whether a shard takes no more records.
    pub(super) fn is_closed(&self, shard: Shard, now: Timestamp) -> bool {
        !self.is_open() || shard < self.last_shard(now)
    }

    /// The id of a shard: it holds when the shard began.
    pub(super) fn shard_id(&self, shard: Shard) -> String {
        let age = u64::try_from(LIFE.as_millis()).unwrap_or(0).saturating_mul(shard.0);
        let began = u64::try_from(self.began().as_millis()).unwrap_or(0).saturating_add(age);
        let id: String = self.table().id.chars().filter(char::is_ascii_hexdigit).take(8).collect();
        format!("shardId-{began:020}-{id}")
    }

    /// The shard with this id, if it can be read.
    pub(super) fn shard_of_id(&self, id: &str, now: Timestamp) -> Option<Shard> {
        self.shards(now).find(|shard| self.shard_id(*shard) == id)
    }

    /// The number of the first record at or after a time.
    pub(super) fn number_at(&self, at: Timestamp) -> u64 {
        let records = self.records();
        let (mut low, mut high) = (records.first().map_or(0, |(first, _)| *first), self.end());
        while low < high {
            let middle = low + (high - low) / 2;
            match records.get(&middle) {
                Some(record) if record.at < at => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }

    /// The numbers of a shard's records: the first that can still be read, and the one behind the
    /// last.
    pub(super) fn numbers(&self, shard: Shard, now: Timestamp) -> (u64, u64) {
        let start = |shard: Shard| match shard.0 {
            0 => 0,
            number => {
                self.number_at(self.began() + LIFE * u32::try_from(number).unwrap_or(u32::MAX))
            }
        };
        let oldest = self.number_at(now - RETENTION);
        let end = start(Shard(shard.0 + 1));
        (start(shard).max(oldest).min(end), end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_come_back_and_grow_from_shard_to_shard() {
        let one = sequence_out(Shard(0), 7);
        assert_eq!(one.len(), 21);
        assert_eq!(sequence_in(&one), Some((Shard(0), 7)));
        let two = sequence_out(Shard(3), 0);
        assert!(two > one);
        assert_eq!(sequence_in(&two), Some((Shard(3), 0)));
        assert_eq!(sequence_in("1"), None);
        assert_eq!(sequence_in("x"), None);
    }
}
