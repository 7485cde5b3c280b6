//! How much of something a request may have.

use aws_smithy_schema::serde::SerdeError;

/// Limits of a request that the readers apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Structures, lists and maps inside each other, the operation's input among them. No more than
    /// 128, whatever is stated here.
    pub nesting_depth: usize,
    /// Fields of a form, those of the query string among them.
    pub form_fields: usize,
}

/// What the codecs take at most.
const DEEPEST: usize = 128;

impl Limits {
    /// The levels that a document may have.
    pub(crate) fn levels(self) -> usize {
        self.nesting_depth.min(DEEPEST)
    }

    /// The levels as the codecs count them.
    pub(crate) fn codec_levels(self) -> u32 {
        u32::try_from(self.levels()).unwrap_or(u32::MAX)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { nesting_depth: DEEPEST, form_fields: 20_000 }
    }
}

/// Too many levels, in the words of the codecs.
pub(crate) fn too_deep() -> SerdeError {
    SerdeError::custom("maximum nesting depth exceeded")
}
