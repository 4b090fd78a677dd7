//! What is shown more often than anybody can look is shown less often, and nothing of it is lost: text in larger pieces, a
//! display that is redrawn in its last state.

use super::cell::{Bundle, Output};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// The least time between two pieces of text.
const TEXT_EVERY: Duration = Duration::from_millis(25);
/// Text is not held back beyond this length, in bytes.
const LONGEST_TEXT: usize = 1 << 18;
/// The least time between two states of one display.
const UPDATE_EVERY: Duration = Duration::from_millis(100);

/// Passes on what is to be shown, in order, the first at once. What still waits is shown when it is dropped.
pub(super) struct Pace<O: FnMut(Output)> {
    output: O,
    waiting: Waiting,
    /// When the last of the text was shown.
    text_shown: Option<Instant>,
    /// When each display was shown last.
    shown: HashMap<String, Instant>,
    /// The newest states of displays that wait.
    updates: HashMap<String, Bundle>,
}

/// Text on standard output, and what clears it.
#[derive(Default)]
struct Waiting {
    /// All before the text is to be cleared; whether that waits for something else to show.
    clear: Option<bool>,
    text: String,
    /// The text is to be cleared as soon as there is something else to show.
    then_clear: bool,
}

impl<O: FnMut(Output)> Pace<O> {
    pub(super) fn new(output: O) -> Self {
        let (shown, updates) = (HashMap::new(), HashMap::new());
        Self { output, waiting: Waiting::default(), text_shown: None, shown, updates }
    }

    /// Shows it now, or soon.
    pub(super) fn show(&mut self, output: Output) {
        self.show_at(output, Instant::now());
    }

    fn show_at(&mut self, output: Output, now: Instant) {
        match output {
            Output::Stdout(text) => {
                self.waiting.print(&text);
                self.release_text_unless_early(now);
            }
            Output::Clear { wait } => {
                // A state that waits may be that of another cell's display, which is not cleared.
                self.release_updates();
                self.waiting.clear(wait);
                self.release_text_unless_early(now);
            }
            Output::Update(bundle, id) => {
                self.updates.insert(id.clone(), bundle);
                if self.is_due(&id, now) {
                    self.release_update(&id, now);
                }
            }
            other => {
                self.release_text(now);
                if let Output::Display(_, Some(id)) = &other {
                    self.shown.insert(id.clone(), now);
                }
                (self.output)(other);
            }
        }
    }

    /// When something that waits must be shown.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let text = self.text_shown.filter(|_| !self.waiting.is_empty()).map(|shown| shown + TEXT_EVERY);
        let updates = self.updates.keys().filter_map(|id| self.shown.get(id)).map(|&shown| shown + UPDATE_EVERY);
        updates.chain(text).min()
    }

    /// Shows what has waited long enough.
    pub(super) fn release_overdue(&mut self, now: Instant) {
        self.release_text_unless_early(now);
        let ids: Vec<String> = self.updates.keys().filter(|id| self.is_due(id, now)).cloned().collect();
        for id in ids {
            self.release_update(&id, now);
        }
    }

    /// Whether a display may show another state.
    fn is_due(&self, id: &str, now: Instant) -> bool {
        self.shown.get(id).is_none_or(|&shown| now >= shown + UPDATE_EVERY)
    }

    fn release_text_unless_early(&mut self, now: Instant) {
        let is_early = self.text_shown.is_some_and(|shown| now < shown + TEXT_EVERY);
        if !is_early || self.waiting.text.len() >= LONGEST_TEXT {
            self.release_text(now);
        }
    }

    fn release_text(&mut self, now: Instant) {
        if self.waiting.is_empty() {
            return;
        }
        self.text_shown = Some(now);
        let Waiting { clear, text, then_clear } = std::mem::take(&mut self.waiting);
        if let Some(wait) = clear {
            (self.output)(Output::Clear { wait });
        }
        if !text.is_empty() {
            (self.output)(Output::Stdout(text));
        }
        if then_clear {
            (self.output)(Output::Clear { wait: true });
        }
    }

    fn release_update(&mut self, id: &str, now: Instant) {
        if let Some((id, bundle)) = self.updates.remove_entry(id) {
            self.shown.insert(id.clone(), now);
            (self.output)(Output::Update(bundle, id));
        }
    }

    fn release_updates(&mut self) {
        for (id, bundle) in std::mem::take(&mut self.updates) {
            (self.output)(Output::Update(bundle, id));
        }
    }
}

impl<O: FnMut(Output)> Drop for Pace<O> {
    fn drop(&mut self) {
        self.release_text(Instant::now());
        self.release_updates();
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.clear.is_none() && self.text.is_empty() && !self.then_clear
    }

