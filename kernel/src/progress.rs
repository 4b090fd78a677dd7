//! Progress of long work: a bar or spinner on a terminal, plain lines elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// One piece of long work with a name. On a terminal it spins (or fills, where the length is known) and is replaced
/// by one line at the end; elsewhere each step is a line of its own.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    name: String,
    started: Instant,
    last_line: Instant,
}

impl Progress {
    /// Starts; `length` is the number of steps where it is known.
    pub(crate) fn start(name: impl Into<String>, length: Option<u64>) -> Self {
        let name = name.into();
        let bar = std::io::stderr().is_terminal().then(|| {
            let template = match length {
                Some(_) => "{spinner} {prefix} [{bar:30}] {pos}/{len} {elapsed} {wide_msg}",
                None => "{spinner} {prefix} {elapsed} {wide_msg}",
            };
            let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_prefix(name.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("{name} ...");
        }
        let now = Instant::now();
        Self { bar, name, started: now, last_line: now }
    }

    /// One more step done, and what is happening now. Off a terminal at most one line in five seconds.
    pub(crate) fn step(&mut self, message: &str) {
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.set_message(message.to_owned());
            }
            None if self.last_line.elapsed() > Duration::from_secs(5) => {
                self.last_line = Instant::now();
                eprintln!("{}: {message} ({} s)", self.name, self.started.elapsed().as_secs());
            }
            None => {}
        }
    }

    /// The work is done; leaves one line with the time that it took.
    pub(crate) fn done(self, message: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        eprintln!("{}: {message} ({:.0} s)", self.name, self.started.elapsed().as_secs_f64());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
