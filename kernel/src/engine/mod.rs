//! The stock evcxr_jupyter kernel behind the front: its process, its sockets, and cells run on it.
//!
//! One engine serves one front. It runs in a folder of its own (evcxr's `EVCXR_TMPDIR`), never shared.

mod cell;
mod connection;
mod handover;
mod interrupt;
mod life;
mod pace;
mod prelude;
mod private;
mod process;
mod relays;
mod watch;

pub(crate) use cell::{Bundle, Cell, Ended, Output};
pub(crate) use handover::Given;
pub(crate) use interrupt::Interrupt;
pub(crate) use process::{Engine, Place};
