//! Signatures of notifications: PKCS #1 v1.5 with SHA-1 (version 1) or SHA-256 (version 2).
//!
//! The key is the same for everybody and no secret: nothing is protected by it. That keeps the
//! certificate's URL valid over restarts and makes runs repeatable. To those who verify, it is an
//! ordinary RSA key of 2,048 bits with the exponent 65,537. Its modulus is the product of 32
//! primes of 64 bits, so that a signature costs microseconds where one with two large primes
//! costs a millisecond: a topic signs each message that it passes on.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// The certificate of the key, as it is served.
pub(crate) const CERTIFICATE: &str = include_str!("signing.pem");
/// The name of the certificate's file: the beginning of its SHA-256.
pub(crate) const CERTIFICATE_FILE: &str =
    "SimpleNotificationService-3945c3a2de5ec38b6762f34df728d807.pem";

const EXPONENT: u64 = 65_537;
const COUNT: usize = 32;
/// The length of the modulus and of signatures, in bytes.
const LENGTH: usize = 256;

const PRIMES: [u64; COUNT] = [
    0xfc04_2f8e_baa9_729f,
    0xfc0a_1c9d_88fc_e593,
    0xfc1c_9332_0691_dc95,
    0xfc1c_f024_dcdb_419d,
    0xfc34_c5e3_dcd3_1f65,
    0xfc4c_812f_b355_dde3,
    0xfc5f_6a03_a82d_f38b,
    0xfc62_7513_c1dc_9e9f,
    0xfc66_6880_4e07_69b7,
    0xfc67_cf13_f341_70dd,
    0xfc69_c664_ba00_1723,
    0xfc71_2ebc_e3d2_2fb3,
    0xfc71_6869_f3a9_b699,
    0xfcc2_8a88_1d4c_ec8d,
    0xfd22_cc04_0234_7381,
    0xfd2f_b828_2460_9cd1,
    0xfd56_5660_fdb5_5ac9,
    0xfd6c_e9d5_d90a_7d1b,
    0xfd9d_a207_36ec_da43,
    0xfdc0_e090_4441_893d,
    0xfdd3_4084_a373_7043,
    0xfdee_d804_8f57_df11,
    0xfe09_dcb2_c0f2_b773,
    0xfe12_6d69_356e_df0b,
    0xfe6a_b2c4_fd67_5509,
    0xfe99_b7be_cdae_3f27,
    0xff09_47fc_bb91_b9eb,
    0xff84_1474_50bb_0fd3,
    0xffab_4ee9_c76a_a291,
    0xffda_0553_2415_814d,
    0xffe7_57f9_3204_868d,
    0xfffd_a6af_d7eb_53c9,
];

/// `SignatureVersion` of a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum SignatureVersion {
    /// SHA-1, as topics sign unless they are told otherwise.
    #[default]
    V1,
    /// SHA-256.
    V2,
}

impl SignatureVersion {
    /// The version as it goes out.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1",
            Self::V2 => "2",
        }
    }

    /// The signature of a text, in base64.
    pub(crate) fn sign(self, text: &str) -> String {
        let (prefix, digest): (&[u8], Vec<u8>) = match self {
            Self::V1 => (&SHA1_INFO, Sha1::digest(text).to_vec()),
            Self::V2 => (&SHA256_INFO, Sha256::digest(text).to_vec()),
        };
        STANDARD.encode(raise(&padded(prefix, &digest)))
    }
}

/// The DER before a digest that says which it is (RFC 8017, section 9.2).
const SHA1_INFO: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
const SHA256_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

fn padded(info: &[u8], digest: &[u8]) -> [u8; LENGTH] {
    let mut block = [0xff; LENGTH];
    let at = LENGTH - info.len() - digest.len();
    block[0] = 0;
    block[1] = 1;
    block[at - 1] = 0;
    block[at..at + info.len()].copy_from_slice(info);
    block[at + info.len()..].copy_from_slice(digest);
    block
}

/// A prime of the modulus with what is computed from it once.
struct Prime {
    prime: u64,
    /// The inverse of the prime modulo 2^64.
    inverse: u64,
    /// 2^128 modulo the prime.
    square: u64,
    /// The private exponent modulo the prime less one.
    exponent: u64,
    /// The inverses of the primes before this one, in Montgomery's form.
    inverses: Vec<u64>,
}

impl Prime {
    fn new(prime: u64) -> Self {
        // Newton: each step doubles the number of right bits, of which an odd number has three.
        let inverse = (0..5)
            .fold(prime, |x: u64, _| x.wrapping_mul(2u64.wrapping_sub(prime.wrapping_mul(x))));
        let square = u64::try_from((u128::MAX % u128::from(prime) + 1) % u128::from(prime))
            .expect("a remainder is smaller than its divisor");
        let exponent = inverse_of(EXPONENT, prime - 1);
        Self { prime, inverse, square, exponent, inverses: Vec::new() }
    }

    /// The product of two numbers, divided by 2^64, modulo the prime (Montgomery).
    #[allow(clippy::cast_possible_truncation)] // Halves of a product are what is wanted.
    fn multiply(&self, a: u64, b: u64) -> u64 {
        let product = u128::from(a) * u128::from(b);
        let factor = (product as u64).wrapping_mul(self.inverse);
        let subtrahend = ((u128::from(factor) * u128::from(self.prime)) >> 64) as u64;
        let (difference, borrowed) = ((product >> 64) as u64).overflowing_sub(subtrahend);
        if borrowed { difference.wrapping_add(self.prime) } else { difference }
    }

    fn add(&self, a: u64, b: u64) -> u64 {
        let (sum, carried) = a.overflowing_add(b);
        if carried || sum >= self.prime { sum.wrapping_sub(self.prime) } else { sum }
    }

