//! What MD5 does with words, of one hash or of several beside each other.

use super::rounds::rounds;

/// Words of one hash in each lane.
pub(super) trait Words: Copy {
    type Word: Copy;

    fn splat(self, word: u32) -> Self::Word;
    fn add(self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Rotates to the left by `LEFT`, which is 32 less `RIGHT`.
    fn rotate<const LEFT: i32, const RIGHT: i32>(self, a: Self::Word) -> Self::Word;

    /// `a` and what the first round makes of the others: `c` where `b` has ones, otherwise `d`.
    ///
    /// In this and its three siblings `b` is the word that is ready last; what can be done without
    /// it is done before.
    fn f(self, a: Self::Word, b: Self::Word, c: Self::Word, d: Self::Word) -> Self::Word;
    /// Of the second round: `b` where `d` has ones, otherwise `c`.
    fn g(self, a: Self::Word, b: Self::Word, c: Self::Word, d: Self::Word) -> Self::Word;
    /// Of the third round: the parity.
    fn h(self, a: Self::Word, b: Self::Word, c: Self::Word, d: Self::Word) -> Self::Word;
    /// Of the fourth round: `c` turned round where `b` has ones or `d` has none.
    fn i(self, a: Self::Word, b: Self::Word, c: Self::Word, d: Self::Word) -> Self::Word;

    /// Adds a block of sixteen words.
    #[inline(always)]
    fn block(self, state: &mut [Self::Word; 4], words: &[Self::Word; 16]) {
        let [mut a, mut b, mut c, mut d] = *state;
        rounds!(self, words, a, b, c, d);
        *state = [
            self.add(state[0], a),
            self.add(state[1], b),
            self.add(state[2], c),
            self.add(state[3], d),
        ];
    }
}

/// One hash.
#[derive(Clone, Copy)]
pub(super) struct Scalar;

impl Words for Scalar {
    type Word = u32;

    #[inline(always)]
    fn splat(self, word: u32) -> u32 {
        word
    }

    #[inline(always)]
    fn add(self, a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }

    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self, a: u32) -> u32 {
        a.rotate_left(LEFT as u32)
    }

    #[inline(always)]
    fn f(self, a: u32, b: u32, c: u32, d: u32) -> u32 {
        a.wrapping_add(((c ^ d) & b) ^ d)
    }

    #[inline(always)]
    fn g(self, a: u32, b: u32, c: u32, d: u32) -> u32 {
        a.wrapping_add(c & !d).wrapping_add(b & d)
    }

    #[inline(always)]
    fn h(self, a: u32, b: u32, c: u32, d: u32) -> u32 {
        a.wrapping_add((c ^ d) ^ b)
    }

    #[inline(always)]
    fn i(self, a: u32, b: u32, c: u32, d: u32) -> u32 {
        a.wrapping_add((b | !d) ^ c)
    }
}
