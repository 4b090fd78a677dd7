//! One kernel process and everything it starts: its last words are kept, and none of it outlives its owner.

use crate::error::{Error, Result};
use crate::processes::Group;
use rustix::process::Signal;
use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

/// How much of what a kernel prints by itself is kept, in bytes.
const KEPT: usize = 4096;
/// How long a kernel may take to end after it was asked to.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running kernel in a process group of its own. Dropping it kills the group.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    group: Group,
    words: Arc<Mutex<VecDeque<u8>>>,
}

impl Process {
    /// Starts the command with no input, apart from this terminal's signals.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        crate::parent_death::share(command.as_std_mut());
        Group::lead(&mut command);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| Error::Program { program, why: format!("it does not start: {source}") })?;
        let group = Group::of(&child);
        let words = Arc::default();
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(listen(stdout, Arc::clone(&words)));
        }
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(listen(stderr, Arc::clone(&words)));
        }
        Ok(Self { child, group, words })
    }

    /// Waits until the process has ended, and says how. May be dropped and called again.
    pub(crate) async fn ended(&mut self) -> String {
        match self.child.wait().await {
            Ok(status) => describe(status),
            Err(error) => format!("cannot be watched: {error}"),
        }
    }

    /// The end of what the kernel printed itself, in lines, or nothing.
    pub(crate) fn last_words(&self) -> String {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(words.make_contiguous()).trim().to_owned()
    }

    /// Sends the interrupt signal to the kernel process.
    pub(crate) fn interrupt(&self) {
        self.group.signal_leader(Signal::INT);
    }

    /// Waits for an end that was asked for; after that asks by signal, then kills. Nothing of the group is left.
    pub(crate) async fn end(mut self) {
        if tokio::time::timeout(PATIENCE, self.child.wait()).await.is_err() {
            self.group.signal(Signal::TERM);
            let _ = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.group.signal(Signal::KILL);
    }
}

async fn listen(mut pipe: impl AsyncRead + Unpin, words: Arc<Mutex<VecDeque<u8>>>) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend(&buffer[..count]);
        let excess = words.len().saturating_sub(KEPT);
        words.drain(..excess);
    }
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => format!("ended: {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Process::start(command).unwrap()
    }

    #[tokio::test]
    async fn keeps_the_end_of_what_was_printed() {
        let mut process = shell("for i in $(seq 2000); do echo line $i; done; echo last >&2; exit 3");
        assert_eq!(process.ended().await, "ended with exit code 3");
        tokio::time::sleep(Duration::from_millis(200)).await;
        let words = process.last_words();
        assert!(words.contains("line 2000") && words.contains("last"), "{words}");
        assert!(words.len() <= KEPT && !words.contains("line 1\n"));
    }

    #[tokio::test]
    async fn kills_what_the_kernel_started() {
        let mut process = shell("sleep 300 & echo $!; wait");
        let started = async {
            loop {
                if let Ok(id) = process.last_words().parse::<i32>() {
                    break id;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let id = started.await;
        drop(process.ended());
        drop(process);
        for _ in 0..200 {
            let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            if state.is_empty() || state.contains(") Z ") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("process {id} outlived its kernel");
    }

    #[tokio::test]
    async fn says_why_a_program_does_not_start() {
        let error = Process::start(Command::new("/nonexistent/kernel")).unwrap_err();
        assert!(error.to_string().contains("/nonexistent/kernel failed: it does not start"), "{error}");
    }
}
