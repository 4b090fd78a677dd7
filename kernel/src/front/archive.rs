//! The file with the cells of all sessions of a user: appended to by several kernels at once, bounded in size.
//!
//! Each line is one cell as a JSON object. Who writes holds the file's lock; a line that a killed kernel left half is
//! passed over. When the file has grown too large, its newer half takes its place by a rename.

use crate::output;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Names the setting: another file, or `off`.
pub(crate) const SETTING: &str = "LSTM_HISTORY";
/// How large the file may grow, in bytes.
const LIMIT: u64 = 1_000_000;
/// How long a cell may wait for another kernel that writes, before it goes without being kept.
const PATIENCE: Duration = Duration::from_millis(200);

/// A cell that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The number of its session, from 1.
    pub(super) session: usize,
    /// Its execution count.
    pub(super) cell: usize,
    /// Its source.
    pub(super) code: String,
}

/// The file, or none.
#[derive(Debug, Default)]
pub(super) struct Archive {
    path: Option<PathBuf>,
    /// The number of this session, known with its first cell.
    session: Option<usize>,
}

impl Archive {
    /// Where the user has it: the setting, else `lstm-kernel/history.jsonl` in the folder for data of this user's
    /// programs.
    pub(super) fn of_user() -> Self {
        let path = match std::env::var_os(SETTING).filter(|setting| !setting.is_empty()) {
            Some(setting) if setting == "off" || setting == "0" => None,
            Some(setting) => std::path::absolute(setting).ok(),
            None => dirs::data_dir().map(|folder| folder.join("lstm-kernel/history.jsonl")),
        };
        Self { path, session: None }
    }

    /// Adds a cell of this session. A file that cannot be written is no reason not to run a cell: it then goes unkept.
    pub(super) fn add(&mut self, cell: usize, code: &str) {
        let _ = self.try_add(cell, code);
    }

    fn try_add(&mut self, cell: usize, code: &str) -> Option<()> {
        let mut file = self.lock()?;
        let next = |file: &mut File| parse(&contents(file)).map(|entry| entry.session).max().unwrap_or(0) + 1;
        let session = *self.session.get_or_insert_with(|| next(&mut file));
        let mut line = serde_json::to_string(&Entry { session, cell, code: code.to_owned() }).ok()?;
        if u64::try_from(line.len()).ok()? > LIMIT / 4 {
            return None;
        }
        line.push('\n');
        if !ends_with_newline(&mut file) {
            line.insert(0, '\n');
        }
        file.write_all(line.as_bytes()).ok()?;
        let length = file.metadata().ok()?.len();
        if length > LIMIT {
            let text = contents(&mut file);
            let newer = text.split_inclusive('\n').scan(0, |end, line| {
                *end += line.len();
                Some((*end, line))
            });
            let newer: String = newer.filter(|(end, _)| *end > text.len() / 2).map(|(_, line)| line).collect();
            output::write(self.path.as_deref()?, newer.as_bytes()).ok()?;
        }
        Some(())
    }

    /// The number of this session, as it is or will be.
    pub(super) fn session(&self, entries: &[Entry]) -> usize {
        let next = || entries.iter().map(|entry| entry.session).max().unwrap_or(0) + 1;
        self.session.unwrap_or_else(next)
    }

    /// All that is kept, oldest first.
    pub(super) fn read(&self) -> Vec<Entry> {
        let file = self.path.as_ref().and_then(|path| File::open(path).ok());
        file.map(|mut file| parse(&contents(&mut file)).collect()).unwrap_or_default()
    }

    /// The file of this moment, locked: another kernel may have put a new one in its place meanwhile.
    fn lock(&self) -> Option<File> {
        let path = self.path.as_ref()?;
        let folder = path.parent()?;
        crate::paths::create_private(folder).ok()?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path).ok()?;
            while file.try_lock().is_err() {
                if Instant::now() >= deadline {
                    return None;
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            if path.metadata().ok().map(|found| found.ino()) == file.metadata().ok().map(|opened| opened.ino()) {
                return Some(file);
            }
        }
    }
}

/// What is in the file: bytes that are no text are another program's, and replaced.
fn contents(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(2 * LIMIT).read_to_end(&mut bytes));
    if read.is_ok() { String::from_utf8_lossy(&bytes).into_owned() } else { String::new() }
}

fn parse(text: &str) -> impl Iterator<Item = Entry> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok())
}

fn ends_with_newline(file: &mut File) -> bool {
    let mut last = [0];
    match file.seek(SeekFrom::End(-1)) {
        Ok(_) => file.read_exact(&mut last).is_ok() && last == *b"\n",
        // It is empty.
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn archive(folder: &tempfile::TempDir) -> Archive {
        Archive { path: Some(folder.path().join("data/history.jsonl")), session: None }
    }

    #[test]
    fn sessions_are_told_apart_and_kept_for_this_user_only() {
        let folder = tempfile::tempdir().unwrap();
        let (mut first, mut second) = (archive(&folder), archive(&folder));
        first.add(1, "let a = 1;\nlet b = 2;");
        second.add(1, "a");
        first.add(2, "b");
        let told: Vec<_> = second.read().into_iter().map(|entry| (entry.session, entry.cell, entry.code)).collect();
        let code = |text: &str| text.to_owned();
        assert_eq!(told, [(1, 1, code("let a = 1;\nlet b = 2;")), (2, 1, code("a")), (1, 2, code("b"))]);
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let path = first.path.unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn a_line_that_was_cut_short_costs_itself_only() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = archive(&folder);
        first.add(1, "one");
        let path = first.path.clone().unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"session\":1,\"ce\xff").unwrap();
        let mut second = archive(&folder);
        second.add(1, "two");
        let told: Vec<_> = second.read().into_iter().map(|entry| (entry.session, entry.code)).collect();
        assert_eq!(told, [(1, "one".to_owned()), (2, "two".to_owned())]);
    }

    #[test]
    fn the_file_is_bounded_and_keeps_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = archive(&folder);
        let long = "x".repeat(100_000);
        for cell in 1..=40 {
            archive.add(cell, &long);
        }
        archive.add(41, &"y".repeat(300_000));
        let kept: Vec<usize> = archive.read().iter().map(|entry| entry.cell).collect();
        let path = archive.path.unwrap();
        assert!(path.metadata().unwrap().len() <= LIMIT && kept.len() >= 4, "{kept:?}");
        assert!(kept.ends_with(&[39, 40]) && kept.windows(2).all(|pair| pair[1] == pair[0] + 1), "{kept:?}");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn many_kernels_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = archive(&folder).path;
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let mut archive = Archive { path: path.clone(), session: None };
                scope.spawn(move || (1..=10).for_each(|cell| archive.add(cell, &"z".repeat(5_000))));
            }
        });
        let mut told: Vec<_> = archive(&folder).read().iter().map(|entry| (entry.session, entry.cell)).collect();
        told.sort_unstable();
        let all: Vec<_> = (1..=8).flat_map(|session| (1..=10).map(move |cell| (session, cell))).collect();
        assert_eq!(told, all);
    }

    #[test]
    fn without_a_file_there_is_nothing_and_no_harm() {
        let mut none = Archive::default();
        none.add(1, "a");
        assert_eq!((none.read(), none.session(&[])), (Vec::new(), 1));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("data"), "a file").unwrap();
        let mut broken = archive(&folder);
        broken.add(1, "a");
        assert_eq!(broken.read(), []);
    }
}
