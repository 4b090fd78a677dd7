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

/// Numbers show themselves as text. They are here for the sake of `let a = 42; a`: where a trait has a method of evcxr's
/// name and a number's type is still open, rustc asks for the type instead of letting evcxr fall back to `Debug`.
macro_rules! plain_numbers {
    ($($number:ty)*) => {$(
        impl Rich for $number {
            fn content(&self) -> Result<Content> {
                let text = format!("{self:?}");
                Ok(Content::new(text.clone(), format!("<pre>{text}</pre>")))
            }

            fn evcxr_display(&self) {
                // With stdout closed there is nobody to tell.
                let _ = block::print(&block::text_block(&format!("{self:?}")));
            }
        }
    )*};
}

plain_numbers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64);

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
