//! The cells of this session: for history requests, and to find the cell that a function came from.

use jupyter_protocol::{HistoryEntry, HistoryReply, HistoryRequest, ReplyStatus};

/// The number that this session has in history entries.
const SESSION: usize = 1;

/// What was run, in order.
#[derive(Default)]
pub(super) struct History {
    cells: Vec<(usize, String)>,
}

impl History {
    /// Adds a cell under its execution count.
    pub(super) fn record(&mut self, count: usize, code: &str) {
        self.cells.push((count, code.to_owned()));
    }

    /// The cells before the newest one, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = (usize, &str)> {
        self.cells.iter().rev().skip(1).chain(self.cells.last()).map(|(count, code)| (*count, code.as_str()))
    }

    /// Answers a history request. Outputs are not kept: an entry's output is empty.
    pub(super) fn answer(&self, request: &HistoryRequest) -> HistoryReply {
        let number = |n: i32| usize::try_from(n).unwrap_or(0);
        let entries: Vec<(&(usize, String), bool)> = match request {
            HistoryRequest::Tail { n, output, .. } => {
                let skip = self.cells.len().saturating_sub(number(*n));
                self.cells[skip..].iter().map(|cell| (cell, *output)).collect()
            }
            HistoryRequest::Range { start, stop, output, .. } => {
                let range = number(*start)..number(*stop);
                self.cells.iter().filter(|(count, _)| range.contains(count)).map(|cell| (cell, *output)).collect()
            }
            HistoryRequest::Search { pattern, unique, output, n, .. } => {
                let mut found: Vec<&(usize, String)> = Vec::new();
                for cell in self.cells.iter().rev().filter(|(_, code)| matches(pattern, code)) {
                    if !(*unique && found.iter().any(|(_, code)| *code == cell.1)) {
                        found.push(cell);
                    }
                }
                found.truncate(number(*n));
                found.into_iter().rev().map(|cell| (cell, *output)).collect()
            }
        };
        let entry = |((count, code), output): (&(usize, String), bool)| {
            if output {
                HistoryEntry::InputOutput(SESSION, *count, (code.clone(), String::new()))
            } else {
                HistoryEntry::Input(SESSION, *count, code.clone())
            }
        };
        HistoryReply { history: entries.into_iter().map(entry).collect(), status: ReplyStatus::Ok, error: None }
    }
}

/// Matches a glob of `*` and `?`, the patterns of Jupyter's history search.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // reached[j]: the pattern so far matches the first j characters.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for symbol in pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match symbol {
                '*' => reached[at] || (at > 0 && next[at - 1]),
                '?' => at > 0 && reached[at - 1],
                symbol => at > 0 && reached[at - 1] && text[at - 1] == symbol,
            };
        }
        reached = next;
    }
    reached[text.len()]
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn globs_match_whole_cells() {
        assert!(matches("*lstm*", "use lstm::prelude::*;"));
        assert!(matches("a?c", "abc"));
        assert!(!matches("a?c", "abcd"));
        assert!(matches("*", ""));
        assert!(!matches("?", ""));
    }
}