    fn print(&mut self, text: &str) {
        if self.then_clear {
            // Nobody has seen what this clears.
            *self = Self { clear: Some(true), ..Self::default() };
        }
        self.text.push_str(text);
    }

    fn clear(&mut self, wait: bool) {
        if wait {
            self.then_clear = true;
        } else {
            *self = Self { clear: Some(false), ..Self::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bundle(text: &str) -> Bundle {
        Bundle::from_iter([("text/plain".to_owned(), json!(text))])
    }

    /// What was shown, a line each.
    fn told(shown: &mut Vec<String>) -> impl FnMut(Output) + '_ {
        |output| {
            shown.push(match output {
                Output::Stdout(text) => text,
                Output::Stderr(text) => format!("stderr {text}"),
                Output::Display(bundle, id) => format!("display {} {}", id.unwrap_or_default(), bundle["text/plain"]),
                Output::Update(bundle, id) => format!("update {id} {}", bundle["text/plain"]),
                Output::Clear { wait } => format!("clear {wait}"),
                Output::Result(bundle) => format!("result {}", bundle["text/plain"]),
            });
        }
    }

    #[test]
    fn a_flood_of_text_comes_in_few_pieces_and_whole() {
        let mut shown = Vec::new();
        let mut pace = Pace::new(told(&mut shown));
        let now = Instant::now();
        for n in 0..1000 {
            pace.show_at(Output::Stdout(format!("{n}\n")), now);
        }
        let later = pace.deadline().unwrap();
        assert_eq!(later, now + TEXT_EVERY);
        pace.release_overdue(later);
        assert_eq!(pace.deadline(), None);
        drop(pace);
        assert_eq!(shown.len(), 2);
        assert_eq!(shown[0], "0\n");
        assert_eq!(shown.concat(), (0..1000).map(|n| format!("{n}\n")).collect::<String>());
    }

    #[test]
    fn of_many_updates_the_first_and_the_last_are_shown() {
        let mut shown = Vec::new();
        let mut pace = Pace::new(told(&mut shown));
        let now = Instant::now();
        pace.show_at(Output::Display(bundle("0"), Some("a".to_owned())), now);
        for n in 1..500 {
            pace.show_at(Output::Update(bundle(&n.to_string()), "a".to_owned()), now);
        }
        let later = pace.deadline().unwrap();
        pace.release_overdue(later);
        pace.show_at(Output::Update(bundle("last"), "a".to_owned()), later);
        drop(pace);
        assert_eq!(shown, ["display a \"0\"", "update a \"499\"", "update a \"last\""]);
    }

    #[test]
    fn text_stays_before_what_was_shown_after_it() {
        let mut shown = Vec::new();
        let mut pace = Pace::new(told(&mut shown));
        let now = Instant::now();
        pace.show_at(Output::Stdout("one ".to_owned()), now);
        pace.show_at(Output::Stdout("two".to_owned()), now);
        pace.show_at(Output::Stderr("oh".to_owned()), now);
        pace.show_at(Output::Stdout("three".to_owned()), now);
        pace.show_at(Output::Update(bundle("first"), "b".to_owned()), now);
        pace.show_at(Output::Update(bundle("last"), "b".to_owned()), now);
        pace.show_at(Output::Clear { wait: false }, now);
        pace.show_at(Output::Result(bundle("4")), now);
        drop(pace);
        assert_eq!(
            shown,
            ["one ", "two", "stderr oh", "update b \"first\"", "update b \"last\"", "clear false", "result \"4\""]
        );
    }

    #[test]
    fn a_loop_that_clears_and_prints_is_thinned_and_ends_with_its_last_line() {
        let mut shown = Vec::new();
        let mut pace = Pace::new(told(&mut shown));
        let now = Instant::now();
        for n in 0..1000 {
            pace.show_at(Output::Stdout(n.to_string()), now);
            pace.show_at(Output::Clear { wait: true }, now);
        }
        pace.show_at(Output::Stdout("done".to_owned()), now);
        drop(pace);
        assert_eq!(shown, ["0", "clear true", "done"]);
    }

    #[test]
    fn what_is_cleared_at_once_was_not_worth_showing() {
        let mut shown = Vec::new();
        let mut pace = Pace::new(told(&mut shown));
        let now = Instant::now();
        for text in ["one", "two"] {
            pace.show_at(Output::Stdout(text.to_owned()), now);
        }
        pace.show_at(Output::Clear { wait: false }, now);
        pace.show_at(Output::Stdout("three".to_owned()), now);
        drop(pace);
        assert_eq!(shown, ["one", "clear false", "three"]);
    }
}
