//! Signatures of notifications: PKCS #1 v1.5 with SHA-1 (version 1) or SHA-256 (version 2).
//!
//! The key is the same for everybody and no secret: nothing is protected by it. That keeps the
//! certificate's URL valid over restarts and makes runs repeatable. To those who verify, it is an
//! RSA key of 2,048 bits with an exponent of 31 bits, the longest that all libraries take. A topic
//! signs each message that it passes on, so the key is made to sign fast, in microseconds where one
//! of two large primes takes a millisecond: its modulus is the product of 32 primes of 64 bits, and
//! the primes are such that modulo each of them the private exponent has 34 bits, few of which vary.

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
    "SimpleNotificationService-d18067ea1c40443ee1d03d01ea2f49b3.pem";

const EXPONENT: u64 = 0x7fff_ffff;
/// Where, modulo any of the primes less one, the private exponent has digits of base four that are
/// not zero.
const DIGITS: [u32; 9] = [32, 30, 28, 22, 16, 12, 8, 4, 0];
const COUNT: usize = 32;
/// The length of the modulus and of signatures, in bytes.
const LENGTH: usize = 256;

const PRIMES: [u64; COUNT] = [
    0xfc00_c0c2_c7fe_7e77,
    0xfc00_c842_c7fe_6f77,
    0xfc00_c886_c7fe_6eef,
    0xfc10_008a_c7df_fee7,
    0xfc10_0406_c7df_f7ef,
    0xfc10_047e_c7df_f6ff,
    0xfc10_0c46_c7df_e76f,
    0xfc10_407e_c7df_7eff,
    0xfc10_40c6_c7df_7e6f,
    0xfc10_4402_c7df_77f7,
    0xfc10_887e_c7de_eeff,
    0xfc10_8bfe_c7de_e7ff,
    0xfc10_8c82_c7de_e6f7,
    0xfc10_8cbe_c7de_e67f,
    0xfc10_cc46_c7de_676f,
    0xfc20_0446_c7bf_f76f,
    0xfc20_0c42_c7bf_e777,
    0xfc20_0c7e_c7bf_e6ff,
    0xfc20_484a_c7bf_6f67,
    0xfc20_8046_c7be_ff6f,
    0xfc20_844a_c7be_f767,
    0xfc20_883e_c7be_ef7f,
    0xfc20_8c7e_c7be_e6ff,
    0xfc20_c806_c7be_6fef,
    0xfc20_cc4a_c7be_6767,
    0xfc30_088a_c79f_eee7,
    0xfc30_0cbe_c79f_e67f,
    0xfc30_887e_c79e_eeff,
    0xfc30_8c7e_c79e_e6ff,
    0xfc30_c046_c79e_7f6f,
    0xfc30_c442_c79e_7777,
    0xfc30_cc4a_c79e_6767,
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
        let mut words = [0; DIGEST_WORDS];
        match self {
            Self::V1 => fill(&mut words, &Sha1::digest(text)),
            Self::V2 => fill(&mut words, &Sha256::digest(text)),
        }
        STANDARD.encode(raise(self, &words))
    }
}

/// The length of the longest digest, in words.
const DIGEST_WORDS: usize = 4;

