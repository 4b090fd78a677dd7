//! Showing values in a notebook: evcxr's output blocks, and rich forms of tensors, traces, charts and diagrams.
//!
//! `use lstm::prelude::*` brings [`Rich`] into scope, and then the last expression of a cell shows itself: a candle
//! [`Tensor`](candle_core::Tensor), a [`crate::LstmTrace`], a [`crate::Summary`], a [`crate::figure::Figure`], a
//! [`crate::diagram::Diagram`], a [`Stepper`]. [`display()`] shows something in the middle of a cell, and the
//! [`Handle`] that it returns replaces it later:
//!
//! ```
//! use lstm::prelude::*;
//!
//! # fn main() -> lstm::Result<()> {
//! let mut losses = vec![2.3];
//! let live = display(&lstm::figure::loss_curve(&[("LSTM", &losses)])?)?;
//! for epoch in 1..4 {
//!     losses.push(2.3 / f64::from(epoch + 1));
//!     live.update(&lstm::figure::loss_curve(&[("LSTM", &losses)])?)?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Outside a notebook the same calls print the blocks as text, which does no harm.

mod block;
mod content;
mod gallery;
mod handle;
mod html;
mod math;
mod operation;
mod rich;
mod stepper;
mod stepper_page;
mod summary_view;
mod tensor_slice;
mod tensor_view;
mod trace_numbers;
mod trace_view;

pub use content::Content;
pub use gallery::{Gallery, gallery};
pub use handle::{Handle, clear_output, display};
pub use rich::Rich;
pub use stepper::Stepper;
pub use trace_view::TraceView;

pub(crate) use block::is_notebook;
pub(crate) use html::picture;
pub(crate) use rich::show;
