//! Shard iterators: `arn|1|…`, where the rest says where to read on and since when.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_context::Timestamp;
use fogbank_service::ServiceError;

/// How long an iterator can be used.
const LIFE: Duration = Duration::from_secs(15 * 60);

/// Where to read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShardIterator {
    /// The stream.
    pub(super) arn: String,
    /// The shard.
    pub(super) shard: u64,
    /// The number of the next record.
    pub(super) position: u64,
    /// When the iterator was made.
    pub(super) made: Timestamp,
}

impl ShardIterator {
    /// The iterator as the API shows it.
    pub(super) fn encode(&self) -> String {
        let rest =
            STANDARD.encode(format!("{}:{}:{}", self.shard, self.position, self.made.as_millis()));
        format!("{}|1|{rest}", self.arn)
    }

    /// Reads an iterator of a request.
    ///
    /// # Errors
    /// A text that is no iterator, or an iterator that is too old.
    pub(super) fn decode(text: &str, now: Timestamp) -> Result<ShardIterator, ServiceError> {
        let iterator = Self::parts(text).ok_or_else(|| {
            ServiceError::new("ValidationException", 400, "Invalid ShardIterator")
        })?;
        if now.since(iterator.made) > LIFE {
            return Err(fogbank_api_dynamodbstreams::ExpiredIteratorException::new(
                "Iterator expired. The iterator was created more than 15 minutes ago.",
            )
            .into());
        }
        Ok(iterator)
    }

    fn parts(text: &str) -> Option<ShardIterator> {
        let (arn, rest) = text.split_once("|1|")?;
        let rest = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
        let (shard, rest) = rest.split_once(':')?;
        let (position, made) = rest.split_once(':')?;
        Some(ShardIterator {
            arn: arn.to_owned(),
            shard: shard.parse().ok()?,
            position: position.parse().ok()?,
            made: Timestamp::from_millis(made.parse().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iterators_come_back_until_they_are_too_old() {
        let made = Timestamp::from_secs(1000);
        let iterator = ShardIterator { arn: "arn:x".to_owned(), shard: 2, position: 7, made };
        let text = iterator.encode();
        assert!(text.starts_with("arn:x|1|"));
        assert_eq!(ShardIterator::decode(&text, made + LIFE).ok(), Some(iterator));
        let expired = ShardIterator::decode(&text, made + LIFE + Duration::from_secs(1));
        assert_eq!(expired.expect_err("too old").name(), "ExpiredIteratorException");
        for bad in ["", "arn:x", "arn:x|1|", "arn:x|1|!!", "arn:x|1|NzE="] {
            let error = ShardIterator::decode(bad, made).expect_err(bad);
            assert_eq!(error.name(), "ValidationException");
        }
    }
}
