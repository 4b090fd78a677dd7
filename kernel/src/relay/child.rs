//! The runtime as the relay's child: its pipes, its end, and the socket to the front.

use super::agent::{self, Agent};
use super::event::{Command as Order, Event};
use super::stdin::{self, Input};
use super::stream::{self, Cutter, Piece};
use super::text::Decoder;
use super::{INTERRUPT_FILE, PRIVATE, RELAYED};
use crate::error::{Error, Result};
use crate::{forwarder, processes, settle};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often standard output is flushed while a cell runs, so that `print!` without a newline is seen.
const FLUSH_EVERY: Duration = Duration::from_millis(50);
/// How long the runtime may take from telling that a cell is complete to waiting for the next command.
const OVER_PATIENCE: Duration = Duration::from_millis(500);
/// How long a runtime that closed its standard output may take to end by itself.
const CLOSED_PATIENCE: Duration = Duration::from_millis(500);
/// Said last for a runtime that closed its standard output.
pub(crate) const CLOSED_OUTPUT: &str = "standard output was closed, and the kernel hears the end of a cell there";
/// How evcxr's command to run a cell begins.
const RUN: &str = "LOAD_AND_RUN ";
/// How long to read what a dead runtime's own children may still hold open.
const DRAIN_PATIENCE: Duration = Duration::from_millis(200);

/// A runtime and everything that is connected to it.
pub(super) struct Relay {
    child: Child,
    stdout: ChildStdout,
    stderr: ChildStderr,
    front: Arc<Mutex<UnixStream>>,
    stderr_open: bool,
    agent: Agent,
    cutter: Cutter,
    stderr_text: Decoder,
    /// Whether the runtime runs a cell.
    running: Arc<AtomicBool>,
    input: Arc<Input>,
    /// Whether the cell waited for input at the last look, and whether the front has been told.
    awaits_input: (bool, bool),
}

