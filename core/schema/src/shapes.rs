//! The shapes of a model, each decoded when it is first looked at.

use std::sync::OnceLock;

use crate::{DecodeError, Shape, ShapeIndex};

/// Shapes in the order of their names (bytewise).
///
/// A request looks at a few of the thousands that a large service has, so each is decoded by
/// itself, on its first use.
pub struct Shapes<'a> {
    encoded: &'a [u8],
    /// Where each shape ends in what is encoded.
    ends: Box<[u32]>,
    decoded: Box<[OnceLock<Box<Shape<'a>>>]>,
}

impl<'a> Shapes<'a> {
    /// Shapes of these lengths, one after the other; none when the lengths are not those.
    pub(crate) fn encoded(
        encoded: &'a [u8],
        lengths: impl Iterator<Item = u32>,
    ) -> Result<Self, DecodeError> {
        let mut end = 0_u32;
        let ends: Box<[u32]> = lengths
            .map(|length| {
                end = end.saturating_add(length);
                end
            })
            .collect();
        if end as usize != encoded.len() {
            return Err(DecodeError::Length);
        }
        let decoded = std::iter::repeat_with(OnceLock::new).take(ends.len()).collect();
        Ok(Self { encoded, ends, decoded })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.decoded.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.decoded.is_empty()
    }

    /// The shape at this position.
    ///
    /// # Panics
    ///
    /// When there is no such position.
    pub fn at(&self, index: ShapeIndex) -> &Shape<'a> {
        let index = index as usize;
        self.decoded[index].get_or_init(|| {
            let start = index.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
            let bytes = &self.encoded[start..self.ends[index] as usize];
            Box::new(
                postcard::from_bytes(bytes).expect("regen writes shapes that this build decodes"),
            )
        })
    }

    /// All shapes; decodes them all.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Shape<'a>> {
        (0..self.len()).map(|index| self.at(as_index(index)))
    }

    /// The position of the shape with this name.
    pub fn position(&self, name: &str) -> Option<ShapeIndex> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.at(as_index(middle)).name.cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(as_index(middle)),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

fn as_index(index: usize) -> ShapeIndex {
    ShapeIndex::try_from(index).expect("a model has fewer shapes than that")
}

impl<'a> FromIterator<Shape<'a>> for Shapes<'a> {
    fn from_iter<T: IntoIterator<Item = Shape<'a>>>(shapes: T) -> Self {
        let decoded: Box<[_]> =
            shapes.into_iter().map(|shape| OnceLock::from(Box::new(shape))).collect();
        Self { encoded: &[], ends: Box::default(), decoded }
    }
}

impl<'b> PartialEq<Shapes<'b>> for Shapes<'_> {
    fn eq(&self, other: &Shapes<'b>) -> bool {
        let mut positions = (0..self.len()).map(as_index);
        self.len() == other.len() && positions.all(|index| self.at(index) == other.at(index))
    }
}

impl std::fmt::Debug for Shapes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
