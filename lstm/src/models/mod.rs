//! Whole models, a few lines each over the crate's layers, with their shapes beside them.
//!
//! - [`SequenceClassifier`]: a series to one of several classes.
//! - [`Executor`]: reads a program character by character and writes what it prints.
//! - [`Captioner`] and [`ClipCaptioner`]: a picture, or a clip, to a sentence.
//! - [`AutoEncoder`]: a series to a few numbers, and back.
//! - [`EchoState`]: a recurrent network of which only the last layer is learned.
//!
//! [`Writer`] and [`Eye`] are the parts that several of them share.

mod auto_encoder;
mod captioner;
mod clip_captioner;
mod echo_state;
mod executor;
mod eye;
mod ridge;
mod sequence_classifier;
mod writer;

pub use auto_encoder::AutoEncoder;
pub use captioner::Captioner;
pub use clip_captioner::ClipCaptioner;
pub use echo_state::EchoState;
pub use executor::Executor;
pub use eye::Eye;
pub use sequence_classifier::{Reader, SequenceClassifier};
pub use writer::Writer;
