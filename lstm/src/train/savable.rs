//! What a checkpoint asks of an optimiser.

use candle_core::Var;
use candle_nn::{Optimizer, SGD};

/// An optimiser whose state can be saved and set. To load one, make it anew for the same variables and settings, set
/// its number of updates, and set each of the variables of [`state`](Savable::state).
///
/// ```
/// use lstm::candle_core::{Device, Var};
/// use lstm::candle_nn::{Optimizer, SGD};
/// use lstm::train::Savable;
///
/// let sgd = SGD::new(vec![Var::new(&[1f32], &Device::Cpu)?], 0.1)?;
/// assert_eq!((sgd.kind(), sgd.state().len()), ("sgd", 0)); // it carries nothing
/// # Ok::<(), lstm::Error>(())
/// ```
pub trait Savable: Optimizer {
    /// Its name in a checkpoint: one kind's state is of no use to another.
    fn kind(&self) -> &'static str;

    /// How many updates it has made, as far as it counts.
    fn updates(&self) -> usize;

    /// Sets that count.
    fn set_updates(&mut self, updates: usize);

    /// What it carries from update to update, by name; the variables share their memory with it.
    fn state(&self) -> Vec<(String, Var)>;
}

/// Plain gradient descent carries nothing.
impl Savable for SGD {
    fn kind(&self) -> &'static str {
        "sgd"
    }

    fn updates(&self) -> usize {
        0
    }

    fn set_updates(&mut self, _: usize) {}

    fn state(&self) -> Vec<(String, Var)> {
        Vec::new()
    }
}
