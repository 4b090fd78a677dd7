//! Whole models out of the crate's layers, each short enough to read in a lecture, with the shapes beside them.
//!
//! - [`TextClassifier`] and [`BagOfWords`]: a sentence to one of several classes.
//! - [`LanguageModel`] and [`LanguageTask`]: the next character or word of a text, and how it is learned.
//! - [`SequenceClassifier`]: the same for a series of measurements.
//! - [`Executor`]: reads a program character by character and writes what it prints.
//! - [`Captioner`] and [`ClipCaptioner`]: a picture, or a clip, to a sentence.
//! - [`AutoEncoder`]: a series to a few numbers, and back.
//! - [`EchoState`]: a recurrent network of which only the last layer is learned.
//!
//! [`Reader`], [`Writer`] and [`Eye`] are parts that several of them share.

mod auto_encoder;
mod bag_of_words;
mod captioner;
mod clip_captioner;
mod dropout;
mod echo_state;
mod executor;
mod eye;
mod language_model;
mod language_task;
mod reader;
mod ridge;
mod sequence_classifier;
mod text_classifier;
mod writer;

pub use auto_encoder::AutoEncoder;
pub use bag_of_words::{BagOfWords, Weighting};
pub use captioner::Captioner;
pub use clip_captioner::ClipCaptioner;
pub use echo_state::EchoState;
pub use executor::Executor;
pub use eye::Eye;
pub use language_model::{LanguageModel, LanguageModelOptions, LanguageState};
pub use language_task::LanguageTask;
pub use reader::Reader;
pub use sequence_classifier::SequenceClassifier;
pub use text_classifier::{Pooling, TextClassifier, TextClassifierOptions};
pub use writer::Writer;
