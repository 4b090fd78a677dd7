//! A network that executes programs, as far as it can.

use candle_core::Tensor;
use candle_nn::VarBuilder;

use super::Writer;
use crate::tasks::{ProgramBatch, Programs};
use crate::{LstmState, Options, Result};

/// Reads a program character by character, then writes what it prints (Zaremba and Sutskever 2014).
///
/// One LSTM does both: everything that the program has computed has to pass through its state at the `?`. The loss counts
/// the characters of the answer only.
///
/// ```
/// use lstm::{Options, Parameters, candle_core::{DType, Device}, models::Executor, tasks::Programs};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let model = Executor::new(16, 32, Options::default(), parameters.builder())?;
/// let batch = Programs::addition(1, 2)?.batch(4, &Device::Cpu)?;
/// let gradients = model.loss(&batch)?.backward()?;
/// assert!(parameters.vars().iter().all(|var| gradients.get(var).is_some()));
/// assert_eq!(model.execute(&batch)?.len(), 4);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Executor {
    writer: Writer,
}

impl Executor {
    /// The longest answer that it writes, in characters.
    pub const MOST: usize = 30;

    /// A network with `embedding_size` numbers for each character and `hidden_size` (`H`) units in each layer. It
    /// starts in training mode.
    ///
    /// # Errors
    /// Those of [`Writer::new`].
    pub fn new(embedding_size: usize, hidden_size: usize, options: Options, vb: VarBuilder) -> Result<Self> {
        Ok(Self { writer: Writer::new(Programs::symbols(), embedding_size, hidden_size, options, vb)? })
    }

    /// Training mode, in which it starts: numbers between layers are dropped, as the options say. Clones have a mode of
    /// their own.
    pub fn train(&mut self) {
        self.writer.train();
    }

    /// Evaluation mode: nothing is dropped.
    pub fn eval(&mut self) {
        self.writer.eval();
    }

    /// The state after reading the programs, `[L, B, H]`.
    ///
    /// # Errors
    /// Those of [`Writer::read`].
    pub fn read(&self, batch: &ProgramBatch) -> Result<LstmState> {
        self.writer.read(&batch.inputs, &batch.lengths)
    }

    /// The mean cross-entropy, in nats for each character of the answers: a scalar.
    ///
    /// # Errors
    /// Those of [`Writer::read`] and [`Writer::loss`].
    pub fn loss(&self, batch: &ProgramBatch) -> Result<Tensor> {
        self.writer.loss(&self.read(batch)?, &batch.answers)
    }

    /// What it thinks that the programs print. In training mode it thinks with numbers dropped.
    ///
    /// # Errors
    /// Those of [`Writer::read`] and [`Writer::write`].
    pub fn execute(&self, batch: &ProgramBatch) -> Result<Vec<String>> {
        self.writer.write(&self.read(batch)?, Self::MOST)
    }
}
