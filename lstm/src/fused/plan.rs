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
    /// How many members share the units of a direction, and so have to meet at each step; 1 if none do.
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

/// Multiplications in all steps below which waking threads costs more than they give.
pub(super) const WORTH_THREADS: usize = 1 << 24;
/// Multiplications of a member in one step below which meeting after it costs more than sharing it gives.
const WORTH_MEETING: usize = 1 << 17;
/// Fewer rows than that make poor use of each weight that is read.
const FEWEST_ROWS: usize = 8;
/// Units of a member come in whole panels of that many.
const PANEL: usize = 32;
/// What of a core's second cache the weights may take, in bytes.
const CACHED_WEIGHTS: usize = 768 << 10;

/// Splits the work among up to `threads` members: directions first, since they need nothing of each other; then sequences,
/// for the same reason, as long as a core can hold all weights close by or their number gives more parts; else units.
pub(super) fn plan(sizes: Sizes, threads: usize) -> Plan {
    let Sizes { steps, batch, hidden, recurrent, directions, element_bytes } = sizes;
    let all = |direction| Share { direction, rows: 0..batch, units: 0..hidden };
    let work = steps.saturating_mul(batch).saturating_mul(hidden).saturating_mul(recurrent).saturating_mul(directions);
    if threads == 1 || work < WORTH_THREADS {
        return Plan { members: vec![(0..directions).map(all).collect()], partners: 1 };
    }
    let each = (threads / directions).max(1);
    let row_parts = each.min(batch / FEWEST_ROWS).max(1);
    let worth = batch.saturating_mul(hidden).saturating_mul(recurrent) / WORTH_MEETING;
    let unit_parts = each.min(hidden / PANEL).min(worth).max(1);
    let held = hidden * recurrent * element_bytes <= CACHED_WEIGHTS;
    let by_rows = row_parts > unit_parts || (row_parts == unit_parts && held);
    let parts = if by_rows { row_parts } else { unit_parts };
    let mut members = Vec::new();
    for direction in 0..directions {
        for part in 0..parts {
            let mut share = all(direction);
            if by_rows {
                share.rows = batch * part / parts..batch * (part + 1) / parts;
            } else {
                let panels = hidden / PANEL;
                let edge = |part: usize| if part == parts { hidden } else { panels * part / parts * PANEL };
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
            let sizes = Sizes { steps: 50, batch, hidden: 512, recurrent: 2048, directions: 1, element_bytes: 4 };
            assert_eq!(plan(sizes, 2).members.len(), 2);
        }
    }

    #[test]
    fn small_work_stays_on_one_thread_and_small_steps_without_meetings() {
        let sizes = Sizes { steps: 50, batch: 1, hidden: 128, recurrent: 512, directions: 1, element_bytes: 4 };
        assert_eq!(plan(sizes, 2).members.len(), 1);
        assert_eq!(plan(Sizes { steps: 10_000, ..sizes }, 2).partners, 1);
        let many = plan(Sizes { batch: 64, ..sizes }, 16);
        assert_eq!((many.members.len(), many.partners), (8, 1));
    }
}
