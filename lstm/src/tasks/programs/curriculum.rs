//! The order in which programs of growing difficulty come.

use crate::random::Generator;

/// The strategies of Zaremba and Sutskever (2014, section 4), for a target of length `a` and nesting `b`.
///
/// ```
/// use lstm::tasks::{Curriculum, Programs};
///
/// let mut programs = Programs::seeded(1, 3, 2)?.with_curriculum(Curriculum::Naive);
/// assert_eq!(programs.stage(), (1, 1)); // length and nesting
/// programs.advance();
/// assert_eq!(programs.stage(), (2, 1));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curriculum {
    /// Programs of the target's difficulty from the start; the paper's baseline.
    None,
    /// Length 1 and nesting 1 first. When training no longer gets better, the length grows by 1 up to `a`; then the
    /// nesting grows by 1, and the length begins again at 1.
    Naive,
    /// Every program has a length from 1 to `a` and a nesting from 1 to `b`, all as likely.
    Mix,
    /// Half of the programs are drawn as in [`Naive`](Curriculum::Naive), half as in [`Mix`](Curriculum::Mix). The paper
    /// found it best nearly everywhere: hard programs come early enough to keep the network from habits that only easy
    /// ones allow.
    Combined,
}

impl Curriculum {
    /// All four, in the paper's order.
    pub const ALL: [Curriculum; 4] = [Curriculum::None, Curriculum::Naive, Curriculum::Mix, Curriculum::Combined];

    fn has_stages(self) -> bool {
        matches!(self, Curriculum::Naive | Curriculum::Combined)
    }

    /// The stage at which it begins.
    pub(super) fn first(self, target: (usize, usize)) -> (usize, usize) {
        if self.has_stages() { (1, 1) } else { target }
    }

    /// The stage after `stage`.
    pub(super) fn next(self, (length, nesting): (usize, usize), target: (usize, usize)) -> Option<(usize, usize)> {
        match self.has_stages() {
            true if length < target.0 => Some((length + 1, nesting)),
            true if nesting < target.1 => Some((1, nesting + 1)),
            _ => None,
        }
    }

    /// The length and the nesting of the next program.
    pub(super) fn draw(
        self,
        stage: (usize, usize),
        target: (usize, usize),
        generator: &mut Generator,
    ) -> (usize, usize) {
        let mixed = match self {
            Curriculum::None | Curriculum::Naive => false,
            Curriculum::Mix => true,
            Curriculum::Combined => generator.below(2) == 0,
        };
        if mixed { (1 + generator.below(target.0), 1 + generator.below(target.1)) } else { stage }
    }
}
