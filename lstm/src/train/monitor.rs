//! Progress for people: a display that is redrawn in a notebook, lines in a terminal or a pipe.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use super::history::History;
use crate::display::{Content, Handle, Rich, display, is_notebook};
use crate::figure::{self, number};
use crate::{Result, xml};

/// The least time between two drawings in a notebook.
const REDRAW_EVERY: Duration = Duration::from_millis(500);

/// The least time between two lines, on a terminal and elsewhere.
const LINE_EVERY: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(10)];

/// How many of the last updates the shown loss is the mean of.
const RECENT: usize = 20;

/// What is shown while a [`Trainer`](super::Trainer) trains.
///
/// In a notebook that is one output which is redrawn at most twice a second: a bar with rate and time left, the curves
/// of loss and gradient norm, the last sample. (A stock evcxr shows its last state at the end of the cell.) In a
/// terminal it is a line every two seconds, in a pipe every ten, and one for each validation.
///
/// ```
/// use lstm::train::{Monitor, Plan};
///
/// let plan = Plan::updates(100).monitor(Monitor::lines()); // lines in a notebook too
/// assert_eq!(plan.last_update(None), 100);
/// assert_eq!(Monitor::default(), Monitor::automatic());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Monitor(Way);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Way {
    #[default]
    Automatic,
    Notebook,
    Lines,
    Silent,
}

impl Monitor {
    /// [`notebook`](Monitor::notebook) in a cell of evcxr, [`lines`](Monitor::lines) elsewhere.
    pub fn automatic() -> Self {
        Self(Way::Automatic)
    }

    /// The output that is redrawn.
    pub fn notebook() -> Self {
        Self(Way::Notebook)
    }

    /// Lines on standard output.
    pub fn lines() -> Self {
        Self(Way::Lines)
    }

    /// Nothing.
    pub fn silent() -> Self {
        Self(Way::Silent)
    }
}

/// One loop being watched.
pub(super) struct Watch {
    way: Way,
    handle: Option<Handle>,
    started: Instant,
    shown: Option<Instant>,
    shown_update: usize,
    first: usize,
    last: usize,
    per_epoch: Option<usize>,
    validation: Option<f64>,
    sample: Option<String>,
    /// Whether a line for a validation is due.
    news: bool,
}

impl Watch {
    /// Watches the updates after `first`, up to `last`.
    pub(super) fn new(monitor: Monitor, first: usize, last: usize, per_epoch: Option<usize>) -> Self {
        let way = match monitor.0 {
            Way::Automatic if is_notebook() => Way::Notebook,
            Way::Automatic => Way::Lines,
            way => way,
        };
        Self {
            way,
            handle: None,
            started: Instant::now(),
            shown: None,
            shown_update: first,
            first,
            last,
            per_epoch,
            validation: None,
            sample: None,
            news: false,
        }
    }

    pub(super) fn validated(&mut self, loss: f64) {
        self.validation = Some(loss);
        self.news = true;
    }

    pub(super) fn sampled(&mut self, sample: String) {
        self.sample = Some(sample);
        self.news = true;
    }

    /// Shows the state after an update, if it is time to.
    pub(super) fn update(&mut self, history: &History) -> Result<()> {
        let every = match self.way {
            Way::Silent => return Ok(()),
            Way::Notebook => REDRAW_EVERY,
            _ => LINE_EVERY[usize::from(!std::io::stdout().is_terminal())],
        };
        let is_due = self.shown.unwrap_or(self.started).elapsed() >= every;
        if is_due || (self.news && self.way != Way::Notebook) {
            self.show(history)?;
        }
        Ok(())
    }

    /// Shows the final state.
    pub(super) fn finish(&mut self, history: &History) -> Result<()> {
        if self.way == Way::Silent || self.shown_update == history.steps.len() {
            return Ok(());
        }
        self.show(history)
    }

