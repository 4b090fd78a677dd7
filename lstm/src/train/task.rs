//! What is trained: a loss for every update, and what goes with it.

use std::collections::BTreeMap;

use candle_core::Tensor;

use crate::Result;

/// Something to be learned by a [`Trainer`](super::Trainer): it owns model and data and makes a loss for every update.
///
/// Whoever has dropout switches between training and evaluation mode in `loss` and `validate`. For runs that go on from
/// a checkpoint with the same numbers, `loss` must depend on nothing but the variables, `update`, the process-wide
/// generator ([`crate::random`]), and what `memory` returns.
///
/// ```
/// use lstm::prelude::*;
///
/// /// A number whose square shall be as small as it can be.
/// struct Square(Tensor);
///
/// impl Task for Square {
///     fn loss(&mut self, _: usize) -> Result<Tensor> {
///         Ok(self.0.sqr()?.sum_all()?)
///     }
///
///     fn validate(&mut self) -> Result<Option<f64>> {
///         Ok(Some(f64::from(self.0.abs()?.sum_all()?.to_scalar::<f32>()?)))
///     }
/// }
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let w = parameters.builder().get_with_hints(1, "w", lstm::candle_nn::init::ONE)?;
/// let mut trainer = Trainer::new(&parameters, Settings::default().learning_rate(0.1))?;
/// trainer.fit_task(&Plan::updates(50).validate_every(10).quiet(), &mut Square(w))?;
/// assert!(trainer.history().best().is_some_and(|best| best.loss < 0.1));
/// # Ok::<(), Error>(())
/// ```
pub trait Task {
    /// The training loss of update `update`, counted from 0: one number, computed from the trainer's variables.
    fn loss(&mut self, update: usize) -> Result<Tensor>;

    /// The loss on data that is not trained on, if there is any.
    fn validate(&mut self) -> Result<Option<f64>> {
        Ok(None)
    }

    /// Something to look at, such as text that the model writes, if there is any.
    fn sample(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    /// How many updates see all training data once, where that means something.
    fn updates_per_epoch(&self) -> Option<usize> {
        None
    }

    /// What the task carries from update to update: a state passed on from batch to batch, a generator of its own.
    fn memory(&self) -> Result<Memory> {
        Ok(Memory::default())
    }

    /// Takes back what [`memory`](Task::memory) returned. It comes before the variables are set, and if it fails they are
    /// not: it should change nothing then.
    fn recall(&mut self, memory: &Memory) -> Result<()> {
        let _ = memory;
        Ok(())
    }
}

/// What a task carries from update to update, as a checkpoint can hold it.
///
/// ```
/// use lstm::{random::Generator, train::Memory};
///
/// let mut generator = Generator::new(1);
/// let mut memory = Memory::default();
/// memory.texts.insert("generator".to_owned(), generator.state());
/// let next = generator.next_f64();
/// // Later, in another process:
/// let mut restored = Generator::from_state(&memory.texts["generator"])?;
/// assert_eq!(restored.next_f64(), next);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Tensors by name.
    pub tensors: BTreeMap<String, Tensor>,
    /// Texts by name, such as [`Generator::state`](crate::random::Generator::state).
    pub texts: BTreeMap<String, String>,
}

/// A closure as a task: a loss and nothing else.
pub(super) struct LossOnly<F>(pub(super) F);

impl<F: FnMut(usize) -> Result<Tensor>> Task for LossOnly<F> {
    fn loss(&mut self, update: usize) -> Result<Tensor> {
        (self.0)(update)
    }
}
