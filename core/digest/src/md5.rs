//! One running MD5.

#[cfg(target_arch = "x86_64")]
mod lanes;
mod rounds;
mod words;

use words::{Scalar, Words};

/// The number of bytes that are hashed together.
pub(crate) const BLOCK: usize = 64;

/// A block of content.
pub(crate) type Block = [u8; BLOCK];

/// What the content so far comes to: MD5's words A, B, C and D.
pub(crate) type State = [u32; 4];

/// A running MD5.
#[derive(Clone, Debug)]
pub struct Md5 {
    state: State,
    /// The number of bytes so far.
    len: u64,
    /// What is there of a block; its length is that of the content modulo 64.
    tail: Block,
}

impl Default for Md5 {
    fn default() -> Self {
        let state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
        Self { state, len: 0, tail: [0; BLOCK] }
    }
}

impl Md5 {
    /// The MD5 of one piece of content.
    pub fn of(content: &[u8]) -> [u8; 16] {
        let mut md5 = Self::default();
        md5.update(content);
        md5.finish()
    }

    /// Adds content.
    pub fn update(&mut self, mut content: &[u8]) {
        let begun = self.begun();
        if begun > 0 {
            let (now, later) = content.split_at(content.len().min(BLOCK - begun));
            self.tail[begun..begun + now.len()].copy_from_slice(now);
            self.len += now.len() as u64;
            if begun + now.len() < BLOCK {
                return;
            }
            compress(&mut self.state, &[self.tail]);
            content = later;
        }
        let (blocks, rest) = content.as_chunks();
        compress(&mut self.state, blocks);
        self.tail[..rest.len()].copy_from_slice(rest);
        self.len += content.len() as u64;
    }

    /// The MD5 of everything that was added.
    pub fn finish(mut self) -> [u8; 16] {
        const LENGTH: usize = 8;
        let bits = self.len.wrapping_mul(8);
        let padding = BLOCK - (self.begun() + LENGTH) % BLOCK;
        let mut end = [0; BLOCK + LENGTH];
        end[0] = 0x80;
        end[padding..padding + LENGTH].copy_from_slice(&bits.to_le_bytes());
        self.update(&end[..padding + LENGTH]);
        let mut digest = [0; 16];
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(self.state) {
            *bytes = word.to_le_bytes();
        }
        digest
    }

    /// The number of bytes that were added.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// How much of a block is there.
    pub(crate) fn begun(&self) -> usize {
        (self.len % BLOCK as u64) as usize
    }
}

/// Adds blocks to a hash.
fn compress(state: &mut State, blocks: &[Block]) {
    for block in blocks {
        let mut words = [0; 16];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        Scalar.block(state, &words);
    }
}

/// How many hashes at most go on together, on this machine.
pub(crate) fn most_lanes() -> usize {
    #[cfg(target_arch = "x86_64")]
    return lanes::Lanes::best().map_or(1, lanes::Lanes::most);
    #[cfg(not(target_arch = "x86_64"))]
    1
}

/// Adds as many blocks of each content to each hash; no more than [`most_lanes`] of them, none of
/// which has begun a block.
pub(crate) fn update_together(hashes: &mut [(&mut Md5, &[Block])], blocks: usize) {
    debug_assert!(hashes.iter().all(|(md5, _)| md5.begun() == 0));
    for (md5, _) in hashes.iter_mut() {
        md5.len += (blocks * BLOCK) as u64;
    }
    #[cfg(target_arch = "x86_64")]
    if hashes.len() > 1
        && let Some(lanes) = lanes::Lanes::best()
    {
        return lanes.compress(hashes, blocks);
    }
    for (md5, content) in hashes {
        compress(&mut md5.state, &content[..blocks]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(digest: [u8; 16]) -> String {
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The test suite of RFC 1321.
    #[test]
    fn as_the_rfc_has_it() {
        for (content, digest) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f",
            ),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
        ] {
            assert_eq!(hex(Md5::of(content.as_bytes())), digest, "{content:?}");
        }
    }

    #[test]
    fn lanes_do_not_touch_each_other() {
        let contents: Vec<Vec<u8>> = (0..most_lanes())
            .map(|lane| (0..10 * BLOCK).map(|at| (at * 7 + lane * 31) as u8).collect())
            .collect();
        for lanes in 1..=contents.len() {
            for blocks in [1, 2, 9] {
                let mut hashes = vec![Md5::default(); lanes];
                let mut together: Vec<_> = hashes
                    .iter_mut()
                    .zip(&contents)
                    .map(|(md5, content)| (md5, content.as_chunks().0))
                    .collect();
                update_together(&mut together, blocks);
                update_together(&mut together, 1);
                for (md5, content) in hashes.into_iter().zip(&contents) {
                    // The second time began anew with the same first block.
                    let content = [&content[..blocks * BLOCK], &content[..BLOCK]].concat();
                    assert_eq!(hex(md5.finish()), hex(Md5::of(&content)), "{lanes} {blocks}");
                }
            }
        }
    }
}
