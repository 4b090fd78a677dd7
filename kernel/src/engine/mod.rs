//! The stock evcxr_jupyter kernel behind the front: its process, its sockets, and cells run on it.
//!
//! One engine serves one front. It runs in a folder of its own (evcxr's `EVCXR_TMPDIR`), never shared.

mod cell;
mod connection;
mod prelude;
mod process;
mod relays;

pub(crate) use cell::{Bundle, Cell, Ended, Output};
pub(crate) use process::{Engine, Place};
pub(crate) use relays::RelayLine;
