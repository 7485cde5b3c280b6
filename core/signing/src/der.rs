//! As much of reading DER as keys and certificates need.

/// The tag of a whole number.
pub const INTEGER: u8 = 0x02;
/// The tag of a string of bits.
pub const BIT_STRING: u8 = 0x03;
/// The tag of a sequence.
pub const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed.
pub const CONTEXT_0: u8 = 0xa0;

/// Reads elements one after the other.
#[derive(Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Iterator for Reader<'a> {
    /// An element: its tag and its contents.
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = digits.iter().fold(0, |n, digit| n << 8 | usize::from(*digit));
                (length, rest)
            }
            _ => return None,
        };
        let (contents, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, contents))
    }
}

impl<'a> Reader<'a> {
    /// The contents of the next element, which has this tag.
    pub fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, contents)| contents)
    }
}
