//! Eight hashes in registers of 256 bits.

use std::arch::x86_64::__m256i;

use pulp::NullaryFnOnce;
use pulp::x86::V3;

use super::{Run, Words};

/// The number of hashes.
pub(super) const LANES: usize = 8;

impl Words for V3 {
    type Word = __m256i;

    #[inline(always)]
    fn splat(self, word: u32) -> __m256i {
        self.avx._mm256_set1_epi32(word.cast_signed())
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        self.avx2._mm256_add_epi32(a, b)
    }

    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self, a: __m256i) -> __m256i {
        let on = self.avx2;
        on._mm256_or_si256(on._mm256_slli_epi32::<LEFT>(a), on._mm256_srli_epi32::<RIGHT>(a))
    }

    #[inline(always)]
    fn f(self, a: __m256i, b: __m256i, c: __m256i, d: __m256i) -> __m256i {
        let on = self.avx2;
        let chosen = on._mm256_and_si256(on._mm256_xor_si256(c, d), b);
        self.add(a, on._mm256_xor_si256(chosen, d))
    }

    #[inline(always)]
    fn g(self, a: __m256i, b: __m256i, c: __m256i, d: __m256i) -> __m256i {
        let on = self.avx2;
        let before = self.add(a, on._mm256_andnot_si256(d, c));
        self.add(before, on._mm256_and_si256(b, d))
    }

    #[inline(always)]
    fn h(self, a: __m256i, b: __m256i, c: __m256i, d: __m256i) -> __m256i {
        let on = self.avx2;
        self.add(a, on._mm256_xor_si256(on._mm256_xor_si256(c, d), b))
    }

    #[inline(always)]
    fn i(self, a: __m256i, b: __m256i, c: __m256i, d: __m256i) -> __m256i {
        let on = self.avx2;
        let not_d = on._mm256_xor_si256(d, self.splat(!0));
        self.add(a, on._mm256_xor_si256(on._mm256_or_si256(b, not_d), c))
    }
}

impl NullaryFnOnce for Run<'_, V3, LANES> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { on: v3, states, contents, blocks } = self;
        let mut state: [__m256i; 4] = states.map(pulp::cast);
        let contents = contents.map(|content| &content[..blocks]);
        for block in 0..blocks {
            let mut rows = [state[0]; 2 * LANES];
            for (lane, content) in contents.iter().enumerate() {
                [rows[lane], rows[LANES + lane]] = pulp::cast(content[block]);
            }
            for rows in rows.as_chunks_mut().0 {
                *rows = turned(v3, *rows);
            }
            v3.block(&mut state, &rows);
        }
        *states = state.map(pulp::cast);
    }
}

/// Rows and columns changed over: word `n` of row `m` becomes word `m` of row `n`.
#[inline(always)]
fn turned(v3: V3, rows: [__m256i; 8]) -> [__m256i; 8] {
    let on = v3.avx2;
    let mut fours = rows;
    for (fours, rows) in fours.as_chunks_mut::<4>().0.iter_mut().zip(rows.as_chunks::<4>().0) {
        let [a, b, c, d] = *rows;
        let ab = [on._mm256_unpacklo_epi32(a, b), on._mm256_unpackhi_epi32(a, b)];
        let cd = [on._mm256_unpacklo_epi32(c, d), on._mm256_unpackhi_epi32(c, d)];
        *fours = [
            on._mm256_unpacklo_epi64(ab[0], cd[0]),
            on._mm256_unpackhi_epi64(ab[0], cd[0]),
            on._mm256_unpacklo_epi64(ab[1], cd[1]),
            on._mm256_unpackhi_epi64(ab[1], cd[1]),
        ];
    }
    let mut columns = rows;
    for n in 0..4 {
        columns[n] = on._mm256_permute2x128_si256::<0x20>(fours[n], fours[4 + n]);
        columns[4 + n] = on._mm256_permute2x128_si256::<0x31>(fours[n], fours[4 + n]);
    }
    columns
}