/// Puts a digest into words, the last bytes into the last word.
fn fill(words: &mut [u64; DIGEST_WORDS], digest: &[u8]) {
    for (word, chunk) in words.iter_mut().rev().zip(digest.rchunks(8)) {
        *word = chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
}

/// The DER before a digest that says which it is (RFC 8017, section 9.2).
const SHA1_INFO: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
const SHA256_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// What is signed, with zeros in place of the digest; as words, the highest first.
fn padding(version: SignatureVersion) -> [u64; COUNT] {
    let (info, digest): (&[u8], usize) = match version {
        SignatureVersion::V1 => (&SHA1_INFO, 20),
        SignatureVersion::V2 => (&SHA256_INFO, 32),
    };
    let mut block = [0xff; LENGTH];
    let at = LENGTH - info.len() - digest;
    block[0] = 0;
    block[1] = 1;
    block[at - 1] = 0;
    block[at..at + info.len()].copy_from_slice(info);
    block[at + info.len()..].fill(0);
    std::array::from_fn(|at| {
        u64::from_be_bytes(block[at * 8..at * 8 + 8].try_into().expect("eight bytes"))
    })
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
    /// In Montgomery's form, what is signed but for the digest, by version.
    padding: [u64; 2],
    /// By which the words of a digest are multiplied for Montgomery's form, the highest first.
    places: [u64; DIGEST_WORDS],
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
        let mut new = Self {
            prime,
            inverse,
            square,
            exponent,
            padding: [0; 2],
            places: [0; DIGEST_WORDS],
            inverses: Vec::new(),
        };
        new.padding = [SignatureVersion::V1, SignatureVersion::V2]
            .map(|version| new.to_montgomery(new.remainder(&padding(version))));
        // A multiplication divides by 2^64, so the lowest word has to be multiplied by 2^128.
        let mut place = square;
        for index in (0..DIGEST_WORDS).rev() {
            new.places[index] = place;
            place = new.to_montgomery(place);
        }
        new
    }

    /// A number of several words, the highest first, modulo the prime.
    fn remainder(&self, words: &[u64]) -> u64 {
        words
            .iter()
            .fold(0, |rest, word| self.add(self.multiply(rest, self.square), self.reduce(*word)))
    }

    /// What is signed, of which the digest is given, in Montgomery's form.
    fn block(&self, version: SignatureVersion, digest: &[u64; DIGEST_WORDS]) -> u64 {
        digest
            .iter()
            .zip(&self.places)
            .fold(self.padding[version as usize], |sum, (word, place)| {
                self.add(sum, self.multiply(*word, *place))
            })
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

/// What is signed, of which the digest is given, to the power of the private exponent modulo each
/// of these primes. No step depends on the bits of an exponent, which a processor could not
/// foresee.
fn powers(
    primes: &[Prime; LANES],
    version: SignatureVersion,
    digest: &[u64; DIGEST_WORDS],
) -> [u64; LANES] {
    let each = |f: &dyn Fn(usize) -> u64| -> [u64; LANES] { std::array::from_fn(f) };
    let one = each(&|lane| primes[lane].to_montgomery(1));
    let base = each(&|lane| primes[lane].block(version, digest));
    let square = each(&|lane| primes[lane].multiply(base[lane], base[lane]));
    let cube = each(&|lane| primes[lane].multiply(square[lane], base[lane]));
    let table = [one, base, square, cube];
    // The first digit is a three everywhere.
    let mut result = cube;
    let mut at = DIGITS[0];
    for shift in &DIGITS[1..] {
        for _ in *shift..at {
            for (result, prime) in result.iter_mut().zip(primes) {
                *result = prime.multiply(*result, *result);
            }
        }
        at = *shift;
        for (lane, (result, prime)) in result.iter_mut().zip(primes).enumerate() {
            let digit = (prime.exponent >> shift) as usize % table.len();
            *result = prime.multiply(*result, table[digit][lane]);
        }
    }
    each(&|lane| primes[lane].multiply(result[lane], 1))
}

/// What is signed to the power of the private exponent: modulo each prime, put together in the
/// mixed radix of the primes.
#[allow(clippy::cast_possible_truncation)] // Halves of a product are what is wanted.
fn raise(version: SignatureVersion, digest: &[u64; DIGEST_WORDS]) -> [u8; LENGTH] {
    let mut digits = [0_u64; COUNT];
    for (digits, primes) in digits.chunks_exact_mut(LANES).zip(KEY.chunks_exact(LANES)) {
        let primes = primes.try_into().expect("so many lanes");
        digits.copy_from_slice(&powers(primes, version, digest));
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
        // With each prime the number becomes at most a word longer.
        for word in &mut number[..COUNT - index] {
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
        let header = [0x30, 0x82, 0x01, 0x0b, 0x02, 0x82, 0x01, 0x01];
        let at = der.windows(header.len()).position(|it| it == header).expect("an RSA key");
        der[at..at + 271].to_vec()
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