impl Relay {
    /// Starts the runtime and the threads that listen to evcxr and to the front.
    pub(super) fn start(front: UnixStream) -> Result<Self> {
        #[cfg(target_os = "linux")]
        let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
        let (agent, agent_of_child) = Agent::pair()?;
        let (input, input_of_child) = Input::pair()?;
        let (settle, settle_of_child) = settle::Line::pair()?;
        let mut child = spawn_runtime(&agent_of_child, input_of_child, &settle_of_child)?;
        drop((agent_of_child, settle_of_child));
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(Error::Program { program: "runtime".to_owned(), why: "its pipes are missing".to_owned() });
        };
        let pid = child.id();
        let orders = front.try_clone().map_err(Error::file("share", Path::new("front's socket")))?;
        let relay = Self {
            child,
            stdout,
            stderr,
            front: Arc::new(Mutex::new(front)),
            stderr_open: true,
            agent,
            cutter: Cutter::default(),
            stderr_text: Decoder::default(),
            running: Arc::default(),
            input: Arc::new(input),
            awaits_input: (false, false),
        };
        relay.tell(&Event::Started { pid });
        let (front, running, input) = (Arc::clone(&relay.front), Arc::clone(&relay.running), Arc::clone(&relay.input));
        std::thread::spawn(move || forward_commands(&input, &front, &running, pid));
        let (front, running, input) = (Arc::clone(&relay.front), Arc::clone(&relay.running), Arc::clone(&relay.input));
        std::thread::spawn(move || obey(orders, &input, &settle, &front, &running, pid));
        Ok(relay)
    }

    /// Relays until the runtime ends, then ends as it did.
    pub(super) fn run(mut self) -> Result<ExitCode> {
        let mut buffer = vec![0; 1 << 16];
        let mut looked = Instant::now();
        loop {
            let (out_ready, err_ready) = self.wait()?;
            // A child of the dead runtime may keep the pipes busy.
            if looked.elapsed() > FLUSH_EVERY {
                looked = Instant::now();
                if let Ok(Some(status)) = self.child.try_wait() {
                    return self.end(status);
                }
            }
            if err_ready {
                self.read_stderr(&mut buffer);
            }
            if out_ready {
                let read = self.stdout.read(&mut buffer).unwrap_or(0);
                // What was written to stderr before these bytes is in its pipe by now: tell it first.
                self.drain_stderr();
                if read == 0 {
                    let status = self.wait_for_end()?;
                    return self.end(status);
                }
                let pieces = self.cutter.cut(&buffer[..read]);
                self.handle(pieces)?;
            } else if !err_ready {
                self.agent.request_flush();
                self.look_for_reader();
            }
        }
    }

    /// Tells the front, once, where the cell waits for input: it did at this look and at the one before.
    fn look_for_reader(&mut self) {
        let (before, told) = self.awaits_input;
        let now = self.running.load(Ordering::SeqCst) && self.input.is_awaited(self.child.id());
        if now && before && !told {
            self.tell(&Event::Input);
        }
        self.awaits_input = (now, now && before);
    }

    /// How the runtime ended, which has closed its standard output. One that goes on without it would never be heard to
    /// end a cell.
    fn wait_for_end(&mut self) -> Result<ExitStatus> {
        let wrong = || Error::file("wait for", Path::new("runtime"));
        let deadline = Instant::now() + CLOSED_PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().map_err(wrong())? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.tell(&Event::Stderr(format!("{CLOSED_OUTPUT}\n")));
        kill(self.child.id());
        self.child.wait().map_err(wrong())
    }

    /// Waits for output; tells which of standard output and standard error has some.
    fn wait(&self) -> Result<(bool, bool)> {
        let mut fds = vec![PollFd::new(&self.stdout, PollFlags::IN)];
        if self.stderr_open {
            fds.push(PollFd::new(&self.stderr, PollFlags::IN));
        }
        match poll(&mut fds, Some(&timespec(FLUSH_EVERY))) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(Error::File { action: "poll", path: "runtime".into(), source: error.into() }),
        }
        let ready = |index: usize| fds.get(index).is_some_and(|fd: &PollFd<'_>| !fd.revents().is_empty());
        Ok((ready(0), ready(1)))
    }

    fn handle(&mut self, pieces: Vec<Piece>) -> Result<()> {
        for piece in pieces {
            match piece {
                Piece::Tell(event) => self.tell(&event),
                Piece::Forward(Some(Event::Complete), line) if !self.cell_is_over() => {
                    // User code printed evcxr's word while the cell still runs.
                    self.tell(&Event::Stdout(String::from_utf8_lossy(&line).into_owned() + "\n"));
                }
                Piece::Forward(event, line) => {
                    if event == Some(Event::Complete) {
                        self.running.store(false, Ordering::SeqCst);
                        self.drain_before_completion();
                    }
                    if let Some(event) = &event {
                        self.tell(event);
                    }
                    say_to_evcxr(&line)?;
                }
            }
        }
        Ok(())
    }

    /// Whether the runtime waits for the next command, as it does right after it told that a cell is complete. Where the
    /// system does not say what a process waits for, the runtime's word is taken.
    fn cell_is_over(&self) -> bool {
        let deadline = Instant::now() + OVER_PATIENCE;
        loop {
            if stdin::reads_input(self.child.id()) != Some(false) {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// Brings out what user code printed without a newline, before the cell is reported as complete.
    fn drain_before_completion(&mut self) {
        self.agent.flush();
        let mut buffer = vec![0; 1 << 14];
        while is_readable(&self.stdout, Duration::ZERO) {
            let read = self.stdout.read(&mut buffer).unwrap_or(0);
            if read == 0 {
                break;
            }
            self.tell_text(&buffer[..read]);
        }
        self.drain_stderr();
    }

    /// Tells what these bytes of standard output hold for the front; evcxr is past listening.
    fn tell_text(&mut self, bytes: &[u8]) {
        for piece in self.cutter.cut(bytes) {
            if let Piece::Tell(event) = piece {
                self.tell(&event);
            }
        }
    }

    fn drain_stderr(&mut self) {
        let mut buffer = [0; 4096];
        while self.stderr_open && is_readable(&self.stderr, Duration::ZERO) {
            self.read_stderr(&mut buffer);
        }
    }

    fn read_stderr(&mut self, buffer: &mut [u8]) {
        let read = self.stderr.read(buffer).unwrap_or(0);
        self.stderr_open = read > 0;
        let text = self.stderr_text.decode(&buffer[..read]);
        if !text.is_empty() {
            self.tell(&Event::Stderr(text));
        }
    }

    /// The runtime is dead: tell what it left in its pipes and how it ended, then end the same way.
    fn end(mut self, status: ExitStatus) -> Result<ExitCode> {
        let deadline = Instant::now() + DRAIN_PATIENCE;
        let mut buffer = vec![0; 1 << 16];
        while self.stderr_open && is_readable(&self.stderr, remaining(deadline)) {
            self.read_stderr(&mut buffer);
        }
        while is_readable(&self.stdout, remaining(deadline)) {
            let read = self.stdout.read(&mut buffer).unwrap_or(0);
            if read == 0 {
                break;
            }
            self.tell_text(&buffer[..read]);
        }
        for piece in self.cutter.finish() {
            if let Piece::Tell(event) = piece {
                self.tell(&event);
            }
        }
        sweep();
        self.tell(&Event::Exited { code: status.code(), signal: status.signal() });
        if let Some(signal) = status.signal().and_then(rustix::process::Signal::from_named_raw) {
            // SIGKILL where the same signal would be handled or would leave a second core file.
            let _ = rustix::process::kill_process(rustix::process::getpid(), signal);
        }
        Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
    }

    fn tell(&self, event: &Event) {
        tell(&self.front, event);
    }
}

/// Ends what user code started and left: children in sessions of their own, and those whose parents are gone, which the
/// system has given to this process.
fn sweep() {
    for pid in processes::descendants(rustix::process::getpid()) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
}

fn tell(front: &Mutex<UnixStream>, event: &Event) {
    let Ok(mut line) = serde_json::to_vec(event) else { return };
    line.push(b'\n');
    let mut front = front.lock().unwrap_or_else(PoisonError::into_inner);
    // A front that is gone takes the engine and this process with it; there is nobody left to tell.
    let _ = front.write_all(&line);
}

fn spawn_runtime(agent: &UnixStream, input: OwnedFd, settle: &OwnedFd) -> Result<Child> {
    let program = std::env::current_exe().map_err(Error::file("find", Path::new("this program")))?;
    let mut command = Command::new(program);
    command.args(std::env::args_os().skip(1)).env(RELAYED, "1");
    forwarder::give_back(&mut command);
    for name in PRIVATE {
        command.env_remove(name);
    }
    match std::env::var_os(USER_BACKTRACE) {
        Some(value) => command.env("RUST_BACKTRACE", value).env_remove(USER_BACKTRACE),
        None => command.env_remove("RUST_BACKTRACE"),
    };
    if std::env::var_os(LIB_BACKTRACE).is_none() {
        command.env(LIB_BACKTRACE, "0");
    }
    let inherited = agent::inheritable(agent)?;
    command.env(agent::FD, inherited.as_raw_fd().to_string()).env(settle::FD, settle::number(settle));
    command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
    crate::parent_death::share(&mut command);
    command.spawn().map_err(|error| Error::Program { program: "runtime".to_owned(), why: error.to_string() })
}

/// Whether errors capture a backtrace, which would hide Candle's messages among frames; off unless the user says so.
const LIB_BACKTRACE: &str = "RUST_LIB_BACKTRACE";
/// The user's own `RUST_BACKTRACE`: evcxr sets it to 1 for its runtime.
pub(crate) const USER_BACKTRACE: &str = "LSTM_KERNEL_USER_BACKTRACE";

/// A line to evcxr.
fn say_to_evcxr(line: &[u8]) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    let sent = stdout.write_all(line).and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush());
    sent.map_err(Error::file("write to", Path::new("evcxr")))
}

