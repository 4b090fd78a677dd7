//! Other programs: asked one question with a time limit, or watched line by line while they work.

use crate::error::{Error, Result};
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a program may take to answer a question such as `--version`.
const PATIENCE: Duration = Duration::from_secs(20);
/// Lines that are kept of a program that failed.
const KEPT: usize = 15;

/// Runs a short program and returns what it printed on stdout, trimmed.
///
/// # Errors
/// [`Error::Program`] where it cannot be started, fails, or takes longer than 20 s.
pub(crate) fn ask(command: &mut Command) -> Result<String> {
    let name = name(command);
    let failed = |why: String| Error::Program { program: name.clone(), why };
    let mut child = start(command).map_err(&failed)?;
    let output = read_apart(child.stdout.take());
    let complaint = read_apart(child.stderr.take());
    let Some(status) = wait(&mut child, PATIENCE) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(failed(format!("it did not answer within {} s", PATIENCE.as_secs())));
    };
    let text = |pipe: &mpsc::Receiver<String>| pipe.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
    if status.success() {
        return Ok(text(&output).trim().to_owned());
    }
    Err(failed(format!("{status}\n{}", text(&complaint).trim()).trim_end().to_owned()))
}

/// Runs a program to its end and hands on each line that it prints, on stdout or stderr.
///
/// # Errors
/// [`Error::Program`] with the last lines where it cannot be started or fails.
pub(crate) fn watch(command: &mut Command, mut line: impl FnMut(&str)) -> Result<()> {
    watch_within(command, Duration::MAX, |text| {
        if let Some(text) = text {
            line(text);
        }
    })
}

/// The same with a time limit, and with `None` handed on whenever half a second went by without a line.
///
/// # Errors
/// Those of [`watch`], and [`Error::Program`] where the program is ended because of the limit.
pub(crate) fn watch_within(command: &mut Command, limit: Duration, mut told: impl FnMut(Option<&str>)) -> Result<()> {
    const QUIET: Duration = Duration::from_millis(500);
    let name = name(command);
    let failed = |why: String| Error::Program { program: name.clone(), why };
    let mut child = start(command).map_err(&failed)?;
    let (sender, lines) = mpsc::channel();
    let other = sender.clone();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|l| sender.send(l))
        });
    }
    if let Some(stderr) = child.stderr.take() {
        std::thread::spawn(move || {
            BufReader::new(stderr).lines().map_while(Result::ok).try_for_each(|l| other.send(l))
        });
    }
    let began = Instant::now();
    let mut last = VecDeque::new();
    loop {
        match lines.recv_timeout(QUIET) {
            Ok(text) => {
                told(Some(&text));
                last.push_back(text);
                if last.len() > KEPT {
                    last.pop_front();
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => told(None),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
        if began.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            return Err(failed(format!("it took longer than {} s and was ended", limit.as_secs())));
        }
    }
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if status.success() {
        return Ok(());
    }
    let last: Vec<String> = last.into();
    Err(failed(format!("{status}\n{}", last.join("\n"))))
}

fn start(command: &mut Command) -> Result<Child, String> {
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    started.map_err(|error| format!("it does not start: {error}"))
}

/// The command as a person would type it.
fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Reads a pipe in a thread of its own: what the program started may hold the pipe open after the program's end.
fn read_apart(pipe: Option<impl std::io::Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(pipe) = pipe {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.take(1 << 20).read_to_end(&mut bytes);
            sender.send(String::from_utf8_lossy(&bytes).into_owned())
        });
    }
    receiver
}

fn wait(child: &mut Child, patience: Duration) -> Option<std::process::ExitStatus> {
    let until = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(10)),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn answers_and_failures() {
        assert_eq!(ask(&mut shell("echo ' yes '")).unwrap(), "yes");
        let error = ask(&mut shell("echo no >&2; exit 4")).unwrap_err().to_string();
        assert!(error.contains("sh -c") && error.contains("exit status: 4") && error.ends_with("no"), "{error}");
        let error = ask(&mut Command::new("/nonexistent/program")).unwrap_err().to_string();
        assert!(error.contains("it does not start"), "{error}");
        // The answer is there although something still holds the pipe.
        let began = Instant::now();
        assert_eq!(ask(&mut shell("(sleep 30) & exit 0")).unwrap(), "");
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn lines_as_they_come_and_the_last_ones_in_the_error() {
        let mut lines = Vec::new();
        let error = watch(&mut shell("seq 40; echo bad >&2; exit 1"), |line| lines.push(line.to_owned())).unwrap_err();
        assert_eq!(lines.len(), 41);
        let text = error.to_string();
        assert!(text.contains("\n40") && text.contains("bad") && !text.contains("\n7\n"), "{text}");
    }

    #[test]
    fn a_limit_ends_what_takes_too_long() {
        let (began, mut quiet) = (Instant::now(), 0);
        let limit = Duration::from_secs(1);
        let error = watch_within(&mut shell("echo begun; exec sleep 30"), limit, |line| {
            quiet += usize::from(line.is_none());
        });
        assert!(error.unwrap_err().to_string().contains("it took longer than 1 s"));
        assert!(quiet >= 1 && began.elapsed() < Duration::from_secs(10));
    }
}
