//! Reading a cell from a PyTorch `state_dict`.

use std::path::Path;

use candle_core::{Device, Var};

use super::LstmCell;
use crate::Result;
use crate::shape::Dim;
use crate::state_dict::StateDict;

impl LstmCell {
    /// Reads layer `layer` of a `torch.nn.LSTM` from a safetensors file of its `state_dict`, onto `device`. `prefix`
    /// is what the model put before the names: `"lstm"` for `lstm.weight_ih_l0`, `""` for none. Sizes and element
    /// type are the file's. Fails if a tensor is missing (the error lists what the file holds) or mis-shaped.
    ///
    /// The layer needs its biases (`bias=True`, the default) and the names of `torch.nn.LSTM`, which end in `_l0`, `_l1`
    /// and so on; those of `torch.nn.LSTMCell` lack that end.
    ///
    /// The cell's variables are its own; to train it with other layers in one store, load the file with
    /// [`Parameters::load`](crate::Parameters::load) and make the cell from its builder.
    ///
    /// In Python: `safetensors.torch.save_file(model.state_dict(), "model.safetensors")`.
    pub fn from_pytorch(path: impl AsRef<Path>, prefix: &str, layer: usize, device: &Device) -> Result<Self> {
        let file = StateDict::read(path.as_ref(), device)?;
        let name = |tensor: &str| StateDict::layer_name(prefix, tensor, layer);
        let any = [Dim::Any("4H"), Dim::Any("H")];
        let hidden = file.tensor(&name("weight_hh"), &any)?.dim(1)?;
        let rows = Dim::Is("4H", 4 * hidden);
        let var =
            |tensor: &str, dims: &[Dim]| -> Result<Var> { Ok(Var::from_tensor(file.tensor(&name(tensor), dims)?)?) };
        Ok(Self::from_vars(
            var("weight_ih", &[rows, Dim::Any("D")])?,
            var("weight_hh", &[rows, Dim::Is("H", hidden)])?,
            var("bias_ih", &[rows])?,
            var("bias_hh", &[rows])?,
        ))
    }
}
