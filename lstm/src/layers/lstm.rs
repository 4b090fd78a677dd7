//! Stacked long short-term memories over whole sequences.

use std::path::Path;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

use super::methods::common_methods;
use super::options::Options;
use super::pytorch;
use super::stack::Stack;
use crate::{LstmCell, LstmState, Result};

/// Layers of [`LstmCell`]s, with the shapes, names and meaning of PyTorch's `torch.nn.LSTM`.
///
/// ```
/// use lstm::{Lstm, Options, Parameters, candle_core::{DType, Device}, random};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let options = Options::default().num_layers(2).bidirectional(true);
/// let lstm = Lstm::new(10, 5, options, parameters.builder().pp("lstm"))?;
/// let xs = random::randn((3, 4, 10), &Device::Cpu)?; // T = 3 steps of B = 4 sequences
/// let (outputs, last) = lstm.forward(&xs, None)?;
/// assert_eq!(outputs.dims(), [3, 4, 10]); // both directions side by side
/// assert_eq!(last.c.dims(), [4, 4, 5]); // two layers in two directions
/// assert!(parameters.get("lstm.weight_hh_l1_reverse").is_some());
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lstm {
    stack: Stack<LstmCell>,
}

impl Lstm {
    /// Layers for inputs of `input_size` (`D`) with `hidden_size` (`H`) units each, and variables from `vb` under
    /// PyTorch's names; new ones start as in PyTorch, evenly spread over ±1/√H. Fails on sizes of zero or beyond all
    /// memory, on options outside their ranges, or if `vb` holds other shapes.
    pub fn new(input_size: usize, hidden_size: usize, options: Options, vb: VarBuilder) -> Result<Self> {
        let make = |size, options| LstmCell::new_with(size, hidden_size, options, vb.clone());
        Ok(Self { stack: Stack::new(input_size, hidden_size, options, make)? })
    }

    /// Reads a whole `torch.nn.LSTM` from a safetensors file of a `state_dict`, onto `device`. `prefix` is what the
    /// model put before the names: `"lstm"` for `lstm.weight_ih_l0`, `""` for none. Layers, directions, sizes, element
    /// type, biases and projections are the file's; [`with_batch_first`](Lstm::with_batch_first) and
    /// [`with_dropout`](Lstm::with_dropout) set what it does not hold. Fails if a tensor is missing (the error lists
    /// what the file holds) or does not fit the others.
    ///
    /// The variables are its own; to train it with other layers in one store, load the file with
    /// [`Parameters::load`](crate::Parameters::load) and make it from that store's builder.
    pub fn from_pytorch(path: impl AsRef<Path>, prefix: &str, device: &Device) -> Result<Self> {
        Ok(Self { stack: pytorch::read(path.as_ref(), prefix, device, LstmCell::from_weights)? })
    }

    /// Runs over `xs` `[T, B, D]` (`[B, T, D]` with `batch_first`), from `state` or zeros.
    ///
    /// Returns the outputs of the last layer, `[T, B, directions·H]` (`[B, T, directions·H]` with `batch_first`), and
    /// the state of every layer and direction after its last step: `h` and `c` `[L·directions, B, H]`, the layout of
    /// `state` too, in the order layer 0 forward, layer 0 reverse, layer 1 forward and so on. With a projection `P`
    /// takes the place of `H` in the outputs and in `h`.
    ///
    /// Backpropagation holds all steps in memory: cut long sequences and pass on the detached state, as in truncated
    /// BPTT. Where the [fused](crate::fused) operation does not apply, it needs stack for each step too, which ends at a
    /// few thousand of them.
    pub fn forward(&self, xs: &Tensor, state: Option<&LstmState>) -> Result<(Tensor, LstmState)> {
        self.run(xs, None, state)
    }

    /// [`forward`](Lstm::forward) over sequences of different lengths, padded to `T` steps with any numbers: sequence
    /// `b` has `lengths[b]` steps, from 1 to `T`, in any order. As with PyTorch's packed sequences
    /// (`enforce_sorted=False`), the outputs are zero after a sequence's end, the state is that at its own end, and the
    /// reverse direction begins at its own last step. What stands in the padding reaches nothing.
    ///
    /// ```
    /// use lstm::{Lstm, Options, Parameters, candle_core::{DType, Device}, random};
    ///
    /// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    /// let lstm = Lstm::new(10, 5, Options::default(), parameters.builder())?;
    /// let xs = random::randn((3, 2, 10), &Device::Cpu)?;
    /// let (outputs, last) = lstm.forward_padded(&xs, &[1, 3], None)?;
    /// assert_eq!(outputs.get(1)?.get(0)?.to_vec1::<f32>()?, [0.0; 5]); // the first sequence has one step only
    /// assert_eq!(last.h.get(0)?.get(0)?.to_vec1::<f32>()?, outputs.get(0)?.get(0)?.to_vec1::<f32>()?);
    /// # Ok::<(), lstm::Error>(())
    /// ```
    pub fn forward_padded(
        &self,
        xs: &Tensor,
        lengths: &[usize],
        state: Option<&LstmState>,
    ) -> Result<(Tensor, LstmState)> {
        self.run(xs, Some(lengths), state)
    }

    /// The state before the first step, all zeros, for `batch` sequences: `h` and `c` `[L·directions, B, H]`.
    pub fn zero_state(&self, batch: usize) -> Result<LstmState> {
        let parts = self.stack.zero_state(batch)?;
        Ok(LstmState { h: parts[0].clone(), c: parts[1].clone() })
    }

    common_methods!(LstmCell);

    fn run(&self, xs: &Tensor, lengths: Option<&[usize]>, state: Option<&LstmState>) -> Result<(Tensor, LstmState)> {
        let parts = state.map(|state| [&state.h, &state.c]);
        let (outputs, parts) = self.stack.forward(xs, lengths, parts.as_ref().map(|parts| &parts[..]))?;
        Ok((outputs, LstmState { h: parts[0].clone(), c: parts[1].clone() }))
    }
}
