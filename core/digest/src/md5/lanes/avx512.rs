//! Sixteen hashes in registers of 512 bits.

use std::arch::x86_64::__m512i;

use pulp::NullaryFnOnce;
use pulp::x86::V4;

use super::{Run, Words};

/// The number of hashes.
pub(super) const LANES: usize = 16;

/// What one instruction makes of the bits of `b`, `c` and `d`, as its truth table says.
macro_rules! logic {
    ($on:ident, $table:literal, $a:ident, $b:ident, $c:ident, $d:ident) => {
        $on.add($a, $on.avx512f._mm512_ternarylogic_epi32::<$table>($b, $c, $d))
    };
}

impl Words for V4 {
    type Word = __m512i;

    #[inline(always)]
    fn splat(self, word: u32) -> __m512i {
        self.avx512f._mm512_set1_epi32(word.cast_signed())
    }

    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        self.avx512f._mm512_add_epi32(a, b)
    }

    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self, a: __m512i) -> __m512i {
        self.avx512f._mm512_rol_epi32::<LEFT>(a)
    }

    #[inline(always)]
    fn f(self, a: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
        logic!(self, 0xca, a, b, c, d)
    }

    #[inline(always)]
    fn g(self, a: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
        logic!(self, 0xe4, a, b, c, d)
    }

    #[inline(always)]
    fn h(self, a: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
        logic!(self, 0x96, a, b, c, d)
    }

    #[inline(always)]
    fn i(self, a: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
        logic!(self, 0x39, a, b, c, d)
    }
}

impl NullaryFnOnce for Run<'_, V4, LANES> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { on: v4, states, contents, blocks } = self;
        let mut state: [__m512i; 4] = states.map(pulp::cast);
        let contents = contents.map(|content| &content[..blocks]);
        for block in 0..blocks {
            let mut rows = [state[0]; LANES];
            for (row, content) in rows.iter_mut().zip(contents) {
                *row = pulp::cast(content[block]);
            }
            v4.block(&mut state, &turned(v4, rows));
        }
        *states = state.map(pulp::cast);
    }
}

/// Rows and columns changed over: word `n` of row `m` becomes word `m` of row `n`.
#[inline(always)]
fn turned(v4: V4, rows: [__m512i; 16]) -> [__m512i; 16] {
    let on = v4.avx512f;
    // Four rows each: the quarter `q` of `fours[4 * m + n]` has their words `4 * q + n`.
    let mut fours = rows;
    for (fours, rows) in fours.as_chunks_mut::<4>().0.iter_mut().zip(rows.as_chunks::<4>().0) {
        let [a, b, c, d] = *rows;
        let ab = [on._mm512_unpacklo_epi32(a, b), on._mm512_unpackhi_epi32(a, b)];
        let cd = [on._mm512_unpacklo_epi32(c, d), on._mm512_unpackhi_epi32(c, d)];
        *fours = [
            on._mm512_unpacklo_epi64(ab[0], cd[0]),
            on._mm512_unpackhi_epi64(ab[0], cd[0]),
            on._mm512_unpacklo_epi64(ab[1], cd[1]),
            on._mm512_unpackhi_epi64(ab[1], cd[1]),
        ];
    }
    // Quarters of the same number together: of two registers the even ones, or the odd ones.
    const EVEN: i32 = 0x88;
    const ODD: i32 = 0xdd;
    let mut columns = rows;
    for n in 0..4 {
        let [a, b, c, d] = [fours[n], fours[4 + n], fours[8 + n], fours[12 + n]];
        let evens = [on._mm512_shuffle_i32x4::<EVEN>(a, b), on._mm512_shuffle_i32x4::<EVEN>(c, d)];
        let odds = [on._mm512_shuffle_i32x4::<ODD>(a, b), on._mm512_shuffle_i32x4::<ODD>(c, d)];
        columns[n] = on._mm512_shuffle_i32x4::<EVEN>(evens[0], evens[1]);
        columns[4 + n] = on._mm512_shuffle_i32x4::<EVEN>(odds[0], odds[1]);
        columns[8 + n] = on._mm512_shuffle_i32x4::<ODD>(evens[0], evens[1]);
        columns[12 + n] = on._mm512_shuffle_i32x4::<ODD>(odds[0], odds[1]);
    }
    columns
}
