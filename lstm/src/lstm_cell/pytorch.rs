//! Reading a cell from a PyTorch `state_dict`.

use std::path::Path;

use candle_core::Device;

use super::LstmCell;
use crate::state_dict::StateDict;
use crate::weights::{Stacked, Weights};
use crate::{Place, Result};

impl LstmCell {
    /// Reads one layer of a `torch.nn.LSTM` from a safetensors file of its `state_dict`, onto `device`. `prefix`
    /// is what the model put before the names: `"lstm"` for `lstm.weight_ih_l0`, `""` for none. `place` is the number
    /// of the layer, or [`Place::reverse`] of it for the backward direction. Sizes, element type, biases and
    /// projection are the file's. Fails if a tensor is missing (the error lists what the file holds) or mis-shaped.
    ///
    /// The layer needs the names of `torch.nn.LSTM`, which end in `_l0`, `_l1` and so on; those of `torch.nn.LSTMCell`
    /// lack that end.
    ///
    /// The cell's variables are its own; to train it with other layers in one store, load the file with
    /// [`Parameters::load`](crate::Parameters::load) and make the cell from its builder.
    ///
    /// In Python: `safetensors.torch.save_file(model.state_dict(), "model.safetensors")`.
    pub fn from_pytorch(
        path: impl AsRef<Path>,
        prefix: &str,
        place: impl Into<Place>,
        device: &Device,
    ) -> Result<Self> {
        let file = StateDict::read(path.as_ref(), device)?;
        Ok(Self::from_weights(Weights::read(Stacked::LSTM, &file, prefix, place.into())?))
    }
}