    fn subtract(&self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a.wrapping_sub(b).wrapping_add(self.prime) }
    }

    /// A word modulo the prime, which is larger than half of all words.
    fn reduce(&self, word: u64) -> u64 {
        if word >= self.prime { word - self.prime } else { word }
    }

    fn to_montgomery(&self, number: u64) -> u64 {
        self.multiply(number, self.square)
    }
}

/// The inverse of a number by Euclid; the two have no common divisor.
fn inverse_of(number: u64, modulus: u64) -> u64 {
    let (mut r0, mut r1) = (i128::from(modulus), i128::from(number % modulus));
    let (mut t0, mut t1) = (0_i128, 1_i128);
    while r1 != 0 {
        let quotient = r0 / r1;
        (r0, r1) = (r1, r0 - quotient * r1);
        (t0, t1) = (t1, t0 - quotient * t1);
    }
    u64::try_from(t0.rem_euclid(i128::from(modulus))).expect("a remainder of a word is a word")
}

static KEY: LazyLock<Vec<Prime>> = LazyLock::new(|| {
    let mut primes: Vec<_> = PRIMES.iter().map(|prime| Prime::new(*prime)).collect();
    for index in 0..COUNT {
        let prime = &primes[index];
        let inverse =
            |other: &u64| prime.to_montgomery(inverse_of(prime.reduce(*other), prime.prime));
        primes[index].inverses = PRIMES[..index].iter().map(inverse).collect();
    }
    primes
});

/// How many primes are worked on side by side: one multiplication takes long, but many of them can
/// be under way at once.
const LANES: usize = 8;
/// Bits of the exponent that are looked at together.
const WINDOW: u32 = 2;

/// A number of several words, the highest first, to the power of the private exponent modulo each
/// of these primes. No step depends on the bits of an exponent, which a processor could not
/// foresee.
fn powers(primes: &[Prime; LANES], words: &[u64]) -> [u64; LANES] {
    let each = |f: &dyn Fn(usize) -> u64| -> [u64; LANES] { std::array::from_fn(f) };
    let mut base = [0; LANES];
    for word in words {
        for (rest, prime) in base.iter_mut().zip(primes) {
            *rest = prime.add(prime.multiply(*rest, prime.square), prime.reduce(*word));
        }
    }
    let one = each(&|lane| primes[lane].to_montgomery(1));
    let base = each(&|lane| primes[lane].to_montgomery(base[lane]));
    let mut table = [one; 1 << WINDOW];
    for power in 1..table.len() {
        table[power] = each(&|lane| primes[lane].multiply(table[power - 1][lane], base[lane]));
    }
    let mut result = one;
    for shift in (0..u64::BITS / WINDOW).rev().map(|window| window * WINDOW) {
        for _ in 0..WINDOW {
            for (result, prime) in result.iter_mut().zip(primes) {
                *result = prime.multiply(*result, *result);
            }
        }
        for (lane, (result, prime)) in result.iter_mut().zip(primes).enumerate() {
            let factor = (prime.exponent >> shift) as usize % table.len();
            *result = prime.multiply(*result, table[factor][lane]);
        }
    }
    each(&|lane| primes[lane].multiply(result[lane], 1))
}

/// The block to the power of the private exponent: modulo each prime, put together in the mixed
/// radix of the primes.
#[allow(clippy::cast_possible_truncation)] // Halves of a product are what is wanted.
fn raise(block: &[u8; LENGTH]) -> [u8; LENGTH] {
    let words: [u64; COUNT] = std::array::from_fn(|at| {
        u64::from_be_bytes(block[at * 8..at * 8 + 8].try_into().expect("eight bytes"))
    });
    let mut digits = [0_u64; COUNT];
    for (digits, primes) in digits.chunks_exact_mut(LANES).zip(KEY.chunks_exact(LANES)) {
        let primes = primes.try_into().expect("so many lanes");
        digits.copy_from_slice(&powers(primes, &words));
    }
    // A digit that is found is taken off what comes after it, which is divided by its prime.
    for index in 0..COUNT {
        let found = digits[index];
        for (digit, prime) in digits[index + 1..].iter_mut().zip(&KEY[index + 1..]) {
            let rest = prime.subtract(*digit, prime.reduce(found));
            *digit = prime.multiply(rest, prime.inverses[index]);
        }
    }
    let mut number = [0_u64; COUNT];
    for index in (0..COUNT).rev() {
        let mut carry = u128::from(digits[index]);
        for word in &mut number {
            let sum = u128::from(*word) * u128::from(PRIMES[index]) + carry;
            *word = sum as u64;
            carry = sum >> 64;
        }
    }
    let mut bytes = [0; LENGTH];
    for (chunk, word) in bytes.chunks_exact_mut(8).zip(number.iter().rev()) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    };

    use super::*;

    /// The public key inside the certificate: the sequence of a modulus and an exponent.
    fn public_key() -> Vec<u8> {
        let text: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(text).expect("base64");
        let header = [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01];
        let at = der.windows(header.len()).position(|it| it == header).expect("an RSA key");
        der[at..at + 270].to_vec()
    }

    #[test]
    fn signatures_are_those_of_the_certificate() {
        for text in ["", "Message\nhello\n", "Grüße 🌍"] {
            let one = STANDARD.decode(SignatureVersion::V1.sign(text)).expect("base64");
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, public_key())
                .verify(text.as_bytes(), &one)
                .expect("version 1");
            let two = STANDARD.decode(SignatureVersion::V2.sign(text)).expect("base64");
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key())
                .verify(text.as_bytes(), &two)
                .expect("version 2");
            assert_ne!(one, two);
        }
    }
}
