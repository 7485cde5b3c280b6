//! The source of ids of a world.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Random ids, or ids that are a function of a seed and of the order of the requests.
///
/// Clones share one source. A seeded source gives each request a child of its own
/// ([`IdSource::for_request`]), so that requests that run at the same time do not disturb each
/// other's ids.
#[derive(Clone, Debug, Default)]
pub struct IdSource(Option<Arc<Seeded>>);

#[derive(Debug)]
struct Seeded {
    seed: u64,
    forks: AtomicU64,
    rng: Mutex<ChaCha8Rng>,
}

const DIGITS: &[u8] = b"0123456789";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const UPPER_ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const REQUEST: u64 = 0x7265_7175_6573_7400;
const FORK: u64 = 0x666f_726b_0000_0000;
const RESTART: u64 = 0x7265_7374_6172_7400;

/// Mixes numbers into one whose bits all depend on all of theirs (the finaliser of SplitMix64).
fn mix(seed: u64, kind: u64, n: u64) -> u64 {
    let mut z = seed;
    for word in [kind, n] {
        z = z.wrapping_add(word).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
    }
    z
}

impl IdSource {
    /// A source of unpredictable ids, seeded by the operating system.
    pub fn random() -> Self {
        Self(None)
    }

    /// A source whose ids repeat from run to run.
    pub fn seeded(seed: u64) -> Self {
        let rng = Mutex::new(ChaCha8Rng::seed_from_u64(seed));
        Self(Some(Arc::new(Seeded { seed, forks: AtomicU64::new(0), rng })))
    }

    /// Whether ids are a function of the requests.
    pub fn is_seeded(&self) -> bool {
        self.0.is_some()
    }

    /// The source for the `n`th request: its ids depend on the seed and on `n` alone.
    pub fn for_request(&self, n: u64) -> Self {
        match &self.0 {
            None => Self(None),
            Some(seeded) => Self::seeded(mix(seeded.seed, REQUEST, n)),
        }
    }

    /// The source of a forked world: independent of this one, and repeatable when this one is.
    pub fn fork(&self) -> Self {
        match &self.0 {
            None => Self(None),
            Some(seeded) => {
                let n = seeded.forks.fetch_add(1, Ordering::Relaxed);
                Self::seeded(mix(seeded.seed, FORK, n))
            }
        }
    }

    /// The source that goes on after a restart, before the `n`th request: requests get the ids that
    /// they would have got, and no id of the source itself comes twice.
    pub fn restarted(&self, n: u64) -> Self {
        match &self.0 {
            None => Self(None),
            Some(seeded) => {
                let rng = Mutex::new(ChaCha8Rng::seed_from_u64(mix(seeded.seed, RESTART, n)));
                let forks = AtomicU64::new(n);
                Self(Some(Arc::new(Seeded { seed: seeded.seed, forks, rng })))
            }
        }
    }

    fn with<T>(&self, draw: impl FnOnce(&mut dyn Rng) -> T) -> T {
        match &self.0 {
            None => draw(&mut rand::rng()),
            Some(seeded) => draw(&mut *seeded.rng.lock()),
        }
    }

    /// 64 random bits.
    pub fn u64(&self) -> u64 {
        self.with(|rng| rng.next_u64())
    }

    /// A number from 0 to `bound - 1`; 0 when `bound` is 0.
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.with(|rng| rng.random_range(0..bound)) }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// Fills `bytes` with random ones.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.with(|rng| rng.fill_bytes(bytes));
    }

    /// A version 4 UUID in its 36 lower-case characters.
    pub fn uuid(&self) -> String {
        let mut bytes: [u8; 16] = self.bytes();
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = [b'-'; 36];
        let mut at = 0;
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                at += 1;
            }
            text[at] = HEX[usize::from(byte >> 4)];
            text[at + 1] = HEX[usize::from(byte & 0x0f)];
            at += 2;
        }
        std::str::from_utf8(&text).expect("hexadecimal digits are ASCII").to_owned()
    }

    /// `n` lower-case hexadecimal digits.
    pub fn hex(&self, n: usize) -> String {
        self.alphanumeric(n, b"0123456789abcdef")
    }

    /// `n` decimal digits.
    pub fn digits(&self, n: usize) -> String {
        self.alphanumeric(n, DIGITS)
    }

    /// `n` characters of `0-9A-Za-z`.
    pub fn base62(&self, n: usize) -> String {
        self.alphanumeric(n, BASE62)
    }

    /// `n` characters of `0-9A-Z`, as in IAM's ids.
    pub fn upper_alphanumeric(&self, n: usize) -> String {
        self.alphanumeric(n, UPPER_ALPHANUMERIC)
    }

    /// `n` characters drawn from the ASCII characters of `alphabet`; nothing from an empty one.
    pub fn alphanumeric(&self, n: usize, alphabet: &[u8]) -> String {
        if alphabet.is_empty() {
            return String::new();
        }
        self.with(|rng| {
            let mut draw = || char::from(alphabet[rng.random_range(0..alphabet.len())]);
            (0..n).map(|_| draw()).collect()
        })
    }
}
