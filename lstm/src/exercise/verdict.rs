//! What is said about an answer.

use std::fmt;

use crate::display::{Content, Rich};
use crate::{Error, Result, display, xml};

/// How an answer was judged.
///
/// ```
/// use lstm::exercise::{self, Outcome};
///
/// let exercise = exercise::exercise("05/lstm-parameters");
/// assert_eq!(exercise.check(None::<f64>)?.outcome(), Outcome::NotAnswered);
/// assert_eq!(exercise.check(1.0)?.outcome(), Outcome::NotYet);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is right.
    Right,
    /// It is not.
    NotYet,
    /// There is none.
    NotAnswered,
}

impl Outcome {
    fn heading(self) -> &'static str {
        match self {
            Outcome::Right => "Right.",
            Outcome::NotYet => "Not yet.",
            Outcome::NotAnswered => "Not answered yet.",
        }
    }

    /// A mark and a colour that reads on light and on dark pages; the heading says the same in words.
    fn look(self) -> (&'static str, &'static str) {
        match self {
            Outcome::Right => ("✓", "#009e73"),
            Outcome::NotYet => ("✗", "#d55e00"),
            Outcome::NotAnswered => ("○", "#56b4e9"),
        }
    }
}

/// The outcome with a message: what a right answer means, or a hint.
///
/// ```
/// let verdict = lstm::exercise::exercise("05/lstm-parameters").check(1.0)?;
/// assert_eq!(verdict.id(), "05/lstm-parameters");
/// println!("{}", verdict.message()); // a hint
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Verdict {
    id: String,
    outcome: Outcome,
    message: String,
}

impl Verdict {
    pub(super) fn new(id: &str, outcome: Outcome, message: String) -> Self {
        Self { id: id.to_owned(), outcome, message }
    }

    /// Which exercise it is about.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How the answer was judged.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether the answer is right.
    pub fn is_right(&self) -> bool {
        self.outcome == Outcome::Right
    }

    /// What a right answer means, or a hint.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Shows it in a notebook; evcxr calls it for the last expression of a cell.
    pub fn evcxr_display(&self) {
        display::show(self);
    }

    /// Itself if it is right or nothing is graded, else an error.
    pub(super) fn graded(self, grading: bool) -> Result<Self> {
        if self.is_right() || !grading {
            return Ok(self);
        }
        let outcome = match self.outcome {
            Outcome::NotAnswered => "not answered",
            Outcome::NotYet | Outcome::Right => "not right",
        };
        Err(Error::Exercise { id: self.id, outcome, hint: self.message })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.outcome.heading(), self.message)
    }
}

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.id)
    }
}

impl Rich for Verdict {
    fn content(&self) -> Result<Content> {
        let (mark, colour) = self.outcome.look();
        let html = format!(
            "<div role=\"status\" style=\"border-left:4px solid {colour};padding:.4em .8em;margin:.2em 0;\
             color:var(--jp-content-font-color1,CanvasText);\
             font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:14px;line-height:1.5\">\
             <strong><span aria-hidden=\"true\" style=\"color:{colour}\">{mark}</span> {}</strong> {}</div>",
            self.outcome.heading(),
            with_code(&self.message)
        );
        Ok(Content::new(self.to_string(), html))
    }
}

/// The text as HTML, with what stands between backticks as code.
fn with_code(text: &str) -> String {
    let mut html = String::new();
    for (k, part) in text.split('`').enumerate() {
        let part = xml::escape(part).replace('\n', "<br>");
        html += &if k % 2 == 1 { format!("<code>{part}</code>") } else { part };
    }
    html
}
