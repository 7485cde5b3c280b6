//! Time-based one-time passwords (RFC 6238): six digits, 30 seconds, HMAC with SHA-1.

use aws_lc_rs::hmac;
use fogbank_context::Timestamp;

const STEP: i64 = 30;
/// How many steps codes may be off.
const WINDOW: i64 = 20;

fn code(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let digest = hmac::sign(&key, &step.to_be_bytes());
    let digest = digest.as_ref();
    let offset = usize::from(digest[digest.len() - 1] & 0x0f);
    let word = digest[offset..offset + 4].iter().fold(0_u32, |n, byte| n << 8 | u32::from(*byte));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// Whether two codes are those of two steps in a row, near the given time.
pub(crate) fn are_consecutive(seed: &[u8], now: Timestamp, first: &str, second: &str) -> bool {
    let step = now.as_secs().div_euclid(STEP);
    (step - WINDOW..=step + WINDOW)
        .any(|step| code(seed, step) == first && code(seed, step + 1) == second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_the_rfc() {
        // RFC 6238, appendix B: the last six of its eight digits.
        let seed = b"12345678901234567890";
        for (seconds, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
        {
            assert_eq!(code(seed, seconds / STEP), expected);
        }
        let now = Timestamp::from_secs(59);
        let next = code(seed, 2);
        assert!(are_consecutive(seed, now, "287082", &next));
        assert!(!are_consecutive(seed, now, &next, "287082"));
        assert!(!are_consecutive(seed, Timestamp::from_secs(5_000), "287082", &next));
    }
}