/// Passes evcxr's commands on; when evcxr is gone, ends the runtime and so this process. The code of a cell that was
/// interrupted while it compiled is not run.
fn forward_commands(input: &Input, front: &Mutex<UnixStream>, running: &AtomicBool, pid: u32) {
    let _ = forward_lines(input, front, running);
    let _ = input.answer(None);
    std::thread::sleep(Duration::from_secs(2));
    kill(pid);
}

fn forward_lines(input: &Input, front: &Mutex<UnixStream>, running: &AtomicBool) -> Result<()> {
    let interrupt = std::env::var_os(INTERRUPT_FILE);
    for line in std::io::stdin().lock().lines() {
        let mut line = line.map_err(Error::file("read from", Path::new("evcxr")))?;
        if line.starts_with(RUN) {
            if interrupt.as_ref().is_some_and(|file| Path::new(file).exists()) {
                tell(front, &Event::NotRun);
                // To evcxr the cell returned early through `?`: nothing new is kept and nothing old is lost.
                say_to_evcxr(stream::RETURNED_ERROR)?;
                say_to_evcxr(stream::COMPLETE)?;
                continue;
            }
            running.store(true, Ordering::SeqCst);
        }
        line.push('\n');
        input.command(line.as_bytes())?;
    }
    Ok(())
}

/// Obeys the front; when it is gone, ends the runtime.
fn obey(
    orders: UnixStream,
    input: &Input,
    settle: &settle::Line,
    front: &Mutex<UnixStream>,
    running: &AtomicBool,
    pid: u32,
) {
    for line in BufReader::new(orders).lines() {
        let Ok(line) = line else { break };
        match serde_json::from_str(&line) {
            Ok(Order::Sync(number)) => tell(front, &Event::Synced(number)),
            Ok(Order::Settle(settling)) => tell(front, &Event::Settled(settle.settle(&settling).is_ok())),
            Ok(Order::Kill) if running.load(Ordering::SeqCst) => kill(pid),
            Ok(Order::Kill) => {}
            Ok(Order::End) => kill(pid),
            Ok(Order::Input(text)) => {
                // A runtime that is gone reads nothing.
                let _ = input.answer(text.as_deref());
            }
            Err(_) => break,
        }
    }
    kill(pid);
}

fn kill(pid: u32) {
    if let Some(pid) = processes::pid(pid) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
}

pub(super) fn is_readable(fd: &impl AsFd, patience: Duration) -> bool {
    let mut fds = [PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::IN)];
    matches!(poll(&mut fds, Some(&timespec(patience))), Ok(1..)) && fds[0].revents().contains(PollFlags::IN)
}

fn timespec(duration: Duration) -> Timespec {
    Timespec { tv_sec: duration.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: duration.subsec_nanos().into() }
}

fn remaining(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
