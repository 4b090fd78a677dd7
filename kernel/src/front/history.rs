//! The cells of this session and, through the user's archive, of those before: for history requests, and to find the
//! cell that a function came from.

use super::archive::{Archive, Entry};
use jupyter_protocol::{HistoryEntry, HistoryReply, HistoryRequest, ReplyStatus};

/// What was run, in order.
#[derive(Default)]
pub(super) struct History {
    cells: Vec<(usize, String)>,
    archive: Archive,
}

impl History {
    /// A session that begins now, after the others that the user's archive holds.
    pub(super) fn of_user() -> Self {
        Self { cells: Vec::new(), archive: Archive::of_user() }
    }

    /// Adds a cell under its execution count.
    pub(super) fn record(&mut self, count: usize, code: &str) {
        self.cells.push((count, code.to_owned()));
        self.archive.add(count, code);
    }

    /// The cells before the newest one, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = (usize, &str)> {
        self.cells.iter().rev().skip(1).chain(self.cells.last()).map(|(count, code)| (*count, code.as_str()))
    }

    /// Answers a history request. Outputs are not kept: an entry's output is empty.
    pub(super) fn answer(&self, request: &HistoryRequest) -> HistoryReply {
        let kept = self.archive.read();
        let session = self.archive.session(&kept);
        let output = match request {
            HistoryRequest::Tail { output, .. }
            | HistoryRequest::Range { output, .. }
            | HistoryRequest::Search { output, .. } => *output,
        };
        let entry = |Entry { session, cell, code }: Entry| {
            if output {
                HistoryEntry::InputOutput(session, cell, (code, String::new()))
            } else {
                HistoryEntry::Input(session, cell, code)
            }
        };
        let history = select(self.all(kept, session), session, request).into_iter().map(entry).collect();
        HistoryReply { history, status: ReplyStatus::Ok, error: None }
    }

    /// What the archive holds of other sessions, by session, then this one's own cells.
    fn all(&self, mut kept: Vec<Entry>, session: usize) -> Vec<Entry> {
        kept.retain(|entry| entry.session != session);
        kept.sort_by_key(|entry| (entry.session, entry.cell));
        let own = self.cells.iter().map(|(cell, code)| Entry { session, cell: *cell, code: code.clone() });
        kept.into_iter().chain(own).collect()
    }
}

/// The entries that a request asks for, in order.
fn select(mut entries: Vec<Entry>, session: usize, request: &HistoryRequest) -> Vec<Entry> {
    let number = |n: i32| usize::try_from(n).unwrap_or(0);
    match request {
        HistoryRequest::Tail { n, .. } => entries.split_off(entries.len().saturating_sub(number(*n))),
        HistoryRequest::Range { session: asked, start, stop, .. } => {
            // 0 is this session, and less than that counts back from it.
            let asked = match asked.unwrap_or(0) {
                back @ ..=0 => session.checked_sub(usize::try_from(back.unsigned_abs()).unwrap_or(usize::MAX)),
                number => usize::try_from(number).ok(),
            };
            let range = number(*start)..number(*stop);
            entries.retain(|entry| Some(entry.session) == asked && range.contains(&entry.cell));
            entries
        }
        HistoryRequest::Search { pattern, unique, n, .. } => {
            let mut found: Vec<Entry> = Vec::new();
            for entry in entries.into_iter().rev().filter(|entry| matches(pattern, &entry.code)) {
                if found.len() == number(*n) {
                    break;
                }
                if !(*unique && found.iter().any(|before| before.code == entry.code)) {
                    found.push(entry);
                }
            }
            found.reverse();
            found
        }
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
    use super::{Entry, History, HistoryRequest, matches, select};

    fn entries(cells: &[(usize, usize, &str)]) -> Vec<Entry> {
        cells.iter().map(|&(session, cell, code)| Entry { session, cell, code: code.to_owned() }).collect()
    }

    #[test]
    fn requests_reach_over_sessions() {
        let mut history = History::default();
        history.record(1, "use a;");
        history.record(2, "a()");
        let all = history.all(entries(&[(4, 1, "later"), (2, 2, "b()"), (2, 1, "use a;"), (3, 1, "stale")]), 3);
        assert_eq!(
            all,
            entries(&[(2, 1, "use a;"), (2, 2, "b()"), (4, 1, "later"), (3, 1, "use a;"), (3, 2, "a()")]),
            "this session's own cells are the newest, whatever the archive holds of it"
        );
        let told = |request| {
            let told = select(all.clone(), 3, &request).into_iter();
            told.map(|entry| (entry.session, entry.cell)).collect::<Vec<_>>()
        };
        let tail = |n| HistoryRequest::Tail { n, output: false, raw: true };
        assert_eq!(told(tail(3)), [(4, 1), (3, 1), (3, 2)]);
        assert_eq!(told(tail(99)).len(), 5);
        assert_eq!(told(tail(-1)), []);
        let range = |session, start, stop| HistoryRequest::Range { session, start, stop, output: false, raw: true };
        assert_eq!(told(range(Some(0), 1, i32::MAX)), [(3, 1), (3, 2)]);
        assert_eq!(told(range(None, 2, 3)), [(3, 2)]);
        assert_eq!(told(range(Some(-1), 0, 9)), [(2, 1), (2, 2)]);
        assert_eq!(told(range(Some(4), 0, 9)), [(4, 1)]);
        assert_eq!(told(range(Some(-9), 0, 9)), []);
        let search = |pattern: &str, unique, n| {
            let pattern = pattern.to_owned();
            HistoryRequest::Search { pattern, unique, n, output: false, raw: true }
        };
        assert_eq!(told(search("use*", false, 9)), [(2, 1), (3, 1)]);
        assert_eq!(told(search("use*", true, 9)), [(3, 1)]);
        assert_eq!(told(search("*", false, 2)), [(3, 1), (3, 2)]);
    }

    #[test]
    fn globs_match_whole_cells() {
        assert!(matches("*lstm*", "use lstm::prelude::*;"));
        assert!(matches("a?c", "abc"));
        assert!(!matches("a?c", "abcd"));
        assert!(matches("*", ""));
        assert!(!matches("?", ""));
    }
}
