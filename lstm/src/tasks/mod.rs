//! Made-up tasks in any quantity, with known answers: some that need a memory, some that are applications in miniature.
//!
//! - Memory: [`AddingProblem`], [`CopyMemory`], [`TemporalOrder`], [`Parity`], [`DelayedEcho`]. Each says what a guess
//!   scores, which is what a network has to beat.
//! - Applications: [`Programs`] to execute, [`Pictures`] and [`Clips`] to describe. What they ask for is text, which a
//!   batch carries as [`Answers`]; a tenth of all programs, pictures and clips is held out ([`Part`]).
//!
//! A task draws from a stream of its own that begins with its seed: the same seed gives the same batches, whatever else
//! draws, and every batch is new.

mod adding;
mod answers;
mod clips;
mod copy_memory;
mod delayed_echo;
mod parity;
mod part;
mod pictures;
mod programs;
mod shapes;
mod symbols;
mod temporal_order;

pub use adding::{AddingBatch, AddingProblem};
pub use answers::Answers;
pub use clips::{ClipBatch, Clips};
pub use copy_memory::{CopyBatch, CopyMemory};
pub use delayed_echo::{DelayedEcho, EchoBatch};
pub use parity::{Parity, ParityBatch};
pub use part::Part;
pub use pictures::{PictureBatch, Pictures};
pub use programs::{Curriculum, Operation, Program, ProgramBatch, Programs};
pub use symbols::{END, START, Symbols};
pub use temporal_order::{TemporalBatch, TemporalOrder};
