//! Stacked simple recurrent layers over whole sequences.

use std::path::Path;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

use super::methods::common_methods;
use super::options::Options;
use super::pytorch;
use super::stack::Stack;
use crate::{Activation, Result, RnnCell};

/// Layers of [`RnnCell`]s, with the shapes, names and meaning of PyTorch's `torch.nn.RNN`.
///
/// ```
/// use lstm::{Activation, Options, Parameters, Rnn, candle_core::{DType, Device}, random};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let options = Options::default().num_layers(2).batch_first(true);
/// let rnn = Rnn::new(10, 5, Activation::Tanh, options, parameters.builder().pp("rnn"))?;
/// let xs = random::randn((4, 3, 10), &Device::Cpu)?; // B = 4 sequences of T = 3 steps
/// let (outputs, last) = rnn.forward(&xs, None)?;
/// assert_eq!(outputs.dims(), [4, 3, 5]);
/// assert_eq!(last.dims(), [2, 4, 5]); // two layers; states keep the batch second
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rnn {
    stack: Stack<RnnCell>,
}

impl Rnn {
    /// Layers for inputs of `input_size` (`D`) with `hidden_size` (`H`) units each, and variables from `vb` under
    /// PyTorch's names; new ones start as in PyTorch, evenly spread over ±1/√H. Fails on sizes of zero or beyond all
    /// memory, on options outside their ranges, on a projection, or if `vb` holds other shapes.
    pub fn new(
        input_size: usize,
        hidden_size: usize,
        activation: Activation,
        options: Options,
        vb: VarBuilder,
    ) -> Result<Self> {
        let make = |size, options| RnnCell::new_with(size, hidden_size, activation, options, vb.clone());
        Ok(Self { stack: Stack::new(input_size, hidden_size, options, make)? })
    }

    /// Reads a whole `torch.nn.RNN` from a safetensors file of a `state_dict`, onto `device`. `prefix` is what the
    /// model put before the names: `"rnn"` for `rnn.weight_ih_l0`, `""` for none. Layers, directions, sizes, element
    /// type and biases are the file's; [`with_batch_first`](Rnn::with_batch_first) and
    /// [`with_dropout`](Rnn::with_dropout) set what it does not hold.
    /// The file does not say the activation. Fails if a tensor is missing (the error
    /// lists what the file holds) or does not fit the others.
    ///
    /// The variables are its own; to train it with other layers in one store, load the file with
    /// [`Parameters::load`](crate::Parameters::load) and make it from that store's builder.
    pub fn from_pytorch(path: impl AsRef<Path>, prefix: &str, activation: Activation, device: &Device) -> Result<Self> {
        Ok(Self {
            stack: pytorch::read(path.as_ref(), prefix, device, |weights| RnnCell::from_weights(weights, activation))?,
        })
    }

    /// Runs over `xs` `[T, B, D]` (`[B, T, D]` with `batch_first`), from `state` `[L·directions, B, H]` or zeros.
    ///
    /// Returns the outputs of the last layer, `[T, B, directions·H]` (`[B, T, directions·H]` with `batch_first`), and
    /// the hidden state of every layer and direction after its last step, `[L·directions, B, H]`, in the order layer 0
    /// forward, layer 0 reverse, layer 1 forward and so on.
    ///
    /// Backpropagation holds all steps in memory: cut long sequences and pass on the detached state, as in truncated
    /// BPTT. Where the [fused](crate::fused) operation does not apply, it needs stack for each step too, which ends at a
    /// few thousand of them.
    pub fn forward(&self, xs: &Tensor, state: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
        self.run(xs, None, state)
    }

    /// [`forward`](Rnn::forward) over sequences of different lengths, padded to `T` steps with any numbers: sequence
    /// `b` has `lengths[b]` steps, from 1 to `T`, in any order. As with PyTorch's packed sequences
    /// (`enforce_sorted=False`), the outputs are zero after a sequence's end, the state is that at its own end, and the
    /// reverse direction begins at its own last step. What stands in the padding reaches nothing.
    pub fn forward_padded(&self, xs: &Tensor, lengths: &[usize], state: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
        self.run(xs, Some(lengths), state)
    }

    /// The state before the first step, all zeros, for `batch` sequences: `[L·directions, B, H]`.
    pub fn zero_state(&self, batch: usize) -> Result<Tensor> {
        Ok(self.stack.zero_state(batch)?[0].clone())
    }

    /// `f`, of every layer.
    pub fn activation(&self) -> Activation {
        self.stack.first().activation()
    }

    common_methods!(RnnCell);

    fn run(&self, xs: &Tensor, lengths: Option<&[usize]>, state: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
        let (outputs, parts) = self.stack.forward(xs, lengths, state.as_ref().map(std::slice::from_ref))?;
        Ok((outputs, parts[0].clone()))
    }
}
