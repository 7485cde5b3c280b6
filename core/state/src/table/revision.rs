//! What a table held at a moment, as a number.

/// Stands for the contents of a table, or of several, at a moment.
///
/// Equal revisions mean equal contents, in the whole process: forks and restored worlds have
/// revisions of their own. What is derived from tables is kept with the revision that was taken
/// *before* the tables were read, and made anew when the revision is another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Revision(u64, u64);

impl Revision {
    pub(super) fn new(owner: u64, changes: u64) -> Self {
        Self(owner, changes)
    }

    /// The revision of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        // Odd multipliers keep the order of the parts from cancelling out.
        let mix = |a: u64, b: u64| {
            (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31)
        };
        Self(mix(self.0, other.0), mix(self.1 ^ self.0, other.1 ^ other.0.rotate_left(7)))
    }
}
