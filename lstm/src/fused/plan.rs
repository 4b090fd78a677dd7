//! Who computes what of a layer.

use std::ops::Range;

/// The part of one direction that one member of the team computes, over all steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) direction: usize,
    /// Sequences of the batch.
    pub(super) rows: Range<usize>,
    /// Hidden units.
    pub(super) units: Range<usize>,
}

/// The shares of all members.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// For each member, what it computes, one after the other.
    pub(super) members: Vec<Vec<Share>>,
    /// Whether the members of a direction share its units, and so have to meet at each step.
    pub(super) partners: usize,
}

/// The sizes that decide.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) steps: usize,
    pub(super) batch: usize,
    pub(super) hidden: usize,
    /// Columns of the recurrent product.
    pub(super) recurrent: usize,
    pub(super) directions: usize,
    pub(super) element_bytes: usize,
}

/// Multiplications in all steps below which threads cost more than they give.
const WORTH_THREADS: usize = 1 << 20;
/// Fewer rows than that make poor use of each weight that is read.
const FEWEST_ROWS: usize = 8;
/// Fewer units than that make poor use of vectors.
const FEWEST_UNITS: usize = 16;
/// What of a core's second cache the weights may take, in bytes.
const CACHED_WEIGHTS: usize = 768 << 10;

/// Splits the work among up to `threads` members: directions first, since they need nothing of each other; then sequences,
/// for the same reason, as long as a core can hold all weights close by; else units.
pub(super) fn plan(sizes: Sizes, threads: usize) -> Plan {
    let Sizes { steps, batch, hidden, recurrent, directions, element_bytes } = sizes;
    let all = |direction| Share { direction, rows: 0..batch, units: 0..hidden };
    let work = steps.saturating_mul(batch).saturating_mul(hidden).saturating_mul(recurrent).saturating_mul(directions);
    if threads == 1 || work < WORTH_THREADS {
        return Plan { members: vec![(0..directions).map(all).collect()], partners: 1 };
    }
    let each = (threads / directions).max(1);
    let by_rows = batch / FEWEST_ROWS >= each && hidden * recurrent * element_bytes <= CACHED_WEIGHTS;
    let parts = if by_rows { each } else { each.min((hidden / FEWEST_UNITS).max(1)) };
    let mut members = Vec::new();
    for direction in 0..directions {
        for part in 0..parts {
            let mut share = all(direction);
            if by_rows {
                share.rows = batch * part / parts..batch * (part + 1) / parts;
            } else {
                // Whole vectors, as far as that goes.
                let edge = |part: usize| if part == parts { hidden } else { hidden * part / parts / 16 * 16 };
                share.units = edge(part)..edge(part + 1);
            }
            members.push(vec![share]);
        }
    }
    Plan { members, partners: if by_rows { 1 } else { parts } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_and_unit_is_computed_once() {
        for threads in [1, 2, 3, 8] {
            for directions in [1, 2] {
                for (batch, hidden) in [(1, 1), (1, 128), (1, 1000), (7, 50), (8, 256), (64, 256), (33, 600)] {
                    let sizes = Sizes { steps: 50, batch, hidden, recurrent: 4 * hidden, directions, element_bytes: 4 };
                    let plan = plan(sizes, threads);
                    assert!(plan.members.len() <= threads.max(directions));
                    let mut seen = vec![0; directions * batch * hidden];
                    for share in plan.members.iter().flatten() {
                        for row in share.rows.clone() {
                            for unit in share.units.clone() {
                                seen[(share.direction * batch + row) * hidden + unit] += 1;
                            }
                        }
                    }
                    assert!(seen.iter().all(|&times| times == 1), "{plan:?}");
                }
            }
        }
    }

    #[test]
    fn two_threads_are_busy_whatever_the_batch() {
        for batch in [1, 8, 32, 256] {
            let sizes = Sizes { steps: 50, batch, hidden: 128, recurrent: 512, directions: 1, element_bytes: 4 };
            assert_eq!(plan(sizes, 2).members.len(), 2);
        }
    }
}
