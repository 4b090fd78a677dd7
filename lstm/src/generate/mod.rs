//! Text written by a language model: the choice of the next token, the tokens one after the other, loops found in them.
//!
//! ```
//! use lstm::generate::{Generation, Sampler};
//! use lstm::models::{LanguageModel, LanguageModelOptions};
//! use lstm::prelude::*;
//!
//! let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
//! let model = LanguageModel::new(30, LanguageModelOptions::default(), parameters.builder())?;
//! let prime = [3, 1, 4];
//! let written: Vec<u32> = Generation::new(&model, &prime, Sampler::seeded(1))?.take(20).collect::<Result<_>>()?;
//! assert_eq!(written.len(), 20);
//! # Ok::<(), Error>(())
//! ```

mod generation;
mod period;
mod sampler;

pub use generation::Generation;
pub use period::period;
pub use sampler::Sampler;
