//! Receipt handles: one for each time that a message is received.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_service::ServiceError;

use crate::errors;

/// What AWS's handles begin with as well (`AQEB` in base64).
const HEAD: [u8; 3] = [1, 1, 1];
const LENGTH: usize = HEAD.len() + 8 + 8 + 4 + 4;

/// What a receipt handle says: which message of which queue, and which of its receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReceiptHandle {
    /// The queue's random number.
    pub(crate) queue: u64,
    /// The message's key in the queue.
    pub(crate) key: u64,
    /// How often the queue had handed the message out by then.
    pub(crate) receipt: u32,
}

impl ReceiptHandle {
    /// The handle as it goes out.
    pub(crate) fn encode(self) -> String {
        let mut bytes = [0; LENGTH];
        bytes[..3].copy_from_slice(&HEAD);
        bytes[3..11].copy_from_slice(&self.queue.to_be_bytes());
        bytes[11..19].copy_from_slice(&self.key.to_be_bytes());
        bytes[19..23].copy_from_slice(&self.receipt.to_be_bytes());
        let sum = checksum(&bytes[..23]);
        bytes[23..].copy_from_slice(&sum.to_be_bytes());
        STANDARD.encode(bytes)
    }

    /// Reads a handle that the queue with this number gave out.
    ///
    /// # Errors
    /// `ReceiptHandleIsInvalid` for anything else.
    pub(crate) fn decode(text: &str, queue: u64) -> Result<Self, ServiceError> {
        Self::read(text)
            .filter(|handle| handle.queue == queue)
            .ok_or_else(|| errors::receipt_handle_is_invalid(text))
    }

    fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; LENGTH];
        if STANDARD.decode_slice(text, &mut bytes).ok()? != LENGTH {
            return None;
        }
        let number = |from: usize| bytes[from..from + 8].try_into().map(u64::from_be_bytes).ok();
        let word = |from: usize| bytes[from..from + 4].try_into().map(u32::from_be_bytes).ok();
        let intact = bytes[..3] == HEAD && word(23)? == checksum(&bytes[..23]);
        let handle = Self { queue: number(3)?, key: number(11)?, receipt: word(19)? };
        intact.then_some(handle)
    }
}

/// FNV-1a: tells a handle with a typing error from one of ours.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_come_back_as_they_went() {
        for (queue, key, receipt) in [(0, 0, 0), (7, 1, 2), (u64::MAX, u64::MAX, u32::MAX)] {
            let handle = ReceiptHandle { queue, key, receipt };
            let text = handle.encode();
            assert!(text.starts_with("AQEB"), "{text}");
            assert_eq!(ReceiptHandle::decode(&text, queue).expect("ours"), handle);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let good = ReceiptHandle { queue: 7, key: 1, receipt: 1 }.encode();
        let changed = good.replacen("AQEB", "AQEC", 1);
        let truncated = &good[..good.len() - 4];
        let longer = format!("{good}AAAA");
        for (text, queue) in
            [("garbage", 7), ("", 7), (&changed, 7), (truncated, 7), (&longer, 7), (&good, 8)]
        {
            let error = ReceiptHandle::decode(text, queue).expect_err(text);
            assert_eq!((error.code(), error.status()), ("ReceiptHandleIsInvalid", 404));
            let message =
                format!("The input receipt handle \"{text}\" is not a valid receipt handle.");
            assert_eq!(error.message(), Some(&*message));
        }
    }
}
