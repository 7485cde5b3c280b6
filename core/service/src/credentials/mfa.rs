//! The MFA devices that are enabled, and their codes: time-based one-time passwords (RFC 6238) of
//! six digits and 30 seconds, HMAC with SHA-1.

use aws_lc_rs::hmac;
use fogbank_context::{Arn, Timestamp};
use fogbank_state::{Resource, Table, World, store};
use serde::{Deserialize, Serialize};

store! {
    /// The virtual MFA devices of all accounts that are enabled for somebody.
    ///
    /// IAM adds a device when it is enabled and takes it away when it no longer is; STS asks for
    /// codes.
    pub struct MfaStore: "mfa", Global {
        /// The devices by serial number.
        pub devices: Table<String, MfaDevice>,
    }
}

/// An enabled device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MfaDevice {
    /// The secret that codes are made from.
    pub seed: Vec<u8>,
    /// The ARN of whose device it is.
    pub owner: Arn,
    /// The step of the latest code that was taken; no code is taken twice.
    pub last_step: i64,
}

impl Resource for MfaDevice {
    const VERSION: u32 = 1;
}

/// What a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeCheck {
    /// The device's, and not used before.
    Valid,
    /// Another one.
    Invalid,
    /// No such device is enabled for whoever asks.
    UnknownDevice,
}

impl MfaDevice {
    /// Takes a code of a device for one of its owner's requests, once. The root of an account may
    /// use any device of the account.
    pub fn take_code(world: &World, serial: &str, asker: &Arn, code: &str) -> CodeCheck {
        let step = world.clock().now().as_secs().div_euclid(STEP);
        let devices = &world.global::<MfaStore>().devices;
        let taken = devices.update(serial, |device| {
            let root = asker.resource == "root" && asker.account == device.owner.account;
            if device.owner != *asker && !root {
                return CodeCheck::UnknownDevice;
            }
            // A code is good for its own step and for those beside it.
            let near = (step - 1..=step + 1).filter(|near| *near > device.last_step);
            match near.into_iter().find(|near| self::code(&device.seed, *near) == code) {
                Some(step) => {
                    device.last_step = step;
                    CodeCheck::Valid
                }
                None => CodeCheck::Invalid,
            }
        });
        taken.unwrap_or(CodeCheck::UnknownDevice)
    }
}

const STEP: i64 = 30;
/// How many steps two codes in a row may be off.
const WINDOW: i64 = 20;

fn code(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let digest = hmac::sign(&key, &step.to_be_bytes());
    let digest = digest.as_ref();
    let offset = usize::from(digest[digest.len() - 1] & 0x0f);
    let word = digest[offset..offset + 4].iter().fold(0_u32, |n, byte| n << 8 | u32::from(*byte));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// The code of a device at a time.
pub fn code_at(seed: &[u8], at: Timestamp) -> String {
    code(seed, at.as_secs().div_euclid(STEP))
}

/// The step of the second of two codes, if they are those of two steps in a row near the given
/// time.
pub fn consecutive(seed: &[u8], now: Timestamp, first: &str, second: &str) -> Option<i64> {
    let step = now.as_secs().div_euclid(STEP);
    (step - WINDOW..=step + WINDOW)
        .find(|step| code(seed, *step) == first && code(seed, step + 1) == second)
        .map(|step| step + 1)
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
        assert_eq!(code_at(seed, now), "287082");
        let next = code(seed, 2);
        assert_eq!(consecutive(seed, now, "287082", &next), Some(2));
        assert_eq!(consecutive(seed, now, &next, "287082"), None);
        assert_eq!(consecutive(seed, Timestamp::from_secs(5_000), "287082", &next), None);
    }
}
