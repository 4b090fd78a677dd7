//! Whether a spare is still what a kernel would start now, and whether there is memory for it.

use crate::environment::stamp;
use crate::error::{Error, Result};
use crate::{paths, toolchain, warm};
use std::path::{Path, PathBuf};

/// Memory that must be free before a spare is started, in bytes: it takes a third of that, and a kernel must still fit.
const TO_START: u64 = 2_000_000_000;
/// A spare that waits is given up when less than this is free.
const TO_STAY: u64 = 750_000_000;

/// What everything looked like that a spare was made from: the course's sources, the compiler, this program.
#[derive(Debug)]
pub(super) struct Freshness {
    compiler: PathBuf,
    stamps: String,
}

impl Freshness {
    /// Everything as it is now.
    pub(super) fn watch() -> Result<Self> {
        // The compiler itself, behind what chooses it.
        let compiler = toolchain::cargo()?.with_file_name("rustc");
        Ok(Self { stamps: stamps(&compiler)?, compiler })
    }

    /// Whether nothing has changed. Reads no contents, so it may be asked often.
    pub(super) fn holds(&self) -> bool {
        stamps(&self.compiler).is_ok_and(|now| now == self.stamps)
    }
}

fn stamps(compiler: &Path) -> Result<String> {
    let mut files = warm::inputs(&paths::course()?)?;
    files.push(compiler.to_owned());
    // Once this program has been built anew, its kernels start another file.
    files.push(std::env::current_exe().map_err(Error::file("find", Path::new("this program")))?);
    let stamps = files.iter().map(|file| file.metadata().map(|found| stamp(&found)).map_err(Error::file("read", file)));
    stamps.collect()
}

/// Whether a spare may be started.
pub(super) fn may_start() -> bool {
    free_memory().is_none_or(|free| free >= TO_START)
}

/// Whether one that waits may go on to.
pub(super) fn may_stay() -> bool {
    free_memory().is_none_or(|free| free >= TO_STAY)
}

/// Bytes of memory that are free for this user's processes, where the system says so: the machine's, or what is left to
/// the control group.
fn free_memory() -> Option<u64> {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| available(&text));
    let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/")).and_then(|path| {
        let folder = Path::new("/sys/fs/cgroup").join(path);
        let number = |name: &str| std::fs::read_to_string(folder.join(name)).ok()?.trim().parse::<u64>().ok();
        Some(number("memory.max")?.saturating_sub(number("memory.current")?))
    });
    machine.into_iter().chain(group).min()
}

/// `MemAvailable` of `/proc/meminfo`, in bytes.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_free() {
        assert_eq!(available("MemTotal: 9 kB\nMemAvailable:    7 kB\n"), Some(7 * 1024));
        assert_eq!(available("MemFree: 1 kB"), None);
    }
}
