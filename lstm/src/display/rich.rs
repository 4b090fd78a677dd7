//! The trait of everything that a notebook shows richly.

use super::block;
use super::content::Content;
use crate::{Error, Result, xml};

/// A value with a rich form in a notebook.
///
/// evcxr calls `.evcxr_display()` on the last expression of a cell. With this trait in scope (the prelude does it)
/// that works for candle's tensors too, which have no such method of their own.
///
/// ```
/// use lstm::display::{Content, Rich};
///
/// struct Grade(u8);
///
/// impl Rich for Grade {
///     fn content(&self) -> lstm::Result<Content> {
///         Ok(Content::new(format!("grade {}", self.0), format!("<strong>{}</strong>", self.0)))
///     }
/// }
///
/// Grade(1).evcxr_display();
/// ```
pub trait Rich {
    /// The value as plain text and as HTML.
    ///
    /// # Errors
    /// Whatever keeps the value from being read or drawn.
    fn content(&self) -> Result<Content>;

    /// Prints the value as evcxr's output blocks. A value that cannot be shown says why in its place.
    fn evcxr_display(&self) {
        show(self);
    }
}

/// Prints `value`, or why it cannot be shown.
pub(crate) fn show<R: Rich + ?Sized>(value: &R) {
    let content = value.content().unwrap_or_else(|error| apology(&error));
    // With stdout closed there is nobody to tell.
    let _ = block::print(&block::blocks(&content, None));
}

fn apology(error: &Error) -> Content {
    let text = format!("cannot show this value: {error:?}");
    let html = format!("<pre role=\"alert\" style=\"color:#b01e2f\">{}</pre>", xml::escape(&text));
    Content::new(text, html)
}
