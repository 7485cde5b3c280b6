//! Several hashes in the lanes of vector registers.
//!
//! `pulp` finds out what the processor has, and its values are the proof, so that its instructions
//! can be used without `unsafe`.

mod avx2;
mod avx512;

use pulp::x86::{V3, V4};

use super::words::Words;
use super::{Block, Md5, State};

/// Adds blocks to hashes that lie beside each other, by the instructions of `on`.
struct Run<'a, On, const LANES: usize> {
    on: On,
    states: &'a mut [[u32; LANES]; 4],
    contents: [&'a [Block]; LANES],
    blocks: usize,
}

/// What this processor has.
#[derive(Clone, Copy)]
pub(super) enum Lanes {
    /// Eight lanes.
    Avx2(V3),
    /// Sixteen lanes, or eight that are faster.
    Avx512(V4),
}

impl Lanes {
    /// The best that there is.
    pub(super) fn best() -> Option<Self> {
        V4::try_new().map(Self::Avx512).or_else(|| V3::try_new().map(Self::Avx2))
    }

    /// How many hashes fit.
    pub(super) fn most(self) -> usize {
        match self {
            Self::Avx2(_) => avx2::LANES,
            Self::Avx512(_) => avx512::LANES,
        }
    }

    /// Adds as many blocks of each content to each hash.
    pub(super) fn compress(self, hashes: &mut [(&mut Md5, &[Block])], blocks: usize) {
        match self {
            Self::Avx512(v4) if hashes.len() > avx2::LANES => {
                compress(hashes, blocks, |states, contents| {
                    v4.vectorize(Run { on: v4, states, contents, blocks });
                });
            }
            Self::Avx512(v4) => avx2(*v4, hashes, blocks),
            Self::Avx2(v3) => avx2(v3, hashes, blocks),
        }
    }
}

fn avx2(v3: V3, hashes: &mut [(&mut Md5, &[Block])], blocks: usize) {
    compress(hashes, blocks, |states, contents| {
        v3.vectorize(Run { on: v3, states, contents, blocks });
    });
}

/// Lays hashes beside each other, word by word, for the time of `run`. Lanes that are left over
/// repeat the first hash.
fn compress<'a, const LANES: usize>(
    hashes: &mut [(&mut Md5, &'a [Block])],
    blocks: usize,
    run: impl FnOnce(&mut [[u32; LANES]; 4], [&'a [Block]; LANES]),
) {
    let of = |lane: usize| if lane < hashes.len() { lane } else { 0 };
    let contents = std::array::from_fn(|lane| &hashes[of(lane)].1[..blocks]);
    let mut states =
        std::array::from_fn(|word| std::array::from_fn(|lane| hashes[of(lane)].0.state[word]));
    run(&mut states, contents);
    for (lane, (md5, _)) in hashes.iter_mut().enumerate() {
        let state: State = std::array::from_fn(|word| states[word][lane]);
        md5.state = state;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the processor has is tested with the hash; here what it would use without AVX-512.
    #[test]
    fn with_avx2_alone() {
        let Some(v3) = V3::try_new() else { return };
        let contents: Vec<Vec<u8>> = (0..avx2::LANES)
            .map(|lane| (0..640).map(|at| (at * 13 + lane * 5) as u8).collect())
            .collect();
        for lanes in 1..=avx2::LANES {
            let mut hashes = vec![Md5::default(); lanes];
            let mut together: Vec<_> = hashes
                .iter_mut()
                .zip(&contents)
                .map(|(md5, content)| (md5, content.as_chunks().0))
                .collect();
            Lanes::Avx2(v3).compress(&mut together, 10);
            for (md5, content) in hashes.iter().zip(&contents) {
                let mut alone = Md5::default();
                alone.update(content);
                assert_eq!(md5.state, alone.state, "{lanes}");
            }
        }
    }
}