    fn show(&mut self, history: &History) -> Result<()> {
        self.shown = Some(Instant::now());
        self.shown_update = history.steps.len();
        self.news = false;
        let line = self.line(history);
        if self.way != Way::Notebook {
            println!("{line}");
            if let Some(sample) = self.sample.take() {
                println!("    {}", sample.replace('\n', "\n    "));
            }
            return Ok(());
        }
        let page = Page(Content::new(&*line, self.html(&line, history)?));
        match &self.handle {
            Some(handle) => handle.update(&page)?,
            None => self.handle = Some(display(&page)?),
        }
        Ok(())
    }

    /// `update 120 of 600, epoch 1.2: loss 1.93, validation 2.01, 14.2 updates/s, 34 s left`.
    fn line(&self, history: &History) -> String {
        let done = history.steps.len();
        let mut line = format!("update {done} of {}", self.last);
        if let Some(per_epoch) = self.per_epoch.filter(|&updates| updates > 0) {
            let _ = write!(line, ", epoch {:.1}", done as f64 / per_epoch as f64);
        }
        let _ = write!(line, ": loss {}", number(history.recent_loss(RECENT)));
        if let Some(loss) = self.validation {
            let _ = write!(line, ", validation {}", number(loss));
        }
        let seconds = self.started.elapsed().as_secs_f64();
        let rate = (done - self.first) as f64 / seconds.max(1e-9);
        let _ = write!(line, ", {} updates/s", number((rate * 100.0).round() / 100.0));
        if done < self.last && rate > 0.0 {
            let _ = write!(line, ", {} left", duration((self.last - done) as f64 / rate));
        } else {
            let _ = write!(line, ", took {}", duration(seconds));
        }
        line
    }

    fn html(&self, line: &str, history: &History) -> Result<String> {
        let mut html = format!(
            "<div><progress style=\"width:100%\" max=\"{}\" value=\"{}\"></progress><div>{}</div>",
            self.last,
            history.steps.len(),
            xml::escape(line)
        );
        let charts = vec![history.loss_figure()?, history.gradient_figure()?];
        html += figure::panels(charts, 2)?.with_size(960, 300)?.content()?.html();
        if let Some(sample) = &self.sample {
            let _ = write!(html, "<pre style=\"white-space:pre-wrap\">{}</pre>", xml::escape(sample));
        }
        Ok(html + "</div>")
    }
}

/// Content that is ready.
struct Page(Content);

impl Rich for Page {
    fn content(&self) -> Result<Content> {
        Ok(self.0.clone())
    }
}

/// `8 s`, `12 min 5 s`, `3 h 20 min`.
fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Step;

    fn history(updates: usize) -> History {
        let mut history = History::default();
        for update in 1..=updates {
            history.push(Step { update, loss: 2.0, gradient_norm: 0.5, learning_rate: 0.1 });
        }
        history
    }

    #[test]
    fn a_line_says_where_training_is() {
        let mut watch = Watch::new(Monitor::silent(), 0, 600, Some(100));
        watch.validated(2.125);
        let line = watch.line(&history(120));
        assert!(line.starts_with("update 120 of 600, epoch 1.2: loss 2, validation 2.125, "), "{line}");
        assert!(line.ends_with(" left"), "{line}");
        assert!(watch.line(&history(600)).contains(", took 0 s"));
    }

    #[test]
    fn the_page_shows_bar_curves_and_sample_and_escapes_it() {
        let mut watch = Watch::new(Monitor::silent(), 0, 10, None);
        watch.sampled("<b>".to_owned());
        let html = watch.html("line", &history(4)).unwrap();
        assert!(html.contains("max=\"10\" value=\"4\"") && html.contains("<img") && html.contains("&lt;b&gt;"));
    }

    #[test]
    fn durations_read_well() {
        assert_eq!([7.6, 125.0, 12_000.0].map(duration), ["8 s", "2 min 5 s", "3 h 20 min"]);
    }
}
