//! The sixty-four steps of MD5, as RFC 1321 has them.

/// Does the steps on the words `a`, `b`, `c` and `d` with the block `words`. A step is written as
/// (number of the word, constant, rotation to the left, the same to the right).
macro_rules! rounds {
    ($on:ident, $words:ident, $a:ident, $b:ident, $c:ident, $d:ident) => {
        macro_rules! four {
            ($round:ident $one:tt $two:tt $three:tt $four:tt) => {
                step!($round $a $b $c $d $one);
                step!($round $d $a $b $c $two);
                step!($round $c $d $a $b $three);
                step!($round $b $c $d $a $four);
            };
        }
        macro_rules! step {
            ($round:ident $w:ident $x:ident $y:ident $z:ident
             ($word:literal $constant:literal $left:literal $right:literal)) => {
                let sum = $on.add($w, $on.add($words[$word], $on.splat($constant)));
                let sum = $on.$round(sum, $x, $y, $z);
                $w = $on.add($on.rotate::<$left, $right>(sum), $x);
            };
        }
        four!(f (0 0xd76aa478 7 25) (1 0xe8c7b756 12 20) (2 0x242070db 17 15) (3 0xc1bdceee 22 10));
        four!(f (4 0xf57c0faf 7 25) (5 0x4787c62a 12 20) (6 0xa8304613 17 15) (7 0xfd469501 22 10));
        four!(f (8 0x698098d8 7 25) (9 0x8b44f7af 12 20) (10 0xffff5bb1 17 15) (11 0x895cd7be 22 10));
        four!(f (12 0x6b901122 7 25) (13 0xfd987193 12 20) (14 0xa679438e 17 15) (15 0x49b40821 22 10));
        four!(g (1 0xf61e2562 5 27) (6 0xc040b340 9 23) (11 0x265e5a51 14 18) (0 0xe9b6c7aa 20 12));
        four!(g (5 0xd62f105d 5 27) (10 0x02441453 9 23) (15 0xd8a1e681 14 18) (4 0xe7d3fbc8 20 12));
        four!(g (9 0x21e1cde6 5 27) (14 0xc33707d6 9 23) (3 0xf4d50d87 14 18) (8 0x455a14ed 20 12));
        four!(g (13 0xa9e3e905 5 27) (2 0xfcefa3f8 9 23) (7 0x676f02d9 14 18) (12 0x8d2a4c8a 20 12));
        four!(h (5 0xfffa3942 4 28) (8 0x8771f681 11 21) (11 0x6d9d6122 16 16) (14 0xfde5380c 23 9));
        four!(h (1 0xa4beea44 4 28) (4 0x4bdecfa9 11 21) (7 0xf6bb4b60 16 16) (10 0xbebfbc70 23 9));
        four!(h (13 0x289b7ec6 4 28) (0 0xeaa127fa 11 21) (3 0xd4ef3085 16 16) (6 0x04881d05 23 9));
        four!(h (9 0xd9d4d039 4 28) (12 0xe6db99e5 11 21) (15 0x1fa27cf8 16 16) (2 0xc4ac5665 23 9));
        four!(i (0 0xf4292244 6 26) (7 0x432aff97 10 22) (14 0xab9423a7 15 17) (5 0xfc93a039 21 11));
        four!(i (12 0x655b59c3 6 26) (3 0x8f0ccc92 10 22) (10 0xffeff47d 15 17) (1 0x85845dd1 21 11));
        four!(i (8 0x6fa87e4f 6 26) (15 0xfe2ce6e0 10 22) (6 0xa3014314 15 17) (13 0x4e0811a1 21 11));
        four!(i (4 0xf7537e82 6 26) (11 0xbd3af235 10 22) (2 0x2ad7d2bb 15 17) (9 0xeb86d391 21 11));
    };
}

pub(super) use rounds;
